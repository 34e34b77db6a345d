// Package kit is what the programs of the differential test suite are written with: a trace, promises that settle as
// the mode of the run says, and the runner that puts a program through a mode.
//
// A program is a package with annotated functions whose names begin with Case:
//
//	//goawait:async
//	func CaseSum(ctx context.Context, t *kit.T) (int, error) {
//		a, err := async.Await(kit.A(t, "a", 1))
//		return a + kit.V(t, "b", 2), err
//	}
//
// The blocking form of each is run once, as the judge (mode S0). Its trace, results, panic and exit have to come out
// of the twin too, however the promises settle (modes S1 to S5).
package kit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"

	async "github.com/goawait/goawait/runtime"
)

// A Mode says how the promises of a run settle.
type Mode int

const (
	Blocking  Mode = iota // S0: the blocking form; promises settle from another goroutine
	Ready                 // S1: every promise is settled when it is made
	Loop                  // S2: every promise is pending and settled by the loop
	Elsewhere             // S3: every promise is pending and settled by another goroutine
	Mixed                 // S4: a seeded mix of the three, with garbage collections in between
	Requeued              // S5: as S1, but no await may go on at once: each gives its turn up
	modes
)

func (m Mode) String() string { return fmt.Sprintf("S%d", int(m)) }

// T is one run of a program. It may be used from several goroutines.
type T struct {
	mode Mode
	ctx  context.Context

	mu    sync.Mutex
	rng   *rand.Rand
	lines []string
	later []func() // to be run while the next promise is pending
	gcs   int      // garbage collections made so far
	made  int      // promises made pending so far
}

// maxGCs bounds the garbage collections of a run: they cost more than all the rest of it.
const maxGCs = 4

func newT(ctx context.Context, mode Mode, seed uint64) *T {
	return &T{mode: mode, ctx: ctx, rng: rand.New(rand.NewPCG(seed, uint64(mode)))}
}

// Log appends a line to the trace, made as fmt.Sprint makes it, with spaces between all operands.
func (t *T) Log(args ...any) {
	line := fmt.Sprintln(args...)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, line[:len(line)-1])
}

// Logf appends a line to the trace.
func (t *T) Logf(format string, args ...any) { t.Log(fmt.Sprintf(format, args...)) }

// Ctx is the context of the run. In all modes but S0 it carries the loop.
func (t *T) Ctx() context.Context { return t.ctx }

// Mode is the mode of the run. Programs that look at it are wrong; the suite's own tests do.
func (t *T) Mode() Mode { return t.mode }

// Later makes f run while the next promise is pending, before it settles; where that promise is made settled, when
// it is made. A program that uses it awaits that promise at once, so that nothing can tell the difference.
func (t *T) Later(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.later = append(t.later, f)
}

// takeLater gives a function that runs everything handed to Later so far.
func (t *T) takeLater() func() {
	t.mu.Lock()
	defer t.mu.Unlock()
	fs := t.later
	t.later = nil
	return func() {
		for _, f := range fs {
			f()
		}
	}
}

// pick is how the next promise settles: Ready, Loop or Elsewhere; Blocking in the blocking form.
func (t *T) pick() Mode {
	t.mu.Lock()
	defer t.mu.Unlock()
	how := t.mode
	switch t.mode {
	case Mixed:
		how = Ready + Mode(t.rng.IntN(3))
	case Requeued:
		how = Ready
	}
	if how != Ready {
		t.made++
	}
	return how
}

// collect makes a garbage collection, now and then, in mode S4.
func (t *T) collect() {
	if t.mode != Mixed {
		return
	}
	t.mu.Lock()
	now := t.gcs < maxGCs && t.rng.IntN(4) == 0
	if now {
		t.gcs++
	}
	t.mu.Unlock()
	if now {
		runtime.GC()
	}
}

// Soon runs f, which may block, on a goroutine of its own: after the caller has given up its turn, if it runs on a loop.
func (t *T) Soon(f func()) {
	if t.mode == Blocking {
		go func() {
			for range 10 { // no promise, only a better chance that the caller waits already
				runtime.Gosched()
			}
			f()
		}()
		return
	}
	t.onLoop(func() { go f() })
}

// onLoop runs f in a later turn of the run's loop.
func (t *T) onLoop(f func()) {
	async.Then(async.Yield(t.ctx), func(async.Void) (async.Void, error) {
		t.collect()
		f()
		return async.Void{}, nil
	})
}
