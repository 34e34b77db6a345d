package rewrite

// This file emits async blocks: function literals with awaits that become state machines of their own.

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// findBlocks finds the literals of the function that are blocks.
func (fl *flatFunc) findBlocks() {
	for lit, kind := range fl.tf.pkg.literals(fl.f) {
		switch {
		case kind == blockLiteral:
			fl.blocks[lit] = &block{lit: lit}
		case kind == deferredLiteral && fl.tf.pkg.waits(lit.Body):
			fl.blocks[lit] = &block{lit: lit, deferred: true}
		}
	}
	ast.Inspect(fl.f.Decl.Body, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok {
			if b := fl.blocks[fl.tf.pkg.blockLiteral(d.Call)]; b != nil {
				b.later = true
			}
		}
		return true
	})
}

// start gives the name of the start function of a block, whose declaration will follow, and the variables that it takes.
func (fl *flatFunc) start(lit *ast.FuncLit) *block {
	b := fl.blocks[lit]
	if b.name != "" {
		return b
	}
	b.name = fl.tf.fresh(fl.base + "Block")
	b.src = fl.source(fl.f.Decl.Name.Name, lit.Type, lit.Body)
	b.src.Lit, b.src.Framed = lit, b.deferred
	b.src.Share(fl.outer)
	for _, t := range fl.sharedWith(lit) {
		if b.inside = true; !fl.tf.declaredIn(fl.hoisted)(t) {
			cannot("an async block refers to the local type %s", t.Name())
		}
	}
	b.src.Whole = b.inside // one function literal
	m, local, err := fl.build(b.src, b.inside)
	if err != nil {
		cannot("%s", unsupportedReason(fl.tf, err))
	}
	b.m, b.local = m, local
	if m.Steps {
		b.step = fl.tf.fresh(stepName(b.name))
	}
	fl.queue = append(fl.queue, b)
	return b
}

// free lists the variables of the functions around a block that it refers to, if only where Go evaluates nothing: they are passed to it, so
// that they are used.
func (b *block) free() (vs []*statemachine.Var) {
	for _, v := range b.m.Vars {
		if v.Free {
			vs = append(vs, v)
		}
	}
	return vs
}

// blockDecls are the declarations of a block: those of a function with its own parameters and the variables around it.
//
//	func fooBlock(ctx context.Context, total *int) *async.Promise[int] {
//		f := &fooBlockFrame{ctx: ctx, total: total}
//		return f.Start(f, ctx)
//	}
func (fl *flatFunc) blockDecls(b *block) []dst.Decl {
	e := fl.emitter(b.m, b.name+"Frame", b, b.local)
	b.e = e
	e.sig = fl.tf.signature(fl.f, sigOptions{})
	e.hoistConsts(b)
	if b.m.Steps {
		return fl.blockSteps(b, e)
	}

	init := &dst.CompositeLit{Type: e.frameRef()}
	params := &dst.FieldList{Opening: true, Closing: true}
	param := func(name string, t dst.Expr) {
		params.List = append(params.List, &dst.Field{Names: []*dst.Ident{dst.NewIdent(name)}, Type: t})
	}
	used := map[string]bool{}
	name := func(hint string) string {
		n := hint
		if used[n] || n == e.self || e.hides(n) || e.local && (e.mayMention(n) || fl.types[n]) {
			n = fl.tf.freshIn(fl.f, hint)
		}
		used[n] = true
		return n
	}
	if b.deferred {
		n := name("u")
		e.unwinder = "u"
		for e.fieldTaken(e.unwinder) {
			e.unwinder += "_"
		}
		param(n, star(fl.tf.async("Unwinder")))
		init.Elts = append(init.Elts, &dst.KeyValueExpr{Key: dst.NewIdent(e.unwinder), Value: dst.NewIdent(n)})
	}
	ctx := "nil"
	for i, p := range litParams(fl.tf.info, b.lit) {
		n := "_"
		if v := b.m.ByObj[p.obj]; v != nil && v.Slot {
			n = name(p.name)
			e.initField(init, v, n)
		}
		if i == 0 && !b.deferred {
			if n == "_" {
				n = name("ctx")
			}
			ctx = n
		}
		t := e.typ(p.typ)
		if p.variadic {
			t = &dst.Ellipsis{Elt: e.typ(p.typ.(*types.Slice).Elem())}
		}
		param(n, t)
	}
	for _, v := range b.free() {
		n := name(v.Hint)
		t := e.typ(v.Type)
		if v.Boxed {
			t = star(t)
		}
		if len(params.List) > 0 {
			if _, variadic := params.List[len(params.List)-1].Type.(*dst.Ellipsis); variadic {
				cannot("an async block has a variadic parameter")
			}
		}
		param(n, t)
		if v.Slot {
			e.initField(init, v, n)
		}
	}
	e.initResults(init)

	result := e.resultType()
	d := &dst.FuncDecl{
		Name: dst.NewIdent(b.name),
		Type: &dst.FuncType{
			Func: true, TypeParams: e.typeParams(), Params: params,
			Results: &dst.FieldList{List: []*dst.Field{{Type: fl.tf.promise(result)}}},
		},
		Body: &dst.BlockStmt{List: onLines(e.startBody(init, ctx)...)},
	}
	d.Decs.Start.Append(fl.blockDoc(b))
	if e.local {
		return []dst.Decl{d}
	}
	return append(append([]dst.Decl{e.frameType(e.resultType()), d}, e.resume()...), e.release(), e.site())
}

func (fl *flatFunc) blockDoc(b *block) string {
	kind := "an async block"
	if b.deferred {
		kind = "a deferred block"
	}
	how := ""
	if b.member {
		how = ", as a call of " + b.e.group
	}
	return fmt.Sprintf("// %s starts %s of %s, line %d%s.", b.name, kind, funcName(fl.f.Decl), fl.tf.position(b.lit.Pos()).Line, how)
}

// hoistConsts repeats in a block the constants around it that it refers to.
func (e *emitter) hoistConsts(b *block) {
	seen := map[*ast.GenDecl]bool{}
	var need func(n ast.Node)
	var found []*ast.GenDecl
	need = func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			obj := e.tf.info.Uses[id]
			d := e.fl.consts[obj]
			if d == nil || seen[d] || obj.Pos() >= b.lit.Pos() && obj.Pos() < b.lit.End() {
				return true
			}
			seen[d] = true
			need(d)
			found = append(found, d)
			return true
		})
	}
	need(b.lit.Body)
	e.outerConsts = found
	taken := map[string]bool{}
	for _, name := range e.names {
		taken[name] = true
	}
	ast.Inspect(b.lit, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && e.tf.info.Defs[id] != nil {
			taken[id.Name] = true
		}
		return true
	})
	for _, d := range found {
		for _, id := range declaredNames(d) {
			if taken[id.Name] || e.spells(id.Name) {
				e.renamed[e.tf.info.Defs[id]] = e.tf.freshIn(e.fl.f, id.Name)
			}
		}
	}
}

// A litParam is a parameter of a literal.
type litParam struct {
	name     string
	obj      types.Object
	typ      types.Type
	variadic bool
}

func litParams(info *types.Info, lit *ast.FuncLit) (ps []litParam) {
	sig := info.TypeOf(lit).(*types.Signature)
	i := 0
	for _, f := range lit.Type.Params.List {
		ids := f.Names
		if len(ids) == 0 {
			ids = []*ast.Ident{nil}
		}
		for _, id := range ids {
			p := litParam{typ: sig.Params().At(i).Type(), variadic: sig.Variadic() && i == sig.Params().Len()-1}
			if id != nil {
				p.name, p.obj = id.Name, info.Defs[id]
			}
			ps = append(ps, p)
			i++
		}
	}
	return ps
}

// resultType is the type of the value of the promise of this machine.
func (e *emitter) resultType() dst.Expr {
	if e.block == nil {
		return e.tf.value(e.fl.f)
	}
	values, _ := e.resultTypes()
	var list []dst.Expr
	for _, t := range values {
		list = append(list, e.typ(t))
	}
	switch len(list) {
	case 0:
		return e.tf.async("Void")
	case 1:
		return list[0]
	}
	return index(e.tf.async(fmt.Sprintf("Tuple%d", len(list))), list)
}

// resultTypes are the types of the results, without a trailing error.
func (e *emitter) resultTypes() (values []types.Type, hasErr bool) {
	if e.block == nil {
		return e.fl.f.Sig.Values, e.fl.f.Sig.HasErr
	}
	sig := e.tf.info.TypeOf(e.block.lit).(*types.Signature)
	for v := range sig.Results().Variables() {
		values = append(values, v.Type())
	}
	if n := len(values); n > 0 && types.Identical(values[n-1], types.Universe.Lookup("error").Type()) {
		return values[:n-1], true
	}
	return values, false
}

// startCall is the call that starts a block: fooBlock(args, free variables).
func (e *emitter) startCall(lit *ast.FuncLit, args ...dst.Expr) dst.Expr {
	b := e.fl.start(lit)
	for _, v := range b.free() {
		args = append(args, e.passed(v))
	}
	var fun dst.Expr = dst.NewIdent(b.name)
	if names := e.typeArgNames(); len(names) > 0 && !b.inside {
		fun = index(fun, idents(names))
		e.checkVisible(fun)
	}
	return call(fun, args...)
}

// passed is a variable as a block takes it: its value if that never changes, else the pointer to it.
func (e *emitter) passed(free *statemachine.Var) dst.Expr {
	v := e.m.ByObj[free.Obj]
	switch {
	case v == nil && free.Boxed:
		return addr(dst.NewIdent(free.Obj.Name()))
	case v == nil:
		return dst.NewIdent(free.Obj.Name())
	case e.literals > 0 && e.aliases[v] != "":
		return dst.NewIdent(e.aliases[v])
	}
	return e.place(v)
}

// blockCall replaces the call of Start, Group.Go or Map whose argument is a block; nil if c is none.
//
//	async.Start(ctx, lit)            fooBlock(ctx, …)
//	g.Go(lit)                        fooBlock(g, …)
//	g.Go(lit)                        g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] { return fooBlock(ctx, …) })
//	async.Map(ctx, items, n, lit)    async.MapAsync(ctx, items, n, func(ctx context.Context, v T) *async.Promise[U] { … })
func (e *emitter) blockCall(c *ast.CallExpr) dst.Expr {
	lit := e.tf.pkg.blockLiteral(c)
	if lit == nil || e.fl.blocks[lit] == nil {
		return nil
	}
	switch name := e.tf.pkg.asyncFunc(c.Fun); {
	case name == "Start":
		return e.startCall(lit, e.tf.plain(c.Args[0], e.subst))
	case e.fl.beginsIn(c, lit):
		return e.startCall(lit, e.member(c, lit))
	default:
		fun, args := e.blockOperands(c, name)
		return call(fun, append(args, e.blockFunc(lit))...)
	}
}

// laterBlockCall is blockCall for a deferred call, which starts the block in a literal. keep is given what is to be evaluated before, with
// a name for it.
func (e *emitter) laterBlockCall(c *ast.CallExpr, lit *ast.FuncLit, keep func(x dst.Expr, hint string) dst.Expr) dst.Expr {
	var operand dst.Expr
	switch name := e.tf.pkg.asyncFunc(c.Fun); {
	case name == "Start":
		if operand = e.expr(c.Args[0]); !e.isFixed(c.Args[0]) {
			operand = keep(operand, "arg")
		}
	case e.fl.beginsIn(c, lit):
		operand = keep(e.member(c, lit), "g")
	default:
		fun, args := e.blockOperands(c, name)
		if !e.stays(c.Fun) {
			fun = keep(fun, "goAsync")
		}
		for i, x := range args {
			if !e.isFixed(c.Args[i]) {
				args[i] = keep(x, "arg")
			}
		}
		return call(fun, append(args, e.blockFunc(lit))...)
	}
	e.literals++
	defer func() { e.literals-- }()
	return e.startCall(lit, operand)
}

// member is the group that begins a block as a call of its own.
func (e *emitter) member(c *ast.CallExpr, lit *ast.FuncLit) dst.Expr {
	e.fl.blocks[lit].member = true
	return e.tf.plain(ast.Unparen(c.Fun).(*ast.SelectorExpr).X, e.subst)
}

// blockOperands are what stands for the function of a call with a block, and for the arguments before that.
func (e *emitter) blockOperands(c *ast.CallExpr, name string) (fun dst.Expr, args []dst.Expr) {
	fun = e.tf.async("MapAsync")
	if name != "Map" {
		fun = sel(e.tf.plain(ast.Unparen(c.Fun).(*ast.SelectorExpr).X, e.subst), "GoAsync")
	}
	for _, a := range c.Args[:len(c.Args)-1] {
		args = append(args, e.tf.plain(a, e.subst))
	}
	return fun, args
}

// blockFunc is a literal that starts a block.
func (e *emitter) blockFunc(lit *ast.FuncLit) dst.Expr {
	e.literals++
	fn := &dst.FuncLit{Type: &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true}}}
	var args []dst.Expr
	for _, p := range litParams(e.tf.info, lit) {
		n := e.tf.freshIn(e.fl.f, nonBlank(p.name, "v"))
		args = append(args, dst.NewIdent(n))
		fn.Type.Params.List = append(fn.Type.Params.List, &dst.Field{Names: []*dst.Ident{dst.NewIdent(n)}, Type: e.typ(p.typ)})
	}
	start := e.startCall(lit, args...)
	e.literals--
	sub := &emitter{tf: e.tf, fl: e.fl, m: e.m, block: e.fl.blocks[lit], local: e.local, sig: e.sig, making: e.making, here: e.here}
	fn.Type.Results = &dst.FieldList{List: []*dst.Field{{Type: e.tf.promise(sub.resultType())}}}
	fn.Body = &dst.BlockStmt{List: onLines(&dst.ReturnStmt{Results: []dst.Expr{start}})}
	return fn
}

// beginsIn reports whether c, whose argument is a block, is a call of Group.Go that can begin it as a call of the group: on a pointer to one,
// as the start function of the block takes that, and with a step function.
func (fl *flatFunc) beginsIn(c *ast.CallExpr, lit *ast.FuncLit) bool {
	if fl.tf.pkg.asyncFunc(c.Fun) != "Group.Go" {
		return false
	}
	s, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x := fl.tf.info.Selections[s]
	if x == nil || x.Kind() != types.MethodVal || len(x.Index()) > 1 {
		return false
	}
	_, ok = types.Unalias(x.Recv()).(*types.Pointer)
	return ok && fl.start(lit).m.Steps
}

func nonBlank(name, other string) string {
	if name == "" || name == "_" {
		return other
	}
	return name
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
