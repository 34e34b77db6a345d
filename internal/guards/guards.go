// Package guards has small annotated functions whose twins must not get dearer: its tests count what a call allocates, how large its
// frame is, and how many instructions it takes, and see to it that nothing is kept longer than it is needed.
package guards

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"

	async "github.com/goawait/goawait/runtime"
)

//go:generate go run github.com/goawait/goawait/cmd/goawait

// add gives its turn up if a is negative.
//
//goawait:async
func add(ctx context.Context, a, b int) (int, error) {
	if a < 0 {
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return 0, err
		}
	}
	return a + b, nil
}

// adds awaits n calls that end at once.
//
//goawait:async
func adds(ctx context.Context, n int) (int, error) {
	sum := 0
	for i := range n {
		v, err := async.Await(addAsync(ctx, sum, i))
		if err != nil {
			return sum, err
		}
		sum = v
	}
	return sum, nil
}

// promised awaits n calls through their promises.
//
//goawait:async
func promised(ctx context.Context, add func(ctx context.Context, a, b int) *async.Promise[int], n int) (int, error) {
	sum := 0
	for i := range n {
		v, err := async.Await(add(ctx, sum, i))
		if err != nil {
			return sum, err
		}
		sum = v
	}
	return sum, nil
}

// channel receives n values that another call on the same loop sends through a channel.
//
//goawait:async
func channel(ctx context.Context, capacity, n int) (int, error) {
	ch := make(chan int, capacity)
	sent := sendsAsync(ctx, ch, n)
	sum := 0
	for v := range ch {
		sum += v
	}
	_, err := async.Await(sent)
	return sum, err
}

//goawait:async
func sends(ctx context.Context, ch chan<- int, n int) error {
	for i := range n {
		ch <- i
	}
	close(ch)
	return nil
}

// chooses receives n values that another call on the same loop sends, by selects that wait for a second channel, too.
//
//goawait:async
func chooses(ctx context.Context, capacity, n int) (int, error) {
	ch, stop := make(chan int, capacity), make(chan struct{})
	sent := sendsAsync(ctx, ch, n)
	sum := 0
	for range n {
		select {
		case v := <-ch:
			sum += v
		case <-stop:
			return sum, nil
		}
	}
	_, err := async.Await(sent)
	return sum, err
}

// yields gives its turn up n times.
//
//goawait:async
func yields(ctx context.Context, n int) (int, error) {
	sum := 0
	for i := range n {
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return sum, err
		}
		sum += i
	}
	return sum, nil
}

// spawns makes n calls of a group that give their turn up once.
//
//goawait:async
func spawns(ctx context.Context, n int) (int, error) {
	sum := 0
	g, ctx := async.NewGroup(ctx)
	for i := range n {
		g.Go(func(ctx context.Context) error {
			_, err := async.Await(async.Yield(ctx))
			sum += i
			return err
		})
	}
	_, err := async.Await(g.Wait())
	return sum, err
}

// A crowd is what the calls of a group in crowds do.
type crowd struct {
	rand  *rand.Rand
	made  int
	ended atomic.Int64
	group error // that of the group
}

// crowds runs a group with calls that only the group knows, calls that others know, and goroutines, which make more of them, and may fail.
// It is over when all of them are.
//
//goawait:async
func crowds(ctx context.Context, c *crowd, n int) error {
	g, ctx := async.NewGroup(ctx)
	var early *async.Promise[async.Void]
	for i := range n {
		if i == n/2 && c.rand.IntN(2) == 0 {
			early = g.Wait()
		}
		turns, more, fails := c.rand.IntN(4), c.rand.IntN(3), c.rand.IntN(8) == 0
		c.made++
		switch c.rand.IntN(3) {
		case 0:
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] { return strollsAsync(ctx, c, turns, fails) })
		case 1:
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
				return async.Go(context.WithoutCancel(ctx), func(ctx context.Context) (async.Void, error) {
					runtime.Gosched()
					return async.Void{}, c.end(fails)
				})
			})
		default:
			g.Go(func(ctx context.Context) error {
				for range turns {
					async.Await(async.Yield(ctx))
				}
				for range more {
					c.made++
					g.Go(func(ctx context.Context) error {
						async.Await(async.Yield(ctx))
						return c.end(false)
					})
				}
				return c.end(fails)
			})
		}
		if c.rand.IntN(3) == 0 {
			async.Await(async.Yield(ctx))
		}
	}
	_, c.group = async.Await(g.Wait())
	if early != nil {
		_, err := async.Await(early)
		c.group = errors.Join(c.group, err)
	}
	return nil
}

// strolls gives its turn up and ends.
//
//goawait:async
func strolls(ctx context.Context, c *crowd, turns int, fails bool) error {
	for range turns {
		async.Await(async.Yield(ctx))
	}
	return c.end(fails)
}

// blames fails by itself, after a call that has waited, and another one that has not.
//
//goawait:async
func blames(ctx context.Context) (int, error) {
	if _, err := async.Await(nestAsync(ctx, 2, 2)); err != nil {
		return 0, err
	}
	if _, err := async.Await(nestAsync(ctx, 0, 0)); err != nil {
		return 0, err
	}
	return 0, errLeaf
}

var errCrowd = errors.New("crowd")

func (c *crowd) end(fails bool) error {
	c.ended.Add(1)
	if fails {
		return errCrowd
	}
	return nil
}

// asks awaits n promises that another call settles.
//
//goawait:async
func asks(ctx context.Context, n int) (int, error) {
	var answer func(int)
	sum := 0
	g, ctx := async.NewGroup(ctx)
	g.Go(func(ctx context.Context) error {
		for i := range n {
			p, resolve, _ := async.NewPromise[int](ctx)
			answer = resolve
			v, err := async.Await(p)
			if err != nil || v != i {
				return errors.Join(errors.New("wrong"), err)
			}
			sum += v
		}
		return nil
	})
	g.Go(func(ctx context.Context) error {
		for i := range n {
			answer(i)
			if _, err := async.Await(async.Yield(ctx)); err != nil {
				return err
			}
		}
		return nil
	})
	_, err := async.Await(g.Wait())
	return sum, err
}

// naps sleeps n times.
//
//goawait:async
func naps(ctx context.Context, n int) (int, error) {
	for i := range n {
		if _, err := async.Await(async.Sleep(ctx, 1)); err != nil {
			return i, err
		}
	}
	return n, nil
}

// takes takes n values from a queue that has them.
//
//goawait:async
func takes(ctx context.Context, n int) (int, error) {
	q := async.NewQueue[int](-1)
	for i := range n {
		q.TryPut(i)
	}
	sum := 0
	for range n {
		v, err := async.Await(q.Take(ctx))
		if err != nil {
			return sum, err
		}
		sum += v
	}
	return sum, nil
}

// A contest is what two calls wait for in turn.
type contest struct {
	m async.Mutex
	s *async.Semaphore
	q *async.Queue[int]
	e async.Event
}

// contends has two calls wait for each other n times in every way.
//
//goawait:async
func contends(ctx context.Context, n int) (int, error) {
	c := &contest{s: async.NewSemaphore(1), q: async.NewQueue[int](0)}
	puts := contenderAsync(ctx, c, n, true)
	sum, err := async.Await(contenderAsync(ctx, c, n, false))
	if err != nil {
		return sum, err
	}
	return async.Await(puts)
}

//goawait:async
func contender(ctx context.Context, c *contest, n int, puts bool) (int, error) {
	sum := 0
	for i := range n {
		if _, err := async.Await(c.m.Lock(ctx)); err != nil {
			return sum, err
		}
		async.Await(async.Yield(ctx))
		c.m.Unlock()
		if _, err := async.Await(c.s.Acquire(ctx, 1)); err != nil {
			return sum, err
		}
		async.Await(async.Yield(ctx))
		c.s.Release(1)
		if puts {
			if _, err := async.Await(c.q.Put(ctx, i)); err != nil {
				return sum, err
			}
			async.Await(async.Yield(ctx))
			c.e.Set()
			continue
		}
		v, err := async.Await(c.q.Take(ctx))
		if err != nil {
			return sum, err
		}
		sum += v
		if _, err := async.Await(c.e.Wait(ctx)); err != nil {
			return sum, err
		}
		c.e.Reset()
	}
	return sum, nil
}

// members makes n calls of a group, times times one after the other, each of which sleeps for d.
//
//goawait:async
func members(ctx context.Context, n, times int, d time.Duration) (int, error) {
	sum := 0
	for range times {
		g, _ := async.NewGroup(ctx)
		for i := range n {
			g.Go(func(ctx context.Context) error {
				if _, err := async.Await(async.Sleep(ctx, d)); err != nil {
					return err
				}
				sum += i
				return nil
			})
		}
		if _, err := async.Await(g.Wait()); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

var errLeaf = errors.New("leaf")

// nest is a chain of calls whose last one gives its turn up n times, and fails if n is odd.
//
//goawait:async
func nest(ctx context.Context, depth, n int) (int, error) {
	if depth == 0 {
		for range n {
			if _, err := async.Await(async.Yield(ctx)); err != nil {
				return 0, err
			}
		}
		if n%2 == 1 {
			return -1, errLeaf
		}
		return 0, nil
	}
	v, err := async.Await(nestAsync(ctx, depth-1, n))
	return v + 1, err
}

// nests makes chains one after the other, every second one with odd more turns, and counts those that fail.
//
//goawait:async
func nests(ctx context.Context, trees, depth, n, odd int) (failed int, err error) {
	for i := range trees {
		if v, err := async.Await(nestAsync(ctx, depth, n+i%2*odd)); errors.Is(err, errLeaf) && v == depth-1 {
			failed++
		} else if err != nil || v != depth {
			return failed, errors.Join(errors.New("wrong"), err)
		}
	}
	return failed, nil
}

// parked has three variables that live while it waits.
//
//goawait:async
func parked(ctx context.Context, gate *async.Promise[async.Void], i int, name string, box *int) (int, error) {
	if _, err := async.Await(gate); err != nil {
		return 0, err
	}
	return i + len(name) + *box, nil
}

// A thing is something whose end can be seen.
type thing struct {
	_    [64]byte
	name string
}

// make gives a new thing, after a turn.
//
//goawait:async
func makeThing(ctx context.Context, made func(*thing)) (*thing, error) {
	if _, err := async.Await(async.Yield(ctx)); err != nil {
		return nil, err
	}
	t := &thing{name: "made"}
	made(t)
	return t, nil
}

// drops makes a thing, drops it, and then waits for gate, for a call that waits for gate, and for a call as before.
//
//goawait:async
func drops(ctx context.Context, made func(*thing), gates []*async.Promise[async.Void]) (string, error) {
	t, err := async.Await(makeThingAsync(ctx, made))
	if err != nil {
		return "", err
	}
	name := t.name
	for _, gate := range gates {
		if _, err := async.Await(gate); err != nil {
			return "", err
		}
	}
	return name, nil
}

// dropsAgain makes a thing by a call whose frame has been used before, and waits for the next one.
//
//goawait:async
func dropsAgain(ctx context.Context, made func(*thing), gates []*async.Promise[async.Void]) (int, error) {
	n := 0
	for _, gate := range gates {
		t, err := async.Await(guardedAsync(ctx, made, gate))
		if t == nil {
			return n, err
		}
		n += len(t.name)
	}
	return n, nil
}

// guarded makes a thing when gate is settled.
//
//goawait:async
func guarded(ctx context.Context, made func(*thing), gate *async.Promise[async.Void]) (*thing, error) {
	if _, err := async.Await(gate); err != nil {
		return nil, err
	}
	t := &thing{name: "made"}
	made(t)
	return t, errLeaf // the value beside an error is kept, too
}

// spins awaits calls that end at once until stop is set, and counts them.
//
//goawait:async
func spins(ctx context.Context, stop *bool) (n int, err error) {
	for !*stop {
		if n, err = async.Await(addAsync(ctx, n, 1)); err != nil {
			return n, err
		}
	}
	return n, nil
}

// spinsDeferring is spins with a deferred call.
//
//goawait:async
func spinsDeferring(ctx context.Context, stop, ended *bool) (n int, err error) {
	defer func() { *ended = true }()
	for !*stop {
		if n, err = async.Await(addAsync(ctx, n, 1)); err != nil {
			return n, err
		}
	}
	return n, nil
}
