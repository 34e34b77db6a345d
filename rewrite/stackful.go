package rewrite

// This file is the coroutine lowering: the body as it is written runs on a coroutine, and what may wait suspends that.

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"go/version"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// stackful makes a twin that runs the body on a coroutine.
//
//	func FAsync(ctx context.Context, n int) *async.Promise[T] {
//		return async.Stackful(ctx, "p.F|foo.go:10|foo.go:12", func(co async.Coroutine) (T, error) { body })
//	}
func (tf *twinFile) stackful(f *Func) []dst.Decl {
	b := &coBody{
		tf: tf, f: f, kinds: tf.pkg.literals(f), native: map[ast.Node]bool{},
		co: tf.freshIn(f, "co"), site: tf.pkg.Name + "." + funcName(f.Decl),
	}
	sig := tf.signature(f, sigOptions{hide: tf.namesInResults(f)})
	b.at(f.Decl.Name)
	body := tf.block(f.Decl.Body, b.async)
	body.List = append(b.restoreNames(sig.Renamed), body.List...)
	var ctx dst.Expr = dst.NewIdent(sig.Ctx)
	if sig.Ctx == "nil" && !tf.isPredeclared("nil") {
		ctx = call(tf.pkgRef("context", "context", "Background"))
	}
	twin := tf.start(f, sig, returns(b.coroutine(ctx, b.site, f.Decl.Type, body)))
	return append([]dst.Decl{twin}, b.aliases...)
}

// A coBody rewrites one function for its coroutine.
type coBody struct {
	tf      *twinFile
	f       *Func
	kinds   map[*ast.FuncLit]literalKind
	native  map[ast.Node]bool // channel operations that stay, being those of a select with a default
	co      string            // name of the coroutine
	site    string            // name of the function in reports
	blocks  int               // async blocks so far
	places  []string          // where the body in the making begins, and where it may wait
	aliases []dst.Decl        // of types that are spelled where their names mean something else
}

// restoreNames declares the parameters that had to get other names, as the body knows them.
func (b *coBody) restoreNames(renamed [][2]string) (list []dst.Stmt) {
	for _, r := range renamed {
		list = append(list,
			&dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent(r[0])}, Tok: token.DEFINE, Rhs: []dst.Expr{dst.NewIdent(r[1])}},
			&dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent("_")}, Tok: token.ASSIGN, Rhs: []dst.Expr{dst.NewIdent(r[0])}})
	}
	return onLines(list...)
}

// at notes a place of the body in the making, and gives its number.
func (b *coBody) at(n ast.Node) int {
	b.places = append(b.places, b.tf.where(n))
	return len(b.places) - 1
}

// coroutine starts a body with the results of type t, and the places noted so far, on a coroutine.
func (b *coBody) coroutine(ctx dst.Expr, site string, t *ast.FuncType, body *dst.BlockStmt) dst.Expr {
	results, adapted := b.results(t, body)
	co := &dst.Field{
		Names: []*dst.Ident{dst.NewIdent(b.co)},
		Type:  b.tf.async("Coroutine"),
	}
	lit := &dst.FuncLit{
		Type: &dst.FuncType{
			Func: true, Params: &dst.FieldList{Opening: true, List: []*dst.Field{co}, Closing: true}, Results: results,
		},
		Body: adapted,
	}
	return &dst.CallExpr{Fun: b.tf.async("Stackful"), Args: []dst.Expr{ctx, placesLit(append([]string{site}, b.places...)), lit}}
}

// results makes results and body of the coroutine. A body with a value and an error is one as it is; any other runs as
// a literal of its own type, so that its returns stay as they are.
func (b *coBody) results(t *ast.FuncType, body *dst.BlockStmt) (*dst.FieldList, *dst.BlockStmt) {
	values, hasErr := b.tf.splitResults(t)
	if len(values) == 1 && hasErr {
		return b.tf.copyNode(b.tf.nodes[t.Results], nil, false).(*dst.FieldList), body
	}
	inner := &dst.FuncLit{Type: &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true}}, Body: body}
	if t.Results != nil {
		inner.Type.Results = b.tf.copyNode(b.tf.nodes[t.Results], nil, false).(*dst.FieldList)
		stripComments(inner.Type.Results)
	}
	return b.tf.adapt(b.f, t, &dst.CallExpr{Fun: inner})
}

// plain rewrites what stands in a plain literal: only the async blocks in it.
func (b *coBody) plain(n ast.Node) dst.Node {
	switch n := n.(type) {
	case *ast.FuncLit:
		if b.kinds[n] == goLiteral {
			return b.tf.copy(n, nil)
		}
	case *ast.CallExpr:
		if lit := b.tf.pkg.blockLiteral(n); lit != nil && b.kinds[lit] == blockLiteral {
			return b.block(n, lit, b.plain)
		}
	}
	return nil
}

// async rewrites code that runs on the coroutine.
func (b *coBody) async(n ast.Node) dst.Node {
	switch n := n.(type) {
	case *ast.FuncLit:
		switch b.kinds[n] {
		case goLiteral:
			return b.tf.copy(n, nil)
		case plainLiteral:
			return b.tf.copyInner(n, b.plain)
		}
	case *ast.GoStmt:
		if b.tf.pkg.marker(n.Call) != "" { // blocks its own goroutine
			return b.tf.copyInner(n, func(m ast.Node) dst.Node {
				if m == n.Call {
					return b.tf.copyInner(m, b.async)
				}
				return b.async(m)
			})
		}
	case *ast.CallExpr:
		if marker := b.tf.pkg.marker(n); marker != "" {
			return b.await(n, marker)
		}
		if lit := b.tf.pkg.blockLiteral(n); lit != nil && b.kinds[lit] == blockLiteral {
			return b.block(n, lit, b.async)
		}
	case *ast.UnaryExpr:
		if n.Op == token.ARROW && !b.native[n] {
			return b.receive(n)
		}
	case *ast.SendStmt:
		if !b.native[n] {
			return b.send(n)
		}
	case *ast.AssignStmt:
		if len(n.Lhs) == 2 && len(n.Rhs) == 1 {
			return b.receiveInto(n, n.Rhs[0], b.tf.info.TypeOf(n.Lhs[1]))
		}
	case *ast.ValueSpec:
		if len(n.Names) == 2 && len(n.Values) == 1 {
			return b.receiveInto(n, n.Values[0], b.tf.info.TypeOf(n.Names[1]))
		}
	case *ast.SelectStmt:
		return b.selects(n)
	case *ast.RangeStmt:
		if chanOf(b.tf.info.TypeOf(n.X)) != nil {
			return b.rangeOver(n)
		}
	}
	return nil
}

// here is co.At(place), for what waits at n.
func (b *coBody) here(n ast.Node) dst.Expr {
	return call(sel(dst.NewIdent(b.co), "At"), intLit(b.at(n)))
}

// await makes async.CoAwait[T](co.At(1), p) of async.Await[T](p).
func (b *coBody) await(n *ast.CallExpr, marker string) dst.Node {
	here := b.here(n)
	call := b.tf.copyInner(n, func(m ast.Node) dst.Node {
		if m == n.Fun {
			return b.tf.copyCallee(n.Fun, "Co"+marker, b.async)
		}
		return b.async(m)
	}).(*dst.CallExpr)
	call.Args = append([]dst.Expr{here}, call.Args...)
	return call
}

// copyCallee copies the name of a called function of package async, with its type arguments, and puts another function
// in its place. A method keeps its receiver, which around rewrites.
func (tf *twinFile) copyCallee(fun ast.Expr, name string, around subst) dst.Node {
	id := calleeIdent(fun)
	return tf.copy(fun, func(m ast.Node) dst.Node {
		if sel, ok := m.(*ast.SelectorExpr); ok && sel.Sel == id && tf.info.Selections[sel] == nil || m == id && !tf.names.selected[id] {
			return tf.async(name)
		}
		if m == id {
			return dst.NewIdent(name)
		}
		return around(m)
	})
}

// receive makes async.CoRecv(co.At(1), ch) of <-ch, or CoRecv2 where the second value is used.
func (b *coBody) receive(n *ast.UnaryExpr) dst.Node {
	fun := "CoRecv"
	if _, two := b.tf.info.TypeOf(n).(*types.Tuple); two {
		fun = "CoRecv2"
	}
	return call(b.tf.async(fun), b.here(n), b.tf.expr(n.X, b.async))
}

// receiveInto makes
//
//	v, ok = async.CoFirst(co.At(1), ch), co.Second() > 0
//
// of an assignment or declaration n of v, ok to x, which is <-ch, if the variable ok is of type t, a boolean type of its own: a comparison
// fits any. It gives nil for anything else.
func (b *coBody) receiveInto(n ast.Node, x ast.Expr, t types.Type) dst.Node {
	recv, ok := ast.Unparen(x).(*ast.UnaryExpr)
	if !ok || recv.Op != token.ARROW || b.native[recv] || !ownBool(t) {
		return nil
	}
	second := &dst.BinaryExpr{X: call(sel(dst.NewIdent(b.co), "Second")), Op: token.GTR, Y: intLit(0)}
	made := b.tf.copyInner(n, func(m ast.Node) dst.Node {
		if m == x {
			return call(b.tf.async("CoFirst"), b.here(recv), b.tf.expr(recv.X, b.async))
		}
		return b.async(m)
	})
	switch made := made.(type) {
	case *dst.AssignStmt:
		made.Rhs = append(made.Rhs, second)
	case *dst.ValueSpec:
		made.Values = append(made.Values, second)
	}
	return made
}

// send makes async.CoSend(co.At(1), ch, v) of ch <- v.
func (b *coBody) send(n *ast.SendStmt) dst.Node {
	return &dst.ExprStmt{X: b.sending("CoSend", n, b.here(n))}
}

// sending is the call fun(args…, ch, v) of a function of package async for a send. Where channel and value differ, its type argument cannot be
// inferred; if that cannot be spelled either, the call is funTo(args…, ch)(v).
func (b *coBody) sending(fun string, n *ast.SendStmt, args ...dst.Expr) dst.Expr {
	args, v := append(args, b.tf.expr(n.Chan, b.async)), b.tf.expr(n.Value, b.async)
	elem, infer := b.sentType(n)
	switch {
	case infer:
		return call(b.tf.async(fun), append(args, v)...)
	case elem != nil:
		return call(index(b.tf.async(fun), []dst.Expr{elem}), append(args, v)...)
	}
	return call(call(b.tf.async(fun+"To"), args...), v)
}

// sentType spells the element type of the channel of a send; nil if that cannot be done. It need not be where it is inferred.
func (b *coBody) sentType(n *ast.SendStmt) (elem dst.Expr, infer bool) {
	ch, v := chanOf(b.tf.info.TypeOf(n.Chan)), b.tf.info.TypeOf(n.Value)
	if basic, ok := v.(*types.Basic); ok && basic.Kind() == types.UntypedNil || ch == nil || types.Identical(ch.Elem(), v) {
		return nil, true
	}
	elem, err := b.tf.typeExpr(ch.Elem())
	if err != nil {
		return nil, false
	}
	return b.visible(elem, n.Pos()), false
}

// visible is a type as it can be spelled at a place in the source: by an alias, where one of its names means something else; nil where it is
// of a type parameter, too, of which there is none.
func (b *coBody) visible(x dst.Expr, pos token.Pos) dst.Expr {
	hidden, param := false, false
	dst.Inspect(x, func(n dst.Node) bool {
		switch n := n.(type) {
		case *dst.SelectorExpr: // packages have names that nothing local has
			return false
		case *dst.Ident:
			obj := b.tf.localAt(n.Name, pos)
			hidden = hidden || obj != nil && !isTypeParam(obj)
			param = param || isTypeParam(b.tf.localAt(n.Name, b.f.Decl.Body.Pos()+1))
		}
		return true
	})
	switch {
	case !hidden:
		return x
	case param:
		return nil
	}
	name := b.tf.fresh(b.tf.pkg.bases[b.f.Decl] + "Type")
	spec := &dst.TypeSpec{Name: dst.NewIdent(name), Assign: true, Type: x}
	b.aliases = append(b.aliases, &dst.GenDecl{Tok: token.TYPE, Specs: []dst.Spec{spec}})
	return dst.NewIdent(name)
}

func isTypeParam(obj types.Object) bool {
	t, ok := obj.(*types.TypeName)
	if !ok {
		return false
	}
	_, ok = t.Type().(*types.TypeParam)
	return ok
}

// chanOf is the channel type of a value, also if its type is a type parameter; nil if it is no channel.
func chanOf(t types.Type) *types.Chan {
	if t == nil {
		return nil
	}
	ch, _ := statemachine.Core(t).(*types.Chan)
	return ch
}

// rangeOver makes
//
//	for v := range async.CoRange(co.At(1), ch) { … }
//
// of a range over a channel. A language version without iterators gets
//
//	for c := ch; ; {
//		v, ok := async.CoRecv2(co.At(1), c)
//		if !ok {
//			break
//		}
//		{ … }
//	}
//
// and before Go 1.22, where all iterations have one variable,
//
//	for c, v := async.CoShared(ch); ; {
//		v2, ok := async.CoRecv2(co.At(1), c)
//		if !ok {
//			break
//		}
//		v = v2
//		{ … }
//	}
func (b *coBody) rangeOver(n *ast.RangeStmt) dst.Node {
	here := b.here(n)
	if version.Compare(cmp.Or(b.tf.src.GoVersion, "go1.26"), "go1.23") >= 0 {
		return b.tf.copyInner(n, func(m ast.Node) dst.Node {
			if m == n.X {
				return call(b.tf.async("CoRange"), here, b.tf.expr(n.X, b.async))
			}
			return b.async(m)
		})
	}
	ch, ok, v := b.tf.freshIn(b.f, "ch"), b.tf.freshIn(b.f, "ok"), dst.Expr(dst.NewIdent("_"))
	body := b.tf.block(n.Body, b.async)
	init := &dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent(ch)}, Tok: token.DEFINE, Rhs: []dst.Expr{b.tf.expr(n.X, b.async)}}
	var set []dst.Stmt
	switch {
	case n.Key == nil:
	case n.Tok == token.DEFINE && (isBlank(n.Key) || perIteration(b.tf.src.GoVersion)):
		v = b.tf.expr(n.Key, nil)
	default:
		if n.Tok == token.DEFINE {
			init.Lhs = append(init.Lhs, b.tf.plain(n.Key, nil))
			init.Rhs = []dst.Expr{call(b.tf.async("CoShared"), init.Rhs...)}
		}
		name := b.tf.freshIn(b.f, "v")
		v = dst.NewIdent(name)
		set = append(set, &dst.AssignStmt{
			Lhs: []dst.Expr{b.tf.expr(n.Key, b.async)}, Tok: token.ASSIGN, Rhs: []dst.Expr{dst.NewIdent(name)},
		})
	}
	list := []dst.Stmt{
		&dst.AssignStmt{
			Lhs: []dst.Expr{v, dst.NewIdent(ok)}, Tok: token.DEFINE, Rhs: []dst.Expr{call(b.tf.async("CoRecv2"), here, dst.NewIdent(ch))},
		},
		&dst.IfStmt{
			Cond: &dst.UnaryExpr{Op: token.NOT, X: dst.NewIdent(ok)},
			Body: &dst.BlockStmt{List: onLines(&dst.BranchStmt{Tok: token.BREAK})},
		},
	}
	return &dst.ForStmt{Init: init, Body: &dst.BlockStmt{List: onLines(append(append(list, set...), body)...)}}
}

// block makes an async block of a call of async.Start, Group.Go or async.Map a coroutine of its own:
//
//	func(ctx context.Context) *async.Promise[T] { return async.Stackful(ctx, site, func(co async.Coroutine) (T, error) { … }) }(ctx)
//	g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] { … })
//	async.MapAsync(ctx, items, limit, func(ctx context.Context, v T) *async.Promise[U] { … })
//
// around rewrites what stands around the literal.
func (b *coBody) block(n *ast.CallExpr, lit *ast.FuncLit, around subst) dst.Node {
	start := b.starter(lit)
	switch fun := b.tf.pkg.asyncFunc(n.Fun); fun {
	case "Start":
		return &dst.CallExpr{Fun: start, Args: []dst.Expr{b.tf.expr(n.Args[0], around)}}
	default:
		to := map[string]string{"Group.Go": "GoAsync", "Map": "MapAsync"}[fun]
		return b.tf.copyInner(n, func(m ast.Node) dst.Node {
			switch m {
			case n.Fun:
				return b.tf.copyCallee(n.Fun, to, around)
			case lit:
				return start
			}
			return around(m)
		})
	}
}

// starter is the literal of an async block as a function that gives a promise.
func (b *coBody) starter(lit *ast.FuncLit) dst.Expr {
	b.blocks++
	site := fmt.Sprintf("%s.func%d", b.site, b.blocks)
	typ := b.tf.copy(lit.Type, nil).(*dst.FuncType)
	values, _ := b.tf.splitResults(lit.Type)
	typ.Results = &dst.FieldList{List: []*dst.Field{{Type: b.tf.promise(b.tf.valueExpr(values))}}}
	renamed := b.renameHiding(typ.Params, lit.Type)
	ctx := dst.NewIdent(b.nameFirst(typ.Params))
	around := b.places
	b.places = nil
	defer func() { b.places = around }()
	b.at(lit)
	body := b.tf.block(lit.Body, b.async)
	body.List = append(b.restoreNames(renamed), body.List...)
	return &dst.FuncLit{
		Type: typ,
		Body: &dst.BlockStmt{List: onLines(returns(b.coroutine(ctx, site, lit.Type, body)))},
	}
}

// renameHiding gives the parameters of a block other names if they hide what its results are written with, as these are written once more in
// its body.
func (b *coBody) renameHiding(params *dst.FieldList, t *ast.FuncType) (renamed [][2]string) {
	hide := map[string]bool{}
	namesIn(hide, resultTypes(t))
	for _, field := range params.List {
		for i, id := range field.Names {
			if hide[id.Name] && id.Name != "_" {
				name := b.tf.freshIn(b.f, id.Name)
				renamed = append(renamed, [2]string{id.Name, name})
				field.Names[i] = dst.NewIdent(name)
			}
		}
	}
	return renamed
}

// nameFirst is the name of the first parameter, which gets one if it has none.
func (b *coBody) nameFirst(params *dst.FieldList) string {
	first := params.List[0]
	if len(first.Names) == 0 {
		for _, field := range params.List {
			field.Names = []*dst.Ident{dst.NewIdent("_")}
		}
	}
	if first.Names[0].Name == "_" {
		first.Names[0] = dst.NewIdent(b.tf.freshIn(b.f, "ctx"))
	}
	return first.Names[0].Name
}

func isBlank(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && id.Name == "_"
}
