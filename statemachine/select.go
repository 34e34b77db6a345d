package statemachine

// This file takes select statements apart. One without a default clause waits through the runtime; one with a default
// clause stays a select, and only clauses whose bodies suspend become jumps.

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (b *builder) splitSend(s *ast.SendStmt) {
	b.liftOperands(s.Chan, s.Value)
	p := b.temp("sent", b.instance("Step", b.instance("Void")))
	b.await(&Op{Kind: OpAwait, Await: AwaitSend, Stmt: s, X: s.Chan, Vars: []*Var{p}})
	b.emit(&Op{Kind: OpSet, Stmt: s, Old: &Value{Promise: p, Get: GetSend}})
}

func (b *builder) splitSelect(s *ast.SelectStmt) {
	comm := &Comm{Stmt: s}
	if hasDefault(s.Body) {
		var xs []ast.Expr
		for _, c := range s.Body.List {
			xs = append(xs, entryOperands(c.(*ast.CommClause).Comm)...)
		}
		b.liftEntry(xs...)
		b.dispatchSelect(comm, b.label("done"))
		return
	}
	for i, c := range s.Body.List {
		cc := c.(*ast.CommClause)
		xs := entryOperands(cc.Comm)
		b.liftEntry(xs...)
		elem := Core(b.src.Info.TypeOf(xs[0])).(*types.Chan).Elem()
		name, hint := "Receiving", nameWith("from", xs[0], "receiving")
		if _, ok := cc.Comm.(*ast.SendStmt); ok {
			name, hint = "Sending", nameWith("to", xs[0], "sending")
		}
		v := b.temp(hint, types.NewPointer(b.instance(name, elem)))
		comm.Cases = append(comm.Cases, v)
		b.emit(&Op{Kind: OpComm, Comm: comm, Index: i, Vars: []*Var{v}})
	}
	comm.Promise = b.temp("chosen", b.instance("Step", types.Typ[types.Int]))
	b.await(&Op{Kind: OpAwait, Await: AwaitSelect, Comm: comm, Vars: []*Var{comm.Promise}})
	b.dispatchSelect(comm, b.label("done"))
}

// liftEntry lifts what a select evaluates when it is entered. gc copies each operand when it comes to it; of a variable that never changes
// no copy is needed.
func (b *builder) liftEntry(operands ...ast.Expr) {
	for _, x := range operands {
		id, _ := ast.Unparen(x).(*ast.Ident)
		v, _ := b.src.Info.Uses[id].(*types.Var)
		b.copied[x] = v == nil || !b.src.Declares(v) || !b.src.Constant(v)
	}
	b.liftOperands(operands...)
}

// entryOperands lists what a select evaluates for a clause when it is entered.
func entryOperands(comm ast.Stmt) []ast.Expr {
	xs := commOperands(comm)
	if _, ok := comm.(*ast.AssignStmt); ok {
		return xs[:1]
	}
	return xs
}

// dispatchSelect emits the switch over the clauses of a select and the bodies that suspend.
func (b *builder) dispatchSelect(comm *Comm, brk *Label) {
	s := comm.Stmt
	op := &Op{Kind: OpSelect, Stmt: s, Comm: comm}
	op.Clauses = make([]*Label, len(s.Body.List))
	op.Binds = make([][]*Var, len(s.Body.List))
	defines := make([]bool, len(s.Body.List)) // Binds are the variables of the clause
	b.push(s, brk, nil)
	for i, c := range s.Body.List {
		c := c.(*ast.CommClause)
		if !b.splitsAny(c.Body) && !b.targetsSuspend(c.Comm) {
			b.clauseBranches(op, c.Body)
			continue
		}
		op.Clauses[i] = b.use(b.label("case"))
		if a, ok := c.Comm.(*ast.AssignStmt); ok {
			ch := Core(b.src.Info.TypeOf(receiveOf(a.Rhs[0]).X)).(*types.Chan)
			if op.Binds[i], defines[i] = b.defined(a); defines[i] {
				continue
			}
			op.Binds[i] = append(op.Binds[i], b.temp("got", ch.Elem()))
			if len(a.Lhs) > 1 {
				op.Binds[i] = append(op.Binds[i], b.temp("ok", b.okType(a.Lhs[1])))
			}
		}
	}
	b.emit(op)
	b.jump(brk)
	for i, c := range s.Body.List {
		if op.Clauses[i] == nil {
			continue
		}
		c := c.(*ast.CommClause)
		b.place(op.Clauses[i])
		b.m.Ops[len(b.m.Ops)-1].Vars = without(op.Binds[i]...)
		if a, ok := c.Comm.(*ast.AssignStmt); ok && !defines[i] {
			b.setTargets(a.Tok, a.Lhs, op.Binds[i])
		}
		b.list(c.Body)
		b.leave(brk)
	}
	b.pop()
	b.place(brk)
}

// defined lists the variables that a receive defines, nil for a blank one. It reports whether these are all that it sets, and nobody
// shares them, so that nothing tells whether they are set before the clause begins.
func (b *builder) defined(a *ast.AssignStmt) (vs []*Var, ok bool) {
	if a.Tok != token.DEFINE {
		return nil, false
	}
	for _, x := range a.Lhs {
		if obj, ok := b.src.Info.Defs[x.(*ast.Ident)].(*types.Var); !ok || b.src.boxed(obj) {
			return nil, false
		}
	}
	for _, x := range a.Lhs {
		var v *Var
		if id := x.(*ast.Ident); id.Name != "_" {
			v = b.track(b.src.Info.Defs[id].(*types.Var))
		}
		vs = append(vs, v)
	}
	return vs, true
}

// okType is the type of a temporary for the second value of a receive, which x gets.
func (b *builder) okType(x ast.Expr) types.Type {
	if t := b.src.Info.TypeOf(x); t != nil {
		if _, ok := Core(t).(*types.Basic); ok {
			return t // it may be one of the user's
		}
	}
	return types.Typ[types.Bool]
}

func (b *builder) targetsSuspend(comm ast.Stmt) bool {
	a, ok := comm.(*ast.AssignStmt)
	if !ok || a.Tok != token.ASSIGN {
		return false
	}
	for _, x := range a.Lhs {
		if b.src.suspends(x) {
			return true
		}
	}
	return false
}

// setTargets emits the assignment of values to targets, which may be new variables.
func (b *builder) setTargets(tok token.Token, lhs []ast.Expr, values []*Var) {
	if tok == token.DEFINE {
		for _, x := range lhs {
			if obj, ok := b.src.Info.Defs[x.(*ast.Ident)].(*types.Var); ok && obj.Name() != "_" {
				b.track(obj)
			}
		}
	} else {
		var xs []ast.Expr
		for _, x := range lhs {
			xs = append(xs, b.targetOperands(x)...)
		}
		b.liftOperands(xs...)
	}
	b.emit(&Op{Kind: OpTargets, Targets: lhs, Vars: values})
}
