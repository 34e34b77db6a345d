//go:build !goawait_sim

package async

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A fireNote notes when it fires.
type fireNote struct {
	timer timer
	when  time.Duration
	n     int
	fired *[]*fireNote
}

func (f *fireNote) fire(*worker) { *f.fired = append(*f.fired, f) }

// Timers against a slow model: a list that is sorted when somebody looks. Adding, taking out, twice too, and firing, in random order.
func TestTimersLikeAList(t *testing.T) {
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			var fired []*fireNote
			var model, all []*fireNote
			changed := 0
			ts := &timers{changed: func() { changed++ }}
			first := func() *fireNote {
				slices.SortStableFunc(model, func(a, b *fireNote) int { return int(a.when - b.when) })
				if len(model) == 0 {
					return nil
				}
				return model[0]
			}
			for step := range 300 {
				switch random.IntN(5) {
				default:
					f := &fireNote{when: now() + time.Duration(random.IntN(50)-5), n: step, fired: &fired}
					f.timer.self, f.timer.idle = f, random.IntN(3) == 0
					before, was := first(), changed
					ts.add(&f.timer, f.when)
					model, all = append(model, f), append(all, f)
					if earlier := before == nil || f.when < before.when; earlier != (changed > was) {
						t.Fatalf("seed %d, step %d: earlier is %v", seed, step, earlier)
					}
				case 1:
					if len(all) > 0 {
						f := all[random.IntN(len(all))]
						ts.remove(&f.timer)
						model = slices.DeleteFunc(model, func(g *fireNote) bool { return g == f })
					}
				case 2:
					time.Sleep(time.Duration(random.IntN(20)))
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
				if keep != ts.keep() {
					t.Fatalf("seed %d, step %d: keep is %v", seed, step, ts.keep())
				}
			}
		})
	}
}
