package async_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	async "github.com/goawait/goawait/runtime"
)

func TestDeadlinePasses(t *testing.T) {
	took := bubble(t, func(ctx context.Context, co async.Coroutine) {
		begin := time.Now()
		dctx, cancel := async.WithTimeout(ctx, time.Second)
		defer cancel()
		if at, ok := dctx.Deadline(); !ok || !at.Equal(begin.Add(time.Second)) {
			t.Error(at, ok)
		}
		child, cancelChild := context.WithCancel(context.WithValue(dctx, "key", "value"))
		defer cancelChild()
		nested, cancelNested := async.WithTimeout(async.WithExecutor(child, async.NewPool(1)), time.Hour)
		defer cancelNested()
		called := make(chan error, 1)
		context.AfterFunc(dctx, func() { called <- dctx.Err() })
		if dctx.Err() != nil || child.Value("key") != "value" {
			t.Error(dctx.Err())
		}
		for _, p := range []*async.Promise[async.Void]{
			async.Sleep(dctx, time.Hour), async.Sleep(child, time.Hour), async.Sleep(nested, time.Hour), new(async.Event).Wait(dctx),
		} {
			if _, err := async.CoAwait(co, p); err != context.DeadlineExceeded {
				t.Error(err)
			}
		}
		for _, ctx := range []context.Context{dctx, child, nested} {
			if ctx.Err() != context.DeadlineExceeded || context.Cause(ctx) != context.DeadlineExceeded {
				t.Error(ctx.Err(), context.Cause(ctx))
			}
		}
		if err, _ := async.CoAwait(co, async.Recv(ctx, called)); err != context.DeadlineExceeded {
			t.Error(err)
		}
		if _, err := async.CoAwait(co, async.Sleep(dctx, 1)); err != context.DeadlineExceeded {
			t.Error(err)
		}
	})
	if took != time.Second {
		t.Error(took)
	}
}

func TestDeadlineIsCancelled(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		parent, fail := context.WithCancelCause(ctx)
		a, cancelA := async.WithTimeout(parent, time.Hour)
		b, cancelB := async.WithTimeout(parent, time.Hour)
		defer cancelB()
		cancelA()
		cancelA()
		if a.Err() != context.Canceled || parent.Err() != nil {
			t.Error(a.Err(), parent.Err())
		}
		p := async.Sleep(b, time.Hour)
		fail(io.EOF)
		if _, err := async.CoAwait(co, p); err != io.EOF || b.Err() != context.Canceled {
			t.Error(err, b.Err())
		}
		c, cancelC := async.WithTimeout(parent, time.Hour)
		defer cancelC()
		<-c.Done()
		past, cancelPast := async.WithDeadline(ctx, time.Now().Add(-1))
		defer cancelPast()
		if past.Err() != context.DeadlineExceeded {
			t.Error(past.Err())
		}
		soon, cancelSoon := async.WithTimeout(ctx, time.Second)
		defer cancelSoon()
		late, cancelLate := async.WithTimeout(soon, time.Hour)
		defer cancelLate()
		if at, _ := late.Deadline(); time.Until(at) != time.Second {
			t.Error(at)
		}
		stopped := context.AfterFunc(soon, func() { t.Error("called") })
		if !stopped() || stopped() {
			t.Error("stop")
		}
		if _, err := async.CoAwait(co, async.Sleep(late, time.Hour)); err != context.DeadlineExceeded {
			t.Error(err)
		}
	})
}

// What was made with the context is rejected in its turn among timers, by the loop alone.
func TestDeadlineIsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := async.NewLoop()
		ctx := async.WithExecutor(context.Background(), l)
		var trace []string
		note := func(what string, p *async.Promise[async.Void]) {
			async.Catch(async.Then(p, func(async.Void) (async.Void, error) { trace = append(trace, what); return async.Void{}, nil }),
				func(err error) (async.Void, error) {
					trace = append(trace, what+": "+err.Error())
					return async.Void{}, nil
				})
		}
		note("before", async.Sleep(ctx, time.Second))
		dctx, cancel := async.WithTimeout(ctx, time.Second)
		defer cancel()
		note("in time", async.Sleep(dctx, time.Second))
		note("late", async.Sleep(dctx, 2*time.Second))
		note("behind", async.Sleep(ctx, time.Second))
		time.Sleep(time.Second)
		for l.Poll() {
		}
		// Errors go through one callback more.
		want := []string{"before", "behind", "in time: " + context.DeadlineExceeded.Error(), "late: " + context.DeadlineExceeded.Error()}
		if !slices.Equal(trace, want) {
			t.Errorf("%q", trace)
		}
		if _, ok := l.NextTimer(); ok {
			t.Error("a timer is left")
		}
	})
}

func TestDeadlineKeepsNoLoopRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := async.NewLoop()
		ctx := async.WithExecutor(context.Background(), l)
		begin := time.Now()
		dctx, cancel := async.WithTimeout(ctx, time.Hour)
		p := async.Sleep(ctx, time.Second)
		if err := l.Run(); err != nil || p.State() != async.Fulfilled || time.Since(begin) != time.Second {
			t.Error(err, p.State(), time.Since(begin))
		}
		if at, ok := l.NextTimer(); !ok || time.Until(at) != time.Hour-time.Second {
			t.Error(at, ok)
		}
		q := async.Finally(new(async.Event).Wait(dctx), func() {})
		if err := l.Run(); err != nil || q.State() != async.Rejected || time.Since(begin) != time.Hour {
			t.Error(err, q.State(), time.Since(begin))
		}
		q.Result()
		cancel()
	})
}

func TestAfterFunc(t *testing.T) {
	took := bubble(t, func(ctx context.Context, co async.Coroutine) {
		trace := ""
		note := func(s string) func() { return func() { trace += s } }
		cctx, cancel := context.WithCancel(ctx)
		async.AfterFunc(ctx, 2*time.Second, note("c"))
		stopA := async.AfterFunc(ctx, time.Second, note("b"))
		stopped := async.AfterFunc(ctx, time.Second, note("x"))
		if !stopped() || stopped() {
			t.Error("stop")
		}
		cancelled := async.AfterFunc(cctx, time.Second, note("x"))
		async.AfterFunc(ctx, 0, note("a"))
		async.AfterFunc(ctx, -1, note("a"))
		cancel()
		late := async.AfterFunc(cctx, 0, note("x"))
		if trace != "" {
			t.Error("called at once")
		}
		async.CoAwait(co, async.Sleep(ctx, 3*time.Second))
		if trace != "aabc" || stopA() || cancelled() || late() {
			t.Error(trace)
		}
	})
	if took != 3*time.Second {
		t.Error(took)
	}
}

// Stopped between the moment when its time comes and its turn.
func TestAfterFuncStoppedLate(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		var stops [2]func() bool
		called := 0
		for i := range stops {
			stops[i] = async.AfterFunc(ctx, time.Second, func() {
				called++
				if !stops[1-i]() {
					t.Error("too late")
				}
			})
		}
		async.CoAwait(co, async.Sleep(ctx, 2*time.Second))
		if called != 1 {
			t.Error(called)
		}
	})
}

func TestAfterFuncPanics(t *testing.T) {
	var got error
	async.OnUnhandled(func(u async.Unhandled) { got = u.Err })
	defer async.OnUnhandled(nil)
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		async.AfterFunc(ctx, 1, func() { panic(io.EOF) })
		async.CoAwait(co, async.Sleep(ctx, time.Second))
	})
	if !errors.Is(got, io.EOF) || fmt.Sprint(got) != "panic: EOF" {
		t.Error(got)
	}
}

// A context with a deadline is done as soon as its parent is, and for what that is.
func TestDeadlineOfADoneParent(t *testing.T) {
	for range 100 {
		parent, fail := context.WithCancelCause(context.Background())
		before, cancelBefore := async.WithTimeout(parent, time.Hour)
		cancelled, cancel := async.WithTimeout(before, time.Minute)
		fail(io.EOF)
		cancel()
		behind, cancelBehind := async.WithTimeout(parent, time.Hour)
		past, cancelPast := async.WithTimeout(parent, -1)
		for name, c := range map[string]context.Context{"before": before, "cancelled": cancelled, "behind": behind, "past": past} {
			if c.Err() != context.Canceled || context.Cause(c) != io.EOF {
				t.Fatal(name, c.Err(), context.Cause(c))
			}
			<-c.Done()
		}
		cancelBefore()
		cancelBehind()
		cancelPast()
	}
}

// The cause of a context that has ended stays what it was, whatever its parent does.
func TestCauseOfADeadlineStays(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		ends := map[string]struct {
			end   func(fail context.CancelCauseFunc, cancel context.CancelFunc)
			want  error
			cause error
		}{
			"passed":           {func(context.CancelCauseFunc, context.CancelFunc) {}, context.DeadlineExceeded, context.DeadlineExceeded},
			"cancelled":        {func(_ context.CancelCauseFunc, cancel context.CancelFunc) { cancel() }, context.Canceled, context.Canceled},
			"parent cancelled": {func(fail context.CancelCauseFunc, _ context.CancelFunc) { fail(io.EOF) }, context.Canceled, io.EOF},
		}
		for name, e := range ends {
			parent, fail := context.WithCancelCause(context.WithValue(ctx, "key", "value"))
			dctx, cancel := async.WithTimeout(parent, time.Second)
			child, cancelChild := context.WithCancel(context.WithValue(dctx, "other", "value"))
			inner, cancelInner := async.WithTimeout(dctx, time.Millisecond)
			e.end(fail, cancel)
			async.CoAwait(co, async.Sleep(ctx, 2*time.Second))
			for range 2 {
				for which, c := range map[string]context.Context{"it": dctx, "a child": child, "a value": context.WithValue(dctx, "a", 1)} {
					if err, cause := c.Err(), context.Cause(c); err != e.want || cause != e.cause || c.Value("key") != "value" {
						t.Errorf("%s: %s has %v, caused by %v", name, which, err, cause)
					}
				}
				if err := second(async.CoAwait(co, async.Sleep(dctx, 1))); err != e.cause {
					t.Error(name, err)
				}
				fail(io.ErrClosedPipe)
			}
			if err := context.Cause(inner); err != e.cause && err != context.DeadlineExceeded {
				t.Error(name, err)
			}
			cancelInner()
			cancelChild()
			cancel()
		}
	})
}

// What a function holds that has been called, or never will be, is free, although it could still be stopped.
func TestAfterFuncHoldsNothing(t *testing.T) {
	for _, how := range []string{"called", "cancelled", "stopped"} {
		run(t, func(ctx context.Context, co async.Coroutine) {
			cctx, cancel := context.WithCancel(ctx)
			stop, gone := holding(cctx)
			switch how {
			case "cancelled":
				cancel()
			case "stopped":
				stop()
			}
			async.CoAwait(co, async.Sleep(ctx, 5*time.Millisecond))
			for range 100 {
				if runtime.GC(); gone.Value() == nil {
					break
				}
				time.Sleep(time.Millisecond)
			}
			if gone.Value() != nil {
				t.Error(how, "keeps it")
			}
			runtime.KeepAlive(stop)
			cancel()
		})
	}
}

// holding returns stop of a function, and what that holds.
func holding(ctx context.Context) (stop func() bool, held weak.Pointer[[100]int]) {
	x := new([100]int)
	return async.AfterFunc(ctx, time.Millisecond, func() { x[0]++ }), weak.Make(x)
}

// What is due at different times runs in the order of those, also where the loop comes to it late.
func TestDueInOrder(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		var log []string
		sleeper := func(name string, d time.Duration) *async.Promise[async.Void] {
			return async.Stackful(ctx, name, func(co async.Coroutine) (async.Void, error) {
				_, err := async.CoAwait(co, async.Sleep(ctx, d))
				log = append(log, name)
				return async.Void{}, err
			})
		}
		async.AfterFunc(ctx, time.Millisecond, func() { log = append(log, "function") })
		first, second := sleeper("first", 2*time.Millisecond), sleeper("second", 4*time.Millisecond)
		async.AfterFunc(ctx, 3*time.Millisecond, func() { log = append(log, "another") })
		then := async.Then(async.Sleep(ctx, 5*time.Millisecond), func(async.Void) (int, error) { log = append(log, "then"); return 0, nil })
		time.Sleep(20 * time.Millisecond)
		async.CoAwait(co, async.All(first, second))
		async.CoAwait(co, then)
		if want := []string{"function", "first", "another", "second", "then"}; !slices.Equal(log, want) {
			t.Error(log)
		}
	})
}

// A plainContext does not say how it is printed.
type plainContext struct{ context.Context }

// Contexts are printed by name. Without that, fmt would read fields that others write meanwhile, such as that the deadline has passed.
func TestContextsHaveNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := async.WithTimeout(plainContext{t.Context()}, time.Minute)
		defer cancel()
		got := fmt.Sprint(async.WithExecutor(ctx, async.NewLoop()))
		if want := fmt.Sprintf("async_test.plainContext.WithDeadline(%v [1m0s]).WithExecutor", time.Now().Add(time.Minute)); got != want {
			t.Errorf("%s and not %s", got, want)
		}
	})
}
