package async_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// Calls on one worker take turns.
func TestPoolIsFair(t *testing.T) {
	const calls, turns = 20, 100
	pool := async.NewPool(1)
	ctx := async.WithExecutor(context.Background(), pool)
	var counts [calls]int
	most := 0
	ps := make([]*async.Promise[int], calls)
	started := make(chan struct{})
	pool.Post(func() { <-started }) // so that none is ahead because it was started before others
	for i := range ps {
		ps[i] = async.Stackful(ctx, "call", func(co async.Coroutine) (int, error) {
			for range turns {
				async.CoAwait(co, async.Yield(ctx))
				counts[i]++
				low, high := turns, 0
				for _, n := range counts {
					low, high = min(low, n), max(high, n)
				}
				most = max(most, high-low)
			}
			return 0, nil
		})
	}
	close(started)
	if _, err := async.Await(async.All(ps...)); err != nil || most > 2 {
		t.Errorf("%v; one call was %d turns ahead of another", err, most)
	}
}

// A pool of n runs n calls at once, and no more.
func TestPoolSize(t *testing.T) {
	for _, n := range []int{1, 2, 5} {
		ctx := async.WithExecutor(context.Background(), async.NewPool(n))
		var running, most atomic.Int64
		var all sync.WaitGroup // n calls meet: one alone would wait for ever
		all.Add(n)
		var ps []*async.Promise[int]
		for i := range 3 * n {
			ps = append(ps, async.Then(async.Yield(ctx), func(async.Void) (int, error) {
				now := running.Add(1)
				for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
				}
				if i < n {
					all.Done()
					all.Wait()
				}
				for range 10 {
					runtime.Gosched()
				}
				running.Add(-1)
				return 0, nil
			}))
		}
		if _, err := async.Await(async.All(ps...)); err != nil || most.Load() != int64(n) {
			t.Errorf("%v; %d ran at once on a pool of %d", err, most.Load(), n)
		}
	}
}

// A call is run by one worker at a time, whoever settles what it waits for: its variables need no lock.
func TestPoolRunsACallOnOneWorker(t *testing.T) {
	ctx := async.WithExecutor(context.Background(), async.NewPool(4))
	var ps []*async.Promise[int]
	for range 20 {
		ps = append(ps, async.Stackful(ctx, "call", func(co async.Coroutine) (int, error) {
			n := 0
			for i := range 100 {
				p, resolve, _ := async.NewPromise[int](ctx)
				go func() { resolve(1); resolve(2) }()
				v, err := async.CoAwait(co, p)
				if err != nil {
					return 0, err
				}
				if n += v; i%10 == 0 {
					async.CoAwait(co, async.Yield(ctx))
				}
			}
			return n, nil
		}))
	}
	vs, err := async.Await(async.All(ps...))
	if err != nil {
		t.Error(err)
	}
	for _, v := range vs {
		if v < 100 {
			t.Error(v)
		}
	}
}

// An idle pool has no goroutine, and comes back.
func TestPoolRests(t *testing.T) {
	before := runtime.NumGoroutine()
	pool := async.NewPool(8)
	ctx := async.WithExecutor(context.Background(), pool)
	for range 3 {
		var ps []*async.Promise[int]
		for i := range 50 {
			ps = append(ps, sleepFor(ctx, time.Duration(i)*time.Microsecond, 1))
		}
		async.Await(async.All(ps...))
		for range 1000 {
			if runtime.NumGoroutine() <= before {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if n := runtime.NumGoroutine(); n > before {
			t.Errorf("%d goroutines more", n-before)
		}
	}
}

// An exit and a panic end a call, not its worker for good.
func TestPoolSurvives(t *testing.T) {
	ctx := async.WithExecutor(context.Background(), async.NewPool(1))
	for range 10 {
		exit := async.Then(async.Yield(ctx), func(async.Void) (int, error) { runtime.Goexit(); return 0, nil })
		bad := async.Then(async.Yield(ctx), func(async.Void) (int, error) { panic("boom") })
		good := async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
		if _, err := exit.Wait(nil); err != async.ErrGoexit {
			t.Error(err)
		}
		if _, err := bad.Wait(nil); err == nil || err.Error() != "panic: boom" {
			t.Error(err)
		}
		if v, err := good.Wait(nil); v != 1 || err != nil {
			t.Error(v, err)
		}
	}
}
