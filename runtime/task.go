package async

// This file holds suspended calls: frames, and how they are started, resumed and ended.

import (
	"context"
	"strings"
	"sync/atomic"
	"unsafe"
)

// A Resumer is what generated code makes of a call: its frame. It is for generated code. Its methods are called by one
// goroutine at a time.
type Resumer interface {
	Resume()                      // runs until the call suspends or ends
	Release()                     // forgets what the call held; called once, when it has ended
	Site() (function, pos string) // where it is suspended
}

// A Task is the part of a frame that waits. It is for generated code. It stands in one list at a time: the waiters of a
// promise or the ready queue of an executor.
type Task struct {
	_    [0]func() // it is not compared: the compiler need not make a function for that, for every type of frame
	tab  uintptr   // see self
	next *Task     // in the list; of a flagDirect frame that has ended, the *Core that it had awaited last: see spare
	at   int32     // state to resume in

	kind  uint8 // how it is woken; never changes
	flags uint8 // see flag...
	state uint8 // how Resume ended
	spent uint8 // ready awaits since it was resumed
}

// An iface is how a Resumer lies in memory: a table of methods, which is no part of the heap, and a pointer.
type iface struct {
	tab  uintptr
	data unsafe.Pointer
}

// self is what begins with t. Its methods alone are kept in t, as its address is known.
func (t *Task) self() Resumer {
	i := iface{t.tab, unsafe.Pointer(t)}
	return *(*Resumer)(unsafe.Pointer(&i))
}

// Frame is the frame that t is a part of. It is for generated code.
func (t *Task) Frame() Resumer { return t.self() }

// setSelf makes r, which begins with t, what self gives.
func (t *Task) setSelf(r Resumer) {
	i := (*iface)(unsafe.Pointer(&r))
	if i.data != unsafe.Pointer(t) {
		panic("async: a frame has to begin with its async.Frame")
	}
	if t.tab != i.tab {
		t.tab = i.tab
	}
}

// The kinds of tasks.
const (
	kindFrame    = iota // a frame: followed by its Core
	kindCallback        // a frame of Then and its like: goes through the queue even if nobody else waits
	kindHop             // an internal step, queued on an executor: see hop
	kindDirect          // an internal step, done at once by whoever wakes it: see direct
	kindEnd             // the end of lists of waiters, which it is told of at once: see ender
	kindQuiet           // not a task: see quietEnd
	kindMark            // not a task: see Core.waiters
	kindLock
)

// What Resume left behind.
const (
	running   = iota // nothing: it has not returned yet
	suspended        // it waits for what awaited gives, or for its next turn if that is nil
	finished         // value and error are in the frame
	failed           // so is the panic, as an error
)

const (
	flagBound   = 1 << iota // the frame has an executor and may be known to others
	flagForeign             // it waits for a promise of another executor, or of none
	flagDead                // a hop that nobody waits for any more: see Core.unsubscribe
	flagSteps               // it has a step function, which saves in the frame only what it needs when it goes on
	flagDirect              // only the call or the group that made it knows it, and waits for it; see executor, too
	flagMissed              // it did not have to wait for what it awaited last, which had settled before
	flagRecalls             // it asks what it has waited for: see Frame.Awaited
	flagOnLoop              // whatever runs it is the goroutine that drives the loop of its executor
)

// A frameHead is how every frame begins.
type frameHead struct {
	Task
	Core
}

// core is the promise of a frame.
func (t *Task) core() *Core { return &(*frameHead)(unsafe.Pointer(t)).Core }

// taskOf is the frame of a promise that is one.
func taskOf(c *Core) *Task {
	return (*Task)(unsafe.Add(unsafe.Pointer(c), -int(unsafe.Offsetof(frameHead{}.Core))))
}

// awaited is what t, which is a frame, waits for or has waited for last; nil if it has ended.
func (t *Task) awaited() *Core {
	if t.state > suspended {
		return nil
	}
	return (*Core)(t.core().more)
}

// setAwait notes what t, which is a frame and has not ended, waits for.
func (t *Task) setAwait(c *Core) { t.core().more = unsafe.Pointer(c) }

// A Frame is a call of an async function: its promise, and what it needs to go on. It is for generated code: every frame begins with one.
// One call at a time uses a frame: see [Spare].
type Frame[R any] struct{ bareFrame[R] }

// A bareFrame is a Frame without its methods: see leaf.
type bareFrame[R any] struct {
	task    Task
	promise Promise[R]
}

// Start runs self, the frame that begins with f, until it suspends for the first time or ends, and returns its promise. A panic
// rejects the promise. A Goexit rejects it too and goes on ending the goroutine of the caller. The call goes on where ctx
// says; where ctx is nil or names no executor, where the first promise that it waits for belongs. It is for generated code.
func (f *Frame[R]) Start(self Resumer, ctx context.Context) *Promise[R] {
	f.task.startAs(self, ctx)
	return &f.promise
}

// startAs is Start where the type of the promise does not matter.
func (t *Task) startAs(self Resumer, ctx context.Context) {
	if t.tab != 0 {
		panic("async: a frame is started twice")
	}
	t.setSelf(self)
	t.start(ctx)
}

// StartDeferring is Start for a frame with deferred calls. It is for generated code.
func (f *Frame[R]) StartDeferring(self Resumer, ctx context.Context, u *Unwinder) *Promise[R] {
	u.task = &f.task
	return f.Start(self, ctx)
}

// Finish ends the call. The values beside an error are kept. It is for generated code.
func (f *Frame[R]) Finish(v R, err error) {
	f.promise.value = v
	f.task.finish(err)
}

// finish notes that the call has ended with err.
//
//go:noinline
func (t *Task) finish(err error) {
	t.state = finished
	c := t.core()
	if t.flags&flagDirect != 0 {
		t.next = nil
		if err == nil && t.flags&flagMissed == 0 {
			t.next = (*Task)(c.more)
		}
	}
	switch {
	case err != nil:
		c.reject(heldError(err))
	case c.more != nil:
		c.more = nil
	}
}

// carry is Finish with an error as another promise holds it, which may be a panic.
func carry[R any](f *bareFrame[R], v R, raw error) {
	f.promise.value = v
	f.promise.core.reject(raw)
	f.task.state = finished
}

// readyBudget is how many settled promises a call may await in one go before it gives up its turn.
const readyBudget = 250

// At is the state in which Resume has to go on: what Suspend was given, or 0 in the beginning.
func (f *Frame[R]) At() int32 { return f.task.at }

// Site is the function, and of the places, which are separated by |, the one where the call is: the first in the beginning, and that of
// each state behind it. It is for generated code.
//
//go:noinline
func (f *Frame[R]) Site(function, places string) (string, string) {
	return function, placeAt(atomic.LoadInt32(&f.task.at), places)
}

// placeAt is that of places, in which the call is.
func placeAt(at int32, places string) string {
	rest := places
	for range at {
		_, behind, ok := strings.Cut(rest, "|")
		if !ok {
			rest = places
			break
		}
		rest = behind
	}
	place, _, _ := strings.Cut(rest, "|")
	return place
}

// siteIn is Site where the function stands before the places, with a | between.
func (t *Task) siteIn(site string) (function, pos string) {
	function, places, _ := strings.Cut(site, "|")
	return function, placeAt(atomic.LoadInt32(&t.at), places)
}

// suspend returns false if the call is to go on at once, as c is nil: what it awaits is settled. Otherwise it notes that the
// call waits for c and is to be resumed in state at, and Resume has to return. Now and then it suspends a call although c is
// nil, so that a loop of ready awaits cannot stop timers and other calls.
//
//go:noinline
func (t *Task) suspend(at int32, c *Core) bool {
	if c == nil && t.spent < readyBudget {
		t.spent++
		return false
	}
	t.setAt(at)
	t.state = suspended
	t.setAwait(c)
	return true
}

// start runs t on the stack of its caller.
func (t *Task) start(ctx context.Context) {
	if watched.Load() != 0 {
		t.observeStart(ctx)
	}
	normal := false
	defer t.begun(ctx, &normal)
	t.self().Resume()
	normal = true
}

// begun is deferred by what runs t for the first time. It is normal if that was not ended by a panic or an exit.
func (t *Task) begun(ctx context.Context, normal *bool) {
	if !*normal {
		if v := recover(); v != nil {
			t.fail(newPanic(v, t))
		} else if t.state == running {
			t.fail(ErrGoexit)
		}
	} else if c := t.core(); t.state == finished && !c.rejected() && t.flags&flagSteps != 0 && watched.Load() == 0 {
		c.waiters.init(&settledMark) // nothing has been saved in the frame that would have to be released
		return
	}
	t.started(ctx)
}

// started does what Start has to when Resume is over.
func (t *Task) started(ctx context.Context) {
	switch t.state {
	case suspended:
		t.bind(ctx)
		t.wait(nil)
	case running:
		panic("async: Resume returned without Suspend or Finish")
	default:
		if c := t.core(); c.rejected() {
			c.exec = executorOr(ctx, stray) // tells reports that this is a call
		}
		if watched.Load() != 0 {
			t.observeSettle()
		}
		t.self().Release()
		t.core().settleUnpublished()
	}
}

// bind finds the executor of t, which suspends for the first time.
func (t *Task) bind(ctx context.Context) { t.bindTo(executorOf(ctx)) }

// bindTo binds t to e, or if that is nil, to where what t waits for belongs.
func (t *Task) bindTo(e *executor) {
	if e == nil {
		e = &runHome(t.awaited()).frames
	}
	t.core().exec = e
	t.flags |= flagBound
	if l := e.home.loop; l != nil && l.sim != nil {
		l.sim.binds(t)
	}
}

// wait puts t, which is suspended, where it will be woken from.
func (t *Task) wait(w *worker) {
	if watched.Load() != 0 {
		t.observeSuspend()
	}
	if c := t.awaited(); c != nil {
		t.flags &^= flagMissed
		t.countForeign(t.core().exec, c)
		if w != nil && c.ownedBy(w) && c.waiters.load() == nil {
			t.next = nil
			c.waiters.storeOwned(t) // nobody else can wait for c, and only w can settle it
			return
		}
		if b := bedOf(c); b != nil {
			if t.nap(b) {
				return
			}
			c = t.awaited()
		}
		if c.exec == &channelOps && c.waiters.load() == nil { // nobody else knows it before it begins
			h := t.home() // behind this, others may have used c and t again
			t.next = nil
			c.waiters.storeOwned(t)
			beginChannelOp(c, h)
			return
		}
		if c.subscribe(t) {
			return
		}
		t.flags |= flagMissed
	}
	t.queue(w)
}

// countForeign is called when t, which is about to wait for c, will make something ready on e then. A loop does not end before, if c belongs
// elsewhere.
func (t *Task) countForeign(e *executor, c *Core) {
	if l := e.home.loop; l != nil && c.foreign(l) {
		t.flags |= flagForeign
		l.foreign.Add(1)
	}
}

// uncountForeign is called when that has been made ready, or t waits no more.
func (t *Task) uncountForeign(e *executor) {
	if t.flags&flagForeign != 0 {
		e.home.loop.uncountForeign()
	}
}

// fail notes how a call ended that did not return.
func (t *Task) fail(err error) {
	t.core().reject(err)
	t.next, t.state = nil, failed
}

// home is where t runs. It is nil for a kindDirect.
func (t *Task) home() *home {
	switch t.kind {
	case kindHop:
		return (*hop)(unsafe.Pointer(t)).exec.home
	case kindDirect:
		return nil
	}
	return t.core().exec.home
}

// wake is called when what t waits for has settled.
func (t *Task) wake(w *worker) {
	if t.kind == kindDirect {
		t.self().(direct).settled(w)
		return
	}
	t.queue(w)
}

// wakeOnly is wake for the only waiter of a promise. A call that waits for nothing but another goes on at once when that
// one ends, before others that are ready.
func (t *Task) wakeOnly(w *worker) {
	if t.kind != kindFrame {
		t.wake(w)
		return
	}
	h := t.core().exec.home
	if w == nil || h != w.home {
		h.post(t)
	} else if w.next == nil && w.cascades {
		w.next = t
	} else {
		t.queue(w)
	}
}

// queue makes t ready.
func (t *Task) queue(w *worker) {
	h := t.home()
	if w != nil && h == w.home && h.loop != nil {
		w.push(t)
	} else {
		h.post(t)
	}
}

// A hop is an internal step that is queued on an executor.
type hop struct {
	Task
	exec *executor
}

// A hopper is the self of a hop.
type hopper interface {
	Resumer
	run(w *worker)
}

// A direct is the self of a task that is run by whoever wakes it. It must not run code of users.
type direct interface {
	Resumer
	settled(w *worker)
}

// An ender is the self of a task that is the end of the waiters of any number of promises, and so has no place of its own in any of the
// lists. It must not run code of users.
type ender interface {
	Resumer
	ended(c *Core, w *worker) // c has settled
}

// tell tells t, which is of kind kindEnd, that c has settled.
func (t *Task) tell(c *Core, w *worker) {
	if t.flags&flagOnLoop != 0 { // only a pageEnd has that
		e := (*pageEnd)(unsafe.Pointer(t))
		e.g.endedOwn(e, c)
		return
	}
	t.self().(ender).ended(c, w)
}

// internal gives a hopper, direct or ender the methods that it does not need.
type internal struct{}

func (internal) Resume()                      {}
func (internal) Release()                     {}
func (internal) Site() (function, pos string) { return "", "" }
