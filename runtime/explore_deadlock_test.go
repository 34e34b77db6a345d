//go:build goawait_sim

package async

// This file has the watchdog look for a deadlock while somebody settles what the main promise waits for.

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"weak"
)

// looking makes the main promise of a Run on l. It gives a thread that runs l and then looks once whether that waits only for what cannot
// come, and a check that this was not found, and that the promise has settled in the end.
func looking(l *Loop, begin func(ctx context.Context) *Core) (look func(), check func() error) {
	var main *Core
	l.Post(func() { main = begin(WithExecutor(context.Background(), l)) })
	l.Poll()
	lost := false
	look = func() {
		r := &mainRun{loop: l, main: weak.Make(main)}
		l.enter()
		for l.turn() {
		}
		lost = l.nothingLeft() && r.watch.stuck(r)
		l.leave()
	}
	return look, func() error {
		for l.Poll() {
		}
		switch {
		case lost:
			return errors.New("a deadlock was found")
		case !main.settled():
			return errors.New("the main promise is pending")
		}
		return nil
	}
}

// What settles is no deadlock, in whichever way it comes to the main promise.
func TestExploreSettleLook(t *testing.T) {
	join := func(ctx context.Context, ps ...*Promise[Void]) *Group {
		g, _ := NewGroup(ctx)
		for _, p := range ps {
			g.GoAsync(func(context.Context) *Promise[Void] { return p })
		}
		return g
	}
	for _, c := range []struct {
		name string
		main func(ctx context.Context, p *Promise[Void]) *Core
	}{
		{"promise", func(_ context.Context, p *Promise[Void]) *Core { return &p.core }},
		{"callback", func(_ context.Context, p *Promise[Void]) *Core {
			return &Finally(Finally(p, func() {}), func() {}).core
		}},
		{"All", func(_ context.Context, p *Promise[Void]) *Core { return &All(p, p).core }},
		{"Race", func(_ context.Context, p *Promise[Void]) *Core { return &Race(Race[Void](), p).core }},
		{"All of All", func(_ context.Context, p *Promise[Void]) *Core {
			return &All(All(p), All(Resolve(Void{}))).core
		}},
		{"AsCompleted", func(_ context.Context, p *Promise[Void]) (c *Core) {
			for q := range AsCompleted(p) {
				c = &All(q).core
			}
			return c
		}},
		{"Map", func(ctx context.Context, p *Promise[Void]) *Core {
			return &MapAsync(ctx, []int{1, 2}, 1, func(context.Context, int) *Promise[Void] { return p }).core
		}},
		{"follower", func(ctx context.Context, p *Promise[Void]) *Core {
			q, follow := NewFollower[Void](ctx)
			follow(p)
			return &All(q).core
		}},
		{"group", func(ctx context.Context, p *Promise[Void]) *Core { return &join(ctx, p, p).Wait().core }},
		{"group of a member that others wait for", func(ctx context.Context, p *Promise[Void]) *Core {
			Then(p, func(Void) (Void, error) { return Void{}, nil })
			return &All(join(ctx, p).Wait()).core
		}},
		{"call", func(ctx context.Context, p *Promise[Void]) *Core {
			q := NewQueue[int](0)
			Finally(p, func() { q.TryPut(1) })
			return &waiterAsync(ctx, []waiterOp{{take: q.TakeStep, then: func(int, error) {}}}).core
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, of := range []bool{false, true} {
				explore(t, 2, func() ([]func(), func() error) {
					l := NewLoop()
					var ctx context.Context
					if of {
						ctx = WithExecutor(context.Background(), l)
					}
					p, resolve, _ := NewPromise[Void](ctx)
					look, check := looking(l, func(ctx context.Context) *Core { return c.main(ctx, p) })
					return []func(){func() { resolve(Void{}) }, look}, check
				})
			}
		})
	}
}

// The last calls of a group end on two goroutines, and somebody else waits for it, too.
func TestExploreGroupLook(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		l := NewLoop()
		g, _ := NewGroup(WithExecutor(context.Background(), l))
		var threads []func()
		for range 2 {
			p, resolve, _ := NewPromise[Void](nil)
			g.GoAsync(func(context.Context) *Promise[Void] { return p })
			threads = append(threads, func() { resolve(Void{}) })
		}
		look, check := looking(l, func(context.Context) *Core { return &g.Wait().core })
		var again *Promise[Void]
		return append(threads, look, func() { again = g.Wait() }), func() error {
			if again.State() != Fulfilled {
				return fmt.Errorf("the second wait is %v", again.State())
			}
			return check()
		}
	})
}
