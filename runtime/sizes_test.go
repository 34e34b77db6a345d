//go:build !goawait_sim

package async

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// What there may be a million of is small: a size class of the allocator, at most.
func TestSizesInside(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("sizes are those for addresses of 64 bits")
	}
	for _, c := range []struct {
		name      string
		got, most uintptr
	}{
		{"a sleep", unsafe.Sizeof(sleep{}), 64},
		{"an entry of the timers", unsafe.Sizeof(timerEntry{}), 16},
		{"a leaf of NewPromise", unsafe.Sizeof(plainLeaf[int]{}), 80},
		{"a page of a leafList", unsafe.Sizeof(fullLeafPage{}), 416},
		{"a page of a roll", unsafe.Sizeof(fullPage{}), 416},
		{"a member that is not alone", unsafe.Sizeof(member{}), 64},
	} {
		if c.got > c.most {
			t.Errorf("%s has %d bytes, and not %d", c.name, c.got, c.most)
		}
	}
}

// A list of leaves against a slice.
func TestLeafList(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var s leafList
		var want []*leafNode
		var gone []*leafNode
		size := 1 << rnd.IntN(10)
		for range 3000 {
			switch {
			case rnd.IntN(1000) == 0:
				if got := s.take(); !slices.Equal(got, want) {
					t.Fatalf("seed %d: took %d of %d", seed, len(got), len(want))
				}
				gone, want = append(gone, want...), nil
			case len(want) == 0 || rnd.IntN(2*size) > len(want):
				n := new(leafNode)
				want = append(want, n)
				s.add(n)
			case len(gone) > 0 && rnd.IntN(3) == 0:
				gone[rnd.IntN(len(gone))].drop()
			default:
				i := rnd.IntN(len(want)) * rnd.IntN(2)
				want[i].drop()
				gone = append(gone, want[i])
				want = slices.Delete(want, i, i+1)
			}
			var got []*leafNode
			s.each(func(n *leafNode) bool { got = append(got, n); return true })
			if s.n != len(want) || !slices.Equal(got, want) {
				t.Fatalf("seed %d: %d in the list, counted as %d, and not %d", seed, len(got), s.n, len(want))
			}
		}
		for _, n := range want {
			n.drop()
		}
		pages := 0
		for p := &s.first; p != nil; p = p.next {
			pages++
		}
		if pages > 2 || s.n != 0 || !s.add(new(leafNode)) {
			t.Errorf("seed %d: %d pages are left", seed, pages)
		}
	}
}
