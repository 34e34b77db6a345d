package inspect

// This file looks into statements that stay as they are: how control may leave them.

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	sm "github.com/goawait/goawait/statemachine"
)

// A flow says how control leaves statements.
type flow struct {
	ways    []leave
	ends    bool   // never by going on to the next statement
	through string // when it does that; "" if it cannot be told
}

// A leave is one way out: to a label, or out of the machine.
type leave struct {
	to   *sm.Label // nil: out
	kind string
	line int
	text string // when
}

// flow looks into statements. cond is when control comes to them.
func (d *describer) flow(m *sm.Machine, list []ast.Stmt, cond string) (f flow) {
	w := &flowWalk{d: d, m: m}
	var conds []string
	if cond != "" {
		conds = []string{cond}
	}
	w.list(list, conds)
	f.ways = w.ways
	f.ends = len(list) > 0 && terminates(list[len(list)-1]) && !stays(m, list[len(list)-1])
	if len(list) == 1 {
		if s, ok := list[0].(*ast.IfStmt); ok && s.Else == nil && terminates(s.Body) {
			f.through = d.negated(s.Cond)
		}
	}
	return f
}

// stays reports whether a branch statement leads to something inside of native code.
func stays(m *sm.Machine, s ast.Stmt) bool {
	b, ok := s.(*ast.BranchStmt)
	return ok && m.Branch[b] == nil
}

type flowWalk struct {
	d    *describer
	m    *sm.Machine
	ways []leave
}

func (w *flowWalk) list(list []ast.Stmt, conds []string) {
	for _, s := range list {
		w.stmt(s, conds)
	}
}

func (w *flowWalk) leave(to *sm.Label, kind string, pos token.Pos, conds []string) {
	w.ways = append(w.ways, leave{to, kind, w.d.line(pos), strings.Join(conds, " and ")})
}

func (w *flowWalk) stmt(s ast.Stmt, conds []string) {
	with := func(c string) []string { return append(slices.Clip(conds), c) }
	switch s := s.(type) {
	case *ast.ReturnStmt:
		w.leave(nil, "return", s.Pos(), conds)
	case *ast.BranchStmt:
		if l := w.m.Branch[s]; l != nil {
			w.leave(l, "", s.Pos(), conds)
		}
	case *ast.ExprStmt:
		if isPanic(s) {
			w.leave(nil, "panic", s.Pos(), conds)
		}
	case *ast.BlockStmt:
		w.list(s.List, conds)
	case *ast.LabeledStmt:
		w.stmt(s.Stmt, conds)
	case *ast.IfStmt:
		w.list(s.Body.List, with(w.d.text(s.Cond)))
		if s.Else != nil {
			w.stmt(s.Else, with(w.d.negated(s.Cond)))
		}
	case *ast.ForStmt:
		w.list(s.Body.List, conds)
	case *ast.RangeStmt:
		w.list(s.Body.List, conds)
	default:
		for _, c := range clausesOf(s) {
			text, _ := w.d.clause(s, c)
			w.list(bodyOf(c), with(text))
		}
	}
}

// clause is when a clause of the switch or select s is chosen.
func (d *describer) clause(s, c ast.Stmt) (text string, isDefault bool) {
	switch c := c.(type) {
	case *ast.CaseClause:
		if c.List == nil {
			return "no case applies", true
		}
		var list []string
		for _, x := range c.List {
			list = append(list, d.text(x))
		}
		if sw, ok := s.(*ast.SwitchStmt); ok && sw.Tag == nil {
			return strings.Join(list, " or "), false
		}
		return "case " + strings.Join(list, ", "), false
	case *ast.CommClause:
		if c.Comm == nil {
			return "nothing is ready", true
		}
		return "case " + d.text(c.Comm), false
	}
	return "", false
}

// cover notes the source lines of an operation, and the async blocks that it starts.
func (g *grapher) cover(v *vertex, op *sm.Op) {
	d := g.d
	add := func(from, to token.Pos) {
		for l := d.line(from); l <= d.line(to); l++ {
			v.lines[l] = true
		}
	}
	node := func(n ast.Node) {
		add(n.Pos(), n.End())
		g.inBlocks(v, n)
	}
	head := func(s ast.Stmt) { v.lines[d.line(s.Pos())] = true }
	switch op.Kind {
	case sm.OpStmt:
		if op.Spec != nil {
			node(op.Spec)
			return
		}
		node(op.Stmt)
	case sm.OpReturn:
		if op.Stmt != nil {
			node(op.Stmt)
		}
	case sm.OpAwait:
		switch {
		case op.X != nil:
			node(op.X)
			if s, ok := op.Stmt.(*ast.SendStmt); ok {
				node(s)
			}
		case op.Stmt != nil:
			head(op.Stmt)
		}
	case sm.OpSwitch, sm.OpSelect:
		head(op.Stmt)
		for k, c := range clausesOf(op.Stmt) {
			if op.Clauses[k] == nil {
				node(c)
			} else {
				head(c)
			}
		}
	case sm.OpRange:
		add(op.Range.Stmt.Pos(), op.Range.X.End())
		g.inBlocks(v, op.Range.X)
	case sm.OpComm:
		node(op.Comm.Stmt.Body.List[op.Index].(*ast.CommClause).Comm)
	case sm.OpTargets:
		for _, x := range op.Targets {
			node(x)
		}
	case sm.OpJump:
		if _, ok := op.Stmt.(*ast.BranchStmt); ok {
			head(op.Stmt)
		}
	case sm.OpLabel:
	case sm.OpZero, sm.OpRebox:
		if op.Stmt != nil {
			head(op.Stmt)
		}
	default:
		if op.X != nil {
			node(op.X)
		}
	}
}

// inBlocks takes the lines inside of async blocks out, which are those of other machines, and notes the blocks.
func (g *grapher) inBlocks(v *vertex, n ast.Node) {
	ast.Inspect(n, func(c ast.Node) bool {
		lit, ok := c.(*ast.FuncLit)
		if !ok || !g.m.Src.IsBlock(lit) {
			return true
		}
		for l := g.d.line(lit.Body.Lbrace) + 1; l < g.d.line(lit.Body.Rbrace); l++ {
			delete(v.lines, l)
		}
		v.starts[lit] = true
		return false
	})
}
