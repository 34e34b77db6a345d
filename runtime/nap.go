package async

// This file holds sleeps that take nothing but a place among the timers: naps.
//
// A call that awaits a Sleep at once needs no promise for it, as nobody else gets to know that. On the goroutine of its loop it is itself
// among the timers, and what it waits for is the bed that all calls share that nap with the same context. So a nap allocates nothing.
//
// A timer that is taken out stays in the queue for a while, but a call must not, as it may nap again. So when its context is cancelled,
// all of the queue is looked through for calls in its bed. What that costs has been paid for by then: where a bed is not used much, in
// comparison with the length of the queue, its calls sleep as others do, with a promise.

import (
	"context"
	"slices"
	"time"
	"unsafe"
)

// A bed is what calls on a loop wait for while they nap with contexts that are done at the same time. Only the goroutine that drives the
// loop uses it.
type bed struct {
	core  Core // it never settles
	loop  *Loop
	ctx   context.Context // nil if it cannot be cancelled
	until time.Duration   // when the nap ends of the call that is about to wait
	naps  int             // so far, and sleeps in place of naps
	now   int             // naps that have not ended
	ended atomicPtr[Core] // what the naps end with, when ctx is done; whoever cancels it sets this
}

func newBed(l *Loop, ctx context.Context) *bed {
	b := &bed{loop: l, ctx: ctx}
	b.core.exec = &l.naps
	return b
}

// bedOn is the bed on l for naps with the context of s; nil if that is done.
func (s *scope) bedOn(l *Loop) *bed {
	b := loadPtr(&s.bed)
	if b == nil {
		b = newBed(l, s.ctx)
		storePtr(&s.bed, b)
		if s.over.Load() { // who cancelled may not have seen b
			return nil
		}
	}
	return b
}

// bedOf is the bed with the core c, if c is one of a bed.
func bedOf(c *Core) *bed {
	if c == nil || c.exec == nil || !c.exec.naps {
		return nil
	}
	return (*bed)(unsafe.Pointer(c))
}

// A Nap is the Step of a call of [Sleep]: the time of its end, or an error that tells why it has been none. Its methods are like those of
// Step. It is for generated code.
type Nap struct {
	err   error
	until time.Duration
	c     *Core // to wait for: of a bed, or of a promise; nil if the nap is over
}

// SleepStep is [Sleep] for a call that awaits it at once. It is for generated code.
func SleepStep(ctx context.Context, d time.Duration) Nap {
	if b := bedFor(ctx, d); b != nil {
		return Nap{until: timeIn(d), c: &b.core}
	}
	p := Sleep(ctx, d)
	if p.core.waits() {
		return Nap{c: &p.core}
	}
	_, err := p.Get()
	return Nap{err: err}
}

// bedFor is the bed for a nap that takes d; nil if it has to be a Sleep.
func bedFor(ctx context.Context, d time.Duration) *bed {
	if d <= 0 {
		return nil
	}
	l := loopFor(ctx)
	if l == nil {
		return nil
	}
	done := doneOf(ctx)
	if done == nil {
		return l.bed
	}
	select {
	case <-done:
		return nil
	default:
	}
	return l.scopes.of(ctx, done).bedOn(l)
}

// Pending is that of [Step]. It is for generated code.
func (n Nap) Pending() bool { return n.c != nil }

// PendingAfter is that of [Step]. It is for generated code.
func (n Nap) PendingAfter(awaits Awaits) bool { return n.c != nil || awaits > readyBudget }

// Get is that of [Step]. It is for generated code.
func (n Nap) Get() (Void, error) {
	if n.c != nil && n.c.rejected() {
		n.err = n.c.failure()
	}
	return Void{}, n.err
}

// Core is that of [Step]. The caller has to wait for it at once. It is for generated code.
//
//go:noinline
func (n Nap) Core() *Core {
	if b := bedOf(n.c); b != nil {
		b.until = n.until
	}
	return n.c
}

// CoreAfter is that of [Step]. The caller has to wait for it at once. It is for generated code.
//
//go:noinline
func (n Nap) CoreAfter() *Core {
	if n.c == nil {
		return kept(Step[Void]{err: n.err})
	}
	return n.Core()
}

// Suspends is that of [Step]. It is for generated code.
//
//go:noinline
func (n Nap) Suspends(f *Task, at int32) bool {
	f.spent++
	if !n.PendingAfter(Awaits(f.spent)) {
		return false
	}
	f.hold(at, n.CoreAfter())
	return true
}

// From is that of [Step]. It is for generated code.
func (Nap) From(c *Core) Nap { return Nap{c: c} }

// nap puts t, which waits for b, to sleep. Where it cannot nap it gets a promise to wait for, and nap returns false.
func (t *Task) nap(b *bed) bool {
	l := b.loop
	if t.home() == &l.home && l.timers.addNap(t, b) {
		return true
	}
	s := new(sleep)
	s.core.exec = &l.leaves
	s.kind, s.timer.sleeps = leafSleep, true
	if s.open(b.ctx) {
		s.beginAt(b.until)
	}
	t.setAwait(&s.core)
	return false
}

const (
	fewNaps  = 64 // entries of a queue that can be looked through at any time
	napShare = 8  // entries that can be looked through for each nap that there has been in a bed
)

// addNap adds a nap of t, unless there are too many others.
func (ts *timers) addNap(t *Task, b *bed) bool {
	b.naps++
	ts.mu.Lock()
	if b.ctx != nil && ts.queue.n() > max(fewNaps, napShare*b.naps) {
		ts.mu.Unlock()
		return false
	}
	b.now++
	earlier := ts.push(b.until, unsafe.Pointer(t), 1)
	ts.mu.Unlock()
	if earlier {
		ts.changed()
	}
	return true
}

// wakeNap is called when a nap of t is over.
func (t *Task) wakeNap(w *worker) {
	b := bedOf(t.awaited())
	b.now--
	if c := loadPtr(&b.ended); c != nil {
		t.setAwait(c)
	}
	t.wakeOnly(w)
}

// end makes the naps in b, whose context is done, end. It may be called from any goroutine.
func (b *bed) end(cause error) {
	c := new(Core)
	c.reject(cause)
	c.waiters.init(&settledMark)
	storePtr(&b.ended, c)
	if l := b.loop; l.drives() {
		l.rouse(b)
	} else {
		e := &bedEnd{bed: b}
		e.kind, e.exec = kindHop, &l.leaves
		e.setSelf(e)
		l.post(&e.Task)
	}
}

// A bedEnd ends the naps in a bed.
type bedEnd struct {
	hop
	internal
	bed *bed
}

func (e *bedEnd) run(w *worker)                { e.bed.loop.rouse(e.bed) }
func (e *bedEnd) Site() (function, pos string) { return "the end of a context", "" }

// rouse makes those ready that nap in b, in the order in which they began.
func (l *Loop) rouse(b *bed) {
	if b.now == 0 { // all have slept with promises: the queue need not be looked through
		return
	}
	for _, e := range l.timers.takeNaps(b) {
		t := e.nap()
		b.now--
		t.setAwait(loadPtr(&b.ended))
		t.queue(&l.w)
	}
}

// takeNaps takes out the naps in b, the first to have begun first.
func (ts *timers) takeNaps(b *bed) (naps []timerEntry) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.queue.sweep(func(e timerEntry) bool {
		t := e.nap()
		if t == nil || t.awaited() != &b.core {
			return false
		}
		naps = append(naps, e)
		return true
	})
	ts.advance()
	slices.SortFunc(naps, func(a, b timerEntry) int { return int(a.seq>>1) - int(b.seq>>1) })
	return naps
}
