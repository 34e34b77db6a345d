package async

// This file holds what waits for time.

import (
	"context"
	"fmt"
	"time"
	"unsafe"
)

// A sleep is a leaf that a timer settles. There may be many of them: see TestSizes.
type sleep struct {
	leafNode
	core  Core
	timer timer
}

// asPromise is the promise of s. A Promise[Void] would end with some bytes that nobody uses, where the timer is.
func (s *sleep) asPromise() *Promise[Void] { return (*Promise[Void])(unsafe.Pointer(&s.core)) }

// sleepOfTimer gives the sleep that a timer belongs to.
func sleepOfTimer(t *timer) *sleep {
	return (*sleep)(unsafe.Add(unsafe.Pointer(t), -int(unsafe.Offsetof(sleep{}.timer))))
}

// Sleep returns a promise that is fulfilled after d, or at once if d is not positive. A cancelled ctx rejects it. ctx may be
// nil. Sleep may be called from any goroutine. It costs one allocation and a place among the timers of ctx's executor: no
// goroutine, and no timer of the run-time system. An async function that awaits it at once has no promise of it on its loop,
// and so no allocation; but it has where its context has hardly ever been slept with, in comparison with all that sleeps there.
// A loop goes on running while a Sleep of it is pending.
func Sleep(ctx context.Context, d time.Duration) *Promise[Void] {
	s := newSleep(ctx)
	if !s.open(ctx) {
		return s.asPromise()
	}
	if d <= 0 {
		s.settle(nil, nil)
		return s.asPromise()
	}
	s.begin(d)
	return s.asPromise()
}

// newSleep makes a sleep that is still to be opened.
func newSleep(ctx context.Context) *sleep {
	s, h := new(sleep), ownHome(ctx)
	s.core.exec = &h.leaves
	s.kind, s.timer.sleeps = leafSleep, true
	s.timer.alone = h.needsTimers()
	return s
}

// open lists s with ctx, if that can be cancelled. From then on it may be cancelled at any time. It returns false if ctx is done already:
// then s is rejected.
func (s *sleep) open(ctx context.Context) bool {
	done := doneOf(ctx)
	return done == nil || s.list(s.core.exec.home, ctx, done)
}

// begin makes a timer settle s after d.
func (s *sleep) begin(d time.Duration) { s.beginAt(timeIn(d)) }

// beginAt makes a timer settle s at when.
func (s *sleep) beginAt(when time.Duration) {
	if s.timer.alone {
		newTimers().add(&s.timer, when)
		return
	}
	s.core.exec.home.timersOf().add(&s.timer, when)
	if s.claimed.Load() { // cancelled meanwhile
		s.forget()
	}
}

func (s *sleep) cancel(cause error) {
	if s.settle(nil, cause) {
		s.forget()
	}
}

// forget takes the timer of s out, unless it is the only one of its timers.
func (s *sleep) forget() {
	if !s.timer.alone {
		s.core.exec.home.timersOf().remove(&s.timer)
	}
}

// SleepUntil is [Sleep] until t. It may be called from any goroutine. If the clock is set meanwhile, what counts is how long
// it was at the call.
func SleepUntil(ctx context.Context, t time.Time) *Promise[Void] { return Sleep(ctx, time.Until(t)) }

// stop frees what s holds, which stays pending for ever. It returns false if s has settled before.
func (s *sleep) stop() bool {
	if !s.claim() {
		return false
	}
	s.leave().end()
	s.core.reject(nil) // see scopeOf
	s.forget()
	return true
}

// timeIn is the time after d.
func timeIn(d time.Duration) time.Duration {
	at := now() + d
	if at < 0 && d > 0 { // beyond what can be counted
		at = 1<<63 - 1
	}
	return at
}

// A timeoutError is what Timeout rejects with.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string        { return fmt.Sprintf("async: no result within %v", e.after) }
func (e timeoutError) Timeout() bool        { return true }
func (e timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout returns a promise that settles as p does, but is rejected if p is pending after d, with an error that is
// context.DeadlineExceeded to errors.Is. A p that has settled wins over a d that is not positive. A cancelled ctx rejects it
// at once. Neither stops what p stands for: give that a context with a deadline, as [WithTimeout] makes. An error of p that
// comes too late is dropped. ctx may be nil; a nil p panics. Timeout may be called from any goroutine.
func Timeout[T any](ctx context.Context, d time.Duration, p *Promise[T]) *Promise[T] {
	cores := []*Core{coreOf(p), nil}
	s := newSleep(ctx)
	if s.open(ctx) {
		s.begin(d)
	}
	cores[1] = &s.core
	j := new(join[T])
	j.promise.core.exec = executorOf(ctx)
	return joined(j, "Timeout", cores, func(i int) bool {
		var zero T
		switch {
		case i == 0:
			s.stop()
			carry(&j.bareFrame, p.value, p.core.passed())
		case s.core.rejected():
			carry(&j.bareFrame, zero, s.core.passed())
		default:
			carry(&j.bareFrame, zero, timeoutError{d})
		}
		return true
	})
}

// An Interval gives ticks at regular times. It holds nothing between them, and need not be stopped. Make it with NewInterval.
// Its methods may be called from any goroutine.
type Interval struct {
	ctx  context.Context
	d    time.Duration
	mu   mutex
	next time.Time
}

// NewInterval makes an interval whose first tick is after d. It panics if d is not positive. ctx may be nil. It may be called
// from any goroutine.
func NewInterval(ctx context.Context, d time.Duration) *Interval {
	if d <= 0 {
		panic("async: an Interval has to be positive")
	}
	return &Interval{ctx: ctx, d: d, next: time.Now().Add(d)}
}

// Next returns a promise that is fulfilled at the next tick that nobody waited for yet. Ticks do not drift; those that have
// passed since the last call are left out. A cancelled context of the interval rejects it. Calls made at the same time get
// ticks of their own, one after the other.
func (v *Interval) Next() *Promise[Void] {
	v.mu.Lock()
	defer v.mu.Unlock()
	at := v.next
	if late := time.Since(at); late > 0 {
		at = at.Add((late/v.d + 1) * v.d)
	}
	v.next = at.Add(v.d)
	return SleepUntil(v.ctx, at)
}

// needsTimers tells whether what is made now without an executor needs timers of its own. Those of the default pool are there for all
// bubbles of testing/synctest, but each of these has a clock of its own.
func (h *home) needsTimers() bool { return h == stray && bubbled() }

// timersOf is where the timers of h are.
func (h *home) timersOf() *timers {
	switch {
	case h.loop != nil:
		return &h.loop.timers
	case h.pool != nil:
		return &h.pool.timers
	}
	return &defaultPool().timers
}

// A yield is settled by the queue.
type yield struct {
	hop
	internal
	p Promise[Void]
}

// Yield returns a promise that is fulfilled in the next turn of ctx's executor, behind all that is ready now. It gives others
// their turn. If ctx is done it is rejected; one that is done later changes nothing, as the turn comes anyway. ctx may be nil: then the turn
// is one of the loop that calls, or of the default pool. It may be called from any goroutine, and costs one allocation.
func Yield(ctx context.Context) *Promise[Void] {
	h := homeOf(ctx)
	if h == nil {
		h = currentHome()
	}
	y := new(yield)
	y.kind, y.exec = kindHop, &h.leaves
	y.setSelf(y)
	y.p.core.exec = y.exec
	if isDone(ctx) {
		y.p.core.reject(heldCause(ctx))
		y.p.core.settleUnpublished()
		return &y.p
	}
	h.post(&y.Task)
	return &y.p
}

func (y *yield) run(w *worker)          { y.p.core.settle(w) }
func (y *yield) Site() (string, string) { return "Yield", "" }
