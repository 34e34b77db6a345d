package main

// This file is the trace command.

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/goawait/goawait/inspect/trace"
	"github.com/goawait/goawait/rewrite"
)

func traceCommand() *command {
	return &command{
		name:  "trace",
		args:  "[flags] [packages]",
		short: "lead stacks and profiles from generated code to the source",
		long: `Trace copies text from the standard input to the standard output and leads what it says of generated code
to the source: in the stacks of panics and of goroutines, and in the text of profiles. Where it says

	main.fetchAsyncStep({0x534348, 0xc000128000}, {0x0, 0x0}, 0x0)
		/home/ada/app/users_async.go:61 +0x1b

there comes out

	main.fetch({0x534348, 0xc000128000}, {0x0, 0x0}, 0x0)
		/home/ada/app/users.go:23 +0x1b (users_async.go:61)

The arguments are those of the generated code: the frame is the first of them.

Without packages it looks at all of the module, or of the workspace in a folder of no module. What it
does not know stays as it is.

	go run . 2>&1 | goawait trace
	go tool pprof -top cpu.prof | goawait trace
	goawait trace ./internal/... < panic.txt
`,
		flags:   func(fs *flag.FlagSet, inv *invocation) { inv.placeFlags(fs) },
		execute: func(ctx context.Context, inv *invocation) int { return inv.trace(ctx, os.Stdin) },
	}
}

func (inv *invocation) trace(ctx context.Context, in io.Reader) int {
	patterns := inv.args
	if len(patterns) == 0 {
		patterns = []string{rewrite.Everything(inv.dir)}
	}
	var m *trace.Map
	code := exitOK
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadString('\n')
		if m == nil && code == exitOK && trace.Mentions(line) { // most text needs no map
			var notes []string
			var fault error
			m, notes, fault = trace.Load(ctx, rewrite.Options{Dir: inv.dir, Tags: inv.tags, Patterns: patterns})
			for _, n := range notes {
				fmt.Fprintf(inv.err, "goawait: %s\n", n)
			}
			if fault != nil {
				fmt.Fprintf(inv.err, "goawait: %v\n", fault)
				code = exitFault
			} else if m.Empty() && len(notes) > 0 {
				code = exitFault
			}
		}
		if m != nil {
			end := len(line)
			for end > 0 && (line[end-1] == '\n' || line[end-1] == '\r') {
				end--
			}
			line = m.Rewrite(line[:end]) + line[end:]
		}
		if _, fault := io.WriteString(inv.out, line); fault != nil {
			return exitFault
		}
		if err == io.EOF {
			return code
		}
		if err != nil {
			fmt.Fprintf(inv.err, "goawait: %v\n", err)
			return exitFault
		}
	}
}
