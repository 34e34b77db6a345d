package main

// This file is the stats command.

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/goawait/goawait/inspect"
	"github.com/goawait/goawait/rewrite"
)

func statsCommand() *command {
	return &command{
		name:  "stats",
		args:  "[flags] [packages]",
		short: "list what each async function costs",
		long: `Stats lists the annotated functions of packages, those with the largest frames first: awaits, states, bytes
of the frame, allocations of a call, and lines of generated code, each with those of the function's
async blocks. A call allocates what is counted once, or once each time round a loop; what its own code
allocates does not count.

	goawait stats ./...
	goawait stats -sort=allocs ./internal/...
	goawait stats -json ./... | jq '.functions[] | select(.frameBytes > 500)'
`,
		flags: func(fs *flag.FlagSet, inv *invocation) {
			inv.placeFlags(fs)
			fs.BoolVar(&inv.json, "json", false, "print JSON")
			fs.StringVar(&inv.sort, "sort", "frame", "sort by `column`: frame, name, awaits, states, allocs or lines")
		},
		execute: stats,
	}
}

// A statsRow is what there is to know about one function.
type statsRow struct {
	Function    string `json:"function"` // with the name of its package
	Package     string `json:"package"`
	File        string `json:"file"`
	Line        int    `json:"line"`
	Lowering    string `json:"lowering"`
	Reason      string `json:"reason,omitempty"`
	Awaits      int    `json:"awaits"`
	States      int    `json:"states"`
	FrameBytes  int64  `json:"frameBytes"`
	Allocations int    `json:"allocations"`
	Lines       int    `json:"generatedLines"`
}

// statsOrders compare rows: large numbers first.
var statsOrders = map[string]func(a, b *statsRow) int{
	"name":   func(a, b *statsRow) int { return 0 },
	"frame":  func(a, b *statsRow) int { return cmp.Compare(b.FrameBytes, a.FrameBytes) },
	"awaits": func(a, b *statsRow) int { return cmp.Compare(b.Awaits, a.Awaits) },
	"states": func(a, b *statsRow) int { return cmp.Compare(b.States, a.States) },
	"allocs": func(a, b *statsRow) int { return cmp.Compare(b.Allocations, a.Allocations) },
	"lines":  func(a, b *statsRow) int { return cmp.Compare(b.Lines, a.Lines) },
}

func stats(ctx context.Context, inv *invocation) int {
	order := statsOrders[inv.sort]
	if order == nil {
		return inv.usage(find("stats"), fmt.Sprintf("no column %q; there are frame, name, awaits, states, allocs and lines", inv.sort))
	}
	o := rewrite.Options{Dir: inv.dir, Tags: inv.tags, Patterns: inv.args}
	p := newProgress(inv.err)
	p.attach(&o)
	o.Warn = inv.warn(p)
	report, err := inspect.Load(ctx, o)
	p.done()
	if err != nil {
		fmt.Fprintf(inv.err, "goawait: %v\n", err)
		return exitFault
	}
	show := newShower(inv.dir)
	code := exitOK
	for _, d := range report.Diagnostics {
		fmt.Fprintln(inv.err, show.diagnostic(d))
		code = exitFault
	}
	rows := []*statsRow{}
	for _, f := range report.Functions {
		rows = append(rows, &statsRow{
			Function: f.PkgName + "." + f.Name, Package: f.Package, File: filepath.ToSlash(show.path(f.File)), Line: f.Line, Lowering: f.Lowering, Reason: f.Reason,
			Awaits: f.Awaits, States: f.States(), FrameBytes: f.FrameSize(), Allocations: f.Allocations(), Lines: f.Lines,
		})
	}
	slices.SortStableFunc(rows, func(a, b *statsRow) int {
		return cmp.Or(order(a, b), strings.Compare(a.Function, b.Function), strings.Compare(a.File, b.File))
	})
	total := statsTotal(rows)
	if inv.json {
		inv.printJSON(map[string]any{"functions": rows, "total": total})
		return code
	}
	if len(rows) > 0 {
		inv.printStats(rows, total)
	}
	return code
}

// A statsSum is what all functions come to.
type statsSum struct {
	Functions   int   `json:"functions"`
	Coroutines  int   `json:"coroutines"` // of the functions: those that are not flat
	Awaits      int   `json:"awaits"`
	States      int   `json:"states"`
	FrameBytes  int64 `json:"frameBytes"`
	Allocations int   `json:"allocations"`
	Lines       int   `json:"generatedLines"`
}

func statsTotal(rows []*statsRow) (t statsSum) {
	for _, r := range rows {
		t.Functions++
		if r.Lowering == "stackful" {
			t.Coroutines++
		}
		t.Awaits += r.Awaits
		t.States += r.States
		t.FrameBytes += r.FrameBytes
		t.Allocations += r.Allocations
		t.Lines += r.Lines
	}
	return t
}

// printStats prints a table.
func (inv *invocation) printStats(rows []*statsRow, t statsSum) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	name := 0 // of the first column, which is to the left
	for _, r := range rows {
		name = max(name, len([]rune(r.Function)))
	}
	pad := func(s string) string { return s + strings.Repeat(" ", max(0, name-len([]rune(s)))) }
	fmt.Fprintf(w, "%s\tawaits\tstates\tframe\tallocs\tlines\t\n", pad("function"))
	for _, r := range rows {
		where := fmt.Sprintf("  %s:%d", r.File, r.Line)
		if r.Lowering == "stackful" {
			fmt.Fprintf(w, "%s\t%d\t-\t-\t-\t%d\t%s, a coroutine\n", pad(r.Function), r.Awaits, r.Lines, where)
			continue
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", pad(r.Function), r.Awaits, r.States, r.FrameBytes, r.Allocations, r.Lines, where)
	}
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t\n", pad(count(t.Functions, "function")), t.Awaits, t.States, t.FrameBytes, t.Allocations, t.Lines)
	w.Flush()
	for line := range strings.Lines(b.String()) {
		fmt.Fprintln(inv.out, strings.TrimPrefix(strings.TrimRight(line, " \n"), "  ")) // tabwriter pads the first column, too
	}
	if t.Coroutines > 0 {
		fmt.Fprintf(inv.out, "\n%s no flat state machine; 'goawait explain FUNCTION' tells why.\n", areNot(t.Coroutines))
	}
}

func areNot(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}
