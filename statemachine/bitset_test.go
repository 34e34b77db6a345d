package statemachine

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBitset compares sets with maps, operation by operation.
func TestBitset(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const n = 1000
	list := func(s bitset) (out []int) {
		s.each(func(i int) { out = append(out, i) })
		return out
	}
	sets, models := make([]bitset, 8), make([]map[int]bool, 8)
	for i := range sets {
		sets[i], models[i] = newBitset(n), map[int]bool{}
	}
	for step := range 20000 {
		a, b, v := random.IntN(8), random.IntN(8), random.IntN(n)
		switch random.IntN(12) {
		default:
			sets[a].add(v)
			models[a][v] = true
		case 6, 7:
			sets[a].remove(v)
			delete(models[a], v)
		case 8, 9:
			before := len(models[a])
			maps.Copy(models[a], models[b])
			if got, want := sets[a].union(sets[b]), len(models[a]) != before; got != want {
				t.Fatalf("step %d: union says %v, want %v", step, got, want)
			}
		case 10:
			sets[a].intersect(sets[b])
			maps.DeleteFunc(models[a], func(v int, _ bool) bool { return !models[b][v] })
		case 11:
			sets[a], models[a] = sets[b].clone(), maps.Clone(models[b])
			if a != b { // they are two
				sets[a].add(v)
				models[a][v] = true
			}
		}
		if sets[a] == nil {
			t.Fatalf("step %d: no set", step)
		}
		for _, i := range []int{a, b} {
			if got, want := list(sets[i]), slices.Sorted(maps.Keys(models[i])); !slices.Equal(got, want) {
				t.Fatalf("step %d: set %d has %v, want %v", step, i, got, want)
			}
			if sets[i].has(v) != models[i][v] {
				t.Fatalf("step %d: has %d in set %d is %v", step, v, i, sets[i].has(v))
			}
		}
	}
}
