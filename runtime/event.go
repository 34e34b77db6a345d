package async

// This file holds the Event.

import (
	"context"
)

// An Event is a flag that calls wait for. The zero Event is not set. Its methods may be called from any goroutine. It must
// not be copied after first use.
type Event struct{ eventState }

type eventState struct {
	mu    spinLock
	set   atomicFlag // changes under mu
	queue fifo[*eventWait]
}

// An eventWait is a Wait. It is claimed under the lock of its event.
type eventWait struct {
	ownedLeaf[Void]
	fifoNode[*eventWait]
	e *eventState
}

func (w *eventWait) label() string { return "Event.Wait" }
func (w *eventWait) waiting() bool { return !w.node.ended() }

func (w *eventWait) keep(l *Loop) {
	w.e = nil
	keepSpare(&l.events, &w.fifoNode, w, l)
}

func (w *eventWait) cancel(cause error) {
	w.e.mu.Lock()
	claimed := w.node.claimLocked()
	if claimed {
		removeFrom(&w.e.queue, &w.fifoNode)
	}
	w.e.mu.Unlock()
	if claimed {
		settleClaimed(&w.leaf, nil, Void{}, cause)
	}
}

// Set sets the event and lets all go on that wait for it, in the order in which they came. Setting it twice does nothing.
func (e *Event) Set() {
	e.mu.Lock()
	e.set.storeOwned(true)
	var ws fifo[*eventWait]
	for w, ok := firstWaiting(&e.queue, (*eventWait).waiting); ok; w, ok = firstWaiting(&e.queue, (*eventWait).waiting) {
		removeFrom(&e.queue, &w.fifoNode)
		w.node.claimLocked()
		pushTo(&ws, &w.fifoNode, w)
	}
	e.mu.Unlock()
	for w, ok := popFrom(&ws); ok; w, ok = popFrom(&ws) {
		settleClaimed(&w.leaf, nil, Void{}, nil)
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
	w := &eventWait{e: &e.eventState}
	if openOwned(&w.ownedLeaf, ctx, w) {
		w.queueUp()
	}
	return &w.promise
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
	w, again := takeSpare(&l.events, l)
	if !again {
		w = new(eventWait)
	}
	w.e = &e.eventState
	return stepOf(&w.ownedLeaf, ctx, l, w, again)
}

// queueUp puts w into the queue of its event, unless it has been cancelled meanwhile. If the event is set, w is over.
func (w *eventWait) queueUp() {
	e := w.e
	e.mu.Lock()
	set := e.set.Load()
	over := set && w.node.claimLocked()
	if !set && !w.node.claimed.Load() {
		pushTo(&e.queue, &w.fifoNode, w)
	}
	e.mu.Unlock()
	if over {
		settleClaimed(&w.leaf, nil, Void{}, nil)
	}
}
