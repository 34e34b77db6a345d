package asynctest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynctest"
)

// call starts an async function that keeps its stack, as goawait makes one of what it cannot flatten.
func call[T any](ctx context.Context, name string, body func(co async.Coroutine) (T, error)) *async.Promise[T] {
	return async.Stackful(ctx, name, body)
}

// after is an async function that sleeps and returns v.
func after[T any](ctx context.Context, d time.Duration, v T) *async.Promise[T] {
	return call(ctx, "after", func(co async.Coroutine) (T, error) {
		_, err := async.CoAwait(co, async.Sleep(ctx, d))
		return v, err
	})
}

func TestClockJumps(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begin := time.Now()
		if want := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); !begin.Equal(want) {
			t.Errorf("began at %v", begin)
		}
		all, err := async.Await(async.All(after(ctx, time.Hour, 1), after(ctx, 365*24*time.Hour, 2)))
		if fmt.Sprint(all) != "[1 2]" || err != nil || time.Since(begin) != 365*24*time.Hour {
			t.Error(all, err, time.Since(begin))
		}
		_, err = async.Await(async.Timeout(ctx, time.Minute, after(ctx, time.Hour, 1)))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		dctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if _, err := async.Await(async.Sleep(dctx, time.Hour)); err != context.DeadlineExceeded {
			t.Error(err)
		}
		ticks := async.NewInterval(ctx, time.Second)
		begin = time.Now()
		for range 3 {
			async.Await(ticks.Next())
		}
		if time.Since(begin) != 3*time.Second {
			t.Error(time.Since(begin))
		}
	})
}

// The loop goes on in whatever way the body is blocked.
func TestBodyBlocks(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		n := 0
		count := func(v int) (int, error) { n++; return v, nil }
		p := async.Then(after(ctx, time.Second, 1), count)
		time.Sleep(time.Minute)
		asynctest.Wait(ctx)
		if n != 1 {
			t.Error("nothing went on while the body slept")
		}
		p = async.Then(after(ctx, time.Second, 2), count)
		<-p.Done()
		if n != 2 {
			t.Error(n)
		}
		p = async.Then(after(ctx, time.Second, 3), count)
		if v, err := p.Wait(ctx); v != 3 || err != nil || n != 3 {
			t.Error(v, err, n)
		}
		var wg sync.WaitGroup
		wg.Go(func() { async.Await(async.Then(after(ctx, time.Second, 4), count)) })
		wg.Wait()
		v, err := async.Run(ctx, func(ctx context.Context) *async.Promise[int] { return after(ctx, time.Hour, 5) })
		if n != 4 || v != 5 || err != nil {
			t.Error(n, v, err)
		}
		wctx, cancel := context.WithTimeoutCause(ctx, time.Second, io.EOF)
		defer cancel()
		if _, err := after(ctx, time.Hour, 6).Wait(wctx); err != io.EOF {
			t.Error(err)
		}
	})
}

// Body and loop share variables without a lock: the race detector says no if they don't take turns.
func TestBodyAndLoopTakeTurns(t *testing.T) {
	asynctest.Explore(t, 20, func(ctx context.Context) {
		shared := 0
		for i := range 20 {
			p := call(ctx, "work", func(co async.Coroutine) (int, error) {
				for range 5 {
					shared++
					async.CoAwait(co, async.Yield(ctx))
				}
				shared++
				return i, nil
			})
			async.Then(p, func(int) (int, error) { shared++; return 0, nil })
			shared++
			if i%3 == 0 {
				async.Await(p)
				shared++
			}
		}
		asynctest.Wait(ctx)
		if shared != 20*8+7 {
			t.Error(shared)
		}
	})
}

func TestWait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begin, n := time.Now(), 0
		ch := make(chan int)
		async.Then(async.Recv(ctx, ch), func(v int) (int, error) { n += v; return n, nil })
		async.Then(async.Yield(ctx), func(async.Void) (int, error) { n++; ch <- 1; return n, nil })
		async.Then(async.Sleep(ctx, 1), func(async.Void) (int, error) { n++; return n, nil })
		asynctest.Wait(ctx)
		asynctest.Wait(ctx)
		if n != 2 || time.Since(begin) != 0 {
			t.Error(n, time.Since(begin))
		}
	})
	defer func() {
		if recover() == nil {
			t.Error("Wait with a foreign context did not panic")
		}
	}()
	asynctest.Wait(context.Background())
}

// orders collects the orders in which three calls go on that become ready at the same time.
func orders(t *testing.T, n int) map[string]int {
	seen := map[string]int{}
	asynctest.Explore(t, n, func(ctx context.Context) {
		order := ""
		var ps []*async.Promise[async.Void]
		for _, name := range []string{"a", "b", "c"} {
			ps = append(ps, async.Then(async.Sleep(ctx, time.Second), func(async.Void) (async.Void, error) {
				order += name
				return async.Void{}, nil
			}))
		}
		async.Await(async.All(ps...))
		seen[order]++
	})
	return seen
}

func TestExploreFindsEveryOrder(t *testing.T) {
	first, second := orders(t, 100), orders(t, 100)
	if len(first) != 6 || fmt.Sprint(first) != fmt.Sprint(second) {
		t.Error(first, second)
	}
	if one := orders(t, 1); one["abc"] != 1 {
		t.Error("seed 0 is not the order of production:", one)
	}
	if none := orders(t, -1); len(none) != 0 {
		t.Error(none)
	}
}

// A seed decides the order of everything, over many steps.
func TestSeedDecides(t *testing.T) {
	var traces []string
	collect := func() {
		asynctest.Explore(t, 10, func(ctx context.Context) {
			trace := ""
			var m async.Mutex
			q := async.NewQueue[int](2)
			g, ctx := async.NewGroup(ctx)
			for i := range 6 {
				g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
					return call(ctx, "member", func(co async.Coroutine) (async.Void, error) {
						for j := range 4 {
							async.CoAwait(co, async.Sleep(ctx, time.Second))
							async.CoAwait(co, m.Lock(ctx))
							trace += fmt.Sprint(" ", i, j)
							m.Unlock()
							if i%2 == 0 {
								async.CoAwait(co, q.Put(ctx, i))
							} else {
								v, _ := async.CoAwait(co, q.Take(ctx))
								trace += fmt.Sprint("<", v)
							}
						}
						return async.Void{}, nil
					})
				})
			}
			async.Await(g.Wait())
			traces = append(traces, trace)
		})
	}
	collect()
	collect()
	different := map[string]bool{}
	for i := range 10 {
		if traces[i] != traces[i+10] {
			t.Errorf("seed %d:\n%s\n%s", i, traces[i], traces[i+10])
		}
		different[traces[i]] = true
	}
	if len(different) < 5 {
		t.Errorf("%d different orders of 10", len(different))
	}
}

// What the package promises about order holds under every seed.
func TestPromisedOrders(t *testing.T) {
	asynctest.Explore(t, 100, func(ctx context.Context) {
		p, resolve, _ := async.NewPromise[int](ctx)
		callbacks, yields := "", ""
		for i := range 5 {
			async.Then(p, func(int) (int, error) { callbacks += fmt.Sprint(i); return 0, nil })
			call(ctx, "awaiter", func(co async.Coroutine) (int, error) {
				async.CoAwait(co, p)
				callbacks += fmt.Sprint("+", i, " ")
				return 0, nil
			})
		}
		async.Then(p, func(int) (int, error) {
			for i := range 5 {
				async.Then(p, func(int) (int, error) { yields += "."; return i, nil })
			}
			async.Then(async.Yield(ctx), func(async.Void) (int, error) { yields += "y"; return 0, nil })
			return 0, nil
		})
		resolve(1)
		asynctest.Wait(ctx)
		if callbacks != "0+0 1+1 2+2 3+3 4+4 " || yields != ".....y" {
			t.Errorf("callbacks %q, yields %q", callbacks, yields)
		}
	})
}

func TestInBubbleOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		for range 2 {
			asynctest.Run(t, func(ctx context.Context) {
				ch := make(chan int)
				time.AfterFunc(time.Hour, func() { ch <- 1 })
				if v, err := async.Await(async.Recv(ctx, ch)); v != 1 || err != nil {
					t.Error(v, err)
				}
			})
		}
		if time.Since(began) != 2*time.Hour {
			t.Error(time.Since(began))
		}
	})
}

// Calls that end when their context does are no leak, also if that takes a while.
func TestCancelledAtEnd(t *testing.T) {
	ended := 0
	asynctest.Run(t, func(ctx context.Context) {
		async.Finally(async.Sleep(ctx, time.Hour), func() { ended++ })
		call(ctx, "worker", func(co async.Coroutine) (int, error) {
			q := async.NewQueue[int](0)
			async.CoAwait(co, q.Take(ctx))
			async.CoAwait(co, async.Sleep(context.WithoutCancel(ctx), 10*time.Second))
			ended++
			return 0, nil
		})
		async.Go(ctx, func(ctx context.Context) (int, error) { <-ctx.Done(); ended++; return 0, nil })
	})
	if ended != 3 {
		t.Error(ended)
	}
}

// An exit ends a call, not the loop.
func TestGoexitInCall(t *testing.T) {
	asynctest.Explore(t, 10, func(ctx context.Context) {
		p := async.Then(async.Yield(ctx), func(async.Void) (int, error) { runtime.Goexit(); return 0, nil })
		if _, err := async.Await(p); err != async.ErrGoexit {
			t.Error(err)
		}
		if v, err := async.Await(after(ctx, time.Second, 1)); v != 1 || err != nil {
			t.Error(v, err)
		}
	})
}

func TestPanicInCallReachesBody(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		defer func() {
			if v := recover(); v != io.EOF {
				t.Error(v)
			}
		}()
		async.Await(async.Then(async.Sleep(ctx, 1), func(async.Void) (int, error) { panic(io.EOF) }))
	})
}

func TestParallel(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			asynctest.Explore(t, 10, func(ctx context.Context) {
				if v, err := async.Await(after(ctx, time.Hour, i)); v != i || err != nil {
					t.Error(v, err)
				}
			})
		})
	}
}

func TestSimulationOutsideOfBubble(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	async.NewSimulation(1, synctest.Wait, func(string) {})
}

// A seed decides what happens also where one context ends many others, where a channel wakes many calls, and where a select has a choice.
func TestSeedDecidesForMany(t *testing.T) {
	orders := func() (all []string) {
		asynctest.Explore(t, 5, func(ctx context.Context) {
			order := ""
			closed := make(chan int)
			cctx, cancel := context.WithCancel(ctx)
			var ps []*async.Promise[int]
			for i := range 6 {
				dctx, cancelOne := async.WithTimeout(cctx, time.Hour)
				defer cancelOne()
				if i%2 == 0 {
					dctx, cancelOne = context.WithCancel(cctx)
					defer cancelOne()
				}
				ps = append(ps, call(ctx, "sleeper", func(co async.Coroutine) (int, error) {
					async.CoAwait(co, async.Sleep(dctx, time.Hour))
					order += fmt.Sprint(i)
					return 0, nil
				}), call(ctx, "receiver", func(co async.Coroutine) (int, error) {
					async.CoRecv(co, closed)
					order += string(rune('a' + i))
					return 0, nil
				}))
			}
			asynctest.Wait(ctx)
			cancel()
			asynctest.Wait(ctx)
			close(closed)
			async.Await(async.All(ps...))
			x, y := make(chan int, 9), make(chan int, 9)
			async.Await(call(ctx, "selects", func(co async.Coroutine) (int, error) {
				for range 9 {
					order += fmt.Sprint(async.CoSelect(co, async.SendCase(x, 1), async.SendCase(y, 1)))
				}
				return 0, nil
			}))
			all = append(all, order)
		})
		return all
	}
	sameEachTime(t, 5, orders)
}

// sameEachTime calls orders once, and again so many times, for the same.
func sameEachTime[T any](t *testing.T, again int, orders func() T) {
	t.Helper()
	first := fmt.Sprint(orders())
	for range again {
		if next := fmt.Sprint(orders()); next != first {
			t.Fatalf("%s\n%s", first, next)
		}
	}
}

// A seed decides who is first of those that begin to wait for a channel at the same time, and what selects do that meet there.
func TestSeedDecidesWhoWaitsFirst(t *testing.T) {
	const n = 4
	orders := func() (all []string) {
		asynctest.Explore(t, 3, func(ctx context.Context) {
			order := ""
			each := func(name string, wait func(co async.Coroutine, ch chan int, i int) int, others func(ch chan int)) {
				ch := make(chan int)
				var ps []*async.Promise[int]
				for i := range n {
					ps = append(ps, call(ctx, name, func(co async.Coroutine) (int, error) {
						v := wait(co, ch, i)
						order += fmt.Sprint(" ", name, i, v)
						return v, nil
					}))
				}
				others(ch)
				async.Await(async.All(ps...))
			}
			send := func(ch chan int) {
				for i := range n {
					ch <- i
				}
			}
			receive := func(ch chan int) {
				for range n {
					order += fmt.Sprint("<", <-ch)
				}
			}
			each("receive", func(co async.Coroutine, ch chan int, _ int) int { return async.CoRecv(co, ch) }, send)
			each("send", func(co async.Coroutine, ch chan int, i int) int { async.CoSend(co, ch, i); return 0 }, receive)
			each("Recv", func(co async.Coroutine, ch chan int, _ int) int {
				v, _ := async.CoAwait(co, async.Recv(ctx, ch))
				return v
			}, send)
			each("Send", func(co async.Coroutine, ch chan int, i int) int { async.CoAwait(co, async.Send(ctx, ch, i)); return 0 }, receive)
			each("closed", func(co async.Coroutine, ch chan int, _ int) int { async.CoAwait(co, async.Recv(ctx, ch)); return 0 }, func(ch chan int) {
				asynctest.Wait(ctx)
				close(ch)
			})
			each("select", func(co async.Coroutine, ch chan int, i int) int {
				r := async.RecvCase(ch)
				async.CoSelect(co, r, async.SendCase(ch, i))
				return r.Value
			}, func(chan int) {})
			all = append(all, order)
		})
		return all
	}
	sameEachTime(t, 20, orders)
}
