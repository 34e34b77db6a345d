package async

// This file holds contexts with a deadline that the timers of an executor watch, and functions that are called later.

import (
	"context"
	"fmt"
	"time"
)

// WithTimeout returns [WithDeadline] for the time in d. What is said there of goroutines holds.
func WithTimeout(parent context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return WithDeadline(parent, time.Now().Add(d))
}

// WithDeadline is context.WithDeadline with a timer of parent's executor in place of one of the run-time system. On a loop, the
// deadline passes in a turn of that loop, in order with its other timers, and what was made with the context there is
// rejected before anything else runs; no goroutine takes part, and where a host drives the loop, NextTimer tells of it. The error of the
// context is context.DeadlineExceeded then. A deadline does not keep a loop running. The context and its cancel function may
// be used from any goroutine; call cancel when what the context is for is over, as that frees it.
func WithDeadline(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
	if earlier, ok := parent.Deadline(); ok && !at.Before(earlier) {
		return context.WithCancel(parent)
	}
	c := &deadlineContext{Context: parent, at: at, done: make(chan struct{}), timer: &alarm{timer: timer{idle: true}}}
	c.timer.self = c
	if h := ownHome(parent); h.needsTimers() {
		c.on = newTimers()
	} else {
		c.on = h.timersOf()
	}
	c.mu.Lock()
	c.leave = whenDone(parent, func(late bool) { c.endWith(parent.Err(), true, late) })
	c.mu.Unlock()
	if d := time.Until(at); d <= 0 {
		c.end(context.DeadlineExceeded)
	} else if c.Err() == nil {
		c.on.add(&c.timer.timer, timeIn(d))
		if c.Err() != nil { // cancelled meanwhile
			c.on.remove(&c.timer.timer)
		}
	}
	return c, func() { c.end(context.Canceled) }
}

// A deadlineContext is a context that a timer cancels.
type deadlineContext struct {
	context.Context // the parent
	at              time.Time
	timer           *alarm // apart, as it stays among the timers for a while
	on              *timers
	done            chan struct{}

	alone atomicBool // it has ended by itself, and so the cause of the parent is not its own

	mu    mutex
	err   error
	calls fifo[*doneCall] // to be made when it is done
	leave func() bool     // ends the registration with the parent
}

// A doneCall is a function to be called when a context is done.
type doneCall struct {
	fifoNode[*doneCall]
	f func(late bool) // see whenDone
}

func (c *deadlineContext) Deadline() (time.Time, bool) { return c.at, true }
func (c *deadlineContext) Done() <-chan struct{}       { return c.done }
func (c *deadlineContext) fire(*worker) bool           { return c.end(context.DeadlineExceeded) }

func (c *deadlineContext) String() string {
	return fmt.Sprintf("%s.WithDeadline(%v [%v])", nameOf(c.Context), c.at, time.Until(c.at))
}

func (c *deadlineContext) Err() error {
	if err := c.ended(); err != nil || !c.follow() {
		return err
	}
	return c.ended()
}

func (c *deadlineContext) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// follow makes c done if its parent is, of which c may get to know later. It returns false if that is not done.
func (c *deadlineContext) follow() bool {
	err := c.Context.Err()
	if err != nil {
		c.endWith(err, true, false)
	}
	return err != nil
}

type deadlineKey struct{}

func (c *deadlineContext) Value(key any) any {
	if key == (deadlineKey{}) {
		return c
	}
	if c.alone.Load() {
		return context.WithoutCancel(c.Context).Value(key) // where context.Cause finds none, and gives Err
	}
	return c.Context.Value(key)
}

// AfterFunc registers f to be called when c is done. It is what package context looks for in contexts that it does not know.
func (c *deadlineContext) AfterFunc(f func()) (stop func() bool) {
	return c.afterFunc(func(bool) { f() })
}

func (c *deadlineContext) afterFunc(f func(late bool)) (stop func() bool) {
	n := &doneCall{f: f}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		go f(true)
		return func() bool { return false }
	}
	pushTo(&c.calls, &n.fifoNode, n)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		was := n.listed
		removeFrom(&c.calls, &n.fifoNode)
		return was
	}
}

// end makes c done by itself, if it is not yet, and tells whether it did.
func (c *deadlineContext) end(err error) bool { return !c.follow() && c.endWith(err, false, false) }

// endWith is end, or makes c done because its parent is. For late see whenDone.
func (c *deadlineContext) endWith(err error, parent, late bool) bool {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return false
	}
	c.alone.Store(!parent)
	c.err = err
	close(c.done)
	calls, leave := drain(&c.calls), c.leave
	c.mu.Unlock()
	leave()
	c.on.remove(&c.timer.timer)
	for _, n := range calls {
		n.f(late)
	}
	return true
}

// whenDone calls f when ctx is done: at once, by whoever cancels it, if that is a deadlineContext, and on a goroutine of its own
// otherwise. Then it is late: many such goroutines run in any order.
func whenDone(ctx context.Context, f func(late bool)) (stop func() bool) {
	if c, ok := ctx.Value(deadlineKey{}).(*deadlineContext); ok && c.Done() == ctx.Done() {
		return c.afterFunc(f)
	}
	return context.AfterFunc(ctx, func() { f(true) })
}

// AfterFunc calls f after d, in a turn of ctx's executor, unless ctx is cancelled or stop is called before. stop tells whether
// it has kept f from being called; it does not wait for f if not. Both may be called from any goroutine. A panic in f is one
// that nobody handles: see OnUnhandled.
func AfterFunc(ctx context.Context, d time.Duration, f func()) (stop func() bool) {
	s := newSleep(ctx)
	if !s.open(ctx) {
		s.core.see()
		return func() bool { return false }
	}
	a := &delayed{s: s, f: f}
	a.kind, a.exec = kindHop, &runHome(&s.core).leaves
	a.setSelf(a)
	a.countForeign(a.exec, &s.core)
	if !s.core.subscribe(&a.Task) { // cancelled meanwhile
		a.uncountForeign(a.exec)
		return func() bool { return false }
	}
	s.begin(d)
	return func() bool {
		if s.stop() {
			a.uncountForeign(a.exec)
		}
		if !a.told.CompareAndSwap(false, true) {
			return false
		}
		a.f = nil // the timer may be there for a while
		return true
	}
}

// A delayed function is called when a sleep ends.
type delayed struct {
	hop
	internal
	s    *sleep
	f    func()
	told atomicBool // whether it is called or not
}

func (a *delayed) Site() (function, pos string) { return "AfterFunc", "" }

func (a *delayed) run(*worker) {
	a.uncountForeign(a.exec)
	if !a.told.CompareAndSwap(false, true) {
		return
	}
	f := a.f
	a.f = nil // who has stop may keep it
	if !a.s.core.rejected() {
		f()
	}
}
