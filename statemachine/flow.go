package statemachine

// This file takes if, for, labelled and branch statements apart.

import (
	"go/ast"
	"go/token"
	"go/types"
)

// splitIf takes an if statement apart; if only its init statement or condition suspends, the rest stays an if statement, unless parts of the
// condition decide by themselves.
func (b *builder) splitIf(s *ast.IfStmt) {
	if s.Init != nil {
		b.list([]ast.Stmt{s.Init})
	}
	if !b.decides(s.Cond) && !b.splits(s.Body) && (s.Else == nil || !b.splits(s.Else)) {
		b.lift(s.Cond)
		b.emitRest(s)
		return
	}
	end := b.label("end")
	other := end
	if s.Else != nil {
		other = b.label("else")
	}
	b.branchUnless(s.Cond, other)
	b.list(s.Body.List)
	if s.Else != nil {
		b.leave(end)
		b.place(other)
		b.list([]ast.Stmt{s.Else})
	}
	b.place(end)
}

// emitRest emits a statement that suspends no more, without its init statement.
func (b *builder) emitRest(s ast.Stmt) {
	op := &Op{Kind: OpStmt, Stmt: s, NoInit: true}
	w := b.branchWalk(op, 0)
	if obj := b.labels[s]; obj != nil && breaksTo(b.src.Info, s, obj) { // it keeps its label
		b.user(obj).Own = false
		op.Label, w.kept = obj.Name(), obj
	}
	w.walk(s)
	b.emit(op)
}

// leave jumps to l, unless control has gone elsewhere.
func (b *builder) leave(l *Label) {
	if n := len(b.m.Ops); n > 0 {
		switch k := b.m.Ops[n-1].Kind; k {
		case OpJump, OpReturn:
			return
		}
	}
	b.jump(l)
}

// splitFor takes a for statement apart.
func (b *builder) splitFor(s *ast.ForStmt) {
	var vars []*Var
	if s.Init != nil {
		b.list([]ast.Stmt{s.Init})
		for _, id := range declared(b.src.Info, s.Init) {
			if v := b.m.ByObj[b.src.Info.Defs[id]]; v != nil && v.Boxed && b.src.PerIteration {
				vars = append(vars, v)
			}
		}
	}
	if len(vars) == 0 && !b.splits(s.Body) && !b.suspendsAny(s.Cond) && (s.Post == nil || !b.src.suspends(s.Post)) {
		b.emitRest(s)
		return
	}
	loop, brk := b.loop(), b.label("done")
	cont := loop
	if s.Post != nil || len(vars) > 0 {
		cont = b.label("next")
	}
	b.place(loop)
	if s.Cond != nil {
		b.branchUnless(s.Cond, brk)
	}
	b.body(s, s.Body, brk, cont)
	if cont != loop {
		b.place(cont)
	}
	for _, v := range vars {
		b.emit(&Op{Kind: OpRebox, Vars: []*Var{v}})
	}
	if s.Post != nil {
		b.list([]ast.Stmt{s.Post})
	}
	b.leave(loop)
	b.place(brk)
}

func (b *builder) suspendsAny(e ast.Expr) bool { return e != nil && b.src.suspends(e) }

// body takes the body of the breakable statement s apart.
func (b *builder) body(s ast.Stmt, body *ast.BlockStmt, brk, cont *Label) {
	b.push(s, brk, cont)
	b.list(body.List)
	b.pop()
}

func (b *builder) push(s ast.Stmt, brk, cont *Label) {
	b.targets = append(b.targets, &target{label: b.labels[s], brk: brk, cont: cont})
}

func (b *builder) pop() { b.targets = b.targets[:len(b.targets)-1] }

// splitLabeled takes a labelled statement apart. Its label is a place of its own if a goto leads to it.
func (b *builder) splitLabeled(s *ast.LabeledStmt) {
	obj := b.src.Info.Defs[s.Label]
	b.labels[s.Stmt] = obj
	if len(b.src.facts.gotos[obj]) > 0 {
		b.place(b.user(obj))
	}
	if b.splits(s.Stmt) {
		b.split(s.Stmt)
		return
	}
	if breaksTo(b.src.Info, s.Stmt, obj) { // the statement keeps its label
		b.user(obj).Own = false
		b.native([]ast.Stmt{s})
		return
	}
	b.list([]ast.Stmt{s.Stmt})
}

// breaksTo reports whether a break or continue in s names the label.
func breaksTo(info *types.Info, s ast.Stmt, label types.Object) (found bool) {
	ast.Inspect(s, func(n ast.Node) bool {
		if br, ok := n.(*ast.BranchStmt); ok && br.Label != nil && br.Tok != token.GOTO && info.Uses[br.Label] == label {
			found = true
		}
		return !found
	})
	return found
}

// user gives our label for one of the source.
func (b *builder) user(obj types.Object) *Label {
	l := b.users[obj]
	if l == nil {
		l = b.label(obj.Name())
		l.Starts, l.Own = true, true
		b.users[obj] = l
	}
	return l
}

// branches finds the branch statements in native code of op that leave it, and makes jumps of them.
func (b *builder) branches(op *Op, s ast.Stmt) { b.branchWalk(op, 0).walk(s) }

// clauseBranches does the same for the body of a clause that stays in its switch or select, which an unlabelled break may mean.
func (b *builder) clauseBranches(op *Op, stmts []ast.Stmt) { b.branchWalk(op, 1).walk(stmts...) }

func (b *builder) branchWalk(op *Op, breaks int) *branchWalk {
	return &branchWalk{b: b, op: op, inside: map[types.Object]bool{}, breaks: breaks}
}

// walk looks at a list of statements.
func (w *branchWalk) walk(stmts ...ast.Stmt) {
	for _, s := range stmts {
		ast.Inspect(s, func(n ast.Node) bool {
			if l, ok := n.(*ast.LabeledStmt); ok {
				w.inside[w.b.src.Info.Defs[l.Label]] = true
			}
			_, lit := n.(*ast.FuncLit)
			return !lit
		})
	}
	for _, s := range stmts {
		ast.Walk(w, s)
	}
}

type branchWalk struct {
	b                 *builder
	op                *Op
	inside            map[types.Object]bool // labels of the native code
	kept              types.Object          // label of a statement whose head came before, so that a goto leads elsewhere
	breaks, continues int                   // native statements around that an unlabelled branch may mean
}

func (w *branchWalk) Visit(n ast.Node) ast.Visitor {
	in := *w
	switch n := n.(type) {
	case *ast.FuncLit:
		return nil
	case *ast.ForStmt, *ast.RangeStmt:
		in.breaks++
		in.continues++
	case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		in.breaks++
	case *ast.BranchStmt:
		if l := w.target(n); l != nil {
			w.b.m.Branch[n] = w.b.use(l)
			w.op.succs = append(w.op.succs, l)
		}
		return nil
	}
	return &in
}

// target gives the label that a branch statement becomes a jump to; nil if it stays as it is.
func (w *branchWalk) target(n *ast.BranchStmt) *Label {
	b := w.b
	var obj types.Object
	if n.Label != nil {
		if obj = b.src.Info.Uses[n.Label]; w.inside[obj] || obj == w.kept && n.Tok != token.GOTO {
			return nil
		}
	}
	switch n.Tok {
	case token.GOTO:
		return b.user(obj)
	case token.BREAK:
		if obj == nil && w.breaks > 0 {
			return nil
		}
	case token.CONTINUE:
		if obj == nil && w.continues > 0 {
			return nil
		}
	default:
		return nil // fallthrough
	}
	for i := len(b.targets) - 1; i >= 0; i-- {
		t := b.targets[i]
		switch {
		case obj != nil && t.label != obj:
		case n.Tok == token.BREAK && t.brk != nil:
			return t.brk
		case n.Tok == token.CONTINUE && t.cont != nil:
			return t.cont
		}
	}
	unsupported(n, "%s without a target", n.Tok)
	return nil
}
