package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// BlockingForm finds calls of a blocking form in async code.
var BlockingForm = &analysis.Analyzer{
	Name: "blockingform",
	Doc: `find async functions that call a blocking form where they could await the twin

An annotated function stays callable, and then it blocks. In another async function, which has a loop to keep running, the twin is
meant:

	//goawait:async
	func Load(ctx context.Context, id int) (Page, error) {
		user, err := FetchUser(ctx, id)                       // blocks the loop
		user, err := async.Await(FetchUserAsync(ctx, id))     // suspends this call only
		…
	}

Functions that are not annotated may call blocking forms, except where they run on a loop as callbacks, and so may go statements.

The fix awaits the twin. A call whose only result is an error is fixed where it is a statement or assigned to a variable.`,
	URL:      url("blockingform"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runBlockingForm,
}

func runBlockingForm(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, f := range c.funcs {
		c.walkAsync(f, func(n ast.Node, stack []ast.Node) {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return
			}
			fn := c.callee(call)
			twin, annotated := c.twin(fn)
			if !annotated {
				return
			}
			d := analysis.Diagnostic{Pos: call.Pos(), End: call.End()}
			if fn.Pkg() != pass.Pkg && !token.IsExported(twin) {
				d.Message = fmt.Sprintf("%s is the blocking form, which blocks the loop, and its twin %s is not exported; "+
					"give it an exported name in the annotation", c.name(fn), twin)
				report(pass, d)
				return
			}
			d.Message = fmt.Sprintf("%s is the blocking form, which blocks the loop; write %s", c.name(fn), c.awaitText(call, fn, twin))
			if !c.mayAwait(stack) {
				d.Message += " outside of the literal"
			}
			d.SuggestedFixes = c.awaitTwinFix(call, fn, twin, stack)
			report(pass, d)
		})
	}
	return nil, nil
}

// A wrapping is how an await of a twin stands for a call.
type wrapping struct {
	before, after string
	errorOnly     bool // the call gave an error, and the await gives a value beside it
}

// wrapAwait wraps the call of a twin so that it gives what the call gave. ok is false if that takes more values than there are tuples
// for.
func wrapAwait(fn *types.Func, async string) (w wrapping, ok bool) {
	results := fn.Signature().Results()
	values := results.Len()
	hasErr := values > 0 && isError(results.At(values-1).Type())
	if hasErr {
		values--
	}
	if values > 4 {
		return w, false
	}
	number := ""
	if values > 1 {
		number = fmt.Sprint(values)
	}
	w = wrapping{async + "Await" + number + "(", ")", hasErr && values == 0}
	if !hasErr && values > 0 {
		w.before, w.after = async+"Must"+number+"("+w.before, "))"
	}
	return w, true
}

// awaitText is what to write instead of the call of a blocking form.
func (c *code) awaitText(call *ast.CallExpr, fn *types.Func, twin string) string {
	w, ok := wrapAwait(fn, "async.")
	if !ok {
		return "an await of its twin " + twin
	}
	twin = c.twinText(call.Fun, twin)
	args := ""
	if len(call.Args) > 0 {
		args = "…"
	}
	text := w.before + twin + "(" + args + ")" + w.after
	if w.errorOnly {
		text = "_, err := " + text
	}
	return text
}

// twinText is an expression for the twin of a function that is called.
func (c *code) twinText(fun ast.Expr, twin string) string {
	switch x := ast.Unparen(fun).(type) {
	case *ast.SelectorExpr:
		return c.text(x.X) + "." + twin
	case *ast.IndexExpr:
		return c.twinText(x.X, twin) + "[" + c.text(x.Index) + "]"
	case *ast.IndexListExpr:
		return c.twinText(x.X, twin) + "[…]"
	}
	return twin
}

// awaitTwinFix replaces the call of a blocking form by an await of its twin.
func (c *code) awaitTwinFix(call *ast.CallExpr, fn *types.Func, twin string, stack []ast.Node) []analysis.SuggestedFix {
	name := calleeIdent(call.Fun)
	async, edits, ok := c.importName(call.Pos())
	if name == nil || !ok || !c.mayAwait(stack) {
		return nil
	}
	if _, unqualified := ast.Unparen(call.Fun).(*ast.Ident); unqualified {
		if obj := c.visible(twin, call.Pos()); obj != nil && obj.Parent() != c.pass.Pkg.Scope() {
			return nil // shadowed
		}
	}
	w, ok := wrapAwait(fn, async)
	if !ok {
		return nil
	}
	switch p := parent(stack).(type) {
	case *ast.DeferStmt:
		return nil
	case *ast.ExprStmt:
	case *ast.AssignStmt:
		if w.errorOnly {
			if len(p.Lhs) != 1 {
				return nil
			}
			edits = append(edits, insert(p.Pos(), "_, "))
		}
	default:
		if w.errorOnly || fn.Signature().Results().Len() == 0 {
			return nil
		}
	}
	edits = append(edits, insert(call.Pos(), w.before), replace(name, twin), insert(call.End(), w.after))
	return []analysis.SuggestedFix{{Message: "Await " + twin, TextEdits: edits}}
}

// calleeIdent is the identifier that names the function of a call; nil if there is none.
func calleeIdent(fun ast.Expr) *ast.Ident {
	switch x := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return x.Sel
	case *ast.IndexExpr:
		return calleeIdent(x.X)
	case *ast.IndexListExpr:
		return calleeIdent(x.X)
	}
	return nil
}
