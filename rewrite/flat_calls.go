package rewrite

// This file finds calls that have a step function.

import (
	"go/ast"
	"go/types"

	"github.com/dave/dst"
)

// hasStep reports whether a call that is awaited can be made by a step function: it is one of a twin, of Sleep or Recv, of a method
// such as Mutex.Lock or Queue.Take, or of Yield with the context of the function itself.
func (fl *flatFunc) hasStep(c *ast.CallExpr) bool {
	info := fl.tf.info
	fn, ok := info.Uses[calleeIdent(c.Fun)].(*types.Func)
	if !ok || fn.Pkg() == nil {
		return false
	}
	own := fn.Pkg() == fl.asyncPackage()
	if own && !fl.asyncStep(fn, c) {
		return false
	}
	if len(c.Args) == 1 && !own {
		if _, tuple := info.TypeOf(c.Args[0]).(*types.Tuple); tuple {
			return false // there is no room for the frame before it
		}
	}
	name := stepName(fn.Name())
	if fl.tf.names.locals[name] {
		return false
	}
	if fn.Signature().Recv() == nil {
		if own {
			return true
		}
		return fl.isStep(fn.Pkg().Scope().Lookup(name), fn)
	}
	sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	s := info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal || types.IsInterface(fn.Signature().Recv().Type()) {
		return false
	}
	step, path, _ := types.LookupFieldOrMethod(s.Recv(), true, fl.tf.pkg.Types, name)
	return len(path) == len(s.Index()) && (own && step != nil && step.Pkg() == fn.Pkg() || fl.isStep(step, fn))
}

// asyncStep reports whether package async has a step function for c, which calls fn.
func (fl *flatFunc) asyncStep(fn *types.Func, c *ast.CallExpr) bool {
	if fn.Signature().Recv() != nil {
		return true // hasStep looks whether there is one
	}
	switch fn.Name() {
	case "Sleep", "Recv":
		return true
	case "Yield":
		return fl.isOwnContext(c.Args[0])
	}
	return false
}

// isStep reports whether obj is the step function of a twin.
func (fl *flatFunc) isStep(obj types.Object, twin *types.Func) bool {
	step, ok := obj.(*types.Func)
	if !ok || step.Signature().Params().Len() != twin.Signature().Params().Len()+1 || step.Signature().Results().Len() != 1 {
		return false
	}
	n, ok := types.Unalias(step.Signature().Results().At(0).Type()).(*types.Named)
	return ok && n.Obj().Pkg() == fl.asyncPackage() && n.Obj().Name() == "Step"
}

// isOwnContext reports whether x is the context that the function, or the block that x stands in, was given.
func (fl *flatFunc) isOwnContext(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := fl.tf.info.Uses[id].(*types.Var)
	if !ok || !fl.outer.Constant(v) {
		return false
	}
	lit := fl.blockAround(id)
	if lit == nil {
		i := fl.f.Sig.CtxParam
		return i >= 0 && fl.f.Obj.Signature().Params().At(i) == v
	}
	ps := litParams(fl.tf.info, lit)
	return len(ps) > 0 && ps[0].obj == types.Object(v)
}

// blockAround is the innermost block around a node; nil if it stands in the function itself.
func (fl *flatFunc) blockAround(n ast.Node) (found *ast.FuncLit) {
	for lit := range fl.blocks {
		if lit.Pos() <= n.Pos() && n.End() <= lit.End() && (found == nil || found.Pos() < lit.Pos()) {
			found = lit
		}
	}
	return found
}

// stepOf calls the step function in place of what x calls.
func (e *emitter) stepOf(x ast.Expr) dst.Expr {
	c := e.expr(ast.Unparen(x)).(*dst.CallExpr)
	own := e.tf.info.Uses[calleeIdent(ast.Unparen(x).(*ast.CallExpr).Fun)].Pkg() == e.fl.asyncPackage()
	fun := c.Fun
	for {
		switch f := fun.(type) {
		case *dst.ParenExpr:
			fun = f.X
			continue
		case *dst.IndexExpr:
			fun = f.X
			continue
		case *dst.IndexListExpr:
			fun = f.X
			continue
		case *dst.SelectorExpr:
			f.Sel.Name = stepName(f.Sel.Name)
		case *dst.Ident:
			f.Name = stepName(f.Name)
		}
		break
	}
	if !own {
		var spare dst.Expr = call(e.tf.async("Spare"), dst.NewIdent(e.self))
		if e.takesResult(x) {
			spare = dst.NewIdent("nil")
		}
		c.Args = append([]dst.Expr{spare}, c.Args...)
	}
	return c
}

// takesResult reports whether the result of an await is taken inside of x. Until then, the frame of the call that was awaited is not to be
// used again.
func (e *emitter) takesResult(x ast.Expr) (found bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		if y, ok := n.(ast.Expr); ok && e.m.Subst[y] != nil && e.m.Subst[y].Promise != nil {
			found = true
		}
		return !found
	})
	return found
}
