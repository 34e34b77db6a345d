package rewrite

// This file knows the markers and the function literals of an annotated function: which calls await, which literals are
// async blocks, and where a marker may not stand.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/goawait/goawait/statemachine"
)

// isMarker are the functions of package async that await, and isStarter those that make an async block of a literal.
var (
	isMarker  = set("Await Await2 Await3 Await4")
	isStarter = set("Start Go Map")
)

// asyncFunc is the name of the function of package async that e refers to, instantiated or not; "" for anything else. Of methods, it
// knows Group.Go.
func (p *Package) asyncFunc(e ast.Expr) string {
	id := calleeIdent(e)
	if id == nil {
		return ""
	}
	fn, ok := p.Info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != p.AsyncPath {
		return ""
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t := types.Unalias(recv.Type())
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	if named, ok := t.(*types.Named); ok && named.Obj().Name() == "Group" && fn.Name() == "Go" {
		return "Group.Go"
	}
	return ""
}

// calleeIdent is the identifier that names a called function.
func calleeIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.SelectorExpr:
			return x.Sel
		case *ast.Ident:
			return x
		default:
			return nil
		}
	}
}

// marker is the name of the marker that a call is; "" for any other call.
func (p *Package) marker(call *ast.CallExpr) string {
	if id := calleeIdent(call.Fun); id == nil || !isMarker[id.Name] { // it cannot have another name
		return ""
	}
	return p.asyncFunc(call.Fun)
}

// blockLiteral is the literal that a call of async.Start, Group.Go or async.Map starts; nil for any other call.
func (p *Package) blockLiteral(call *ast.CallExpr) *ast.FuncLit {
	if id := calleeIdent(call.Fun); id == nil || !isStarter[id.Name] {
		return nil
	}
	switch p.asyncFunc(call.Fun) {
	case "Start", "Group.Go", "Map":
		if n := len(call.Args); n > 0 {
			lit, _ := ast.Unparen(call.Args[n-1]).(*ast.FuncLit)
			return lit
		}
	}
	return nil
}

// A literalKind says what a function literal in an annotated function is.
type literalKind int

const (
	plainLiteral    literalKind = iota // an ordinary closure: no marker may stand in it
	blockLiteral                       // an async block with markers: a state machine of its own
	deferredLiteral                    // the literal of a defer statement of async code: it may await
	goLiteral                          // the literal of a go statement: left alone with all that is in it
)

// literals are the function literals of an annotated function. Those inside of a go statement's are not among them.
func (p *Package) literals(f *Func) map[*ast.FuncLit]literalKind {
	if f.kinds != nil {
		return f.kinds
	}
	return p.walkMarkers(f).kinds
}

// markers checks the markers of a function.
func (u *unit) markers(f *Func) []Diagnostic {
	w := u.pkg.walkMarkers(f)
	f.kinds = w.kinds
	return w.diags
}

// A markerWalk goes through a function and knows which literal it is in.
type markerWalk struct {
	p     *Package
	f     *Func
	kinds map[*ast.FuncLit]literalKind
	diags []Diagnostic
}

func (p *Package) walkMarkers(f *Func) *markerWalk {
	w := &markerWalk{p: p, f: f, kinds: map[*ast.FuncLit]literalKind{}}
	w.walk(f.Decl.Body, nil)
	return w
}

// walk goes through n. lit is the innermost plain literal around it; nil in async code.
func (w *markerWalk) walk(n ast.Node, lit *ast.FuncLit) {
	called := map[ast.Node]bool{}
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncLit:
			w.enter(m, lit)
			return false
		case *ast.DeferStmt:
			if d, ok := ast.Unparen(m.Call.Fun).(*ast.FuncLit); ok && lit == nil {
				w.kinds[d] = deferredLiteral
			}
		case *ast.GoStmt:
			if d, ok := ast.Unparen(m.Call.Fun).(*ast.FuncLit); ok {
				w.kinds[d] = goLiteral
			}
			if w.p.marker(m.Call) != "" { // go async.Await(p): blocks its own goroutine
				called[calleeIdent(m.Call.Fun)] = true
				for _, arg := range m.Call.Args {
					w.walk(arg, lit)
				}
				return false
			}
		case *ast.CallExpr:
			if b := w.p.blockLiteral(m); b != nil && w.p.awaits(b.Body) {
				w.kinds[b] = blockLiteral
			}
			if name := w.p.marker(m); name != "" {
				called[calleeIdent(m.Fun)] = true
				if lit != nil {
					w.inPlainLiteral(m, name, lit)
				}
			}
		case *ast.Ident:
			if isMarker[m.Name] && !called[m] && w.p.Info.Defs[m] == nil && w.p.asyncFunc(m) != "" {
				w.notCalled(m, m.Name)
			}
		}
		return true
	})
}

// enter goes into a literal.
func (w *markerWalk) enter(m, lit *ast.FuncLit) {
	switch w.kinds[m] {
	case goLiteral:
	case blockLiteral:
		w.walk(m.Body, nil)
	case deferredLiteral:
		w.walk(m.Body, lit)
	default:
		w.kinds[m] = plainLiteral
		w.walk(m.Body, m)
	}
}

// awaits reports whether the code of a literal, or of one that it defers, awaits. What other literals in it do does not count.
func (p *Package) awaits(body ast.Node) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			if d, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
				found = found || p.awaits(d.Body)
			}
		case *ast.GoStmt:
			if p.marker(n.Call) != "" {
				for _, arg := range n.Call.Args {
					found = found || p.awaits(arg)
				}
				return false
			}
		case *ast.CallExpr:
			found = found || p.marker(n) != ""
		}
		return !found
	})
	return found
}

// waits reports whether the code of a deferred literal may have to wait: it awaits, or has an operation on a channel that cannot
// always go on at once.
func (p *Package) waits(body ast.Node) bool { return p.awaits(body) || p.usesChannels(body) }

func (p *Package) usesChannels(body ast.Node) (found bool) {
	atOnce := map[ast.Node]bool{} // operations of selects with a default
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			if d, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
				found = found || p.usesChannels(d.Body)
			}
		case *ast.SelectStmt:
			ops, hasDefault := selectOps(n)
			found = found || !hasDefault
			for _, op := range ops {
				atOnce[op] = true
			}
		case *ast.SendStmt:
			found = found || !atOnce[n]
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW && !atOnce[n]
		case *ast.RangeStmt:
			_, overChannel := statemachine.Core(p.Info.TypeOf(n.X)).(*types.Chan)
			found = found || overChannel
		}
		return !found
	})
	return found
}

// selectOps lists the sends and receives that a select chooses from.
func selectOps(s *ast.SelectStmt) (ops []ast.Node, hasDefault bool) {
	for _, c := range s.Body.List {
		switch comm := c.(*ast.CommClause).Comm.(type) {
		case nil:
			hasDefault = true
		case *ast.SendStmt:
			ops = append(ops, comm)
		case *ast.ExprStmt:
			ops = append(ops, ast.Unparen(comm.X))
		case *ast.AssignStmt:
			ops = append(ops, ast.Unparen(comm.Rhs[0]))
		}
	}
	return ops, hasDefault
}

func (w *markerWalk) inPlainLiteral(call *ast.CallExpr, name string, lit *ast.FuncLit) {
	w.diags = append(w.diags, Diagnostic{
		Pos: w.p.Fset.PositionFor(call.Pos(), false), Code: CodeLiteral,
		Message: fmt.Sprintf("async.%s in a function literal, which is no part of the async form of %s", name, funcName(w.f.Decl)),
		Hint: "await outside of the literal, make it an annotated function and await its twin, " +
			"or start it with async.Start, Group.Go or async.Map",
		Related: []Related{{w.p.Fset.PositionFor(lit.Pos(), false), "the literal"}},
	})
}

func (w *markerWalk) notCalled(id *ast.Ident, name string) {
	w.diags = append(w.diags, Diagnostic{
		Pos: w.p.Fset.PositionFor(id.Pos(), false), Code: CodeMarkerValue,
		Message: fmt.Sprintf("async.%s used as a value: %s awaits only where it calls it", name, funcName(w.f.Decl)),
		Hint:    fmt.Sprintf("call it, as in v, err := async.%s(p)", name),
	})
}
