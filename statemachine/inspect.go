package statemachine

// This file lets others look at a finished plan: what each operation reads and sets, where control goes from it, and why variables
// are shared. Nothing here is needed to emit code.

import (
	"go/ast"
	"go/types"
)

// Uses are the variables that an operation reads, in no special order, some perhaps twice.
func (op *Op) Uses() []*Var { return op.uses }

// Defs are the variables that an operation sets as a whole on every way through it.
func (op *Op) Defs() []*Var { return op.defs }

// Leaves are the labels that native code of the operation may jump to.
func (op *Op) Leaves() []*Label { return op.succs }

// Successors gives the indices of the operations that may follow the i-th. An index beyond the last is the end of the function.
func (m *Machine) Successors(i int) (next []int) {
	m.successors(i, func(j int) { next = append(next, j) })
	return next
}

// Index is the index of the operation at which the label stands; -1 if it has no place.
func (l *Label) Index() int { return l.op }

// Text is the source of an expression or a statement on one line, cut after 100 bytes.
func (m *Machine) Text(n ast.Node) string { return m.source(n) }

// Sharing says who else than the function itself may see a variable change: the literals that refer to it, and the expressions that
// take its address. Both are in source order.
func (s *Source) Sharing(v *types.Var) (literals []*ast.FuncLit, addresses []ast.Expr) {
	return s.facts.literals[v], s.facts.addresses[v]
}
