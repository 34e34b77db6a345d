package async

// This file holds the await markers as functions: the blocking form. Generated code has none of them.

// Await waits until a is settled and returns its value and error. If a carries a panic, it panics again with the original
// value.
//
// In an async function it is a marker: the twin suspends there, or goes on at once if a is settled. Everywhere else it blocks
// the goroutine. It may be called from any goroutine but that of a loop, where it panics if a is pending, as it would stop
// that loop for ever; on a goroutine of a pool, it lets that have one more while it waits. Await of nil panics. Any number of
// awaits, before and after a settles, get the same. An await of what is settled costs a few nanoseconds and no allocation; one
// that blocks costs a channel and a walk up the stack.
func Await[T any](a Awaitable[T]) (T, error) {
	p := promiseOf(a)
	if c := p.core.pending(); c != nil {
		c.block()
	}
	return p.Get()
}

// Await2 is [Await] for a promise of two values. All that is said there holds, of goroutines too.
func Await2[A, B any](a Awaitable[Tuple2[A, B]]) (A, B, error) {
	t, err := Await(a)
	return t.V1, t.V2, err
}

// Await3 is [Await] for a promise of three values. All that is said there holds, of goroutines too.
func Await3[A, B, C any](a Awaitable[Tuple3[A, B, C]]) (A, B, C, error) {
	t, err := Await(a)
	return t.V1, t.V2, t.V3, err
}

// Await4 is [Await] for a promise of four values. All that is said there holds, of goroutines too.
func Await4[A, B, C, D any](a Awaitable[Tuple4[A, B, C, D]]) (A, B, C, D, error) {
	t, err := Await(a)
	return t.V1, t.V2, t.V3, t.V4, err
}

// Must0 panics with err if it is not nil: for a function that returns nothing else. It may be called from any goroutine.
func Must0(err error) {
	if err != nil {
		panic(err)
	}
}

// Must returns v. It panics with err if that is not nil, so that an await can stand inside an expression:
//
//	total += async.Must(async.Await(PriceAsync(ctx, id))) * n
//
// In an async function the panic rejects the promise with a *PanicError, which is err to errors.Is and errors.As. Must may be
// called from any goroutine.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Must2 is [Must] for two values. It may be called from any goroutine.
func Must2[A, B any](a A, b B, err error) (A, B) {
	if err != nil {
		panic(err)
	}
	return a, b
}

// Must3 is [Must] for three values. It may be called from any goroutine.
func Must3[A, B, C any](a A, b B, c C, err error) (A, B, C) {
	if err != nil {
		panic(err)
	}
	return a, b, c
}

// Must4 is [Must] for four values. It may be called from any goroutine.
func Must4[A, B, C, D any](a A, b B, c C, d D, err error) (A, B, C, D) {
	if err != nil {
		panic(err)
	}
	return a, b, c, d
}
