package async_test

// This file is about the order in which calls and callbacks of one loop run, where that is promised.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// A tracer writes down what happens.
type tracer struct{ got []string }

func (tr *tracer) note(what ...any) { tr.got = append(tr.got, fmt.Sprint(what...)) }

// steps is a call that notes n steps, and awaits what next gives after each.
func (tr *tracer) steps(ctx context.Context, name string, n int, next func() *async.Promise[async.Void]) *async.Promise[string] {
	return async.Stackful(ctx, name, func(co async.Coroutine) (string, error) {
		for i := range n {
			tr.note(name, i)
			async.CoAwait(co, next())
		}
		tr.note(name, " ends")
		return name, nil
	})
}

// then is a callback that notes its name.
func (tr *tracer) then(p *async.Promise[int], name string) *async.Promise[int] {
	return async.Then(p, func(v int) (int, error) { tr.note(name); return v, nil })
}

func TestOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(tr *tracer, ctx context.Context, co async.Coroutine)
		want string
	}{
		{"calls that give up their turn take turns", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			yield := func() *async.Promise[async.Void] { return async.Yield(ctx) }
			a, b, c := tr.steps(ctx, "a", 3, yield), tr.steps(ctx, "b", 2, yield), tr.steps(ctx, "c", 3, yield)
			tr.note("started")
			async.CoAwait(co, async.All(a, b, c))
		}, "a0 b0 c0 started a1 b1 c1 a2 b ends c2 a ends c ends"},
		{"a call runs on the stack of its caller up to its first wait", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			p := tr.steps(ctx, "a", 1, func() *async.Promise[async.Void] { return async.Yield(ctx) })
			tr.note("caller")
			async.CoAwait(co, p)
			tr.note("caller ends")
		}, "a0 caller a ends caller ends"},
		{"awaits of what is settled don't wait", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			settled := async.Resolve(async.Void{})
			ready := func() *async.Promise[async.Void] { return settled }
			a, b := tr.steps(ctx, "a", 2, ready), tr.steps(ctx, "b", 2, ready)
			tr.note("caller")
			async.CoAwait(co, async.All(a, b))
		}, "a0 a1 a ends b0 b1 b ends caller"},
		{"chains of callbacks take turns", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			a := tr.then(tr.then(tr.then(async.Resolve(1), "a1"), "a2"), "a3")
			b := tr.then(tr.then(tr.then(async.Resolve(1), "b1"), "b2"), "b3")
			tr.note("registered")
			async.CoAwait(co, async.All(a, b))
		}, "registered a1 b1 a2 b2 a3 b3"},
		{"callbacks run in the order in which their promises settle", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			p, resolveP, _ := async.NewPromise[int](ctx)
			q, resolveQ, _ := async.NewPromise[int](ctx)
			p1, q1, p2, q2 := tr.then(p, "p1"), tr.then(q, "q1"), tr.then(p, "p2"), tr.then(q, "q2")
			resolveQ(1)
			resolveP(1)
			p3, q3 := tr.then(p, "p3"), tr.then(q, "q3")
			tr.note("settled")
			async.CoAwait(co, async.All(p1, q1, p2, q2, p3, q3))
		}, "settled q1 q2 p1 p2 p3 q3"},
		{"a callback that a callback registers comes behind those that are ready", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			p := async.Resolve(1)
			var late *async.Promise[int]
			a := async.Then(p, func(int) (int, error) {
				tr.note("a")
				late = tr.then(p, "late")
				return 0, nil
			})
			b := tr.then(p, "b")
			async.CoAwait(co, async.All(a, b))
			async.CoAwait(co, late)
		}, "a b late"},
		{"those who await one promise go on in the order in which they came", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			var e async.Event
			one := e.Wait(ctx)
			wait := func() *async.Promise[async.Void] { return one }
			a, b, c := tr.steps(ctx, "a", 1, wait), tr.steps(ctx, "b", 1, wait), tr.steps(ctx, "c", 1, wait)
			e.Set()
			async.CoAwait(co, async.All(a, b, c))
		}, "a0 b0 c0 a ends b ends c ends"},
		{"posted functions run in the order in which they were posted", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			l := async.NewLoop()
			for i := range 3 {
				l.Post(func() {
					tr.note("f", i)
					l.Post(func() { tr.note("g", i) })
				})
			}
			for l.Poll() {
			}
		}, "f0 f1 f2 g0 g1 g2"},
		{"errors skip Then up to the next Catch, and values skip Catch", func(tr *tracer, ctx context.Context, co async.Coroutine) {
			p := async.Then(async.Resolve(1), func(v int) (int, error) { tr.note("then", v); return v + 1, io.EOF })
			p = async.Then(p, func(v int) (int, error) { tr.note("skipped"); return v, nil })
			p = async.Finally(p, func() { tr.note("finally") })
			p = async.Catch(p, func(err error) (int, error) { tr.note("catch ", err); return 5, nil })
			p = async.Catch(p, func(err error) (int, error) { tr.note("skipped"); return 0, nil })
			p = async.Then(p, func(v int) (int, error) { tr.note("then", v); return 0, errors.New("last") })
			_, err := async.CoAwait(co, p)
			tr.note(err)
		}, "then1 finally catch EOF then5 last"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tr tracer
			run(t, func(ctx context.Context, co async.Coroutine) { c.run(&tr, ctx, co) })
			if got := strings.Join(tr.got, " "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
