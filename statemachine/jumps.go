package statemachine

// This file makes jumps go where they end up: the textbooks' jump threading (Aho, Lam, Sethi, Ullman: Compilers, section 8.7.3). The end of
// a switch at the end of a loop, say, is the place where the next iteration begins, and needs no label of its own.

import "go/ast"

// thread sends jumps to the last place of those that they would lead to without anything in between. Labels that none leads to any more are
// no longer used.
func (m *Machine) thread() {
	at := map[*Label]int{}
	for i, op := range m.Ops {
		if op.Kind == OpLabel {
			at[op.Target] = i
		}
	}
	ends := map[*Label]*Label{}
	end := func(l *Label) *Label {
		if l == nil {
			return nil
		}
		if ends[l] == nil {
			ends[l] = m.end(l, at)
		}
		ends[l].Used = true
		return ends[l]
	}
	for l := range at {
		l.Used = false
	}
	for _, op := range m.Ops {
		if op.Kind != OpLabel && op.Target != nil {
			op.Target = end(op.Target)
		}
		for i, l := range op.Clauses {
			op.Clauses[i] = end(l)
		}
		for i, l := range op.succs {
			op.succs[i] = end(l)
		}
	}
	for s, l := range m.Branch {
		m.Branch[s] = end(l)
	}
}

// end gives the label at which a jump to l ends up: the last one of several in a place, and behind a jump its target. Where a statement
// begins is a place of its own, and so is a label that sets variables, or a jump that the source says something about.
func (m *Machine) end(l *Label, at map[*Label]int) *Label {
	seen := map[*Label]bool{} // for {} without anything in it goes round
	for !seen[l] && !l.Starts {
		seen[l] = true
		i, placed := at[l]
		if !placed {
			break
		}
		for _, op := range m.Ops[i:] {
			if op.Kind == OpJump && op.Run == nil && !m.Src.explained(op) {
				l = op.Target
				break
			}
			if op.Kind != OpLabel || len(op.Vars) > 0 || op.Target.Starts {
				break
			}
			l = op.Target
		}
	}
	return l
}

// explained reports whether a jump stands in the source, with comments.
func (s *Source) explained(op *Op) bool {
	br, ok := op.Stmt.(*ast.BranchStmt)
	return ok && s.Commented != nil && s.Commented(br)
}
