//go:build goawait_sim

package async

// This file goes through the interleavings of waits that are used again.

import (
	"context"
	"fmt"
	"testing"
)

// TestExploreWaitAgain has a call take from a queue with one context and then with another, while somebody ends the first one and somebody
// else puts values in: what serves the second wait is what served the first one.
func TestExploreWaitAgain(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		l := NewLoop()
		first, second := newCancellable(l), newCancellable(l)
		q := NewQueue[int](-1)
		var taken []int
		var errs []error
		wrong := error(nil)
		op := func(ctx context.Context, mayEnd bool) waiterOp {
			return waiterOp{take: q.TakeStep, ctx: ctx, then: func(v int, err error) {
				switch {
				case err == nil:
					taken = append(taken, v)
				case mayEnd:
					errs = append(errs, err)
				default:
					wrong = fmt.Errorf("a wait ended with %w, whose context did not", err)
				}
			}}
		}
		var p *Promise[Void]
		l.Post(func() {
			p = waiterAsync(WithExecutor(context.Background(), l), []waiterOp{op(first, true), op(second, false), op(second, false), op(second, false)})
		})
		poll := func() {
			for l.Poll() {
			}
		}
		poll()
		puts := func() {
			for i := range 3 {
				q.TryPut(i)
				poll()
			}
		}
		return []func(){puts, first.canceller()}, func() error {
			poll()
			for i := 3; p.State() == Pending; i++ {
				q.TryPut(i)
				poll()
			}
			if wrong != nil || len(errs)+len(taken) != 4 || len(errs) > 1 {
				return fmt.Errorf("%w; took %v, %v", wrong, taken, errs)
			}
			for i, v := range taken {
				if v != taken[0]+i {
					return fmt.Errorf("took %v", taken)
				}
			}
			if listed(l, first) != 0 || listed(l, second) != 0 || q.takes.head != nil {
				return fmt.Errorf("something is left behind")
			}
			return nil
		}
	})
}

// TestExploreLockAgain has calls on two loops take a lock in turn, again and again, one of them with a context that ends meanwhile.
func TestExploreLockAgain(t *testing.T) {
	explore(t, 2, func() ([]func(), func() error) {
		var m Mutex
		held, wrong, had := 0, 0, 0
		ctx := newCancellable(NewLoop())
		loops := []*Loop{ctx.Value((*executorKey)(nil)).(*executor).home.loop, NewLoop()}
		ctxs := []context.Context{ctx, WithExecutor(context.Background(), loops[1])}
		var threads []func()
		var ps [2]*Promise[Void]
		m.TryLock()
		for i, l := range loops {
			lock := waiterOp{void: m.LockStep, then: func(_ int, err error) {
				if err != nil {
					return
				}
				if held++; held > 1 {
					wrong++
				}
				had++
				held--
				m.Unlock()
			}}
			l.Post(func() { ps[i] = waiterAsync(ctxs[i], []waiterOp{lock, lock, lock}) })
			for l.Poll() {
			}
		}
		poll := func(l *Loop) {
			for l.Poll() {
			}
		}
		threads = append(threads, func() { m.Unlock(); poll(loops[0]) }, func() { poll(loops[1]) }, ctx.canceller())
		return threads, func() error {
			for range 3 {
				poll(loops[0])
				poll(loops[1])
			}
			if wrong > 0 || had < 3 || ps[0].State() == Pending || ps[1].State() == Pending || !m.TryLock() || listed(loops[0], ctx) != 0 {
				return fmt.Errorf("%d wrong, had %d times, %v, %v", wrong, had, ps[0].State(), ps[1].State())
			}
			return nil
		}
	})
}
