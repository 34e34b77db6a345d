package async_test

import (
	"context"
	"errors"
	"io"
	"math"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// What a context is cancelled before is not done any more, though who rejects what was made with it may not have come to that yet.
func TestCancelledBefore(t *testing.T) {
	background := context.Background()
	for range 200 {
		ctx, cancel := context.WithCancelCause(background)
		var m async.Mutex
		m.TryLock()
		locks := []*async.Promise[async.Void]{m.Lock(ctx), m.Lock(background)}
		s := async.NewSemaphore(2)
		s.TryAcquire(2)
		units := []*async.Promise[async.Void]{s.Acquire(ctx, 2), s.Acquire(background, 1)}
		full, empty := async.NewQueue[int](1), async.NewQueue[int](1)
		full.TryPut(1)
		puts := []*async.Promise[async.Void]{full.Put(ctx, 2), full.Put(background, 3)}
		takes := []*async.Promise[int]{empty.Take(ctx), empty.Take(background)}
		var e async.Event
		events := []*async.Promise[async.Void]{e.Wait(ctx), e.Wait(background)}
		fulfilled, resolve, _ := async.NewPromise[int](ctx)
		rejected, _, reject := async.NewPromise[int](ctx)
		followed, follow := async.NewFollower[int](ctx)
		end := make(chan struct{})
		ran := async.Go(ctx, func(context.Context) (int, error) { <-end; return 1, nil })

		cancel(io.EOF)
		m.Unlock()
		s.Release(2)
		if v, ok := full.TryTake(); v != 1 || !ok {
			t.Fatal(v, ok)
		}
		empty.TryPut(4)
		e.Set()
		resolve(5)
		reject(errors.New("late"))
		follow(async.Resolve(6))
		close(end)
		for i, ps := range [][]*async.Promise[async.Void]{locks, units, puts, events} {
			if _, err := ps[0].Wait(background); err != io.EOF {
				t.Fatal(i, err)
			}
			if _, err := ps[1].Wait(background); err != nil {
				t.Fatal(i, err)
			}
		}
		for i, p := range []*async.Promise[int]{takes[0], fulfilled, rejected, followed, ran} {
			if v, err := p.Wait(background); v != 0 || err != io.EOF {
				t.Fatal(i, v, err)
			}
		}
		if v, err := takes[1].Wait(background); v != 4 || err != nil {
			t.Fatal(v, err)
		}
		if v, ok := full.TryTake(); v != 3 || !ok {
			t.Fatal(v, ok)
		}
		if !s.TryAcquire(1) || m.TryLock() {
			t.Fatal("something went to a call that does not wait any more")
		}
	}
}

// A panic that a context is cancelled with is an error of what was made with the context: it is no panic of that.
func TestCancelledByPanic(t *testing.T) {
	cause := &async.PanicError{Value: "boom"}
	run(t, func(ctx context.Context, co async.Coroutine) {
		cctx, cancel := context.WithCancelCause(ctx)
		make := func() []*async.Promise[async.Void] {
			var m async.Mutex
			m.TryLock()
			var e async.Event
			p, _, _ := async.NewPromise[async.Void](cctx)
			full := async.NewQueue[async.Void](0)
			return []*async.Promise[async.Void]{
				async.Sleep(cctx, time.Hour), p, m.Lock(cctx), e.Wait(cctx), full.Put(cctx, async.Void{}),
				async.NewQueue[async.Void](0).Take(cctx), async.Recv(cctx, make(chan async.Void)), async.Send(cctx, make(chan async.Void), async.Void{}),
				async.Recv[async.Void](cctx, nil), async.Timeout(cctx, time.Hour, async.Race[async.Void]()),
				async.Go(cctx, func(ctx context.Context) (async.Void, error) { <-ctx.Done(); return async.Void{}, nil }),
			}
		}
		ps := make()
		cancel(cause)
		ps = append(ps, make()...)
		ps = append(ps, async.Yield(cctx))
		for i, p := range ps {
			if _, err := async.CoAwait(co, p); err != error(cause) {
				t.Error(i, err)
			}
		}
		mapped := async.Map(cctx, []int{1}, 1, func(context.Context, int) (int, error) { return 1, nil })
		if _, err := async.CoAwait(co, mapped); err != error(cause) {
			t.Error(err)
		}
	})
}

// Members of a group see that another one has panicked as an error.
func TestSiblingPanics(t *testing.T) {
	g, _ := async.NewGroup(context.Background())
	var err error
	g.Go(func(ctx context.Context) error {
		_, err = async.Await(async.Sleep(ctx, time.Hour))
		return err
	})
	g.Go(func(context.Context) error { panic("boom") })
	func() {
		defer func() {
			if v := recover(); v != "boom" {
				t.Error(v)
			}
		}()
		async.Await(g.Wait())
	}()
	if pe := new(async.PanicError); !errors.As(err, &pe) || pe.Value != "boom" {
		t.Error(err)
	}
}

// A queue reads the value of a Put only while that waits.
func TestPutCancelled(t *testing.T) {
	for range 2000 {
		q := async.NewQueue[string](0)
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		if _, err := q.Put(ctx, "v").Wait(context.Background()); err != context.Canceled {
			t.Fatal(err)
		}
	}
}

// A long time in the past is no time that cannot be counted.
func TestTimeLongPast(t *testing.T) {
	p, _, _ := async.NewPromise[int](nil)
	if _, err := async.Timeout(context.Background(), time.Until(time.Time{}), p).Wait(context.Background()); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	called := make(chan struct{})
	async.AfterFunc(context.Background(), math.MinInt64, func() { close(called) })
	<-called
}

// Units that cannot be counted are not free.
func TestAcquireFarTooMany(t *testing.T) {
	s := async.NewSemaphore(2)
	if !s.TryAcquire(1) || s.TryAcquire(math.MaxInt) || !s.TryAcquire(1) {
		t.Error("TryAcquire")
	}
}

// A promise that lives long keeps nothing of those that followed it, or waited for it, until their contexts ended.
func TestCancelledFollowerIsFreed(t *testing.T) {
	long, resolve, _ := async.NewPromise[int](nil)
	var freed atomic.Int32
	const n = 200
	for range n {
		ctx, cancel := context.WithCancel(context.Background())
		p, follow := async.NewFollower[int](ctx)
		follow(long)
		runtime.AddCleanup(p, func(int) { freed.Add(1) }, 0)
		cancel()
		if _, err := p.Wait(nil); err != context.Canceled {
			t.Fatal(err)
		}
	}
	for range 20 {
		if runtime.GC(); freed.Load() > n/2 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if freed.Load() <= n/2 {
		t.Errorf("%d of %d are freed", freed.Load(), n)
	}
	resolve(1)
}

// A channel of Done that is found behind others that wait is moved to the front: nobody is lost.
func TestDoneAmongWaiters(t *testing.T) {
	p, resolve, _ := async.NewPromise[int](nil)
	done := p.Done()
	var sum atomic.Int32
	var all []*async.Promise[async.Void]
	for i := range 3 {
		all = append(all, async.Then(p, func(v int) (async.Void, error) { sum.Add(int32(v)); return async.Void{}, nil }))
		if i != 1 && (p.Done() != done || p.Done() != done) {
			t.Error("another channel")
		}
	}
	resolve(5)
	<-done
	if _, err := async.All(all...).Wait(nil); err != nil || sum.Load() != 15 {
		t.Error(sum.Load(), err)
	}
}
