package vet

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// NoAwait finds async functions that never wait.
var NoAwait = &analysis.Analyzer{
	Name: "noawait",
	Doc: `find async functions that never wait

An annotated function without an await, a channel operation or an async block gains nothing from its twin: it runs to its end when
it is called, and costs a promise.

	//goawait:async
	func Sum(a, b int) int { return a + b }     // remove the annotation, and call Sum

Not reported are methods whose twin an interface asks for, and functions that call blocking forms or do nothing but panic, in
which something is still missing.`,
	URL:      url("noawait"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runNoAwait,
}

func runNoAwait(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, f := range c.funcs {
		if c.waits(f) || c.asked(f) || onlyPanics(f.decl.Body) {
			continue
		}
		report(pass, analysis.Diagnostic{
			Pos: f.decl.Name.Pos(), End: f.decl.Name.End(),
			Message: fmt.Sprintf("%s is annotated and never waits, so that %s has always ended when it returns; remove the annotation, or await something",
				c.name(f.obj), f.twin),
		})
	}
	return nil, nil
}

// waits reports whether a function has something in it that waits, or that should.
func (c *code) waits(f *asyncFunc) (found bool) {
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if c.view.Marker(n) != "" {
				found = true
			} else if fn := c.callee(n); fn != nil {
				_, annotated := c.twin(fn)
				_, blocks := c.blocker(n, fn)
				found = found || annotated || blocks || c.helper(n, fn) != nil || c.falseAwait(n)
			}
		case *ast.UnaryExpr, *ast.SendStmt, *ast.SelectStmt, *ast.RangeStmt:
			found = found || c.channelOp(n, nil) != ""
		}
		return !found
	})
	return found
}

func onlyPanics(body *ast.BlockStmt) bool {
	if len(body.List) != 1 {
		return false
	}
	s, ok := body.List[0].(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := s.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && id.Name == "panic"
}

// asked reports whether some interface that the package knows asks for a method's twin.
func (c *code) asked(f *asyncFunc) bool {
	if f.decl.Recv == nil {
		return false
	}
	for _, pkg := range append(c.pass.Pkg.Imports(), c.pass.Pkg) {
		scope := pkg.Scope()
		for _, name := range scope.Names() {
			t, ok := scope.Lookup(name).(*types.TypeName)
			if !ok {
				continue
			}
			iface, ok := t.Type().Underlying().(*types.Interface)
			if !ok {
				continue
			}
			for m := range iface.Methods() {
				if m.Name() == f.twin {
					return true
				}
			}
		}
	}
	return false
}
