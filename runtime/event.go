package async

// This file holds the Event.

import (
	"context"
)

// An Event is a flag that calls wait for. The zero Event is not set. Its methods may be called from any goroutine. It must
// not be copied after first use.
type Event struct {
	mu    spinLock
	set   atomicFlag // changes under mu
	queue fifo[*eventWait]
}

// An eventWait is a Wait. It is claimed under the lock of its event.
type eventWait struct {
	ownedLeaf[Void]
	fifoNode[*eventWait]
	e *Event
}

func (w *eventWait) label() string { return "Event.Wait" }

func (w *eventWait) keep(l *Loop) {
	w.e = nil
	l.events.put(&w.fifoNode, w, l)
}

func (w *eventWait) cancel(cause error) {
	w.e.mu.Lock()
	claimed := w.claimLocked()
	if claimed {
		w.e.queue.remove(&w.fifoNode)
	}
	w.e.mu.Unlock()
	if claimed {
		w.settleClaimed(nil, Void{}, cause)
	}
}

// Set sets the event and lets all go on that wait for it, in the order in which they came. Setting it twice does nothing.
func (e *Event) Set() {
	e.mu.Lock()
	e.set.storeOwned(true)
	var ws fifo[*eventWait]
	for w, ok := e.queue.firstWaiting((*eventWait).waiting); ok; w, ok = e.queue.firstWaiting((*eventWait).waiting) {
		e.queue.remove(&w.fifoNode)
		w.claimLocked()
		ws.push(&w.fifoNode, w)
	}
	e.mu.Unlock()
	for w, ok := ws.pop(); ok; w, ok = ws.pop() {
		w.settleClaimed(nil, Void{}, nil)
	}
}

// Reset makes the event unset. Who waited when it was set goes on nevertheless.
func (e *Event) Reset() {
	e.mu.Lock()
	e.set.storeOwned(false)
	e.mu.Unlock()
}

// IsSet tells whether the event is set.
func (e *Event) IsSet() bool { return e.set.Load() }

// Wait returns a promise that is fulfilled when the event is set: at once, if it is. A cancelled ctx rejects it. ctx may be
// nil. A set event costs no allocation, a wait one; where an async function awaits it at once on its loop, none.
func (e *Event) Wait(ctx context.Context) *Promise[Void] {
	if isDone(ctx) {
		return cancelled[Void](ctx)
	}
	if e.IsSet() {
		return settledVoid
	}
	w := &eventWait{e: e}
	if w.open(ctx, w) {
		w.queueUp()
	}
	return &w.Promise
}

// WaitStep is [Event.Wait] for a call that awaits it at once. It is for generated code.
func (e *Event) WaitStep(ctx context.Context) Step[Void] {
	if isDone(ctx) {
		return Begun(e.Wait(ctx))
	}
	if e.IsSet() {
		return atOnce(Void{})
	}
	l := loopFor(ctx)
	if l == nil {
		return Begun(e.Wait(ctx))
	}
	w, again := l.events.get(l)
	if !again {
		w = new(eventWait)
	}
	w.e = e
	return w.step(ctx, l, w, again)
}

// queueUp puts w into the queue of its event, unless it has been cancelled meanwhile. If the event is set, w is over.
func (w *eventWait) queueUp() {
	e := w.e
	e.mu.Lock()
	set := e.set.Load()
	over := set && w.claimLocked()
	if !set && !w.claimed.Load() {
		e.queue.push(&w.fifoNode, w)
	}
	e.mu.Unlock()
	if over {
		w.settleClaimed(nil, Void{}, nil)
	}
}
