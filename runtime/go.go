package async

// This file runs blocking code on goroutines of its own.

import "context"

// A blockingCall is a function that runs on a goroutine of its own.
type blockingCall[T any] struct{ leaf[T] }

func (b *blockingCall[T]) label() string { return "Go" }

// Go runs fn, which may block, on a goroutine of its own, and returns the promise of its result. A cancelled ctx rejects the
// promise at once; fn has to look at ctx itself to end early, and what it returns is dropped then. fn is not called if ctx is
// done already. A panic in fn is carried by the promise, a Goexit rejects it with ErrGoexit. ctx may be nil. Go may be called
// from any goroutine. The loop of ctx does not end while fn runs. The cost is a goroutine and five allocations.
func Go[T any](ctx context.Context, fn func(ctx context.Context) (T, error)) *Promise[T] {
	b := new(blockingCall[T])
	if b.open(ctx, b) {
		b.begin(ctx, fn)
	}
	return &b.Promise
}

// A startedBlock is an async block in the blocking form. No context cancels it: it ends when its function does.
type startedBlock[T any] struct{ leaf[T] }

func (b *startedBlock[T]) label() string { return "Start" }

// Start runs fn on a goroutine of its own and returns the promise of its result. In an async function, where fn is a literal,
// fn becomes an async function itself, that starts at once on the stack of its caller. The promise settles when fn has ended,
// also if ctx is cancelled. ctx may be nil. Start may be called from any goroutine.
func Start[T any](ctx context.Context, fn func(ctx context.Context) (T, error)) *Promise[T] {
	b := new(startedBlock[T])
	b.openEndless(ctx, b)
	b.begin(ctx, fn)
	return &b.Promise
}

// openEndless is open for a leaf that no context cancels.
func (l *leaf[T]) openEndless(ctx context.Context, owner leafOwner) {
	h := ownHome(ctx)
	l.core.exec, l.owner = &h.leaves, owner
	h.scopes.addYoung(&l.leafNode)
}

// begin runs fn and settles l with what becomes of it.
func (l *leaf[T]) begin(ctx context.Context, fn func(ctx context.Context) (T, error)) {
	if ctx == nil {
		ctx = context.Background()
	}
	loop := l.core.exec.home.loop
	if loop != nil {
		loop.external.Add(1)
	}
	go func() {
		if loop != nil {
			defer loop.arrived()
		}
		l.call(ctx, fn)
	}()
}

func (l *leaf[T]) call(ctx context.Context, fn func(ctx context.Context) (T, error)) {
	var v T
	err := error(ErrGoexit)
	normal := false
	defer func() {
		if !normal {
			if p := recover(); p != nil {
				err = newPanic(p, nil)
			}
		}
		l.complete(v, err)
	}()
	v, err = fn(ctx)
	err = heldError(err)
	normal = true
}

// arrived is called when a goroutine that the loop waited for has made ready what it had to.
func (l *Loop) arrived() {
	if l.external.Add(-1) == 0 {
		l.poke()
	}
}
