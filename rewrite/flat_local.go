package rewrite

// This file emits functions that keep values of types which they declare. Only in there can these be named, so that is where the frame is
// declared, too. As such a type has no methods, function literals stand for them:
//
//	func fooAsync(ctx context.Context, id int) *async.Promise[int] {
//		type pair struct{ a, b int }
//
//		// fooFrame is a call of foo while it waits.
//		type fooFrame struct {
//			call async.LocalFrame[int]
//			id   int
//			p    pair
//		}
//		f := &fooFrame{id: id}
//		f.call.Methods("shop.foo|shop.go:10|shop.go:12", func() { … }, func() { async.Clear(&f.p) })
//		return f.call.Start(&f.call, ctx)
//	}
//
// Start functions of blocks that have to do with such types are function literals before the frame.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// keepsLocalTypes reports whether a variable of the frame is of a type that cannot be spelled outside of the function, but in there.
func (fl *flatFunc) keepsLocalTypes(m *statemachine.Machine) bool {
	name := func(t *types.TypeParam) string { return t.Obj().Name() }
	return slices.ContainsFunc(m.Vars, func(v *statemachine.Var) bool {
		if !v.Slot || !slices.ContainsFunc(m.Hoisted, func(d *ast.GenDecl) bool { return d.Tok == token.TYPE }) {
			return false
		}
		_, outside := fl.tf.typeExpr(v.Type, name)
		_, inside := fl.tf.localTypeExpr(v.Type, name, fl.tf.declaredIn(m.Hoisted))
		return outside != nil && inside == nil
	})
}

// shared reports whether blocks have to do with types that the function around them declares.
func (fl *flatFunc) shared() (yes bool) {
	for lit := range fl.blocks {
		yes = yes || len(fl.sharedWith(lit)) > 0
	}
	return yes
}

// sharedWith are the types that a block has to do with, and that the function or a literal around it declares.
func (fl *flatFunc) sharedWith(lit *ast.FuncLit) (shared []*types.TypeName) {
	if len(fl.types) == len(fl.typeParams) {
		return nil
	}
	imports := len(fl.tf.imports.list)
	defer func() { fl.tf.imports.keep(imports) }() // nothing is spelled here but to find out
	note := func(obj *types.TypeName) bool {
		if _, param := obj.Type().(*types.TypeParam); !param && (obj.Pos() < lit.Pos() || obj.Pos() > lit.End()) && !slices.Contains(shared, obj) {
			shared = append(shared, obj)
		}
		return true
	}
	seen := map[types.Type]bool{}
	ast.Inspect(lit, func(n ast.Node) bool {
		x, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if id, ok := x.(*ast.Ident); ok {
			if t, ok := fl.tf.info.Uses[id].(*types.TypeName); ok && t.Pkg() == fl.tf.pkg.Types && t.Parent() != t.Pkg().Scope() {
				note(t)
			}
		}
		if t := fl.tf.info.TypeOf(x); t != nil && !seen[t] {
			seen[t] = true
			fl.tf.localTypeExpr(t, func(t *types.TypeParam) string { return t.Obj().Name() }, note)
		}
		return true
	})
	return shared
}

// hoistedAround are the declarations of constants and types that are repeated where the code can refer to them.
func (e *emitter) hoistedAround() []*ast.GenDecl {
	if e.block != nil && e.block.inside {
		return append(slices.Clone(e.fl.hoisted), e.m.Hoisted...)
	}
	return e.m.Hoisted
}

// asVariable is a start function as a variable. It needs no type parameters, as it can name those of the function around it.
func asVariable(d *dst.FuncDecl) dst.Stmt {
	d.Type.TypeParams = nil
	s := &dst.AssignStmt{Lhs: []dst.Expr{d.Name}, Tok: token.DEFINE, Rhs: []dst.Expr{&dst.FuncLit{Type: d.Type, Body: d.Body}}}
	s.Decs.Before, s.Decs.Start, s.Decs.After = dst.EmptyLine, d.Decs.Start, dst.NewLine
	return s
}

// declaredIn tells of a type whether one of these declarations is its own.
func (tf *twinFile) declaredIn(decls []*ast.GenDecl) func(*types.TypeName) bool {
	return func(obj *types.TypeName) bool {
		return slices.ContainsFunc(decls, func(d *ast.GenDecl) bool {
			return slices.ContainsFunc(declaredNames(d), func(id *ast.Ident) bool { return tf.info.Defs[id] == types.Object(obj) })
		})
	}
}

// resumer is what the runtime resumes.
func (e *emitter) resumer() dst.Expr {
	if e.local {
		return addr(sel(dst.NewIdent(e.self), callField))
	}
	return dst.NewIdent(e.self)
}

// localDecls are the declarations at the head of the start function.
func (e *emitter) localDecls() []dst.Stmt {
	frame := e.frameType(e.resultType()).(*dst.GenDecl)
	decl := &dst.DeclStmt{Decl: frame}
	decl.Decs.Start, frame.Decs.Start = frame.Decs.Start, nil
	if e.localHead = e.hoistedStmts(); len(e.localHead) > 0 {
		decl.Decs.Before = dst.EmptyLine
	}
	return append(e.localHead, decl)
}

// localMethods gives the frame its methods.
func (e *emitter) localMethods() dst.Stmt {
	lit := func(d dst.Decl) dst.Expr {
		return &dst.FuncLit{Type: &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true}}, Body: d.(*dst.FuncDecl).Body}
	}
	site := placesLit(append([]string{e.function()}, e.places()...))
	return &dst.ExprStmt{X: call(e.called("Methods"), site, lit(e.resume()[0]), lit(e.release()))}
}

// startParams are the names that parameters of the start function may have.
func (e *emitter) startParams() map[string]bool {
	if e.block == nil {
		return e.fl.paramNames()
	}
	names := map[string]bool{}
	for _, p := range litParams(e.tf.info, e.block.lit) {
		names[p.name] = true
	}
	for _, v := range e.block.free() {
		names[v.Hint] = true
	}
	return names
}
