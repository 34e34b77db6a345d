package async

// This file holds what blocks a goroutine until a promise is settled, and the guard against doing so on a loop.

import (
	"context"
	"fmt"
	"path"
	"runtime"
)

// A sleeper is a goroutine that waits.
type sleeper struct {
	hop
	internal
	done  chan struct{}
	woken atomicBool
	sim   *simulated // knows that it waits, and wakes it in a turn of its own
}

func (s *sleeper) Site() (function, pos string) { return "a goroutine", "" }
func (s *sleeper) settled(*worker)              { s.rouse() }
func (s *sleeper) looks(bool) bool              { return s.flags&flagDead == 0 } // not when Wait has given up
func (s *sleeper) run(*worker)                  { s.rouse() }

func (s *sleeper) rouse() {
	if s.woken.CompareAndSwap(false, true) {
		close(s.done)
	}
}

// sleepOn subscribes a sleeper to c. It returns nil if c is settled.
func sleepOn(c *Core) *sleeper {
	s := &sleeper{done: make(chan struct{})}
	s.kind = kindDirect
	s.setSelf(s)
	m := simulationOf(c)
	if m == nil { // goroutines of a simulation and its loop take turns whatever they wait for
		m = simulationHere()
	}
	if m != nil {
		s.kind, s.exec, s.sim = kindHop, &m.loop.leaves, m
		m.sleeps(s, c)
	}
	if !c.subscribe(&s.Task) {
		s.awake()
		return nil
	}
	return s
}

// awake is called when s waits no more.
func (s *sleeper) awake() {
	if s.sim != nil {
		s.sim.awake(s)
	}
}

// block waits until c is settled.
func (c *Core) block() {
	defer noBlocking("Await")()
	if s := sleepOn(c); s != nil {
		<-s.done
		s.awake()
	}
}

// Wait waits until p is settled and returns its value and error, or until ctx is done and returns its cause. A panic comes as
// a *PanicError. A settled p wins over a ctx that is done. A nil ctx is never done. Wait blocks: it may be called from any
// goroutine but that of a loop, where it panics if p is pending. It panics if p is nil. It does not change p: any number of
// goroutines may wait, and some give up.
func (p *Promise[T]) Wait(ctx context.Context) (T, error) {
	if c := coreOf(p).pending(); c != nil && !c.waitOr(ctx) {
		var zero T
		return zero, context.Cause(ctx)
	}
	return outcome(p)
}

// waitOr waits until c is settled, or until ctx is done. It tells whether c is settled.
func (c *Core) waitOr(ctx context.Context) bool {
	defer noBlocking("Wait")()
	var stop <-chan struct{}
	if ctx != nil {
		stop = ctx.Done()
	}
	s := sleepOn(c)
	if s == nil {
		return true
	}
	defer s.awake()
	select {
	case <-s.done:
		return true
	case <-stop:
	}
	c.unsubscribe(&s.Task, false)
	return c.settled()
}

// Done returns a channel that is closed when p is settled, for use in a select of ordinary code. It may be called from any
// goroutine; all calls made while p is pending return the same channel. It costs two allocations, and no goroutine. To wait
// for a channel is not to look at a rejection: call Result for that.
func (p *Promise[T]) Done() <-chan struct{} {
	return p.core.doneOf()
}

// A doneChan is the channel of Done.
type doneChan struct{ sleeper }

func newDoneChan() *doneChan {
	d := &doneChan{sleeper{done: make(chan struct{})}}
	d.kind = kindDirect
	d.setSelf(d)
	return d
}

func (d *doneChan) Site() (function, pos string) { return "Done", "" }
func (d *doneChan) looks(bool) bool              { return false }

// doneOf is the channel that is closed when c is settled. It makes one if nobody has asked before.
func (c *Core) doneOf() <-chan struct{} {
	var d *doneChan
	for {
		h := c.lock()
		var before *Task
		for t := h; waited(t) && t.kind != kindEnd; before, t = t, t.next {
			if earlier, ok := t.self().(*doneChan); ok {
				if before != nil { // whoever asks next need not look through the others again
					before.next, t.next, h = t.next, h, t
				}
				c.unlock(h)
				return earlier.done
			}
		}
		if d == nil {
			d = newDoneChan()
		}
		switch {
		case h != nil:
			d.next = h
			c.unlock(&d.Task)
			return d.done
		case c.settled():
			close(d.done)
			return d.done
		case c.waiters.cas(nil, &d.Task):
			return d.done
		}
	}
}

// noBlocking panics if the goroutine runs a loop: it is called when op is about to block it. On a goroutine of a pool, it
// lets that have one more. The caller calls the function that it returns when it blocks no more.
func noBlocking(op string) (unblocked func()) {
	pcs := callers(2, make([]uintptr, 64))
	switch driverIn(pcs) {
	case drivesNothing:
		return func() {}
	case drivesPool:
		poolsBlocked.Add(1)
		replaceBlocked()
		return func() { poolsBlocked.Add(-1) }
	}
	panic("async: " + op + " of a pending promise would block the loop that its goroutine runs" + advice(op, pcs))
}

// advice names the function that blocks by op: the first that is not of this package.
func advice(op string, pcs []uintptr) string {
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "" || ofThisPackage(f.Function):
		case op != "Await" && isGenerated(f.File): // it is annotated, and never blocks by an await
			return fmt.Sprintf(": the source of %s (%s:%d) has to use async.Await instead", f.Function, path.Base(f.File), f.Line)
		default:
			return ": " + f.Function + " has to be annotated with //goawait:async, and its callers have to await its twin (" +
				twinName(f.Function) + ", unless the annotation names another)"
		}
		if !more {
			return ""
		}
	}
}
