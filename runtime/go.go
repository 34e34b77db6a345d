package async

// This file runs blocking code on goroutines of its own.

import "context"

// Go runs fn, which may block, on a goroutine of its own, and returns the promise of its result. A cancelled ctx rejects the
// promise at once; fn has to look at ctx itself to end early, and what it returns is dropped then. fn is not called if ctx is
// done already. A panic in fn is carried by the promise, or if that is rejected already, one that nobody handles: see
// [OnUnhandled]. A Goexit rejects the promise with ErrGoexit. ctx may be nil. Go may be called
// from any goroutine. The loop of ctx does not end while fn runs. The cost is a goroutine and five allocations.
func Go[T any](ctx context.Context, fn func(ctx context.Context) (T, error)) *Promise[T] {
	l := new(leaf[T])
	l.node.kind = leafGo
	if l.node.open(ctx) {
		begin(l, ctx, fn)
	}
	return &l.promise
}

// Start runs fn on a goroutine of its own and returns the promise of its result. In an async function, where fn is a literal that
// awaits, fn becomes an async function itself, that starts at once on the stack of its caller. The promise settles when fn has ended,
// also if ctx is cancelled. ctx may be nil. Start may be called from any goroutine.
func Start[T any](ctx context.Context, fn func(ctx context.Context) (T, error)) *Promise[T] {
	l := new(leaf[T])
	l.node.kind = leafStart
	l.node.openEndless(ctx) // the block ends when its function does
	begin(l, ctx, fn)
	return &l.promise
}

// begin runs fn and settles l with what becomes of it.
func begin[T any](l *leaf[T], ctx context.Context, fn func(ctx context.Context) (T, error)) {
	if ctx == nil {
		ctx = context.Background()
	}
	loop := l.promise.core.exec.home.loop
	if loop != nil {
		loop.external.Add(1)
	}
	go func() {
		if loop != nil {
			defer loop.arrived()
		}
		callFor(l, ctx, fn)
	}()
}

// callFor settles l with what becomes of fn.
func callFor[T any](l *leaf[T], ctx context.Context, fn func(ctx context.Context) (T, error)) {
	var v T
	err := error(ErrGoexit)
	normal := false
	defer func() {
		if !normal {
			if p := recover(); p != nil {
				err = newPanic(p, nil)
			}
		}
		if !complete(l, nil, v, err) {
			lose(l.promise.core.exec, err)
		}
	}()
	v, err = fn(ctx)
	err = heldError(err)
	normal = true
}

// uncountForeign is called when a promise of elsewhere has made ready what it had to, or is not waited for any more.
func (l *Loop) uncountForeign() {
	if l.foreign.Add(-1) == 0 {
		l.lookAgain()
	}
}

// lose reports a panic that came when the promise that was to carry it was settled already. e is where that belongs.
func lose(e *executor, raw error) {
	c := &Core{exec: e}
	c.reject(raw)
	if c.panics() {
		c.report()
	}
}

// arrived is called when a goroutine that the loop waited for has made ready what it had to.
func (l *Loop) arrived() {
	if l.external.Add(-1) == 0 {
		l.lookAgain()
	}
}

// lookAgain makes the loop look again what it expects: also if it has just done so, and is about to park for what was there before.
func (l *Loop) lookAgain() {
	if l.parked.Load() {
		l.unpark()
	} else if !l.drives() {
		l.wakes.send()
	}
}
