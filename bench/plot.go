package bench

// This file draws a plot of the results as SVG.

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/goawait/goawait/bench/measure"
)

// Sizes of the plot, in pixels.
const (
	plotWidth   = 960
	labelWidth  = 260 // of what stands left of the dots
	rowHeight   = 18
	margin      = 16
	headHeight  = 92
	panelHeight = 230

	panelsPerRow = 3
)

// kinds of rivals have a colour each; the first whose name a rival's begins with is its own.
var kinds = []struct{ prefix, colour string }{
	{Goawait, "#d62728"},
	{Hand, "#000000"},
	{"goroutine", "#1f77b4"},
	{"plain Go call", "#8fbfe0"},
	{"iter.Pull", "#17becf"},
	{"node", "#2ca02c"},
	{"Rust", "#ff7f0e"},
	{"Python asyncio", "#9467bd"},
	{"go vet", "#8c564b"},
	{"go build", "#c49c94"},
	{Source, "#7f7f7f"},
	{Output, "#d62728"},
}

func colour(rival string) string {
	for _, k := range kinds {
		if strings.HasPrefix(rival, k.prefix) {
			return k.colour
		}
	}
	return "#7f7f7f"
}

// A scale maps values to pixels by their logarithms.
type scale struct{ low, high, from, to float64 }

func (s scale) at(v float64) float64 {
	v = min(max(v, s.low), s.high)
	return s.from + (s.to-s.from)*math.Log(v/s.low)/math.Log(s.high/s.low)
}

// decades gives the powers of ten in s.
func (s scale) decades() (values []float64) {
	for e := math.Ceil(math.Log10(s.low) - 1e-9); e <= math.Log10(s.high)+1e-9; e++ {
		values = append(values, math.Pow(10, e))
	}
	return values
}

// around is a scale over whole decades that holds all values.
func around(values []float64, from, to float64) scale {
	low, high := 1.0, 1.0
	for i, v := range values {
		if i == 0 {
			low, high = v, v
		}
		low, high = min(low, v), max(high, v)
	}
	low = math.Pow(10, math.Floor(math.Log10(low)))
	high = math.Pow(10, math.Ceil(math.Log10(high)))
	if high <= low {
		high = 10 * low
	}
	return scale{low, high, from, to}
}

// Plot draws the ratios of all rivals to goawait, and below them how costs change with size.
func Plot(w io.Writer, results []Result, panels []Panel) error {
	rows := ratios(results)
	below := headHeight + rowHeight*len(rows) + 2*margin
	height := below + (len(panels)+panelsPerRow-1)/panelsPerRow*panelHeight
	d := &drawing{w: w}
	d.put(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`,
		plotWidth, height, plotWidth, height)
	d.put(`<rect width="%d" height="%d" fill="#ffffff"/>`, plotWidth, height)
	d.text(margin, 22, "start", "What rivals take, as a multiple of what goawait takes (left of the line: less than goawait)")
	d.legend(rows)
	d.ratios(rows)
	const width = plotWidth / panelsPerRow
	for i, p := range panels {
		d.panel(p, float64(i%panelsPerRow*width), float64(below+i/panelsPerRow*panelHeight), width)
	}
	d.put(`</svg>`)
	return d.err
}

// A drawing writes elements until one fails.
type drawing struct {
	w   io.Writer
	err error
}

func (d *drawing) put(format string, args ...any) {
	if d.err == nil {
		_, d.err = fmt.Fprintf(d.w, format+"\n", args...)
	}
}

func (d *drawing) text(x, y float64, anchor, text string) {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil && d.err == nil {
		d.err = err
	}
	d.put(`<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, y, anchor, b.String())
}

func (d *drawing) line(x1, y1, x2, y2 float64, colour string) {
	d.put(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`, x1, y1, x2, y2, colour)
}

// A ratioRow is a figure of a case, with the rivals that have a ratio to goawait.
type ratioRow struct {
	label string
	rows  []Row
}

// ratios leaves out figures that are not what a case is about.
func ratios(results []Result) (list []ratioRow) {
	for _, r := range results {
		figure := ""
		for _, row := range r.Rows() {
			if row.Goawait <= 0 || row.Figure == measure.GC || row.Figure == measure.Wall && len(r.Case.Figures) > 1 {
				continue
			}
			if row.Figure != figure {
				figure = row.Figure
				list = append(list, ratioRow{label: row.Case + " " + units[figure].name})
			}
			last := &list[len(list)-1]
			last.rows = append(last.rows, row)
		}
	}
	return list
}

func (d *drawing) legend(list []ratioRow) {
	x, y := float64(margin), 38.0
	for _, k := range kinds {
		if k.prefix == Output || k.prefix != Goawait && !shown(list, k.prefix) {
			continue
		}
		width := 30 + 7*float64(len(k.prefix))
		if x+width > plotWidth {
			x, y = margin, y+rowHeight
		}
		d.put(`<circle cx="%.1f" cy="%.1f" r="4" fill="%s"/>`, x+4, y, k.colour)
		d.text(x+12, y+4, "start", k.prefix)
		x += width
	}
}

func shown(list []ratioRow, prefix string) bool {
	for _, l := range list {
		for _, r := range l.rows {
			if strings.HasPrefix(r.Rival, prefix) {
				return true
			}
		}
	}
	return false
}

func (d *drawing) ratios(list []ratioRow) {
	values := []float64{0.5, 2}
	for _, l := range list {
		for _, r := range l.rows {
			values = append(values, float64(r.Goawait))
		}
	}
	x := around(values, labelWidth, plotWidth-2*margin)
	bottom := float64(headHeight + rowHeight*len(list))
	for _, v := range x.decades() {
		stroke := "#dddddd"
		if v > 0.9 && v < 1.1 {
			stroke = colour(Goawait)
		}
		d.line(x.at(v), headHeight, x.at(v), bottom, stroke)
		d.text(x.at(v), headHeight-6, "middle", short(v)+"×")
	}
	for i, l := range list {
		y := float64(headHeight + rowHeight*i + rowHeight/2)
		d.text(labelWidth-margin, y+4, "end", l.label)
		d.line(labelWidth, y, plotWidth-2*margin, y, "#f0f0f0")
		for _, r := range l.rows {
			d.put(`<circle cx="%.1f" cy="%.1f" r="4" fill="%s"><title>%s: %s×</title></circle>`,
				x.at(float64(r.Goawait)), y, colour(r.Rival), escaped(r.Rival), r.Goawait)
		}
	}
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes all
	return b.String()
}

// panel draws curves of cost against size into a part of the plot.
func (d *drawing) panel(p Panel, left, top, width float64) {
	var sizes, costs []float64
	for _, c := range p.Curves {
		for _, pt := range c.Points {
			sizes, costs = append(sizes, float64(pt.N)), append(costs, pt.Cost)
		}
	}
	x := around(sizes, left+60, left+width-margin)
	y := around(costs, top+panelHeight-44, top+30)
	d.text(left+60, top+14, "start", p.Title)
	for _, v := range x.decades() {
		d.line(x.at(v), y.from, x.at(v), y.to, "#dddddd")
		d.put(`<text x="%.1f" y="%.1f" text-anchor="middle">10<tspan dy="-4" font-size="9">%.0f</tspan></text>`, x.at(v), y.from+16, math.Log10(v))
	}
	for _, v := range y.decades() {
		d.line(x.from, y.at(v), x.to, y.at(v), "#dddddd")
		d.text(x.from-6, y.at(v)+4, "end", short(v))
	}
	for _, c := range p.Curves {
		var points []string
		for _, pt := range c.Points {
			d.put(`<circle cx="%.1f" cy="%.1f" r="2.5" fill="%s"/>`, x.at(float64(pt.N)), y.at(pt.Cost), colour(c.Rival))
			points = append(points, fmt.Sprintf("%.1f,%.1f", x.at(float64(pt.N)), y.at(pt.Cost)))
		}
		d.put(`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"><title>%s</title></polyline>`,
			strings.Join(points, " "), colour(c.Rival), escaped(c.Rival))
	}
}
