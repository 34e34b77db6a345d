package async_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

func TestDeadlockNamesWhoWaitsForWhat(t *testing.T) {
	const call = "adder (core_test.go:1)"
	for _, c := range []struct {
		name string
		main func(ctx context.Context) *async.Promise[int]
		want []string
	}{
		{"calls that await each other", func(ctx context.Context) *async.Promise[int] {
			y := async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
			a, b := &adder{a: y}, &adder{a: y}
			b.b = a.Start(a, ctx) // each waits for y first
			a.b = b.Start(b, ctx)
			return b.b
		}, []string{"Run waits for " + call, call + " waits for " + call, call + " waits for " + call}},
		{"queue without another end", func(ctx context.Context) *async.Promise[int] {
			q := async.NewQueue[int](0)
			return addAsync(ctx, q.Take(ctx), q.Take(ctx))
		}, []string{"Run waits for " + call, call + " waits for Queue.Take that nothing can settle any more"}},
		{"mutex that is never unlocked", func(ctx context.Context) *async.Promise[int] {
			m := new(async.Mutex)
			m.TryLock()
			return async.Then(m.Lock(ctx), func(async.Void) (int, error) { return 1, nil })
		}, []string{"Run waits for Then", "Then waits for Mutex.Lock that nothing can settle any more"}},
		{"combinator", func(ctx context.Context) *async.Promise[int] {
			p, _, _ := async.NewPromise[int](nil)
			return async.Then(async.All(p, addAsync(ctx, p, p), async.Resolve(1)), func([]int) (int, error) { return 1, nil })
		}, []string{
			"Run waits for Then",
			"Then waits for All",
			"All waits for NewPromise that nothing can settle any more",
			"All waits for " + call,
			call + " waits for NewPromise that nothing can settle any more",
		}},
		{"group", func(ctx context.Context) *async.Promise[int] {
			g, _ := async.NewGroup(ctx)
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] { return new(async.Event).Wait(ctx) })
			return async.Then(g.Wait(), func(async.Void) (int, error) { return 1, nil })
		}, []string{
			"Run waits for Then",
			"Then waits for Group.Wait",
			"Group.Wait waits for Event.Wait that nothing can settle any more",
		}},
		{"Map", func(ctx context.Context) *async.Promise[int] {
			p := async.MapAsync(ctx, []int{1}, 0, func(ctx context.Context, i int) *async.Promise[async.Void] {
				return new(async.Event).Wait(ctx)
			})
			return async.Then(p, func([]async.Void) (int, error) { return 1, nil })
		}, []string{"Run waits for Then", "Then waits for Map", "Map waits for Event.Wait that nothing can settle any more"}},
		{"a leaf", func(ctx context.Context) *async.Promise[int] {
			p, _, _ := async.NewPromise[int](nil)
			return p
		}, []string{"Run waits for NewPromise that nothing can settle any more"}},
		{"combinator of strays", func(ctx context.Context) *async.Promise[int] {
			p, _, _ := async.NewPromise[int](nil)
			both := async.Race(p, p)
			return addAsync(ctx, both, both)
		}, []string{"Run waits for " + call, call + " waits for Race",
			"Race waits for NewPromise that nothing can settle any more",
			"Race waits for NewPromise that nothing can settle any more"}},
		{"race of nothing", func(ctx context.Context) *async.Promise[int] { return async.Race[int]() },
			[]string{"Run waits for Race"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := async.Run(context.Background(), c.main)
			want := "async: deadlock:\n\t" + strings.Join(c.want, "\n\t")
			if !errors.Is(err, async.ErrDeadlock) || err.Error() != want {
				t.Errorf("got\n%v\nwant\n%s", err, want)
			}
		})
	}
}

// Run ends with ErrGoexit where its function exits, as soon as nothing that was started can go on.
func TestExitOfMain(t *testing.T) {
	for name, start := range map[string]func(ctx context.Context) (late *async.Promise[int]){
		"with nothing": func(ctx context.Context) *async.Promise[int] { return nil },
		"with lost calls": func(ctx context.Context) *async.Promise[int] {
			p, _, _ := async.NewPromise[int](ctx)
			addAsync(ctx, p, p)
			async.Race(p, async.NewQueue[int](0).Take(ctx))
			return nil
		},
		"with a call that is going to end": func(ctx context.Context) *async.Promise[int] {
			p, resolve, _ := async.NewPromise[int](ctx)
			time.AfterFunc(100*time.Millisecond, func() { resolve(1) })
			return addAsync(ctx, p, p)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var late *async.Promise[int]
			_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
				late = start(ctx)
				runtime.Goexit()
				return nil
			})
			if err != async.ErrGoexit || late != nil && late.State() != async.Fulfilled {
				t.Errorf("got %v; the call: %v", err, late)
			}
		})
	}
}

// Calls on two loops wait for each other.
func TestDeadlockOfTwoLoops(t *testing.T) {
	type call struct {
		p      *async.Promise[int]
		follow func(async.Awaitable[int])
	}
	calls, errs := make(chan call, 1), make(chan error)
	bg := context.Background()
	go func() {
		_, err := async.Run(bg, func(ctx context.Context) *async.Promise[int] {
			on, follow := async.NewFollower[int](ctx)
			p := addAsync(ctx, on, on)
			calls <- call{p, follow}
			return p
		})
		errs <- err
	}()
	go func() {
		_, err := async.Run(bg, func(ctx context.Context) *async.Promise[int] {
			first := <-calls
			p := addAsync(ctx, first.p, first.p)
			first.follow(p)
			return p
		})
		errs <- err
	}()
	for range 2 {
		if err := <-errs; !errors.Is(err, async.ErrDeadlock) {
			t.Error(err)
		}
	}
}

// Two loops wait for what somebody settles when both have looked for a deadlock, and garbage has been collected.
func TestLateIsNoDeadlock(t *testing.T) {
	bg := context.Background()
	ps, sums := make(chan *async.Promise[int], 1), make(chan int)
	start := func(fn func(ctx context.Context) *async.Promise[int]) {
		v, err := async.Run(bg, fn)
		if err != nil {
			t.Error(err)
		}
		sums <- v
	}
	go start(func(ctx context.Context) *async.Promise[int] {
		p, resolve, _ := async.NewPromise[int](ctx)
		time.AfterFunc(100*time.Millisecond, func() { runtime.GC(); resolve(1) })
		q := addAsync(ctx, p, p)
		ps <- q
		return q
	})
	go start(func(ctx context.Context) *async.Promise[int] {
		p := <-ps
		return addAsync(ctx, p, async.Then(async.All(p), func(vs []int) (int, error) { return vs[0], nil }))
	})
	if sum := <-sums + <-sums; sum != 6 {
		t.Error(sum)
	}
}
