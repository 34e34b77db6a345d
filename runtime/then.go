package async

// This file holds callbacks. Each is a small call that waits for its promise.

// A thenCall calls fn when p is settled.
type thenCall[T, U any] struct {
	bareFrame[U]
	p    *Promise[T]
	fn   func(*thenCall[T, U])
	what string
}

func (c *thenCall[T, U]) Resume()                { c.fn(c) }
func (c *thenCall[T, U]) Release()               { c.p, c.fn = nil, nil }
func (c *thenCall[T, U]) Site() (fn, pos string) { return c.what, "" }

// later runs fn when p is settled, from the queue of p's executor, and returns the promise of what fn finishes with.
func later[T, U any](p *Promise[T], what string, fn func(*thenCall[T, U])) *Promise[U] {
	if p == nil {
		panicNil()
	}
	c := &thenCall[T, U]{p: p, fn: fn, what: what}
	c.task.kind, c.task.state = kindCallback, suspended
	c.task.setSelf(c)
	c.task.setAwait(&p.core)
	if watched.Load() != 0 {
		c.task.observeStart(nil)
	}
	c.task.bind(nil)
	c.task.wait(nil)
	return &c.promise
}

// Then returns the promise of what fn returns when it is called with the value of p. If p is rejected, fn is not called, and
// the returned promise is rejected as p is; if p carries a panic, it carries that.
//
// fn is called once, later, from the queue of the executor that p belongs to, never inside Then or the call that settles p. On
// a loop, callbacks of one promise are called in the order in which they were registered; on a pool, they are begun in that
// order. If p belongs to no executor, fn runs on the loop that calls Then, or else on the default pool. fn must not block
// where it runs on a loop. A panic in fn, or a *PanicError that it returns, is carried by the returned promise.
//
// Then may be called from any goroutine, before and after p settles. A nil p or fn panics. The cost is three allocations and a
// turn in the queue.
func Then[T, U any](p *Promise[T], fn func(T) (U, error)) *Promise[U] {
	needFunc("Then", fn == nil)
	return later(p, "Then", func(c *thenCall[T, U]) {
		var u U
		if err := c.p.core.passed(); err != nil {
			carry(&c.bareFrame, u, err)
			return
		}
		u, err := fn(c.p.value)
		carry(&c.bareFrame, u, err)
	})
}

// Catch returns the promise of what fn returns when it is called with the error of p: a panic comes as a *PanicError, an exit
// as ErrGoexit. If p is fulfilled, fn is not called, and the returned promise has the value of p. If fn returns the
// *PanicError that it got, the returned promise carries the panic on. Where and when fn is called, from which goroutines Catch
// may be, nil and cost are as with [Then].
func Catch[T any](p *Promise[T], fn func(error) (T, error)) *Promise[T] {
	needFunc("Catch", fn == nil)
	return later(p, "Catch", func(c *thenCall[T, T]) {
		if !c.p.core.rejected() {
			carry(&c.bareFrame, c.p.value, nil)
			return
		}
		v, err := fn(plainError(c.p.core.raw()))
		carry(&c.bareFrame, v, err)
	})
}

// Finally returns a promise that settles as p does, after fn has been called. If fn panics it carries that panic. Where and
// when fn is called, from which goroutines Finally may be, nil and cost are as with [Then].
func Finally[T any](p *Promise[T], fn func()) *Promise[T] {
	needFunc("Finally", fn == nil)
	return later(p, "Finally", func(c *thenCall[T, T]) {
		fn()
		carry(&c.bareFrame, c.p.value, c.p.core.passed())
	})
}

// needFunc panics where a function is missing, and not later, where that would be called.
func needFunc(of string, missing bool) {
	if missing {
		panic("async: " + of + " of a nil function")
	}
}
