package async_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"
	"testing/synctest"
	"time"

	async "github.com/goawait/goawait/runtime"
)

func TestSleepCorners(t *testing.T) {
	took := bubble(t, func(ctx context.Context, co async.Coroutine) {
		for _, d := range []time.Duration{0, -1, math.MinInt64} {
			if p := async.Sleep(ctx, d); p.State() != async.Fulfilled {
				t.Error(d, p.State())
			}
		}
		if p := async.SleepUntil(ctx, time.Now().Add(-time.Hour)); p.State() != async.Fulfilled {
			t.Error(p.State())
		}
		cctx, cancel := context.WithCancelCause(ctx)
		ever := []*async.Promise[async.Void]{async.Sleep(cctx, math.MaxInt64), async.SleepUntil(cctx, time.Now().AddDate(5000, 0, 0))}
		async.CoAwait(co, async.SleepUntil(ctx, time.Now().Add(time.Hour)))
		for _, p := range ever {
			if p.State() != async.Pending {
				t.Error(p.State())
			}
		}
		cancel(io.EOF)
		for _, p := range append(ever, async.Sleep(cctx, 1), async.Sleep(cctx, 0)) {
			if _, err := async.CoAwait(co, p); err != io.EOF {
				t.Error(err)
			}
		}
	})
	if took != time.Hour {
		t.Error(took)
	}
}

// Timers of the same time fire in the order in which they were made, others in that of their times.
func TestTimersAreInOrder(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		var order []int
		var ps []*async.Promise[int]
		for i, s := range []int{3, 1, 2, 1, 3, 2, 1} {
			ps = append(ps, async.Then(async.Sleep(ctx, time.Duration(s)*time.Second), func(async.Void) (int, error) {
				order = append(order, i)
				return 0, nil
			}))
		}
		async.CoAwait(co, async.All(ps...))
		if fmt.Sprint(order) != "[1 3 6 2 5 0 4]" {
			t.Error(order)
		}
	})
}

func TestTimeoutCorners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, ctx := hosted()
		cctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		settle := func(p *async.Promise[int]) string {
			l.Run()
			v, err, ok := p.Result()
			return fmt.Sprint(v, " ", err, " ", ok)
		}
		never := async.Race[int]()
		const late = "0 async: no result within "
		for _, c := range []struct {
			name string
			d    time.Duration
			p    *async.Promise[int]
			want string
		}{
			{"settled, no time", 0, async.Resolve(1), "1 <nil> true"},
			{"pending, no time", 0, never, late + "0s true"},
			{"pending, less than no time", -time.Second, never, late + "-1s true"},
			{"in time", time.Minute, sleepFor(ctx, time.Second, 1), "1 <nil> true"},
			{"rejected in time", time.Minute, failAfter(ctx, 2*time.Second, io.EOF), "0 EOF true"},
			{"panics in time", time.Minute, panicAfter(ctx, 3*time.Second, "boom"), "0 panic: boom true"},
		} {
			if got := settle(async.Timeout(ctx, c.d, c.p)); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
		if got := settle(async.Timeout(nil, time.Hour, sleepFor(ctx, time.Second, 1))); got != "1 <nil> true" {
			t.Error("without a context:", got)
		}
		p := async.Timeout(cctx, time.Minute, never)
		cancel(io.ErrUnexpectedEOF)
		synctest.Wait()
		if got := settle(p); got != "0 unexpected EOF true" {
			t.Error("cancelled:", got)
		}
		if got := settle(async.Timeout(cctx, time.Minute, async.Resolve(1))); got != "1 <nil> true" {
			t.Error("settled, with a cancelled context:", got)
		}
		if at, ok := l.NextTimer(); ok {
			t.Error("a timer is left:", time.Until(at))
		}
	})
}

func TestIntervalCorners(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		begin := time.Now()
		cctx, cancel := context.WithCancelCause(ctx)
		v := async.NewInterval(cctx, 10*time.Second)
		tick := func(want time.Duration) {
			t.Helper()
			if _, err := async.CoAwait(co, v.Next()); err != nil || time.Since(begin) != want {
				t.Errorf("%v: tick at %v instead of %v", err, time.Since(begin), want)
			}
		}
		tick(10 * time.Second)
		async.CoAwait(co, async.Sleep(ctx, 4*time.Second))
		tick(20 * time.Second) // no drift
		async.CoAwait(co, async.Sleep(ctx, 25*time.Second))
		tick(50 * time.Second) // ticks that have passed are left out
		async.CoAwait(co, async.Sleep(ctx, 10*time.Second))
		tick(60 * time.Second) // right on time
		a, b := v.Next(), v.Next()
		async.CoAwait(co, a)
		if time.Since(begin) != 70*time.Second || b.State() != async.Pending {
			t.Error("two at once wait for two ticks:", time.Since(begin), b.State())
		}
		cancel(io.EOF)
		for _, p := range []*async.Promise[async.Void]{b, v.Next()} {
			if _, err := async.CoAwait(co, p); err != io.EOF {
				t.Error(err)
			}
		}
		for _, d := range []time.Duration{0, -1} {
			if panicOf(func() { async.NewInterval(ctx, d) }) == "" {
				t.Error("no panic for", d)
			}
		}
	})
}

// A context of package context and one of this package, whichever ends first.
func TestDeadlinesOfBothKinds(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		for _, c := range []struct{ ours, theirs, want time.Duration }{{1, 2, 1}, {2, 1, 1}, {3, 3, 3}} {
			begin := time.Now()
			a, cancelA := context.WithTimeout(ctx, c.theirs)
			b, cancelB := async.WithTimeout(a, c.ours)
			d, cancelD := context.WithCancel(b)
			if _, err := async.CoAwait(co, async.Sleep(d, time.Hour)); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != c.want {
				t.Error(c, err, time.Since(begin))
			}
			if !errors.Is(d.Err(), context.DeadlineExceeded) {
				t.Error(c, d.Err())
			}
			cancelD()
			cancelB()
			cancelA()
		}
	})
}
