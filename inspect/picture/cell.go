package picture

// This file draws a node: the await that it goes on after, what the frame keeps meanwhile, and the code.

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goawait/goawait/inspect"
)

// A cell is a node as it is drawn:
//
//	( ‖ s.price(ctx, id)  21 )   the await
//	  ┊ ctx, s, sum              what is kept
//	| 1 | 22  sum += price   |   the code
type cell struct {
	node *inspect.Node
	box  box

	live  []string // lines of text
	keeps string   // all of it
	code  []codeLine
	pill  string
}

type codeLine struct {
	number      int
	text        string
	await, exit bool
}

const (
	bandWidth  = 28
	lineHeight = 17
	pillHeight = 24
	liveHeight = 15
	codeLeft   = bandWidth + 52 // of the text
	maxText    = 66             // characters of a line
)

func newCell(f *inspect.Function, m *inspect.Machine, n *inspect.Node) *cell {
	c := &cell{node: n}
	c.code = code(f, m, n)
	for _, l := range c.code {
		c.box.w = max(c.box.w, codeLeft+wide(l.text, 12)+12)
	}
	c.box.h = max(1, len(c.code))*lineHeight + 12
	if n.Await == nil {
		c.box.w = max(c.box.w, 120)
		return c
	}
	c.pill = cut(n.Await.Text, maxText)
	c.box.w = max(c.box.w, wide(c.pill, 12)+wide(fmt.Sprint(n.Await.Line), 12)+60)
	c.live = wrap(n.Await.Live, max(36, c.box.w/7-8), 3)
	for _, l := range c.live {
		c.box.w = max(c.box.w, 2*(wide(l, 11)+12))
	}
	c.keeps = keeps(m, n)
	c.box.h += pillHeight + c.asleep()
	return c
}

// asleep is the height of the part between the await and the code.
func (c *cell) asleep() int { return max(20, len(c.live)*liveHeight+10) }

// wrap breaks a list of names into lines of n characters, and cuts it after some.
func wrap(names []string, n, lines int) (out []string) {
	for i, name := range names {
		if i < len(names)-1 {
			name += ","
		}
		last := len(out) - 1
		switch {
		case last >= 0 && len(out[last])+1+len(name) <= n:
			out[last] += " " + name
		case len(out) == lines:
			out[last] = strings.TrimSuffix(out[last], ",") + fmt.Sprintf(" and %d more", len(names)-i)
			return out
		default:
			out = append(out, name)
		}
	}
	return out
}

// keeps tells what the frame keeps at an await, with types and sizes.
func keeps(m *inspect.Machine, n *inspect.Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "While it waits for %s, the frame keeps", n.Await.Text)
	for _, name := range n.Await.Live {
		for _, v := range m.Variables {
			if v.Name == name {
				fmt.Fprintf(&b, "\n%s %s, %d bytes", v.Name, v.Type, v.Size)
				break
			}
		}
	}
	if len(n.Await.Live) == 0 {
		b.WriteString(" nothing else")
	}
	return b.String()
}

// code lists the lines of a node. Of many, those count most in which something waits or the function is left.
func code(f *inspect.Function, m *inspect.Machine, n *inspect.Node) (lines []codeLine) {
	most := 9
	if len(m.Nodes) > 12 {
		most = 6
	}
	awaits, exits := map[int]bool{}, map[int]bool{}
	for _, e := range m.Edges {
		if e.From == n.ID && m.Nodes[e.To].Await != nil {
			awaits[m.Nodes[e.To].Await.Line] = true
		}
	}
	numbers := slices.Clone(n.Lines)
	for _, x := range n.Exits {
		exits[x.Line] = true
		if x.Kind == "end" && !slices.Contains(numbers, x.Line) {
			numbers = append(numbers, x.Line)
		}
	}
	for _, e := range m.Edges { // the head of a loop is told at the loop, unless there is nothing else
		if to := m.Nodes[e.To]; e.From == n.ID && to.Kind == inspect.NodeLoop && to != n {
			rest := slices.DeleteFunc(slices.Clone(numbers), func(l int) bool { return l == to.Line })
			if len(rest) > 0 {
				numbers = rest
			}
		}
	}
	if n.Await != nil { // nor its own lines above it
		rest := slices.DeleteFunc(slices.Clone(numbers), func(l int) bool {
			return l >= n.Await.Line && l <= n.Await.EndLine && !awaits[l] && !exits[l]
		})
		if len(rest) > 0 {
			numbers = rest
		}
	}
	if n.Kind == inspect.NodeLoop && !slices.Contains(numbers, n.Line) {
		numbers = append(numbers, n.Line)
	}
	if len(numbers) == 0 {
		numbers = append(numbers, n.Line)
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		text := strings.ReplaceAll(f.SourceLine(number), "\t", "  ")
		trimmed := strings.TrimSpace(text)
		if !exits[number] && (strings.Trim(trimmed, "})({ ,") == "" || strings.HasPrefix(trimmed, "//")) {
			continue
		}
		lines = append(lines, codeLine{number, text, awaits[number], exits[number]})
	}
	lines = important(lines, most)
	unindent(lines)
	return lines
}

// important keeps n of the lines.
func important(lines []codeLine, n int) []codeLine {
	if len(lines) <= n {
		return lines
	}
	keep := map[int]bool{}
	for _, want := range []func(codeLine) bool{
		func(l codeLine) bool { return l.await }, func(l codeLine) bool { return l.exit }, func(codeLine) bool { return true },
	} {
		for i, l := range lines {
			if len(keep) < n-1 && want(l) {
				keep[i] = true
			}
		}
	}
	var out []codeLine
	for i, l := range lines {
		if keep[i] {
			out = append(out, l)
		}
	}
	return append(out, codeLine{text: fmt.Sprintf("… %d more", len(lines)-len(out))})
}

// unindent takes off what all lines are indented by, and cuts them.
func unindent(lines []codeLine) {
	common := 1000
	for _, l := range lines {
		if l.number > 0 {
			common = min(common, len(l.text)-len(strings.TrimLeft(l.text, " ")))
		}
	}
	for i, l := range lines {
		if l.number > 0 {
			lines[i].text = withoutComment(l.text[common:])
		}
		lines[i].text = cut(lines[i].text, maxText)
	}
}

// withoutComment takes the comment at the end of a line off, where it is certain to be one.
func withoutComment(line string) string {
	i := strings.LastIndex(line, " // ")
	if i < 0 || strings.ContainsAny(line[i:], "\"`'") {
		return line
	}
	return strings.TrimRight(line[:i], " ")
}

func (c *cell) draw(s *svg, dx, dy int) {
	x, y, w := c.box.x+dx, c.box.y+dy, c.box.w
	top := y
	if n := c.node; n.Await != nil {
		s.add(`<g><title>%s</title>`, escape(c.keeps))
		s.add(`<rect class="pill" x="%d" y="%d" width="%d" height="%d" rx="12"/>`, x, y, w, pillHeight)
		pause(s, x+12, y+8)
		s.text("wait", x+28, y+16, c.pill)
		number := fmt.Sprint(n.Await.Line)
		s.text("no", x+w-12-wide(number, 12), y+16, number)
		mid := x + w/2
		top = y + pillHeight + c.asleep()
		s.add(`<path class="asleep" d="M%d %dV%d"/>`, mid, y+pillHeight, top-6)
		arrow(s, "asleeparrow", mid, top)
		for i, l := range c.live {
			s.text("live", mid+10, y+pillHeight+15+i*liveHeight, l)
		}
		s.add("</g>")
	}
	h := y + c.box.h - top
	s.add(`<rect class="box" x="%d" y="%d" width="%d" height="%d" rx="6"/>`, x, top, w, h)
	class := "band"
	switch c.node.Kind {
	case inspect.NodeLoop:
		class = "loop"
	case inspect.NodeJoin:
		class = "join"
	}
	s.add(`<path class="%s" d="M%d %dh%dv%dh-%da6 6 0 0 1 -6 -6v-%da6 6 0 0 1 6 -6z"/>`, class, x+6, top, bandWidth-6, h, bandWidth-6, h-12)
	c.sign(s, x+bandWidth/2, top+h/2)
	for i, l := range c.code {
		base := top + 6 + i*lineHeight + 13
		if l.number > 0 {
			number := fmt.Sprint(l.number)
			s.text("no", x+bandWidth+28-wide(number, 12), base, number)
		}
		switch {
		case l.await:
			pause(s, x+bandWidth+34, base-9)
		case l.exit:
			exit(s, x+bandWidth+32, base-10)
		}
		s.text("code", x+codeLeft, base, l.text)
	}
}

// sign draws the number of a state, a ring for a loop, and a dot for a place where ways meet.
func (c *cell) sign(s *svg, x, y int) {
	switch c.node.Kind {
	case inspect.NodeLoop:
		s.add(`<path class="sign" d="M%d %da5 5 0 1 1 -3 -4m0 -3.5v4h-4"/>`, x+5, y+1)
	case inspect.NodeJoin:
		s.add(`<path class="sign" d="M%d %dl4 4l4 -4m-4 4v5"/>`, x-4, y-4)
	default:
		s.text("num", x, y+4, fmt.Sprint(c.node.State))
	}
}
