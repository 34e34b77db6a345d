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
	"testing"
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
	watching.v, unseen.probing = true, true // nothing is to happen on goroutines of the run-time system
	var given []int
	for n := 1; ; n++ {
		s := &schedule{given: given, bound: bound}
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

func (s *schedule) run(bodies []func()) (err error) {
	for _, body := range bodies {
		th := &thread{}
		th.next, th.stop = iter.Pull(func(yield func(struct{}) bool) {
			th.yield = yield
			body()
		})
		s.threads = append(s.threads, th)
	}
	defer func() {
		simYield, simBlock = nil, nil
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
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
	p.kind, p.self = kindDirect, p
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

// A cancellable context is never cancelled: scenarios cancel what was made with it themselves.
type cancellable struct {
	context.Context
	done chan struct{}
}

func newCancellable() cancellable { return cancellable{context.Background(), make(chan struct{})} }

func (c cancellable) Done() <-chan struct{}        { return c.done }
func (c cancellable) AfterFunc(func()) func() bool { return func() bool { return true } }

func TestExploreSettleSettle(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		p, resolve, reject := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
		var log []string
		w := newProbe("w", &log)
		w.wait(&p.Core)
		return []func(){func() { resolve(1) }, func() { reject(ErrClosed) }}, func() error {
			v, err, ok := p.Result()
			if !ok || (v == 1) == (err != nil) {
				return fmt.Errorf("settled with %v, %v, %v", v, err, ok)
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
		return []func(){func() { resolve(1) }, func() { a.wait(&p.Core); b.wait(&p.Core) }}, func() error {
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
		return []func(){func() { resolve(1) }, func() { a.wait(&p.Core) }, func() { b.wait(&p.Core) }}, func() error {
			return errors.Join(a.once(), b.once())
		}
	})
}

// A waiter that is taken out is not woken afterwards, others are, in order.
func TestExploreSettleUnsubscribe(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), NewLoop()))
		var log []string
		a, b, c := newProbe("a", &log), newProbe("b", &log), newProbe("c", &log)
		a.wait(&p.Core)
		b.wait(&p.Core)
		return []func(){func() { resolve(1) }, func() { p.unsubscribe(&b.Task); c.wait(&p.Core) }}, func() error {
			if b.woken > 1 || log[0] != "a" || log[len(log)-1] != "c" {
				return fmt.Errorf("order %v", log)
			}
			return errors.Join(a.once(), c.once())
		}
	})
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

func TestExploreCancelSettle(t *testing.T) {
	explore(t, -1, func() ([]func(), func() error) {
		var m Mutex
		m.TryLock()
		ctx := WithExecutor(newCancellable(), NewLoop())
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
		ctx := WithExecutor(newCancellable(), l)
		p := Sleep(ctx, 1)
		var log []string
		w := newProbe("w", &log)
		w.wait(&p.Core)
		s := l.timers.heap[0].t.self.(*sleep)
		return []func(){func() { l.timers.fire(nil) }, func() { s.cancel(ErrClosed) }}, func() error {
			if len(l.timers.heap) != 0 || s.linked {
				return errors.New("something is left")
			}
			return w.once()
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
		ctx := WithExecutor(newCancellable(), NewLoop())
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
