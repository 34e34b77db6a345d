// Command cmd runs goawait beside other ways to write the same, and prints times, memory and ratios. In a full run on a machine
// that does nothing else it writes a report, too. It is run in the folder of package bench.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/goawait/goawait/bench"
)

func main() {
	var (
		scenarios = flag.String("scenario", "", "scenarios or single cases, with `commas`: S1,S3.tree (default all)")
		rounds    = flag.Int("rounds", 7, "`how often` each rival runs")
		quick     = flag.Bool("quick", false, "few operations, for a look that takes seconds")
		out       = flag.String("out", "", "`folder` for the report (default: here, if all runs and the machine does nothing else)")
		child     = flag.String("child", "", "run only the rival `case/name`, in this process (used internally)")
		n         = flag.Int("n", 1, "`operations` for -child")
	)
	flag.Parse()
	if *child != "" {
		check(bench.Child(os.Stdout, *child, *n))
		return
	}
	if flag.NArg() > 0 || *rounds < 1 {
		flag.Usage()
		os.Exit(2)
	}
	check(bench.Main(bench.Settings{Scenarios: *scenarios, Rounds: *rounds, Quick: *quick, Out: *out}))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
