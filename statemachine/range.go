package statemachine

// This file takes range statements apart.

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

func (b *builder) splitRange(s *ast.RangeStmt) {
	r := b.classify(s)
	if !b.splits(s.Body) && r.Kind != RangeChan && !b.suspendsAny(s.Key) && !b.suspendsAny(s.Value) {
		b.lift(s.X) // only the operand suspends
		b.emitRest(s)
		return
	}
	if r.Kind == rangeFunc {
		unsupported(s, "range over a function with a suspension in the body")
	}
	b.lift(r.X)
	key, value := b.iterationVars(r)
	step := func(step RangeStep, target *Label) {
		b.emit(&Op{Kind: OpRange, Range: r, Step: step, X: map[bool]ast.Expr{true: r.X}[step == RangeInit], Target: target})
	}
	step(RangeInit, nil)
	loop, next, done := b.loop(), b.label("next"), b.label("done")
	b.place(loop)
	if r.Kind == RangeChan {
		next = loop
		p := b.temp("received", b.instance("Step", b.instance("Received", Core(b.src.Info.TypeOf(s.X)).(*types.Chan).Elem())))
		b.await(&Op{Kind: OpAwait, Await: AwaitReceive, From: r.Over, Vars: []*Var{p}})
		r.Promise = p
	}
	step(RangeTest, b.use(done))
	if r.Kind != RangeChan && (r.Key != nil || r.Value != nil || r.Kind == RangeString) {
		step(RangeBind, nil)
	}
	if s.Tok == token.ASSIGN {
		var targets []ast.Expr
		if key != nil {
			targets = append(targets, s.Key)
		}
		if value != nil {
			targets = append(targets, s.Value)
		}
		values := without(key, value)
		switch {
		case len(targets) == 0:
		case r.Kind == RangeSeq: // gc sets them one after the other, where a function gives them
			for i := range targets {
				b.setTargets(token.ASSIGN, targets[i:i+1], values[i:i+1])
			}
		default:
			b.setTargets(token.ASSIGN, targets, values)
		}
	}
	b.body(s, s.Body, done, next)
	if next != loop {
		b.place(next)
		step(RangeNext, nil)
	}
	b.leave(loop)
	b.place(done)
}

func without(vs ...*Var) (out []*Var) {
	for _, v := range vs {
		if v != nil {
			out = append(out, v)
		}
	}
	return out
}

// rangeFunc is a range over a function that no specialized loop covers.
const rangeFunc RangeKind = -1

// classify finds out what a range statement goes over.
func (b *builder) classify(s *ast.RangeStmt) *Range {
	r := &Range{Stmt: s, X: s.X, Shared: !b.src.PerIteration}
	t := b.src.Info.TypeOf(s.X)
	switch u := Core(t).(type) {
	case *types.Slice:
		r.Kind = RangeSlice
	case *types.Array:
		r.Kind = RangeArray
	case *types.Pointer:
		r.Kind = RangeArrayPtr
	case *types.Basic:
		r.Kind = RangeInt
		r.IntT = types.Default(t)
		if u.Info()&types.IsString != 0 {
			r.Kind = RangeString
		}
	case *types.Map:
		r.Kind = RangeMap
	case *types.Chan:
		r.Kind = RangeChan
	case *types.Signature:
		r.Kind = rangeFunc
		b.classifySeq(r)
	default:
		unsupported(s, "range over %v", t)
	}
	return r
}

// classifySeq knows the iterators of the standard library that are plain loops over their operand.
func (b *builder) classifySeq(r *Range) {
	call, ok := ast.Unparen(r.X).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return
	}
	id := calleeIdent(call.Fun)
	if id == nil {
		return
	}
	fn, ok := b.src.Info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return
	}
	switch name := fn.Pkg().Path() + "." + fn.Name(); name {
	case "slices.All", "slices.Values", "slices.Backward", "maps.All", "maps.Keys", "maps.Values":
		r.Kind, r.Seq, r.X = RangeSeq, name, call.Args[0]
	}
}

func calleeIdent(fun ast.Expr) *ast.Ident {
	switch f := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	case *ast.IndexExpr:
		return calleeIdent(f.X)
	case *ast.IndexListExpr:
		return calleeIdent(f.X)
	}
	return nil
}

// iterationVars declares the variables of a range loop: those of the source, or temporaries where it assigns to
// something else, and those that it needs itself.
func (b *builder) iterationVars(r *Range) (key, value *Var) {
	s := r.Stmt
	kt, vt := b.elementTypes(r)
	key, value = b.iterationVar(s, s.Key, kt), b.iterationVar(s, s.Value, vt)
	r.Key, r.Value = key, value
	info := b.src.Info
	index := func(t types.Type) *Var {
		if key != nil && key.Obj != nil && s.Tok == token.DEFINE && b.src.Constant(key.Obj) {
			return key // nothing else sees the counter change
		}
		return b.temp("i", t)
	}
	xt := info.TypeOf(r.X)
	intT := types.Typ[types.Int]
	switch r.Kind {
	case RangeSlice:
		r.Over, r.Limit, r.Index = b.temp("over", xt), b.temp("n", intT), index(intT)
	case RangeArray, RangeArrayPtr:
		if value != nil {
			r.Over = b.temp("over", xt)
		}
		r.Index = index(intT)
	case RangeString:
		r.Over, r.Index, r.Width = b.temp("over", xt), index(intT), b.temp("next", intT)
	case RangeInt:
		if !b.src.isConst(r.X) {
			r.Limit = b.temp("n", r.IntT)
		}
		r.Index = index(r.IntT)
	case RangeMap:
		m := Core(xt).(*types.Map)
		r.Over = b.temp("entries", types.NewPointer(b.instance("MapRange", m.Key(), m.Elem())))
	case RangeChan:
		r.Over, r.OK = b.temp("ch", xt), b.temp("ok", types.Typ[types.Bool])
		if r.SharedBox(key) { // others see it still when the channel is closed
			r.Got = b.temp("got", kt)
		}
	case RangeSeq:
		switch r.Seq {
		case "slices.All", "slices.Values":
			r.Over, r.Limit, r.Index = b.temp("over", xt), b.temp("n", intT), b.temp("i", intT)
		case "slices.Backward":
			r.Over, r.Index = b.temp("over", xt), b.temp("i", intT)
		default:
			m := Core(xt).(*types.Map)
			r.Over = b.temp("entries", types.NewPointer(b.instance("MapRange", m.Key(), m.Elem())))
		}
	}
	return key, value
}

// iterationVar gives the variable that x, the key or value of a range clause, stands for; nil for a blank one, which is as none.
func (b *builder) iterationVar(s *ast.RangeStmt, x ast.Expr, t types.Type) *Var {
	if x == nil {
		return nil
	}
	id, _ := ast.Unparen(x).(*ast.Ident)
	if id != nil && id.Name == "_" {
		return nil
	}
	if s.Tok == token.DEFINE {
		return b.track(b.src.Info.Defs[id].(*types.Var))
	}
	return b.temp("elem", t)
}

// elementTypes gives the types of what a range loop produces.
func (b *builder) elementTypes(r *Range) (key, value types.Type) {
	t := Core(b.src.Info.TypeOf(r.X))
	if p, ok := t.(*types.Pointer); ok {
		t = Core(p.Elem())
	}
	intT := types.Typ[types.Int]
	switch u := t.(type) {
	case *types.Slice:
		key, value = intT, u.Elem()
	case *types.Array:
		key, value = intT, u.Elem()
	case *types.Map:
		key, value = u.Key(), u.Elem()
	case *types.Chan:
		key = u.Elem()
	case *types.Basic:
		key, value = intT, types.Typ[types.Rune]
		if r.Kind == RangeInt {
			key = r.IntT
		}
	}
	switch r.Seq {
	case "slices.Values", "maps.Values":
		key = value
	}
	return key, value
}

// OverMap reports whether the loop goes over the entries of a map, by itself or by an iterator.
func (r *Range) OverMap() bool { return r.Kind == RangeMap || strings.HasPrefix(r.Seq, "maps.") }

// Evaluates reports whether the operand of a range over an array, of which only the length counts, is evaluated: for a call or a
// receive in it, or as there are two variables, though the second is blank. A mere name counts as evaluated: that makes no difference.
func (m *Machine) Evaluates(r *Range) (found bool) {
	x := r.X
	if _, ok := ast.Unparen(x).(*ast.Ident); ok || r.Stmt.Value != nil {
		return true
	}
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if m.Src.Info.Types[n].Value != nil {
				return false // a constant, such as len("ab"): no call at all
			}
			if tv := m.Src.Info.Types[n.Fun]; !tv.IsType() {
				found = true
			}
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}
