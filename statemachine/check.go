package statemachine

// This file checks what later steps rely on.

import (
	"fmt"
	"go/ast"
	"go/token"
)

// check panics if a suspension point is left inside of an operation: every await, every receive and every send that may wait
// has to be an operation of its own. The plain function would block where the emitted code does not suspend.
func (m *Machine) check() {
	for i, op := range m.Ops {
		for _, n := range op.computed() {
			m.checkLifted(i, op, n, op.Spill && n == ast.Node(op.X))
		}
		if op.Target != nil && op.Kind != OpLabel && op.Target.op < 0 {
			panic(fmt.Sprintf("%s: operation %d jumps to label %s, which has no place", m.Src.Name, i, op.Target.Hint))
		}
	}
}

// computed lists the syntax that an operation computes.
func (op *Op) computed() (ns []ast.Node) {
	add := func(xs ...ast.Expr) {
		for _, x := range present(xs...) {
			ns = append(ns, x)
		}
	}
	switch op.Kind {
	case OpStmt:
		if op.Spec != nil {
			add(op.Spec.Values...)
			return ns
		}
		switch s := op.Stmt.(type) {
		case *ast.GoStmt: // go async.Await(p) waits on a goroutine of its own
			add(s.Call.Args...)
			return ns
		case *ast.IfStmt:
			if op.NoInit {
				add(s.Cond)
				return append(ns, s.Body)
			}
		case *ast.ForStmt:
			if op.NoInit {
				add(s.Cond)
				return append(ns, s.Body)
			}
		case *ast.SwitchStmt:
			if op.NoInit {
				add(s.Tag)
				return append(ns, s.Body)
			}
		case *ast.TypeSwitchStmt:
			if op.NoInit {
				return append(ns, s.Assign, s.Body)
			}
		}
		return []ast.Node{op.Stmt}
	case OpReturn:
		if r, ok := op.Stmt.(*ast.ReturnStmt); ok {
			add(r.Results...)
		}
	case OpSet:
		if op.Old == nil {
			add(op.X)
		}
	case OpTargets:
		add(op.Targets...)
	case OpSwitch, OpSelect:
		add(op.X)
		for i, c := range clausesOf(op.Stmt) {
			if op.Clauses[i] != nil {
				continue
			}
			switch c := c.(type) {
			case *ast.CaseClause:
				for _, s := range c.Body {
					ns = append(ns, s)
				}
			case *ast.CommClause:
				for _, s := range c.Body {
					ns = append(ns, s)
				}
			}
		}
	default:
		add(op.X)
	}
	return ns
}

// checkLifted panics if n suspends. A spilled expression itself is still to be computed.
func (m *Machine) checkLifted(i int, op *Op, n ast.Node, spilled bool) {
	fault := func(c ast.Node, what string) {
		panic(fmt.Sprintf("%s: %s at %s is left in operation %d: %s", m.Src.Name, what, m.Src.Fset.Position(c.Pos()), i, m.text(op)))
	}
	ast.Inspect(n, func(c ast.Node) bool {
		if x, ok := c.(ast.Expr); ok {
			if m.Subst[x] != nil && !(spilled && c == n) || m.Src.isConst(x) {
				return false
			}
		}
		switch c := c.(type) {
		case *ast.FuncLit:
			return false
		case *ast.GoStmt:
			for _, a := range c.Call.Args {
				m.checkLifted(i, op, a, false)
			}
			return false
		case *ast.DeferStmt:
			if m.Src.Arity(c.Call) > 0 { // waits when the function ends
				for _, a := range c.Call.Args {
					m.checkLifted(i, op, a, false)
				}
				return false
			}
		case *ast.SelectStmt:
			if !hasDefault(c.Body) {
				fault(c, "a select")
			}
		case *ast.CommClause:
			for _, s := range c.Body {
				m.checkLifted(i, op, s, false)
			}
			return false
		case *ast.SendStmt:
			fault(c, "a send")
		case *ast.CallExpr:
			if m.Src.Arity(c) > 0 {
				fault(c, "an await")
			}
		case *ast.UnaryExpr:
			if c.Op == token.ARROW {
				fault(c, "a receive")
			}
		}
		return true
	})
}
