package statemachine

// This file computes which variables are needed behind each operation: the backward data flow analysis of the textbooks
// (Aho, Lam, Sethi, Ullman: Compilers, section 9.2.5), over single operations.

import "slices"

// resolve finds the place of each label.
func (m *Machine) resolve() {
	for i, op := range m.Ops {
		if op.Kind == OpLabel {
			op.Target.op = i
		}
	}
	m.findCycles()
}

// successors calls f with the operations that may follow the i-th.
func (m *Machine) successors(i int, f func(int)) {
	op := m.Ops[i]
	jump := func(l *Label) {
		if l != nil && l.op >= 0 {
			f(l.op)
		}
	}
	for _, l := range op.succs {
		jump(l)
	}
	switch op.Kind {
	case OpReturn:
		return
	case OpJump:
		jump(op.Target)
		return
	case OpBranch, OpCase, OpRange:
		jump(op.Target)
	case OpSwitch, OpSelect:
		for _, l := range op.Clauses {
			jump(l)
		}
	}
	if i+1 < len(m.Ops) {
		f(i + 1)
	}
}

// findCycles marks the operations that may run more than once. Every cycle has a jump backward, and lies between its ends.
func (m *Machine) findCycles() {
	n := len(m.Ops)
	depth := make([]int, n+1)
	for i := range m.Ops {
		m.successors(i, func(j int) {
			if j <= i {
				depth[j]++
				depth[i+1]--
			}
		})
	}
	open := 0
	for i, op := range m.Ops {
		open += depth[i]
		op.InCycle = open > 0
	}
}

// liveness fills in liveOut of every operation:
//
//	liveOut(op) = union of liveIn(s) over all successors s
//	liveIn(op)  = uses(op) + (liveOut(op) - defs(op))
func (m *Machine) liveness() {
	n := len(m.Vars)
	in := make([]bitset, len(m.Ops))
	for i, op := range m.Ops {
		m.effects(op)
		in[i], op.liveOut = newBitset(n), newBitset(n)
	}
	always := m.alwaysLive()
	next := newBitset(n)
	for changed := true; changed; {
		changed = false
		for i := len(m.Ops) - 1; i >= 0; i-- {
			op := m.Ops[i]
			op.liveOut.union(always)
			m.successors(i, func(j int) { op.liveOut.union(in[j]) })
			next = append(next[:0], op.liveOut...)
			for _, v := range op.defs {
				next.remove(v.index)
			}
			for _, v := range op.uses {
				next.add(v.index)
			}
			if in[i].union(next) {
				changed = true
			}
		}
	}
}

// alwaysLive has the results of a function with deferred calls: any operation may panic, and then what the results hold counts.
func (m *Machine) alwaysLive() bitset {
	s := newBitset(len(m.Vars))
	if m.Defers() {
		for _, v := range m.Results {
			s.add(v.index)
		}
	}
	return s
}

// reachable marks the operations that control can come to.
func (m *Machine) reachable() []bool {
	seen := make([]bool, len(m.Ops))
	work := []int{0}
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if i >= len(m.Ops) || seen[i] {
			continue
		}
		seen[i] = true
		m.successors(i, func(j int) { work = append(work, j) })
	}
	return seen
}

// deadSlots fills in Dead of every await: slots that may hold a reference there that no later operation reads. They are
// cleared before the call is suspended, so that it keeps alive only what it needs.
//
//	dirtyIn(op)  = union of dirtyOut(p) over all predecessors p
//	dirtyOut(op) = dirtyIn(op) + defs(op) + mayDefs(op), and behind an await only what is live
//
// In a step function, only what is live at an await gets into the frame.
func (m *Machine) deadSlots() {
	n := len(m.Vars)
	holds := newBitset(n) // slots that may hold references
	entry := newBitset(n)
	for _, v := range m.Vars {
		if v.Slot && (v.Boxed || HasPointers(v.Type)) {
			holds.add(v.index)
			if !m.Steps && (v.Param > 0 || v.Free) {
				entry.add(v.index)
			}
		}
	}
	in := make([]bitset, len(m.Ops))
	for i := range in {
		in[i] = newBitset(n)
	}
	if len(in) > 0 {
		in[0].union(entry)
	}
	out := func(i int) bitset {
		o := in[i].clone()
		op := m.Ops[i]
		set := op.Sets()
		switch {
		case m.Steps && op.Kind == OpAwait:
			set = op.Live
		case m.Steps:
			return o
		}
		for _, v := range set {
			if holds.has(v.index) {
				o.add(v.index)
			}
		}
		return o
	}
	for changed := true; changed; {
		changed = false
		for i, op := range m.Ops {
			o := out(i)
			if op.Kind == OpAwait {
				o.intersect(op.liveOut)
			}
			m.successors(i, func(j int) {
				if in[j].union(o) {
					changed = true
				}
			})
		}
	}
	for i, op := range m.Ops {
		if op.Kind != OpAwait {
			continue
		}
		out(i).each(func(v int) {
			if !op.liveOut.has(v) || m.Steps && m.Vars[v] == op.Vars[0] {
				op.Dead = append(op.Dead, m.Vars[v])
			}
		})
	}
}

// liveVars lists a set in the order of the variables.
func (m *Machine) liveVars(s bitset) (vs []*Var) {
	s.each(func(i int) { vs = append(vs, m.Vars[i]) })
	return slices.Clip(vs)
}
