package vet

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// Blocking finds calls that block a loop.
var Blocking = &analysis.Analyzer{
	Name: "blocking",
	Doc: `find calls that block the loop

While a function blocks, nothing else runs on its loop: no other call goes on, no timer fires. An async function should
await instead:

	//goawait:async
	func poll(ctx context.Context) error {
		time.Sleep(time.Second)                                 // blocks the loop
		_, err := async.Await(async.Sleep(ctx, time.Second))    // suspends this call only
		return err
	}

Where there is no async form, async.Go runs the call on a goroutine and gives a promise:

	resp, err := async.Await(async.Go(ctx, func(ctx context.Context) (*http.Response, error) {
		return http.Get(url)
	}))

The rule knows what blocks in package sync, in time, net, net/http, os, os/exec, database/sql and others, and follows calls to helper
functions, which block if they do any of this, wait for a channel, or await without being annotated. A helper that locks a
sync.Mutex and unlocks it again is not reported; the same in an async function is. Functions that run as callbacks of async.Run,
async.Then, async.Catch, async.Finally and Loop.Post are checked, too. Go statements and literals given to async.Go are not: they have
goroutines of their own.

The fix awaits async.Sleep instead of time.Sleep where a context is at hand.`,
	URL:      url("blocking"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runBlocking,
}

func init() {
	Blocking.Flags.Var(moreBlockers, "funcs",
		"more functions that block, as `names` separated by commas: (*example.com/db.Conn).Query,example.com/db.Open")
}

func runBlocking(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, f := range c.funcs {
		c.walkAsync(f, func(n ast.Node, stack []ast.Node) {
			if call, ok := n.(*ast.CallExpr); ok {
				c.blockingCall(pass, call, stack)
			}
		})
	}
	const message = "%s runs on the loop, as a callback of async.%s, and %s, which blocks the loop; " +
		"move it to an async function and use its twin, or to a goroutine with async.Go"
	c.walkCallbacks(func(api string, n ast.Node, stack []ast.Node) {
		r := c.reasonAt(n, stack, true)
		if r == nil {
			return
		}
		report(pass, analysis.Diagnostic{
			Pos: n.Pos(), End: n.End(), Message: fmt.Sprintf(message, "this", api, r.text()), Related: c.related(r),
		})
	}, func(api string, x ast.Expr, fn *types.Func) {
		what := "is a blocking form"
		var related []analysis.RelatedInformation
		if _, annotated := c.twin(fn); !annotated {
			r := c.helper(&ast.CallExpr{Fun: x}, fn)
			if r == nil {
				return
			}
			what, related = r.next.text(), c.related(r)
		}
		report(pass, analysis.Diagnostic{Pos: x.Pos(), End: x.End(), Message: fmt.Sprintf(message, c.name(fn), api, what), Related: related})
	})
	return nil, nil
}

// blockingCall reports a call in async code that blocks.
func (c *code) blockingCall(pass *analysis.Pass, call *ast.CallExpr, stack []ast.Node) {
	fn := c.callee(call)
	if fn == nil || c.view.Marker(call) != "" || c.falseAwait(call) {
		return
	}
	if _, annotated := c.twin(fn); annotated {
		return // another rule's
	}
	d := analysis.Diagnostic{Pos: call.Pos(), End: call.End()}
	if use, ok := c.blocker(call, fn); ok {
		if use == "" {
			use = "async.Go: " + c.onGoroutine(call, fn)
		}
		d.Message = fmt.Sprintf("%s blocks the loop; use %s", c.name(fn), use)
		if isLock(fn) {
			d.Message = c.lockMessage(call, fn)
		}
		if !c.mayAwait(stack) {
			d.Message += ", outside of the literal"
		}
		if fn.FullName() == "time.Sleep" {
			d.SuggestedFixes = c.sleepFix(call, stack)
		}
		report(pass, d)
		return
	}
	r := c.helper(call, fn)
	if r == nil {
		return
	}
	end := r.end()
	where := ""
	if end.pos.IsValid() {
		where = " (" + c.place(end.pos) + ")"
	}
	twin := fn.Name() + "Async"
	d.Message = fmt.Sprintf("%s blocks the loop: it %s%s; annotate it with //goawait:async and await %s, or run it with async.Go",
		c.name(fn), r.next.text(), where, twin)
	d.Related = c.related(r)
	report(pass, d)
}

// lockMessage says what to do about a lock.
func (c *code) lockMessage(call *ast.CallExpr, fn *types.Func) string {
	lock, kind := "the lock", "it"
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		lock, kind = c.text(sel.X), c.text(sel.X)
		if s := c.pass.TypesInfo.Selections[sel]; s != nil && len(s.Index()) > 1 {
			kind = "what it embeds"
		}
	}
	return fmt.Sprintf("%s blocks the loop while another goroutine has the lock; make %s an async.Mutex and write async.Await(%s.Lock(ctx)), "+
		"or lock and unlock it in a function of its own that does not wait", c.name(fn), kind, lock)
}

// related are the places along the way to what blocks.
func (c *code) related(r *reason) (list []analysis.RelatedInformation) {
	for r = r.next; r != nil; r = r.next {
		if r.pos.IsValid() {
			list = append(list, analysis.RelatedInformation{Pos: r.pos, Message: r.what})
		}
	}
	return list
}

// onGoroutine is a call in the form that runs on a goroutine.
func (c *code) onGoroutine(call *ast.CallExpr, fn *types.Func) string {
	var result, body string
	text := c.text(call)
	results := fn.Signature().Results()
	switch n := results.Len(); {
	case n == 2 && isError(results.At(1).Type()):
		result, body = c.typeText(results.At(0).Type()), "return "+text
	case n == 1 && isError(results.At(0).Type()):
		result, body = "async.Void", "return async.Void{}, "+text
	case n == 1:
		result, body = c.typeText(results.At(0).Type()), "return "+text+", nil"
	case n == 0:
		result, body = "async.Void", text+"; return async.Void{}, nil"
	default:
		return "async.Await(async.Go(ctx, func(ctx context.Context) (T, error) { … }))"
	}
	return fmt.Sprintf("async.Await(async.Go(ctx, func(ctx context.Context) (%s, error) { %s }))", result, body)
}

// sleepFix makes an await of time.Sleep where that is a statement and a context is at hand. An error, which says that the context was
// cancelled, is returned if the function can.
func (c *code) sleepFix(call *ast.CallExpr, stack []ast.Node) []analysis.SuggestedFix {
	stmt, ok := parent(stack).(*ast.ExprStmt)
	if !ok || len(call.Args) != 1 || !inList(stack) || !c.mayAwait(stack) || deferred(stack) { // when deferred, the context may have been cancelled
		return nil
	}
	ctx := c.ctxName(stack, call.Pos())
	async, edits, ok := c.importName(call.Pos())
	file := c.file(call.Pos())
	if ctx == "" || !ok || !c.keepsImport(file, call) {
		return nil
	}
	awaited := fmt.Sprintf("%sAwait(%sSleep(%s, ", async, async, ctx)
	before, after := awaited, "))"
	if ret := c.returnError(stack); ret != "" {
		before, after = "if _, err := "+awaited, ")); err != nil {\n"+ret+"\n}"
	}
	arg := call.Args[0]
	edits = append(edits,
		analysis.TextEdit{Pos: stmt.Pos(), End: arg.Pos(), NewText: []byte(before)},
		analysis.TextEdit{Pos: arg.End(), End: stmt.End(), NewText: []byte(after)})
	return []analysis.SuggestedFix{{Message: "Await async.Sleep", TextEdits: edits}}
}

// keepsImport reports whether the file needs the package of a call's function for more than such calls.
func (c *code) keepsImport(file *ast.File, call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || file == nil {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	pkg, ok := c.pass.TypesInfo.Uses[id].(*types.PkgName)
	return ok && c.usesBeyond(file, pkg, sel.Sel.Name)
}
