package async_test

// This file drives loops by hand, as hosts with a loop of their own do, also wrongly.

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// panicOf runs f and writes what it panics with.
func panicOf(f func()) (s string) {
	defer func() {
		if v := recover(); v != nil {
			s = fmt.Sprint(v)
		}
	}()
	f()
	return ""
}

func hosted() (*async.Loop, context.Context) {
	l := async.NewLoop()
	return l, async.WithExecutor(context.Background(), l)
}

func TestPollOfNothing(t *testing.T) {
	l, _ := hosted()
	if l.Poll() || l.Poll() {
		t.Error("nothing is ready")
	}
	if _, ok := l.NextTimer(); ok {
		t.Error("there is no timer")
	}
	if err := l.Run(); err != nil {
		t.Error(err)
	}
}

// A turn is bounded: a host comes back to its own work although there is always more.
func TestPollIsBounded(t *testing.T) {
	l, ctx := hosted()
	ran := 0
	var again func()
	again = func() { ran++; l.Post(again) }
	again()
	for range 100 {
		if before := ran; !l.Poll() || ran == before || ran > before+1000 {
			t.Fatal(ran, before)
		}
	}
	p := counterAsync(ctx, 1_000_000)
	turns := 0
	for ; p.State() == async.Pending && turns < 1_000_000; turns++ {
		l.Poll()
	}
	if p.State() != async.Fulfilled || turns < 20 {
		t.Error(p.State(), turns)
	}
}

// counterAsync awaits n promises that are settled.
func counterAsync(ctx context.Context, n int) *async.Promise[int] {
	ready := async.Resolve(async.Void{})
	f := &counter{n: n, next: func() *async.Promise[async.Void] { return ready }}
	return f.Start(f, ctx)
}

func TestWakes(t *testing.T) {
	l, ctx := hosted()
	wakes := 0
	l.OnWake(func() { wakes++ })
	for range 10 {
		l.Post(func() {})
	}
	if wakes != 1 {
		t.Errorf("%d wakes for what came before one Poll", wakes)
	}
	l.Poll()
	async.Sleep(ctx, time.Hour)
	async.Sleep(ctx, 2*time.Hour)
	if wakes != 2 {
		t.Errorf("%d wakes; the first timer is one", wakes)
	}
	l.Poll()
	async.Sleep(ctx, 3*time.Hour)
	if wakes != 2 {
		t.Errorf("%d wakes; a later timer is none", wakes)
	}
	async.Sleep(ctx, time.Minute)
	if at, ok := l.NextTimer(); wakes != 3 || !ok || time.Until(at) > time.Minute {
		t.Errorf("%d wakes; an earlier timer is one", wakes)
	}
	l.Poll()
	l.Post(func() { l.Post(func() {}) })
	if l.Poll(); wakes != 4 {
		t.Errorf("%d wakes; what a turn makes ready is none", wakes)
	}
	l.OnWake(nil)
	l.Post(func() {})
	if wakes != 4 {
		t.Error("woken without a function")
	}
	// While Run drives the loop, there is no host to wake.
	async.AfterFunc(ctx, 10*time.Millisecond, func() { l.Post(func() {}) })
	time.AfterFunc(5*time.Millisecond, func() { l.Post(func() {}) })
	short, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	l.OnWake(func() { wakes++ })
	if err := l.Run(nil, short); err != context.DeadlineExceeded || wakes != 4 {
		t.Errorf("%v, %d wakes", err, wakes)
	}
	// What is posted while the host is being woken is not lost.
	ran := 0
	l.Poll()
	l.OnWake(func() {
		if wakes++; wakes < 10 {
			l.Post(func() { ran++ })
		}
	})
	l.Post(func() { ran++ })
	for l.Poll() {
	}
	if ran != 2 {
		t.Error(ran)
	}
}

func TestLoopIsDrivenByOne(t *testing.T) {
	const already = "async: the loop runs already"
	l, _ := hosted()
	var got []string
	l.Post(func() { got = append(got, panicOf(func() { l.Poll() }), panicOf(func() { l.Run() })) })
	l.Poll()
	entered, leave, left := make(chan bool), make(chan bool), make(chan bool)
	l.Post(func() { entered <- true; <-leave })
	go func() { l.Poll(); close(left) }()
	<-entered
	got = append(got, panicOf(func() { l.Poll() }), panicOf(func() { l.Run() }))
	close(leave)
	<-left
	if fmt.Sprint(got) != fmt.Sprint([]string{already, already, already, already}) {
		t.Errorf("%q", got)
	}
	ran := false
	l.Post(func() { ran = true })
	if l.Poll(); !ran {
		t.Error("the loop is of no use any more")
	}
}

// A loop may move from one goroutine to another between turns, and from a host to Run.
func TestLoopMoves(t *testing.T) {
	l, ctx := hosted()
	n := 0
	for range 10 {
		p := async.Then(async.Yield(ctx), func(async.Void) (int, error) { n++; return n, nil })
		polled := make(chan bool)
		go func() {
			for l.Poll() {
			}
			close(polled)
		}()
		<-polled
		async.Then(p, func(int) (int, error) { n++; return n, nil })
		if err := l.Run(); err != nil {
			t.Error(err)
		}
	}
	if n != 20 {
		t.Error(n)
	}
}

// An exit in a callback ends the goroutine of the host, as it would anywhere, but leaves the loop in order.
func TestExitInPoll(t *testing.T) {
	l, ctx := hosted()
	bad := async.Then(async.Yield(ctx), func(async.Void) (int, error) { runtime.Goexit(); return 0, nil })
	good := async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
	for range 5 {
		gone := make(chan bool)
		go func() {
			defer close(gone)
			for l.Poll() {
			}
		}()
		<-gone
	}
	if _, err, ok := bad.Result(); !ok || err != async.ErrGoexit {
		t.Error(err, ok)
	}
	if v, err, ok := good.Result(); v != 1 || err != nil || !ok {
		t.Error(v, err, ok)
	}
}

func TestRunWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, ctx := hosted()
		p := async.Sleep(ctx, time.Hour)
		for _, d := range []time.Duration{0, time.Minute} {
			cctx, cancel := context.WithTimeoutCause(context.Background(), d, errStop)
			if err := l.Run(cctx); err != errStop || p.State() != async.Pending {
				t.Error(err, p.State())
			}
			cancel()
		}
		// A loop that always has something to run ends as well.
		var again func()
		again = func() { l.Post(again) }
		again()
		cctx, cancel := context.WithCancelCause(context.Background())
		l.Post(func() { cancel(errStop) })
		if err := l.Run(cctx); err != errStop {
			t.Error(err)
		}
	})
}

var errStop = fmt.Errorf("stop")

func TestNestedRun(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		// On the goroutine of a loop it would stop that loop.
		if got := panicOf(func() {
			async.Run(ctx, func(ctx context.Context) *async.Promise[int] { return async.Resolve(1) })
		}); !strings.Contains(got, "Run") || !strings.Contains(got, "would block the loop") {
			t.Error(got)
		}
		// On one of its own it is a loop beside it.
		var nest func(ctx context.Context, depth int) *async.Promise[int]
		nest = func(ctx context.Context, depth int) *async.Promise[int] {
			return async.Go(ctx, func(ctx context.Context) (int, error) {
				return async.Run(ctx, func(inner context.Context) *async.Promise[int] {
					if depth == 0 {
						return sleepFor(inner, time.Microsecond, 1)
					}
					return addAsync(inner, nest(inner, depth-1), nest(ctx, depth-1))
				})
			})
		}
		if v, err := async.CoAwait(co, nest(ctx, 4)); v != 16 || err != nil {
			t.Error(v, err)
		}
		// On a pool, it takes one of its goroutines.
		pctx := async.WithExecutor(ctx, async.NewPool(1))
		p := async.Then(async.Yield(pctx), func(async.Void) (int, error) {
			return async.Run(ctx, func(ctx context.Context) *async.Promise[int] {
				return async.Then(async.Yield(pctx), func(async.Void) (int, error) { return 7, nil })
			})
		})
		if v, err := async.CoAwait(co, p); v != 7 || err != nil {
			t.Error(v, err)
		}
	})
}

// Many loops at once, whose calls wait for promises of the others.
func TestLoopsSideBySide(t *testing.T) {
	const loops, rounds = 8, 50
	queues := make([]*async.Queue[int], loops)
	for i := range queues {
		queues[i] = async.NewQueue[int](0)
	}
	done := make(chan int, loops)
	for i := range loops {
		go func() {
			v, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
				return async.Stackful(ctx, "player", func(co async.Coroutine) (int, error) {
					if i == 0 {
						async.CoAwait(co, queues[1].Put(ctx, 1))
					}
					for range rounds {
						v, err := async.CoAwait(co, queues[i].Take(ctx))
						if err != nil {
							return 0, err
						}
						if v == loops*rounds {
							break
						}
						async.CoAwait(co, queues[(i+1)%loops].Put(ctx, v+1))
					}
					return i, nil
				})
			})
			if err != nil {
				t.Error(err)
			}
			done <- v
		}()
	}
	sum := 0
	for range loops {
		sum += <-done
	}
	if sum != loops*(loops-1)/2 {
		t.Error(sum)
	}
}
