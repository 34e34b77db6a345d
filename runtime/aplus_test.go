package async_test

// This file goes through the requirements of the Promises/A+ specification, version 1.1, by their numbers. Where Go has other forms for
// them, the test says which:
//
//   - then takes two functions there. Here these are Then, for fulfilment, and Catch, for rejection; each passes on what it does not take.
//   - A function throws there. Here it returns an error, or panics; both reject.
//   - A function that returns a promise has it adopted there. Here the type says what a function returns: adopting is asked for, with
//     NewFollower, and a thenable is an Awaitable.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// An aplus is a test of a requirement.
type aplus struct {
	*testing.T
	ctx context.Context
	co  async.Coroutine
}

// turn lets everything run that is ready.
func (t *aplus) turn() {
	for range 10 {
		async.CoAwait(t.co, async.Yield(t.ctx))
	}
}

func (t *aplus) is(got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// each runs f for a promise that will settle as told: for one that has settled, one that settles just behind f, and one that settles later.
func (t *aplus) each(v int, err error, f func(p *async.Promise[int])) {
	settled := async.Resolve(v)
	if err != nil {
		settled = async.Reject[int](err)
	}
	f(settled)
	for _, later := range []bool{false, true} {
		p, resolve, reject := async.NewPromise[int](t.ctx)
		f(p)
		if later {
			t.turn()
		}
		if err != nil {
			reject(err)
		} else {
			resolve(v)
		}
	}
	t.turn()
}

var errReason = errors.New("reason")

// An awaitable is a thenable.
type awaitable func() *async.Promise[int]

func (a awaitable) Promise() *async.Promise[int] { return a() }

var aplusTests = []struct {
	clause string
	test   func(t *aplus)
}{
	{"2.1.1.1 a pending promise may become fulfilled or rejected", func(t *aplus) {
		p, resolve, _ := async.NewPromise[int](t.ctx)
		q, _, reject := async.NewPromise[int](t.ctx)
		t.is(p.State(), async.Pending)
		resolve(1)
		reject(errReason)
		t.is(p.State(), async.Fulfilled)
		t.is(q.State(), async.Rejected)
		async.CoAwait(t.co, q)
	}},
	{"2.1.2.1 2.1.2.2 a fulfilled promise stays so, with its value", func(t *aplus) {
		p, resolve, reject := async.NewPromise[int](t.ctx)
		calls := 0
		async.Then(p, func(v int) (int, error) { calls += v; return 0, nil })
		resolve(1)
		resolve(2)
		reject(errReason)
		t.turn()
		reject(errReason)
		resolve(3)
		t.turn()
		t.is(show(t.co, p), "1 <nil>")
		t.is(calls, 1)
	}},
	{"2.1.3.1 2.1.3.2 a rejected promise stays so, with its reason", func(t *aplus) {
		p, resolve, reject := async.NewPromise[int](t.ctx)
		calls := 0
		async.Catch(p, func(error) (int, error) { calls++; return 0, nil })
		reject(errReason)
		reject(io.EOF)
		resolve(2)
		t.turn()
		resolve(3)
		reject(io.EOF)
		t.turn()
		t.is(show(t.co, p), "0 reason")
		t.is(calls, 1)
	}},
	{"2.2.1 Then takes no function for rejection, and Catch none for fulfilment; a nil function is a fault at the call", func(t *aplus) {
		t.each(0, errReason, func(p *async.Promise[int]) {
			q := async.Then(p, func(int) (int, error) { t.Error("called"); return 0, nil })
			async.Catch(q, func(err error) (int, error) { t.is(err, errReason); return 0, nil })
		})
		t.each(1, nil, func(p *async.Promise[int]) {
			async.Catch(p, func(error) (int, error) { t.Error("called"); return 0, nil })
		})
		for _, f := range []func(){
			func() { async.Then[int, int](async.Resolve(1), nil) },
			func() { async.Catch(async.Resolve(1), nil) },
			func() { async.Finally(async.Resolve(1), nil) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Error("a nil function is taken")
					}
				}()
				f()
			}()
		}
	}},
	{"2.2.2.1 2.2.2.3 a function for fulfilment gets the value, once", func(t *aplus) {
		calls := 0
		t.each(7, nil, func(p *async.Promise[int]) {
			async.Then(p, func(v int) (int, error) { calls++; t.is(v, 7); return 0, nil })
		})
		t.is(calls, 3)
	}},
	{"2.2.2.2 it is not called before", func(t *aplus) {
		p, resolve, _ := async.NewPromise[int](t.ctx)
		called := false
		async.Then(p, func(int) (int, error) { called = true; return 0, nil })
		t.turn()
		t.is(called, false)
		resolve(1)
		t.turn()
		t.is(called, true)
	}},
	{"2.2.3.1 2.2.3.3 a function for rejection gets the reason, once", func(t *aplus) {
		calls := 0
		t.each(0, errReason, func(p *async.Promise[int]) {
			async.Catch(p, func(err error) (int, error) { calls++; t.is(err == errReason, true); return 0, nil })
		})
		t.is(calls, 3)
	}},
	{"2.2.3.2 it is not called before", func(t *aplus) {
		p, _, reject := async.NewPromise[int](t.ctx)
		called := false
		async.Catch(p, func(error) (int, error) { called = true; return 0, nil })
		t.turn()
		t.is(called, false)
		reject(errReason)
		t.turn()
		t.is(called, true)
	}},
	{"2.2.4 functions are not called inside of the call that registers or settles, nor of another function", func(t *aplus) {
		inside := false
		check := func(int) (int, error) {
			t.is(inside, false)
			return 0, nil
		}
		within := func(f func()) {
			inside = true
			f()
			inside = false
		}
		within(func() { async.Then(async.Resolve(1), check) })
		within(func() {
			async.Catch(async.Reject[int](errReason), func(error) (int, error) { return check(0) })
		})
		p, resolve, _ := async.NewPromise[int](t.ctx)
		async.Then(p, check)
		async.Finally(p, func() { check(0) })
		within(func() { resolve(1) })
		async.Then(async.Resolve(1), func(int) (int, error) {
			within(func() { async.Then(async.Resolve(1), check) })
			return 0, nil
		})
		t.turn()
	}},
	{"2.2.6.1 functions for fulfilment are called in the order in which they were registered", func(t *aplus) {
		t.each(1, nil, func(p *async.Promise[int]) {
			var order []int
			for i := range 5 {
				async.Then(p, func(int) (int, error) {
					order = append(order, i)
					if i == 2 {
						return 0, errReason // is no matter to the others
					}
					return 0, nil
				})
			}
			async.Then(p, func(int) (int, error) { t.is(order, []int{0, 1, 2, 3, 4}); return 0, nil })
		})
	}},
	{"2.2.6.2 so are those for rejection", func(t *aplus) {
		t.each(0, errReason, func(p *async.Promise[int]) {
			var order []int
			for i := range 5 {
				async.Catch(p, func(error) (int, error) { order = append(order, i); return 0, nil })
			}
			async.Finally(p, func() { order = append(order, 5) })
			async.Catch(p, func(error) (int, error) { t.is(order, []int{0, 1, 2, 3, 4, 5}); return 0, nil })
		})
	}},
	{"2.2.7 Then, Catch and Finally return a promise", func(t *aplus) {
		p := async.Resolve(1)
		t.is(async.Then(p, func(int) (string, error) { return "", nil }) != nil, true)
		t.is(async.Catch(p, func(error) (int, error) { return 0, nil }) != p, true)
		t.is(async.Finally(p, func() {}) != p, true)
	}},
	{"2.2.7.1 what a function returns fulfils the promise: a promise is a value like others", func(t *aplus) {
		t.each(1, nil, func(p *async.Promise[int]) {
			t.is(show(t.co, async.Then(async.Resolve(1), func(v int) (string, error) { return fmt.Sprint(v, "!"), nil })), "1! <nil>")
			inner := async.Resolve(5)
			q := async.Then(p, func(int) (*async.Promise[int], error) { return inner, nil })
			async.Then(q, func(v *async.Promise[int]) (int, error) { t.is(v == inner, true); return 0, nil })
		})
	}},
	{"2.2.7.2 an error rejects it, and a panic, which goes on", func(t *aplus) {
		t.each(1, nil, func(p *async.Promise[int]) {
			async.Catch(async.Then(p, func(int) (int, error) { return 0, errReason }), func(err error) (int, error) {
				t.is(err == errReason, true)
				return 0, nil
			})
			q := async.Then(p, func(int) (int, error) { panic("thrown") })
			async.Catch(q, func(err error) (int, error) {
				t.is(err.(*async.PanicError).Value, "thrown")
				return 0, nil
			})
		})
		t.is(show(t.co, async.Catch(async.Reject[int](errReason), func(error) (int, error) { panic("again") })), "panic again")
		t.is(show(t.co, async.Finally(async.Resolve(1), func() { panic("at last") })), "panic at last")
	}},
	{"2.2.7.3 Catch passes a value on", func(t *aplus) {
		t.each(3, nil, func(p *async.Promise[int]) {
			q := async.Catch(p, func(error) (int, error) { return 9, nil })
			async.Then(q, func(v int) (int, error) { t.is(v, 3); return 0, nil })
		})
	}},
	{"2.2.7.4 Then passes a reason on", func(t *aplus) {
		t.each(0, errReason, func(p *async.Promise[int]) {
			q := async.Then(p, func(int) (string, error) { return "", nil })
			async.Catch(q, func(err error) (string, error) { t.is(err == errReason, true); return "", nil })
		})
	}},
	{"2.3.1 a promise that is to follow itself is rejected", func(t *aplus) {
		p, follow := async.NewFollower[int](t.ctx)
		follow(p)
		_, err := async.CoAwait(t.co, p)
		t.is(err == async.ErrCycle, true)
	}},
	{"2.3.2.1 it is pending while what it follows is", func(t *aplus) {
		x, resolve, _ := async.NewPromise[int](t.ctx)
		p, follow := async.NewFollower[int](t.ctx)
		follow(x)
		t.turn()
		t.is(p.State(), async.Pending)
		resolve(1)
		t.turn()
		t.is(p.State(), async.Fulfilled)
	}},
	{"2.3.2.2 2.3.2.3 it settles as that does", func(t *aplus) {
		for _, err := range []error{nil, errReason, &async.PanicError{Value: "thrown"}} {
			t.each(4, err, func(x *async.Promise[int]) {
				p, follow := async.NewFollower[int](t.ctx)
				follow(x)
				async.Finally(async.AllSettled(p, x), func() {
					a, errA, okA := p.Result()
					b, errB, okB := x.Result()
					t.is(okA && okB && a == b && errA == errB, true)
				})
			})
		}
	}},
	{"2.3.3.1 the method Promise of an Awaitable is called once", func(t *aplus) {
		calls := 0
		a := awaitable(func() *async.Promise[int] { calls++; return async.Resolve(1) })
		p, follow := async.NewFollower[int](t.ctx)
		follow(a)
		t.is(show(t.co, p), "1 <nil>")
		t.is(calls, 1)
		async.CoAwait(t.co, a)
		t.is(calls, 2)
	}},
	{"2.3.3.2 a panic in it rejects, and so does a nil promise", func(t *aplus) {
		p, follow := async.NewFollower[int](t.ctx)
		follow(awaitable(func() *async.Promise[int] { panic("thrown") }))
		t.is(show(t.co, p), "panic thrown")
		p, follow = async.NewFollower[int](t.ctx)
		follow(awaitable(func() *async.Promise[int] { return nil }))
		t.is(show(t.co, p), "panic async: Await of a nil promise")
		p, follow = async.NewFollower[int](t.ctx)
		follow(nil)
		t.is(show(t.co, p), "panic async: Await of a nil promise")
	}},
	{"2.3.3.3.1 2.3.3.3.2 what an Awaitable gives is followed through any number of others", func(t *aplus) {
		for _, err := range []error{nil, errReason} {
			t.each(6, err, func(x *async.Promise[int]) {
				p := x
				for range 5 {
					q, follow := async.NewFollower[int](t.ctx)
					inner := p
					follow(awaitable(func() *async.Promise[int] { return inner }))
					p = q
				}
				async.Finally(async.AllSettled(p), func() {
					v, got, _ := p.Result()
					t.is(got == err && (err != nil || v == 6), true)
				})
			})
		}
	}},
	{"2.3.3.3.3 the first call decides, also while what it names is pending", func(t *aplus) {
		x, resolve, _ := async.NewPromise[int](t.ctx)
		p, follow := async.NewFollower[int](t.ctx)
		follow(x)
		follow(async.Resolve(2))
		follow(async.Reject[int](errReason))
		t.turn()
		t.is(p.State(), async.Pending)
		resolve(1)
		t.is(show(t.co, p), "1 <nil>")
	}},
	{"2.3.3.3.4 a panic after a call decided is no matter, and before it rejects", func(t *aplus) {
		p, follow := async.NewFollower[int](t.ctx)
		follow(async.Resolve(1))
		follow(awaitable(func() *async.Promise[int] { panic("too late") }))
		t.is(show(t.co, p), "1 <nil>")
		q := async.Then(async.Resolve(1), func(int) (int, error) { panic("before") })
		t.is(show(t.co, q), "panic before")
	}},
	{"2.3.3.4 2.3.4 what is no Awaitable is a value", func(t *aplus) {
		p, resolve, _ := async.NewPromise[func()](t.ctx)
		resolve(nil)
		v, err := async.CoAwait(t.co, p)
		t.is(v == nil && err == nil, true)
	}},
}

func TestPromisesAPlus(t *testing.T) {
	async.OnUnhandled(func(async.Unhandled) {}) // most of these promises have nobody
	defer async.OnUnhandled(nil)
	for _, c := range aplusTests {
		t.Run(c.clause, func(t *testing.T) {
			run(t, func(ctx context.Context, co async.Coroutine) { c.test(&aplus{t, ctx, co}) })
		})
	}
}

// 2.2.4 holds without a loop, too: on a pool, functions run on other goroutines, and start in the order in which they were registered.
func TestPromisesAPlusOnPool(t *testing.T) {
	ctx := async.WithExecutor(context.Background(), async.NewPool(1))
	p, resolve, _ := async.NewPromise[int](ctx)
	here := goroutine()
	var order []int
	var ps []*async.Promise[int]
	for i := range 5 {
		ps = append(ps, async.Then(p, func(int) (int, error) {
			if goroutine() == here {
				t.Error("called inside")
			}
			order = append(order, i)
			return i, nil
		}))
	}
	resolve(1)
	if vs, err := async.Await(async.All(ps...)); err != nil || !slices.Equal(vs, order) {
		t.Error(vs, order, err)
	}
}
