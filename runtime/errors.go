package async

// This file holds the errors of the package, and panics as errors.

import (
	"context"
	"errors"
	"fmt"
)

var (
	// ErrGoexit rejects the promise of a call that runtime.Goexit ended.
	ErrGoexit = errors.New("async: call ended by runtime.Goexit")

	// ErrClosed is what a receive from a closed channel gives, or from a Queue that is closed and empty.
	ErrClosed = errors.New("async: closed")

	// ErrDeadlock is what Run returns (wrapped, with a report) when nothing can settle its main promise any more. Calls that wait for each other
	// are found, and promises that nobody refers to any more. Who still refers to one counts as somebody who may settle it, even if its
	// functions are lost: so a Run whose main promise, or something that this waits for, is still in use elsewhere, goes on waiting. The
	// stack of a coroutine counts, too.
	ErrDeadlock = errors.New("async: deadlock")
)

// A PanicError is a panic as an error. A promise that is rejected with one carries the panic: an await of it panics again,
// with Value. To errors.Is and errors.As it is its Value, if that is an error. It must not be changed. Its methods may be
// called from any goroutine.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine when it panicked, then the awaits that the panic went through

	awaits int         // how many those are
	from   *PanicError // the one before the first await that the panic went through, if it did
}

// Error gives the value of the panic as text, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the value of the panic if that is an error, and nil if not.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// A plainPanic is a *PanicError that a function returned as an ordinary error: no await of it panics.
type plainPanic struct{ *PanicError }

// heldError is how a promise holds an error that a function returned.
func heldError(err error) error {
	if pe, ok := err.(*PanicError); ok {
		return plainPanic{pe}
	}
	return err
}

// A trailed error is the error of a call that was rejected after it had waited for another promise that was. It knows which that
// was, for reports.
type trailed struct {
	error
	trail *trail
}

// heldCause is why ctx is done, as promises hold it. Even if that is a *PanicError, as that of a group in which a call panicked, it is an error
// of an await here, and no panic.
func heldCause(ctx context.Context) error { return heldError(context.Cause(ctx)) }

// plainError is an error of a promise as others get to see it.
func plainError(err error) error {
	switch x := err.(type) {
	case plainPanic:
		return x.PanicError
	case trailed:
		return plainError(x.error)
	}
	return err
}

// failure is the error of c as an await gives it. It panics if c carries a panic.
func (c *Core) failure() error {
	c.see()
	raw := c.raw()
	switch err := raw.(type) {
	case *PanicError:
		raise(err)
	case plainPanic, trailed:
		return plainError(err)
	}
	return raw
}

func orNilRejection(err error) error {
	if err == nil {
		return errors.New("async: rejected with a nil error")
	}
	return err
}

// nilPromise is what an await of nil panics with. It is a runtime.Error, as a nil dereference is.
type nilPromise struct{}

func (nilPromise) Error() string { return "async: Await of a nil promise" }
func (nilPromise) RuntimeError() {}

// panicNil is not put into its callers, which are all awaits: it would be most of the code of some.
//
//go:noinline
func panicNil() { panic(nilPromise{}) }
