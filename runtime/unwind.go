package async

// This file runs the deferred calls of async functions. A frame with defers has an Unwinder. Its Resume defers Guard,
// which catches what ends the body other than by a return, and has Resume go on where it unwinds. What is pending then, a
// panic or an exit, stands in the Unwinder, so that a deferred call may await while it waits.

import "unsafe"

// Unwinding is the state of a frame that runs its deferred calls. It is for generated code.
const Unwinding int32 = -1

// An Unwinder is the part of a frame that runs its deferred calls. It is for generated code, on the goroutine that runs the
// call.
type Unwinder struct {
	deferred []deferredCall
	waiting  *Promise[Void] // the deferred block that runs now
	panicked *PanicError    // the pending panic
	exiting  bool           // a Goexit is pending, below the panic if there is one
	dropping bool           // what waiting is rejected with is dropped, unless it is a panic: it is awaited by a deferred call itself
	task     *Task          // set by StartDeferring
}

// A deferredCall is one of these; the others are nil.
type deferredCall struct {
	fn    func()
	thunk func(*Unwinder)
	block func(*Unwinder) *Promise[Void]
}

// Guard is deferred by Resume. f is the frame. It makes Resume go on at its unwinding state after a panic or a Goexit. It is
// for generated code.
func (u *Unwinder) Guard(f Resumer) {
	v := recover()
	switch {
	case v != nil:
		u.setPanic(v)
	case u.task.state != running:
		return
	default:
		u.exiting, u.panicked = true, nil
	}
	u.task.setAt(Unwinding)
	f.Resume()
}

// setPanic makes v the pending panic. A panic that is only passed on keeps its stack.
func (u *Unwinder) setPanic(v any) {
	if u.panicked == nil || !samePanic(u.panicked.Value, v) {
		u.panicked = newPanic(v, u.task)
	}
}

// Defer stores a deferred call. It is for generated code.
func (u *Unwinder) Defer(thunk func(*Unwinder)) {
	u.deferred = append(u.deferred, deferredCall{thunk: thunk})
}

// DeferFunc stores a deferred call of a function without parameters and results. It is for generated code.
//
//go:noinline
func (u *Unwinder) DeferFunc(fn func()) {
	if fn == nil { // its call panics, and not this one
		u.Defer(func(u *Unwinder) { u.last(nil) })
		return
	}
	u.deferred = append(u.deferred, deferredCall{fn: fn})
}

// last makes a deferred call, which may recover.
func (u *Unwinder) last(fn func()) {
	defer fn()
	u.Raise()
}

// DeferAsync stores a deferred literal that awaits. block starts it. It is for generated code.
func (u *Unwinder) DeferAsync(block func(*Unwinder) *Promise[Void]) {
	u.deferred = append(u.deferred, deferredCall{block: block})
}

// DeferAwait stores a deferred await, of which the values and the error are dropped. It is for generated code.
func DeferAwait[T any](u *Unwinder, a Awaitable[T]) {
	u.DeferAsync(func(u *Unwinder) *Promise[Void] {
		p := promiseOf(a)
		u.dropping = true
		return (*Promise[Void])(unsafe.Pointer(p)) // its value is not looked at
	})
}

// Raise panics with the pending panic, if there is one. It ends a thunk, behind the deferred call, which may recover. It is
// for generated code.
func (u *Unwinder) Raise() {
	if u.panicked != nil {
		panic(u.panicked.Value)
	}
}

// Recover is recover() in a deferred literal that awaits. It is for generated code.
func (u *Unwinder) Recover() any {
	e := u.panicked
	if e == nil {
		return nil
	}
	u.panicked = nil
	return e.Value
}

// Unwind runs the deferred calls, the last one first. It returns false when all are done and the function is to return. It
// returns true if Resume is to return at once: because one of them waits, or because a panic or an exit is left. It is for
// generated code.
func (u *Unwinder) Unwind() bool {
	if u.collect() {
		return true
	}
	for n := len(u.deferred); n > 0; n = len(u.deferred) {
		d := u.deferred[n-1]
		u.deferred[n-1] = deferredCall{}
		u.deferred = u.deferred[:n-1]
		if d.block == nil {
			u.call(d)
			continue
		}
		u.start(d.block)
		if u.collect() {
			return true
		}
	}
	u.deferred = nil
	return u.left()
}

// left ends the call with the panic or the exit that is left.
func (u *Unwinder) left() bool {
	switch {
	case u.panicked != nil:
		u.task.fail(u.panicked)
	case u.exiting:
		u.task.fail(ErrGoexit)
	default:
		return false
	}
	u.panicked = nil
	return true
}

// collect waits for the deferred block that runs, if there is one, and takes over how it ended. It returns true if the
// call has to suspend.
func (u *Unwinder) collect() bool {
	p := u.waiting
	if p == nil {
		return false
	}
	if c := coreOf(p).pending(); c != nil {
		return u.task.suspend(Unwinding, c)
	}
	drops := u.dropping
	u.waiting, u.dropping = nil, false
	_, err := outcome(p)
	e, panicked := err.(*PanicError)
	switch {
	case panicked:
		u.panicked = e
	case err != nil && !drops: // a literal returns no error: this is an exit
		u.panicked, u.exiting = nil, true
	}
	return false
}

// call runs a function or a thunk. If it returns, a pending panic was recovered.
func (u *Unwinder) call(d deferredCall) {
	normal := false
	defer func() {
		if normal {
			u.panicked = nil
		} else if v := recover(); v != nil {
			u.setPanic(v)
		} else {
			u.exiting, u.panicked = true, nil // and Guard goes on
		}
	}()
	if d.fn != nil {
		u.last(d.fn)
	} else {
		d.thunk(u)
	}
	normal = true
}

// start starts a deferred block.
func (u *Unwinder) start(block func(*Unwinder) *Promise[Void]) {
	normal := false
	defer func() {
		if normal {
			return
		}
		if v := recover(); v != nil {
			u.setPanic(v)
		} else {
			u.exiting, u.panicked = true, nil
		}
	}()
	u.waiting = block(u)
	normal = true
}
