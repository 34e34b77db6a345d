package rewrite

// This file is the goroutine backend: twins that run the blocking form on a goroutine.

import (
	"fmt"
	"go/ast"
	"go/token"

	"github.com/dave/dst"
)

// goroutine makes a twin that runs the blocking form on a goroutine.
//
//	func FAsync(ctx context.Context, n int) *async.Promise[T] {
//		return async.Start(ctx, func(context.Context) (T, error) { return F(ctx, n) })
//	}
func (tf *twinFile) goroutine(f *Func) ([]dst.Decl, []Diagnostic) {
	if f.Decl.Name.Name == "init" {
		return nil, []Diagnostic{{
			Pos: tf.position(f.Directive.Pos()), Code: CodeInit,
			Message: "init cannot be called, so no goroutine can run its blocking form",
			Hint:    "annotate a function that init calls",
		}}
	}
	context := tf.pkgRef("context", "context", "Context")
	hide := tf.namesInResults(f)
	hide[f.Decl.Name.Name] = f.Decl.Recv == nil
	hide[tf.importName("context", "context")] = true
	sig := tf.signature(f, sigOptions{nameAll: true, hide: hide})
	call := tf.blockingCall(f, sig)
	ctx := dst.Expr(dst.NewIdent(sig.Ctx))
	if sig.Ctx == "nil" {
		ctx = &dst.CallExpr{Fun: tf.pkgRef("context", "context", "Background")}
	}
	lit := &dst.FuncLit{
		Type: &dst.FuncType{
			Func:   true,
			Params: &dst.FieldList{Opening: true, List: []*dst.Field{{Type: context}}, Closing: true},
		},
	}
	lit.Type.Results, lit.Body = tf.adapt(f, f.Decl.Type, call)
	start := &dst.CallExpr{Fun: tf.async("Start"), Args: []dst.Expr{ctx, lit}}
	return []dst.Decl{tf.start(f, sig, returns(start))}, nil
}

// namesInResults are the names that the result types are written with, and the name of package async: what a parameter of the
// twin must not hide from the literals in it.
func (tf *twinFile) namesInResults(f *Func) map[string]bool {
	names := map[string]bool{"error": true, "nil": true, tf.importName(tf.pkg.AsyncPath, "async"): true}
	namesIn(names, resultTypes(f.Decl.Type))
	return names
}

// namesIn adds the names that types are written with.
func namesIn(names map[string]bool, types []ast.Expr) {
	for _, t := range types {
		ast.Inspect(t, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				names[id.Name] = true
			}
			return true
		})
	}
}

// blockingCall calls the blocking form with the parameters of the twin.
func (tf *twinFile) blockingCall(f *Func, sig *twinSig) dst.Expr {
	var fun dst.Expr = dst.NewIdent(f.Decl.Name.Name)
	if sig.Recv != nil {
		fun = &dst.SelectorExpr{X: dst.NewIdent(sig.RecvName), Sel: dst.NewIdent(f.Decl.Name.Name)}
	}
	var typeArgs []dst.Expr
	for _, a := range sig.TypeArgs {
		typeArgs = append(typeArgs, dst.NewIdent(a))
	}
	call := &dst.CallExpr{Fun: index(fun, typeArgs)}
	for _, a := range sig.Args {
		call.Args = append(call.Args, dst.NewIdent(a.Name))
		call.Ellipsis = a.Variadic
	}
	return call
}

// adapt makes results and body of a literal that gives a promise's value and an error, of a call whose results are those of the
// type t:
//
//	()           (async.Void, error)                  { call; return async.Void{}, nil }
//	(error)      (async.Void, error)                  { return async.Void{}, call }
//	(T)          (T, error)                           { return call, nil }
//	(T, error)   (T, error)                           { return call }
//	(A, B)       (r async.Tuple2[A, B], err error)    { r.V1, r.V2 = call; return }
//	(A, B, error)                                     { r.V1, r.V2, err = call; return }
//
// Where nil means something else, results have names in the first and the third form, too.
func (tf *twinFile) adapt(f *Func, t *ast.FuncType, call dst.Expr) (*dst.FieldList, *dst.BlockStmt) {
	values, hasErr := tf.splitResults(t)
	var err dst.Expr
	switch {
	case hasErr:
		err = tf.plain(resultTypes(t)[len(values)], nil)
	case tf.isPredeclared("error"):
		err = dst.NewIdent("error")
	default:
		err = tf.async("Error")
	}
	results := &dst.FieldList{Opening: true, List: []*dst.Field{{Type: tf.valueExpr(values)}, {Type: err}}, Closing: true}
	void := func() dst.Expr { return &dst.CompositeLit{Type: tf.async("Void")} }
	body := &dst.BlockStmt{}
	switch {
	case len(values) == 0 && hasErr:
		body.List = []dst.Stmt{returns(void(), call)}
	case len(values) == 1 && hasErr:
		body.List = []dst.Stmt{returns(call)}
	case len(values) == 0 && tf.isPredeclared("nil"):
		body.List = []dst.Stmt{&dst.ExprStmt{X: call}, returns(void(), dst.NewIdent("nil"))}
	case len(values) == 1 && tf.isPredeclared("nil"):
		body.List = []dst.Stmt{returns(call, dst.NewIdent("nil"))}
	default:
		r, err := tf.freshIn(f, "r"), tf.freshIn(f, "err")
		results.List[0].Names = []*dst.Ident{dst.NewIdent(r)}
		results.List[1].Names = []*dst.Ident{dst.NewIdent(err)}
		assign := &dst.AssignStmt{Tok: token.ASSIGN, Rhs: []dst.Expr{call}}
		for i := range values {
			var v dst.Expr = dst.NewIdent(r)
			if len(values) > 1 {
				v = sel(v, fmt.Sprintf("V%d", i+1))
			}
			assign.Lhs = append(assign.Lhs, v)
		}
		if hasErr {
			assign.Lhs = append(assign.Lhs, dst.NewIdent(err))
		}
		body.List = []dst.Stmt{assign, &dst.ReturnStmt{}}
		if len(values) == 0 {
			body.List[0] = &dst.ExprStmt{X: call}
		}
	}
	onLines(body.List...)
	return results, body
}

// splitResults are the types of the values of a function type, and whether an error follows them.
func (tf *twinFile) splitResults(t *ast.FuncType) (values []ast.Expr, hasErr bool) {
	values = resultTypes(t)
	if n := len(values); n > 0 && isError(tf.info.TypeOf(values[n-1])) {
		return values[:n-1], true
	}
	return values, false
}

func returns(results ...dst.Expr) *dst.ReturnStmt { return &dst.ReturnStmt{Results: results} }
