//go:build goawait_sim

package async

// This file goes through all interleavings of the small protocols of the package. Each thread is a coroutine that stops
// before every access to what is shared, and a depth-first search makes all choices of who goes on, up to a number of
// preemptions if that is bounded.

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// A schedule is one run of a scenario.
type schedule struct {
	choices []int // made so far, of those given
	options []int // how many there were at each
	given   []int
	bound   int // preemptions that are allowed; negative: any number

	threads []*thread
	current *thread
	steps   int
}

type thread struct {
	next    func() (struct{}, bool)
	stop    func()
	yield   func(struct{}) bool
	ended   bool
	until   func() bool
	blocked bool
	since   int // steps of others that make a pause end
}

// explore runs scenario under every schedule. The scenario returns its threads, and a check to be made when they have ended.
// It returns the number of schedules.
func explore(t *testing.T, bound int, scenario func() (threads []func(), check func() error)) {
	t.Helper()
	watching.v = true                                // nothing is to happen on goroutines of the run-time system
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // nor is anything to go that is held by weak pointers, in the middle of a schedule
	var given []int
	for n := 1; ; n++ {
		if n%1000 == 0 {
			runtime.GC()
		}
		s := &schedule{given: given, bound: bound}
		unseen = unseenList{probing: true}
		stray.scopes = scopes{} // what others have left there
		threads, check := scenario()
		err := s.run(threads)
		if err == nil {
			err = check()
		}
		if err != nil {
			t.Errorf("schedule %d %v: %v", n, s.choices, err)
			return
		}
		given = s.following()
		if given == nil {
			t.Logf("%d schedules", n)
			return
		}
	}
}

// following is the next run of choices to be tried, or nil.
func (s *schedule) following() []int {
	for i := len(s.choices) - 1; i >= 0; i-- {
		if s.choices[i]+1 < s.options[i] {
			return append(append([]int{}, s.choices[:i]...), s.choices[i]+1)
		}
	}
	return nil
}

// add adds a thread.
func (s *schedule) add(body func()) {
	th := &thread{}
	th.next, th.stop = iter.Pull(func(yield func(struct{}) bool) {
		th.yield = yield
		body()
	})
	s.threads = append(s.threads, th)
}

func (s *schedule) run(bodies []func()) (err error) {
	for _, body := range bodies {
		s.add(body)
	}
	defer func() {
		simYield, simBlock, simSpawn = nil, nil, nil
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	simSpawn = s.add
	simYield = func() { s.current.yield(struct{}{}) }
	simBlock = func(until func() bool) {
		th := s.current
		th.blocked, th.until, th.since = true, until, s.steps
		th.yield(struct{}{})
		th.blocked = false
	}
	for {
		th := s.choose()
		if th == nil {
			break
		}
		s.current = th
		s.steps++
		if s.steps > 5000 {
			return errors.New("does not end")
		}
		if _, ok := th.next(); !ok {
			th.ended = true
		}
	}
	for _, th := range s.threads {
		if !th.ended {
			return errors.New("stuck")
		}
	}
	return nil
}

func (s *schedule) ready(th *thread) bool {
	switch {
	case th.ended:
		return false
	case !th.blocked:
		return true
	case th.until == nil:
		return s.steps > th.since
	}
	return th.until()
}

// choose picks the thread that goes on. The first choice is to stay with the current one.
func (s *schedule) choose() *thread {
	var can []*thread
	if s.current != nil && s.ready(s.current) && !s.current.blocked {
		can = append(can, s.current)
	}
	stays := len(can) > 0
	for _, th := range s.threads {
		if (th != s.current || !stays) && s.ready(th) && !(th == s.current && th.blocked && th.until == nil) {
			can = append(can, th)
		}
	}
	if len(can) == 0 {
		return nil
	}
	if stays && s.bound == 0 {
		can = can[:1]
	}
	i := 0
	if n := len(s.choices); n < len(s.given) {
		i = s.given[n]
	}
	s.choices, s.options = append(s.choices, i), append(s.options, len(can))
	if stays && i > 0 && s.bound > 0 {
		s.bound--
	}
	return can[i]
}

// A probe is a waiter that counts how often it is woken.
type probe struct {
	Task
	internal
	name  string
	woken int
	log   *[]string
}

func newProbe(name string, log *[]string) *probe {
	p := &probe{name: name, log: log}
	p.kind = kindDirect
	p.setSelf(p)
	return p
}

func (p *probe) settled(*worker) {
	p.woken++
	*p.log = append(*p.log, p.name)
}

// wait subscribes p to c, or wakes it at once.
func (p *probe) wait(c *Core) {
	if !c.subscribe(&p.Task) {
		p.settled(nil)
	}
}

func (p *probe) once() error {
	if p.woken != 1 {
		return fmt.Errorf("%s was woken %d times", p.name, p.woken)
	}
	return nil
}

// A cancellable context tells nobody that it is cancelled: scenarios cancel what was made with it themselves.
type cancellable struct {
	context.Context
	loop *Loop
	done chan struct{}
	err  error
}

func newCancellable(l *Loop) *cancellable {
	return &cancellable{Context: context.Background(), loop: l, done: make(chan struct{})}
}

func (c *cancellable) Value(key any) any {
	if key == (*executorKey)(nil) {
		return c.loop.executor()
	}
	return nil
}

func (c *cancellable) Done() <-chan struct{}        { return c.done }
func (c *cancellable) Err() error                   { return c.err }
func (c *cancellable) AfterFunc(func()) func() bool { return func() bool { return true } }

// canceller returns a function that cancels what is made with c.
func (c *cancellable) canceller() (cancel func()) {
	s := c.loop.scopes.of(c, c.done)
	return func() {
		c.err = ErrClosed
		close(c.done)
		s.cancel()
	}
}

// listed is how many leaves of l are listed with ctx.
func listed(l *Loop, ctx context.Context) int {
	ns, _ := l.scopes.of(ctx, ctx.Done()).take()
	return len(ns)
}

func TestExploreSettleSettle(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		p, resolve, reject := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
		var log []string
		w := newProbe("w", &log)
		w.wait(&p.core)
		return []func(){func() { resolve(1) }, func() { reject(ErrClosed) }}, func() error {
			v, err, ok := p.Result()
			if !ok || (v == 1) == (err != nil) {
				return fmt.Errorf("settled with %v, %v, %v", v, err, ok)
			}
			return w.once()
		}
	})
}

// What follows another promise settles as that, or its context ends: not both.
func TestExploreFollowCancel(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		l := new(leaf[int]) // as NewFollower has it
		l.node.open(WithExecutor(context.Background(), NewLoop()))
		var log []string
		w := newProbe("w", &log)
		w.wait(&l.promise.core)
		done := false
		return []func(){func() { done = complete(l, nil, 1, nil) }, func() { l.node.abort(ErrClosed) }}, func() error {
			v, err, ok := l.promise.Result()
			if !ok || (v == 1) != done || (err == nil) != done {
				return fmt.Errorf("settled with %v, %v, %v: %v", v, err, ok, done)
			}
			return w.once()
		}
	})
}

func TestExploreSettleAwait(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
		var log []string
		a, b := newProbe("a", &log), newProbe("b", &log)
		return []func(){func() { resolve(1) }, func() { a.wait(&p.core); b.wait(&p.core) }}, func() error {
			if fmt.Sprint(log) != "[a b]" {
				return fmt.Errorf("order %v", log)
			}
			return errors.Join(a.once(), b.once())
		}
	})
}

func TestExploreSettleAwaitAwait(t *testing.T) {
	explore(t, 3, func() ([]func(), func() error) {
		p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
		var log []string
		a, b := newProbe("a", &log), newProbe("b", &log)
		return []func(){func() { resolve(1) }, func() { a.wait(&p.core) }, func() { b.wait(&p.core) }}, func() error {
			return errors.Join(a.once(), b.once())
		}
	})
}

func TestExploreSettleSettleAwait(t *testing.T) {
	explore(t, 3, func() ([]func(), func() error) {
		p, resolve, reject := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
		var log []string
		w := newProbe("w", &log)
		return []func(){func() { resolve(1) }, func() { reject(ErrClosed) }, func() { w.wait(&p.core) }}, func() error {
			v, err, ok := p.Result()
			if !ok || (v == 1) == (err != nil) {
				return fmt.Errorf("settled with %v, %v, %v", v, err, ok)
			}
			return w.once()
		}
	})
}

// A rejection that somebody looks at is not reported, also if that happens while it is noted down for the report.
func TestExploreSeeAge(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		p := Reject[int](ErrClosed)
		return []func(){func() { p.Result() }, func() { unseen.age() }}, func() error {
			if p.core.waiters.load() != &settledMark {
				return errors.New("not noted that somebody looked")
			}
			for _, r := range unseen.records {
				if r := strong(r); r != nil && !r.done.Load() {
					return errors.New("it is going to be reported")
				}
			}
			return nil
		}
	})
}

// A waiter that is taken out is not woken afterwards, others are, in order.
func TestExploreSettleUnsubscribe(t *testing.T) {
	for _, direct := range []bool{false, true} {
		explore(t, -1, func() ([]func(), func() error) {
			p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
			settle := func() { resolve(1) }
			if direct { // as those who alone may settle a promise
				settle = func() { p.core.settle(nil) }
			}
			var log []string
			a, b, c := newProbe("a", &log), newProbe("b", &log), newProbe("c", &log)
			a.wait(&p.core)
			b.wait(&p.core)
			return []func(){settle, func() { p.core.unsubscribe(&b.Task, true); c.wait(&p.core) }}, func() error {
				if b.woken > 1 || log[0] != "a" || log[len(log)-1] != "c" {
					return fmt.Errorf("order %v", log)
				}
				return errors.Join(a.once(), c.once())
			}
		})
	}
}

// A combinator leaves a promise while that is rejected: an error is seen or dropped, a panic is seen or reported.
func TestExploreRejectLeave(t *testing.T) {
	for _, err := range []error{ErrClosed, &PanicError{Value: 1}} {
		explore(t, -1, func() ([]func(), func() error) {
			p, _, reject := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
			var log []string
			a := newProbe("a", &log)
			a.wait(coreOf(p))
			return []func(){func() { reject(err) }, func() { coreOf(p).unsubscribe(&a.Task, true) }}, func() error {
				_, panics := err.(*PanicError)
				reported := len(unseen.young)
				if want := panics && a.woken == 0; a.woken > 1 || want != (reported == 1) || p.State() != Rejected {
					return fmt.Errorf("woken %d times, %d reported, %v", a.woken, reported, p.State())
				}
				return nil
			}
		})
	}
}

func TestExploreSettleThen(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		l := NewLoop()
		ctx := WithExecutor(context.Background(), l)
		p, resolve, _ := NewPromise[int](ctx)
		var log []int
		var q *Promise[int]
		return []func(){func() { resolve(1) }, func() {
				q = Then(p, func(v int) (int, error) { log = append(log, v); return v + 1, nil })
			}}, func() error {
				for l.Poll() {
				}
				if v, err, ok := q.Result(); len(log) != 1 || v != 2 || err != nil || !ok {
					return fmt.Errorf("called %d times, gave %v %v %v", len(log), v, err, ok)
				}
				return nil
			}
	})
}

func TestExploreSettleThenThen(t *testing.T) {
	explore(t, 3, func() ([]func(), func() error) {
		l := NewLoop()
		p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), l))
		n := 0
		then := func() { Then(p, func(v int) (int, error) { n++; return v, nil }) }
		return []func(){func() { resolve(1) }, then, then}, func() error {
			for l.Poll() {
			}
			if n != 2 {
				return fmt.Errorf("%d of 2 called", n)
			}
			return nil
		}
	})
}

// A promise, a cancelled context and a resolver.
func TestExploreCancelResolve(t *testing.T) {
	for _, bound := range []int{-1, 3} {
		explore(t, bound, func() ([]func(), func() error) {
			l := NewLoop()
			c := newCancellable(l)
			p, resolve, _ := NewPromise[int](c)
			var log []string
			w := newProbe("w", &log)
			threads := []func(){func() { resolve(1) }, c.canceller()}
			if bound < 0 {
				w.wait(&p.core)
			} else {
				threads = append(threads, func() { w.wait(&p.core) })
			}
			return threads, func() error {
				v, err, ok := p.Result()
				if !ok || (v == 1) == (err != nil) || listed(l, c) != 0 {
					return fmt.Errorf("settled with %v, %v, %v", v, err, ok)
				}
				return w.once()
			}
		})
	}
}

func TestExploreCancelSettle(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		var m Mutex
		m.TryLock()
		ctx := newCancellable(NewLoop())
		p := m.Lock(ctx)
		w := m.g.queue.head.waiter
		return []func(){func() { m.Unlock() }, func() { w.cancel(ErrClosed) }}, func() error {
			_, err, ok := p.Result()
			if !ok || err == nil == m.TryLock() {
				return fmt.Errorf("gave %v %v, and the lock is not as it should be", err, ok)
			}
			return nil
		}
	})
}

func TestExploreTimerCancel(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		l := NewLoop()
		ctx := newCancellable(l)
		p := Sleep(ctx, 1)
		var log []string
		w := newProbe("w", &log)
		w.wait(&p.core)
		s := sleepOfTimer(l.timers.queue.first().timer())
		return []func(){func() { l.timers.fire(nil) }, func() { s.cancel(ErrClosed) }}, func() error {
			if l.timers.pending() != 0 || listed(l, ctx) != 0 {
				return errors.New("something is left")
			}
			return w.once()
		}
	})
}

// A Sleep that is cancelled while it is being set up leaves no timer behind.
func TestExploreSleepCancel(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		l := NewLoop()
		ctx := newCancellable(l)
		cancel := ctx.canceller()
		Sleep(WithExecutor(context.Background(), l), 1) // so that the other one need not wake the loop
		var p *Promise[Void]
		return []func(){func() { p = Sleep(ctx, 1<<40) }, cancel}, func() error {
			if _, err, ok := p.Result(); !ok || err != ErrClosed || l.timers.pending() != 1 || listed(l, ctx) != 0 {
				return fmt.Errorf("gave %v %v; %d timers are left", err, ok, l.timers.pending())
			}
			return nil
		}
	})
}

func TestExploreTimerCancelAwait(t *testing.T) {
	explore(t, 3, func() ([]func(), func() error) {
		l := NewLoop()
		c := newCancellable(l)
		p := Sleep(c, 1)
		var log []string
		w := newProbe("w", &log)
		return []func(){func() { l.timers.fire(nil) }, c.canceller(), func() { w.wait(&p.core) }}, func() error {
			if l.timers.pending() != 0 || p.State() == Pending {
				return errors.New("something is left")
			}
			return w.once()
		}
	})
}

// A deadline that passes while the context is cancelled: it ends once, as does what was made with it.
func TestExploreDeadlineCancel(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		l := NewLoop()
		Sleep(WithExecutor(context.Background(), l), 1<<40) // so that the loop has a timer left
		ctx, cancel := WithDeadline(WithExecutor(context.Background(), l), time.Now().Add(time.Hour))
		d := ctx.(*deadlineContext)
		p := Sleep(ctx, 1<<50)
		calls := 0
		d.AfterFunc(func() { calls++ })
		return []func(){func() { d.fire(nil) }, cancel}, func() error {
			_, err, ok := p.Result()
			if !ok || err != ctx.Err() || err == nil || calls != 1 || l.timers.pending() != 1 || l.timers.idle != 0 {
				return fmt.Errorf("gave %v, context %v, %d calls, %d timers", err, ctx.Err(), calls, l.timers.pending())
			}
			return nil
		}
	})
}

func TestExplorePostPark(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		l := NewLoop()
		ran := 0
		return []func(){
				func() { l.Post(func() { ran++ }) },
				func() {
					l.enter()
					for ran == 0 {
						if !l.turn() && ran == 0 {
							l.park()
						}
					}
					l.leave()
				},
			}, func() error {
				if ran != 1 {
					return fmt.Errorf("ran %d times", ran)
				}
				return nil
			}
	})
}

// Run does not return as long as somebody is about to make a call ready that waits for a leaf, which may grow old meanwhile.
func TestExploreSettleRun(t *testing.T) {
	for _, ages := range []bool{false, true} {
		for _, by := range []string{"resolve", "reject", "put"} {
			explore(t, map[bool]int{false: 3, true: 2}[ages], func() ([]func(), func() error) {
				l := NewLoop()
				ctx := WithExecutor(context.Background(), l)
				p, resolve, reject := NewPromise[int](ctx)
				settle := func() { resolve(1) }
				switch by {
				case "reject":
					settle = func() { reject(ErrClosed) }
				case "put":
					q := NewQueue[int](0)
					p = q.Take(ctx)
					settle = func() { q.TryPut(1) }
				}
				ran := 0
				p = Then(p, func(int) (int, error) { ran++; return 0, nil })
				p = Catch(p, func(error) (int, error) { ran++; return 0, nil })
				threads := []func(){settle, func() { l.Run() }}
				if ages {
					threads = append(threads, l.scopes.age)
				}
				return threads, func() error {
					if ran != 1 || p.State() != Fulfilled {
						return fmt.Errorf("%s: %d callbacks ran, %v", by, ran, p.State())
					}
					return nil
				}
			})
		}
	}
}

func TestExplorePostPostPark(t *testing.T) {
	explore(t, 3, func() ([]func(), func() error) {
		l := NewLoop()
		ran := 0
		post := func() { l.Post(func() { ran++ }) }
		return []func(){post, post, func() {
			l.enter()
			for ran < 2 {
				if !l.turn() && ran < 2 {
					l.park()
				}
			}
			l.leave()
		}}, func() error { return nil }
	})
}

// A promise that several wait for on a loop, which runs or parks meanwhile, and something that is posted.
func TestExploreSettleManyPark(t *testing.T) {
	for _, post := range []bool{false, true} {
		explore(t, 2, func() ([]func(), func() error) {
			l := NewLoop()
			p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), l))
			var log []int
			for i := range 3 {
				Then(p, func(int) (int, error) { log = append(log, i); return 0, nil })
			}
			want := []int{0, 1, 2}
			threads := []func(){func() { resolve(1) }}
			if post {
				threads = append(threads, func() { l.Post(func() { log = append(log, 3) }) })
				want = append(want, 3)
			}
			threads = append(threads, func() {
				l.enter()
				for len(log) < len(want) {
					if !l.turn() && len(log) < len(want) {
						l.park()
					}
				}
				l.leave()
			})
			return threads, func() error {
				inOrder := slices.DeleteFunc(slices.Clone(log), func(i int) bool { return i == 3 })
				if !slices.Equal(inOrder, want[:3]) || l.w.queued != 0 {
					return fmt.Errorf("order %v, %d are left", log, l.w.queued)
				}
				return nil
			}
		})
	}
}

// A call that ends on its loop wakes those that wait for it, in their order, also if one of them is none of that loop, while another comes.
func TestExploreEndMany(t *testing.T) {
	for _, other := range []string{"", "goroutine", "loop"} {
		explore(t, 2, func() ([]func(), func() error) {
			l := NewLoop()
			p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), l))
			q := Then(p, func(v int) (int, error) { return v, nil })
			var log []int
			then := func(i int) { Then(q, func(int) (int, error) { log = append(log, i); return 0, nil }) }
			var names []string
			w := newProbe("w", &names)
			l2 := NewLoop()
			x := &postTask{f: func() { w.woken++ }}
			x.kind, x.exec = kindHop, &l2.leaves
			x.setSelf(x)
			then(0)
			then(1)
			switch other {
			case "goroutine":
				w.wait(&q.core)
			case "loop":
				q.core.subscribe(&x.Task)
			}
			then(2)
			threads := []func(){
				func() { then(3) },
				func() {
					l.enter()
					resolve(1)
					for len(log) < 4 {
						if !l.turn() && len(log) < 4 {
							l.park()
						}
					}
					l.leave()
				},
			}
			return threads, func() error {
				inOrder := slices.DeleteFunc(slices.Clone(log), func(i int) bool { return i == 3 })
				if !slices.Equal(inOrder, []int{0, 1, 2}) || l.w.queued != 0 || w.woken > 0 && other == "loop" {
					return fmt.Errorf("order %v, %d are left", log, l.w.queued)
				}
				if other == "" {
					return nil
				}
				l2.Poll()
				return w.once()
			}
		})
	}
}

// The host of a polled loop is woken for everything that is posted while it is not polling.
func TestExplorePostPoll(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		l := NewLoop()
		ran, wakes, more := 0, 0, false
		l.OnWake(func() { wakes++ })
		return []func(){
				func() { l.Post(func() { ran++ }) },
				func() { more = l.Poll() },
			}, func() error {
				if ran == 0 && wakes == 0 && !more {
					return errors.New("posted, not run, and the host was not woken")
				}
				return nil
			}
	})
}

func TestExploreCloseSend(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		q := NewQueue[int](0)
		ctx := WithExecutor(context.Background(), NewLoop())
		var take *Promise[int]
		var sent *Promise[Void]
		return []func(){
				func() { sent = q.Put(ctx, 1); take = q.Take(ctx) },
				func() { q.Close() },
			}, func() error {
				_, err1, ok1 := sent.Result()
				v, err2, ok2 := take.Result()
				if !ok1 || !ok2 || (err1 == nil) != (err2 == nil) || (v == 1) != (err2 == nil) {
					return fmt.Errorf("put %v %v, take %v %v %v", err1, ok1, v, err2, ok2)
				}
				return nil
			}
	})
}

func TestExplorePutTakeCancel(t *testing.T) {
	explore(t, 3, func() ([]func(), func() error) {
		q := NewQueue[int](1)
		ctx := newCancellable(NewLoop())
		take := q.Take(ctx)
		w := q.takes.head.waiter
		return []func(){func() { q.TryPut(1) }, func() { w.cancel(ErrClosed) }}, func() error {
			_, err, ok := take.Result()
			if !ok || (err == nil) == (q.Len() == 1) {
				return fmt.Errorf("the value is lost or doubled: take %v %v, left %d", err, ok, q.Len())
			}
			return nil
		}
	})
}

// A value that is put while a Take looks is not overlooked.
func TestExplorePutTake(t *testing.T) {
	for _, capacity := range []int{0, 1} {
		explore(t, -1, func() ([]func(), func() error) {
			q := NewQueue[int](capacity)
			ctx := WithExecutor(context.Background(), NewLoop())
			var put *Promise[Void]
			var take *Promise[int]
			return []func(){func() { put = q.Put(ctx, 1) }, func() { take = q.Take(ctx) }}, func() error {
				_, err1, ok1 := put.Result()
				v, err2, ok2 := take.Result()
				if !ok1 || !ok2 || err1 != nil || err2 != nil || v != 1 || q.Len() != 0 {
					return fmt.Errorf("put %v %v, take %v %v %v, left %d", err1, ok1, v, err2, ok2, q.Len())
				}
				return nil
			}
		})
	}
}

func TestExplorePutTakeClose(t *testing.T) {
	explore(t, 3, func() ([]func(), func() error) {
		q := NewQueue[int](0)
		ctx := WithExecutor(context.Background(), NewLoop())
		var put *Promise[Void]
		var take *Promise[int]
		return []func(){func() { put = q.Put(ctx, 1) }, func() { take = q.Take(ctx) }, func() { q.Close() }}, func() error {
			_, err1, ok1 := put.Result()
			v, err2, ok2 := take.Result()
			if !ok1 || !ok2 || (err1 == nil) != (err2 == nil) || (v == 1) != (err2 == nil) {
				return fmt.Errorf("put %v %v, take %v %v %v", err1, ok1, v, err2, ok2)
			}
			return nil
		}
	})
}

// A leaf leaves its list while that is emptied and used again.
func TestExploreListTake(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		var l leafList
		var a, b, c leafNode
		l.add(&a)
		l.add(&b)
		var taken []*leafNode
		return []func(){func() { a.leave().end() }, func() { taken, _ = l.take(); l.add(&c) }}, func() error {
			if left, _ := l.take(); len(left) != 1 || left[0] != &c || !slices.Contains(taken, &b) {
				return fmt.Errorf("left are %d, taken %d", len(left), len(taken))
			}
			return nil
		}
	})
}

// The inputs of a combinator arrive on several workers of a pool.
func TestExploreArrivals(t *testing.T) {
	for _, need := range []int{1, 2} { // how many inputs decide: as in Race and All
		explore(t, -1, func() ([]func(), func() error) {
			j := new(join[int])
			g := &joinGroup{left: 2, inputs: make([]joinInput, 2), result: &j.task}
			j.group, j.promise.core.exec = g, &NewPool(2).frames
			j.task.setSelf(j)
			arrived := 0
			g.arrive = func(i int) bool {
				arrived++
				if arrived < need {
					return false
				}
				carry(&j.bareFrame, 10*arrived+i, nil)
				return true
			}
			var log []string
			w := newProbe("w", &log)
			w.wait(&j.promise.core)
			var threads []func()
			for i := range 2 {
				in := &g.inputs[i]
				in.group, in.i = g, i
				in.setSelf(in)
				threads = append(threads, func() { in.run(nil) })
			}
			return threads, func() error {
				if v, err, ok := j.promise.Result(); !ok || err != nil || v/10 != need || arrived != need {
					return fmt.Errorf("gave %v %v %v after %d inputs", v, err, ok, arrived)
				}
				return w.once()
			}
		})
	}
}

// A scope that has nothing to reject goes while somebody makes a promise with its context: the context rejects that nevertheless.
func TestExploreRetire(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		l := NewLoop()
		ctx, cancel := WithTimeout(WithExecutor(context.Background(), l), time.Hour) // calls at once what is registered with it
		_, resolve, _ := NewPromise[int](ctx)
		resolve(1)
		var p *Promise[int]
		return []func(){func() { p, _, _ = NewPromise[int](ctx) }, func() { l.scopes.retire(true) }}, func() error {
			cancel()
			if _, err, ok := p.Result(); !ok || err == nil {
				return fmt.Errorf("gave %v, %v", err, ok)
			}
			if n := len(l.scopes.byDone); n > 0 {
				return fmt.Errorf("%d scopes are left", n)
			}
			return nil
		}
	})
}

// A scope goes, or keeps what it has, while its context ends.
func TestExploreRetireCancel(t *testing.T) {
	for _, pending := range []bool{false, true} {
		explore(t, 3, func() ([]func(), func() error) {
			l := NewLoop()
			ctx, cancel := WithTimeout(WithExecutor(context.Background(), l), time.Hour)
			p, resolve, _ := NewPromise[int](ctx)
			if !pending {
				resolve(1)
			}
			return []func(){cancel, func() { l.scopes.retire(true) }}, func() error {
				if p.State() == Pending || len(l.scopes.byDone) > 0 {
					return fmt.Errorf("is %v, with %d scopes", p.State(), len(l.scopes.byDone))
				}
				return nil
			}
		})
	}
}

// All who ask for the channel of Done get the same one, as long as the promise is pending; it is closed when that is settled.
func TestExploreDone(t *testing.T) {
	for _, waits := range []bool{false, true} {
		explore(t, 3, func() ([]func(), func() error) {
			p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
			var log []string
			w := newProbe("w", &log)
			if waits {
				w.wait(&p.core)
			} else {
				w.woken = 1
			}
			var chs [2]<-chan struct{}
			var pending [2]bool
			threads := []func(){func() { resolve(1) }}
			for i := range chs {
				threads = append(threads, func() {
					chs[i] = p.Done()
					pending[i] = p.State() == Pending
				})
			}
			return threads, func() error {
				for _, ch := range chs {
					select {
					case <-ch:
					default:
						return errors.New("not closed")
					}
				}
				if pending[0] && pending[1] && chs[0] != chs[1] {
					return errors.New("two channels")
				}
				return w.once()
			}
		})
	}
}
