package statemachine

// This file lifts suspension points out of expressions.
//
// Go orders calls, receives and && and ||; what a variable, a field or an element is worth is read when the expression
// around it is computed, after the calls in it. So only what has to happen before a suspension is spilled to a
// temporary; the rest stays in place and is computed when the call goes on, as the compiler gc does it in the plain function.
// The last suspension of an expression leaves the taking of its result where the await stood.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// lift emits all that e does up to its last suspension. What is left of e, with the substitutions made, does the rest.
func (b *builder) lift(e ast.Expr) {
	if e == nil || !b.src.suspends(e) {
		return
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		b.lift(e.X)
	case *ast.BinaryExpr:
		if (e.Op == token.LAND || e.Op == token.LOR) && b.src.suspends(e.Y) {
			b.liftShortCircuit(e)
			return
		}
		b.liftOperands(b.operands(e)...)
	case *ast.CallExpr:
		if n := b.src.Arity(e); n > 0 {
			b.liftAwait(e, n)
			return
		}
		b.liftOperands(b.callOperands(e)...)
	case *ast.UnaryExpr:
		b.lift(e.X)
		if e.Op == token.ARROW {
			b.liftReceive(e, GetRecv)
		}
	case *ast.CompositeLit:
		b.storeEntries(e)
		b.liftOperands(b.elements(e)...)
	default:
		b.liftOperands(b.operands(e)...)
	}
}

// storeEntries notes that gc stores the entries of a map literal one by one: those before one that suspends are computed before that.
func (b *builder) storeEntries(e *ast.CompositeLit) {
	if !b.isMapLit(e) {
		return
	}
	last := len(e.Elts) - 1
	for last >= 0 && !b.src.suspends(e.Elts[last]) {
		last--
	}
	for _, x := range e.Elts[:max(last, 0)] {
		kv := x.(*ast.KeyValueExpr)
		b.copied[kv.Key], b.copied[kv.Value] = true, true
	}
}

// liftOperands lifts a list of operands that are evaluated from left to right.
func (b *builder) liftOperands(operands ...ast.Expr) {
	last := -1
	for i, o := range operands {
		if b.src.suspends(o) {
			last = i
		}
	}
	for i, o := range operands[:last+1] {
		if i < last {
			b.settle(o)
		} else {
			b.lift(o)
		}
	}
}

// operands lists the parts of an expression in the order of their evaluation.
func (b *builder) operands(e ast.Expr) []ast.Expr {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return []ast.Expr{e.X}
	case *ast.UnaryExpr:
		return []ast.Expr{e.X}
	case *ast.StarExpr:
		return []ast.Expr{e.X}
	case *ast.BinaryExpr:
		if e.Op == token.EQL || e.Op == token.NEQ { // an interface, perhaps, and a value that is none
			b.intoAll(b.src.Info.TypeOf(e.Y), e.X)
			b.intoAll(b.src.Info.TypeOf(e.X), e.Y)
		}
		return []ast.Expr{e.X, e.Y}
	case *ast.CallExpr:
		return b.callOperands(e)
	case *ast.SelectorExpr:
		if b.src.Info.Selections[e] == nil || b.src.isType(e.X) {
			return nil // a name of a package, or a method expression
		}
		return []ast.Expr{e.X}
	case *ast.IndexExpr:
		if tv := b.src.Info.Types[e.X]; tv.IsType() || isInstance(b.src.Info, e.X) {
			return nil
		}
		if m, ok := Core(b.src.Info.TypeOf(e.X)).(*types.Map); ok {
			b.copied[e.Index] = b.src.copiedKey(e.Index, m)
		}
		return []ast.Expr{e.X, e.Index}
	case *ast.SliceExpr:
		return present(e.X, e.Low, e.High, e.Max)
	case *ast.TypeAssertExpr:
		return []ast.Expr{e.X}
	case *ast.CompositeLit:
		return b.elements(e)
	}
	return nil
}

func present(xs ...ast.Expr) []ast.Expr {
	var ys []ast.Expr
	for _, x := range xs {
		if x != nil {
			ys = append(ys, x)
		}
	}
	return ys
}

// isInstance reports whether an index expression over x instantiates a generic function.
func isInstance(info *types.Info, x ast.Expr) bool {
	switch f := ast.Unparen(x).(type) {
	case *ast.Ident:
		_, ok := info.Instances[f]
		return ok
	case *ast.SelectorExpr:
		_, ok := info.Instances[f.Sel]
		return ok
	}
	return false
}

// elements lists the values of a composite literal, and the keys of a map literal, in source order.
func (b *builder) elements(e *ast.CompositeLit) (xs []ast.Expr) {
	t := Core(b.literalType(e))
	for i, x := range e.Elts {
		kv, keyed := x.(*ast.KeyValueExpr)
		if keyed {
			x = kv.Value
		}
		switch t := t.(type) {
		case *types.Map:
			b.copied[kv.Key] = b.copied[kv.Key] || b.src.copiedKey(kv.Key, t)
			b.intoAll(t.Elem(), x)
			xs = append(xs, kv.Key)
		case *types.Slice:
			b.intoAll(t.Elem(), x)
		case *types.Array:
			b.intoAll(t.Elem(), x)
		case *types.Struct:
			f := t.Field(min(i, t.NumFields()-1))
			if keyed {
				f, _ = b.src.Info.Uses[kv.Key.(*ast.Ident)].(*types.Var)
			}
			b.intoAll(f.Type(), x)
		}
		xs = append(xs, x)
	}
	return xs
}

// literalType is the type of a composite literal, also if it is an element &T{} with its type left out.
func (b *builder) literalType(e *ast.CompositeLit) types.Type {
	t := b.src.Info.TypeOf(e)
	if p, ok := Core(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func (b *builder) isMapLit(e *ast.CompositeLit) bool {
	_, isMap := Core(b.literalType(e)).(*types.Map)
	return isMap
}

// callOperands lists what a call evaluates: the function if that takes doing, the receiver, the arguments.
func (b *builder) callOperands(e *ast.CallExpr) (xs []ast.Expr) {
	if b.src.isType(e.Fun) {
		b.intoAll(b.src.Info.TypeOf(e.Fun), e.Args...)
		return e.Args
	}
	if t := b.src.Info.TypeOf(e.Fun); t != nil { // also of a built-in function, if the call is no constant
		sig, _ := Core(t).(*types.Signature)
		b.into(func(i int) types.Type { return ParamType(sig, i, e.Ellipsis.IsValid()) }, e.Args...)
	}
	if b.src.isBuiltin(e) {
		for _, a := range e.Args {
			if !b.src.isType(a) {
				xs = append(xs, a)
			}
		}
		return xs
	}
	return append([]ast.Expr{e.Fun}, e.Args...)
}

// settle emits what of e has to happen before a later suspension of the same statement.
func (b *builder) settle(e ast.Expr) {
	if e == nil || b.src.isConst(e) || b.src.isType(e) || b.isNil(e) {
		return
	}
	if b.early(e) || b.copied[e] {
		b.lift(e)
		b.spill(e)
		return
	}
	for _, x := range b.operands(e) {
		b.settle(x)
	}
}

// isNil reports whether e is nil, converted or not.
func (b *builder) isNil(e ast.Expr) bool {
	if c, ok := ast.Unparen(e).(*ast.CallExpr); ok && b.src.isType(c.Fun) {
		return b.isNil(c.Args[0])
	}
	tv, ok := b.src.Info.Types[e]
	return ok && tv.IsNil()
}

// early reports whether gc evaluates e before the calls to its right: calls, receives, && and ||, and what it copies
// to a temporary in the same pass. The rest it reads late. These are findings, made with several builds of gc 1.26, where the
// language leaves the order open.
func (b *builder) early(e ast.Expr) bool {
	info := b.src.Info
	switch e := e.(type) {
	case *ast.CallExpr:
		if !b.src.isType(e.Fun) {
			callee := info.Uses[calleeIdent(e.Fun)]
			return callee == nil || callee.Pkg() != types.Unsafe
		}
		return isBytesOrRunes(info.TypeOf(e)) && isString(info.TypeOf(e.Args[0]))
	case *ast.UnaryExpr:
		return e.Op == token.ARROW
	case *ast.BinaryExpr:
		return e.Op == token.LAND || e.Op == token.LOR
	case *ast.SliceExpr:
		return true
	case *ast.IndexExpr:
		_, isMap := Core(info.TypeOf(e.X)).(*types.Map)
		return isMap && b.src.convertsBytes(e.Index)
	case *ast.TypeAssertExpr:
		return e.Type != nil && !pointerShaped(info.TypeOf(e))
	case *ast.CompositeLit:
		return b.isMapLit(e) && slices.ContainsFunc(b.elements(e), func(x ast.Expr) bool { return !b.src.isConst(x) })
	}
	return false
}

func isString(t types.Type) bool {
	basic, ok := Core(t).(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

func isBytes(t types.Type) bool { return isSliceOf(t, types.Uint8) }

func isBytesOrRunes(t types.Type) bool { return isBytes(t) || isSliceOf(t, types.Int32) }

func isSliceOf(t types.Type, elem types.BasicKind) bool {
	s, ok := Core(t).(*types.Slice)
	if !ok {
		return false
	}
	basic, ok := Core(s.Elem()).(*types.Basic)
	return ok && basic.Kind() == elem
}

// pointerShaped reports whether an interface holds a value of the type directly.
func pointerShaped(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		return u.NumFields() == 1 && pointerShaped(u.Field(0).Type())
	case *types.Array:
		return u.Len() == 1 && pointerShaped(u.Elem())
	}
	return false
}

// spill evaluates e now and keeps the value in temporaries.
func (b *builder) spill(e ast.Expr) {
	old := b.m.Subst[e]
	if old != nil && old.Promise == nil {
		return // holds its value already
	}
	t := b.src.Info.TypeOf(e)
	var vars []*Var
	if tuple, ok := t.(*types.Tuple); ok {
		for i := range tuple.Len() {
			vars = append(vars, b.temp(b.hint(e), tuple.At(i).Type()))
		}
	} else if t != nil {
		vars = []*Var{b.temp(b.hint(e), types.Default(t))}
	}
	b.emit(&Op{Kind: OpSet, Vars: vars, X: e, Spill: true, Old: old})
	b.m.Subst[e] = &Value{Vars: vars}
}

// hint proposes a name for the value of e: that of the function called.
func (b *builder) hint(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		if n := calleeName(e.Fun); n != "" && b.src.Arity(e) == 0 {
			if len(e.Args) == 1 && (n == "Must" || n == "Must2") {
				return b.hint(e.Args[0])
			}
			return trimName(n)
		}
		if b.src.Arity(e) > 0 {
			return b.hint(e.Args[0])
		}
	case *ast.UnaryExpr:
		return "got"
	case *ast.TypeAssertExpr:
		return "x"
	case *ast.SliceExpr:
		return "part"
	case *ast.CompositeLit:
		if b.isMapLit(e) {
			return "m"
		}
	}
	return "v"
}

// promiseHint is hint for the promise x that the call e of a marker awaits.
func (b *builder) promiseHint(e *ast.CallExpr, x ast.Expr) string {
	name := nameOf(x)
	if _, call := ast.Unparen(x).(*ast.CallExpr); call || name == "" {
		name = b.hint(e)
	}
	if strings.HasSuffix(strings.ToLower(name), "promise") {
		return name
	}
	return name + "Promise"
}

func calleeName(fun ast.Expr) string {
	switch f := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.IndexExpr:
		return calleeName(f.X)
	case *ast.IndexListExpr:
		return calleeName(f.X)
	}
	return ""
}

// liftAwait emits the await of a call of a marker.
func (b *builder) liftAwait(e *ast.CallExpr, arity int) {
	if len(e.Args) != 1 {
		unsupported(e, "await without an operand")
	}
	arg := e.Args[0]
	b.lift(arg)
	kind := AwaitCustom
	if b.isPromise(b.src.Info.TypeOf(arg)) {
		kind = AwaitPromise
	}
	sig, ok := b.src.Info.TypeOf(e.Fun).(*types.Signature)
	if !ok {
		unsupported(e, "await without a type")
	}
	elem := sig.Results().At(0).Type()
	if arity > 1 {
		var parts []types.Type
		for i := range arity {
			parts = append(parts, sig.Results().At(i).Type())
		}
		elem = b.instance(tupleName[arity], parts...)
	}
	if c, ok := ast.Unparen(arg).(*ast.CallExpr); ok && kind == AwaitPromise && b.src.Step != nil && b.src.Step(c) {
		p := b.temp(b.hint(e)+"Step", b.stepType(c, elem))
		b.await(&Op{Kind: OpAwait, Await: AwaitStep, X: arg, Vars: []*Var{p}})
		b.m.Subst[e] = &Value{Promise: p, Get: Get(arity)}
		return
	}
	p := b.temp(b.promiseHint(e, arg), types.NewPointer(b.instance("Promise", elem)))
	b.await(&Op{Kind: OpAwait, Await: kind, X: arg, Vars: []*Var{p}})
	b.m.Subst[e] = &Value{Promise: p, Get: Get(arity)}
}

var tupleName = map[int]string{2: "Tuple2", 3: "Tuple3", 4: "Tuple4"}

// liftReceive emits the wait of a receive expression whose channel has been lifted.
func (b *builder) liftReceive(e *ast.UnaryExpr, get Get) {
	b.receive(e.X, func(p *Var) { b.m.Subst[e] = &Value{Promise: p, Get: get} })
}

// receive waits for a value from the channel ch.
func (b *builder) receive(ch ast.Expr, bind func(p *Var)) {
	elem := Core(b.src.Info.TypeOf(ch)).(*types.Chan).Elem()
	p := b.temp("received", b.instance("Step", b.instance("Received", elem)))
	b.await(&Op{Kind: OpAwait, Await: AwaitReceive, X: ch, Vars: []*Var{p}})
	bind(p)
}

// await emits a suspension point.
func (b *builder) await(op *Op) {
	b.m.States++
	op.State = b.m.States
	b.emit(op)
}

// isPromise reports whether t is a *Promise of the runtime.
func (b *builder) isPromise(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && n.Obj().Name() == "Promise" && n.Obj().Pkg() == b.src.Async
}

// asyncSteps are the types of what the step functions of package async give, if that is not Step.
var asyncSteps = map[string]string{"Yield": "Turn", "Sleep": "Nap"}

// stepType is the type of what the step function of a call gives, which is awaited and has a value of type elem.
func (b *builder) stepType(c *ast.CallExpr, elem types.Type) types.Type {
	var id *ast.Ident
	switch f := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	}
	if obj := b.src.Info.Uses[id]; obj != nil && obj.Pkg() == b.src.Async && asyncSteps[obj.Name()] != "" {
		return b.instance(asyncSteps[obj.Name()])
	}
	return b.instance("Step", elem)
}

// instance gives an instance of a generic type of the runtime, or one that is not generic.
func (b *builder) instance(name string, args ...types.Type) types.Type {
	obj := b.src.Async.Scope().Lookup(name)
	if obj == nil {
		unsupported(b.src.Body, "package async has no type %s", name)
	}
	for i, a := range args {
		args[i] = types.Default(a)
	}
	if len(args) == 0 {
		return obj.Type()
	}
	t, err := types.Instantiate(nil, obj.Type(), args, false)
	if err != nil {
		unsupported(b.src.Body, "type %s: %v", name, err)
	}
	return t
}

// liftShortCircuit takes apart x && y or x || y with a suspension in y.
func (b *builder) liftShortCircuit(e *ast.BinaryExpr) {
	t := b.temp("ok", types.Default(b.src.Info.TypeOf(e)))
	end := b.label("end")
	b.lift(e.X)
	b.emit(&Op{Kind: OpSet, Vars: []*Var{t}, X: e.X})
	b.emit(&Op{Kind: OpBranch, Vars: []*Var{t}, Negated: e.Op == token.LAND, Target: b.use(end)})
	b.lift(e.Y)
	b.emit(&Op{Kind: OpSet, Vars: []*Var{t}, X: e.Y})
	b.place(end)
	b.m.Subst[e] = &Value{Vars: []*Var{t}}
}

// branch jumps to target if cond is not met; it goes on behind the jump if it is met.
func (b *builder) branchUnless(cond ast.Expr, target *Label) {
	b.branch(cond, true, target)
}

// decides reports whether a part of a condition decides whether another part suspends.
func (b *builder) decides(cond ast.Expr) bool {
	switch e := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		return e.Op == token.NOT && b.decides(e.X)
	case *ast.BinaryExpr:
		return (e.Op == token.LAND || e.Op == token.LOR) && (b.src.suspends(e.Y) || b.decides(e.X))
	}
	return false
}

func (b *builder) branch(cond ast.Expr, negated bool, target *Label) {
	switch e := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT && b.src.suspends(e) {
			b.branch(e.X, !negated, target)
			return
		}
	case *ast.BinaryExpr:
		if b.decides(e) {
			if (e.Op == token.LAND) == negated { // either operand decides for the jump
				b.branch(e.X, negated, target)
				b.branch(e.Y, negated, target)
				return
			}
			on := b.label("then")
			b.branch(e.X, !negated, on)
			b.branch(e.Y, negated, target)
			b.place(on)
			return
		}
	}
	b.lift(cond)
	b.emit(&Op{Kind: OpBranch, X: cond, Negated: negated, Target: b.use(target)})
}
