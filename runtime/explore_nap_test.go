//go:build goawait_sim

package async

// This file goes through the interleavings of naps and the end of their context.

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// exploreNap goes through a call that naps on a loop, from before (true) or meanwhile, and then sleeps for so long again, and somebody who
// cancels its context.
func exploreNap(t *testing.T, before bool, lasts ...time.Duration) {
	explore(t, 3, func() ([]func(), func() error) {
		l := NewLoop()
		ctx := newCancellable(l)
		var errs []error
		var p *Promise[int]
		start := func() {
			l.Post(func() {
				p = napperAsync(ctx, lasts, true, func(_ int, err error) { errs = append(errs, err) })
			})
			l.Poll()
		}
		run := func() {
			if !before {
				start()
			}
			l.Poll()
		}
		if before {
			start()
		}
		return []func(){run, ctx.canceller()}, func() error {
			for l.Poll() {
			}
			if n, _, ok := p.Result(); !ok || n != len(lasts) || slices.Contains(errs[max(0, len(errs)-1):], nil) {
				return fmt.Errorf("ended with %v after %d", errs, n)
			}
			if l.timers.pending() != 0 || l.timers.queue.n() != 0 || listed(l, ctx) != 0 {
				return fmt.Errorf("ended with %v, and %d timers are left", errs, l.timers.pending())
			}
			return nil
		}
	})
}

func TestExploreNapCancel(t *testing.T)     { exploreNap(t, true, 1<<40) }
func TestExploreNapThatBegins(t *testing.T) { exploreNap(t, false, 1<<40) }
func TestExploreNapsCancel(t *testing.T)    { exploreNap(t, true, 1, 1<<40) }
