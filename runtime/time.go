package async

// This file holds what waits for time.

import (
	"context"
	"time"
)

// A sleep is a leaf that a timer settles.
type sleep struct {
	leaf[Void]
	timer timer
	on    *timers
}

// Sleep returns a promise that is fulfilled after d, or at once if d is not positive. A cancelled ctx rejects it.
func Sleep(ctx context.Context, d time.Duration) *Promise[Void] {
	s := new(sleep)
	if !s.openListed(ctx, s) {
		return &s.Promise
	}
	if d <= 0 {
		s.complete(Void{}, nil)
		return &s.Promise
	}
	s.begin(d)
	return &s.Promise
}

func (s *sleep) begin(d time.Duration) {
	s.on = s.exec.home.timersOf()
	s.timer.self = s
	at := now() + d
	if at < 0 { // beyond what can be counted
		at = 1<<63 - 1
	}
	s.on.add(&s.timer, at)
	if s.claimed.Load() { // cancelled meanwhile
		s.on.remove(&s.timer)
	}
}

func (s *sleep) fire(w *worker) { s.completeOn(w, Void{}, nil) }

func (s *sleep) cancel(cause error) {
	if s.complete(Void{}, cause) && s.on != nil {
		s.on.remove(&s.timer)
	}
}

func (s *sleep) label() string { return "Sleep" }

// timersOf is where the timers of h are.
func (h *home) timersOf() *timers {
	switch {
	case h.loop != nil:
		return &h.loop.timers
	case h.pool != nil:
		return &h.pool.timers
	}
	return &defaultPool().timers
}

// A yield is settled by the queue.
type yield struct {
	hop
	internal
	p Promise[Void]
}

// Yield returns a promise that is fulfilled in the next turn of ctx's executor, behind all that is ready now. It gives
// others their turn. If ctx is done it is rejected.
func Yield(ctx context.Context) *Promise[Void] {
	h := homeOf(ctx)
	if h == nil {
		h = &defaultPool().home
	}
	y := new(yield)
	y.kind, y.exec, y.self = kindHop, &h.leaves, y
	y.p.exec = y.exec
	if ctx != nil && ctx.Err() != nil {
		y.p.err = context.Cause(ctx)
		y.p.settleUnpublished()
		return &y.p
	}
	h.post(&y.Task)
	return &y.p
}

func (y *yield) run(w *worker)          { y.p.settle(w) }
func (y *yield) Site() (string, string) { return "Yield", "" }
