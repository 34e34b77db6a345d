//go:build goawait_sim

package async

// This file has the watchdog look for a deadlock, and Run of a loop look whether it is to end, while somebody settles what is waited for.

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// looking makes the main promise of a Run on l. It gives a thread that runs l and then looks once whether that waits only for what cannot
// come, and a check that this was not found, and that the promise has settled in the end.
func looking(l *Loop, begin func(ctx context.Context) *Core) (look func(), check func() error) {
	var main *Core
	l.on(func(ctx context.Context) { main = begin(ctx) })
	lost := false
	look = func() {
		r := &mainRun{loop: l, main: makeWeak(main)}
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

// ways are those in which what p settles with may come to a promise of the loop of ctx.
var ways = []struct {
	name string
	of   func(ctx context.Context, p *Promise[Void]) *Promise[Void]
}{
	{"promise", func(_ context.Context, p *Promise[Void]) *Promise[Void] { return p }},
	{"callback", func(_ context.Context, p *Promise[Void]) *Promise[Void] { return Finally(p, func() {}) }},
	{"All", func(_ context.Context, p *Promise[Void]) *Promise[Void] { return void(All(p, p)) }},
	{"Race", func(_ context.Context, p *Promise[Void]) *Promise[Void] { return Race(Race[Void](), p) }},
	{"All of All", func(_ context.Context, p *Promise[Void]) *Promise[Void] {
		return void(All(All(p), All(Resolve(Void{}))))
	}},
	{"Race with what never settles", func(ctx context.Context, p *Promise[Void]) *Promise[Void] {
		never, _, _ := NewPromise[Void](nil)
		return Race(void(All(p)), Race(never, p), never)
	}},
	{"AsCompleted", func(_ context.Context, p *Promise[Void]) (first *Promise[Void]) {
		for q := range AsCompleted(p, p) {
			if first == nil {
				first = q
			}
		}
		return first
	}},
	{"Map", func(ctx context.Context, p *Promise[Void]) *Promise[Void] {
		return void(MapAsync(ctx, []int{1, 2}, 1, func(context.Context, int) *Promise[Void] { return p }))
	}},
	{"follower", func(ctx context.Context, p *Promise[Void]) *Promise[Void] {
		q, follow := NewFollower[Void](ctx)
		follow(p)
		return void(All(q))
	}},
	{"group", func(ctx context.Context, p *Promise[Void]) *Promise[Void] { return groupOf(ctx, p, p).Wait() }},
	{"group of a member that others wait for", func(ctx context.Context, p *Promise[Void]) *Promise[Void] {
		Catch(p, func(error) (Void, error) { return Void{}, nil })
		return void(All(groupOf(ctx, p).Wait()))
	}},
	{"group that belongs nowhere", func(_ context.Context, p *Promise[Void]) *Promise[Void] {
		return groupOf(context.Background(), p).Wait()
	}},
	{"call", func(ctx context.Context, p *Promise[Void]) *Promise[Void] {
		q := NewQueue[int](0)
		Then(Finally(p, func() { q.TryPut(1) }), func(Void) (Void, error) { return Void{}, nil })
		return waiterAsync(ctx, []waiterOp{{take: q.TakeStep, then: func(int, error) {}}})
	}},
}

func void[T any](p *Promise[T]) *Promise[Void] {
	return Then(p, func(T) (Void, error) { return Void{}, nil })
}

func groupOf(ctx context.Context, ps ...*Promise[Void]) *Group {
	g, _ := NewGroup(ctx)
	for _, p := range ps {
		g.GoAsync(func(context.Context) *Promise[Void] { return p })
	}
	return g
}

// on runs f on l.
func (l *Loop) on(f func(ctx context.Context)) {
	l.Post(func() { f(WithExecutor(context.Background(), l)) })
	for l.Poll() {
	}
}

// What settles is no deadlock, in whichever way it comes to the main promise.
func TestExploreSettleLook(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			for _, own := range []bool{false, true} {
				explore(t, 2, func() ([]func(), func() error) {
					l := NewLoop()
					var ctx context.Context
					if own {
						ctx = WithExecutor(context.Background(), l)
					}
					p, resolve, _ := NewPromise[Void](ctx)
					look, check := looking(l, func(ctx context.Context) *Core { return &way.of(ctx, p).core })
					return []func(){func() { resolve(Void{}) }, look}, check
				})
			}
		})
	}
}

// Run of a loop does not return before it has run what waits for a promise that belongs elsewhere, in whichever way.
func TestExploreSettleElsewhere(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			for _, rejected := range []bool{false, true} {
				explore(t, 2, func() ([]func(), func() error) {
					l := NewLoop()
					p, resolve, reject := NewPromise[Void](nil)
					var done *Promise[Void]
					l.on(func(ctx context.Context) {
						done = Catch(way.of(ctx, p), func(error) (Void, error) { return Void{}, nil })
					})
					settle := func() { resolve(Void{}) }
					if rejected {
						settle = func() { reject(ErrClosed) }
					}
					early := false
					run := func() {
						l.Run()
						early = done.State() == Pending
					}
					return []func(){run, settle}, func() error {
						if n := l.foreign.Load(); n != 0 || early {
							return fmt.Errorf("ended early: %v, and waits for %d", early, n)
						}
						return nil
					}
				})
			}
		})
	}
}

// Run of a loop returns when the goroutine is over that it has waited for.
func TestExploreGoRun(t *testing.T) {
	explore(t, 3, func() ([]func(), func() error) {
		l := NewLoop()
		ran, early := false, false
		l.external.Add(1) // as Go does
		return []func(){
				func() { l.Run(); early = !ran },
				func() { l.Post(func() { ran = true }); l.arrived() },
			}, func() error {
				if early {
					return errors.New("ended early")
				}
				return nil
			}
	})
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
