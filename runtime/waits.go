package async

// This file holds what the waits of Mutex, Semaphore, Queue and Event have in common, and how they are used again.
//
// Where a call awaits a wait at once, nobody else knows its promise: when the call has the outcome, the wait can serve the next call on the
// same loop. But others may have come across it before. Who cancels a context takes what is to be rejected out of a list, so a wait that
// was not in its list any more when it was settled is left to them. And the call that has waited is asked what for when it returns, so a
// wait is not used again before.

import "context"

// loopFor is the loop that ctx names, if the calling goroutine drives it and nobody watches what happens there; else nil.
func loopFor(ctx context.Context) *Loop {
	h := homeOf(ctx)
	if h == nil || watched.Load() != 0 {
		return nil
	}
	if l := h.loop; l != nil && l.sim == nil && l.drives() {
		return l
	}
	return nil
}

// A soleWait is a wait that can be used again.
type soleWait interface {
	leafOwner
	queueUp()     // waits, unless that is not necessary any more
	keep(l *Loop) // puts it where the next one is looked for
}

// maxSpares is how many waits of a kind are kept at most.
const maxSpares = 64

// spares are waits that are over. Only the goroutine that drives their loop uses them.
type spares[W any] struct {
	fifo[W]
	n int
}

// keepSpare keeps w, which embeds n.
func keepSpare[W any](s *spares[W], n *fifoNode[W], w W, l *Loop) {
	if s.n < maxSpares {
		n.ran = uint32(l.w.ran)
		pushTo(&s.fifo, n, w)
		s.n++
	}
}

// takeSpare takes the oldest, if it is from before the task that runs.
func takeSpare[W any](s *spares[W], l *Loop) (w W, ok bool) {
	n := s.head
	if n == nil || n.ran == uint32(l.w.ran) {
		return w, false
	}
	w = n.waiter
	removeFrom(&s.fifo, n)
	s.n--
	return w, true
}

// stepOf is the Step of the wait w, of which l is a part, for the call that runs on a loop; again tells that w has been used before.
func stepOf[T any](l *ownedLeaf[T], ctx context.Context, loop *Loop, w soleWait, again bool) Step[T] {
	h := &loop.home
	if again {
		l.node.claimed.storeOwned(false)
		l.promise.core.waiters.storeOwned(nil) // who makes a snapshot may look at it
	} else {
		l.node.kind, l.owner, l.node.sole, l.promise.core.exec = leafOwned, w, true, &h.waits
	}
	listed := true
	if done := doneOf(ctx); done == nil {
		h.scopes.addYoung(&l.node)
	} else {
		listed = l.node.list(h, ctx, done)
	}
	if listed {
		w.queueUp()
	}
	return Begun(&l.promise)
}

// retire is called by the call that had the wait with the promise c for itself, when it has the outcome.
//
//go:noinline
func retire(c *Core) {
	n := leafOf(c)
	if c.exec == &channelOps {
		if !c.rejected() && watched.Load() == 0 {
			channelOpOf(c).retire()
		}
		return
	}
	if l := c.exec.home.loop; n.unlisted && !c.rejected() && l.drives() && watched.Load() == 0 {
		n.owner().(soleWait).keep(l)
	}
}
