package async_test

// This file runs the package in bubbles of testing/synctest, where the clock begins in 2000 and goes on when every goroutine
// is blocked for good: so a loop that waits has to be blocked in that sense, and may not look around now and then.

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// bubble runs fn on a loop in a bubble, and tells how long it took there.
func bubble(t *testing.T, fn func(ctx context.Context, co async.Coroutine)) (took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		run(t, fn)
		took = time.Since(begin)
	})
	return took
}

func TestBubbleSleeps(t *testing.T) {
	const long = 10 * 365 * 24 * time.Hour
	took := bubble(t, func(ctx context.Context, co async.Coroutine) {
		ps := []*async.Promise[int]{sleepFor(ctx, long, 1), sleepFor(ctx, time.Hour, 2), sleepFor(ctx, time.Nanosecond, 3)}
		first, err := async.CoAwait(co, async.Race(ps...))
		if first != 3 || err != nil {
			t.Error(first, err)
		}
		if _, err := async.CoAwait(co, async.All(ps...)); err != nil {
			t.Error(err)
		}
	})
	if took != long {
		t.Errorf("took %v", took)
	}
}

func TestBubbleTimeouts(t *testing.T) {
	took := bubble(t, func(ctx context.Context, co async.Coroutine) {
		_, err := async.CoAwait(co, async.Timeout(ctx, time.Second, sleepFor(ctx, time.Hour, 1)))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if v, err := async.CoAwait(co, async.Timeout(ctx, time.Hour, sleepFor(ctx, time.Second, 1))); v != 1 || err != nil {
			t.Error(v, err)
		}
		dctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if _, err := async.CoAwait(co, async.Sleep(dctx, time.Hour)); err != context.DeadlineExceeded {
			t.Error(err)
		}
	})
	if took != 3*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestBubbleTicks(t *testing.T) {
	took := bubble(t, func(ctx context.Context, co async.Coroutine) {
		v := async.NewInterval(ctx, time.Minute)
		for range 5 {
			async.CoAwait(co, v.Next())
		}
	})
	if took != 5*time.Minute {
		t.Errorf("took %v", took)
	}
}

// The clock goes on while a loop waits for somebody outside.
func TestBubbleWaitsForOthers(t *testing.T) {
	took := bubble(t, func(ctx context.Context, co async.Coroutine) {
		p, resolve, _ := async.NewPromise[int](ctx)
		go func() {
			time.Sleep(time.Hour)
			resolve(1)
		}()
		ch := make(chan int)
		time.AfterFunc(2*time.Hour, func() { ch <- 2 })
		async.CoAwait(co, async.Go(ctx, func(context.Context) (int, error) { time.Sleep(time.Minute); return 0, nil }))
		sum, err := async.CoAwait(co, addAsync(ctx, p, async.Recv(ctx, ch)))
		if sum != 3 || err != nil {
			t.Error(sum, err)
		}
	})
	if took != 2*time.Hour {
		t.Errorf("took %v", took)
	}
}

func TestBubbleFindsDeadlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
			p, _, _ := async.NewPromise[int](ctx)
			return addAsync(ctx, p, p)
		})
		if !errors.Is(err, async.ErrDeadlock) {
			t.Error(err)
		}
	})
}

// Every bubble has a clock of its own, also for what belongs to no loop.
func TestBubblesWithoutLoop(t *testing.T) {
	pool := func(t *testing.T, ctx context.Context) {
		begin := time.Now()
		cctx, cancel := context.WithCancelCause(ctx)
		late := async.Sleep(cctx, 24*time.Hour)
		p := sleepFor(ctx, time.Hour, 1)
		if v, err := p.Wait(ctx); v != 1 || err != nil || time.Since(begin) != time.Hour {
			t.Error(v, err, time.Since(begin))
		}
		cancel(io.EOF)
		if _, err := late.Wait(ctx); err != io.EOF {
			t.Error(err)
		}
	}
	for range 2 {
		synctest.Test(t, func(t *testing.T) { pool(t, context.Background()) })
		synctest.Test(t, func(t *testing.T) {
			pool(t, async.WithExecutor(context.Background(), async.NewPool(2)))
		})
	}
	if v, err := sleepFor(context.Background(), time.Microsecond, 1).Wait(nil); v != 1 || err != nil {
		t.Error("outside:", v, err)
	}
}

func TestBubbleLoopDrivenByHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		l := async.NewLoop()
		p := sleepFor(async.WithExecutor(context.Background(), l), time.Hour, 1)
		if err := l.Run(); err != nil || p.State() != async.Fulfilled || time.Since(begin) != time.Hour {
			t.Error(err, p.State(), time.Since(begin))
		}
		p = sleepFor(async.WithExecutor(context.Background(), l), time.Hour, 1)
		for l.Poll() {
		}
		at, ok := l.NextTimer()
		if !ok || !at.Equal(begin.Add(2*time.Hour)) {
			t.Error(at, ok)
		}
		time.Sleep(time.Until(at))
		for l.Poll() {
		}
		if p.State() != async.Fulfilled {
			t.Error(p.State())
		}
	})
}

// A rejection that nobody looks at in a bubble does not keep those of others from being reported.
func TestBubbleLeavesReportsAlone(t *testing.T) {
	reported := make(chan error, 1)
	async.OnUnhandled(func(u async.Unhandled) {
		if u.Err == io.ErrShortWrite {
			reported <- u.Err
		}
	})
	defer async.OnUnhandled(nil)
	synctest.Test(t, func(t *testing.T) { async.Reject[int](io.ErrNoProgress) })
	async.Reject[int](io.ErrShortWrite)
	select {
	case <-reported:
	case <-time.After(time.Minute):
		t.Error("no report")
	}
}

// Run of a loop goes on as long as something on it waits for what belongs elsewhere.
func TestBubbleLoopWaitsForOthers(t *testing.T) {
	bg := context.Background()
	void := func(p *async.Promise[int]) *async.Promise[async.Void] {
		return async.Then(p, func(int) (async.Void, error) { return async.Void{}, nil })
	}
	for name, start := range map[string]func(ctx context.Context, done func(int) (int, error)){
		"a channel": func(ctx context.Context, done func(int) (int, error)) {
			ch := make(chan int)
			time.AfterFunc(time.Second, func() { ch <- 1 })
			async.Then(async.Race(async.Recv(bg, ch)), done)
		},
		"a sleep": func(ctx context.Context, done func(int) (int, error)) {
			async.Then(async.All(async.Sleep(bg, time.Second)), func([]async.Void) (int, error) { return done(1) })
		},
		"a pool": func(ctx context.Context, done func(int) (int, error)) {
			p := sleepFor(async.WithExecutor(bg, async.NewPool(1)), time.Second, 1)
			g, _ := async.NewGroup(ctx)
			g.GoAsync(func(context.Context) *async.Promise[async.Void] { return void(p) })
			async.Then(g.Wait(), func(async.Void) (int, error) { return done(1) })
		},
		"another loop": func(ctx context.Context, done func(int) (int, error)) {
			other := async.NewLoop()
			p := sleepFor(async.WithExecutor(bg, other), time.Second, 1)
			go other.Run()
			m := async.MapAsync(ctx, []int{1}, 0, func(context.Context, int) *async.Promise[int] { return p })
			async.Then(m, func([]int) (int, error) { return done(1) })
		},
		"a function that is called later": func(ctx context.Context, done func(int) (int, error)) {
			stop := async.AfterFunc(nil, time.Hour, func() {})
			async.AfterFunc(nil, time.Second, func() { done(1); stop() })
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, ran, begin := async.NewLoop(), 0, time.Now()
				l.Post(func() {
					start(async.WithExecutor(bg, l), func(int) (int, error) { ran++; return 0, nil })
				})
				l.Run()
				if took := time.Since(begin); ran != 1 || took != time.Second || l.Stats().Outside != 0 {
					t.Errorf("ran %d after %v, and waits for %d", ran, took, l.Stats().Outside)
				}
				synctest.Wait()
			})
		})
	}
}
