//go:build !goawait_sim

package async

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"weak"
)

// A context that lives longer than loops and pools does not hold them when they have nothing more to do with it.
func TestContextLivesLonger(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var homes []weak.Pointer[home]
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	nap := func(ctx context.Context) *Promise[int] {
		return napperAsync(ctx, []time.Duration{time.Microsecond}, true, func(_ int, err error) { must(err) })
	}
	for range 10 {
		_, err := Run(ctx, func(ctx context.Context) *Promise[int] {
			homes = append(homes, weak.Make(homeOf(ctx)))
			return nap(ctx)
		})
		must(err)

		l := NewLoop()
		l.Post(func() { nap(WithExecutor(ctx, l)) })
		must(l.Run(nil)) //nolint:staticcheck // no context is one that never ends
		homes = append(homes, weak.Make(&l.home))

		l = NewLoop()
		for p := Sleep(WithExecutor(ctx, l), 1); p.State() == Pending; {
			l.Poll()
		}
		homes = append(homes, weak.Make(&l.home))

		pool := NewPool(1)
		_, err = Sleep(WithExecutor(ctx, pool), 1).Wait(ctx)
		must(err)
		homes = append(homes, weak.Make(&pool.home))
	}
	held := func() (n int) {
		for _, p := range homes {
			if p.Value() != nil {
				n++
			}
		}
		return n
	}
	for i := 0; held() > 4; i++ { // some may be on a stack
		if i == 1000 {
			t.Fatalf("%d of %d are held", held(), len(homes))
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

// A loop that a test drives is complete when others can find it: the race detector says no if not.
func TestSimulationsAreComplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var collector sync.WaitGroup
		for range 50 {
			collector.Go(afterGC)
			NewSimulation(1, synctest.Wait, func(string) {})
			collector.Wait()
		}
	})
}
