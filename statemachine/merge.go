package statemachine

// This file finds variables that can be one Go variable: of the same name and type, and never in use at the same time, as the err of
// one if statement and that of the next.

import (
	"go/types"
	"slices"
)

// merge sets As of the variables that another one can stand for.
func (m *Machine) merge() {
	for _, group := range m.alike() {
		m.mergeGroup(group)
	}
}

// alike lists the variables that have the same name, type and home, by groups of two and more.
func (m *Machine) alike() (groups [][]*Var) {
	at := map[string][]int{} // places in groups, by name
	for _, v := range m.Vars {
		if !m.merges(v) {
			continue
		}
		found := slices.IndexFunc(at[v.Hint], func(i int) bool {
			w := groups[i][0]
			return types.Identical(v.Type, w.Type) && (m.Steps || v.Slot == w.Slot)
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

// mergeGroup makes as few variables of a group as it finds, each time with the first that is free.
func (m *Machine) mergeGroup(group []*Var) {
	place := map[*Var]int{}
	for i, v := range group {
		place[v] = i
	}
	meets := make([]bitset, len(group)) // what is in use when a variable is set
	for i := range meets {
		meets[i] = newBitset(len(group))
	}
	for _, op := range m.Ops {
		sets := op.sets()
		for _, v := range sets {
			i, ok := place[v]
			if !ok {
				continue
			}
			meet := func(w *Var) {
				if j, ok := place[w]; ok && j != i {
					meets[i].add(j)
					meets[j].add(i)
				}
			}
			for _, w := range sets {
				meet(w)
			}
			for _, w := range op.uses { // it may be read after that
				meet(w)
			}
			for j, w := range group {
				if op.liveOut.has(w.index) && j != i {
					meets[i].add(j)
					meets[j].add(i)
				}
			}
		}
	}
	type class struct {
		first *Var
		meets bitset
	}
	var classes []*class
	for i, v := range group {
		k := slices.IndexFunc(classes, func(c *class) bool { return !c.meets.has(i) })
		if k < 0 {
			classes = append(classes, &class{v, meets[i]})
			continue
		}
		c := classes[k]
		v.As, c.first.Merged, v.Merged = c.first, true, true
		c.first.Used, c.first.Set = c.first.Used || v.Used, c.first.Set || v.Set
		c.meets = c.meets.clone()
		c.meets.union(meets[i])
	}
}
