package async

// This file holds promises as their users see them.

import (
	"context"
)

// A State is what has become of a promise. Its methods may be called from any goroutine.
type State int32

const (
	Pending   State = iota // not settled yet
	Fulfilled              // settled with a value
	Rejected               // settled with an error, a panic or an exit
)

// String gives the state as a word.
func (s State) String() string {
	switch s {
	case Pending:
		return "pending"
	case Fulfilled:
		return "fulfilled"
	case Rejected:
		return "rejected"
	}
	return "State(?)"
}

// Void is the value of a promise that has none, as that of a function without results, or with an error alone.
type Void = struct{}

// Tuple2 holds the two values of a function, as one value of a promise. Await2 takes it apart.
type Tuple2[A, B any] struct {
	V1 A // the first
	V2 B // the second
}

// Tuple3 holds the three values of a function, as one value of a promise. Await3 takes it apart.
type Tuple3[A, B, C any] struct {
	V1 A // the first
	V2 B // the second
	V3 C // the third
}

// Tuple4 holds the four values of a function, as one value of a promise. Await4 takes it apart.
type Tuple4[A, B, C, D any] struct {
	V1 A // the first
	V2 B // the second
	V3 C // the third
	V4 D // the fourth
}

// A Promise is the result of a call that may not have ended yet. It settles once: it is fulfilled with a value, or rejected
// with an error, a panic (*PanicError) or an exit (ErrGoexit). What it settles with never changes, and any number of calls may
// wait for it. Its methods may be called from any goroutine. The zero Promise is of no use: make promises with NewPromise,
// Resolve, Reject or an async function. A Promise must not be copied.
type Promise[T any] struct {
	core  Core
	value T
}

// An Awaitable is what can be awaited: a promise, or any type with this method.
type Awaitable[T any] interface {
	Promise() *Promise[T] // called once for each await, on the goroutine of the call that awaits; a nil promise panics there
}

// Promise returns p. It makes a promise an [Awaitable].
func (p *Promise[T]) Promise() *Promise[T] { return p }

// State tells whether p is settled, and how. It never blocks, and does not count as looking at a rejection. It panics if p is
// nil.
func (p *Promise[T]) State() State {
	switch {
	case !p.core.settled():
		return Pending
	case p.core.rejected():
		return Rejected
	}
	return Fulfilled
}

// Result returns what p settled with; ok is false while it is pending. A panic comes as a *PanicError. It never blocks and
// does not allocate. It panics if p is nil.
func (p *Promise[T]) Result() (v T, err error, ok bool) {
	if !p.core.settled() {
		return v, nil, false
	}
	v, err = outcome(p)
	return v, err, true
}

// coreOf is the core of p. It panics if p is nil.
func coreOf[T any](p *Promise[T]) *Core {
	if p == nil {
		panicNil()
	}
	return &p.core
}

// pending is c, or nil if that is settled.
func (c *Core) pending() *Core {
	if c.settled() {
		return nil
	}
	return c
}

// Get returns the value and the error that p settled with, and panics again if p carries a panic. It is for generated
// code, which calls it only when p is settled.
func (p *Promise[T]) Get() (T, error) {
	if p.core.rejected() {
		return p.value, p.core.failure()
	}
	return p.value, nil
}

// outcome is Get with a panic as an error.
func outcome[T any](p *Promise[T]) (T, error) {
	if !p.core.rejected() {
		return p.value, nil
	}
	p.core.see()
	return p.value, plainError(p.core.raw())
}

// promiseOf asks a for its promise.
func promiseOf[T any](a Awaitable[T]) *Promise[T] {
	if a == nil {
		panicNil()
	}
	p := a.Promise()
	if p == nil {
		panicNil()
	}
	return p
}

// Resolve returns a promise that is fulfilled with v. It may be called from any goroutine, costs one allocation, and belongs
// to no executor: a callback for it runs where it is registered, on the loop that does so or else on the default pool.
func Resolve[T any](v T) *Promise[T] {
	p := &Promise[T]{value: v}
	p.core.waiters.init(&settledMark)
	return p
}

// Reject returns a promise that is rejected with err. A *PanicError makes it carry that panic. A nil err is replaced by an
// error that says so. If nobody looks at the promise, that is reported: see [OnUnhandled]. It may be called from any
// goroutine, and belongs to no executor, as Resolve.
func Reject[T any](err error) *Promise[T] {
	p := new(Promise[T])
	p.core.reject(orNilRejection(err))
	p.core.settleUnpublished()
	return p
}

// cancelled returns a promise that is rejected as ctx is done.
func cancelled[T any](ctx context.Context) *Promise[T] {
	var zero T
	return Completed(zero, context.Cause(ctx))
}

// Completed returns a settled promise of what a call returned: it is rejected if err is not nil, and keeps v beside it, so
// that an await gives both. A *PanicError is an error like others here. It may be called from any goroutine, and belongs to no
// executor, as Resolve.
func Completed[T any](v T, err error) *Promise[T] {
	p := &Promise[T]{value: v}
	p.core.reject(heldError(err))
	p.core.settleUnpublished()
	return p
}

// NewPromise makes a pending promise and the functions that settle it. They may be called from any goroutine, in callbacks
// too, and any number of times: the first call settles, later ones do nothing. They never block or run code of others: who
// waits is made ready. A nil error is replaced by one that says so; a *PanicError makes the promise carry that panic.
//
// A cancelled ctx rejects the promise with context.Cause(ctx) if nothing settled it before. What waits for it without an
// executor of its own runs on that of ctx. ctx may be nil. A promise whose functions are lost stays pending: a call that waits
// for it is freed as garbage, and [Run] returns [ErrDeadlock] if it waits for that and nobody else refers to it. The cost is
// two allocations, and one where reject is not used.
func NewPromise[T any](ctx context.Context) (p *Promise[T], resolve func(T), reject func(error)) {
	p, resolve, n := newPlain[T](ctx)
	return p, resolve, n.fail
}

// newPlain does what NewPromise does, but for the function that rejects: so the compiler can put NewPromise into its caller, which need not
// make that function where it is not used.
//
//go:noinline
func newPlain[T any](ctx context.Context) (p *Promise[T], resolve func(T), n *leafNode) {
	l := new(newLeaf[T])
	l.node.open(ctx)
	return &l.promise, resolverOf(l), &l.node
}
