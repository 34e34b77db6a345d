package async

// This file holds calls as generated code makes them of each other: without a frame and a promise, as long as they need none.
//
// The code of an async function is its step function. It runs from the beginning, or from where the call was suspended, to the next
// suspension or the end. A caller in generated code that only awaits the call runs the step function without a frame: a call that ends
// at once is then a plain call, with its results as values. It makes itself a frame when it has to wait for the first time.

import (
	"context"
	"reflect"
	"unsafe"
)

// A Step is how far a step function has got: the call is over, with a value and an error, or it has a promise that will tell. It is
// for generated code.
type Step[R any] struct {
	_       [0]func() // it is not compared: the compiler need not make a function for that, for every type of result
	value   R
	err     error
	promise *Promise[R]
}

// Done is the Step of a call that is over. It is for generated code.
func Done[R any](v R, err error) Step[R] { return Step[R]{value: v, err: err} }

// Begun is the Step of a call that has the promise p. It panics if p has settled with a panic. It is for generated code.
func Begun[R any](p *Promise[R]) Step[R] {
	if p.core.waits() {
		return Step[R]{promise: p}
	}
	v, err := p.Get()
	return Step[R]{value: v, err: err}
}

// Watched tells whether somebody watches calls, so that each has to have a frame from the beginning. It is for generated code.
func Watched() bool { return watched.Load()&watchFrames != 0 }

// Awaits counts the awaits of a call since it was resumed. It is for generated code.
type Awaits = int

// Pending tells whether the caller has to wait. It is for generated code.
func (s Step[R]) Pending() bool { return s.promise != nil }

// PendingAfter is Pending in a loop, in which the caller has awaited so many times since it was resumed: now and then it has to wait
// although the call is over, so that a loop of ready awaits cannot stop timers and other calls. It is for generated code.
func (s Step[R]) PendingAfter(awaits Awaits) bool {
	return s.promise != nil || awaits > readyBudget
}

// Core is what the caller waits for, where the call is pending. The caller has to suspend then. It is for generated code.
func (s Step[R]) Core() *Core {
	if s.err != nil { // see paused
		return s.promise.core.promote()
	}
	return &s.promise.core
}

// CoreAfter is Core behind [Step.PendingAfter]. It is for generated code.
//
//go:noinline
func (s Step[R]) CoreAfter() *Core {
	if s.promise == nil {
		return kept(s)
	}
	return s.Core()
}

// kept is CoreAfter where the call is over, and its caller has to wait for its turn.
func kept[R any](s Step[R]) *Core { return &Completed(s.value, s.err).core }

// Suspends suspends the call with the frame t, to go on in state at, if it has to wait. Resume has to return then. It is for generated code,
// which asks Awaited when the call goes on.
//
//go:noinline
func (s Step[R]) Suspends(t *Task, at int32) bool {
	t.spent++
	if !s.PendingAfter(Awaits(t.spent)) {
		return false
	}
	t.hold(at, s.CoreAfter())
	return true
}

// hold suspends t, which asks what it waited for when it goes on.
func (t *Task) hold(at int32, c *Core) {
	t.setAt(at)
	t.state = suspended
	t.setAwait(c)
	t.flags |= flagRecalls
}

// From is the Step of the call that c is the promise of, and that is over: Get has to be called before the next Spare. It is for generated
// code, which knows the type.
func (Step[R]) From(c *Core) Step[R] { return Step[R]{promise: (*Promise[R])(unsafe.Pointer(c))} }

// direct is the frame with the promise c, if only the call that made it knows it.
func (c *Core) direct() *Task {
	if c.exec == nil || !c.exec.direct {
		return nil
	}
	return taskOf(c)
}

// Spare is the task of the frame of the call that the call with the frame f has awaited last, if that did not fail, for the next call that f makes; nil
// if there is none.
// Who awaited that call had its promise for itself, so that nobody knows its frame any more when it is over. It is for generated code.
func Spare[F any](f *F) *Task {
	if f == nil || (*frameHead)(unsafe.Pointer(f)).more == nil {
		return nil
	}
	return (*Task)(unsafe.Pointer(f)).spare()
}

//go:noinline
func (t *Task) spare() *Task {
	c := (*Core)(t.core().more)
	if t.flags&flagMissed != 0 || c.exec == nil || !c.exec.direct || c.rejected() && c.settled() || Watched() {
		t.setAwait(nil) // the next call need not ask again
		return nil
	}
	old := taskOf(c)
	old.flags = t.flags & flagOnLoop
	if h := t.core().exec.home; c.exec.home != h {
		c.exec = &h.directs
	}
	if !c.settled() {
		return old // the last call that had it did without
	}
	c.more = unsafe.Pointer(old.next)
	old.next = nil
	old.setAt(0)
	old.state, old.spent = running, 0
	c.waiters.storeOwned(nil) // who makes a snapshot may look at it
	return old
}

// Get gives the outcome of the call, when it is over. A panic goes on. It is for generated code.
func (s Step[R]) Get() (R, error) {
	if s.promise != nil {
		s = over(s)
	}
	return s.value, s.err
}

// over is s without its promise. The value is not kept where only the call that takes it knows the promise: what that belongs to may be
// used again. It is apart from Get so that the compiler can put what happens most into the caller.
func over[R any](s Step[R]) Step[R] {
	p := s.promise
	var err error
	if p.core.rejected() {
		err = p.core.failure()
	}
	v := p.value
	if e := p.core.exec; e != nil && (e.direct || e.waits) {
		var zero R
		p.value = zero
		if e.waits {
			retire(&p.core)
		}
	}
	return Step[R]{value: v, err: err}
}

// Waits tells whether an await of p has to suspend. It is for generated code. It panics if p is nil.
func (p *Promise[T]) Waits() bool { return (*Core)(unsafe.Pointer(p)).waits() }

// waits is Waits where the type of the promise does not matter.
//
//go:noinline
func (c *Core) waits() bool {
	if c == nil {
		panicNil()
	}
	return !c.settled() || watched.Load()&watchForce != 0
}

// WaitsAfter is Waits in a loop: see [Step.PendingAfter]. It is for generated code.
func (p *Promise[T]) WaitsAfter(awaits Awaits) bool { return p.Waits() || awaits > readyBudget }

// Core is what one waits for who awaits p. It is for generated code.
func (p *Promise[T]) Core() *Core { return &p.core }

// Suspends suspends the call with the frame t, to go on in state at, if an await of p has to. Resume has to return then. It is for generated
// code. It panics if p is nil.
func (p *Promise[T]) Suspends(t *Task, at int32) bool {
	return t.suspendFor(at, (*Core)(unsafe.Pointer(p)))
}

// suspendFor is Suspends where the type of the promise does not matter.
//
//go:noinline
func (t *Task) suspendFor(at int32, c *Core) bool {
	if c == nil {
		panicNil()
	}
	if c.settled() {
		c = nil
	}
	return t.suspend(at, c)
}

// Task is the part of the frame that waits. It is for generated code.
func (f *Frame[R]) Task() *Task { return &f.task }

// From is the promise that has the core c. It is for generated code, which knows the type.
func (*Promise[T]) From(c *Core) *Promise[T] { return (*Promise[T])(unsafe.Pointer(c)) }

// A Turn is the Step of a call of [Yield]: the turn is given up, or an error tells why not. Its methods are like those of Step. It is for
// generated code.
type Turn struct{ err error }

// YieldStep is [Yield] for a call that awaits it at once, and goes on where ctx says. It is for generated code.
func YieldStep(ctx context.Context) Turn {
	if c, ok := ctx.(*executorContext); ok && c.done == nil {
		return Turn{}
	}
	return yieldStep(ctx)
}

// yieldStep is YieldStep with a context that may be done.
//
//go:noinline
func yieldStep(ctx context.Context) Turn {
	if hasErr(ctx) {
		return Turn{context.Cause(ctx)}
	}
	return Turn{}
}

// Pending is that of [Step]. It is for generated code.
func (t Turn) Pending() bool { return t.err == nil }

// PendingAfter is that of [Step]. It is for generated code.
func (t Turn) PendingAfter(awaits Awaits) bool { return t.err == nil || awaits > readyBudget }

// Get is that of [Step]. It is for generated code.
func (t Turn) Get() (Void, error) { return Void{}, t.err }

// Core is that of [Step]: nil for a turn given up. It is for generated code.
func (t Turn) Core() *Core { return nil }

// CoreAfter is that of [Step]. It is for generated code.
func (t Turn) CoreAfter() *Core {
	if t.err != nil {
		return t.kept()
	}
	return nil
}

//go:noinline
func (t Turn) kept() *Core { return kept(Step[Void]{err: t.err}) }

// Suspends is that of [Step]. It is for generated code.
//
//go:noinline
func (t Turn) Suspends(f *Task, at int32) bool {
	f.spent++
	if !t.PendingAfter(Awaits(f.spent)) {
		return false
	}
	f.hold(at, t.CoreAfter())
	return true
}

// From is that of [Step]. It is for generated code.
func (t Turn) From(c *Core) Turn {
	if c != nil {
		t.err = c.failure()
	}
	return t
}

// Made is f, the frame of a call that is about to suspend, or a new one if the call has none yet. ctx is the context that the call was
// given. It is for generated code.
func Made[P frameOf[F], F any](f P, ctx context.Context) P {
	if f == nil || (*Task)(unsafe.Pointer(f)).at == 0 {
		return made(f, ctx)
	}
	return f
}

// A frameOf is a pointer to a frame of type F.
type frameOf[F any] interface {
	*F
	Resumer
}

// made is Made for a call that suspends for the first time. The frame may be that of an earlier call of the same caller.
//
//go:noinline
func made[P frameOf[F], F any](f P, ctx context.Context) P {
	if f == nil {
		f = new(F)
	} else if (*Task)(unsafe.Pointer(f)).reuse(ctx) {
		return f
	}
	prepare(f, ctx)
	return f
}

// reuse makes t ready to suspend, if it is that of an earlier call on the loop that ctx names.
func (t *Task) reuse(ctx context.Context) bool {
	if t.flags != flagOnLoop {
		return false
	}
	if e := executorOf(ctx); e == nil || e.home != t.core().exec.home {
		return false
	}
	t.flags = flagSteps | flagRecalls | flagDirect | flagBound | flagOnLoop
	return true
}

// prepare makes a frame ready to suspend for the first time.
func prepare(self Resumer, ctx context.Context) {
	t := (*Task)((*iface)(unsafe.Pointer(&self)).data)
	if t.flags&flagSteps != 0 { // the call is watched, and has begun with a frame
		return
	}
	t.setSelf(self)
	t.flags = flagSteps | flagRecalls
	t.core().exec = executorOf(ctx)
}

// beginning has the Task that a step function is given by Begin, to which it need not leave the call: it has no frame yet.
var beginning noFrame

func init() { beginning.setSelf(&beginning) }

// A noFrame is no frame of any call.
type noFrame struct {
	frameHead
	internal
}

// Begin runs step, the step function of a call, until that is suspended for the first time or ends, and returns its promise. of is a nil
// frame, and tells the type. All that is said of [Frame.Start] holds. It is for generated code.
func Begin[R any](of Resumer, ctx context.Context, step func(*Task) Step[R]) (p *Promise[R]) {
	if watched.Load() != 0 {
		f := frameFor[R](of)
		f.begin(ctx, step)
		return &f.promise
	}
	over := false
	defer func() {
		if over {
			return
		}
		if v := recover(); v != nil {
			p = panickedAtOnce[R](of, ctx, v)
		}
	}()
	s := step(&beginning.Task)
	over = true
	switch {
	case s.promise != nil:
		s.promise.core.begun()
		return s.promise
	case s.err != nil:
		return failedAtOnce(of, ctx, s)
	}
	p = &Promise[R]{value: s.value}
	p.core.waiters.init(&settledMark)
	return p
}

// begun is called when the call with the promise c has run to its first suspension.
//
//go:noinline
func (c *Core) begun() {
	t := taskOf(c)
	t.bindTo(c.exec)
	t.wait(nil)
}

// panickedAtOnce is the promise of a call that has panicked with v.
//
//go:noinline
func panickedAtOnce[R any](of Resumer, ctx context.Context, v any) *Promise[R] {
	f := frameFor[R](of)
	f.task.fail(newPanic(v, &f.task))
	f.task.started(ctx)
	return &f.promise
}

// failedAtOnce is the promise of a call that has ended with an error: it has a frame, so that reports can name it.
//
//go:noinline
func failedAtOnce[R any](of Resumer, ctx context.Context, s Step[R]) *Promise[R] {
	f := frameFor[R](of)
	f.End(s)
	f.task.started(ctx)
	return &f.promise
}

// frameFor makes a frame of the type of a nil one.
func frameFor[R any](of Resumer) *Frame[R] {
	self := reflect.New(reflect.TypeOf(of).Elem()).Interface().(Resumer)
	f := (*Frame[R])((*iface)(unsafe.Pointer(&self)).data)
	f.task.setSelf(self)
	f.task.flags = flagSteps | flagRecalls
	return f
}

// begin is Begin while somebody watches calls, with the frame f.
func (f *Frame[R]) begin(ctx context.Context, step func(*Task) Step[R]) {
	f.task.observeStart(ctx)
	normal := false
	defer f.task.begun(ctx, &normal)
	f.End(step(&f.task))
	normal = true
}

// End notes how far the step function has got that was run with f. It is for generated code.
func (f *Frame[R]) End(s Step[R]) {
	if s.promise == nil {
		f.promise.value = s.value
		f.task.finish(s.err)
	}
}

// Pause suspends the call until c is settled, or until its next turn, and says where it goes on then. What it needs then is in the frame.
// The step function has to return what Pause does. It is for generated code.
func (f *Frame[R]) Pause(at int32, c *Core) Step[R] {
	f.task.setAt(at)
	f.task.state = suspended
	f.promise.core.more = unsafe.Pointer(c)
	return Step[R]{promise: &f.promise, err: paused{}}
}

// A paused stands in the Step of a call that has been suspended. Whoever gets that for the first time, from the step function itself, has
// to put the call where it will be woken from.
type paused struct{}

func (paused) Error() string { return "async: suspended" }

// promote makes the call with the promise c, which was a plain call until it was suspended just now, one that its caller waits for.
//
//go:noinline
func (c *Core) promote() *Core {
	t := taskOf(c)
	by := t.awaited()
	e := c.exec
	switch {
	case t.flags&flagOnLoop == 0:
		t.bindTo(e)
		if h := c.exec.home; h.loop == nil || h.loop.sim == nil { // otherwise it is listed there, and not to be used again
			t.flags |= flagDirect
			c.exec = &h.directs
		}
		t.wait(nil)
	case by != nil && by.exec == e && by.waiters.load() == nil && watched.Load() == 0:
		by.waiters.storeOwned(t) // nobody else can wait for it, and only this goroutine can settle it
	default:
		t.wait(&e.home.loop.w)
	}
	return c
}

// Awaited is what the call has waited for; nil if it has only given up its turn. It is for generated code, when the call is resumed.
func (f *Frame[R]) Awaited() *Core { return (*Core)(f.promise.core.more) }
