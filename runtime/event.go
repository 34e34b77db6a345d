package async

// This file holds the Event.

import (
	"context"
)

// An Event is a flag that calls wait for. The zero Event is not set. Its methods may be called from any goroutine. It must
// not be copied after first use.
type Event struct {
	mu    mutex
	set   bool
	queue fifo[*eventWait]
}

type eventWait struct {
	ownedLeaf[Void]
	fifoNode[*eventWait]
	e *Event
}

func (w *eventWait) label() string { return "Event.Wait" }

func (w *eventWait) cancel(cause error) {
	w.e.mu.Lock()
	w.e.queue.remove(&w.fifoNode)
	w.e.mu.Unlock()
	w.complete(Void{}, cause)
}

// Set sets the event and lets all go on that wait for it, in the order in which they came. Setting it twice does nothing.
func (e *Event) Set() {
	e.mu.Lock()
	e.set = true
	ws := e.queue.drain()
	e.mu.Unlock()
	for _, w := range ws {
		w.complete(Void{}, nil)
	}
}

// Reset makes the event unset. Who waited when it was set goes on nevertheless.
func (e *Event) Reset() {
	e.mu.Lock()
	e.set = false
	e.mu.Unlock()
}

// IsSet tells whether the event is set.
func (e *Event) IsSet() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.set
}

// Wait returns a promise that is fulfilled when the event is set: at once, if it is. A cancelled ctx rejects it. ctx may be
// nil. A set event costs no allocation, a wait one.
func (e *Event) Wait(ctx context.Context) *Promise[Void] {
	if isDone(ctx) {
		return Reject[Void](context.Cause(ctx))
	}
	if e.IsSet() {
		return settledVoid
	}
	w := &eventWait{e: e}
	if !w.open(ctx, w) {
		return &w.Promise
	}
	e.mu.Lock()
	set := e.set
	if !set && !w.claimed.Load() {
		e.queue.push(&w.fifoNode, w)
	}
	e.mu.Unlock()
	if set {
		w.complete(Void{}, nil)
	}
	return &w.Promise
}
