//go:build !goawait_sim

package async

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A slotList against a slice.
func TestSlotList(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var l slotList[int, struct{}]
		type place struct {
			s *slot[int]
			x *int
		}
		var want, gone []place
		size := 1 << rnd.IntN(10)
		most := 0
		for range 3000 {
			switch {
			case rnd.IntN(1000) == 0:
				if got, _ := takeAll(&l, new(int)); !slices.EqualFunc(got, want, func(x *int, p place) bool { return x == p.x }) {
					t.Fatalf("seed %d: took %d of %d", seed, len(got), len(want))
				}
				gone, want = append(gone, want...), nil
			case len(want) == 0 || rnd.IntN(2*size) > len(want):
				p := place{nextSlot(&l), new(int)}
				storePtr(p.s, p.x)
				want = append(want, p)
				most = max(most, len(want))
			case len(gone) > 0 && rnd.IntN(3) == 0:
				if p := gone[rnd.IntN(len(gone))]; dropFrom(p.s, p.x) {
					t.Fatalf("seed %d: taken out twice", seed)
				}
			default:
				i := rnd.IntN(len(want)) * rnd.IntN(2)
				if !dropFrom(want[i].s, want[i].x) {
					t.Fatalf("seed %d: not there", seed)
				}
				gone = append(gone, want[i])
				want = slices.Delete(want, i, i+1)
			}
			var got []*int
			eachIn(&l, func(x *int) bool { got = append(got, x); return true })
			if !slices.EqualFunc(got, want, func(x *int, p place) bool { return x == p.x }) {
				t.Fatalf("seed %d: %d in the list and not %d", seed, len(got), len(want))
			}
			pages := 0
			for p := l.first.next; p != nil; p = p.next {
				pages++
			}
			if pages != l.pages || pages > 2*most+6 {
				t.Fatalf("seed %d: %d pages, counted as %d, for at most %d", seed, pages, l.pages, most)
			}
		}
	}
}

// Members that come and go in order take no more than a few pages.
func TestSlotListInOrder(t *testing.T) {
	var l slotList[int, struct{}]
	var x int
	var in []*slot[int]
	for range 100_000 {
		s := nextSlot(&l)
		storePtr(s, &x)
		if in = append(in, s); len(in) > 100 {
			dropFrom(in[0], &x)
			in = in[1:]
		}
		if l.pages > 16 {
			t.Fatalf("%d pages for 100", l.pages)
		}
	}
}
