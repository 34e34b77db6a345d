package asynctest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynctest"
)

// on gives contexts for calls on the loop of the test, and on a pool beside it.
func on(t *testing.T, n int, fn func(ctx context.Context, random *rand.Rand)) {
	for _, pool := range []bool{false, true} {
		t.Run(map[bool]string{false: "loop", true: "pool"}[pool], func(t *testing.T) {
			seed := uint64(0)
			asynctest.Explore(t, n, func(ctx context.Context) {
				seed++
				if pool {
					ctx = async.WithExecutor(ctx, async.NewPool(3))
				}
				fn(ctx, rand.New(rand.NewPCG(seed, 1)))
			})
		})
	}
}

// Queues of any capacity, with producers and consumers that give up now and then: nothing is lost or doubled, what one producer has put
// comes in its order, and no more is in the queue than fits.
func TestQueueKeepsItsRules(t *testing.T) {
	type item struct{ producer, n int }
	on(t, 60, func(ctx context.Context, random *rand.Rand) {
		capacity := random.IntN(4)
		q := async.NewQueue[item](capacity)
		var mu sync.Mutex // of what follows
		put, taken := map[item]bool{}, map[item]bool{}
		last := map[[2]int]int{} // consumer and producer → last number
		wait := func() time.Duration { mu.Lock(); defer mu.Unlock(); return time.Duration(random.IntN(3)) * time.Second }
		var producers, consumers []*async.Promise[int]
		for p := range 3 {
			producers = append(producers, call(ctx, "producer", func(co async.Coroutine) (int, error) {
				for n := range 10 {
					async.CoAwait(co, async.Sleep(ctx, wait()))
					cctx, cancel := async.WithTimeout(ctx, wait())
					_, err := async.CoAwait(co, q.Put(cctx, item{p, n}))
					cancel()
					mu.Lock()
					if err == nil {
						put[item{p, n}] = true
					}
					if q.Len() > capacity {
						t.Errorf("%d items in a queue of %d", q.Len(), capacity)
					}
					mu.Unlock()
				}
				return 0, nil
			}))
		}
		for c := range 2 {
			consumers = append(consumers, call(ctx, "consumer", func(co async.Coroutine) (int, error) {
				for {
					async.CoAwait(co, async.Sleep(ctx, wait()))
					cctx, cancel := async.WithTimeout(ctx, wait())
					it, err := async.CoAwait(co, q.Take(cctx))
					cancel()
					if err == async.ErrClosed {
						return 0, nil
					}
					if err != nil {
						continue
					}
					mu.Lock()
					if taken[it] {
						t.Errorf("%v came twice", it)
					}
					taken[it] = true
					if before, ok := last[[2]int{c, it.producer}]; ok && before > it.n {
						t.Errorf("%v came after %d", it, before)
					}
					last[[2]int{c, it.producer}] = it.n
					mu.Unlock()
				}
			}))
		}
		async.Await(async.All(producers...))
		q.Close()
		async.Await(async.All(consumers...))
		if fmt.Sprint(put) != fmt.Sprint(taken) {
			t.Errorf("put %d, taken %d", len(put), len(taken))
		}
	})
}

// A semaphore never gives out more than it has, lets nobody overtake, and has all back in the end.
func TestSemaphoreKeepsItsRules(t *testing.T) {
	on(t, 60, func(ctx context.Context, random *rand.Rand) {
		size := 1 + random.IntN(5)
		s := async.NewSemaphore(size)
		var mu sync.Mutex
		held := 0
		draw := func(n int) int { mu.Lock(); defer mu.Unlock(); return random.IntN(n) }
		var ps []*async.Promise[int]
		for range 8 {
			ps = append(ps, call(ctx, "user", func(co async.Coroutine) (int, error) {
				for range 10 {
					k := draw(size + 1)
					cctx, cancel := async.WithTimeout(ctx, time.Duration(1+draw(5))*time.Second)
					_, err := async.CoAwait(co, s.Acquire(cctx, k))
					cancel()
					if err != nil {
						continue
					}
					mu.Lock()
					if held += k; held > size {
						t.Errorf("%d of %d are given out", held, size)
					}
					mu.Unlock()
					async.CoAwait(co, async.Sleep(ctx, time.Duration(draw(3))*time.Second))
					mu.Lock()
					held -= k
					mu.Unlock()
					s.Release(k)
				}
				return 0, nil
			}))
		}
		async.Await(async.All(ps...))
		if !s.TryAcquire(size) || s.TryAcquire(1) {
			t.Error("units are missing, or there are too many")
		}
	})
}

// A group ends when all of its calls have, whatever they start and however they end; the first failure is its own.
func TestGroupKeepsItsRules(t *testing.T) {
	on(t, 60, func(ctx context.Context, random *rand.Rand) {
		g, gctx := async.NewGroup(ctx)
		var mu sync.Mutex
		running, first := 0, error(nil)
		draw := func(n int) int { mu.Lock(); defer mu.Unlock(); return random.IntN(n) }
		var start func(depth int)
		start = func(depth int) {
			g.GoAsync(func(context.Context) *async.Promise[async.Void] {
				return call(gctx, "member", func(co async.Coroutine) (none async.Void, err error) {
					mu.Lock()
					running++
					mu.Unlock()
					defer func() {
						async.CoAwait(co, async.Sleep(context.WithoutCancel(gctx), time.Duration(draw(2))*time.Second))
						mu.Lock()
						running--
						if first == nil {
							first = err
						}
						mu.Unlock()
					}()
					if _, err := async.CoAwait(co, async.Sleep(gctx, time.Duration(draw(5))*time.Second)); err != nil {
						return none, err
					}
					if depth > 0 {
						start(depth - 1)
						start(depth - 1)
					}
					if draw(10) == 0 {
						return none, fmt.Errorf("failure at depth %d", depth)
					}
					return none, nil
				})
			})
		}
		start(4)
		_, err := async.Await(g.Wait())
		mu.Lock()
		defer mu.Unlock()
		if running != 0 || (err == nil) != (first == nil) || gctx.Err() == nil {
			t.Errorf("%d calls still run; %v, first was %v", running, err, first)
		}
	})
}
