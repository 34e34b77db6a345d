//go:build goawait_sim

package async

// This file goes through the interleavings of calls that join a group and end.

import (
	"context"
	"fmt"
	"testing"
)

// remaining is how many calls of g have not ended.
func (g *Group) remaining() int64 {
	if g.awaited {
		return g.left.Load()
	}
	return g.left.Load() - unawaited + g.joined
}

// The end of the last call and Wait: the promise of Wait settles, once.
func TestExploreGroupEndWait(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		g, _ := NewGroup(WithExecutor(context.Background(), NewLoop()))
		p, resolve, _ := NewPromise[Void](nil)
		g.GoAsync(func(context.Context) *Promise[Void] { return p })
		var wait *Promise[Void]
		return []func(){func() { resolve(Void{}) }, func() { wait = g.Wait() }}, func() error {
			if wait.State() != Fulfilled {
				return fmt.Errorf("wait is %v", wait.State())
			}
			return nil
		}
	})
}

// Two calls end, one of them with an error, and Wait comes: its promise settles once, behind both, and is rejected.
func TestExploreGroupEndEndWait(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		g, _ := NewGroup(WithExecutor(context.Background(), NewLoop()))
		ended := 0
		var threads []func()
		for _, err := range []error{nil, ErrClosed} {
			p, resolve, reject := NewPromise[Void](nil)
			g.GoAsync(func(context.Context) *Promise[Void] { return p })
			threads = append(threads, func() {
				ended++
				if err != nil {
					reject(err)
				} else {
					resolve(Void{})
				}
			})
		}
		var log []string
		var early bool
		w := newProbe("w", &log)
		var wait *Promise[Void]
		threads = append(threads, func() {
			wait = g.Wait()
			early = wait.core.settled() && ended < 2
			w.wait(&wait.core)
		})
		return threads, func() error {
			if _, err, ok := wait.Result(); !ok || err != ErrClosed || early {
				return fmt.Errorf("wait gave %v %v, early: %v", err, ok, early)
			}
			return w.once()
		}
	})
}

// Two calls fail, one of them with a panic, and Wait comes: the failure that it passes on is seen, and the panic is, or is to be reported.
func TestExploreGroupFailFailWait(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		g, _ := NewGroup(WithExecutor(context.Background(), NewLoop()))
		var threads []func()
		var members []*Core
		for _, err := range []error{ErrClosed, &PanicError{Value: 1}} {
			p, _, reject := NewPromise[Void](nil)
			g.GoAsync(func(context.Context) *Promise[Void] { return p })
			members = append(members, &p.core)
			threads = append(threads, func() { reject(err) })
		}
		var wait *Promise[Void]
		threads = append(threads, func() { wait = g.Wait() })
		return threads, func() error {
			_, err, ok := wait.Result()
			want := &settledMark
			if err == ErrClosed {
				want = &unseenMark
			}
			if !ok || members[0].waiters.load() != &settledMark || members[1].waiters.load() != want {
				return fmt.Errorf("wait gave %v %v, and the rest is not as it should be", err, ok)
			}
			return nil
		}
	})
}

// A call ends while it joins one group or two, and somebody else begins to wait for it.
func TestExploreGroupJoin(t *testing.T) {
	for _, groups := range []int{1, 2} {
		explore(t, 2, func() ([]func(), func() error) {
			ctx := WithExecutor(context.Background(), NewLoop())
			p, _, reject := NewPromise[Void](nil)
			var gs []*Group
			var waits []*Promise[Void]
			threads := []func(){func() { reject(ErrClosed) }}
			for i := range groups {
				g, _ := NewGroup(ctx)
				gs, waits = append(gs, g), append(waits, nil)
				threads = append(threads, func() {
					g.GoAsync(func(context.Context) *Promise[Void] { return p })
					waits[i] = g.Wait()
				})
			}
			var log []string
			a := newProbe("a", &log)
			if groups == 1 {
				threads = append(threads, func() { a.wait(coreOf(p)) })
			} else {
				a.woken = 1
			}
			return threads, func() error {
				for i, w := range waits {
					if _, err, ok := w.Result(); !ok || err != ErrClosed || gs[i].remaining() != 0 {
						return fmt.Errorf("wait gave %v %v, %d members are left", err, ok, gs[i].remaining())
					}
				}
				return a.once()
			}
		})
	}
}

// A combinator leaves a promise while that joins a group, and another one while that of a group is rejected.
func TestExploreGroupLeave(t *testing.T) {
	for _, joined := range []bool{false, true} {
		explore(t, -1, func() ([]func(), func() error) {
			g, _ := NewGroup(WithExecutor(context.Background(), NewLoop()))
			p, _, reject := NewPromise[Void](nil)
			join := func() { g.GoAsync(func(context.Context) *Promise[Void] { return p }) }
			var log []string
			a := newProbe("a", &log)
			threads := []func(){func() { coreOf(p).unsubscribe(&a.Task, true) }}
			if joined {
				join()
				threads = append(threads, func() { reject(ErrClosed) })
			} else {
				threads = append(threads, join)
			}
			a.wait(coreOf(p))
			return threads, func() error {
				reject(ErrClosed)
				if _, err, ok := g.Wait().Result(); !ok || err != ErrClosed || a.woken > 1 || coreOf(p).waiters.load() != &settledMark {
					return fmt.Errorf("wait gave %v %v, %d woken; is p to be reported: %v", err, ok, a.woken, unseen.young)
				}
				return nil
			}
		})
	}
}

// Calls join a group and end on several goroutines, while another one does not end.
func TestExploreGroupJoinJoin(t *testing.T) {
	explore(t, 1, func() ([]func(), func() error) {
		g, _ := NewGroup(WithExecutor(context.Background(), NewLoop()))
		long, end, _ := NewPromise[Void](nil)
		g.GoAsync(func(context.Context) *Promise[Void] { return long })
		wait := g.Wait()
		var threads []func()
		for range 2 {
			p, resolve, _ := NewPromise[Void](nil)
			joined := make([]bool, 1)
			threads = append(threads, func() {
				g.GoAsync(func(context.Context) *Promise[Void] { joined[0] = true; return p })
			}, func() {
				simBlock(func() bool { return joined[0] })
				resolve(Void{})
			})
		}
		return threads, func() error {
			early := wait.State() != Pending
			end(Void{})
			if n := g.remaining(); n != 0 || early || wait.State() != Fulfilled {
				return fmt.Errorf("%d are left, wait is %v, early: %v", n, wait.State(), early)
			}
			return nil
		}
	})
}

// A promise that is listed twice leaves the list twice, at once, while another one comes.
func TestExploreRollRemove(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		g := new(Group)
		var c, d Core
		g.others = new(roll)
		e := g.others.add(g, &c)
		g.others.add(g, &c)
		return []func(){func() { e.remove(&c) }, func() { e.remove(&c) }, func() { g.others.add(g, &d) }}, func() error {
			var left []*Core
			eachIn(&g.others.slotList, func(x *Core) bool { left = append(left, x); return true })
			if len(left) != 1 || left[0] != &d {
				return fmt.Errorf("%d are left", len(left))
			}
			return nil
		}
	})
}

// A call is added while Wait begins, and again while a later Wait does: each of them waits for all calls.
func TestExploreGroupJoinWait(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		g, _ := NewGroup(WithExecutor(context.Background(), NewLoop()))
		var resolve [3]func(Void)
		var members [3]*Promise[Void]
		for i := range members {
			members[i], resolve[i], _ = NewPromise[Void](nil)
		}
		join := func(i int) { g.GoAsync(func(context.Context) *Promise[Void] { return members[i] }) }
		join(0)
		var wait *Promise[Void]
		return []func(){func() { join(1) }, func() { wait = g.Wait() }}, func() error {
			for i := range 2 {
				if n := g.remaining(); n != int64(2-i) || wait.State() != Pending {
					return fmt.Errorf("%d calls are left and wait is %v when %d have ended", n, wait.State(), i)
				}
				resolve[i](Void{})
			}
			if wait.State() != Fulfilled {
				return fmt.Errorf("wait is %v", wait.State())
			}
			join(2)
			again := g.Wait()
			if again.State() != Pending {
				return fmt.Errorf("the second wait is %v", again.State())
			}
			resolve[2](Void{})
			if again.State() != Fulfilled || g.remaining() != 0 {
				return fmt.Errorf("the second wait is %v, %d calls are left", again.State(), g.remaining())
			}
			return nil
		}
	})
}
