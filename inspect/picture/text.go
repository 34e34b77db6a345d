package picture

// This file writes the graph as text for Graphviz and for Mermaid.

import (
	"fmt"
	"strings"

	"github.com/goawait/goawait/inspect"
)

// Format gives the function that draws in a format: svg, dot or mermaid. It is nil for any other.
func Format(name string) func(*inspect.Function) []byte {
	switch name {
	case "svg":
		return SVG
	case "dot":
		return DOT
	case "mermaid":
		return Mermaid
	}
	return nil
}

// DOT draws the state machine of a function for Graphviz.
func DOT(f *inspect.Function) []byte {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("digraph %s {", quote(f.Name))
	p("\tnode [shape=box, style=\"rounded,filled\", fillcolor=\"#f6f8fa\", color=\"#d1d9e0\", fontname=monospace, fontsize=11];")
	p("\tedge [fontname=monospace, fontsize=10, color=\"#59636e\"];")
	eachMachine(f.Machine, "m", func(m *inspect.Machine, id string) {
		p("\tsubgraph cluster_%s {", id)
		p("\t\tlabel=%s; fontname=monospace; color=\"#afb8c1\"; style=dashed;", quote(machineTitle(f, m)))
		for _, n := range m.Nodes {
			lines := []string{nodeTitle(n)}
			for _, l := range code(f, m, n) {
				lines = append(lines, plainCode(l))
			}
			extra := ""
			switch n.Kind {
			case inspect.NodeLoop:
				extra = ", fillcolor=\"#ddf4ff\""
			case inspect.NodeState:
				extra = ", color=\"#d4a72c\""
			}
			p("\t\t%s_%d [label=%s%s];", id, n.ID, leftAligned(lines), extra)
		}
		for _, e := range m.Edges {
			p("\t\t%s_%d -> %s_%d [label=%s%s];", id, e.From, id, e.To, leftAligned(edgeText(m, e)), map[bool]string{true: ", constraint=false"}[e.Back])
		}
		p("\t}")
		for i := range m.Blocks {
			for _, n := range m.Nodes {
				for _, s := range n.Starts {
					if s == i {
						p("\t%s_%d -> %sb%d_0 [style=dotted, label=\"starts\"];", id, n.ID, id, i)
					}
				}
			}
		}
	})
	p("}")
	return []byte(b.String())
}

// Mermaid draws the state machine of a function for Mermaid.
func Mermaid(f *inspect.Function) []byte {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("flowchart TD")
	eachMachine(f.Machine, "m", func(m *inspect.Machine, id string) {
		p("\tsubgraph %s[\"%s\"]", id, mermaidText(machineTitle(f, m)))
		for _, n := range m.Nodes {
			lines := []string{mermaidText(nodeTitle(n))}
			for _, l := range code(f, m, n) {
				lines = append(lines, mermaidText(plainCode(l)))
			}
			open, end := "[", "]"
			if n.Kind != inspect.NodeState && n.Kind != inspect.NodeStart {
				open, end = "([", "])"
			}
			p("\t\t%s_%d%s\"%s\"%s", id, n.ID, open, strings.Join(lines, "<br/>"), end)
		}
		for _, e := range m.Edges {
			text := edgeText(m, e)
			for i, t := range text {
				text[i] = mermaidText(t)
			}
			label := ""
			if len(text) > 0 {
				label = "|\"" + strings.Join(text, "<br/>") + "\"|"
			}
			p("\t\t%s_%d -->%s %s_%d", id, e.From, label, id, e.To)
		}
		p("\tend")
		for i := range m.Blocks {
			for _, n := range m.Nodes {
				for _, s := range n.Starts {
					if s == i {
						p("\t%s_%d -.->|starts| %sb%d_0", id, n.ID, id, i)
					}
				}
			}
		}
	})
	return []byte(b.String())
}

// eachMachine calls f with a machine and those of its blocks. The block with index i of the machine with the name id has the
// name idbi, so that no block can have the name of a node.
func eachMachine(m *inspect.Machine, id string, f func(m *inspect.Machine, id string)) {
	f(m, id)
	for i, b := range m.Blocks {
		eachMachine(b, fmt.Sprintf("%sb%d", id, i), f)
	}
}

func machineTitle(f *inspect.Function, m *inspect.Machine) string {
	p := &panel{f: f, m: m}
	return p.title() + ": " + p.subtitle()
}

func nodeTitle(n *inspect.Node) string {
	switch n.Kind {
	case inspect.NodeStart:
		return "state 0: the start"
	case inspect.NodeState:
		return fmt.Sprintf("state %d, behind the await at line %d", n.State, n.Await.Line)
	case inspect.NodeLoop:
		return "loop"
	}
	return "then"
}

func plainCode(l codeLine) string {
	if l.number == 0 {
		return l.text
	}
	return fmt.Sprintf("%d  %s", l.number, l.text)
}

// edgeText is when an edge is taken, what it waits for on its way, and what the frame keeps meanwhile.
func edgeText(m *inspect.Machine, e *inspect.Edge) (lines []string) {
	if e.Cond != "" {
		lines = append(lines, cut(e.Cond, 60))
	}
	if a := m.Nodes[e.To].Await; a != nil {
		lines = append(lines, "await "+cut(a.Text, 60))
		if len(a.Live) > 0 {
			keep := wrap(a.Live, 50, 3)
			keep[0] = "keeps " + keep[0]
			lines = append(lines, keep...)
		}
	}
	return lines
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// leftAligned is a label of lines.
func leftAligned(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		q := quote(l)
		b.WriteString(q[1:len(q)-1] + `\l`)
	}
	return `"` + b.String() + `"`
}

// mermaidText writes characters that Mermaid takes for its own as entities.
func mermaidText(s string) string {
	return strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "|", "#124;", "`", "#96;", " ", " ").Replace(s)
}
