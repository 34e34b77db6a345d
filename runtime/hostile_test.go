package async_test

// This file does what no reasonable program does: it settles from everywhere, never settles, panics in every function that the package
// calls, and uses frames against their rules.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

func TestSettleFromEverywhere(t *testing.T) {
	type settle = func(v int)
	places := map[string]func(ctx context.Context, co async.Coroutine, settle settle){
		"the call":     func(ctx context.Context, co async.Coroutine, settle settle) { settle(1) },
		"another call": func(ctx context.Context, co async.Coroutine, settle settle) { sleepThen(ctx, func() { settle(1) }) },
		"a goroutine":  func(ctx context.Context, co async.Coroutine, settle settle) { go settle(1) },
		"Go":           func(ctx context.Context, co async.Coroutine, settle settle) { async.Go(ctx, blocking(settle)) },
		"Start":        func(ctx context.Context, co async.Coroutine, settle settle) { async.Start(ctx, blocking(settle)) },
		"a timer":      func(ctx context.Context, co async.Coroutine, settle settle) { time.AfterFunc(1, func() { settle(1) }) },
		"AfterFunc": func(ctx context.Context, co async.Coroutine, settle settle) {
			async.AfterFunc(ctx, 1, func() { settle(1) })
		},
		"context.AfterFunc": func(ctx context.Context, co async.Coroutine, settle settle) {
			cctx, cancel := context.WithCancel(ctx)
			context.AfterFunc(cctx, func() { settle(1) })
			cancel()
		},
		"Post to a loop that nobody drives": func(ctx context.Context, co async.Coroutine, settle settle) {
			l := async.NewLoop()
			l.Post(func() { settle(1) })
			async.Go(ctx, func(context.Context) (int, error) { l.Poll(); return 0, nil })
		},
		"a pool": func(ctx context.Context, co async.Coroutine, settle settle) {
			async.NewPool(1).Post(func() { settle(1) })
		},
		"another loop": func(ctx context.Context, co async.Coroutine, settle settle) {
			go async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
				return sleepThen(ctx, func() { settle(1) })
			})
		},
		"the garbage collector": func(ctx context.Context, co async.Coroutine, settle settle) {
			runtime.AddCleanup(new([64]byte), func(f func(int)) { f(1) }, settle)
			runtime.GC()
		},
		"the method of an Awaitable": func(ctx context.Context, co async.Coroutine, settle settle) {
			async.CoAwait(co, awaitable(func() *async.Promise[int] { settle(1); return async.Resolve(1) }))
		},
		"OnUnhandled": func(ctx context.Context, co async.Coroutine, settle settle) {
			async.OnUnhandled(func(async.Unhandled) { settle(1) })
			async.Detach(async.Reject[int](io.EOF))
		},
		"many goroutines": func(ctx context.Context, co async.Coroutine, settle settle) {
			for range 20 {
				go settle(1)
			}
		},
	}
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			defer async.OnUnhandled(nil)
			run(t, func(ctx context.Context, co async.Coroutine) {
				p, resolve, reject := async.NewPromise[int](ctx)
				inside, early := true, 0
				first := async.Then(p, func(v int) (int, error) {
					if inside {
						early++
					}
					return v, nil
				})
				waits := addAsync(ctx, p, p)
				place(ctx, co, func(v int) {
					resolve(v)
					resolve(v + 1)
					reject(io.EOF)
					if p.State() != async.Fulfilled {
						t.Error(p.State())
					}
				})
				inside = false
				last := async.Then(p, func(v int) (int, error) { return v, nil })
				for _, q := range []*async.Promise[int]{p, first, last} {
					if v, err := async.CoAwait(co, q); v != 1 || err != nil {
						t.Error(v, err)
					}
				}
				if v, err := async.CoAwait(co, waits); v != 2 || err != nil || early != 0 && name != "the method of an Awaitable" {
					t.Error(v, err, early)
				}
			})
		})
	}
}

func sleepThen(ctx context.Context, f func()) *async.Promise[int] {
	return async.Then(async.Sleep(ctx, 1), func(async.Void) (int, error) { f(); return 0, nil })
}

func blocking(settle func(int)) func(context.Context) (int, error) {
	return func(context.Context) (int, error) { settle(1); return 0, nil }
}

// A promise that somebody could still settle is waited for, through garbage collections.
func TestNeverSettled(t *testing.T) {
	p, resolve, _ := async.NewPromise[int](nil)
	again, stop := make(chan bool), make(chan bool)
	go func() { // holds the resolver
		<-again
		resolve(1)
	}()
	go func() {
		for range 50 {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
		close(stop)
	}()
	v, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		go func() {
			<-stop
			close(again)
		}()
		return addAsync(ctx, p, p)
	})
	if v != 2 || err != nil {
		t.Error(v, err)
	}
	// What is never settled can be given up.
	never := async.Race[int]()
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(io.EOF)
	if _, err := never.Wait(ctx); err != io.EOF || never.State() != async.Pending {
		t.Error(err, never.State())
	}
	for range 1000 { // and then holds nothing of those who waited
		never.Wait(ctx)
	}
}

// Every function that the package calls panics, or exits. Whoever waits gets that, and the loop goes on.
func TestPanicInEveryFunction(t *testing.T) {
	p0 := async.Resolve(0)
	boom := func() { panic("boom") }
	type start = func(ctx context.Context, end func()) *async.Promise[int]
	positions := map[string]start{
		"call before its first wait": func(ctx context.Context, end func()) *async.Promise[int] {
			return async.Stackful(ctx, "f", func(async.Coroutine) (int, error) { end(); return 0, nil })
		},
		"call": func(ctx context.Context, end func()) *async.Promise[int] {
			return async.Stackful(ctx, "f", func(co async.Coroutine) (int, error) {
				async.CoAwait(co, async.Yield(ctx))
				end()
				return 0, nil
			})
		},
		"deferred function": func(ctx context.Context, end func()) *async.Promise[int] {
			return async.Stackful(ctx, "f", func(co async.Coroutine) (int, error) {
				defer end()
				async.CoAwait(co, async.Yield(ctx))
				return 0, nil
			})
		},
		"frame": func(ctx context.Context, end func()) *async.Promise[int] {
			f := &counter{n: 1, next: func() *async.Promise[async.Void] { end(); return nil }}
			return f.Start(f, ctx)
		},
		"Then": func(ctx context.Context, end func()) *async.Promise[int] { return sleepThen(ctx, end) },
		"Then of what is settled": func(ctx context.Context, end func()) *async.Promise[int] {
			return async.Then(p0, func(int) (int, error) { end(); return 0, nil })
		},
		"Catch": func(ctx context.Context, end func()) *async.Promise[int] {
			return async.Catch(async.Reject[int](io.EOF), func(error) (int, error) { end(); return 0, nil })
		},
		"Finally": func(ctx context.Context, end func()) *async.Promise[int] { return async.Finally(p0, end) },
		"Finally of a rejection": func(ctx context.Context, end func()) *async.Promise[int] {
			return async.Finally(async.Reject[int](io.EOF), end)
		},
		"Go": func(ctx context.Context, end func()) *async.Promise[int] {
			return async.Go(ctx, func(context.Context) (int, error) { end(); return 0, nil })
		},
		"Start": func(ctx context.Context, end func()) *async.Promise[int] {
			return async.Start(ctx, func(context.Context) (int, error) { end(); return 0, nil })
		},
		"Group.Go": func(ctx context.Context, end func()) *async.Promise[int] {
			g, _ := async.NewGroup(ctx)
			g.Go(func(context.Context) error { end(); return nil })
			return async.Then(g.Wait(), func(async.Void) (int, error) { return 0, nil })
		},
		"Group.GoAsync": func(ctx context.Context, end func()) *async.Promise[int] {
			g, _ := async.NewGroup(ctx)
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
				return async.Then(async.Yield(ctx), func(async.Void) (async.Void, error) { end(); return async.Void{}, nil })
			})
			return async.Then(g.Wait(), func(async.Void) (int, error) { return 0, nil })
		},
		"Map": func(ctx context.Context, end func()) *async.Promise[int] {
			m := async.Map(ctx, []int{1}, 1, func(context.Context, int) (int, error) { end(); return 0, nil })
			return async.Then(m, func([]int) (int, error) { return 0, nil })
		},
		"MapAsync, second round": func(ctx context.Context, end func()) *async.Promise[int] {
			m := async.MapAsync(ctx, []int{1, 2}, 1, func(ctx context.Context, i int) *async.Promise[int] {
				if i == 1 {
					return async.Resolve(1)
				}
				return sleepThen(ctx, end)
			})
			return async.Then(m, func([]int) (int, error) { return 0, nil })
		},
	}
	for name, start := range positions {
		for _, waits := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " ", waits), func(t *testing.T) {
				run(t, func(ctx context.Context, co async.Coroutine) {
					beside := addAsync(ctx, sleepFor(ctx, 1, 1), sleepFor(ctx, 2, 1))
					p := start(ctx, boom)
					if waits {
						async.CoAwait(co, async.Sleep(ctx, 1))
					}
					if got := show(co, p); got != "panic boom" {
						t.Error(got)
					}
					if got := show(co, beside); got != "2 <nil>" {
						t.Error("a call beside it:", got)
					}
				})
			})
		}
		t.Run(name+" exits", func(t *testing.T) {
			if strings.HasPrefix(name, "call before") || name == "frame" {
				// It ends the goroutine of its caller, as a plain call does.
				ended, returned := make(chan bool), false
				go func() {
					defer close(ended)
					start(context.Background(), runtime.Goexit)
					returned = true
				}()
				if <-ended; returned {
					t.Error("returned")
				}
				return
			}
			run(t, func(ctx context.Context, co async.Coroutine) {
				if got := show(co, start(ctx, runtime.Goexit)); got != "0 "+async.ErrGoexit.Error() {
					t.Error(got)
				}
				if got := show(co, sleepFor(ctx, 1, 3)); got != "3 <nil>" {
					t.Error("afterwards:", got)
				}
			})
		})
	}
}

// Functions without a promise of their own that panic are reported.
func TestPanicIsReported(t *testing.T) {
	seen := unhandled(t, func(ctx context.Context, co async.Coroutine) {
		pool := async.NewPool(1)
		done := make(chan bool)
		pool.Post(func() { defer close(done); panic("pool") })
		async.CoAwait(co, async.Go(ctx, func(context.Context) (int, error) { <-done; return 0, nil }))
		async.AfterFunc(ctx, 1, func() { panic("AfterFunc") })
		l := async.NewLoop()
		l.Post(func() { panic("Post") })
		async.CoAwait(co, async.Go(ctx, func(context.Context) (int, error) { l.Poll(); return 0, nil }))
		async.CoAwait(co, async.Sleep(ctx, 1))
		async.CoAwait(co, async.Sleep(ctx, 1))
	})
	if !slices.Equal(seen, []string{"panic: AfterFunc", "panic: Post", "panic: pool"}) {
		t.Errorf("%q", seen)
	}
}

// An error whose methods panic, a nil in its place, an Awaitable that gives nil.
func TestHostileValues(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		if _, err := async.CoAwait(co, async.Reject[int](nil)); err == nil {
			t.Error("rejected with nil, but no error")
		}
		p, _, reject := async.NewPromise[int](ctx)
		reject(nil)
		if _, err := async.CoAwait(co, p); err == nil {
			t.Error("rejected with nil, but no error")
		}
		var typed *timeoutLike
		if _, err := async.CoAwait(co, async.Completed(1, error(typed))); err == nil {
			t.Error("a nil pointer in an error is an error")
		}
		if got := panicOf(func() { async.CoAwait(co, awaitable(func() *async.Promise[int] { return nil })) }); !strings.Contains(got, "nil promise") {
			t.Error(got)
		}
		if got := panicOf(func() { async.CoAwait(co, awaitable(func() *async.Promise[int] { panic("boom") })) }); got != "boom" {
			t.Error(got)
		}
		q, follow := async.NewFollower[int](ctx)
		follow(awaitable(func() *async.Promise[int] { panic("boom") }))
		if got := show(co, q); got != "panic boom" {
			t.Error(got)
		}
		joined := async.Any(async.Reject[int](badError{}), async.Reject[int](io.EOF))
		if _, err := async.CoAwait(co, joined); !errors.Is(err, io.EOF) {
			t.Error("joined")
		}
		bad := async.Reject[int](&async.PanicError{Value: func() {}}) // of a type that cannot be compared
		if got := panicOf(func() { async.CoAwait(co, addAsync(ctx, bad, nil)) }); got == "" {
			t.Error("no panic")
		}
	})
}

type badError struct{}

func (badError) Error() string { panic("Error") }

// A loop of awaits that never wait leaves room for timers, posts, goroutines and other calls.
func TestBusyCallsStarveNobody(t *testing.T) {
	busy := map[string]func(ctx context.Context, stop *bool) *async.Promise[int]{
		"ready awaits": func(ctx context.Context, stop *bool) *async.Promise[int] {
			f := &counter{n: math.MaxInt - 1}
			f.next = func() *async.Promise[async.Void] {
				if *stop {
					f.n = f.i + 1
				}
				return async.Resolve(async.Void{})
			}
			return async.Then(f.Start(f, ctx), func(int) (int, error) { return 0, nil })
		},
		"yields": func(ctx context.Context, stop *bool) *async.Promise[int] {
			return async.Stackful(ctx, "busy", func(co async.Coroutine) (int, error) {
				for !*stop {
					async.CoAwait(co, async.Yield(ctx))
				}
				return 0, nil
			})
		},
		"callbacks": func(ctx context.Context, stop *bool) *async.Promise[int] {
			p, resolve, _ := async.NewPromise[int](ctx)
			var again func(int) (int, error)
			again = func(int) (int, error) {
				if *stop {
					resolve(0)
				} else {
					async.Then(async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 0, nil }), again)
				}
				return 0, nil
			}
			again(0)
			return p
		},
	}
	for name, start := range busy {
		for _, others := range []int{1, 3} {
			t.Run(fmt.Sprint(others, " of ", name), func(t *testing.T) {
				run(t, func(ctx context.Context, co async.Coroutine) {
					stop := false
					var calls []*async.Promise[int]
					for range others {
						calls = append(calls, start(ctx, &stop))
					}
					for range 3 {
						if got := show(co, sleepFor(ctx, time.Millisecond, 1)); got != "1 <nil>" {
							t.Error(got)
						}
						if got := show(co, async.Go(ctx, func(context.Context) (int, error) { return 2, nil })); got != "2 <nil>" {
							t.Error(got)
						}
						if got := show(co, async.Timeout(ctx, time.Millisecond, async.Race[int]())); !strings.Contains(got, "no result") {
							t.Error(got)
						}
					}
					stop = true
					async.CoAwait(co, async.All(calls...))
				})
			})
		}
	}
}

// A frame is resumed although it is over, or does not say how it ended.
func TestFrameMisuse(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		forgetful := &forgetful{}
		if got := panicOf(func() { forgetful.Start(forgetful, ctx) }); got != "async: Resume returned without Suspend or Finish" {
			t.Error(got)
		}
		f := &counter{n: 1, next: func() *async.Promise[async.Void] { return async.Yield(ctx) }}
		p := f.Start(f, ctx)
		if got := show(co, p); got != "1 <nil>" {
			t.Error(got)
		}
		// Resumed by hand when it is over, its promise stays what it is, and nothing goes on a second time.
		q := async.Then(p, func(v int) (int, error) { return v + 1, nil })
		panicOf(f.Resume)
		if got := show(co, q); got != "2 <nil>" || p.State() != async.Fulfilled {
			t.Error(got, p.State())
		}
	})
}

// A forgetful call returns from Resume without a word.
type forgetful struct{ async.Frame[int] }

func (f *forgetful) Resume()                {}
func (f *forgetful) Release()               {}
func (f *forgetful) Site() (string, string) { return "forgetful", "" }
