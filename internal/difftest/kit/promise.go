package kit

// This file holds the values and promises that programs are written with.

import async "github.com/goawait/goawait/runtime"

// V traces s and gives v back.
func V[X any](t *T, s string, v X) X {
	t.Log(s)
	return v
}

// X traces s and panics with it.
func X(t *T, s string) {
	t.Log(s)
	panic(s)
}

// PanicInt is X where an int is needed.
func PanicInt(t *T, s string) int {
	X(t, s)
	return 0
}

// A traces s and makes a promise of v.
func A[X any](t *T, s string, v X) *async.Promise[X] {
	t.Log(s)
	return promised(t, v, nil)
}

// Quiet makes a promise of v without a trace: for awaits of which nobody can say how many there are.
func Quiet[X any](t *T, v X) *async.Promise[X] { return promised(t, v, nil) }

// E traces s and makes a promise that is rejected with err.
func E[X any](t *T, s string, err error) *async.Promise[X] {
	var zero X
	t.Log(s)
	return promised(t, zero, err)
}

// P traces s and makes a promise that carries a panic with v.
func P[X any](t *T, s string, v any) *async.Promise[X] {
	return E[X](t, s, &async.PanicError{Value: v})
}

// A2 traces s and makes a promise of a pair.
func A2[X, Y any](t *T, s string, x X, y Y) *async.Promise[async.Tuple2[X, Y]] {
	return A(t, s, async.Tuple2[X, Y]{V1: x, V2: y})
}

// A3 traces s and makes a promise of three values.
func A3[X, Y, Z any](t *T, s string, x X, y Y, z Z) *async.Promise[async.Tuple3[X, Y, Z]] {
	return A(t, s, async.Tuple3[X, Y, Z]{V1: x, V2: y, V3: z})
}

// A4 traces s and makes a promise of four values.
func A4[X, Y, Z, W any](t *T, s string, x X, y Y, z Z, w W) *async.Promise[async.Tuple4[X, Y, Z, W]] {
	return A(t, s, async.Tuple4[X, Y, Z, W]{V1: x, V2: y, V3: z, V4: w})
}

// Both traces s and makes a promise that is rejected with err and has the value v beside it.
func Both[X any](t *T, s string, v X, err error) *async.Promise[X] {
	t.Log(s)
	later, how := t.takeLater(), t.pick()
	if how == Ready {
		t.collect()
		later()
		return async.Completed(v, err)
	}
	b := &both[X]{v: v, err: err, wait: settled(t, how, later, async.Void{}, nil)}
	return b.Start(b, t.ctx)
}

// both is a call that waits once and then ends with a value and an error, which no pair of resolvers can do.
type both[X any] struct {
	async.Frame[X]
	v    X
	err  error
	wait *async.Promise[async.Void]
}

func (b *both[X]) Resume() {
	if b.At() == 0 && b.wait.Suspends(b.Task(), 1) {
		return
	}
	b.Finish(b.v, b.err)
}
func (b *both[X]) Release()               { b.wait = nil }
func (b *both[X]) Site() (fn, pos string) { return "kit.Both", "" }

// promised makes a promise of v, or one that is rejected with err, that settles as the mode says.
func promised[X any](t *T, v X, err error) *async.Promise[X] {
	later, how := t.takeLater(), t.pick()
	return settled(t, how, later, v, err)
}

// settled makes a promise of v, or one that is rejected with err. It runs later before it settles it.
func settled[X any](t *T, how Mode, later func(), v X, err error) *async.Promise[X] {
	if how == Ready {
		t.collect()
		later()
		if err != nil {
			return async.Reject[X](err)
		}
		return async.Resolve(v)
	}
	p, resolve, reject := async.NewPromise[X](t.ctx)
	settle := func() {
		if err != nil {
			reject(err)
			return
		}
		resolve(v)
	}
	switch how {
	case Blocking:
		later() // the caller does nothing before it awaits
		go settle()
	case Loop:
		t.onLoop(func() { later(); settle() })
	case Elsewhere:
		t.onLoop(func() { later(); go settle() }) // not before the call is suspended
	}
	return p
}
