package async

// This file holds what watches calls: hooks, and what tests of generated code ask for. While nobody watches, a call costs one
// load of a flag at each of its steps.

import (
	"context"
	"slices"
	"sync/atomic"
	"unsafe"
)

// A CallInfo is a call of an async function, as hooks get to see it: or a callback of Then, Catch or Finally, whose function
// has that name.
type CallInfo struct {
	ID       uintptr // tells calls apart that have not settled yet; a call that is gone without settling leaves its ID to others
	Function string  // with its package, as pkg.Func or pkg.Type.Method
	Position string  // as file:line: of the await where it waits, or waited last; of the function, before the first
}

// Hooks are told what calls do. They are called on the goroutine that runs the call: for one call, one after the other. They
// have to return soon, and must not panic, block or await. A nil function is not called.
type Hooks struct {
	// Start is called before the first code of a call. ctx is what the call got, and nil if it got none.
	Start func(ctx context.Context, c CallInfo)

	// Suspend is called when a call is about to wait. on is the ID of the call that it waits for; 0 if it waits for
	// something else. It may go on at once nevertheless.
	Suspend func(c CallInfo, on uintptr)

	// Resume is called before a call goes on.
	Resume func(c CallInfo)

	// Settle is called when a call has ended, before those that wait for it get to know. err is what rejects it: a *PanicError
	// for a panic, ErrGoexit for an exit, or nil.
	Settle func(c CallInfo, err error)
}

// AddHooks makes h be called for all calls of the process from now on, after the hooks that were added before. Calls that have
// started earlier are seen from their next step on. It may be called from any goroutine, and so may the function that it
// returns, which removes h again; calling that more than once does nothing. While there are hooks, each step of a call
// takes some ten nanoseconds longer, and what the hooks take. While there are none, nothing that can be measured.
func AddHooks(h Hooks) (remove func()) {
	added := &h
	editHooks(func(hs []*Hooks) []*Hooks { return append(hs, added) })
	return func() {
		editHooks(func(hs []*Hooks) []*Hooks {
			return slices.DeleteFunc(hs, func(x *Hooks) bool { return x == added })
		})
	}
}

var (
	hooksMu mutex
	hooks   atomic.Pointer[[]*Hooks]
)

func editHooks(edit func([]*Hooks) []*Hooks) {
	hooksMu.Lock()
	defer hooksMu.Unlock()
	hs := edit(slices.Clone(allHooks()))
	hooks.Store(&hs)
	watch(watchHooks, len(hs) > 0)
}

func allHooks() []*Hooks {
	if hs := hooks.Load(); hs != nil {
		return *hs
	}
	return nil
}

// watched is not 0 while somebody watches calls.
var watched atomic.Uint32

// Who watches.
const (
	watchForce = 1 << iota // every ready await gives the turn up
	watchCount             // suspensions are counted
	watchHooks             // there are hooks

	// Each call has to have a frame from the beginning. Counting does not need that, and must not: who counts the suspensions of generated
	// code in a test wants it to run as it does elsewhere.
	watchFrames = watchForce | watchHooks
)

func watch(bit uint32, on bool) {
	if on {
		watched.Or(bit)
	} else {
		watched.And(^bit)
	}
}

func (t *Task) info() CallInfo {
	function, pos := t.self().Site()
	return CallInfo{t.id(), function, pos}
}

func (t *Task) id() uintptr { return uintptr(unsafe.Pointer(t)) }

func (t *Task) observeStart(ctx context.Context) {
	t.force()
	for _, h := range allHooks() {
		if h.Start != nil {
			h.Start(ctx, t.info())
		}
	}
}

func (t *Task) observeResume() {
	t.force()
	for _, h := range allHooks() {
		if h.Resume != nil {
			h.Resume(t.info())
		}
	}
}

func (t *Task) observeSuspend() {
	if watched.Load()&watchCount != 0 {
		suspensions.Add(1)
	}
	for _, h := range allHooks() {
		if h.Suspend != nil {
			h.Suspend(t.info(), callOf(t.awaited()))
		}
	}
}

func (t *Task) observeSettle() {
	for _, h := range allHooks() {
		if h.Settle != nil {
			h.Settle(t.info(), plainError(t.core().raw()))
		}
	}
}

// callOf is the ID of the call whose promise c is, or 0.
func callOf(c *Core) uintptr {
	if c == nil || c.exec == nil || c.exec.leaf {
		return 0
	}
	if t := taskOf(c); !isDependent(t) {
		return t.id()
	}
	return 0
}

// force makes t give its turn up at the next ready await, if that was asked for.
func (t *Task) force() {
	if watched.Load()&watchForce != 0 {
		t.spent = readyBudget
	}
}

var suspensions atomicInt64

// ForceSuspend is for tests of generated code: while it is on, every await of a settled promise in an async function
// gives the call's turn up, as if the promise were pending. It holds for the whole process, for calls that start or are
// resumed after it. It may be called from any goroutine.
func ForceSuspend(on bool) { watch(watchForce, on) }

// CountSuspensions is for tests: while it is on, Suspensions counts, in the whole process. It may be called from any goroutine.
func CountSuspensions(on bool) { watch(watchCount, on) }

// Suspensions is for tests: it tells how often a call was suspended, in the whole process, while CountSuspensions was on. It may be called from
// any goroutine.
func Suspensions() int64 { return suspensions.Load() }
