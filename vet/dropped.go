package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"math"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Dropped finds promises that nobody awaits.
var Dropped = &analysis.Analyzer{
	Name: "dropped",
	Doc: `find promises that are dropped

A call that returns a promise has only started something. Without an await, the code goes on before it has ended, and its error is
seen by nobody; async.Sleep and Mutex.Lock do nothing at all that way:

	mu.Lock(ctx)                                  // goes on without the lock
	_, err := async.Await(mu.Lock(ctx))           // waits for it

Promises that are to be awaited later are kept in a variable, gathered with async.All, or started in an async.Group. If
nobody shall wait, _ = says so:

	_ = refreshAsync(ctx)

Also reported are promises of go and defer statements, and variables that get another promise before the first was read, in the next
round of a loop, perhaps. What
async.Catch returns may be dropped, since it has dealt with the error.

The fix awaits promises of package async where they are statements of async functions that can return the error.`,
	URL:      url("dropped"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runDropped,
}

func runDropped(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	if !c.uses && len(c.funcs) == 0 && !c.importsUser() {
		return nil, nil
	}
	fixable := map[*ast.CallExpr][]analysis.SuggestedFix{}
	for _, f := range c.funcs {
		c.walkAsync(f, func(n ast.Node, stack []ast.Node) {
			if s, ok := n.(*ast.ExprStmt); ok {
				if call, ok := s.X.(*ast.CallExpr); ok && isPromise(pass.TypesInfo.TypeOf(call)) {
					fixable[call] = c.awaitPromiseFix(call, append(stack[:len(stack):len(stack)], n))
				}
			}
		})
	}
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ExprStmt:
				if call := c.droppedCall(n.X); call != nil {
					report(pass, analysis.Diagnostic{
						Pos: call.Pos(), End: call.End(),
						Message:        c.droppedMessage(call),
						SuggestedFixes: fixable[call],
					})
				}
			case *ast.GoStmt:
				if call := c.droppedCall(n.Call); call != nil {
					report(pass, analysis.Diagnostic{
						Pos: n.Pos(), End: n.End(),
						Message: fmt.Sprintf("go drops the promise of %s; call it without go, which does not block, and await the promise", c.text(call.Fun)),
					})
				}
			case *ast.DeferStmt:
				if call := c.droppedCall(n.Call); call != nil {
					message := fmt.Sprintf("defer drops the promise of %s; write defer func() { async.Await(%s) }()", c.text(call.Fun), c.text(call))
					if c.tuple(call) != nil {
						message = fmt.Sprintf("defer drops the promise of %s; call it in a function literal that awaits the promise", c.text(call.Fun))
					}
					report(pass, analysis.Diagnostic{Pos: n.Pos(), End: n.End(), Message: message})
				}
			case *ast.BlockStmt:
				c.overwritten(pass, n.List)
			case *ast.CaseClause:
				c.overwritten(pass, n.Body)
			case *ast.CommClause:
				c.overwritten(pass, n.Body)
			case *ast.RangeStmt:
				c.overwrittenInLoop(pass, n, n.Body)
			case *ast.ForStmt:
				if n.Cond != nil && n.Post != nil { // others may be left after one round
					c.overwrittenInLoop(pass, n, n.Body)
				}
			}
			return true
		})
	}
	return nil, nil
}

// droppedMessage says what to do about a promise that is dropped.
func (c *code) droppedMessage(call *ast.CallExpr) string {
	switch name := asyncName(c.callee(call)); name {
	case "Then", "Finally":
		return fmt.Sprintf("the promise of async.%s is dropped, and with it the error; await it, give it to async.Catch, or write _ = if nobody shall see it", name)
	}
	if t := c.tuple(call); t != nil {
		return fmt.Sprintf("the promise of %s is dropped; keep it and await it, or write %s= if nobody shall wait for it",
			c.text(call.Fun), strings.Repeat("_, ", t.Len()-1)+"_ ")
	}
	return fmt.Sprintf("the promise of %s is dropped; write async.Await(%s), keep it to be awaited later, or write _ = if nobody shall wait for it",
		c.text(call.Fun), c.text(call))
}

// importsUser reports whether the package imports one that knows package async, and so may get promises from it.
func (c *code) importsUser() bool {
	for _, imp := range c.pass.Pkg.Imports() {
		for _, far := range imp.Imports() {
			if isAsyncPackage(far) {
				return true
			}
		}
	}
	return false
}

// promiseCall is the call that an expression is, if its promise is one to be awaited; nil otherwise.
func (c *code) promiseCall(x ast.Expr) *ast.CallExpr {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok || !isPromise(c.pass.TypesInfo.TypeOf(call)) || c.caught(call) {
		return nil
	}
	return call
}

// droppedCall is the call that a statement is, if a promise to be awaited is among its results; nil otherwise.
func (c *code) droppedCall(x ast.Expr) *ast.CallExpr {
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && c.tuple(call) != nil {
		return call
	}
	return c.promiseCall(x)
}

// tuple is the type of a call with several results, if one of them is a promise; nil otherwise.
func (c *code) tuple(call *ast.CallExpr) *types.Tuple {
	if t, ok := c.pass.TypesInfo.TypeOf(call).(*types.Tuple); ok {
		for v := range t.Variables() {
			if isPromise(v.Type()) {
				return t
			}
		}
	}
	return nil
}

// caught reports whether a promise comes of async.Catch, perhaps by way of async.Finally.
func (c *code) caught(call *ast.CallExpr) bool {
	switch asyncName(c.callee(call)) {
	case "Catch":
		return true
	case "Finally":
		inner, ok := ast.Unparen(call.Args[0]).(*ast.CallExpr)
		return ok && c.caught(inner)
	}
	return false
}

// overwritten reports variables of statements in a row that get another promise before anything reads the first.
func (c *code) overwritten(pass *analysis.Pass, list []ast.Stmt) {
	for i, s := range list {
		obj, call := c.promiseAssignment(s)
		if call == nil {
			continue
		}
		for _, later := range list[i+1:] {
			if again, _ := c.promiseAssignment(later); again == obj && !c.reads(later, obj) && !c.shared(obj, later.Pos()) {
				report(pass, analysis.Diagnostic{
					Pos: call.Pos(), End: call.End(),
					Message: fmt.Sprintf("the promise of %s is dropped: %s gets another one at line %d before this one is awaited",
						c.text(call.Fun), obj.Name(), c.line(later.Pos())),
					Related: []analysis.RelatedInformation{{Pos: later.Pos(), End: later.End(), Message: "the other promise"}},
				})
				break
			}
			if mentions(c.pass.TypesInfo, later, obj) || leaves(later) {
				break
			}
		}
	}
}

// overwrittenInLoop reports variables that get another promise in each round of a loop, which nothing else in the loop mentions.
func (c *code) overwrittenInLoop(pass *analysis.Pass, loop ast.Stmt, body *ast.BlockStmt) {
	for _, s := range body.List {
		obj, call := c.promiseAssignment(s)
		if call == nil || loop.Pos() <= obj.Pos() && obj.Pos() < loop.End() {
			continue // a new variable in each round
		}
		if c.count(loop, obj) > 1 || c.shared(obj, token.Pos(math.MaxInt)) || jumps(body) {
			continue
		}
		report(pass, analysis.Diagnostic{
			Pos: call.Pos(), End: call.End(),
			Message: fmt.Sprintf("the promise of %s is dropped: %s gets another one in the next round of the loop, before this one is awaited",
				c.text(call.Fun), obj.Name()),
		})
	}
}

// count tells how often a node mentions a variable.
func (c *code) count(n ast.Node, obj types.Object) (times int) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && c.pass.TypesInfo.ObjectOf(id) == obj {
			times++
		}
		return true
	})
	return times
}

// shared reports whether a variable may be read elsewhere than where its name stands: by a function literal before a place, or through its
// address.
func (c *code) shared(obj *types.Var, before token.Pos) (found bool) {
	file := c.file(obj.Pos())
	if file == nil {
		return true
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if n.Pos() < before && (obj.Pos() < n.Pos() || n.End() <= obj.Pos()) {
				found = found || mentions(c.pass.TypesInfo, n, obj)
			}
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && mentions(c.pass.TypesInfo, n.X, obj)
		}
		return !found
	})
	return found
}

// jumps reports whether a round of a loop may end early, so that it may be the last one, or be left out.
func jumps(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt, *ast.ReturnStmt:
			found = true
		}
		return !found
	})
	return found
}

// promiseAssignment is the local variable to which a statement assigns the promise of a call; nil for other statements.
func (c *code) promiseAssignment(s ast.Stmt) (*types.Var, *ast.CallExpr) {
	a, ok := s.(*ast.AssignStmt)
	if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 || a.Tok != token.ASSIGN && a.Tok != token.DEFINE {
		return nil, nil
	}
	id, ok := a.Lhs[0].(*ast.Ident)
	call := c.promiseCall(a.Rhs[0])
	if !ok || call == nil {
		return nil, nil
	}
	v, ok := c.pass.TypesInfo.ObjectOf(id).(*types.Var)
	if !ok || v.Parent() == c.pass.Pkg.Scope() {
		return nil, nil
	}
	return v, call
}

// reads reports whether an assignment to a variable reads it, too.
func (c *code) reads(s ast.Stmt, obj types.Object) bool {
	return mentions(c.pass.TypesInfo, s.(*ast.AssignStmt).Rhs[0], obj)
}

func mentions(info *types.Info, n ast.Node, obj types.Object) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && info.ObjectOf(id) == obj {
			found = true
		}
		return !found
	})
	return found
}

// leaves reports whether control may go elsewhere in a statement, so that what follows tells nothing.
func leaves(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.AssignStmt, *ast.ExprStmt, *ast.DeclStmt, *ast.IncDecStmt, *ast.SendStmt:
		return false
	}
	return true
}

// awaitPromiseFix awaits a promise of package async whose error the function can return. Whether others are meant to be awaited here,
// or later, or not at all, is the user's to say.
func (c *code) awaitPromiseFix(call *ast.CallExpr, stack []ast.Node) []analysis.SuggestedFix {
	switch asyncName(c.callee(call)) {
	case "Sleep", "SleepUntil", "Yield", "Mutex.Lock", "Semaphore.Acquire", "Event.Wait", "Group.Wait", "Interval.Next", "Queue.Put", "Send":
	default:
		return nil
	}
	async, edits, ok := c.importName(call.Pos())
	ret := c.returnError(stack)
	if !ok || ret == "" || !inList(stack) || !c.mayAwait(stack) {
		return nil
	}
	edits = append(edits,
		insert(call.Pos(), "if _, err := "+async+"Await("), insert(call.End(), "); err != nil {\n"+ret+"\n}"))
	return []analysis.SuggestedFix{{Message: "Await it, and return its error", TextEdits: edits}}
}
