// Package difftest proves that the twins which goawait writes do what the source does.
//
// It takes programs written with package kit, and puts each through
//
//	oracle    the source as it stands; its own twins run the blocking form on goroutines and are written by this
//	          package, not by the compiler. It is the judge.
//	flat      twins as goawait writes them
//	stackful  twins that are all lowered to coroutines
//	goroutine twins of -backend=goroutine
//	parts     flat twins whose code is in parts of one state each, as that of very large functions is in larger ones
//	shreds    the same, with a part for each operation
//
// All programs in all variants are generated together and linked into one binary, which runs every Case function of
// every program in the modes of package kit and reports the traces. What a variant traced, returned or panicked with
// has to be what the oracle did, and an entry whose every await was ready in S2 has proved nothing and fails.
package difftest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goawait/goawait/internal/difftest/kit"
)

// A Program is a package, or several in folders below it, with annotated functions named Case….
//
// Its packages import each other below ImportPrefix + Name.
type Program struct {
	Name  string
	Files map[string]string // slash path → source
	Quiet []string          // entries that need not suspend in S2
	Only  string            // modes to run it in, if not all
	Racy  bool              // the race detector objects to the source, or code for it does something else
}

// ImportPrefix is the path below which programs import their own packages.
const ImportPrefix = "github.com/goawait/goawait/internal/difftest/testdata/"

// The variants of a program besides the oracle.
const (
	Flat      = "flat"
	Stackful  = "stackful"
	Goroutine = "goroutine"
	Parts     = "parts"
	Shreds    = "shreds"
)

// Options say what to run.
type Options struct {
	Root       string        // of the module
	Variants   []string      // the oracle always runs
	Modes      string        // digits of modes; all if empty
	Seed       uint64        // of mode S4
	BuildFlags []string      // for go build
	Timeout    time.Duration // for one run
	Keep       bool          // leave the folder
	Logf       func(format string, args ...any)
}

// A Result is what became of one program.
type Result struct {
	Program   string
	Generated map[string]map[string]string // variant → slash path → text of the twin file
	Oracle    map[string]kit.Run           // by entry
	Faults    []string                     // all that is wrong, in a fixed order
	quiet     []string
}

// Run puts the programs through all variants. The error is about the run as a whole.
func Run(ctx context.Context, programs []Program, o Options) (map[string]*Result, error) {
	w, err := newWorkspace(o, programs)
	if err != nil {
		return nil, err
	}
	defer w.close()
	start := time.Now()
	lap := func(what string) {
		w.logf("%-8s %5.1fs", what, time.Since(start).Seconds())
		start = time.Now()
	}
	if err := w.write(); err != nil {
		return nil, err
	}
	lap("write")
	if err := w.generate(ctx); err != nil {
		return nil, err
	}
	lap("generate")
	if err := w.build(ctx); err != nil {
		return nil, err
	}
	lap("build")
	runs, err := w.run(ctx)
	if err != nil {
		return nil, err
	}
	lap("run")
	w.judge(runs)
	return w.results, nil
}

// judge compares the runs of each program with those of its oracle.
func (w *workspace) judge(runs []kit.Run) {
	for _, r := range runs {
		if r.Variant == kit.Oracle {
			w.results[r.Program].Oracle[r.Entry] = r
			if r.Stuck != "" {
				w.fault(r.Program, "%s: the blocking form did not end\n%s", r.Entry, r.Stuck)
			}
		}
	}
	for _, r := range runs {
		if r.Variant == kit.Oracle {
			continue
		}
		res := w.results[r.Program]
		who := fmt.Sprintf("%s %s %v", r.Entry, r.Variant, r.Mode)
		want, ok := res.Oracle[r.Entry]
		switch diff := differ(want.Trace, r.Trace); {
		case !ok:
			w.fault(r.Program, "%s: no run of the oracle to compare with", who)
		case diff != "":
			w.fault(r.Program, "%s: %s", who, strings.TrimRight(diff+"\n"+r.Stuck, "\n"))
		case r.Mode == kit.Loop && r.Suspensions == 0 && r.Variant != Goroutine && !slices.Contains(res.quiet, r.Entry):
			w.fault(r.Program, "%s: nothing suspended", who)
		}
	}
}

// differ tells the first difference between two traces, with the lines before it.
func differ(want, got []string) string {
	if slices.Equal(want, got) {
		return ""
	}
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	line := func(lines []string) string {
		if i < len(lines) {
			return lines[i]
		}
		return "(nothing)"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "line %d of the trace differs\n", i+1)
	for _, l := range want[max(0, i-3):i] {
		fmt.Fprintf(&b, "\t       %s\n", l)
	}
	fmt.Fprintf(&b, "\tplain: %s\n\ttwin:  %s", line(want), line(got))
	if i+1 < len(got) {
		fmt.Fprintf(&b, "\n\ttwin goes on: %s", strings.Join(got[i+1:min(len(got), i+5)], " | "))
	}
	return b.String()
}

// fault notes what is wrong with a program.
func (w *workspace) fault(program, format string, args ...any) {
	r := w.results[program]
	r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
}

// Trace is the golden text of a program: what each entry traced in the blocking form.
func (r *Result) Trace() string {
	var b strings.Builder
	for _, name := range slices.SortedFunc(maps.Keys(r.Oracle), func(a, b string) int {
		return cmp.Compare(r.Oracle[a].Index, r.Oracle[b].Index)
	}) {
		fmt.Fprintf(&b, "%s\n", name)
		for _, line := range r.Oracle[name].Trace {
			fmt.Fprintf(&b, "\t%s\n", strings.ReplaceAll(line, "\n", "\n\t| "))
		}
	}
	return b.String()
}
