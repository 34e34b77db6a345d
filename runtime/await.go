package async

// This file holds the await markers as functions: the blocking form. Generated code has none of them.

// Await waits until a is settled and returns its value and error. If a carries a panic, it panics again with the
// original value. In an async function it suspends the call; everywhere else it blocks the goroutine, and panics on the
// goroutine of a loop, which it would stop for ever. Await of nil panics.
func Await[T any](a Awaitable[T]) (T, error) {
	p := promiseOf(a)
	if p.Pending() != nil {
		p.block()
	}
	return p.Get()
}

// Await2 is Await for a promise of two values.
func Await2[A, B any](a Awaitable[Tuple2[A, B]]) (A, B, error) {
	t, err := Await(a)
	return t.V1, t.V2, err
}

// Await3 is Await for a promise of three values.
func Await3[A, B, C any](a Awaitable[Tuple3[A, B, C]]) (A, B, C, error) {
	t, err := Await(a)
	return t.V1, t.V2, t.V3, err
}

// Await4 is Await for a promise of four values.
func Await4[A, B, C, D any](a Awaitable[Tuple4[A, B, C, D]]) (A, B, C, D, error) {
	t, err := Await(a)
	return t.V1, t.V2, t.V3, t.V4, err
}

// Must0 panics with err if it is not nil.
func Must0(err error) {
	if err != nil {
		panic(err)
	}
}

// Must returns v. It panics with err if that is not nil, so that an await can stand inside an expression.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Must2 is Must for two values.
func Must2[A, B any](a A, b B, err error) (A, B) {
	if err != nil {
		panic(err)
	}
	return a, b
}

// Must3 is Must for three values.
func Must3[A, B, C any](a A, b B, c C, err error) (A, B, C) {
	if err != nil {
		panic(err)
	}
	return a, b, c
}

// Must4 is Must for four values.
func Must4[A, B, C, D any](a A, b B, c C, d D, err error) (A, B, C, D) {
	if err != nil {
		panic(err)
	}
	return a, b, c, d
}
