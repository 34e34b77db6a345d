package bench

// This file writes what was measured, as a table and as a report.

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goawait/goawait/bench/measure"
)

// units say how figures are called, and of what they are.
var units = map[string]struct{ name, unit string }{
	measure.NS:       {"time", "ns"},
	measure.Allocs:   {"allocations", ""},
	measure.Bytes:    {"bytes allocated", "B"},
	measure.Live:     {"memory held", "B"},
	measure.Create:   {"time to make", "ns"},
	measure.Complete: {"time to end", "ns"},
	measure.GC:       {"CPU time of a garbage collection", "ns"},
	measure.Peak:     {"peak memory", "B"},
	measure.CPU:      {"CPU time", "ns"},
	measure.Wall:     {"wall time", "ms"},
	measure.Lines:    {"lines", ""},
	measure.Binary:   {"bytes in a binary per line of source", "B"},
	measure.Compile:  {"time to compile", "ms"},
}

// Table writes all figures as one table for a terminal.
func Table(w io.Writer, results []Result) error {
	lines := [][]string{{"scenario", "rival", "n", "median", "least", "most", "× goawait", "× hand", "allocs", "bytes", "instructions"}}
	for _, r := range results {
		figure := ""
		for _, row := range r.Rows() {
			first := ""
			if row.Figure != figure { // names stand where they change
				figure = row.Figure
				first = row.Case + " " + units[figure].name
			}
			allocs, bytes, instructions := row.counts()
			lines = append(lines, []string{
				first, row.Rival, short(float64(row.N)), row.value(row.Median), short(row.Least), short(row.Most),
				row.Goawait.String(), row.Hand.String(), allocs, bytes, instructions,
			})
		}
	}
	return columns(w, lines)
}

// columns writes lines of cells: the first two to the left, the others to the right.
func columns(w io.Writer, lines [][]string) error {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range lines {
		var b strings.Builder
		for i, cell := range line {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch {
			case i == 0:
				b.WriteString(cell + space)
			case i == 1:
				b.WriteString("  " + cell + space)
			default:
				b.WriteString("  " + space + cell)
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// value writes a figure with its unit.
func (r Row) value(v float64) string {
	s := short(v)
	if u := units[r.Figure].unit; u != "" {
		s += " " + u
	}
	return s
}

// counts writes allocations, bytes and instructions, which only a figure of time has beside it.
func (r Row) counts() (allocs, bytes, instructions string) {
	if r.Figure != measure.NS {
		return "", "", ""
	}
	write := func(v float64) string {
		if v < 0 {
			return "?"
		}
		if v >= 1000 {
			return short(v)
		}
		return strconv.FormatFloat(float64(int64(v*100+0.5))/100, 'f', -1, 64)
	}
	instructions = "?"
	if r.Instructions >= 0 {
		instructions = short(r.Instructions)
	}
	return write(r.Allocs), write(r.Bytes), instructions
}

// String writes the ratio, and nothing if there is none.
func (r Ratio) String() string {
	if r == 0 {
		return ""
	}
	return short(float64(r))
}

// short writes v with three digits at most, and thousands apart.
func short(v float64) string {
	switch {
	case v < 0:
		return "-" + short(-v)
	case v == 0:
		return "0"
	case v >= 999.5:
		s := strconv.FormatFloat(v, 'f', 0, 64)
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
		return s
	}
	return strconv.FormatFloat(mustParse(strconv.FormatFloat(v, 'g', 3, 64)), 'f', -1, 64)
}

func mustParse(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return v
}

// A Setting is where and when something was measured.
type Setting struct {
	Date    string
	Machine string
	Rounds  int
	Load    string // average number of running processes before the run; empty if not known
	Tools   *Tools
	Divisor int
}

// Report writes the results in Markdown. Plot is the file with the plot; empty if there is none.
func Report(w io.Writer, s Setting, results []Result, panels []Panel, plot string) error {
	p := &printer{w: w}
	p.line("# Benchmarks\n")
	p.line("Written by `make bench`. How it is measured stands in the documentation of package bench.\n")
	p.line("- Date: %s", s.Date)
	p.line("- Machine: %s", s.Machine)
	if s.Load != "" {
		p.line("- Load before the run: %s", s.Load)
	}
	p.line("- Versions: %s", strings.Join(s.Tools.Versions, ", "))
	if len(s.Tools.Missing) > 0 {
		p.line("- Left out, as it is not installed: %s", strings.Join(s.Tools.Missing, ", "))
	}
	p.line("- Rounds: %d. Figures are medians, per operation where not said otherwise; *spread* goes from the least to the greatest.", s.Rounds)
	p.line("- Ratios are medians of the ratios in each round; above 1 the rival takes more than the one that it is compared with.")
	if slices.ContainsFunc(results, Result.counted) {
		p.line("- Instructions are counted by valgrind, for rivals in Go. What else the machine does makes little difference to them.")
	}
	if s.Divisor > 1 {
		p.line("- A short run: the numbers of operations are divided by %d. Its figures say little.", s.Divisor)
	}
	p.line("")
	if plot != "" {
		p.line("![Ratios of the rivals, and cost against size](%s)\n", plot)
	}
	p.targets(results)
	p.behind(results)
	for _, r := range results {
		p.result(r)
	}
	for _, panel := range panels {
		p.panel(panel)
	}
	return p.err
}

// A printer writes lines until one fails.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) targets(results []Result) {
	p.line("## Targets\n")
	p.line("| scenario | target | measured | |\n|---|---|---:|---|")
	for _, t := range Targets {
		v, ok := t.Measured(results)
		measured, verdict := short(v), "**not met**"
		switch {
		case !ok:
			measured, verdict = "", "not measured"
		case t.Met(v):
			verdict = "met"
		}
		p.line("| %s | %s | %s | %s |", t.Case, t.Text(), measured, verdict)
	}
	p.line("")
}

// behind lists where somebody takes clearly less than goawait.
func (p *printer) behind(results []Result) {
	p.line("## Where a rival is ahead\n")
	any := false
	for _, r := range results {
		for _, row := range r.Rows() {
			if row.Goawait > 0 && row.Goawait < 0.97 && !strings.HasPrefix(row.Rival, Goawait) && row.Rival != Source {
				any = true
				p.line("- %s, %s: %s takes %s of what goawait takes.", row.Case, units[row.Figure].name, row.Rival, row.Goawait)
			}
		}
	}
	if !any {
		p.line("Nowhere in this run.")
	}
	p.line("")
}

// panel writes what a panel of the plot shows: a line for each size.
func (p *printer) panel(panel Panel) {
	head, rule := "| |", "|---:|"
	sizes := map[int]bool{}
	for _, c := range panel.Curves {
		head += " " + c.Rival + " |"
		rule += "---:|"
		for _, pt := range c.Points {
			sizes[pt.N] = true
		}
	}
	p.line("## Scale: %s\n\n%s\n%s", panel.Title, head, rule)
	for _, n := range slices.Sorted(maps.Keys(sizes)) {
		line := fmt.Sprintf("| %s |", short(float64(n)))
		for _, c := range panel.Curves {
			cell := ""
			for _, pt := range c.Points {
				if pt.N == n {
					cell = short(pt.Cost)
				}
			}
			line += " " + cell + " |"
		}
		p.line("%s", line)
	}
	p.line("")
}

func (p *printer) result(r Result) {
	p.line("## %s: %s\n", r.Case.ID, r.Case.Title)
	for _, note := range r.Case.Notes {
		p.line("%s\n", note)
	}
	head, rule := "| | n | median | spread | × goawait | × hand-written |", "|---|---:|---:|---:|---:|---:|"
	figure := ""
	for _, row := range r.Rows() {
		timed := row.Figure == measure.NS
		if row.Figure != figure {
			if figure != "" {
				p.line("")
			}
			figure = row.Figure
			more, moreRule := "", ""
			if timed {
				more, moreRule = " allocations | bytes | instructions |", "---:|---:|---:|"
			}
			p.line("%s%s\n%s%s", strings.Replace(head, "median", units[figure].name, 1), more, rule, moreRule)
		}
		line := fmt.Sprintf("| %s | %s | %s | %s – %s | %s | %s |", row.Rival, short(float64(row.N)),
			row.value(row.Median), short(row.Least), short(row.Most), row.Goawait, row.Hand)
		if timed {
			allocs, bytes, instructions := row.counts()
			line += fmt.Sprintf(" %s | %s | %s |", allocs, bytes, instructions)
		}
		p.line("%s", line)
	}
	p.line("")
}
