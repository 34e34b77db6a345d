package inspect

// This file makes the graph of states of the list of operations of a plan: it begins with a node for each operation and takes those out,
// one by one, that are no state, no loop and no place where ways meet and part again.

import (
	"cmp"
	"go/ast"
	"maps"
	"slices"

	sm "github.com/goawait/goawait/statemachine"
)

// A vertex is a node in the making. What it covers goes to those before it when it is taken out.
type vertex struct {
	order  int
	op     int // index of the operation; -1 for the start
	kind   string
	state  int
	lines  map[int]bool
	starts map[*ast.FuncLit]bool
	exits  []exitWay
	out    map[*vertex]condition
	in     map[*vertex]bool
}

type exitWay struct {
	kind string
	line int
	cond condition
}

// A grapher works on one plan.
type grapher struct {
	d    *describer
	m    *sm.Machine
	all  []*vertex // in the order of the operations: 2i before, 2i+1 behind the i-th
	work []*vertex
}

// graph gives the nodes and edges of a plan.
func (d *describer) graph(m *sm.Machine) (nodes []*Node, edges []*Edge, starts map[*ast.FuncLit]int) {
	g := &grapher{d: d, m: m}
	g.vertices()
	g.connect()
	g.dropUnreachable()
	g.findLoops()
	g.reduce()
	return g.result()
}

func (g *grapher) vertices() {
	for i := range 2 * (len(g.m.Ops) + 1) {
		g.all = append(g.all, &vertex{
			order: i, op: i / 2, lines: map[int]bool{}, starts: map[*ast.FuncLit]bool{}, out: map[*vertex]condition{}, in: map[*vertex]bool{},
		})
	}
	g.all[0].lines = map[int]bool{}
	for i, op := range g.m.Ops {
		g.cover(g.before(i), op)
		if op.Kind == sm.OpAwait {
			s := g.behind(i)
			s.kind, s.state = NodeState, op.State
		}
	}
}

func (g *grapher) before(i int) *vertex { return g.all[2*i] }
func (g *grapher) behind(i int) *vertex { return g.all[2*i+1] }

func (g *grapher) link(from, to *vertex, c condition) {
	if old, ok := from.out[to]; ok {
		c = old.or(c)
	}
	from.out[to] = c
	to.in[from] = true
}

// connect makes the edges.
func (g *grapher) connect() {
	start := &vertex{order: -1, op: -1, kind: NodeStart, lines: map[int]bool{}, starts: map[*ast.FuncLit]bool{}, out: map[*vertex]condition{}, in: map[*vertex]bool{}}
	g.all = append(g.all, start)
	g.link(start, g.before(0), always)
	for i, op := range g.m.Ops {
		v := g.before(i)
		if op.Kind == sm.OpAwait { // control comes back behind the await
			g.link(v, g.behind(i), always)
			v = g.behind(i)
		}
		g.ways(v, i, op)
	}
	end := g.before(len(g.m.Ops))
	end.exits = append(end.exits, exitWay{"end", g.d.line(g.m.Src.Body.Rbrace), always})
}

// ways adds the edges and exits that leave an operation.
func (g *grapher) ways(v *vertex, i int, op *sm.Op) {
	next := g.before(i + 1)
	to := func(l *sm.Label) *vertex { return g.before(l.Index()) }
	fork := func(texts ...string) func(k int) condition {
		d := &decision{ways: texts}
		return func(k int) condition { return condition{way{choice{d, k}}} }
	}
	switch op.Kind {
	case sm.OpJump:
		g.link(v, to(op.Target), always)
	case sm.OpReturn:
		if op.Stmt == nil {
			v.exits = append(v.exits, exitWay{"end", g.d.line(g.m.Src.Body.Rbrace), always})
			return
		}
		v.exits = append(v.exits, exitWay{"return", g.d.line(op.Stmt.Pos()), always})
	case sm.OpBranch:
		x := op.X
		if x == nil && i > 0 {
			x = g.m.Ops[i-1].X // && or ||, whose left side is there
		}
		yes, no := g.d.text(x), g.d.negated(x)
		if op.Negated {
			yes, no = no, yes
		}
		f := fork(yes, no)
		g.link(v, to(op.Target), f(0))
		g.link(v, next, f(1))
	case sm.OpCase:
		tag := g.d.text(op.Stmt.(*ast.SwitchStmt).Tag)
		f := fork(tag+" == "+g.d.text(op.X), tag+" != "+g.d.text(op.X))
		g.link(v, to(op.Target), f(0))
		g.link(v, next, f(1))
	case sm.OpRange:
		if op.Step != sm.RangeTest {
			g.link(v, next, always)
			return
		}
		f := fork("there are no more elements", "there is another element")
		if op.Range.Kind == sm.RangeChan {
			f = fork("the channel is closed", "a value has come")
		}
		g.link(v, to(op.Target), f(0))
		g.link(v, next, f(1))
	case sm.OpSwitch, sm.OpSelect:
		g.clauses(v, next, op)
	case sm.OpStmt:
		g.native(v, next, op.Stmt)
	default:
		g.link(v, next, always)
	}
}

// clauses adds the edges of a switch whose clauses are jumps. Clauses that stay in it lead to what follows.
func (g *grapher) clauses(v, next *vertex, op *sm.Op) {
	list := clausesOf(op.Stmt)
	d := &decision{}
	stays, other := false, op.Kind == sm.OpSelect
	type jump struct {
		to  *vertex
		way int
	}
	var jumps []jump
	var exits []exitWay
	for k, c := range list {
		text, isDefault := g.d.clause(op.Stmt, c)
		other = other || isDefault
		if l := op.Clauses[k]; l != nil {
			jumps = append(jumps, jump{g.before(l.Index()), len(d.ways)})
			d.ways = append(d.ways, text)
			continue
		}
		n := g.d.flow(g.m, bodyOf(c), text)
		for _, w := range n.ways {
			if w.to != nil {
				jumps = append(jumps, jump{g.before(w.to.Index()), len(d.ways)})
			} else {
				exits = append(exits, exitWay{w.kind, w.line, condition{way{choice{d, len(d.ways)}}}})
			}
			d.ways = append(d.ways, w.text)
		}
		stays = stays || !n.ends
	}
	if stays || !other {
		jumps = append(jumps, jump{next, len(d.ways)})
		text := ""
		if len(jumps) > 1 {
			text = otherwise
		}
		d.ways = append(d.ways, text)
	}
	for _, j := range jumps {
		g.link(v, j.to, condition{way{choice{d, j.way}}})
	}
	v.exits = append(v.exits, exits...)
}

// native adds the edges and exits of a statement that stays as it is.
func (g *grapher) native(v, next *vertex, s ast.Stmt) {
	f := g.d.flow(g.m, []ast.Stmt{s}, "")
	if len(f.ways) == 0 {
		if !f.ends {
			g.link(v, next, always)
		}
		return
	}
	d := &decision{}
	for k, w := range f.ways {
		d.ways = append(d.ways, w.text)
		c := condition{way{choice{d, k}}}
		if len(f.ways) == 1 && f.ends {
			c = always
		}
		if w.to != nil {
			g.link(v, g.before(w.to.Index()), c)
		} else {
			v.exits = append(v.exits, exitWay{w.kind, w.line, c})
		}
	}
	if !f.ends {
		d.ways = append(d.ways, f.through)
		g.link(v, next, condition{way{choice{d, len(d.ways) - 1}}})
	}
}

// dropUnreachable keeps what control can come to.
func (g *grapher) dropUnreachable() {
	start := g.all[len(g.all)-1]
	seen := map[*vertex]bool{start: true}
	work := []*vertex{start}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		for to := range v.out {
			if !seen[to] {
				seen[to] = true
				work = append(work, to)
			}
		}
	}
	for _, v := range g.all {
		if !seen[v] {
			for to := range v.out {
				delete(to.in, v)
			}
			continue
		}
		g.work = append(g.work, v)
	}
	slices.SortFunc(g.work, func(a, b *vertex) int { return cmp.Compare(a.order, b.order) })
}

// findLoops marks the heads of loops that await: where a jump backward leads, if there is a state on the way round.
func (g *grapher) findLoops() {
	for _, head := range g.work {
		back := false
		for from := range head.in {
			back = back || from.order >= head.order
		}
		if back && g.stateOnCycle(head) {
			head.kind = NodeLoop
		}
	}
}

// stateOnCycle reports whether there is a way from head back to it that passes a state, over nothing that lies before head.
func (g *grapher) stateOnCycle(head *vertex) bool {
	reach := func(next func(*vertex) []*vertex) map[*vertex]bool {
		seen := map[*vertex]bool{}
		work := []*vertex{head}
		for len(work) > 0 {
			v := work[len(work)-1]
			work = work[:len(work)-1]
			for _, w := range next(v) {
				if !seen[w] && w.order >= head.order {
					seen[w] = true
					work = append(work, w)
				}
			}
		}
		return seen
	}
	forward := reach(func(v *vertex) []*vertex { return slices.Collect(maps.Keys(v.out)) })
	backward := reach(func(v *vertex) []*vertex { return slices.Collect(maps.Keys(v.in)) })
	for v := range forward {
		if v.kind == NodeState && backward[v] {
			return true
		}
	}
	return false
}

// reduce takes vertices out, those first that cost the fewest edges.
func (g *grapher) reduce() {
	for {
		var best *vertex
		bestCost := 0
		for _, v := range g.work {
			if v.kind != "" {
				continue
			}
			delete(v.out, v)
			delete(v.in, v)
			cost := len(v.in) * len(v.out)
			if cost > 4 && len(v.in) > 1 && len(v.out) > 1 {
				continue
			}
			if best == nil || cost < bestCost {
				best, bestCost = v, cost
			}
		}
		if best == nil {
			break
		}
		g.remove(best)
	}
	for _, v := range g.work {
		if v.kind == "" {
			v.kind = NodeJoin
		}
	}
}

func (g *grapher) remove(v *vertex) {
	for from := range v.in {
		c := from.out[v]
		delete(from.out, v)
		for to, c2 := range v.out {
			g.link(from, to, c.and(c2))
		}
		for _, x := range v.exits {
			from.addExit(exitWay{x.kind, x.line, c.and(x.cond)})
		}
		maps.Copy(from.lines, v.lines)
		maps.Copy(from.starts, v.starts)
	}
	for to := range v.out {
		delete(to.in, v)
	}
	g.work = slices.DeleteFunc(g.work, func(w *vertex) bool { return w == v })
}

func (v *vertex) addExit(x exitWay) {
	for i, old := range v.exits {
		if old.kind == x.kind && old.line == x.line {
			v.exits[i].cond = old.cond.or(x.cond)
			return
		}
	}
	v.exits = append(v.exits, x)
}

// result numbers what is left.
func (g *grapher) result() (nodes []*Node, edges []*Edge, starts map[*ast.FuncLit]int) {
	starts = map[*ast.FuncLit]int{}
	ids := map[*vertex]int{}
	for i, v := range g.work {
		ids[v] = i
	}
	for i, v := range g.work {
		n := &Node{ID: i, Kind: v.kind, State: -1, Lines: slices.Sorted(maps.Keys(v.lines))}
		switch v.kind {
		case NodeStart:
			n.State, n.Line = 0, g.d.line(g.m.Src.Body.Pos())
			if g.m.Src.Lit == nil {
				n.Line = g.d.line(g.m.Src.Decl.Name.Pos())
			}
		case NodeState:
			n.State = v.state
			n.Await = g.d.await(g.m, g.m.Ops[v.op])
			n.Line = n.Await.Line
		case NodeLoop, NodeJoin:
			if len(n.Lines) > 0 {
				n.Line = n.Lines[0]
			}
			if s := g.m.Ops[v.op].Stmt; s != nil && v.kind == NodeLoop {
				n.Line = g.d.line(s.Pos())
			}
		}
		slices.SortStableFunc(v.exits, func(a, b exitWay) int { return cmp.Compare(a.line, b.line) })
		for _, x := range v.exits {
			n.Exits = append(n.Exits, Exit{x.kind, x.line, x.cond.String()})
		}
		for lit := range v.starts {
			if old, ok := starts[lit]; !ok || i < old {
				starts[lit] = i
			}
		}
		nodes = append(nodes, n)
		var tos []*vertex
		for to := range v.out {
			tos = append(tos, to)
		}
		slices.SortFunc(tos, func(a, b *vertex) int { return cmp.Compare(a.order, b.order) })
		for _, to := range tos {
			edges = append(edges, &Edge{From: i, To: ids[to], Cond: v.out[to].String(), Back: to.order <= v.order})
		}
	}
	return nodes, edges, starts
}

func clausesOf(s ast.Stmt) []ast.Stmt {
	switch s := s.(type) {
	case *ast.SwitchStmt:
		return s.Body.List
	case *ast.TypeSwitchStmt:
		return s.Body.List
	case *ast.SelectStmt:
		return s.Body.List
	}
	return nil
}

func bodyOf(c ast.Stmt) []ast.Stmt {
	switch c := c.(type) {
	case *ast.CaseClause:
		return c.Body
	case *ast.CommClause:
		return c.Body
	}
	return nil
}
