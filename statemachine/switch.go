package statemachine

// This file takes switch and type switch statements apart. A clause whose body does not suspend stays in the switch; the
// others become jumps, so that the switch itself is as written.

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (b *builder) splitSwitch(s *ast.SwitchStmt) {
	if s.Init != nil {
		b.list([]ast.Stmt{s.Init})
	}
	if !b.splits(s.Body) {
		b.lift(s.Tag)
		b.emitRest(s)
		return
	}
	brk := b.label("done")
	if b.casesSuspend(s.Body) {
		b.splitCases(s, brk)
		return
	}
	b.lift(s.Tag)
	b.dispatch(&Op{Kind: OpSwitch, Stmt: s, X: s.Tag}, s, s.Body, brk, nil)
}

func (b *builder) casesSuspend(body *ast.BlockStmt) bool {
	for _, c := range body.List {
		for _, x := range c.(*ast.CaseClause).List {
			if b.src.suspends(x) {
				return true
			}
		}
	}
	return false
}

// splitCases takes a switch apart whose case expressions suspend: they are tested one by one.
func (b *builder) splitCases(s *ast.SwitchStmt, brk *Label) {
	var tag *Var
	if s.Tag != nil {
		b.lift(s.Tag)
		tag = b.temp("tag", types.Default(b.src.Info.TypeOf(s.Tag)))
		b.emit(&Op{Kind: OpSet, Vars: []*Var{tag}, X: s.Tag})
	}
	labels := make([]*Label, len(s.Body.List))
	otherwise := brk
	for i, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		labels[i] = b.label("case")
		if c.List == nil {
			otherwise = labels[i]
		}
		for _, x := range c.List {
			if tag == nil && !isInterface(b.src.Info.TypeOf(x)) {
				b.branch(x, false, labels[i])
				continue
			}
			b.lift(x)
			b.emit(&Op{Kind: OpCase, Vars: without(tag), X: x, Target: b.use(labels[i])})
		}
	}
	b.jump(otherwise)
	b.clauses(s, s.Body, labels, brk)
}

func (b *builder) splitTypeSwitch(s *ast.TypeSwitchStmt) {
	if s.Init != nil {
		b.list([]ast.Stmt{s.Init})
	}
	x := guard(s)
	b.lift(x)
	if !b.splits(s.Body) {
		b.emitRest(s)
		return
	}
	bind := func(c *ast.CaseClause) []*Var {
		obj, ok := b.src.Info.Implicits[c].(*types.Var)
		if !ok || len(b.src.facts.refs[obj]) < 2 {
			return nil
		}
		v := b.track(obj)
		v.Clause = true
		return []*Var{v}
	}
	b.dispatch(&Op{Kind: OpSwitch, Stmt: s, X: x}, s, s.Body, b.label("done"), bind)
}

// guard gives the operand of a type switch.
func guard(s *ast.TypeSwitchStmt) ast.Expr {
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		return ast.Unparen(a.X).(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		return ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X
	}
	return nil
}

// dispatch emits a switch whose clauses jump to their bodies where those suspend, and then these bodies.
func (b *builder) dispatch(op *Op, s ast.Stmt, body *ast.BlockStmt, brk *Label, bind func(*ast.CaseClause) []*Var) {
	op.Clauses = make([]*Label, len(body.List))
	op.Binds = make([][]*Var, len(body.List))
	entered := false // by fallthrough from the clause before
	for i, c := range body.List {
		c := c.(*ast.CaseClause)
		falls := fallsThrough(c)
		if b.splitsAny(c.Body) || falls || entered {
			op.Clauses[i] = b.use(b.label("case"))
			if bind != nil {
				op.Binds[i] = bind(c)
			}
		}
		entered = falls
	}
	b.push(s, brk, nil)
	for i, c := range body.List {
		if op.Clauses[i] == nil {
			b.clauseBranches(op, c.(*ast.CaseClause).Body)
		}
	}
	b.pop()
	b.emit(op)
	b.jump(brk)
	b.clauses(s, body, op.Clauses, brk, op.Binds...)
}

func (b *builder) splitsAny(stmts []ast.Stmt) bool {
	for _, s := range stmts {
		if b.splits(s) {
			return true
		}
	}
	return false
}

func fallsThrough(c *ast.CaseClause) bool {
	if len(c.Body) == 0 {
		return false
	}
	return isFallthrough(c.Body[len(c.Body)-1])
}

func isFallthrough(s ast.Stmt) bool {
	for {
		l, ok := s.(*ast.LabeledStmt)
		if !ok {
			break
		}
		s = l.Stmt
	}
	br, ok := s.(*ast.BranchStmt)
	return ok && br.Tok == token.FALLTHROUGH
}

// clauses emits the bodies that have labels.
func (b *builder) clauses(s ast.Stmt, body *ast.BlockStmt, labels []*Label, brk *Label, binds ...[]*Var) {
	b.push(s, brk, nil)
	for i, c := range body.List {
		if labels[i] == nil {
			continue
		}
		c := c.(*ast.CaseClause)
		b.place(labels[i])
		if len(binds) > 0 {
			b.m.Ops[len(b.m.Ops)-1].Vars = binds[i]
		}
		stmts := c.Body
		if fallsThrough(c) {
			b.list(stmts[:len(stmts)-1])
			b.leave(labels[i+1])
			continue
		}
		b.list(stmts)
		b.leave(brk)
	}
	b.pop()
	b.place(brk)
}
