package statemachine

// This file decides which variables live in the frame.

import "slices"

// keep gives a slot to what is needed behind a suspension point.
func (m *Machine) keep() {
	for _, op := range m.Ops {
		for _, v := range op.uses {
			v.Used = true
		}
		for _, v := range op.Sets() {
			v.Set = true
		}
		if op.Kind == OpRange && op.Range.OK != nil {
			op.Range.OK.Used = true // by the jump at the end
			if op.Range.Got != nil {
				op.Range.Got.Used = true
			}
		}
		if op.Kind == OpAwait {
			op.Live = m.liveVars(op.liveOut)
			if m.Recalls(op) {
				op.Live = slices.DeleteFunc(op.Live, func(v *Var) bool { return v == op.Vars[0] })
			}
			for _, v := range op.Live {
				v.Slot = true
			}
		}
	}
}

// layout decides which variables have a slot besides those that are needed behind a suspension point, or at an entry of a part. Everything
// else is a local variable. Where slots are in the frame all the time, parameters have one, too, as the start function hands them over.
func (m *Machine) layout() {
	if m.sharedResults() { // returns go through the result variables
		for _, v := range m.Results {
			v.Used, v.Set = true, true
		}
	}
	for _, v := range m.Vars {
		switch {
		case m.Steps:
		case v.Param > 0 || v.Free:
			v.Slot = v.Used || v.Set
		case v.Result && m.Defers(), v.Result && v.Boxed && v.Used: // the start function makes the box
			v.Slot = true
		}
	}
	m.deadSlots()
	m.interfere()
}

// sharedResults reports whether something else may see the results, so that every return has to set them.
func (m *Machine) sharedResults() bool {
	for _, v := range m.Results {
		if v.Boxed {
			return true
		}
	}
	return false
}

// interfere finds out which slots cannot share a field, as both hold something at some time. That a slot cannot share with another one may be
// noted with either of them: see Tenants.
func (m *Machine) interfere() {
	n := len(m.Vars)
	m.conflicts = make([]bitset, n)
	slots := newBitset(n)
	for _, v := range m.Vars {
		if v.Slot {
			m.conflicts[v.index] = newBitset(n)
			slots.add(v.index)
		}
	}
	meet := func(v int, with bitset) {
		if m.conflicts[v] != nil {
			m.conflicts[v].union(with)
		}
	}
	if m.Steps {
		for _, op := range m.Ops {
			if op.Kind == OpAwait {
				for _, v := range op.Live {
					meet(v.index, op.liveOut)
				}
			}
		}
	} else {
		entry := newBitset(n)
		for _, v := range m.Vars {
			if v.Slot && (v.Param > 0 || v.Free || v.Result) {
				entry.add(v.index)
			}
		}
		entry.each(func(v int) { meet(v, entry) })
		for _, op := range m.Ops {
			set := op.liveOut.clone()
			for _, v := range op.Sets() {
				set.add(v.index)
			}
			for _, v := range op.Sets() {
				meet(v.index, set)
			}
		}
	}
	for v, c := range m.conflicts {
		if c != nil {
			c.intersect(slots)
			c.remove(v)
		}
	}
}

// Conflict reports whether two slots hold something at the same time.
func (m *Machine) Conflict(v, w *Var) bool {
	return m.conflicts[v.index].has(w.index) || m.conflicts[w.index].has(v.index)
}

// Tenants are slots that share a field.
type Tenants struct{ members, busy bitset }

// Admit adds v.
func (m *Machine) Admit(t *Tenants, v *Var) {
	t.members.add(v.index)
	t.busy.union(m.conflicts[v.index])
}

// Fits reports whether v never holds something at the same time as one of the tenants.
func (m *Machine) Fits(t *Tenants, v *Var) bool {
	return !t.busy.has(v.index) && !m.conflicts[v.index].meets(t.members)
}
