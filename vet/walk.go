package vet

// This file goes through the code that runs on the goroutine of its caller: of a function and of those literals in it that are
// called in place, but not of go statements, and of no literal of which nobody knows who calls it.

import (
	"go/ast"
	"go/types"

	"github.com/goawait/goawait/rewrite"
)

// A walker goes through one function or literal.
type walker struct {
	c       *code
	kinds   map[*ast.FuncLit]rewrite.LiteralKind // of an annotated function: its blocks and deferred literals are part of it
	visit   func(n ast.Node, stack []ast.Node)   // stack has the nodes around n, outermost first
	enter   map[*ast.FuncLit]bool
	vars    map[types.Object]*ast.FuncLit // variables that never hold anything but a literal
	running map[*ast.FuncLit]bool
}

// walk calls visit for every node of a body. root is what the body belongs to, a *ast.FuncDecl or a *ast.FuncLit.
func (c *code) walk(root ast.Node, body *ast.BlockStmt, kinds map[*ast.FuncLit]rewrite.LiteralKind, visit func(ast.Node, []ast.Node)) {
	w := &walker{
		c: c, kinds: kinds, visit: visit, enter: map[*ast.FuncLit]bool{}, running: map[*ast.FuncLit]bool{},
		vars: c.literalVars(body),
	}
	w.walk(body, []ast.Node{root})
}

// walkAsync goes through the code of an annotated function with its blocks, which all runs on the loop.
func (c *code) walkAsync(f *asyncFunc, visit func(n ast.Node, stack []ast.Node)) {
	c.walk(f.decl, f.decl.Body, f.kinds, visit)
}

func (w *walker) walk(n ast.Node, stack []ast.Node) {
	ast.PreorderStack(n, stack, func(n ast.Node, stack []ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			kind := w.kinds[n]
			return w.enter[n] || kind == rewrite.BlockLiteral || kind == rewrite.DeferredLiteral
		case *ast.GoStmt: // only the operands are evaluated here
			inner := append(stack[:len(stack):len(stack)], n, n.Call)
			if sel, ok := ast.Unparen(n.Call.Fun).(*ast.SelectorExpr); ok {
				w.walk(sel.X, inner)
			}
			for _, arg := range n.Call.Args {
				w.walk(arg, inner)
			}
			return false
		case *ast.CallExpr:
			w.visit(n, stack)
			w.call(n, stack)
			return true
		}
		w.visit(n, stack)
		return true
	})
}

// call notes the literals that a call runs at once.
func (w *walker) call(n *ast.CallExpr, stack []ast.Node) {
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.FuncLit:
		w.enter[fun] = true
		return
	case *ast.Ident:
		if lit := w.vars[w.c.pass.TypesInfo.Uses[fun]]; lit != nil && !w.running[lit] {
			w.running[lit] = true
			w.walk(lit.Body, append(stack[:len(stack):len(stack)], lit))
		}
	}
	if callsArguments(w.c.callee(n)) {
		for _, arg := range n.Args {
			if lit, ok := ast.Unparen(arg).(*ast.FuncLit); ok {
				w.enter[lit] = true
			}
		}
	}
}

// callsArguments reports whether a function calls the functions that it is given, and keeps none for later.
func callsArguments(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "slices", "sort", "strings", "bytes", "maps":
		return true
	}
	return fn.FullName() == "(*sync.Once).Do"
}

// literalVars finds local variables that are set to a function literal once and for all.
func (c *code) literalVars(body *ast.BlockStmt) map[types.Object]*ast.FuncLit {
	vars := map[types.Object]*ast.FuncLit{}
	sets := map[types.Object]int{}
	set := func(lhs ast.Expr, rhs ast.Expr) {
		id, ok := ast.Unparen(lhs).(*ast.Ident)
		if !ok {
			return
		}
		obj := c.pass.TypesInfo.ObjectOf(id)
		if obj == nil {
			return
		}
		if rhs == nil {
			sets[obj] += 2
			return
		}
		sets[obj]++
		if lit, ok := ast.Unparen(rhs).(*ast.FuncLit); ok {
			vars[obj] = lit
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, x := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					set(x, n.Rhs[i])
				} else {
					set(x, nil)
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if i < len(n.Values) {
					set(id, n.Values[i])
				}
			}
		case *ast.UnaryExpr:
			if n.Op.String() == "&" {
				set(n.X, nil)
			}
		}
		return true
	})
	for obj := range vars {
		if sets[obj] != 1 {
			delete(vars, obj)
		}
	}
	return vars
}

// callbacks are the functions of package async that run a function on a loop, or on whatever the executor is, later or at once.
var callbacks = map[string]bool{
	"Run": true, "Then": true, "Catch": true, "Finally": true, "Loop.Post": true, "MapAsync": true, "Group.GoAsync": true,
}

// walkCallbacks goes through the literals that run on a loop without being part of an annotated function's code, and the functions that do
// so by their names.
func (c *code) walkCallbacks(visit func(api string, n ast.Node, stack []ast.Node), named func(api string, x ast.Expr, fn *types.Func)) {
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			api := asyncName(c.callee(call))
			if !callbacks[api] {
				return true
			}
			for _, arg := range call.Args {
				if lit, ok := ast.Unparen(arg).(*ast.FuncLit); ok {
					c.walk(lit, lit.Body, nil, func(n ast.Node, stack []ast.Node) { visit(api, n, stack) })
				} else if id := calleeIdent(arg); id != nil {
					if fn, ok := c.pass.TypesInfo.Uses[id].(*types.Func); ok {
						named(api, arg, fn.Origin())
					}
				}
			}
			return true
		})
	}
}
