package statemachine

// This file declares the input of Build, and finds suspension points in it.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A Source is one function to be taken apart: an annotated function or a literal that is an async block.
type Source struct {
	Name string // for plans and messages
	Fset *token.FileSet
	Info *types.Info
	Pkg  *types.Package
	Recv *ast.FieldList // nil for a function or a block
	Type *ast.FuncType
	Body *ast.BlockStmt
	Lit  *ast.FuncLit  // the literal of an async block
	Decl *ast.FuncDecl // the annotated function: of a block the one around it

	// Arity tells an await: 1 for Await, 2 for Await2 and so on, 0 for every other call.
	Arity func(*ast.CallExpr) int
	// Step tells the calls that have a step function: they need no promise if they are awaited at once. It may be nil.
	Step func(*ast.CallExpr) bool
	// Commented tells the jumps at which comments stand, so that they have to stay. It may be nil.
	Commented func(*ast.BranchStmt) bool
	// Framed says that the variables have to be in the frame all the time.
	Framed bool
	// Whole says that the code has to be in one piece.
	Whole bool
	// PartSize is how many states a part has at most, if that is to be told: a function with states is in parts then. EachOperation is another
	// size. If it is 0, the size of the function decides. It is for tests.
	PartSize int
	// IsBlock tells the literals that become state machines of their own.
	IsBlock func(*ast.FuncLit) bool
	// Async is the runtime package.
	Async *types.Package
	// PerIteration says that 3-clause loops make new variables for each iteration (Go 1.22).
	PerIteration bool

	facts *facts
}

// An Unsupported error says that the flat lowering cannot express something, and where.
type Unsupported struct {
	Pos    token.Pos
	Reason string
}

func (u *Unsupported) Error() string { return u.Reason }

// unsupported ends a Build.
func unsupported(n ast.Node, format string, args ...any) {
	panic(&Unsupported{n.Pos(), fmt.Sprintf(format, args...)})
}

// suspends reports whether control may stop in n and go on later: it contains an await or a channel operation that
// waits. What stands in a function literal does not count, nor what is never evaluated.
func (s *Source) suspends(n ast.Node) bool {
	if n == nil {
		return false
	}
	if v, ok := s.facts.suspends[n]; ok {
		return v
	}
	v := s.findSuspension(n)
	s.facts.suspends[n] = v
	return v
}

func (s *Source) findSuspension(n ast.Node) (found bool) {
	ast.Inspect(n, func(c ast.Node) bool {
		if found || c == nil {
			return false
		}
		if c != n {
			if v, ok := s.facts.suspends[c]; ok {
				found = v
				return false
			}
		}
		switch c := c.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			if s.Arity(c.Call) > 0 { // awaits when the function ends, and what is evaluated now are the arguments
				found = slices.ContainsFunc(c.Call.Args, func(x ast.Expr) bool { return s.suspends(x) })
				return false
			}
		case *ast.CallExpr:
			if s.Arity(c) > 0 {
				found = true
			}
		case *ast.UnaryExpr:
			if c.Op == token.ARROW {
				found = true
			}
		case *ast.SendStmt:
			found = true
		case *ast.SelectStmt:
			if !hasDefault(c.Body) {
				found = true
				return false
			}
			found = s.suspendsInSelect(c)
			return false
		case *ast.RangeStmt:
			if isChan(s.Info.TypeOf(c.X)) {
				found = true
			}
		}
		if e, ok := c.(ast.Expr); ok && s.isConst(e) {
			return false
		}
		return !found
	})
	return found
}

// suspendsInSelect looks through a select with default: the communications of its clauses go on at once.
func (s *Source) suspendsInSelect(st *ast.SelectStmt) bool {
	for _, c := range st.Body.List {
		cc := c.(*ast.CommClause)
		for _, x := range commOperands(cc.Comm) {
			if s.suspends(x) {
				return true
			}
		}
		for _, b := range cc.Body {
			if s.suspends(b) {
				return true
			}
		}
	}
	return false
}

// commOperands lists the expressions that a select evaluates on entry for one clause, and then the targets of its
// assignment, which it evaluates only if it chooses the clause.
func commOperands(comm ast.Stmt) []ast.Expr {
	switch c := comm.(type) {
	case *ast.SendStmt:
		return []ast.Expr{c.Chan, c.Value}
	case *ast.ExprStmt:
		return []ast.Expr{receiveOf(c.X).X}
	case *ast.AssignStmt:
		xs := []ast.Expr{receiveOf(c.Rhs[0]).X}
		if c.Tok == token.ASSIGN {
			xs = append(xs, c.Lhs...)
		}
		return xs
	}
	return nil
}

// receiveOf gives the receive expression of a communication.
func receiveOf(x ast.Expr) *ast.UnaryExpr { return ast.Unparen(x).(*ast.UnaryExpr) }

func hasDefault(b *ast.BlockStmt) bool {
	for _, c := range b.List {
		switch c := c.(type) {
		case *ast.CommClause:
			if c.Comm == nil {
				return true
			}
		case *ast.CaseClause:
			if c.List == nil {
				return true
			}
		}
	}
	return false
}

// isConst reports whether e has a constant value, so that nothing of it is evaluated.
func (s *Source) isConst(e ast.Expr) bool {
	tv, ok := s.Info.Types[e]
	return ok && tv.Value != nil
}

// isType reports whether e is a type.
func (s *Source) isType(e ast.Expr) bool {
	tv, ok := s.Info.Types[e]
	return ok && tv.IsType()
}

// isBuiltin reports whether the call is one of a built-in function.
func (s *Source) isBuiltin(call *ast.CallExpr) bool {
	tv, found := s.Info.Types[call.Fun]
	return found && tv.IsBuiltin()
}
