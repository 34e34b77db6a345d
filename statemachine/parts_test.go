package statemachine_test

// This file holds what is true of every function in parts.

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/goawait/goawait/statemachine"
)

// checkParts holds that the parts are the whole code, with no more states each than they may have, that control which leaves a part comes to
// an entry with a number of its own, and that what is read behind an entry, and not set before that, has a slot.
func checkParts(t *testing.T, m *statemachine.Machine, size int) {
	t.Helper()
	if len(m.Parts) == 0 {
		if m.States > size && size > 0 && !slices.ContainsFunc(m.Hoisted, declaresTypes) {
			t.Errorf("%d states are in one piece", m.States)
		}
		return
	}
	next, number := 0, m.States
	for i, p := range m.Parts {
		if p.From != next || p.To <= p.From {
			t.Fatalf("part %d is [%d:%d], and the one before ends at %d", i+1, p.From, p.To, next)
		}
		next = p.To
		states := 0
		for _, op := range m.Ops[p.From:p.To] {
			if op.Kind == statemachine.OpAwait {
				states++
			}
		}
		if size > 0 && states > size {
			t.Errorf("part %d has %d states, more than %d", i+1, states, size)
		}
		for _, e := range p.Entries {
			if number++; e.At != number {
				t.Errorf("part %d has entry %d, and %d would come next", i+1, e.At, number)
			}
			if e.Label != nil && !p.Has(e.Label) {
				t.Errorf("entry %d is not in part %d", e.At, i+1)
			}
		}
	}
	if next != len(m.Ops) {
		t.Errorf("the parts end at operation %d of %d", next, len(m.Ops))
	}
	for _, p := range m.Parts {
		for i := p.From; i < p.To; i++ {
			for _, j := range m.Successors(i) {
				if j < p.From || j >= p.To {
					checkEntry(t, m, p, j)
				}
			}
		}
		checkLocals(t, m, p)
	}
}

func declaresTypes(d *ast.GenDecl) bool { return d.Tok == token.TYPE }

// checkEntry holds that operation j, to which control comes from the part p, is at an entry.
func checkEntry(t *testing.T, m *statemachine.Machine, p *statemachine.Part, j int) {
	t.Helper()
	at := 0
	if j == p.To {
		at = m.Next(p)
	}
	if op := m.Ops[j]; op.Kind == statemachine.OpLabel {
		at, _ = m.Entry(op.Target)
	}
	for _, q := range m.Parts {
		for _, e := range q.Entries {
			place := q.From
			if e.Label != nil {
				place = e.Label.Index()
			}
			if e.At != at {
				continue
			}
			for ; place < j; place++ { // labels stand together at the head
				if m.Ops[place].Kind != statemachine.OpLabel {
					t.Errorf("entry %d is at operation %d, and not at %d", at, place, j)
				}
			}
			return
		}
	}
	t.Errorf("control comes to operation %d, which has no entry", j)
}

// checkLocals holds that what a part reads before it has set it is in the frame, on all ways that begin at its entries and states. The
// promise of an await is set there, and what a switch gives to a clause is set by the switch.
func checkLocals(t *testing.T, m *statemachine.Machine, p *statemachine.Part) {
	t.Helper()
	from := []int{}
	for _, e := range p.Entries {
		place := p.From
		if e.Label != nil {
			place = e.Label.Index()
		}
		from = append(from, place)
	}
	for _, v := range m.Vars {
		if v.Slot {
			continue
		}
		seen := map[int]bool{}
		for work := slices.Clone(from); len(work) > 0; {
			i := work[len(work)-1]
			work = work[:len(work)-1]
			if i < p.From || i >= p.To || seen[i] {
				continue
			}
			seen[i] = true
			op := m.Ops[i]
			if slices.Contains(op.Uses(), v) {
				t.Errorf("%s is read in operation %d behind an entry of the part [%d:%d], and has no slot", v.Hint, i, p.From, p.To)
				break
			}
			given := slices.ContainsFunc(op.Binds, func(vs []*statemachine.Var) bool { return slices.Contains(vs, v) })
			if !given && (op.Kind == statemachine.OpLabel || !slices.Contains(op.Defs(), v)) {
				work = append(work, m.Successors(i)...)
			}
		}
	}
}

// TestDivided has functions with more and more places where they wait, in loops and branches.
func TestDivided(t *testing.T) {
	const whole, most = 300, 150
	for _, c := range []struct {
		awaits  int
		defers  bool
		divided bool
	}{
		{101, false, false},
		{whole, false, false},
		{whole + 1, false, true},
		{whole, true, false},
		{whole + 1, true, true},
		{700, false, true},
	} {
		t.Run(fmt.Sprint(c.awaits, c.defers), func(t *testing.T) {
			var b strings.Builder
			b.WriteString(head + "//goawait:async\nfunc f(n int) int {\n\tconst most = 9\n\ttotal := 0\n")
			if c.defers {
				b.WriteString("\tdefer use(n)\n")
			}
			b.WriteString("again:\n")
			for i := range c.awaits {
				switch kept := fmt.Sprintf("kept%d", i); i % 3 {
				case 0:
					fmt.Fprintf(&b, "\tif %s, err := async.Await(p(%d)); err == nil {\n\t\ttotal += %s\n\t}\n", kept, i, kept)
				case 1:
					fmt.Fprintf(&b, "\tfor range use(n) {\n\t\ttotal += async.Must(async.Await(call(%d)))\n\t\tif total > most {\n\t\t\tbreak\n\t\t}\n\t}\n", i)
				case 2:
					fmt.Fprintf(&b, "\t%s := async.Must(async.Await(p(%d)))\n\tif %s < 0 {\n\t\tgoto again\n\t}\n", kept, i, kept)
				}
			}
			b.WriteString("\treturn total\n}\n")
			source := strings.ReplaceAll(b.String(), " := async.Must", " = async.Must") // no goto over a declaration
			var names []string
			for i := 2; i < c.awaits; i += 3 {
				names = append(names, fmt.Sprintf("kept%d", i))
			}
			source = strings.Replace(source, "\ttotal := 0\n", "\ttotal := 0\n\tvar "+strings.Join(names, ", ")+" int\n", 1)
			m := build(t, "", source)
			if (len(m.Parts) > 0) != c.divided || m.Steps {
				t.Fatalf("%d awaits are in %d parts", c.awaits, len(m.Parts))
			}
			if c.divided {
				checkParts(t, m, most)
			}
		})
	}
}

// TestPartSlots has a variable that no await needs, and that is in the frame where a part ends while it is in use.
func TestPartSlots(t *testing.T) {
	const source = head + `
//goawait:async
func f() int {
	use(async.Await(p(1)))
	a := use(1)
	b := use(a)
	return use(a, b)
}
`
	for _, c := range []struct {
		size int
		slot bool
	}{{1, false}, {statemachine.EachOperation, true}} {
		m := buildParts(t, c.size, "", source)
		for _, v := range m.Vars {
			if (v.Hint == "a" || v.Hint == "b") && v.Slot != c.slot {
				t.Errorf("size %d: %s has a slot: %v", c.size, v.Hint, v.Slot)
			}
		}
	}
}

// TestPartsOfLocalTypes holds that a function which declares a type stays whole: it would be another type in each part.
func TestPartsOfLocalTypes(t *testing.T) {
	m := buildParts(t, statemachine.EachOperation, "", head+`
//goawait:async
func f() int {
	type pair struct{ a, b int }
	x := async.Must(async.Await(p(1)))
	y := pair{x, async.Must(async.Await(p(2)))}
	return y.a + y.b
}
`)
	if len(m.Parts) > 0 {
		t.Errorf("%d parts", len(m.Parts))
	}
}
