package vet

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// LostCtx finds contexts that are not passed on.
var LostCtx = &analysis.Analyzer{
	Name: "lostctx",
	Doc: `find async calls that are not given the context at hand

A context carries cancellation, values, and what WithExecutor put into it. A promise that is made with context.Background() knows nothing
of all that, and goes on when everything else has been cancelled:

	//goawait:async
	func load(ctx context.Context, id int) (User, error) {
		return async.Await(fetchAsync(context.Background(), id))     // write ctx
	}

Reported are context.Background(), context.TODO() and nil where a function that returns a promise, or starts a group, takes a context, and
a function around has been given one. For work that is to go on after a cancellation, context.WithoutCancel(ctx) keeps the rest. Deferred
calls, which often have to, are not reported.

The fix passes the context of the function.`,
	URL:      url("lostctx"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runLostCtx,
}

func runLostCtx(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	if !c.uses && len(c.funcs) == 0 && !c.importsUser() {
		return nil, nil
	}
	for _, file := range c.files {
		ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && c.startsAsync(call) {
				c.contextArguments(pass, call, stack)
			}
			return true
		})
	}
	return nil, nil
}

// startsAsync reports whether a call makes a promise or a group.
func (c *code) startsAsync(call *ast.CallExpr) bool {
	if isPromise(c.pass.TypesInfo.TypeOf(call)) {
		return true
	}
	switch asyncName(c.callee(call)) {
	case "NewGroup", "NewSupervisor", "NewPromise", "NewInterval":
		return true
	}
	return false
}

func (c *code) contextArguments(pass *analysis.Pass, call *ast.CallExpr, stack []ast.Node) {
	sig, ok := pass.TypesInfo.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		return
	}
	for i, arg := range call.Args {
		if i >= sig.Params().Len() || !isContext(sig.Params().At(i).Type()) {
			continue
		}
		empty := c.emptyContext(arg)
		if empty == "" || c.ctxParam(stack) == nil || deferred(stack) {
			continue
		}
		d := analysis.Diagnostic{
			Pos: arg.Pos(), End: arg.End(),
			Message: fmt.Sprintf("with %s, %s is not cancelled with the function around it; ", empty, c.text(call.Fun)),
		}
		if name := c.ctxName(stack, call.Pos()); name != "" {
			d.Message += fmt.Sprintf("pass %s, or context.WithoutCancel(%[1]s) if it is to outlive a cancellation", name)
			d.SuggestedFixes = []analysis.SuggestedFix{{Message: "Pass " + name, TextEdits: []analysis.TextEdit{replace(arg, name)}}}
		} else {
			d.Message += "pass its context on, under a name"
		}
		report(pass, d)
	}
}

// emptyContext is the expression if it is a context that carries nothing; "" otherwise.
func (c *code) emptyContext(x ast.Expr) string {
	if tv := c.pass.TypesInfo.Types[x]; tv.IsNil() {
		return "nil"
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return ""
	}
	fn := c.callee(call)
	if fn == nil {
		return ""
	}
	switch fn.FullName() {
	case "context.Background", "context.TODO":
		return fn.FullName() + "()"
	}
	return ""
}

// deferred reports whether the innermost function around is the literal of a defer statement, or the call itself is deferred.
func deferred(stack []ast.Node) bool {
	for i := len(stack) - 1; i >= 0; i-- {
		switch stack[i].(type) {
		case *ast.DeferStmt:
			return true
		case *ast.FuncLit:
			if i >= 2 {
				if _, ok := stack[i-2].(*ast.DeferStmt); ok {
					return true
				}
			}
			return false
		}
	}
	return false
}
