package bench

// This file counts the instructions that rivals in Go execute. Valgrind does that: it comes to nearly the same
// number each time, whatever else the machine does, but takes fifty times as long.

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"sync"

	"github.com/goawait/goawait/bench/measure"
)

// Operations whose instructions are counted, but for the first, which have in them what a process takes for itself.
const (
	countFrom = 10_000
	countTo   = 110_000
)

// count adds the instructions per operation to the samples of r.
func (o Options) count(r Result) error {
	if o.Tools.Valgrind == "" || r.Case.Cores || !r.Case.warms() {
		return nil
	}
	fmt.Fprintf(o.Log, "%s: counting instructions\n", r.Case.ID)
	var all sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	counts, errs := make([]float64, len(r.Case.Rivals)), make([]error, len(r.Case.Rivals))
	for i, rival := range r.Case.Rivals {
		if rival.Tool != "" {
			continue
		}
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			few, many := r.Case.size(rival, countFrom), r.Case.size(rival, countTo)
			less, err1 := o.instructions(r.Case, rival, few)
			more, err2 := o.instructions(r.Case, rival, many)
			counts[i], errs[i] = float64(more-less)/float64(many-few), errors.Join(err1, err2)
		})
	}
	all.Wait()
	for i, rival := range r.Case.Rivals {
		for _, s := range r.Samples[rival.Name] {
			if rival.Tool == "" {
				s.Figures[measure.Instructions] = counts[i]
			}
		}
	}
	return errors.Join(errs...)
}

// counted tells whether instructions have been counted.
func (r Result) counted() bool {
	return len(r.values(r.Case.Rivals[0].Name, measure.Instructions)) > 0
}

var collected = regexp.MustCompile(`(?m)^==\d+== Collected : (\d+)$`)

// instructions is how many a process executes that does n operations.
func (o Options) instructions(c Case, r Rival, n int) (int, error) {
	cmd := exec.Command(o.Tools.Valgrind, append([]string{"--tool=callgrind", "--callgrind-out-file=" + os.DevNull}, o.Tools.command(o.Self, c.ID, r, n).Args...)...)
	cmd.Env = append(os.Environ(), measure.Counts+"=1", "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s, %s: %w\n%s", c.ID, r.Name, err, out)
	}
	m := collected.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("%s, %s: valgrind has counted nothing\n%s", c.ID, r.Name, out)
	}
	return strconv.Atoi(string(m[1]))
}
