package async_test

// This file does much at a time: promises, sleepers, and settles from other goroutines by the hundred thousand, or by the million with
// -stress. Afterwards the memory has to be back where it was.

import (
	"context"
	"flag"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	async "github.com/goawait/goawait/runtime"
)

var stress = flag.Bool("stress", false, "run the stress tests with a million of everything")

// amount is how many of something a stress test makes, and how long chains are. On wasm, calls that are nested share the stack of the
// host, which is small.
func amount() int {
	switch {
	case *stress:
		return million
	case testing.Short() || raceEnabled || runtime.GOARCH == "wasm":
		return million / 100
	}
	return million / 20
}

// heap is how much memory is in use.
func heap() uint64 {
	var m runtime.MemStats
	for range 3 { // what has a finalizer or a cleanup takes more than one
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// leavesNothing runs fn, which makes n of something, and looks at what is left of the memory and the goroutines that it took.
func leavesNothing(t *testing.T, n int, fn func()) {
	t.Helper()
	fn() // what is made once
	before, goroutines := heap(), runtime.NumGoroutine()
	begin := time.Now()
	fn()
	took := time.Since(begin)
	if after, bound := heap(), before+1<<20+uint64(4*n); after > bound {
		t.Errorf("%d bytes are left of %d that were in use before", after-before, before)
	}
	for range 1000 { // a goroutine that has done its last step may still be there
		if runtime.NumGoroutine() <= goroutines {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if now := runtime.NumGoroutine(); now > goroutines {
		t.Errorf("%d goroutines are left, %d before", now, goroutines)
	}
	t.Logf("%d: %v each", n, took/time.Duration(n))
}

// must runs fn on a loop and returns its result.
func must[T any](t *testing.T, fn func(ctx context.Context) *async.Promise[T]) T {
	t.Helper()
	v, err := async.Run(context.Background(), fn)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Promises that calls wait for, settled in a random order by the loop.
func TestStressPromises(t *testing.T) {
	n := amount()
	leavesNothing(t, n, func() {
		sum := 0
		must(t, func(ctx context.Context) *async.Promise[int] {
			resolvers := make([]func(int), n)
			for i := range n {
				var p *async.Promise[int]
				p, resolvers[i], _ = async.NewPromise[int](ctx)
				async.Then(addAsync(ctx, p, p), func(v int) (int, error) { sum += v; return v, nil })
			}
			for _, i := range rand.Perm(n) {
				resolvers[i](i)
			}
			return async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 0, nil })
		})
	})
}

// Sleepers that wake in the order of their times, or are cancelled, one by one and together.
func TestStressSleepers(t *testing.T) {
	n := amount()
	leavesNothing(t, n, func() {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			var last time.Duration
			woken, cancelled := 0, 0
			must(t, func(ctx context.Context) *async.Promise[async.Void] {
				g, ctx := async.NewSupervisor(ctx)
				cctx, cancel := context.WithCancelCause(ctx)
				for i := range n {
					d := time.Duration(rand.IntN(1000))*time.Millisecond + 1
					sctx := ctx
					if i%4 == 0 {
						sctx, d = cctx, d+time.Hour
					}
					g.GoAsync(func(context.Context) *async.Promise[async.Void] {
						woke := async.Then(async.Sleep(sctx, d), func(async.Void) (async.Void, error) {
							if at := time.Since(begin); at < last || at != d {
								t.Errorf("slept %v instead of %v, after one of %v", at, d, last)
							}
							last = d
							woken++
							return async.Void{}, nil
						})
						return async.Catch(woke, func(err error) (async.Void, error) {
							cancelled++
							if err != io.EOF {
								t.Error(err)
							}
							return async.Void{}, nil
						})
					})
				}
				async.AfterFunc(ctx, 2*time.Second, func() { cancel(io.EOF) })
				return g.Wait()
			})
			if woken+cancelled != n || cancelled != (n+3)/4 {
				t.Error(woken, cancelled)
			}
		})
	})
}

// Deadlines, most of which never pass.
func TestStressDeadlines(t *testing.T) {
	n := amount()
	leavesNothing(t, n, func() {
		synctest.Test(t, func(t *testing.T) {
			passed := 0
			must(t, func(ctx context.Context) *async.Promise[async.Void] {
				for i := range n {
					dctx, cancel := async.WithTimeout(ctx, time.Duration(1+rand.IntN(1000))*time.Millisecond)
					if i%10 > 0 {
						cancel()
						continue
					}
					async.Catch(async.Sleep(dctx, time.Hour), func(err error) (async.Void, error) {
						passed++
						return async.Void{}, nil
					})
				}
				return async.Sleep(ctx, 2*time.Second)
			})
			if passed != (n+9)/10 {
				t.Error(passed)
			}
		})
	})
}

// Goroutines settle what calls on a loop, and on a pool, wait for.
func TestStressSettleFromElsewhere(t *testing.T) {
	n := amount()
	for name, with := range map[string]func(ctx context.Context) context.Context{
		"loop": func(ctx context.Context) context.Context { return ctx },
		"pool": func(ctx context.Context) context.Context { return async.WithExecutor(ctx, async.NewPool(4)) },
	} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t, n, func() {
				var sum atomic.Int64
				must(t, func(ctx context.Context) *async.Promise[int] {
					ctx = with(ctx)
					all, done, _ := async.NewPromise[int](ctx)
					var left atomic.Int64
					left.Store(int64(n))
					settle := make(chan func(int), 1000)
					var wg sync.WaitGroup
					for range 4 {
						wg.Go(func() {
							for f := range settle {
								f(1)
								f(2) // too late
							}
						})
					}
					async.Detach(async.Go(ctx, func(ctx context.Context) (async.Void, error) {
						for range n {
							p, resolve, _ := async.NewPromise[int](ctx)
							async.Then(addAsync(ctx, p, p), func(v int) (int, error) {
								sum.Add(int64(v))
								if left.Add(-1) == 0 {
									done(0)
								}
								return 0, nil
							})
							settle <- resolve
						}
						close(settle)
						wg.Wait()
						return async.Void{}, nil
					}))
					return all
				})
				if sum.Load() != int64(2*n) {
					t.Error(sum.Load())
				}
			})
		})
	}
}

// Values that go through queues between two loops and a pool.
func TestStressQueues(t *testing.T) {
	n := amount() / 5
	leavesNothing(t, n, func() {
		a, b := async.NewQueue[int](10), async.NewQueue[int](0)
		var wg sync.WaitGroup
		pump := func(ctx context.Context, in, out *async.Queue[int]) *async.Promise[int] {
			return async.Stackful(ctx, "pump", func(co async.Coroutine) (int, error) {
				sum := 0
				for i := range n {
					v := i
					if in != nil {
						v, _ = async.CoAwait(co, in.Take(ctx))
					}
					sum += v
					if out != nil {
						async.CoAwait(co, out.Put(ctx, v))
					}
				}
				return sum, nil
			})
		}
		sums := make([]int, 3)
		for i, ends := range [][2]*async.Queue[int]{{nil, a}, {a, b}, {b, nil}} {
			wg.Go(func() {
				sums[i] = must(t, func(ctx context.Context) *async.Promise[int] {
					if i == 1 {
						ctx = async.WithExecutor(ctx, async.NewPool(2))
					}
					return pump(ctx, ends[0], ends[1])
				})
			})
		}
		wg.Wait()
		if want := n * (n - 1) / 2; sums[0] != want || sums[1] != want || sums[2] != want {
			t.Error(sums, want)
		}
	})
}
