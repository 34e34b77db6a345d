package statemachine

// This file divides the code of large functions into parts, each of which package rewrite makes a method. What takes the compiler more than
// linear time then meets functions of a bounded size only.

import "slices"

// A Part is a piece of the operations of a machine that has its variables in the frame.
//
// Control comes to a part at a state, or at one of its entries, and leaves it at an await, at a return, and where it goes on at
// an entry of another part. What is live at an entry has a slot.
type Part struct {
	From, To int // of its operations: Ops[From:To]
	Entries  []*Entry
}

// An Entry is a place in a part, other than its states, where control comes from another part.
type Entry struct {
	At    int    // its number, greater than that of any state
	Label *Label // nil for the head of the part
}

// The sizes of functions in parts, in suspension points. They are measured with 100 to 4,000 of them: a smaller function is compiled as fast
// in one piece. In smaller parts, the compiler puts callees in place that it leaves alone in a function of 5,000 nodes and more, and takes
// twice the time.
const (
	wholeStates = 300 // of the largest function in one piece, if that has its variables in the frame
	partStates  = 150 // of the largest part
)

// EachOperation, as the size of parts, makes as many parts as there can be. It is for tests.
const EachOperation = -1

// Has reports whether a label stands in the part.
func (p *Part) Has(l *Label) bool { return p.From <= l.op && l.op < p.To }

// Head is the number of the entry at the head of the part; 0 if it has none.
func (p *Part) Head() int {
	if len(p.Entries) > 0 && p.Entries[0].Label == nil {
		return p.Entries[0].At
	}
	return 0
}

// Entry is the number of the entry at a label, to which control comes from another part, and whether it is at the head.
func (m *Machine) Entry(l *Label) (at int, head bool) {
	p := m.partOf(l.op)
	for _, e := range p.Entries {
		if e.Label != nil && e.Label.op == l.op {
			return e.At, false
		}
	}
	return p.Head(), true
}

// LastState is the greatest number of a state in the part or before it.
func (m *Machine) LastState(p *Part) int {
	for i := p.To - 1; i >= 0; i-- {
		if op := m.Ops[i]; op.Kind == OpAwait {
			return op.State
		}
	}
	return 0
}

// Next is the entry at the head of the next part, if control may come there from the last operation of p; 0 if not.
func (m *Machine) Next(p *Part) int {
	if !slices.Contains(m.Successors(p.To-1), p.To) {
		return 0
	}
	return m.partOf(p.To).Head()
}

// partOf is the part with an operation.
func (m *Machine) partOf(op int) *Part {
	i, found := slices.BinarySearchFunc(m.Parts, op, func(p *Part, op int) int { return p.From - op })
	if !found {
		i--
	}
	return m.Parts[i]
}

// divide makes parts of a function that is large or, if size is not 0, of any one, with at most so many states in each. What awaits
// need has its slots before, and what entries need has them afterwards.
func (m *Machine) divide(size int) {
	if m.Steps || m.Src.Whole || m.hasLocalTypes() { // a type is not the same if it is declared twice
		return
	}
	var cuts []int
	switch {
	case size == EachOperation:
		for i := range m.Ops {
			if m.divides(i) {
				cuts = append(cuts, i)
			}
		}
	case size > 0:
		cuts = m.chooseCuts(size)
	case m.States > wholeStates:
		cuts = m.chooseCuts(partStates)
	}
	if len(cuts) == 0 {
		return
	}
	from := 0
	for _, to := range append(cuts, len(m.Ops)) {
		m.Parts = append(m.Parts, &Part{From: from, To: to})
		from = to
	}
	m.findEntries()
}

func (m *Machine) hasLocalTypes() bool {
	return slices.ContainsFunc(m.Hoisted, declaresTypes)
}

// divides reports whether a part may begin with the i-th operation. A native block stays whole.
func (m *Machine) divides(i int) bool {
	return i > 0 && (m.Ops[i].Run == nil || m.Ops[i].Run != m.Ops[i-1].Run)
}

// chooseCuts gives the first operations of all parts but the first. The parts have about the same number of states, at most size.
func (m *Machine) chooseCuts(size int) (cuts []int) {
	costs := m.cutCosts()
	for from, left := 0, m.States; left > size; {
		parts := (left + size - 1) / size
		most := (left + parts - 1) / parts
		least := most - most/4
		best, states, within := -1, 0, 0
		for i := from; i < len(m.Ops) && states <= most; i++ {
			if i > from && states >= least && m.divides(i) && (best < 0 || costs[i] <= costs[best]) {
				best, within = i, states
			}
			if m.Ops[i].Kind == OpAwait {
				states++
			}
		}
		cuts = append(cuts, best)
		from, left = best, left-within
	}
	return cuts
}

// cutCosts says for each operation what it costs if a part begins with it. Worst are loops that go round through two parts; then there are
// variables that are in the frame for that alone, statements that are torn apart, and jumps.
func (m *Machine) cutCosts() []int {
	const round, variable, label = 16, 2, 4 // a label behind the jumps to it would only be a jump itself
	n := len(m.Ops)
	costs := make([]int, n+1)
	span := func(from, to, cost int) { // of the cuts from from to to-1
		costs[from] += cost
		costs[to] -= cost
	}
	for i := range m.Ops {
		m.successors(i, func(j int) {
			switch {
			case j <= i:
				span(j+1, i+1, round)
			case j > i+1:
				span(i+1, j, 1)
			}
		})
	}
	for i := 1; i < n; i++ {
		costs[i] += costs[i-1]
	}
	for i := range n {
		m.liveIn(i).each(func(v int) {
			if !m.Vars[v].Slot {
				costs[i] += variable
			}
		})
		if i > 0 && m.Ops[i-1].Kind == OpLabel {
			costs[i] += label
		}
		first := i
		for first < n-1 && m.Ops[first].Kind == OpLabel && len(m.Ops[first].Leads) == 0 {
			first++
		}
		if len(m.Ops[first].Leads) == 0 {
			costs[i]++
		}
	}
	return costs
}

// liveIn has what is live before the i-th operation.
func (m *Machine) liveIn(i int) bitset {
	op := m.Ops[i]
	in := op.liveOut.clone()
	for _, v := range op.defs {
		in.remove(v.index)
	}
	for _, v := range op.uses {
		in.add(v.index)
	}
	return in
}

// findEntries numbers the places to which control comes from other parts, in the order of the code, and gives slots to what is live there.
func (m *Machine) findEntries() {
	entered := make([]bool, len(m.Ops))
	for _, p := range m.Parts {
		for i := p.From; i < p.To; i++ {
			m.successors(i, func(j int) {
				if j < p.From || j >= p.To {
					entered[j] = true
				}
			})
		}
	}
	at := m.States
	for _, p := range m.Parts {
		atHead := true // only labels before it in the part
		for i := p.From; i < p.To; i++ {
			op := m.Ops[i]
			if entered[i] {
				if !atHead || len(p.Entries) == 0 {
					at++
					e := &Entry{At: at}
					if !atHead {
						e.Label = op.Target
					}
					p.Entries = append(p.Entries, e)
				}
				m.keepAt(i)
			}
			atHead = atHead && op.Kind == OpLabel
		}
	}
}

// keepAt gives slots to what is live at the i-th operation when control comes there.
func (m *Machine) keepAt(i int) {
	live := m.liveIn(i)
	if op := m.Ops[i]; op.Kind == OpLabel { // a clause has its variables from the jump to it
		live = op.liveOut
	}
	live.each(func(v int) { m.Vars[v].Slot = true })
}
