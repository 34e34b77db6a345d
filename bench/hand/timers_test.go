package hand

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// The heap gives tasks by their times, whatever the order in which they came, and with others added in between.
func TestTimers(t *testing.T) {
	for size := range 60 {
		r := rand.New(rand.NewPCG(1, uint64(size)))
		var h timers
		at := map[*task]time.Duration{}
		add := func() {
			k := new(task)
			at[k] = time.Duration(r.IntN(20))
			h.add(timer{at[k], k})
		}
		for range size {
			add()
		}
		for range size / 2 {
			least := slices.MinFunc(h, func(a, b timer) int { return int(a.at - b.at) }).at
			if k := h.pop(); at[k] != least {
				t.Fatalf("of %d: got %v and want %v", size, at[k], least)
			}
			if r.IntN(3) == 0 {
				add()
			}
		}
		last := time.Duration(-1)
		for len(h) > 0 {
			k := h.pop()
			if at[k] < last {
				t.Fatalf("of %d: %v after %v", size, at[k], last)
			}
			last = at[k]
		}
	}
}
