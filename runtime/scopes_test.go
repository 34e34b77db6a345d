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

// A promise that has settled does not hold the context that it was made with, nor, if it is a follower, what it followed.
func TestSettledPromisesHoldNothing(t *testing.T) {
	type thing struct{ _ [100]int }
	followed, _, _ := NewPromise[*thing](nil)
	for name, settled := range map[string]func(ctx context.Context, x *thing, cancel func()) any{
		"cancelled": func(ctx context.Context, _ *thing, cancel func()) any {
			p := Sleep(ctx, time.Hour)
			cancel()
			p.Wait(nil)
			return p
		},
		"fulfilled": func(ctx context.Context, _ *thing, _ func()) any {
			p, resolve, _ := NewPromise[int](ctx)
			resolve(1)
			return p
		},
		"cancelled follower": func(ctx context.Context, x *thing, cancel func()) any {
			p, follow := NewFollower[*thing](ctx)
			follow(followed)
			cancel()
			p.Wait(nil)
			return p
		},
		"cancelled follower of what has settled": func(_ context.Context, x *thing, _ func()) any {
			ctx, cancel := context.WithCancel(context.Background())
			p, follow := NewFollower[*thing](ctx)
			q, resolve, _ := NewPromise[*thing](nil)
			follow(q)
			cancel()
			p.Wait(nil)
			resolve(x)
			return p
		},
	} {
		x := new(thing)
		gone := weak.Make(x)
		ctx, cancel := context.WithCancel(context.WithValue(context.Background(), thing{}, x))
		p := settled(ctx, x, cancel)
		x, ctx, cancel = nil, nil, nil
		for range 10 {
			if runtime.GC(); gone.Value() == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if gone.Value() != nil {
			t.Errorf("%s: it holds what is of no use", name)
		}
		runtime.KeepAlive(p)
	}
}
