//go:build !goawait_sim

package async

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Naps last as long as sleeps, end in the same order among each other and with them, and end with their context in the same way: random
// programs with one or the other do the same at the same times.
func TestNapsLikeSleeps(t *testing.T) {
	if thisGoroutine() == 0 {
		t.Skip("there are no naps where goroutines cannot be told apart")
	}
	napped := 0
	for seed := range uint64(150) {
		var logs [2][]string
		for i, naps := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				log, n := napsOfSeed(seed, naps)
				logs[i] = log
				napped += n
			})
		}
		if !slices.Equal(logs[0], logs[1]) {
			t.Fatalf("seed %d:\nsleeps %s\nnaps   %s", seed, strings.Join(logs[0], "\n       "), strings.Join(logs[1], "\n       "))
		}
	}
	if napped < 1000 {
		t.Errorf("there were %d naps", napped)
	}
}

// napsOfSeed runs calls that sleep many times, with and without contexts that are cancelled, and tells when each goes on: at one time
// sorted, as the order of those that end with a context is open.
func napsOfSeed(seed uint64, naps bool) (log []string, napped int) {
	random := rand.New(rand.NewPCG(seed, 0))
	start := time.Now()
	run := func(ctx context.Context) *Promise[int] {
		l := homeOf(ctx).loop
		var ctxs []context.Context
		for i := range 1 + random.IntN(6) {
			c := ctx
			switch i % 3 {
			case 1:
				c, _ = WithTimeout(ctx, time.Duration(1+random.IntN(60)))
			case 2:
				var cancel context.CancelCauseFunc
				c, cancel = context.WithCancelCause(ctx)
				AfterFunc(ctx, time.Duration(1+random.IntN(60)), func() { cancel(ErrClosed) })
			}
			ctxs = append(ctxs, c)
		}
		var calls []*Promise[int]
		for id := range 1 + random.IntN(150) {
			var lasts []time.Duration
			for range random.IntN(8) {
				lasts = append(lasts, time.Duration(random.IntN(20)))
			}
			note := func(n int, err error) {
				if b := bedOf(l.w.cur.awaited()); b != nil {
					napped++
					now := 0
					l.timers.mu.Lock()
					l.timers.queue.each(func(e timerEntry) {
						if t := e.nap(); t != nil && t.awaited() == &b.core {
							now++
						}
					})
					l.timers.mu.Unlock()
					if b.now != now {
						panic(fmt.Sprint(now, " naps are taken for ", b.now))
					}
				}
				log = append(log, fmt.Sprintf("%03d: call %d, sleep %d: %v", time.Since(start), id, n, err))
			}
			calls = append(calls, napperAsync(ctxs[random.IntN(len(ctxs))], lasts, naps || id%5 == 0, note))
		}
		return Then(All(calls...), func([]int) (int, error) { return 0, nil })
	}
	if _, err := Run(WithExecutor(context.Background(), NewLoop()), run); err != nil {
		panic(err)
	}
	slices.Sort(log)
	return log, napped
}

func TestNapsAreSeen(t *testing.T) {
	if thisGoroutine() == 0 {
		t.Skip("there are no naps where goroutines cannot be told apart")
	}
	l := NewLoop()
	ctx, cancel := context.WithCancel(t.Context())
	var errs []error
	startNaps(l, []context.Context{ctx, ctx, context.Background()}, time.Hour, func(_ int, err error) { errs = append(errs, err) })
	var text strings.Builder
	Dump(&text)
	if got := strings.Count(text.String(), "napper (nap)\n\twaits for Sleep\n"); got != 3 || pendingNaps(l) != 3 || l.Stats().Sleeping != 3 {
		t.Errorf("%d naps are listed, %d are there, stats say %d:\n%s", got, pendingNaps(l), l.Stats().Sleeping, &text)
	}
	woken := make(chan struct{}, 1)
	l.OnWake(func() { woken <- struct{}{} })
	l.Poll()
	cancel()
	<-woken // the context wakes the loop, and nothing is lost before it runs
	for l.Poll() {
	}
	if len(errs) != 2 || errs[0] != context.Canceled || errs[1] != context.Canceled || l.Stats().Sleeping != 1 {
		t.Errorf("ended with %v; %d sleep", errs, l.Stats().Sleeping)
	}
}

// A context that is done ends a nap, also if the time of the nap is over when the loop gets to it.
func TestNapThatIsOverTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where the time stands still until all wait
		l := NewLoop()
		ctx, cancel := context.WithCancel(t.Context())
		var errs []error
		startNaps(l, []context.Context{ctx}, time.Millisecond, func(_ int, err error) { errs = append(errs, err) })
		woken := make(chan struct{}, 1)
		l.OnWake(func() { woken <- struct{}{} })
		cancel()
		<-woken
		time.Sleep(2 * time.Millisecond)
		for l.Poll() {
		}
		if !slices.Equal(errs, []error{context.Canceled}) || l.Stats().Sleeping != 0 {
			t.Errorf("ended with %v; %d sleep", errs, l.Stats().Sleeping)
		}
	})
}

// A context of which not much is known does not nap among very many others, as its end would have to look through all of them.
func TestNapsAmongMany(t *testing.T) {
	if thisGoroutine() == 0 {
		t.Skip("there are no naps where goroutines cannot be told apart")
	}
	l := NewLoop()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	many := slices.Repeat([]context.Context{ctx}, 10000)
	startNaps(l, many, time.Hour, nil)
	if got := pendingNaps(l); got != len(many) {
		t.Errorf("%d of %d calls nap", got, len(many))
	}
	ends := 0
	var cancels []context.CancelFunc
	for range 1000 {
		ctx, cancel := WithDeadline(t.Context(), time.Now().Add(time.Hour))
		cancels = append(cancels, cancel)
		startNaps(l, []context.Context{ctx}, time.Hour, func(_ int, err error) { ends++ })
	}
	if got := pendingNaps(l); got != len(many) {
		t.Errorf("%d nap with contexts of their own", got-len(many))
	}
	for _, cancel := range cancels {
		cancel()
	}
	for l.Poll() {
	}
	if ends != len(cancels) || l.Stats().Sleeping != len(many) {
		t.Errorf("%d of %d have ended; %d sleep", ends, len(cancels), l.Stats().Sleeping)
	}
}

// A call whose home is another executor than that of the sleep's context does not nap.
func TestNapElsewhere(t *testing.T) {
	l, other := NewLoop(), NewLoop()
	var p *Promise[int]
	ctx := WithExecutor(t.Context(), l)
	l.Post(func() {
		home := WithExecutor(t.Context(), other)
		p = Begin((*napperFrame)(nil), home, func(task *Task) Step[int] {
			return napperAsyncStep(task, home, ctx, []time.Duration{1}, true, func(int, error) {
				if !other.drives() && thisGoroutine() != 0 {
					t.Error("the call goes on where its sleep was")
				}
			})
		})
	})
	for l.Poll() || p.State() == Pending {
		other.Poll()
	}
	if pendingNaps(l) != 0 {
		t.Error("it naps")
	}
}
