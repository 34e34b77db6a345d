package async

// This file holds calls as generated code makes them of each other: without a frame and a promise, as long as they need none.
//
// The code of an async function is its step function. It runs from the beginning, or from where the call was suspended, to the next
// suspension or the end. A caller in generated code that only awaits the call runs the step function without a frame: a call that ends
// at once is then a plain call, with its results as values. It makes itself a frame when it has to wait for the first time.

import (
	"context"
	"unsafe"
)

// A Step is how far a step function has got: the call is over, with a value and an error, or it has a promise that will tell. It is
// for generated code.
type Step[R any] struct {
	value   R
	err     error
	promise *Promise[R]
}

// Done is the Step of a call that is over. It is for generated code.
func Done[R any](v R, err error) Step[R] { return Step[R]{value: v, err: err} }

// Begun is the Step of a call that has a promise. It is for generated code.
func Begun[R any](p *Promise[R]) Step[R] { return Step[R]{promise: p} }

// Watched tells whether somebody watches calls, so that each has to have a frame from the beginning. It is for generated code.
func Watched() bool { return watched.Load()&watchFrames != 0 }

// Awaits counts the awaits of a call since it was resumed. It is for generated code.
type Awaits = uint8

// Pending tells whether the caller has to wait. It is for generated code.
func (s Step[R]) Pending() bool { return s.promise != nil && s.promise.waits() }

// PendingAfter is Pending in a loop, in which the caller has awaited so many times since it was resumed: now and then it has to wait
// although the call is over, so that a loop of ready awaits cannot stop timers and other calls. It is for generated code.
func (s Step[R]) PendingAfter(awaits Awaits) bool {
	return awaits > readyBudget || s.promise != nil && s.promise.waits()
}

// Core is what the caller waits for. It is for generated code.
func (s Step[R]) Core() *Core {
	if s.promise == nil {
		return &Completed(s.value, s.err).core
	}
	return &s.promise.core
}

// From is the Step of the call that c is the promise of, when that is over, and that of a turn given up if c is nil. It is for generated
// code, which knows the type.
func (s Step[R]) From(c *Core) Step[R] {
	if c != nil {
		s = s.of(c)
	}
	return s
}

// of is From where there is a call.
//
//go:noinline
func (Step[R]) of(c *Core) Step[R] {
	p := (*Promise[R])(unsafe.Pointer(c))
	if c.err != nil {
		return Step[R]{promise: p}
	}
	return Step[R]{value: p.taken()}
}

// taken is the value of p, which the frame of a call that only its caller knows does not keep: it may be used again.
func (p *Promise[T]) taken() T {
	v := p.value
	if p.core.direct() != nil {
		var zero T
		p.value = zero
	}
	return v
}

// direct is the frame with the promise c, if only the call that made it knows it.
func (c *Core) direct() *Task {
	if c.exec == nil || c.exec.leaf {
		return nil
	}
	if t := taskOf(c); t.flags&flagDirect != 0 {
		return t
	}
	return nil
}

// Spare is the frame of the call that the call with the frame f has awaited last, if that did not fail, for the next call that f makes; nil
// if there is none.
// Who awaited that call had its promise for itself, so that nobody knows its frame any more when it is over. It is for generated code.
func Spare[F any](f *F) Resumer {
	if f == nil {
		return nil
	}
	return (*Task)(unsafe.Pointer(f)).spare()
}

func (t *Task) spare() Resumer {
	c := t.await
	if c == nil || t.flags&flagMissed != 0 || Watched() {
		return nil
	}
	old := c.direct()
	if old == nil || c.exec.home.loop != nil && c.exec.home.loop.sim != nil {
		return nil
	}
	if c.err != nil {
		return nil // it may not have been asked yet how it failed: its await may stand among the arguments of the next call
	}
	t.await = nil
	r := old.self
	if old.flags&flagMissed != 0 {
		old.await = nil
	}
	old.self, old.next, old.at = nil, nil, 0
	old.state, old.flags, old.spent = running, t.flags&flagOnLoop, 0
	c.exec = t.core().exec
	c.waiters.storeOwned(nil) // who makes a snapshot may look at it
	return r
}

// Get gives the outcome of the call, when it is over. A panic goes on. It is for generated code.
func (s Step[R]) Get() (R, error) {
	if s.promise != nil {
		s = s.over()
	}
	return s.value, s.err
}

// over is s without its promise. It is apart from Get, as of is from From, so that the compiler can put what happens most into the caller.
func (s Step[R]) over() Step[R] {
	var err error
	if s.promise.core.err != nil {
		err = s.promise.core.failure()
	}
	return Step[R]{value: s.promise.taken(), err: err}
}

// Waits tells whether an await of p has to suspend. It is for generated code. It panics if p is nil.
func (p *Promise[T]) Waits() bool {
	if p == nil {
		panicNil()
	}
	return p.waits()
}

func (p *Promise[T]) waits() bool { return !p.core.settled() || watched.Load()&watchForce != 0 }

// WaitsAfter is Waits in a loop: see [Step.PendingAfter]. It is for generated code.
func (p *Promise[T]) WaitsAfter(awaits Awaits) bool { return p.Waits() || awaits > readyBudget }

// Core is what one waits for who awaits p. It is for generated code.
func (p *Promise[T]) Core() *Core { return &p.core }

// From is the promise that has the core c. It is for generated code, which knows the type.
func (*Promise[T]) From(c *Core) *Promise[T] { return (*Promise[T])(unsafe.Pointer(c)) }

// turn is what a call waits for that only gives up its turn.
var turn Promise[Void]

// YieldStep is [Yield] for a call that awaits it at once, and goes on where ctx says. It is for generated code.
func YieldStep(ctx context.Context) Step[Void] {
	if isDone(ctx) {
		return Step[Void]{err: context.Cause(ctx)}
	}
	return Step[Void]{promise: &turn}
}

// Made is f, or a new frame if the call has none yet. It is for generated code.
func Made[F any](f *F) *F {
	if f == nil {
		return new(F)
	}
	return f
}

// Begin runs step, the step function with the frame self, which begins with f, until the call is suspended for the first time or ends, and
// returns its promise. All that is said of [Frame.Start] holds. It is for generated code.
func (f *Frame[R]) Begin(self Resumer, ctx context.Context, step func() Step[R]) *Promise[R] {
	t := &f.task
	t.self, t.flags = self, flagSteps|flagRecalls
	if watched.Load() != 0 {
		t.observeStart(ctx)
	}
	f.begin(ctx, step)
	return &f.promise
}

func (f *Frame[R]) begin(ctx context.Context, step func() Step[R]) {
	normal := false
	defer f.task.begun(ctx, &normal)
	f.End(step())
	normal = true
}

// End notes how far the step function has got that was run with f. It is for generated code.
func (f *Frame[R]) End(s Step[R]) {
	switch {
	case s.promise == nil:
		f.Finish(s.value, s.err)
	case s.promise != &f.promise:
		panic("async: a step function returned a promise that is not its own")
	}
}

// Pause suspends the call until c is settled, or until its next turn, and says where it goes on then. What it needs then is in the frame
// self, which begins with f. ctx is the context that the call was given. The step function has to return what Pause does. It is for generated
// code.
func (f *Frame[R]) Pause(self Resumer, ctx context.Context, at int32, c *Core) Step[R] {
	t := &f.task
	if c == &turn.core {
		c = nil
	}
	t.at, t.await, t.state = at, c, suspended
	t.flags &^= flagMissed
	if t.self == nil { // it was a plain call so far
		was, onLoop := f.promise.core.exec, t.flags&flagOnLoop
		t.self, t.flags = self, flagSteps|flagRecalls|flagDirect
		t.bind(ctx)
		var w *worker
		if e := f.promise.core.exec; onLoop != 0 && e == was {
			w = &e.home.loop.w
			t.flags |= flagOnLoop
		}
		t.wait(w)
	}
	return Step[R]{promise: &f.promise}
}

// Awaited is what the call has waited for; nil if it has only given up its turn. It is for generated code, when the call is resumed.
func (f *Frame[R]) Awaited() *Core { return f.task.await }
