package async_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	async "github.com/goawait/goawait/runtime"
)

// run runs fn, which may await with the function that it gets, on a loop.
func run(t *testing.T, fn func(ctx context.Context, co async.Coroutine)) {
	t.Helper()
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[async.Void] {
		return async.Stackful(ctx, t.Name(), func(co async.Coroutine) (async.Void, error) {
			fn(ctx, co)
			return async.Void{}, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMutexIsFair(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		var m async.Mutex
		if !m.TryLock() || m.TryLock() {
			t.Fatal("TryLock")
		}
		var order []int
		var ps []*async.Promise[async.Void]
		for i := range 3 {
			ps = append(ps, async.Then(m.Lock(ctx), func(async.Void) (async.Void, error) {
				order = append(order, i)
				m.Unlock()
				return async.Void{}, nil
			}))
		}
		cctx, cancel := context.WithCancelCause(ctx)
		gone := m.Lock(cctx)
		cancel(io.EOF)
		if _, err := async.CoAwait(co, gone); err != io.EOF {
			t.Error(err)
		}
		m.Unlock()
		async.CoAwait(co, async.All(ps...))
		if fmt.Sprint(order) != "[0 1 2]" || !m.TryLock() {
			t.Error(order)
		}
		m.Unlock()
		defer func() {
			if recover() == nil {
				t.Error("Unlock of an unlocked Mutex did not panic")
			}
		}()
		m.Unlock()
	})
}

func TestSemaphore(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		s := async.NewSemaphore(3)
		if _, err := async.CoAwait(co, s.Acquire(ctx, 4)); err == nil {
			t.Error("got more than there is")
		}
		async.CoAwait(co, s.Acquire(ctx, 2))
		cctx, cancel := context.WithCancel(ctx)
		big, small := s.Acquire(cctx, 3), s.Acquire(ctx, 1)
		if small.State() != async.Pending || s.TryAcquire(1) {
			t.Error("overtook one that waits longer")
		}
		cancel()
		if _, err := async.CoAwait(co, big); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if _, err := async.CoAwait(co, small); err != nil {
			t.Error(err)
		}
		s.Release(3)
	})
}

func TestQueue(t *testing.T) {
	for _, capacity := range []int{0, 1, 2, -1} {
		run(t, func(ctx context.Context, co async.Coroutine) {
			q := async.NewQueue[int](capacity)
			g, ctx := async.NewGroup(ctx)
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
				return async.Stackful(ctx, "put", func(co async.Coroutine) (async.Void, error) {
					for i := range 10 {
						async.CoAwait(co, q.Put(ctx, i))
					}
					q.Close()
					return async.Void{}, nil
				})
			})
			var got []int
			for {
				v, err := async.CoAwait(co, q.Take(ctx))
				if err == async.ErrClosed {
					break
				}
				got = append(got, v)
			}
			// A Put that waits when the queue is closed is rejected, but each of these was awaited.
			if fmt.Sprint(got) != "[0 1 2 3 4 5 6 7 8 9]" {
				t.Error(capacity, got)
			}
			if _, err := async.CoAwait(co, q.Put(ctx, 1)); err != async.ErrClosed {
				t.Error(err)
			}
			if _, err := async.CoAwait(co, g.Wait()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEvent(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		var e async.Event
		w := e.Wait(ctx)
		async.CoAwait(co, async.Yield(ctx))
		if w.State() != async.Pending {
			t.Error("not set, but settled")
		}
		e.Set()
		async.CoAwait(co, async.All(w, e.Wait(ctx)))
		e.Reset()
		if e.Wait(ctx).State() != async.Pending {
			t.Error("reset, but settled")
		}
	})
}

func TestGroupFails(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		g, gctx := async.NewGroup(ctx)
		var ended atomic.Int32
		for range 3 {
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
				return async.Finally(async.Sleep(ctx, time.Hour), func() { ended.Add(1) })
			})
		}
		g.Go(func(context.Context) error { return io.ErrUnexpectedEOF })
		_, err := async.CoAwait(co, g.Wait())
		if err != io.ErrUnexpectedEOF || ended.Load() != 3 || context.Cause(gctx) != io.ErrUnexpectedEOF {
			t.Error(err, ended.Load(), context.Cause(gctx))
		}
	})
}

func TestSupervisor(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		g, gctx := async.NewSupervisor(ctx)
		g.Go(func(context.Context) error { return io.EOF })
		g.Go(func(context.Context) error { time.Sleep(time.Millisecond); return gctx.Err() })
		g.Go(func(context.Context) error { return io.ErrNoProgress })
		_, err := async.CoAwait(co, g.Wait())
		if !errors.Is(err, io.EOF) || !errors.Is(err, io.ErrNoProgress) || errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestMapKeepsOrderAndLimit(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		var live, most int
		items := []int{5, 4, 3, 2, 1, 0}
		out, err := async.CoAwait(co, async.MapAsync(ctx, items, 2, func(ctx context.Context, i int) *async.Promise[int] {
			live++
			most = max(most, live)
			return async.Then(async.Sleep(ctx, time.Duration(i)*time.Millisecond), func(async.Void) (int, error) {
				live--
				return i * i, nil
			})
		}))
		if fmt.Sprint(out) != "[25 16 9 4 1 0]" || err != nil || most != 2 {
			t.Error(out, err, most)
		}
		_, err = async.CoAwait(co, async.Map(ctx, items, 0, func(ctx context.Context, i int) (int, error) {
			if i == 3 {
				return 0, io.EOF
			}
			<-ctx.Done()
			return 0, ctx.Err()
		}))
		if err != io.EOF {
			t.Error(err)
		}
	})
}

func TestTimeout(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		p, resolve, _ := async.NewPromise[int](ctx)
		_, err := async.CoAwait(co, async.Timeout(ctx, time.Millisecond, p))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		in := async.Timeout(ctx, time.Hour, p)
		resolve(7)
		if v, err := async.CoAwait(co, in); v != 7 || err != nil {
			t.Error(v, err)
		}
	})
}

func TestAsCompleted(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		var got []int
		for p := range async.AsCompleted(sleepFor(ctx, 20*time.Millisecond, 3), async.Resolve(1), sleepFor(ctx, time.Millisecond, 2)) {
			v, _ := async.CoAwait(co, p)
			got = append(got, v)
		}
		if fmt.Sprint(got) != "[1 2 3]" {
			t.Error(got)
		}
	})
}

func TestFollower(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		p, follow := async.NewFollower[int](ctx)
		follow(sleepFor(ctx, time.Millisecond, 4))
		follow(async.Resolve(9))
		if v, err := async.CoAwait(co, p); v != 4 || err != nil {
			t.Error(v, err)
		}
		p, follow = async.NewFollower[int](ctx)
		follow(p)
		if _, err := async.CoAwait(co, p); err != async.ErrCycle {
			t.Error(err)
		}
	})
}

func TestInterval(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		begin := time.Now()
		v := async.NewInterval(ctx, 2*time.Millisecond)
		for range 5 {
			async.CoAwait(co, v.Next())
		}
		if d := time.Since(begin); d < 10*time.Millisecond {
			t.Error(d)
		}
	})
}

func TestCancelRejectsEveryLeaf(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		cctx, cancel := context.WithCancelCause(ctx)
		var m async.Mutex
		m.TryLock()
		var e async.Event
		p, resolve, _ := async.NewPromise[async.Void](cctx)
		ps := []*async.Promise[async.Void]{
			async.Sleep(cctx, time.Hour), p, m.Lock(cctx), e.Wait(cctx), async.NewQueue[async.Void](0).Take(cctx),
			async.Recv(cctx, make(chan async.Void)), async.Send(cctx, make(chan async.Void), async.Void{}),
			async.Recv[async.Void](cctx, nil), async.Timeout(cctx, time.Hour, async.Race[async.Void]()),
			async.Go(cctx, func(context.Context) (async.Void, error) { time.Sleep(5 * time.Millisecond); return async.Void{}, nil }),
		}
		cancel(io.EOF)
		for i, p := range ps {
			if _, err := async.CoAwait(co, p); err != io.EOF {
				t.Error(i, err)
			}
		}
		resolve(async.Void{})
		if _, err, _ := async.Sleep(cctx, 1).Result(); err != io.EOF {
			t.Error(err)
		}
	})
}

func TestUnhandledIsReportedOnce(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	async.OnUnhandled(func(u async.Unhandled) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprint(u.Function, ": ", u.Err))
	})
	defer async.OnUnhandled(nil)
	var kept *async.Promise[int]
	run(t, func(ctx context.Context, co async.Coroutine) {
		async.Reject[int](errors.New("dropped"))
		async.Then(async.Yield(ctx), func(async.Void) (int, error) { panic("dropped too") })
		late := async.Reject[int](errors.New("looked at late"))
		kept = async.Reject[int](errors.New("kept"))
		async.CoAwait(co, async.Sleep(ctx, 2*time.Millisecond))
		async.CoAwait(co, late)
	})
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(seen)
	if len(seen) != 2 || seen[0] != ": dropped" || seen[1] != "Then: panic: dropped too" {
		t.Errorf("%q", seen)
	}
	kept.Result()
}

func TestPanicHasItsStackAndAwaits(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		bad := async.Then(async.Sleep(ctx, time.Millisecond), func(async.Void) (int, error) { return originOfPanic(), nil })
		_, err := async.CoAwait(co, async.Catch(addAsync(ctx, addAsync(ctx, bad, bad), bad), func(err error) (int, error) {
			return 0, errors.New(string(err.(*async.PanicError).Stack))
		}))
		s := err.Error()
		if !strings.Contains(s, "originOfPanic") || strings.Count(s, "\nawaited in adder (core_test.go:1)") != 2 {
			t.Error(s)
		}
	})
}

//go:noinline
func originOfPanic() int { panic("here") }

func TestDump(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		p, resolve, _ := async.NewPromise[int](ctx)
		calls := async.All(addAsync(ctx, p, p), addAsync(ctx, addAsync(ctx, sleepFor(ctx, time.Millisecond, 1), p), p))
		var text, js bytes.Buffer
		async.Dump(&text)
		async.DumpJSON(&js)
		var list []async.Call
		if err := json.Unmarshal(js.Bytes(), &list); err != nil || len(list) < 5 {
			t.Error(err, js.String())
		}
		for _, want := range []string{"waits for NewPromise\n\tawaited by All", "waits for Sleep\n\tawaited by adder (core_test.go:1)\n\tawaited by adder"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("no %q in\n%s", want, &text)
			}
		}
		resolve(1)
		async.CoAwait(co, calls)
	})
}

func TestLoopPolledByHost(t *testing.T) {
	l := async.NewLoop()
	wakes := 0
	l.OnWake(func() { wakes++ })
	ctx := async.WithExecutor(context.Background(), l)
	p := sleepFor(ctx, 2*time.Millisecond, 3)
	for p.State() == async.Pending {
		if l.Poll() {
			continue
		}
		if at, ok := l.NextTimer(); ok {
			time.Sleep(time.Until(at))
		}
	}
	if v, err, _ := p.Result(); v != 3 || err != nil {
		t.Error(v, err)
	}
	before := wakes
	ran := false
	l.Post(func() { ran = true })
	if wakes != before+1 {
		t.Error(wakes, before)
	}
	if l.Poll() || !ran {
		t.Error("not run")
	}
}

func TestLoopRunEnds(t *testing.T) {
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	p, resolve, _ := async.NewPromise[int](nil)
	q := addAsync(ctx, p, sleepFor(ctx, time.Millisecond, 1))
	time.AfterFunc(3*time.Millisecond, func() { resolve(1) })
	if err := l.Run(); err != nil || q.State() != async.Fulfilled {
		t.Error(err, q.State())
	}
	r, resolve2, _ := async.NewPromise[int](ctx)
	q = addAsync(nil, r, r)
	time.AfterFunc(3*time.Millisecond, func() { resolve2(1) })
	if err := l.Run(); err != nil || q.State() != async.Fulfilled {
		t.Error(err, q.State())
	}
}

func TestBlockingOnPool(t *testing.T) {
	pool := async.NewPool(1)
	ctx := async.WithExecutor(context.Background(), pool)
	var ps []*async.Promise[int]
	last, resolve, _ := async.NewPromise[int](ctx)
	for range 4 {
		ps = append(ps, async.Then(async.Yield(ctx), func(async.Void) (int, error) { return async.Await(last) }))
	}
	async.Then(async.Yield(ctx), func(async.Void) (int, error) { resolve(1); return 0, nil })
	if _, err := async.Await(async.All(ps...)); err != nil {
		t.Error(err)
	}
}

// Values keep their order however they move in the room of the queue, and what was taken out is not held there.
func TestQueueMovesItsValues(t *testing.T) {
	q := async.NewQueue[*[100]int](-1)
	r := rand.New(rand.NewPCG(1, 1))
	put, taken := 0, 0
	for range 2000 {
		for range r.IntN(20) {
			q.TryPut(&[100]int{put})
			put++
		}
		for range r.IntN(20) {
			v, ok := q.TryTake()
			if !ok {
				break
			}
			if v[0] != taken {
				t.Fatalf("%d came instead of %d", v[0], taken)
			}
			taken++
		}
	}
	v := new([100]int)
	gone := weak.Make(v)
	q.TryPut(v)
	q.TryPut(new([100]int))
	for q.Len() > 1 {
		q.TryTake()
	}
	v = nil
	if runtime.GC(); gone.Value() != nil {
		t.Error("a value is held that was taken out")
	}
}
