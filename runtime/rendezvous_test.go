package async

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// receives is a call on ctx's loop that receives n values from ch, or all that come before it is closed.
func receives(ctx context.Context, ch <-chan int, n int, to func(int)) *Promise[Void] {
	return Stackful(ctx, "receives", func(co Coroutine) (Void, error) {
		for range n {
			v, ok := CoRecv2(co, ch)
			if !ok {
				return Void{}, ErrClosed
			}
			to(v)
		}
		return Void{}, nil
	})
}

// sends is a call on ctx's loop that sends vs to ch.
func sends(ctx context.Context, ch chan<- int, vs ...int) *Promise[Void] {
	return Stackful(ctx, "sends", func(co Coroutine) (Void, error) {
		for _, v := range vs {
			CoSend(co, ch, v)
		}
		return Void{}, nil
	})
}

// keptOps counts the operations that l keeps.
func (l *Loop) keptOps() int { return len(l.meetings.leaves()) }

// hiredOps counts the operations that a goroutine waits for.
func hiredOps() (n int) {
	for _, x := range stray.scopes.leaves() {
		if x.promise().exec == &channelOps {
			n++
		}
	}
	return n
}

// needsDriver skips a test where a loop does not know its goroutine, and so keeps nothing.
func needsDriver(t *testing.T) {
	t.Helper()
	if thisGoroutine() == 0 {
		t.Skip("goroutines cannot be told apart here: each operation that waits takes one")
	}
}

// What calls on a loop send each other takes no goroutine, comes in order, and to each once.
func TestMeetings(t *testing.T) {
	needsDriver(t)
	for _, capacity := range []int{0, 1, 3} {
		t.Run(fmt.Sprint(capacity), func(t *testing.T) {
			l := NewLoop()
			ctx := WithExecutor(context.Background(), l)
			ch := make(chan int, capacity)
			const each, senders, receivers = 300, 3, 2
			var got [receivers][]int
			var ends []*Promise[Void]
			l.Post(func() {
				for i := range receivers {
					ends = append(ends, receives(ctx, ch, each*senders/receivers, func(v int) { got[i] = append(got[i], v) }))
				}
				for i := range senders {
					var vs []int
					for j := range each {
						vs = append(vs, i*each+j)
					}
					ends = append(ends, sends(ctx, ch, vs...))
				}
			})
			before, most := hiredOps(), 0
			l.meetings.watched = true // without the timer, which does something where this takes long
			l.enter()
			for l.turn() {
				most = max(most, hiredOps())
			}
			l.leave()
			assert.Equal(t, before, most, "goroutines")
			for _, p := range ends {
				assert.Equal(t, Fulfilled, p.State())
			}
			seen := map[int]bool{}
			for _, vs := range got {
				last := [senders]int{-1, -1, -1}
				for _, v := range vs {
					assert.False(t, seen[v])
					seen[v] = true
					assert.Greater(t, v, last[v/each]) // each sender's values in order
					last[v/each] = v
				}
			}
			assert.Len(t, seen, each*senders)
			assert.Empty(t, l.meetings.ops)
			assert.Empty(t, l.meetings.places)
		})
	}
}

// Code of users that blocks the goroutine of the loop until a call on the loop has received, or sent, is not left alone.
func TestMeetingsOfBlockedLoop(t *testing.T) {
	blocked := func(t *testing.T) {
		ch := make(chan int)
		v, err := Run(context.Background(), func(ctx context.Context) *Promise[int] {
			var got int
			end := receives(ctx, ch, 1, func(v int) { got += v })
			homeOf(ctx).loop.Post(func() { ch <- 1 })
			return Then(end, func(Void) (int, error) {
				for range 3 { // a timer is waited for once
					sends(ctx, ch, 2)
					got += <-ch
				}
				return got, nil
			})
		})
		assert.NoError(t, err)
		assert.Equal(t, 7, v)
	}
	t.Run("time", blocked)
	t.Run("bubble", func(t *testing.T) { synctest.Test(t, blocked) })
}

// What is kept on a loop that never rests is tried again, and then a goroutine waits for it.
func TestMeetingsOfBusyLoop(t *testing.T) {
	for _, capacity := range []int{0, 1} {
		ch := make(chan int, capacity)
		var ready, ended bool
		begun := make(chan bool)
		other := make(chan bool)
		go func() {
			defer close(other)
			<-begun
			ch <- 1
			ch <- 2
		}()
		v, err := Run(context.Background(), func(ctx context.Context) *Promise[int] {
			got := 0
			end := receives(ctx, ch, 2, func(v int) { got += v })
			Finally(end, func() { ended = true })
			busy := Stackful(ctx, "busy", func(co Coroutine) (int, error) {
				for !ended {
					CoAwait(co, Yield(ctx))
					if !ready {
						ready = true
						close(begun)
					}
					runtime.Gosched()
				}
				return got, nil
			})
			return busy
		})
		assert.NoError(t, err)
		assert.Equal(t, 3, v)
		<-other
	}
}

// Who drives a loop by hand may wait for what its calls are to do meanwhile.
func TestMeetingsBetweenPolls(t *testing.T) {
	l := NewLoop()
	ctx := WithExecutor(context.Background(), l)
	ch := make(chan int)
	var got []int
	var end *Promise[Void]
	var again func()
	again = func() { l.Post(again) }
	l.Post(func() { end = receives(ctx, ch, 3, func(v int) { got = append(got, v) }) })
	l.Post(again)
	for i := range 3 {
		assert.True(t, l.Poll())
		ch <- i
		for len(got) == i {
			l.Poll()
			runtime.Gosched()
		}
	}
	assert.Equal(t, []int{0, 1, 2}, got)
	assert.Equal(t, Fulfilled, end.State())
}

// A channel that is closed while operations are kept ends receives, and makes sends panic.
func TestMeetingsOfClosedChannel(t *testing.T) {
	for _, capacity := range []int{0, 1} {
		l := NewLoop()
		ctx := WithExecutor(context.Background(), l)
		in, out := make(chan int), make(chan int, capacity)
		var received, sent *Promise[Void]
		l.Post(func() {
			received = receives(ctx, in, 1, func(int) {})
			sent = sends(ctx, out, 1, 2)
			l.Post(func() {
				close(in)
				close(out)
			})
		})
		assert.NoError(t, l.Run())
		_, err, _ := received.Result()
		assert.Equal(t, ErrClosed, err)
		_, err, _ = sent.Result()
		assert.ErrorContains(t, err, "send on closed channel")
	}
}

// Selects meet selects, and what has been chosen at one end is over at the others.
func TestMeetingsOfSelects(t *testing.T) {
	needsDriver(t)
	l := NewLoop()
	ctx := WithExecutor(context.Background(), l)
	a, b, c := make(chan int), make(chan string), make(chan int, 1)
	var trace []string
	selects := func(name string, n int) *Promise[Void] {
		return Stackful(ctx, name, func(co Coroutine) (Void, error) {
			for i := range n {
				fromA, toB, fromC, never := RecvCase(a), SendCase(b, fmt.Sprint(name, i)), RecvCase(c), RecvCase[int](nil)
				switch CoSelect(co, fromA, toB, fromC, never) {
				case 0:
					trace = append(trace, fmt.Sprint(name, " from a ", fromA.Value, fromA.OK))
				case 1:
					trace = append(trace, name+" to b")
				case 2:
					trace = append(trace, fmt.Sprint(name, " from c ", fromC.Value, fromC.OK))
				}
			}
			return Void{}, nil
		})
	}
	var ends []*Promise[Void]
	before := hiredOps()
	l.Post(func() {
		ends = append(ends, selects("one", 3), selects("two", 2))
		ends = append(ends, Stackful(ctx, "three", func(co Coroutine) (Void, error) {
			toA, fromB := SendCase(a, 7), RecvCase(b)
			if CoSelect(co, toA, fromB) == 0 {
				fromB.Value = CoRecv(co, b)
			} else {
				CoSend(co, a, 7)
			}
			trace = append(trace, "three from b "+strings.TrimRight(fromB.Value, "0123456789"))
			CoSend(co, c, 8)
			return Void{}, nil
		}))
		ends = append(ends, sends(ctx, a, 9, 10))
	})
	l.meetings.watched = true // as above
	l.enter()
	for l.turn() {
		assert.Equal(t, before, hiredOps(), "goroutines")
	}
	l.leave()
	for _, p := range ends {
		assert.Equal(t, Fulfilled, p.State())
	}
	counts := map[string]int{}
	for _, s := range trace {
		who, what, _ := strings.Cut(s, " ")
		counts[who]++
		counts[what]++
	}
	who := "one" // who has sent to b
	if counts["from b two"] == 1 {
		who = "two"
	}
	assert.Equal(t, map[string]int{
		"one": 3, "two": 2, "three": 1, "to b": 1, "from b " + who: 1,
		"from a 7 true": 1, "from a 9 true": 1, "from a 10 true": 1, "from c 8 true": 1,
	}, counts)
}

// A select that several others meet all the time takes from each of them.
func TestMeetingsAreFair(t *testing.T) {
	l := NewLoop()
	ctx := WithExecutor(context.Background(), l)
	const n = 100
	a, b := make(chan int), make(chan int)
	var order []int
	l.Post(func() {
		var vs [n]int
		sends(ctx, a, vs[:]...)
		sends(ctx, b, vs[:]...)
		Stackful(ctx, "selects", func(co Coroutine) (Void, error) {
			for range 2 * n {
				order = append(order, CoSelect(co, RecvCase(a), RecvCase(b)))
			}
			return Void{}, nil
		})
	})
	assert.NoError(t, l.Run())
	assert.Len(t, order, 2*n)
	for i := range 2 {
		assert.Contains(t, order[:n/2], i)
	}
}

// Where a select of one case is used again, it is for another channel, and another direction.
func TestMeetingsOfSelectsOfOneCase(t *testing.T) {
	needsDriver(t)
	l := NewLoop()
	ctx := WithExecutor(context.Background(), l)
	a, b := make(chan int), make(chan int)
	var log []int
	note := func(v int, err error) { log = append(log, v) }
	turn := waiterOp{void: func(ctx context.Context) Step[Void] { return Begun(Yield(ctx)) }, then: func(int, error) {}}
	in := RecvCase(b)
	l.Post(func() {
		waiterAsync(ctx, []waiterOp{
			{take: func(context.Context) Step[int] { return Select(SendCase(a, 1)) }, then: note},
			turn,
			{take: func(context.Context) Step[int] { return Select(in) }, then: func(int, error) { note(in.Value, nil) }}, // waits, as that before it did
		})
		waiterAsync(ctx, []waiterOp{
			stepReceive(a, func(v int) { note(v, nil) }),
			turn, turn, turn,
			{take: func(context.Context) Step[int] { return Select(RecvCase(a), SendCase(b, 3)) }, then: func(i int, err error) { note(i+1, err) }},
		})
	})
	assert.NoError(t, l.Run())
	assert.ElementsMatch(t, []int{0, 1, 2, 3}, log)
}

// stepReceive and stepSend are operations of generated code.
func stepReceive(ch <-chan int, then func(v int)) waiterOp {
	return waiterOp{recv: func() Step[Received[int]] { return Receive(ch) }, then: func(v int, _ error) { then(v) }}
}

func stepSend(ch chan<- int, v int) waiterOp {
	return waiterOp{void: func(context.Context) Step[Void] { return Deliver(ch, v) }, then: func(int, error) {}}
}

// Where an operation is kept, its opposite goes on at once: each of two calls suspends for every other value.
func TestMeetingsAtOnce(t *testing.T) {
	needsDriver(t)
	const n = 1000
	l := NewLoop()
	ctx := WithExecutor(t.Context(), l)
	ch := make(chan int)
	var got, want []int
	var in, out []waiterOp
	for i := range n {
		want = append(want, i)
		in = append(in, stepReceive(ch, func(v int) { got = append(got, v) }))
		out = append(out, stepSend(ch, i))
	}
	l.Post(func() {
		waiterAsync(ctx, in)
		waiterAsync(ctx, out)
	})
	l.meetings.watched = true // as above
	assert.NoError(t, l.Run())
	assert.Equal(t, want, got)
	assert.InDelta(t, n, l.w.ran, 20, "tasks")
}

// A loop that has nothing to do holds no channels, where others went on when the operations were done, too.
func TestIdleLoopHoldsNoChannels(t *testing.T) {
	needsDriver(t)
	l := NewLoop()
	ctx := WithExecutor(t.Context(), l)
	ch := make(chan int)
	l.Post(func() {
		var turns []waiterOp
		for range 10 * batchSize {
			turns = append(turns, waiterOp{void: func(ctx context.Context) Step[Void] { return Begun(Yield(ctx)) }, then: func(int, error) {}})
		}
		waiterAsync(ctx, turns)
		waiterAsync(ctx, []waiterOp{stepReceive(ch, func(int) {}), stepReceive(ch, func(int) {})})
		waiterAsync(ctx, []waiterOp{stepSend(ch, 1), stepSend(ch, 2)})
	})
	l.meetings.watched = true // as above
	l.enter()
	for l.turn() {
	}
	assert.Empty(t, l.meetings.places)
	assert.True(t, keeper() == nil, "a loop that nobody needs to find")
	l.leave()
}

// A lateClose is a case that sends to a channel that another goroutine closes behind the first look.
type lateClose struct {
	*Sending[int]
	looks int
}

func (c *lateClose) try() bool {
	if c.looks++; c.looks == 1 {
		return false
	}
	panic("send on closed channel")
}

// A channel may be closed by another goroutine while a select looks for calls that help.
func TestMeetingOfLateClose(t *testing.T) {
	needsDriver(t)
	l := NewLoop()
	ctx := WithExecutor(t.Context(), l)
	ch := make(chan int, 1)
	var received, chosen *Promise[Void]
	l.Post(func() {
		received = waiterAsync(ctx, []waiterOp{stepReceive(ch, func(int) {})})
		ch <- 1 // the receive that is kept does not know yet
		c := &lateClose{Sending: SendCase(ch, 2)}
		chosen = waiterAsync(ctx, []waiterOp{{take: func(context.Context) Step[int] { return Select(c) }, then: func(int, error) {}}})
	})
	l.meetings.watched = true // as above
	assert.NoError(t, l.Run())
	assert.Equal(t, Fulfilled, received.State())
	_, err, _ := chosen.Result()
	assert.ErrorContains(t, err, "send on closed channel")
}

// Calls of generated code meet in all ways: what is sent is received once, what one call sends in order, and no goroutine helps.
func TestMeetingsOfSteps(t *testing.T) {
	needsDriver(t)
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		l := NewLoop()
		ctx := WithExecutor(t.Context(), l)
		chans := make([]chan int, 1+r.IntN(3))
		sent := make([]int, len(chans))
		for i := range chans {
			chans[i] = make(chan int, r.IntN(3)*r.IntN(2))
		}
		calls := 2 + r.IntN(4)
		var ops [][]waiterOp
		got, last := map[int]bool{}, map[[3]int]int{}
		receiver := 0
		for call := range calls {
			ops = append(ops, nil)
			for range r.IntN(30) {
				to := r.IntN(len(chans))
				v := sent[to]<<16 | call<<8 | to
				sent[to]++
				if r.IntN(3) > 0 {
					ops[call] = append(ops[call], stepSend(chans[to], v))
					continue
				}
				ops[call] = append(ops[call], waiterOp{
					take: func(context.Context) Step[int] { return Select(RecvCase[int](nil), SendCase(chans[to], v)) },
					then: func(i int, _ error) { assert.Equal(t, 1, i) },
				})
			}
		}
		for from, n := range sent { // as many receives, by calls of their own
			for n > 0 {
				of := min(n, 1+r.IntN(20))
				n -= of
				id := receiver
				receiver++
				take := func(v int) {
					assert.False(t, got[v], "received twice")
					got[v] = true
					key := [3]int{id, v >> 8 & 255, v & 255}
					if was, seen := last[key]; seen {
						assert.Greater(t, v, was, "order")
					}
					last[key] = v
					assert.Equal(t, from, v&255, "channel")
				}
				var list []waiterOp
				for range of {
					if r.IntN(3) > 0 {
						list = append(list, stepReceive(chans[from], take))
						continue
					}
					var c *Receiving[int]
					list = append(list, waiterOp{
						take: func(context.Context) Step[int] {
							c = RecvCase(chans[from])
							return Select(c, SendCase[int](nil, 0))
						},
						then: func(i int, _ error) { assert.True(t, c.OK); take(c.Value) },
					})
				}
				ops = append(ops, list)
			}
		}
		r.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
		var ends []*Promise[Void]
		l.Post(func() {
			for _, list := range ops {
				ends = append(ends, waiterAsync(ctx, list))
			}
		})
		before, total := hiredOps(), 0
		l.meetings.watched = true // as above
		l.enter()
		for l.turn() {
			if hired := hiredOps(); hired != before {
				t.Fatalf("seed %d: %d goroutines", seed, hired-before)
			}
		}
		l.leave()
		for _, n := range sent {
			total += n
		}
		assert.Len(t, got, total)
		for i, p := range ends {
			if p.State() != Fulfilled {
				t.Fatalf("seed %d: call %d is %v", seed, i, p.State())
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// Who waits longest is next, where operations are used again, too.
func TestMeetingsInOrder(t *testing.T) {
	needsDriver(t)
	const receivers, each = 3, 40
	l := NewLoop()
	ctx := WithExecutor(t.Context(), l)
	ch := make(chan int)
	var order []int
	var out []waiterOp
	l.Post(func() {
		for id := range receivers {
			var in []waiterOp
			for range each {
				in = append(in, stepReceive(ch, func(int) { order = append(order, id) }))
			}
			waiterAsync(ctx, in)
		}
		for i := range receivers * each {
			yield := func(ctx context.Context) Step[Void] { return Begun(Yield(ctx)) }
			none := func(int, error) {}
			out = append(out, stepSend(ch, i), waiterOp{void: yield, then: none}, waiterOp{void: yield, then: none})
		}
		waiterAsync(ctx, out)
	})
	l.meetings.watched = true // as above
	assert.NoError(t, l.Run())
	for i, id := range order {
		assert.Equal(t, i%receivers, id)
	}
	assert.Len(t, order, receivers*each)
}

// TestKeptOperationsHoldNothing looks for what operations still refer to that are kept for the next calls.
func TestKeptOperationsHoldNothing(t *testing.T) {
	needsDriver(t)
	l := NewLoop()
	ctx := WithExecutor(t.Context(), l)
	ch := make(chan int)
	var in, out []waiterOp
	for i := range 10 {
		in = append(in, stepReceive(ch, func(int) {}))
		out = append(out, stepSend(ch, 1+i))
	}
	senders, receivers := 0, 0 // seen
	look := func() {
		for _, p := range l.meetings.places {
			for n := p.receivers.spares.head; n != nil; n = n.next {
				o := n.waiter.op.(*receiving[int])
				assert.Zero(t, o.Receiving)
				assert.Zero(t, o.promise.value)
				receivers++
			}
			for n := p.senders.spares.head; n != nil; n = n.next {
				assert.Zero(t, n.waiter.op.(*sending[int]).Sending)
				senders++
			}
		}
	}
	for i := range in {
		in[i].then = func(int, error) { look() }
	}
	l.Post(func() {
		waiterAsync(ctx, in)
		waiterAsync(ctx, out)
	})
	l.meetings.watched = true // as above
	assert.NoError(t, l.Run())
	assert.Positive(t, senders)
	assert.Positive(t, receivers)
	assert.Empty(t, l.meetings.places)
}

// Channels can be converted so that their elements have other tags, and are of another type. What waits at both meets nevertheless.
func TestMeetingsOfConvertedChannels(t *testing.T) {
	type tagged = struct {
		N int `json:"n"`
	}
	type plain = struct{ N int }
	l := NewLoop()
	ctx := WithExecutor(t.Context(), l)
	a := make(chan tagged)
	b := (chan plain)(a)
	var got []int
	l.Post(func() {
		waiterAsync(ctx, []waiterOp{{take: func(context.Context) Step[int] {
			c := RecvCase(b)
			return Select(c)
		}, then: func(int, error) { got = append(got, 1) }}})
		waiterAsync(ctx, []waiterOp{{void: func(context.Context) Step[Void] { return Deliver(a, tagged{1}) }, then: func(int, error) { got = append(got, 2) }}})
		waiterAsync(ctx, []waiterOp{{void: func(context.Context) Step[Void] { return Deliver(b, plain{2}) }, then: func(int, error) { got = append(got, 3) }}})
		waiterAsync(ctx, []waiterOp{{take: func(context.Context) Step[int] { return Select(RecvCase(a)) }, then: func(int, error) { got = append(got, 4) }}})
	})
	assert.NoError(t, l.Run())
	assert.ElementsMatch(t, []int{1, 2, 3, 4}, got)
}

// A loop that is driven by what another one runs, on the same goroutine, and one that goes from goroutine to goroutine, keep operations.
func TestMeetingsOnOneGoroutine(t *testing.T) {
	pass := func(ctx context.Context, n int) (got *[]int) {
		got = new([]int)
		ch := make(chan int)
		var in, out []waiterOp
		for i := range n {
			in = append(in, stepReceive(ch, func(v int) { *got = append(*got, v) }))
			out = append(out, stepSend(ch, i))
		}
		waiterAsync(ctx, in)
		waiterAsync(ctx, out)
		return got
	}
	outer, inner := NewLoop(), NewLoop()
	var a, b, c *[]int
	outer.Post(func() {
		a = pass(WithExecutor(t.Context(), outer), 500)
		outer.Post(func() {
			inner.Post(func() { b = pass(WithExecutor(t.Context(), inner), 300) })
			assert.NoError(t, inner.Run())
			c = pass(WithExecutor(t.Context(), outer), 100)
		})
	})
	for c == nil || len(*a) < 500 || len(*c) < 100 {
		var wg sync.WaitGroup
		wg.Go(func() { outer.Poll() })
		wg.Wait()
	}
	assert.Len(t, *a, 500)
	assert.Len(t, *b, 300)
	assert.Len(t, *c, 100)
	for i := range keepers {
		if l := loadPtr(&keepers[i]); l == outer || l == inner {
			t.Error("a loop is still known as one that keeps operations")
		}
	}
}

// A snapshot has the calls whose operations are kept, and a channel that was used is not held.
func TestMeetingsAreSeenAndForgotten(t *testing.T) {
	l := NewLoop()
	ctx := WithExecutor(context.Background(), l)
	forgotten := make(chan bool)
	func() {
		ch := make(chan int)
		runtime.AddCleanup(&ch, func(int) {}, 0)
		big := &struct {
			ch  chan int
			pad [100]byte
		}{ch: make(chan int)}
		runtime.AddCleanup(big, func(done chan bool) { close(done) }, forgotten)
		receives(ctx, big.ch, 1, func(v int) { big.pad[0] = byte(v) })
		l.Post(func() {
			receives(ctx, ch, 1, func(int) {})
			var seen []string
			for _, c := range Snapshot() {
				if c.Function == "receives" {
					seen = append(seen, c.Waits)
				}
			}
			assert.Equal(t, []string{"receive from a channel", "receive from a channel"}, seen)
			sends(ctx, ch, 1)
			sends(ctx, big.ch, 1)
		})
	}()
	for l.Poll() || l.keptOps() > 0 {
		runtime.Gosched()
	}
	assert.NoError(t, l.Run())
	for {
		runtime.GC()
		select {
		case <-forgotten:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// A call that ends the goroutine of the loop leaves nothing behind that nobody waits for.
func TestMeetingsWhenTheGoroutineGoes(t *testing.T) {
	l := NewLoop()
	ctx := WithExecutor(context.Background(), l)
	ch := make(chan int)
	got := 0
	l.Post(func() { receives(ctx, ch, 1, func(v int) { got = v }) })
	l.Post(runtime.Goexit)
	var wg sync.WaitGroup
	wg.Go(func() { l.Poll() })
	wg.Wait()
	ch <- 5
	assert.NoError(t, l.Run())
	assert.Equal(t, 5, got)
}

// A snapshot misses no call while what it waits for goes from one list to another: from the operations that are kept to the leaves, and
// from the young ones of those to the old.
func TestSnapshotsWhileListsChange(t *testing.T) {
	var others []*Promise[int] // so that it takes a while to go through a list
	for range 2000 {
		p, _, _ := NewPromise[int](nil)
		others = append(others, p)
	}
	defer runtime.KeepAlive(others)
	rounds, missed := 1000, 0
	if runtime.GOARCH == "wasm" {
		rounds = 20 // one goroutine runs at a time, without preemption
	}
	for range rounds {
		l := NewLoop()
		ctx := WithExecutor(context.Background(), l)
		ch := make(chan int)
		l.Post(func() {
			receives(ctx, ch, 1, func(int) {})
			for _, change := range []func(){
				func() {
					l.meetings.mu.Lock()
					l.meetings.hire(l.meetings.turns + 1)
					l.meetings.mu.Unlock()
				},
				afterGC,
			} {
				ended := make(chan bool)
				go func() { change(); close(ended) }()
				runtime.Gosched()
				if !slices.ContainsFunc(Snapshot(), func(c Call) bool { return c.Function == "receives" }) {
					missed++
				}
				<-ended
			}
			close(ch)
		})
		assert.NoError(t, l.Run())
	}
	if missed > 0 {
		t.Errorf("it was missed %d times", missed)
	}
}
