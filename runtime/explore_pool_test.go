//go:build goawait_sim

package async

// This file goes through the interleavings of goroutines of a pool.

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// What is posted to a pool is run, once, and then no goroutine is left.
func TestExplorePoolPost(t *testing.T) {
	for _, size := range []int{1, 2} {
		explore(t, 2, func() ([]func(), func() error) {
			p := NewPool(size)
			ran := 0
			post := func() { p.Post(func() { ran++ }) }
			return []func(){post, post}, func() error {
				if ran != 2 || p.active.Load() != 0 || len(p.workers) != 0 || p.head != nil || p.counters.queued != 0 {
					return fmt.Errorf("%d were run; %d goroutines are left", ran, len(p.workers))
				}
				return nil
			}
		})
	}
}

// A function that blocks a goroutine of a pool until others have been run does not keep these from being run, though they may have been
// taken together.
func TestExplorePoolBlocked(t *testing.T) {
	for _, done := range []int{1, 2} { // functions that it waits for
		explore(t, 2, func() ([]func(), func() error) {
			p := NewPool(2)
			ran := 0
			var posts []func()
			for i := range 3 {
				f := func() { ran++ }
				if i == 2-done {
					f = func() { simBlock(func() bool { return ran >= done }) }
				}
				posts = append(posts, f)
			}
			return []func(){func() {
					for _, f := range posts {
						p.Post(f)
					}
				}}, func() error {
					if ran != 2 || p.active.Load() != 0 {
						return fmt.Errorf("%d were run", ran)
					}
					return nil
				}
		})
	}
}

// Callbacks that become ready together are run, though the first of them waits for the other.
func TestExplorePoolSettle(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		pool := NewPool(2)
		p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), pool))
		ran := false
		Then(p, func(int) (int, error) { simBlock(func() bool { return ran }); return 0, nil })
		Then(p, func(int) (int, error) { ran = true; return 0, nil })
		return []func(){func() { resolve(1) }}, func() error {
			if !ran || pool.active.Load() != 0 {
				return errors.New("not run")
			}
			return nil
		}
	})
}

// A goroutine of a pool that is about to block is replaced.
func TestExplorePoolReplaced(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		p := NewPool(1)
		homes = homeList{}
		homes.add(&p.home)
		ran := false
		return []func(){func() {
				p.Post(func() {
					poolsBlocked.Add(1)
					replaceBlocked()
					simBlock(func() bool { return ran })
					poolsBlocked.Add(-1)
				})
				p.Post(func() { ran = true })
			}}, func() error {
				if !ran || p.active.Load() != 0 {
					return errors.New("not run")
				}
				return nil
			}
	})
}

// Calls of Map end on several goroutines of a pool: whoever looks for the next one behind the last finds none, also when all is over.
func TestExploreMapPool(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		p := NewPool(2)
		ctx := WithExecutor(context.Background(), p)
		var ps [2]*Promise[int]
		var resolves [2]func(int)
		for i := range ps {
			ps[i], resolves[i], _ = NewPromise[int](ctx)
		}
		calls := 0
		mapped := MapAsync(ctx, []int{0, 1}, 2, func(_ context.Context, i int) *Promise[int] {
			calls++
			return ps[i]
		})
		return []func(){func() { resolves[0](1) }, func() { resolves[1](2) }}, func() error {
			if v, err, ok := mapped.Result(); !ok || err != nil || len(v) != 2 || v[0] != 1 || v[1] != 2 || calls != 2 {
				return fmt.Errorf("%d calls gave %v, %v, %v", calls, v, err, ok)
			}
			return nil
		}
	})
}
