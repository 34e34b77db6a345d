package async

// This file holds structured concurrency: groups of calls that end together.

import (
	"context"
	"errors"
	"slices"
)

// A Group is a set of calls that belong together: it is over when all of them are, and the first failure ends the others. Make
// it with NewGroup or NewSupervisor. Its methods may be called from any goroutine, by members of the group too.
type Group struct {
	ctx        context.Context
	cancel     context.CancelCauseFunc
	supervises bool

	left atomicInt64 // calls that have not ended, where those in own are one: see awaited
	own  roll        // calls that nobody else knows; only the goroutine that drives their loop uses it
	owns int         // of them, those that have not ended

	mu      mutex
	awaited bool       // somebody waits: left is exact; otherwise it is far above it, and no call is the last
	joined  int64      // calls that left is to be raised by when somebody waits
	others  *roll      // calls that are not in own; nil before there are any
	raw     error      // the first failure, as promises hold it
	errs    []error    // all failures, where the group supervises
	unseen  []*Core    // calls with these failures, at which somebody looks who waits
	waits   []*waitAll // pending promises of Wait
}

// NewGroup makes a group and the context for its calls, which is cancelled when one of them fails, and when all have ended
// after a call of Wait. Where ctx says, the group settles its promises. NewGroup may be called from any goroutine. A nil ctx
// panics. A group for which Wait is never called keeps its context alive until that of ctx ends.
func NewGroup(ctx context.Context) (*Group, context.Context) {
	g := new(Group)
	g.left.Store(unawaited)
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	if e := executorOf(ctx); e != nil {
		g.ctx = &executorContext{g.ctx, e, g.ctx.Done()} // each call asks for e
	}
	return g, g.ctx
}

// NewSupervisor makes a group in which a failure does not concern the others: Wait is rejected with all errors, joined in the
// order in which they came. A panic is a failure that wins over errors. It may be called from any goroutine. A nil ctx panics.
func NewSupervisor(ctx context.Context) (*Group, context.Context) {
	g, ctx := NewGroup(ctx)
	g.supervises = true
	return g, ctx
}

// Go calls fn on a goroutine of its own, as a call of the group. In an async function, where fn is a literal that awaits, fn becomes an
// async function that starts at once. fn has to end by itself when its context is cancelled. A panic in fn is a failure that
// Wait carries on.
func (g *Group) Go(fn func(ctx context.Context) error) {
	g.join(&Start(g.ctx, func(ctx context.Context) (Void, error) { return Void{}, fn(ctx) }).core)
}

// GoAsync calls fn and takes the promise that it returns as a call of the group. fn is called inside of GoAsync, on the
// goroutine of the caller. A panic in it, or a nil promise, is a failure.
func (g *Group) GoAsync(fn func(ctx context.Context) *Promise[Void]) {
	ctx := g.ctx // panics if there is no group
	g.join(&protect(func() *Promise[Void] { return fn(ctx) }).core)
}

// protect calls fn and makes a panic a promise that carries it. A Goexit goes on.
func protect[T any](fn func() *Promise[T]) (p *Promise[T]) {
	defer func() {
		if v := recover(); v != nil {
			p = Reject[T](newPanic(v, nil))
		}
	}()
	p = fn()
	if p == nil {
		panicNil()
	}
	return p
}

func (g *Group) join(c *Core) {
	if c.settled() && !c.rejected() {
		return
	}
	if l := g.loopApart(c); l != nil {
		l.foreign.Add(1)
	}
	e := g.enlist(c)
	if c.endWith(&e.Task) {
		return
	}
	m := &member{end: e, core: c}
	m.kind = kindDirect
	m.setSelf(m)
	if !c.subscribe(&m.Task) {
		g.ended(e, c)
	}
}

// enlist makes c a call of the group, and returns what is to be the end of its waiters.
func (g *Group) enlist(c *Core) *pageEnd {
	g.mu.Lock()
	if g.others == nil {
		g.others = new(roll)
	}
	e := g.others.add(g, c)
	if g.awaited {
		g.left.Add(1)
	} else {
		g.joined++
	}
	g.mu.Unlock()
	return e
}

// BeginIn runs step, the step function of a call, until that is suspended for the first time or ends, as a call of g. All that is said of
// [Begin] holds, but that nobody gets to know the promise of the call. It is for generated code.
func BeginIn(g *Group, of Resumer, step func(t *Task, ctx context.Context) Step[Void]) {
	ctx := g.ctx
	if watched.Load() != 0 {
		g.join(&Begin(of, ctx, func(t *Task) Step[Void] { return step(t, ctx) }).core)
		return
	}
	over := false
	defer func() {
		if over {
			return
		}
		if v := recover(); v != nil {
			g.join(&panickedAtOnce[Void](of, ctx, v).core)
		}
	}()
	s := step(&beginning.Task, ctx)
	over = true
	switch {
	case s.promise != nil:
		g.adopt(&s.promise.core)
	case s.err != nil:
		g.join(&failedAtOnce(of, ctx, s).core)
	}
}

// adopt is join for the promise of a call that has just been suspended for the first time, and that nobody has seen yet. On its loop it
// stays known to the group alone.
func (g *Group) adopt(c *Core) {
	t := taskOf(c)
	e := executorOf(g.ctx)
	if e == nil || e.home.loop == nil || e.home.loop.sim != nil || !e.home.loop.drives() {
		c.begun()
		g.join(c)
		return
	}
	c.exec = &e.home.directs
	t.flags |= flagBound | flagDirect
	end := g.own.add(g, c)
	end.flags = flagOnLoop
	if g.owns++; g.owns == 1 {
		g.left.Add(1)
	}
	c.waiters.init(&end.Task)
	t.wait(&e.home.loop.w)
}

// ended takes over how a call ended. One that neither failed nor was the last needs no lock. The last one stays listed until the promises of
// Wait are settled, so that nobody takes them for lost meanwhile.
func (g *Group) ended(e *pageEnd, c *Core) {
	g.count(c, -1)
	e.remove(c)
	if l := g.loopApart(c); l != nil {
		l.uncountForeign()
	}
}

// loopApart is the loop of g, if c does not belong there: it does not end before c has.
func (g *Group) loopApart(c *Core) *Loop {
	if x, ok := g.ctx.(*executorContext); ok && x.e.home.loop != nil && c.foreign(x.e.home.loop) {
		return x.e.home.loop
	}
	return nil
}

// endedOwn is ended for a call in own.
func (g *Group) endedOwn(e *pageEnd, c *Core) {
	e.removeOwn(c)
	g.owns--
	switch {
	case g.owns == 0:
		g.count(c, -1)
	case c.rejected():
		g.count(c, 0)
	}
}

// count takes over how the call with the promise c ended, and adds n to left.
func (g *Group) count(c *Core, n int64) {
	if !c.rejected() && g.left.Add(n) > 0 {
		return
	}
	g.mu.Lock()
	fails := g.note(c)
	if c.rejected() {
		g.left.Add(n)
	}
	waits := g.finished()
	g.mu.Unlock()
	if fails {
		g.cancel(plainError(c.raw()))
	}
	g.settle(waits)
}

// note takes down how the call with the promise c failed, if it did. It returns true if the others are to be cancelled for it.
func (g *Group) note(c *Core) bool {
	if !c.rejected() {
		return false
	}
	if g.raw != nil && carriedBy(c, g.raw) {
		c.see()
		return false
	}
	panics := c.panics()
	if g.supervises {
		g.errs = append(g.errs, plainError(c.raw()))
		if !panics || g.raw == nil {
			g.unseen = append(g.unseen, c)
		}
		if panics && g.raw == nil {
			g.raw = c.raw()
		}
		return false
	}
	if g.raw != nil {
		return false
	}
	g.raw = c.traced()
	g.unseen = append(g.unseen, c)
	return true
}

// carriedBy tells whether nothing of the failure of c gets lost where another one is passed on: an error is of no matter then,
// but a panic is, unless it is the same.
func carriedBy(c *Core, other error) bool {
	p, ok := c.raw().(*PanicError)
	if !ok {
		return true
	}
	q, ok := other.(*PanicError)
	return ok && p.same(q)
}

// unawaited is what left begins with, less the calls that have ended, while nobody waits.
const unawaited = 1 << 48

// await makes left exact.
func (g *Group) await() {
	if !g.awaited {
		g.left.Add(g.joined - unawaited)
		g.awaited, g.joined = true, 0
	}
}

// finished returns the promises that are to be settled, if all calls have ended.
func (g *Group) finished() []*waitAll {
	if !g.awaited || g.left.Load() > 0 {
		return nil
	}
	waits := g.waits
	g.waits, g.awaited = nil, false
	g.left.Add(unawaited)
	return waits
}

// settle settles promises of Wait.
func (g *Group) settle(waits []*waitAll) {
	for _, w := range waits {
		g.cancel(context.Canceled) // frees what the context holds
		carry(&w.bareFrame, Void{}, g.outcome())
		w.promise.core.settle(nil)
		w.task.uncountForeign(w.promise.core.exec)
	}
}

func (g *Group) outcome() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.unseen {
		c.see()
	}
	g.unseen = nil
	if g.raw == nil && len(g.errs) > 0 {
		return errors.Join(g.errs...)
	}
	return g.raw
}

// A waitAll is the promise of Wait.
type waitAll struct {
	Frame[Void]
	g *Group
}

func (w *waitAll) Resume()                {}
func (w *waitAll) Release()               {}
func (w *waitAll) Site() (fn, pos string) { return "Group.Wait", "" }

// each is called on the goroutine that drives the loop of the group.
func (w *waitAll) each(f func(*Core)) {
	all := func(c *Core) bool { f(c); return true }
	eachIn(&w.g.own.slotList, all)
	w.g.mu.Lock()
	defer w.g.mu.Unlock()
	if w.g.others != nil {
		eachIn(&w.g.others.slotList, all)
	}
	if !slices.Contains(w.g.waits, w) {
		f(nil) // somebody is about to settle it
	}
}

// Wait returns a promise that settles when all calls of the group have ended, those too that are added while it is pending.
// The first failure rejects it; a panic is carried on. Errors after it are dropped, and a panic after it is one that nobody
// handles, unless somebody looks at its promise: see [OnUnhandled]. So is any failure of a group for which Wait is never called. The
// context of the group is cancelled when Wait settles. It may be called more than
// once, with the same outcome, and for a group without calls, where the promise is fulfilled. A call that is added after that
// starts with a cancelled context, and needs another Wait.
func (g *Group) Wait() *Promise[Void] {
	w := &waitAll{g: g}
	w.task.setSelf(w)
	w.task.state = suspended
	w.task.bind(g.ctx)
	if l := w.task.home().loop; l != nil && executorOf(g.ctx) == nil { // its calls may be anywhere
		w.task.flags |= flagForeign
		l.foreign.Add(1)
	}
	g.mu.Lock()
	g.waits = append(g.waits, w)
	g.await()
	waits := g.finished()
	g.mu.Unlock()
	g.settle(waits)
	return &w.promise
}
