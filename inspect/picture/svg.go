// Package picture draws the state machines that package inspect describes: as SVG, and as text for Graphviz and Mermaid.
package picture

// This file writes SVG. It needs no script, no font and no other file, and follows the light or dark scheme of whoever shows it.

import (
	"fmt"
	"html"
	"path/filepath"
	"strings"

	"github.com/goawait/goawait/inspect"
)

// SVG draws the state machine of a function, with those of its async blocks beside it.
func SVG(f *inspect.Function) []byte {
	p := newPanel(f, f.Machine, 0)
	width, height := p.w+2*margin, p.h+2*margin+legendHeight
	width = max(width, 600)
	s := &svg{}
	s.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`,
		width, height, width, height, escape("State machine of "+f.Name))
	s.add("<style>%s</style>", style)
	s.add(`<rect class="page" width="%d" height="%d" rx="8"/>`, width, height)
	p.draw(s, margin, margin)
	legend(s, margin, height-margin-legendHeight+26)
	s.add("</svg>")
	return []byte(s.String())
}

const (
	margin       = 24
	legendHeight = 34
)

// The colours, light and dark. Every viewer knows plain rules; those that do not know the query show the light ones.
const style = `
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
.title{font:600 17px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
.sub,.note{font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:#59636e}
.no{fill:#818b98}
.page{fill:#fff}
.panel{fill:#f6f8fa;stroke:#afb8c1;stroke-dasharray:5 4}
.box{fill:#f6f8fa;stroke:#d1d9e0}
.panel~.box{fill:#fff}
.band{fill:#59636e}
.loop{fill:#0969da}
.join{fill:#818b98}
.num{font-weight:700;fill:#fff;text-anchor:middle}
.sign{fill:none;stroke:#fff;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.pill{fill:#fff3c4;stroke:#d4a72c}
.wait{fill:#6b4a00}
.pause{fill:#9a6700}
.live{font-size:11px;fill:#0550ae}
.edge{fill:none;stroke:#59636e;stroke-width:1.3}
.arrow{fill:#59636e}
.asleep{fill:none;stroke:#d4a72c;stroke-width:1.6;stroke-dasharray:3 3}
.asleeparrow{fill:#d4a72c}
.exit{fill:none;stroke:#1a7f37;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.chip{fill:#fff}
.cond{font-size:11px;fill:#59636e;text-anchor:middle}
.starts{fill:none;stroke:#8250df;stroke-width:1.3;stroke-dasharray:2 4}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.sub,.note{fill:#9198a1}
.no{fill:#6e7681}
.page{fill:#0d1117}
.panel{fill:#11161d;stroke:#484f58}
.box{fill:#161b22;stroke:#3d444d}
.panel~.box{fill:#0d1117}
.band{fill:#484f58}
.loop{fill:#1f6feb}
.join{fill:#484f58}
.num{fill:#fff}
.pill{fill:#332701;stroke:#9e6a03}
.wait{fill:#eac54f}
.pause{fill:#d29922}
.live{fill:#79c0ff}
.edge{stroke:#9198a1}
.arrow{fill:#9198a1}
.asleep{stroke:#9e6a03}
.asleeparrow{fill:#9e6a03}
.exit{stroke:#3fb950}
.chip{fill:#0d1117}
.cond{fill:#9198a1}
.starts{stroke:#ab7df8}
}
`

type svg struct{ strings.Builder }

func (s *svg) add(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

func (s *svg) text(class string, x, y int, text string) {
	s.add(`<text class="%s" x="%d" y="%d" xml:space="preserve">%s</text>`, class, x, y, escape(text))
}

func escape(s string) string { return html.EscapeString(s) }

// wide is the width of a text of the picture's own font in pixels, rounded up.
func wide(text string, size int) int { return len([]rune(text))*size*61/100 + 1 }

// A panel is one machine with the panels of its blocks beside it.
type panel struct {
	f     *inspect.Function
	m     *inspect.Machine
	depth int

	cells  []*cell
	links  []*link
	conds  map[*link]string
	notes  []string
	inner  []*panel
	w, h   int
	graphW int
	graphH int
	innerX int
	innerY []int
}

const (
	headHeight = 52
	noteHeight = 18
	padding    = 18 // of a panel inside of another
)

func newPanel(f *inspect.Function, m *inspect.Machine, depth int) *panel {
	p := &panel{f: f, m: m, depth: depth, conds: map[*link]string{}}
	var boxes []*box
	for _, n := range m.Nodes {
		c := newCell(f, m, n)
		p.cells = append(p.cells, c)
		boxes = append(boxes, &c.box)
	}
	for _, e := range m.Edges {
		k := &link{from: boxes[e.From], to: boxes[e.To], back: e.Back}
		if e.Cond != "" {
			p.conds[k] = e.Cond
			k.labelWidth = wide(cut(e.Cond, 46), 11)
		}
		p.links = append(p.links, k)
	}
	p.graphW, p.graphH = place(boxes, p.links)
	p.h = headHeight + p.graphH
	p.w = max(p.graphW, wide(p.title(), 10), wide(p.subtitle(), 7)+8)
	if len(m.Deferred) > 0 {
		p.notes = append(p.notes, "on every way out the deferred calls run, last first:")
		for i := len(m.Deferred) - 1; i >= 0; i-- {
			d := m.Deferred[i]
			text := fmt.Sprintf("%4d  defer %s", d.Line, cut(d.Text, 56))
			if d.Awaits {
				text += ", which waits"
			}
			p.notes = append(p.notes, text)
			p.w = max(p.w, wide(text, 12))
		}
		p.h += 10 + len(p.notes)*noteHeight
	}
	p.besides()
	return p
}

// besides places the panels of the blocks to the right, each as high as the box that starts it if there is room.
func (p *panel) besides() {
	p.innerX = p.w + 48
	y := 0
	for i, b := range p.m.Blocks {
		in := newPanel(p.f, b, p.depth+1)
		p.inner = append(p.inner, in)
		for _, c := range p.cells {
			for _, s := range c.node.Starts {
				if s == i {
					y = max(y, headHeight+c.box.y-padding)
				}
			}
		}
		p.innerY = append(p.innerY, y)
		y += in.h + 2*padding + 24
		p.w = max(p.w, p.innerX+in.w+2*padding)
		p.h = max(p.h, y-24)
	}
}

func (p *panel) title() string {
	if p.m.Kind == inspect.KindFunction {
		return p.f.PkgName + "." + p.f.Name
	}
	return fmt.Sprintf("%s, lines %d–%d", p.m.Kind, p.m.Line, p.m.EndLine)
}

func (p *panel) subtitle() string {
	text := fmt.Sprintf("%s · frame of %d bytes · %s", count(p.m.States, "state"), p.m.Frame.Size, count(p.m.AllocationCount(), "allocation"))
	if p.m.Kind == inspect.KindFunction {
		text = fmt.Sprintf("%s:%d · ", filepath.Base(p.f.File), p.f.Line) + text
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (p *panel) draw(s *svg, x, y int) {
	s.add("<g>")
	if p.depth > 0 {
		s.add(`<rect class="panel" x="%d" y="%d" width="%d" height="%d" rx="8"/>`, x-padding, y-padding+6, p.w+2*padding, p.h+2*padding-6)
	}
	s.text("title", x, y+16, p.title())
	s.text("sub", x, y+36, p.subtitle())
	gx, gy := x+(p.widthOfGraph()-p.graphW)/2, y+headHeight
	for _, k := range p.links {
		s.add(`<path class="edge" d="%s"/>`, path(k.points, gx, gy))
		end := k.points[len(k.points)-1]
		arrow(s, "arrow", gx+end.x, gy+end.y)
	}
	for _, k := range p.links {
		if c := p.conds[k]; c != "" {
			b := k.chain[0]
			s.add(`<g><title>%s</title>`, escape(c))
			s.add(`<rect class="chip" x="%d" y="%d" width="%d" height="%d" rx="4"/>`, gx+b.x, gy+b.y, b.w, labelHeight)
			s.text("cond", gx+b.mid, gy+b.y+13, cut(c, 46))
			s.add("</g>")
		}
	}
	for _, c := range p.cells {
		c.draw(s, gx, gy)
	}
	for i, note := range p.notes {
		class := "note"
		if i > 0 {
			class = "no"
		}
		s.text(class, x, gy+p.graphH+22+i*noteHeight, note)
	}
	for i, in := range p.inner {
		ix, iy := x+p.innerX+padding, y+p.innerY[i]+padding
		for _, c := range p.cells {
			for _, b := range c.node.Starts {
				if b == i {
					x0, y0 := gx+c.box.x+c.box.w, gy+c.box.y+c.box.h-12
					x1, y1 := ix-padding, iy+16
					s.add(`<path class="starts" d="M%d %dC%d %d %d %d %d %d"/>`, x0, y0, (x0+x1)/2, y0, (x0+x1)/2, y1, x1, y1)
				}
			}
		}
		in.draw(s, ix, iy)
	}
	s.add("</g>")
}

// widthOfGraph is the width of the panel without those of its blocks.
func (p *panel) widthOfGraph() int {
	if len(p.inner) > 0 {
		return p.innerX - 48
	}
	return p.w
}

// path leads through points: straight where that is upright or level, else in a curve that is upright at both ends. Corners are
// round.
func path(ps []point, dx, dy int) string {
	const r = 7
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", ps[0].x+dx, ps[0].y+dy)
	last := len(ps) - 1
	level := func(i int) bool { return i >= 0 && i < last && ps[i].y == ps[i+1].y && ps[i].x != ps[i+1].x }
	for i := 1; i <= last; i++ {
		p, q := ps[i], ps[i-1]
		x, y := p.x+dx, p.y+dy
		if i == last {
			y -= 5 // for the arrow
		}
		switch {
		case i < last && level(i-1) != level(i) && (p.x == q.x || p.y == q.y):
			n := ps[i+1]
			fmt.Fprintf(&b, "L%d %dQ%d %d %d %d", x-r*sign(p.x-q.x), y-r*sign(p.y-q.y), x, y, x+r*sign(n.x-p.x), y+r*sign(n.y-p.y))
		case p.x == q.x || p.y == q.y:
			fmt.Fprintf(&b, "L%d %d", x, y)
		default:
			mid := (p.y+q.y)/2 + dy
			fmt.Fprintf(&b, "C%d %d %d %d %d %d", q.x+dx, mid, x, mid, x, y)
		}
	}
	return b.String()
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func arrow(s *svg, class string, x, y int) {
	s.add(`<path class="%s" d="M%d %dl-4.5 -8h9z"/>`, class, x, y)
}

// legend explains the signs.
func legend(s *svg, x, y int) {
	s.add(`<rect class="pill" x="%d" y="%d" width="22" height="14" rx="7"/>`, x, y-11)
	pause(s, x+8, y-8)
	s.text("note", x+30, y, "waits here")
	x += 112
	s.add(`<path class="asleep" d="M%d %dv14"/>`, x, y-11)
	s.text("live", x+8, y, "ctx, id")
	s.text("note", x+62, y, "what the frame keeps meanwhile")
	x += 284
	exit(s, x, y-10)
	s.text("note", x+16, y, "leaves the function")
}

// pause draws the sign for waiting.
func pause(s *svg, x, y int) {
	s.add(`<path class="pause" d="M%d %dh2.5v8h-2.5zM%d %dh2.5v8h-2.5z"/>`, x, y, x+5, y)
}

// exit draws the sign for leaving.
func exit(s *svg, x, y int) {
	s.add(`<path class="exit" d="M%d %dv4h-8m3 -3l-3 3l3 3"/>`, x+9, y+2)
}

// cut cuts a text after n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:n-1]), " ") + "…"
	}
	return s
}
