package asynctest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynctest"
)

// A bench is what calls use that are cancelled at some step: it checks that nothing of it is lost.
type bench struct {
	mutex  async.Mutex
	sem    *async.Semaphore
	queue  *async.Queue[int]
	ch     chan int
	ready  async.Event
	steps  int
	at     int // cancel in this step
	cancel context.CancelCauseFunc

	put, taken, sent, received int
	ended                      int
}

// step counts, and cancels in its time.
func (b *bench) step() {
	if b.steps++; b.steps == b.at {
		b.cancel(io.ErrUnexpectedEOF)
	}
}

// work uses everything, and awaits while it cleans up.
func (b *bench) work(ctx context.Context, i int) *async.Promise[async.Void] {
	return call(ctx, fmt.Sprint("work ", i), func(co async.Coroutine) (none async.Void, err error) {
		defer func() {
			// What a deferred block awaits is not cancelled with the rest.
			if _, err := async.CoAwait(co, async.Sleep(context.WithoutCancel(ctx), time.Second)); err == nil {
				b.ended++
			}
		}()
		await := func(p *async.Promise[async.Void]) bool {
			b.step()
			_, err = async.CoAwait(co, p)
			b.step()
			return err == nil
		}
		if !await(b.ready.Wait(ctx)) || !await(b.mutex.Lock(ctx)) {
			return none, err
		}
		defer b.mutex.Unlock()
		if !await(b.sem.Acquire(ctx, 2)) {
			return none, err
		}
		defer b.sem.Release(2)
		if !await(async.Sleep(ctx, time.Second)) || !await(async.Yield(ctx)) {
			return none, err
		}
		if i%2 == 0 {
			if !await(b.queue.Put(ctx, i)) {
				return none, err
			}
			b.put++
			if !await(async.Send(ctx, b.ch, i)) {
				return none, err
			}
			b.sent++
		}
		return none, nil
	})
}

// drain takes what others have put and sent.
func (b *bench) drain(ctx context.Context) *async.Promise[async.Void] {
	return call(ctx, "drain", func(co async.Coroutine) (none async.Void, err error) {
		defer func() { b.ended++ }()
		for range 2 {
			b.step()
			if _, err := async.CoAwait(co, b.queue.Take(ctx)); err != nil {
				return none, err
			}
			b.taken++
			b.step()
			if _, err := async.CoAwait(co, async.Recv(ctx, b.ch)); err != nil {
				return none, err
			}
			b.received++
		}
		return none, nil
	})
}

// A run of it is cancelled at every one of its steps, under several orders: the promise is rejected with the cause, deferred code has run
// with its awaits, locks are free, and no element is lost.
func TestCancelAtEachStep(t *testing.T) {
	for at, most := 0, 1; at <= most; at++ { // the run without a cancellation comes first, and tells how many steps there are
		asynctest.Explore(t, 5, func(ctx context.Context) {
			cctx, cancel := context.WithCancelCause(ctx)
			defer cancel(nil)
			b := &bench{sem: async.NewSemaphore(3), queue: async.NewQueue[int](1), ch: make(chan int), at: at, cancel: cancel}
			g, gctx := async.NewGroup(cctx)
			for i := range 4 {
				g.GoAsync(func(context.Context) *async.Promise[async.Void] { return b.work(gctx, i) })
			}
			g.GoAsync(func(context.Context) *async.Promise[async.Void] { return b.drain(gctx) })
			b.ready.Set()
			_, err := async.Await(g.Wait())
			asynctest.Wait(ctx)
			if at == 0 && most < b.steps {
				most = b.steps
				t.Logf("%d steps", most)
			}
			switch {
			case at == 0 && err != nil:
				t.Errorf("not cancelled: %v", err)
			case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
				t.Errorf("cancelled at step %d: %v", at, err)
			case err == nil && b.steps < at:
				t.Errorf("there is no step %d", at)
			}
			if b.ended != 5 {
				t.Errorf("cancelled at step %d: %d of 5 calls have run to their end", at, b.ended)
			}
			if !b.mutex.TryLock() || !b.sem.TryAcquire(3) {
				t.Errorf("cancelled at step %d: something is still locked", at)
			}
			if b.put != b.taken+b.queue.Len() || b.sent != b.received {
				t.Errorf("cancelled at step %d: put %d, taken %d, left %d; sent %d, received %d", at, b.put, b.taken, b.queue.Len(), b.sent, b.received)
			}
		})
	}
}
