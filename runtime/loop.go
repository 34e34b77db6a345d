package async

// This file holds the event loop.

import (
	"context"
	"runtime"
	"time"
)

// A Loop runs calls, callbacks and timers one after the other: only one goroutine at a time runs what belongs to it, so that
// what runs there needs no locks against each other. It starts no goroutine itself. It is driven by [Run], by its method Run,
// or by a host that calls Poll; otherwise what is ready waits. Post, NextTimer, OnWake and Stats may be called from any
// goroutine. Code that runs on a loop must not block: all others wait, too.
type Loop struct {
	home
	w        worker
	inbox    taskPtr       // tasks made ready from elsewhere, newest first
	external atomicInt64   // goroutines that are going to make a task ready
	foreign  atomicInt64   // promises of other executors or of none that calls, combinators and groups wait for: nobody may be there to settle them
	driven   atomicBool    // somebody runs it
	driver   atomicUintptr // the goroutine that does, or 0: see drives
	parked   atomicBool    // it needs a call of wake to look at its inbox
	batch    int           // tasks to run at most in one go
	wakes    signal
	ceder    ceder // before it parks
	onWake   atomicPtr[func()]
	alone    atomicBool  // nobody drives it any more: it runs on goroutines that come and go
	timer    *time.Timer // wakes it when it is parked
	timers   timers
	bed      *bed              // for naps that no context ends
	locks    spares[*gateWait] // of Mutex
	acquires spares[*gateWait] // of Semaphore
	events   spares[*eventWait]
	meetings meetings
	counters loopCounters
	main     *mainRun   // the Run that it is for; nil if there is none, or it is over
	sim      *simulated // it is driven for a test; never changes
}

// NewLoop makes a loop. Give it to calls with WithExecutor. It may be called from any goroutine. A loop need not be closed: it
// holds nothing but memory, and goes when nobody refers to it.
func NewLoop() *Loop { return newLoop(nil) }

// newLoop makes a loop for sim, if that is not nil.
func newLoop(sim *simulated) *Loop {
	l := &Loop{sim: sim}
	l.scopes.sim = sim
	l.wakes.init()
	l.home.loop = l
	l.home.init()
	l.meetings.loop = l
	l.bed = newBed(l, nil)
	l.w.home, l.w.loop = &l.home, l
	l.w.cascades, l.w.plain = true, true
	l.timers.changed = l.poke
	l.parked.Store(true)
	return l
}

func (l *Loop) executor() *executor { return &l.frames }

// Post queues f, to be run on the loop, in the order of the calls of Post. It may be called from any goroutine, also before
// the loop is driven, and never blocks. A panic in f is one that nobody handles: see [OnUnhandled]. It costs one allocation,
// and no lock.
func (l *Loop) Post(f func()) { l.postFunc(f) }

// post makes t ready, from any goroutine.
func (l *Loop) post(t *Task) {
	if l.drives() {
		l.w.push(t)
		return
	}
	for {
		h := l.inbox.load()
		t.next = h
		if l.inbox.cas(h, t) {
			break
		}
	}
	l.poke()
}

// postAll is post for a list that begins with the task that is to run last.
func (l *Loop) postAll(first, last *Task) {
	if l.drives() {
		l.collect()
		last.next = nil
		l.w.appendAll(first)
		return
	}
	for {
		h := l.inbox.load()
		last.next = h
		if l.inbox.cas(h, first) {
			break
		}
	}
	l.poke()
}

// poke makes the loop look at its inbox and timers.
func (l *Loop) poke() {
	if l.parked.Load() {
		l.unpark()
	}
}

func (l *Loop) unpark() {
	if !l.parked.CompareAndSwap(true, false) {
		return
	}
	f := loadPtr(&l.onWake)
	switch {
	case l.driven.Load(): // it is parked in Run, or just being entered
		l.wakes.send()
	case l.alone.Load():
		go l.runAlone()
	case f != nil:
		(*f)()
	}
}

// collect moves the inbox to the ready queue.
func (l *Loop) collect() {
	if l.inbox.load() == nil || l.sim != nil && !l.sim.collects {
		return
	}
	l.counters.posts += uint64(l.w.appendAll(l.inbox.swap(nil)))
}

// batchSize is how many tasks a loop runs before it looks at its timers and its inbox again.
const batchSize = 128

// turn runs due timers and tasks that are ready. It returns true if more is ready.
func (l *Loop) turn() bool {
	l.collect()
	if l.timers.any() {
		l.w.cascades = false // what is due earlier goes on earlier, be it a call or a callback
		l.timers.fire(&l.w)
		l.w.cascades = true
	}
	l.drive(batchSize)
	l.count()
	more := !l.w.empty() || l.inbox.load() != nil || l.timers.due()
	if l.meetings.kept && l.meetings.turn(!more) {
		more = true
	}
	if more {
		letOthersRun()
	}
	return more
}

// letOthersRun is called by who runs tasks and has more to run. On wasm, goroutines are not preempted, so that a loop that always
// has something ready would keep all others from running.
func letOthersRun() {
	if runtime.GOARCH == "wasm" {
		runtime.Gosched()
	}
}

// drive runs up to max tasks.
func (l *Loop) drive(max int) {
	l.batch = max
	spell(l.number, l)
}

func (l *Loop) proceed() { l.w.run(l.batch) }

// enter begins to drive l.
func (l *Loop) enter() {
	if !l.tryEnter() {
		panic("async: the loop runs already")
	}
}

// tryEnter is enter where somebody else may drive l.
func (l *Loop) tryEnter() bool {
	if !l.driven.CompareAndSwap(false, true) {
		return false
	}
	l.parked.Store(false)
	l.driver.Store(thisGoroutine())
	return true
}

// release lets others drive l.
func (l *Loop) release() {
	l.meetings.leave()
	l.driver.Store(0)
	l.driven.Store(false)
}

// leave ends driving l, and makes sure that it wakes for what is ready.
func (l *Loop) leave() {
	l.publish()
	ready := !l.w.empty() // who drives l next may be at work behind the next two lines
	l.release()
	l.parked.Store(true)
	if ready || l.inbox.load() != nil {
		l.poke()
	}
}

// Poll runs what is ready and the timers that are due, and does not block. It returns true if more is ready: one call runs a
// bounded number of tasks, so that a host gets its turn. Only one goroutine at a time may call Poll or Run, and none from what
// the loop runs: otherwise they panic. When Poll has returned false, call it again after a call of the OnWake function, or at
// the time that NextTimer tells.
func (l *Loop) Poll() bool {
	l.enter()
	more := false
	defer func() {
		if more {
			l.release() // the host comes again by itself
		} else {
			l.leave()
		}
	}()
	more = l.turn()
	return more
}

// NextTimer tells when the next timer is due; ok is false if there is none. It may be called from any goroutine.
func (l *Loop) NextTimer() (at time.Time, ok bool) {
	d, ok := l.timers.next()
	return time.Now().Add(d), ok
}

// OnWake sets a function that is called when something becomes ready while nobody runs the loop, or when a timer comes then
// that is the first to fire: once, until the next Poll. It may be called from any goroutine, has to return soon, and may not call
// Poll. OnWake may be called from any goroutine; a nil f takes the function away.
func (l *Loop) OnWake(f func()) {
	if f == nil {
		storePtr(&l.onWake, nil)
		return
	}
	storePtr(&l.onWake, &f)
}

// Run runs what belongs to the loop until nothing is left that could become ready: no timer, no goroutine started by Go and
// its like, no promise of another executor that a call waits for, no pending NewPromise of the loop that a call waits for; what
// a combinator or a group of the loop waits for counts, too. It returns nil then, and can be called again. With a context, it also ends when that is done, and returns its cause. It blocks
// its goroutine, which may be any but one that runs a loop already. Only one goroutine at a time may call Poll or Run.
func (l *Loop) Run(ctx ...context.Context) error {
	l.enter()
	defer l.leave()
	var done <-chan struct{}
	var end context.Context // has done
	for _, c := range ctx {
		if c == nil {
			continue
		}
		done, end = c.Done(), c
		stop := context.AfterFunc(c, l.poke)
		defer stop()
	}
	for {
		for l.turn() {
			select {
			case <-done:
				return context.Cause(end)
			default:
			}
		}
		select {
		case <-done:
			return context.Cause(end)
		default:
		}
		if !l.expects() {
			l.retire()
			return nil
		}
		l.park()
	}
}

// retire lets go of contexts that live longer than what was made with them. The caller drives l.
func (l *Loop) retire() { l.scopes.retire(!l.timers.keep()) }

// expects says whether anything can become ready by itself.
func (l *Loop) expects() bool {
	for {
		if l.timers.keep() || l.external.Load() > 0 || l.foreign.Load() > 0 {
			return true
		}
		awaited, settling := l.scopes.awaited()
		switch {
		case awaited || l.inbox.load() != nil: // last, as it has what has been settled meanwhile
			return true
		case settling == nil:
			return false
		}
		settling()
	}
}

// park waits until something is ready. Before that it lets others run: who is about to make something ready need not wake the loop, then,
// which would cost both of them more.
func (l *Loop) park() {
	if l.ceder.cede() && l.inbox.load() != nil {
		return
	}
	l.publish()
	l.parked.Store(true)
	if l.inbox.load() != nil {
		l.parked.Store(false)
		return
	}
	if d, ok := l.timers.next(); ok {
		l.alarm(d)
	}
	l.wakes.wait()
	l.stopAlarm()
	l.parked.Store(false)
}

// alarm pokes the loop after d.
func (l *Loop) alarm(d time.Duration) {
	if l.timer == nil {
		l.timer = time.AfterFunc(d, l.poke)
	} else {
		l.timer.Reset(d)
	}
}

func (l *Loop) stopAlarm() {
	if l.timer != nil {
		l.timer.Stop()
	}
}

// runAlone runs what is ready on a loop that nobody drives any more.
func (l *Loop) runAlone() {
	if !l.tryEnter() { // woken before Run left the loop, and again behind that: who drives it looks for all when it leaves
		return
	}
	defer l.leaveAlone()
	for l.turn() {
	}
	l.retire()
}

// leaveAlone is leave for a loop that nobody drives any more: an alarm wakes it for its next timer.
func (l *Loop) leaveAlone() {
	first := l.timers.first.Load()
	if d, ok := l.timers.next(); ok {
		l.alarm(d)
	}
	l.leave()
	if l.timers.due() || l.timers.first.Load() != first { // nobody was woken before leave
		l.poke()
	}
}
