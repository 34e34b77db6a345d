package async

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"
)

// A waitingRoom is what the calls of a random program share.
type waitingRoom struct {
	m      Mutex
	s      *Semaphore
	q      *Queue[int]
	e      Event
	steps  bool // calls wait by steps, which are used again, and not for promises
	trace  []string
	ctxs   []context.Context
	cancel []context.CancelFunc
}

// void chooses between the two forms of a wait.
func (w *waitingRoom) void(step func(context.Context) Step[Void], promise func(context.Context) *Promise[Void]) func(context.Context) Step[Void] {
	if w.steps {
		return step
	}
	return func(ctx context.Context) Step[Void] { return Begun(promise(ctx)) }
}

// ops gives the waits of call i.
func (w *waitingRoom) ops(r *rand.Rand, i int) (ops []waiterOp) {
	locked, units := 0, 0 // held by the call
	note := func(what string, v int, err error) {
		w.trace = append(w.trace, fmt.Sprintf("%d: %s gives %d, %v", i, what, v, err))
	}
	for n := range 12 {
		op := waiterOp{then: func(v int, err error) {}}
		switch r.Intn(10) {
		case 0, 1:
			op.void = w.void(w.m.LockStep, w.m.Lock)
			op.then = func(v int, err error) {
				note("Lock", v, err)
				if err == nil {
					locked++
				}
			}
		case 2:
			op.void = w.void(func(ctx context.Context) Step[Void] { return w.s.AcquireStep(ctx, 1+n%2) },
				func(ctx context.Context) *Promise[Void] { return w.s.Acquire(ctx, 1+n%2) })
			op.then = func(v int, err error) {
				note("Acquire", v, err)
				if err == nil {
					units += 1 + n%2
				}
			}
		case 3, 4:
			op.void = w.void(func(ctx context.Context) Step[Void] { return w.q.PutStep(ctx, 100*i+n) },
				func(ctx context.Context) *Promise[Void] { return w.q.Put(ctx, 100*i+n) })
			op.then = func(v int, err error) { note("Put", v, err) }
		case 5, 6:
			op.take = w.q.TakeStep
			if !w.steps {
				op.take = func(ctx context.Context) Step[int] { return Begun(w.q.Take(ctx)) }
			}
			op.then = func(v int, err error) { note("Take", v, err) }
		case 7:
			op.void = w.void(w.e.WaitStep, w.e.Wait)
			op.then = func(v int, err error) { note("Wait", v, err) }
		case 8:
			op.void = func(ctx context.Context) Step[Void] { return Begun(Yield(context.WithoutCancel(ctx))) }
			op.then = func(int, error) {
				for ; locked > 0; locked-- {
					w.m.Unlock()
				}
				w.s.Release(units)
				units = 0
			}
		case 9:
			what := r.Intn(12)
			op.void = func(ctx context.Context) Step[Void] { return Begun(Yield(context.WithoutCancel(ctx))) }
			op.then = func(int, error) {
				switch {
				case what < 4:
					w.e.Set()
				case what < 8:
					w.e.Reset()
				case what < 10:
					w.cancel[(i+what)%len(w.cancel)]()
				case what == 10 && n > 8:
					w.q.Close()
				default:
					w.q.TryPut(-n)
				}
			}
		}
		ops = append(ops, op)
	}
	return ops
}

// run makes the calls of a program, and ends their contexts when none goes on any more.
func (w *waitingRoom) run(seed int64) *Loop {
	r := rand.New(rand.NewSource(seed))
	l := NewLoop()
	w.s, w.q = NewSemaphore(2), NewQueue[int](r.Intn(4)-1)
	var ps []*Promise[Void]
	for range 6 {
		ctx, cancel := WithTimeout(WithExecutor(context.Background(), l), time.Hour) // which ends at once when it is cancelled
		w.ctxs, w.cancel = append(w.ctxs, ctx), append(w.cancel, cancel)
	}
	for i := range w.ctxs {
		ops := w.ops(r, i)
		l.Post(func() { ps = append(ps, waiterAsync(w.ctxs[i], ops)) })
	}
	idle := func() {
		for l.Poll() {
		}
	}
	idle()
	for i, cancel := range w.cancel {
		w.trace = append(w.trace, fmt.Sprintf("end of %d", i))
		l.Post(cancel)
		idle()
	}
	for i, p := range ps {
		w.trace = append(w.trace, fmt.Sprintf("call %d is %v", i, p.State()))
	}
	return l
}

// TestWaitsLikePromises runs random programs of calls that lock, acquire, put, take and wait, once with waits that are used again and once
// with promises.
func TestWaitsLikePromises(t *testing.T) {
	used := 0
	for seed := range int64(1500) {
		promises, waits := new(waitingRoom), &waitingRoom{steps: true}
		promises.run(seed)
		l := waits.run(seed)
		used += l.locks.n + l.acquires.n + l.events.n + waits.q.spareTakes.n + waits.q.sparePuts.n
		if !slices.Equal(promises.trace, waits.trace) {
			t.Fatalf("seed %d: with promises\n%s\nwith waits\n%s", seed, strings.Join(promises.trace, "\n"), strings.Join(waits.trace, "\n"))
		}
	}
	if used == 0 && thisGoroutine() != 0 {
		t.Error("no wait is kept to be used again")
	}
}

// TestWaitsOnTwoLoops has calls on two loops, which run on goroutines of their own, use the same queue, lock and event.
func TestWaitsOnTwoLoops(t *testing.T) {
	const calls, rounds = 4, 500
	q, m, e := NewQueue[int](1), new(Mutex), new(Event)
	held, taken := 0, make([]int, calls*rounds)
	part := func(put bool) func(ctx context.Context) *Promise[Void] {
		return func(ctx context.Context) *Promise[Void] {
			g, ctx := NewGroup(ctx)
			for c := range calls {
				var ops []waiterOp
				for i := range rounds {
					switch {
					case put:
						ops = append(ops, waiterOp{void: func(ctx context.Context) Step[Void] { return q.PutStep(ctx, c*rounds+i) },
							then: func(_ int, err error) { e.Set() }})
					default:
						ops = append(ops, waiterOp{take: q.TakeStep, then: func(v int, err error) { taken[v]++ }},
							waiterOp{void: e.WaitStep, then: func(_ int, err error) {
								if i%3 == 0 {
									e.Reset()
									e.Set()
								}
							}})
					}
					ops = append(ops, waiterOp{void: m.LockStep, then: func(_ int, err error) {
						if held++; held != 1 || err != nil {
							t.Errorf("held by %d, %v", held, err)
						}
						held--
						m.Unlock()
					}})
				}
				g.GoAsync(func(ctx context.Context) *Promise[Void] { return waiterAsync(ctx, ops) })
			}
			return g.Wait()
		}
	}
	done := make(chan error)
	for _, put := range []bool{true, false} {
		go func() {
			_, err := Run(t.Context(), part(put))
			done <- err
		}()
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Error(err)
	}
	for v, n := range taken {
		if n != 1 {
			t.Errorf("%d was taken %d times", v, n)
		}
	}
}

// TestKeptWaitsHoldNothing looks for what waits still refer to that are kept for the next calls.
func TestKeptWaitsHoldNothing(t *testing.T) {
	if thisGoroutine() == 0 {
		t.Skip("no waits are kept where goroutines cannot be told apart")
	}
	l := NewLoop()
	ctx := WithExecutor(t.Context(), l)
	idle := func() {
		for l.Poll() {
		}
	}
	in, out := NewQueue[*int](0), NewQueue[int](0)
	m, e := new(Mutex), new(Event)
	m.TryLock()
	none := func(int, error) {}
	l.Post(func() {
		waiterAsync(ctx, []waiterOp{
			{void: m.LockStep, then: none},
			{void: e.WaitStep, then: none},
			{void: func(ctx context.Context) Step[Void] { return in.PutStep(ctx, new(int)) }, then: none},
			{take: out.TakeStep, then: none},
		})
	})
	ends := []func(){m.Unlock, e.Set, func() { in.TryTake() }, func() { out.TryPut(7) }}
	for i, what := range []string{"Mutex.Lock", "Event.Wait", "Queue.Put", "Queue.Take"} {
		idle()
		var text strings.Builder
		if Dump(&text); !strings.Contains(text.String(), "\n\twaits for "+what+"\n") {
			t.Errorf("in place of a wait for %s, there is\n%s", what, &text)
		}
		ends[i]()
	}
	idle()
	if l.locks.n != 1 || l.events.n != 1 || in.sparePuts.n != 1 || out.spareTakes.n != 1 {
		t.Fatalf("kept are %d, %d, %d, %d", l.locks.n, l.events.n, in.sparePuts.n, out.spareTakes.n)
	}
	if l.locks.head.waiter.g != nil || l.events.head.waiter.e != nil || in.sparePuts.head.waiter.v != nil || out.spareTakes.head.waiter.promise.value != 0 {
		t.Error("a wait that is kept refers to what it was for")
	}
	if listed := len(l.scopes.leaves()); listed != 0 {
		t.Errorf("%d waits are listed", listed)
	}
}
