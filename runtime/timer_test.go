//go:build !goawait_sim

package async

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A fireNote notes when it fires.
type fireNote struct {
	timer alarm
	when  time.Duration
	n     int
	fired *[]*fireNote
}

func (f *fireNote) fire(*worker) bool { *f.fired = append(*f.fired, f); return true }

// Timers against a slow model: a list that is sorted when somebody looks. Adding, taking out, twice too, and firing, in random order. In
// some, nearly all timers are in buckets, or some are, and times are far apart.
func TestTimersLikeAList(t *testing.T) {
	for seed := range uint64(300) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			var fired []*fireNote
			var model, all []*fireNote
			changed := 0
			ts := &timers{changed: func() { changed++ }}
			ts.queue.small = []int{0, 1, 2, 4, 9, 30}[random.IntN(6)]
			wide := random.IntN(2) == 0
			span := func(d int) time.Duration {
				if wide && random.IntN(2) == 0 {
					return time.Duration(random.Int64N(1 << random.IntN(63)))
				}
				return time.Duration(random.IntN(d))
			}
			ts.seq = math.MaxUint32>>1 - uint32(random.IntN(300)) // so that the numbers run out, mostly
			first := func() *fireNote {
				slices.SortStableFunc(model, func(a, b *fireNote) int { return cmp.Compare(a.when, b.when) })
				if len(model) == 0 {
					return nil
				}
				return model[0]
			}
			for step := range 300 {
				switch random.IntN(5) {
				default:
					f := &fireNote{when: now() + span(50) - 5, n: step, fired: &fired}
					if f.when < 0 {
						f.when = math.MaxInt64
					}
					f.timer.self, f.timer.idle = f, random.IntN(3) == 0
					before, was := first(), changed
					ts.add(&f.timer.timer, f.when)
					model, all = append(model, f), append(all, f)
					if earlier := before == nil || f.when < before.when; earlier != (changed > was) {
						t.Fatalf("seed %d, step %d: earlier is %v", seed, step, earlier)
					}
				case 1:
					if len(all) > 0 {
						f := all[random.IntN(len(all))]
						ts.remove(&f.timer.timer)
						model = slices.DeleteFunc(model, func(g *fireNote) bool { return g == f })
					}
				case 2:
					time.Sleep(min(span(20), 1<<40))
					fired = nil
					ts.fire(nil)
					first()
					var due []*fireNote
					for len(model) > 0 && model[0].when <= now() {
						due, model = append(due, model[0]), model[1:]
					}
					if !slices.Equal(fired, due) {
						t.Fatalf("seed %d, step %d: fired %d, due were %d", seed, step, len(fired), len(due))
					}
				}
				f := first()
				next, some := ts.next()
				if some != (f != nil) || some != ts.any() || some && next != max(0, f.when-now()) {
					t.Fatalf("seed %d, step %d: next %v %v", seed, step, next, some)
				}
				keep := slices.ContainsFunc(model, func(f *fireNote) bool { return !f.timer.idle })
				if ts.pending() != len(model) || ts.removed > ts.pending() {
					t.Fatalf("seed %d, step %d: %d pending and %d removed, in the list are %d", seed, step, ts.pending(), ts.removed, len(model))
				}
				if keep != ts.keep() {
					t.Fatalf("seed %d, step %d: keep is %v", seed, step, ts.keep())
				}
			}
		})
	}
}

// Many timers, most of which are removed: the others fire in order, also those of the same time, and the memory of those that are gone is
// given back.
func TestManyTimers(t *testing.T) {
	for _, times := range []int64{1, 10, 20000, 1 << 50} {
		const n = 20000
		random := rand.New(rand.NewPCG(1, 1))
		ts := &timers{changed: func() {}}
		var fired, all, want []*fireNote
		for i := range n {
			f := &fireNote{when: time.Duration(1 + random.Int64N(times)), n: i, fired: &fired}
			f.timer.self = f
			ts.add(&f.timer.timer, f.when)
			all = append(all, f)
		}
		if n != ts.queue.n() || (ts.queue.far > 0) != (times > 1) {
			t.Fatalf("%d times: %d timers, %d of them in buckets", times, ts.queue.n(), ts.queue.far)
		}
		for i, f := range all {
			if random.IntN(10) > 0 {
				ts.remove(&f.timer.timer)
				if f.timer.self != nil {
					t.Fatal("a timer that was removed holds what it was for")
				}
			} else {
				want = append(want, f)
			}
			if q := &ts.queue; ts.removed > ts.pending() || len(q.near.blocks) > q.near.n/heapBlock+2 || q.frees > 65+n/512 {
				t.Fatalf("after %d: %d pending, %d removed, %d chunks and %d blocks", i, ts.pending(), ts.removed, q.frees, len(q.near.blocks))
			}
		}
		slices.SortStableFunc(want, func(a, b *fireNote) int { return cmp.Compare(a.when, b.when) })
		for limit := time.Duration(1); limit > 0; limit *= 2 {
			var due [16]timerEntry
			for n := ts.take(due[:], limit); n > 0; n = ts.take(due[:], limit) {
				for _, e := range due[:n] {
					e.timer().fire(nil)
				}
			}
		}
		if q := &ts.queue; !slices.Equal(fired, want) || q.n() > 0 || len(q.near.blocks) > 1 || q.buckets != nil || q.free != nil {
			t.Errorf("%d times: %d fired and not %d; %d blocks at the end", times, len(fired), len(want), len(q.near.blocks))
		}
	}
}
