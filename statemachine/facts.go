package statemachine

// This file gathers what is to be known of variables before anything is taken apart: who refers to them, from which
// literal, and whether they change or are shared.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// facts are about a whole declared function, its literals included.
type facts struct {
	suspends map[ast.Node]bool
	refs     map[types.Object][]token.Pos // where a variable, constant or type of the function is referred to, and declared
	owner    map[types.Object]ast.Node    // the *ast.FuncDecl or *ast.FuncLit that declares it
	captured map[types.Object]bool        // a literal refers to it that did not declare it
	writes   map[types.Object]int         // assignments beside the declaration
	shared   map[types.Object]bool        // its address is taken, explicitly or not
	gotos    map[types.Object][]*ast.BranchStmt

	literals  map[types.Object][]*ast.FuncLit // those that make it captured
	addresses map[types.Object][]ast.Expr     // the expressions that make it shared
}

// Gather collects the facts of a declared function. The sources of its blocks take them over with Share.
func (s *Source) Gather() {
	f := &facts{
		suspends: map[ast.Node]bool{}, refs: map[types.Object][]token.Pos{}, owner: map[types.Object]ast.Node{},
		captured: map[types.Object]bool{}, writes: map[types.Object]int{}, shared: map[types.Object]bool{},
		gotos: map[types.Object][]*ast.BranchStmt{}, literals: map[types.Object][]*ast.FuncLit{}, addresses: map[types.Object][]ast.Expr{},
	}
	s.facts = f
	g := &gatherer{s: s, f: f, fn: s.Decl}
	ast.Walk(g, s.Decl)
}

// Share makes the facts of the function around it known to a block.
func (s *Source) Share(outer *Source) { s.facts = outer.facts }

// Captured reports whether a literal other than the one that declares it refers to the variable.
func (s *Source) Captured(v *types.Var) bool { return s.facts.captured[v] }

// Declares reports whether v is a variable of the function, or of a literal in it.
func (s *Source) Declares(v *types.Var) bool { return s.facts.owner[v] != nil }

// Constant reports whether a variable never changes once it is initialized, and nobody has its address: a copy is as good.
func (s *Source) Constant(v *types.Var) bool { return s.facts.writes[v] == 0 && !s.facts.shared[v] }

// boxed reports whether a variable has to live in a heap cell of its own if its scope contains a suspension point.
func (s *Source) boxed(v *types.Var) bool {
	return s.facts.shared[v] || s.facts.captured[v] && s.facts.writes[v] > 0
}

type gatherer struct {
	s  *Source
	f  *facts
	fn ast.Node
}

func (g *gatherer) Visit(n ast.Node) ast.Visitor {
	info := g.s.Info
	switch n := n.(type) {
	case *ast.FuncLit:
		inner := *g
		inner.fn = n
		return &inner
	case *ast.FuncType:
		// A named result is assigned by every return statement.
		if n.Results != nil && (g.fn == ast.Node(g.s.Decl) && n == g.s.Decl.Type || isTypeOf(g.fn, n)) {
			for _, field := range n.Results.List {
				for _, name := range field.Names {
					if obj := info.Defs[name]; obj != nil {
						g.f.writes[obj]++
					}
				}
			}
		}
	case *ast.CaseClause:
		if obj := info.Implicits[n]; obj != nil {
			g.f.owner[obj] = g.fn
			g.f.refs[obj] = append(g.f.refs[obj], n.Pos())
		}
	case *ast.Ident:
		g.ident(n)
	case *ast.AssignStmt:
		for _, x := range n.Lhs {
			id, ok := ast.Unparen(x).(*ast.Ident)
			if ok && info.Defs[id] == nil {
				g.write(id)
			}
			if !ok {
				g.writePart(x)
			}
		}
	case *ast.IncDecStmt:
		if id, ok := ast.Unparen(n.X).(*ast.Ident); ok {
			g.write(id)
		} else {
			g.writePart(n.X)
		}
	case *ast.RangeStmt:
		if n.Tok == token.DEFINE && !g.s.PerIteration { // one variable for all iterations
			for _, x := range []ast.Expr{n.Key, n.Value} {
				if id, ok := x.(*ast.Ident); ok && info.Defs[id] != nil {
					g.f.writes[info.Defs[id]]++
				}
			}
		}
		if n.Tok == token.ASSIGN {
			for _, x := range []ast.Expr{n.Key, n.Value} {
				if id, ok := x.(*ast.Ident); ok {
					g.write(id)
				} else if x != nil {
					g.writePart(x)
				}
			}
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			g.share(n.X, n)
		}
	case *ast.SliceExpr:
		if mayBeArray(info.TypeOf(n.X)) {
			g.share(n.X, n)
		}
	case *ast.SelectorExpr:
		g.selector(n)
	case *ast.BranchStmt:
		if n.Tok == token.GOTO {
			if l := info.Uses[n.Label]; l != nil {
				g.f.gotos[l] = append(g.f.gotos[l], n)
			}
		}
	}
	return g
}

func isTypeOf(fn ast.Node, t *ast.FuncType) bool {
	lit, ok := fn.(*ast.FuncLit)
	return ok && lit.Type == t
}

func (g *gatherer) ident(id *ast.Ident) {
	info := g.s.Info
	if obj := info.Defs[id]; obj != nil {
		if v, ok := obj.(*types.Var); ok && v.IsField() {
			return
		}
		if _, isLabel := obj.(*types.Label); !isLabel && obj.Parent() != g.s.Pkg.Scope() {
			g.f.owner[obj] = g.fn
			g.f.refs[obj] = append(g.f.refs[obj], id.Pos())
		}
		return
	}
	obj := info.Uses[id]
	if obj == nil || obj.Pkg() != g.s.Pkg {
		return
	}
	owner, local := g.f.owner[obj]
	if !local {
		return
	}
	g.f.refs[obj] = append(g.f.refs[obj], id.Pos())
	if owner != g.fn {
		g.f.captured[obj] = true
		if lit, ok := g.fn.(*ast.FuncLit); ok && !slices.Contains(g.f.literals[obj], lit) {
			g.f.literals[obj] = append(g.f.literals[obj], lit)
		}
	}
}

func (g *gatherer) write(id *ast.Ident) {
	if obj := g.s.Info.Uses[id]; obj != nil {
		g.f.writes[obj]++
	}
}

// writePart notes the change of a part of a variable: a field, or an element of an array.
func (g *gatherer) writePart(x ast.Expr) {
	if id := g.root(x); id != nil {
		g.write(id)
	}
}

// share notes that the expression by takes the address of the variable that x is part of.
func (g *gatherer) share(x, by ast.Expr) {
	if id := g.root(x); id != nil {
		if obj, ok := g.s.Info.Uses[id].(*types.Var); ok {
			g.f.shared[obj] = true
			g.f.addresses[obj] = append(g.f.addresses[obj], by)
		}
	}
}

// root gives the variable that x is part of: x itself, a field of it or an element of an array in it. It is nil if a pointer
// or a slice stands in between.
func (g *gatherer) root(x ast.Expr) *ast.Ident {
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.Ident:
			return e
		case *ast.IndexExpr:
			if !mayBeArray(g.s.Info.TypeOf(e.X)) {
				return nil
			}
			x = e.X
		case *ast.SelectorExpr:
			sel := g.s.Info.Selections[e]
			if sel == nil || sel.Kind() != types.FieldVal || sel.Indirect() {
				return nil
			}
			x = e.X
		default:
			return nil
		}
	}
}

// selector notes the implicit address of a receiver: x.M() with a pointer method of an addressable x.
func (g *gatherer) selector(e *ast.SelectorExpr) {
	sel := g.s.Info.Selections[e]
	if sel == nil || sel.Kind() != types.MethodVal {
		return
	}
	fn, ok := sel.Obj().(*types.Func)
	if !ok {
		return
	}
	recv := fn.Signature().Recv().Type()
	if _, ptr := types.Unalias(recv).(*types.Pointer); !ptr {
		return
	}
	if _, ptr := Core(g.s.Info.TypeOf(e.X)).(*types.Pointer); ptr {
		return
	}
	g.share(e.X, e)
}
