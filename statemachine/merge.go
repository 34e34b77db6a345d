package statemachine

// This file finds variables that can be one Go variable: of the same name and type, and never in use at the same time, as the err of
// one if statement and that of the next.

import (
	"go/types"
	"slices"
)

// merge sets As of the variables that another one can stand for.
func (m *Machine) merge() {
	groups := m.alike()
	places := make([]place, len(m.Vars))
	for g, group := range groups {
		for i, v := range group {
			places[v.index] = place{g + 1, i}
		}
	}
	meets := m.meetings(places)
	for _, group := range groups {
		m.mergeGroup(group, meets)
	}
}

// A place of a variable is its group, from 1, and its index there; 0 for a variable without a group.
type place struct{ group, index int }

// meetings lists, for each variable, the places in its group of those that are in use when it is set, or the other way round.
func (m *Machine) meetings(places []place) []bitset {
	meets := make([]bitset, len(places))
	for _, op := range m.Ops {
		sets := op.Sets()
		for _, v := range sets {
			p := places[v.index]
			if p.group == 0 {
				continue
			}
			meet := func(w int) {
				if q := places[w]; q.group == p.group && q.index != p.index {
					meets[v.index].add(q.index)
					meets[w].add(p.index)
				}
			}
			for _, w := range sets {
				meet(w.index)
			}
			for _, w := range op.uses { // it may be read after that
				meet(w.index)
			}
			op.liveOut.each(meet)
		}
	}
	return meets
}

// alike lists the variables that have the same name, type and home, by groups of two and more. Those of the source keep to themselves, so
// that they keep their names.
func (m *Machine) alike() (groups [][]*Var) {
	at := map[string][]int{} // places in groups, by name
	for _, v := range m.Vars {
		if !m.merges(v) {
			continue
		}
		found := slices.IndexFunc(at[v.Hint], func(i int) bool {
			w := groups[i][0]
			return types.Identical(v.Type, w.Type) && (v.Obj == nil) == (w.Obj == nil) && (m.Steps || v.Slot == w.Slot)
		})
		if found >= 0 {
			i := at[v.Hint][found]
			groups[i] = append(groups[i], v)
			continue
		}
		at[v.Hint] = append(at[v.Hint], len(groups))
		groups = append(groups, []*Var{v})
	}
	return slices.DeleteFunc(groups, func(g []*Var) bool { return len(g) < 2 })
}

// merges reports whether something else may stand for the variable: it is a Go variable, and nobody else knows it.
func (m *Machine) merges(v *Var) bool {
	switch {
	case !v.Used && !v.Set, v.Boxed, v.Free, v.Result, v.Param > 0, v.Slot && !m.Steps, v.Clause:
		return false
	}
	return v.Obj == nil || !m.Src.Captured(v.Obj)
}

// mergeGroup makes as few variables of a group as it finds, each time with the first that is free. The meetings are those
// of all variables, and change.
func (m *Machine) mergeGroup(group []*Var, meetings []bitset) {
	type class struct {
		first *Var
		meets bitset
	}
	var classes []*class
	for i, v := range group {
		k := slices.IndexFunc(classes, func(c *class) bool { return !c.meets.has(i) })
		if k < 0 {
			classes = append(classes, &class{v, meetings[v.index]})
			continue
		}
		c := classes[k]
		v.As, c.first.Merged, v.Merged = c.first, true, true
		c.first.Used, c.first.Set = c.first.Used || v.Used, c.first.Set || v.Set
		c.meets.union(meetings[v.index])
	}
}
