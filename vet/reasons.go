package vet

// This file finds out what blocks: calls in the table, operations on channels, blocking awaits, and functions that do any of these.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// A reason is why a function blocks its caller.
type reason struct {
	pos  token.Pos
	what string      // "calls time.Sleep"
	via  *types.Func // the helper that is called, of the same package
	next *reason     // why that blocks
}

// text tells the whole chain.
func (r *reason) text() string {
	if r.next != nil {
		return r.what + ", which " + r.next.text()
	}
	return r.what
}

// end is the last reason of the chain.
func (r *reason) end() *reason {
	for r.next != nil {
		r = r.next
	}
	return r
}

// blocksIn tells why a function of the package that is not annotated blocks; nil if it does not, as far as one can see.
func (c *code) blocksIn(fn *types.Func) *reason {
	decl := c.decls[fn]
	if r, known := c.blocks[fn]; known || decl == nil || c.async[fn] != nil {
		return r
	}
	c.blocks[fn] = nil // also what a recursive call adds
	var found *reason
	locks := !unlocks(decl.Body)
	c.walk(decl, decl.Body, nil, func(n ast.Node, stack []ast.Node) {
		if found == nil {
			found = c.reasonAt(n, stack, locks)
		}
	})
	c.blocks[fn] = found
	return found
}

// reasonAt tells why a node blocks. Locks are none where they are short.
func (c *code) reasonAt(n ast.Node, stack []ast.Node, locks bool) *reason {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		if what := c.channelOp(n, stack); what != "" {
			return &reason{pos: n.Pos(), what: what}
		}
		return nil
	}
	if c.view.Marker(call) != "" {
		return &reason{pos: n.Pos(), what: "awaits without being annotated"}
	}
	fn := c.callee(call)
	if fn == nil {
		return nil
	}
	if _, annotated := c.twin(fn); annotated {
		return &reason{pos: n.Pos(), what: "calls " + c.name(fn) + ", a blocking form"}
	}
	if _, blocks := c.blocker(call, fn); blocks {
		if isLock(fn) && !locks {
			return nil
		}
		return &reason{pos: n.Pos(), what: "calls " + c.name(fn)}
	}
	return c.helper(call, fn)
}

// helper tells why a call of a function that is not in the table blocks; nil if it does not.
func (c *code) helper(call *ast.CallExpr, fn *types.Func) *reason {
	if r := c.blocksIn(fn); r != nil {
		return &reason{pos: call.Pos(), what: "calls " + c.name(fn), via: fn, next: r}
	}
	if fact := c.fact(fn.Pkg()); fact != nil {
		if text, ok := lookup(fact.Blocks, funcKey(fn)); ok {
			return &reason{pos: call.Pos(), what: "calls " + c.name(fn), next: &reason{what: text}}
		}
	}
	return nil
}

// blocker looks a call up in the table, and tells what to use instead.
func (c *code) blocker(call *ast.CallExpr, fn *types.Func) (use string, ok bool) {
	name := fn.FullName()
	if use, ok := blockers[name]; ok {
		return use, true
	}
	if i, ok := readers[name]; ok && i < len(call.Args) {
		return "", c.readsSlowly(call.Args[i], nil)
	}
	if i, ok := streamReaders[name]; ok {
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && i == receiver {
			return "", c.keepsWaiting(sel.X, nil)
		}
		return "", i != receiver && i < len(call.Args) && c.keepsWaiting(call.Args[i], nil)
	}
	return "", moreBlockers[name]
}

// readsSlowly reports whether what is read is known to keep its reader waiting.
func (c *code) readsSlowly(x ast.Expr, seen []*types.Var) bool {
	t := c.pass.TypesInfo.TypeOf(x)
	if t == nil {
		return false
	}
	if slowReaders[types.TypeString(t, nil)] || c.buffers(x, seen) {
		return true
	}
	sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Body" {
		return false
	}
	named := namedType(c.pass.TypesInfo.TypeOf(sel.X))
	return named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "net/http"
}

// keepsWaiting is readsSlowly for those who read a part only: a file has it at once, if it is not standard input.
func (c *code) keepsWaiting(x ast.Expr, seen []*types.Var) bool {
	if t := c.pass.TypesInfo.TypeOf(x); t == nil || types.TypeString(t, nil) != "*os.File" {
		return c.readsSlowly(x, seen)
	}
	sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	obj := c.pass.TypesInfo.Uses[sel.Sel]
	return obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == "os" && obj.Name() == "Stdin"
}

// buffers reports whether an expression is a reader or scanner of package bufio that is known to read what keeps its reader waiting: a call
// that makes one, or a variable that never is anything else. The variables in seen are being looked at.
func (c *code) buffers(x ast.Expr, seen []*types.Var) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		fn := c.callee(x)
		return fn != nil && bufferMakers[fn.FullName()] && len(x.Args) > 0 && c.keepsWaiting(x.Args[0], seen)
	case *ast.Ident:
		v, ok := c.pass.TypesInfo.ObjectOf(x).(*types.Var)
		if t := c.pass.TypesInfo.TypeOf(x); !ok || slices.Contains(seen, v) || t == nil || !bufferTypes[types.TypeString(t, nil)] {
			return false
		}
		calls := c.madeBy(v)
		for _, call := range calls {
			if !c.buffers(call, append(seen, v)) {
				return false
			}
		}
		return len(calls) > 0
	}
	return false
}

// madeBy gives the calls that a variable is set to; none if it may be set to anything else.
func (c *code) madeBy(v *types.Var) (calls []*ast.CallExpr) {
	file := c.file(v.Pos())
	if file == nil || v.Exported() && v.Parent() == c.pass.Pkg.Scope() {
		return nil
	}
	known := true
	set := func(lhs, rhs ast.Expr) {
		id, ok := ast.Unparen(lhs).(*ast.Ident)
		if !ok || c.pass.TypesInfo.ObjectOf(id) != v {
			return
		}
		call, ok := ast.Unparen(rhs).(*ast.CallExpr)
		known = known && ok
		calls = append(calls, call)
	}
	ast.Inspect(file, func(n ast.Node) bool {
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
				if len(n.Values) == len(n.Names) {
					set(id, n.Values[i])
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				set(n.X, nil)
			}
		}
		return true
	})
	if !known {
		return nil
	}
	return calls
}

// isLock reports whether a function takes a lock of package sync.
func isLock(fn *types.Func) bool {
	return fn.Pkg() != nil && fn.Pkg().Path() == "sync" && (fn.Name() == "Lock" || fn.Name() == "RLock")
}

// unlocks reports whether code calls a method Unlock or RUnlock.
func unlocks(body ast.Node) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Unlock" || sel.Sel.Name == "RUnlock") {
			found = true
		}
		return !found
	})
	return found
}

// channelOp tells what a node does with channels that may keep it waiting; "" for nothing. Async functions wait for channels without
// blocking, other functions don't.
func (c *code) channelOp(n ast.Node, stack []ast.Node) string {
	switch n := n.(type) {
	case *ast.UnaryExpr:
		if n.Op == token.ARROW && !inComm(n, stack) {
			return "receives from a channel"
		}
	case *ast.SendStmt:
		if !inComm(n, stack) && !c.buffered(n.Chan, stack) {
			return "sends to a channel"
		}
	case *ast.SelectStmt:
		for _, s := range n.Body.List {
			if s.(*ast.CommClause).Comm == nil {
				return ""
			}
		}
		return "selects between channels"
	case *ast.RangeStmt:
		if t := c.pass.TypesInfo.TypeOf(n.X); t != nil {
			if _, ok := t.Underlying().(*types.Chan); ok {
				return "ranges over a channel"
			}
		}
	}
	return ""
}

// inComm reports whether a node is what a clause of a select does: it is chosen only if it can go on.
func inComm(n ast.Node, stack []ast.Node) bool {
	for i := len(stack) - 1; i >= 0; i-- {
		switch s := stack[i].(type) {
		case *ast.FuncLit:
			return false
		case *ast.CommClause:
			return s.Comm != nil && s.Comm.Pos() <= n.Pos() && n.End() <= s.Comm.End()
		}
	}
	return false
}

// buffered reports whether a channel was made with a buffer in the same function, as for results that nobody may want.
func (c *code) buffered(ch ast.Expr, stack []ast.Node) (found bool) {
	if len(stack) == 0 {
		return false
	}
	return c.madeWithBuffer(ch, stack[0])
}

// madeWithBuffer reports whether a function assigns a channel with a buffer to what an expression stands for.
func (c *code) madeWithBuffer(ch ast.Expr, function ast.Node) (found bool) {
	name := c.text(ch)
	ast.Inspect(function, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 || c.text(a.Lhs[0]) != name {
			return !found
		}
		if call, ok := a.Rhs[0].(*ast.CallExpr); ok && len(call.Args) == 2 {
			id, ok := call.Fun.(*ast.Ident)
			found = found || ok && id.Name == "make"
		}
		return !found
	})
	return found
}

// place is where a reason is: file.go:12.
func (c *code) place(pos token.Pos) string {
	p := c.pass.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// moreBlockers are functions that the user added to the table.
var moreBlockers = nameSet{}

// A nameSet is a flag: names, separated by commas.
type nameSet map[string]bool

func (s nameSet) String() string { return strings.Join(slices.Sorted(maps.Keys(s)), ",") }

func (s nameSet) Set(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			s[name] = true
		}
	}
	return nil
}
