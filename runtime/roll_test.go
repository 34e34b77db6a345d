//go:build !goawait_sim

package async

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A roll against a slice.
func TestRoll(t *testing.T) {
	for seed := range uint64(20) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var r roll
		type place struct {
			p *page
			c *Core
		}
		var want []place
		size := 1 << rnd.IntN(10)
		for range 3000 {
			switch {
			case len(want) == 0 || rnd.IntN(2*size) > len(want):
				c := new(Core)
				want = append(want, place{r.add(nil, c), c})
			default:
				i := rnd.IntN(len(want)) * rnd.IntN(2)
				r.remove(want[i].p, want[i].c)
				want = slices.Delete(want, i, i+1)
			}
			var got []*Core
			r.each(func(c *Core) { got = append(got, c) })
			if r.n != len(want) || !slices.EqualFunc(got, want, func(c *Core, x place) bool { return c == x.c }) {
				t.Fatalf("seed %d: %d on %d pages, and not %d", seed, len(got), r.n, len(want))
			}
		}
		for _, x := range want {
			r.remove(x.p, x.c)
		}
		pages := 0
		for p := &r.first; p != nil; p = p.next {
			pages++
		}
		if pages > 2 || r.n != 0 {
			t.Errorf("seed %d: %d pages are left", seed, pages)
		}
	}
}
