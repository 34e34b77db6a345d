// Package asynctest runs tests of async functions on a clock that jumps and in an order that a seed decides.
//
//	func TestRetries(t *testing.T) {
//		asynctest.Run(t, func(ctx context.Context) {
//			begin := time.Now()
//			page, err := async.Await(FetchAsync(ctx, failingTwice)) // waits a minute between attempts
//			if err != nil || time.Since(begin) != 2*time.Minute {
//				t.Error(page, err, time.Since(begin))
//			}
//		})
//	}
//
// The body is an ordinary function, not annotated. It runs on a goroutine of its own, and all that it starts with its context
// runs on a loop. The two take turns: the loop goes on while the body is blocked, in [async.Await], on a channel or in
// time.Sleep, and the body goes on while the loop stands still. So they may share variables without locks; but after a time.Sleep the
// body has to call [Wait] before it looks at them, as timers of the loop may fire at the same time. The body may use
// the t of the test, and call t.Fatal or t.Skip.
//
// # Time
//
// Run puts the test in a bubble of [testing/synctest], unless it is in one already, which may be useful to share it with other
// code. So all time in it is the bubble's: that of async.Sleep, async.Timeout and intervals, that of the packages time and context, and
// that of goroutines which the body or async.Go start. It begins at midnight UTC 2000-01-01, stands still while anything
// can go on, and jumps to the next timer when nothing can. The rules of bubbles hold: no t.Run, t.Parallel or t.Deadline inside; and
// the clock stands still while a goroutine waits for what is not of the bubble, such as a network, a mutex, or a channel made outside.
//
// A body that wants to see what has become of calls that it does not await uses [Wait]. It can't use synctest.Wait, which the loop
// is in while it lets the body go on, as only one goroutine at a time may be.
//
// # Order
//
// A loop runs what is ready first come, first served. What comes first is often a matter of chance: of two answers over a
// network, say. To find code that relies on it, a test goes on in a random order with what is ready: of calls whose promises have
// settled, a random one goes on first. What package async promises about order holds: calls and callbacks that wait for one promise go on
// in the order in which they registered, posted functions run in their order, and Yield lets all go first that is ready.
//
// The seed of the order is chosen anew in each run and is told when the test fails. The flag -asynctest.seed, or the variable
// GOAWAIT_SEED where other packages don't know the flag, runs the test in that order again. Seed 0 is the order of production,
// but for who comes first at a channel, which is open there. With [Explore], a test runs under many seeds, the same ones each time.
//
// The seed decides everything that happens on the loop and in the body. It does not decide which of several goroutines comes
// first if they run at the same time: those of async.Go, and those of async.Start, Group.Go and async.Map in
// functions that are not annotated.
//
// # Leaks
//
// When the body is over its context is cancelled, and calls that are suspended have a minute of the clock to end. The test fails if
// some don't, and lists them with their await chains. It also fails when body and calls wait for each other, or for what cannot come
// any more or before the go command ends the test for its -timeout, and for rejections and panics of its calls that nobody looks at. Goroutines that don't end make synctest panic.
package asynctest

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	async "github.com/goawait/goawait/runtime"
)

var seedFlag = flag.String("asynctest.seed", os.Getenv("GOAWAIT_SEED"), "`seed` of the order in which tests that use asynctest go on")

// Run calls body in a bubble of testing/synctest, with a context whose calls run on a loop, in an order that a random seed
// decides. It returns when body has, and the calls that it has started have ended: see the package documentation. It is to be
// called on the goroutine of the test, and may be called there more than once.
func Run(t *testing.T, body func(ctx context.Context)) {
	t.Helper()
	seed, ok := givenSeed(t)
	if !ok {
		seed = 1 + rand.Uint64N(1<<32)
	}
	run(t, seed, body)
}

// Explore runs the test n times: first in the order of production, and then in the orders of the seeds 1 to n-1. It stops at
// the first that fails. A seed that is given by flag or variable is the only one that it runs. As Run, it is to be called on the
// goroutine of the test.
func Explore(t *testing.T, n int, body func(ctx context.Context)) {
	t.Helper()
	if seed, ok := givenSeed(t); ok {
		run(t, seed, body)
		return
	}
	for seed := range uint64(max(n, 0)) {
		if run(t, seed, body); t.Failed() {
			return
		}
	}
}

// Wait waits until nothing that belongs to the test can go on without it: no call is ready, and every other goroutine is blocked.
// The clock stands still. ctx is the context that the body got, or one derived from it. Only code that may block may call it: the
// body, and goroutines that it has started.
func Wait(ctx context.Context) {
	s, ok := ctx.Value(simulationKey{}).(*async.Simulation)
	if !ok {
		panic("asynctest: Wait with a context that does not come from Run or Explore")
	}
	s.Rest()
}

type simulationKey struct{}

// givenSeed is the seed that the user wants.
func givenSeed(t *testing.T) (seed uint64, ok bool) {
	t.Helper()
	if *seedFlag == "" {
		return 0, false
	}
	seed, err := strconv.ParseUint(*seedFlag, 10, 64)
	if err != nil {
		t.Fatalf("asynctest: the seed has to be a number from 0 to %d, not %q", uint64(1<<64-1), *seedFlag)
	}
	return seed, true
}

// run runs the test under one seed.
func run(t *testing.T, seed uint64, body func(ctx context.Context)) {
	t.Helper()
	if inBubble() {
		simulate(t, t.Context(), seed, new(watch), body)
		return
	}
	w := new(watch)
	if deadline, ok := t.Deadline(); ok {
		left := time.Until(deadline)
		defer time.AfterFunc(left-min(left/2, 10*time.Second), w.over).Stop()
	}
	synctest.Test(t, func(inner *testing.T) {
		defer ended(t, inner)
		simulate(t, inner.Context(), seed, w, body)
	})
	if t.Skipped() {
		t.SkipNow()
	}
}

// ended is deferred by the test inner, that of the bubble, to end as t if the body has called t.FailNow or t.SkipNow: it would be taken
// for one that exits without a reason.
func ended(t, inner *testing.T) {
	if v := recover(); v != nil {
		panic(v)
	}
	switch {
	case t.Failed():
		inner.FailNow()
	case t.Skipped():
		inner.SkipNow()
	}
}

// A watch ends a test that goes on for ever: shortly before the go command would, but with a report of what it waits for.
type watch struct {
	sim   atomic.Pointer[async.Simulation]
	ended atomic.Bool
}

func (w *watch) over() {
	w.ended.Store(true)
	if sim := w.sim.Load(); sim != nil {
		sim.GiveUp()
	}
}

// inBubble tells whether the goroutine is in a bubble: times in one have no monotonic part.
func inBubble() bool {
	now := time.Now()
	return now == now.Round(0)
}

// simulate runs body, and has t fail for what is stuck or left over.
func simulate(t *testing.T, ctx context.Context, seed uint64, w *watch, body func(ctx context.Context)) {
	normal := false
	defer func() {
		replay := fmt.Sprintf("asynctest: the order was that of seed %d. To run it again: go test -run '%s' -asynctest.seed=%d", seed, pattern(t.Name()), seed)
		switch {
		case t.Failed():
			t.Log(replay)
		case !normal && !t.Skipped(): // a panic: what is logged is not printed any more
			fmt.Fprintln(os.Stderr, replay)
		}
	}()
	sim := async.NewSimulation(seed, synctest.Wait, func(report string) {
		why := "nothing can go on any more"
		if w.ended.Load() {
			why = "the time for tests is nearly over"
		}
		t.Fatalf("asynctest: %s:\n\t%s", why, report)
	})
	w.sim.Store(sim)
	left, unhandled := sim.Run(context.WithValue(ctx, simulationKey{}, sim), body)
	if len(left) > 0 && !t.Failed() {
		t.Errorf("asynctest: %s did not end when the test did:\n\n%s", plural(len(left), "call"), list(left))
	}
	for _, u := range unhandled {
		t.Errorf("asynctest: %s", describe(u))
	}
	normal = true
}

// pattern is what selects the test of that name.
func pattern(name string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return strings.Join(parts, "/")
}

// maxListed is how many calls are listed at most.
const maxListed = 20

func list(calls []async.Call) string {
	var b strings.Builder
	for i, c := range calls {
		if i == maxListed {
			fmt.Fprintf(&b, "and %d more\n", len(calls)-i)
			break
		}
		b.WriteString(c.String() + "\n")
	}
	return b.String()
}

// describe writes a rejection that nobody handles.
func describe(u async.Unhandled) string {
	where := ""
	if u.Function != "" {
		where = strings.TrimSuffix(fmt.Sprintf(" in %s (%s)", u.Function, u.Position), " ()")
	}
	if p, ok := u.Err.(*async.PanicError); ok && u.Panics {
		return fmt.Sprintf("panic that nobody handles%s: %v\n\n%s", where, p.Value, p.Stack)
	}
	return fmt.Sprintf("rejection that nobody handles%s: %v", where, u.Err) + strings.Join(append([]string{""}, u.Chain...), "\n\tfrom ")
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}
