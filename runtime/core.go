package async

// This file holds the protocol between a promise and those who wait for it. Settling and subscribing may happen at once
// on any goroutines. Both are a compare-and-swap of the head of the waiter list, which a settled promise replaces by a
// mark, so that a waiter is either in the list that the settling side takes, or finds the mark.

import (
	"math/bits"
	"math/rand/v2"
	"unsafe"
)

// Core is the part of a promise that does not depend on the type of its value. It is for generated code, which gets it from
// Step.Core or Promise.Core and hands it to Frame.Pause.
type Core struct {
	_       [0]func() // it is not compared
	waiters taskPtr   // newest first, then nil, quietEnd or a kindEnd; a mark when settled
	exec    *executor // where it belongs; nil if that is not known

	// What it was rejected with, an *error; nil if it is fulfilled. It is written before the mark is. Before, the frame of a call that has
	// not ended keeps here the *Core that it waits for: it needs never both, and there may be a million of them. A leaf keeps its *scope.
	more unsafe.Pointer
}

// rejected tells whether c, which is settled or just about to be, is rejected.
func (c *Core) rejected() bool { return c.more != nil }

// raw is the error of c, which is settled or just about to be, as promises hold it; nil if c is fulfilled.
func (c *Core) raw() error {
	if c.more == nil {
		return nil
	}
	return *(*error)(c.more)
}

// reject notes the error that c is to be settled with; nil if it is fulfilled.
func (c *Core) reject(raw error) {
	c.more = nil
	if raw != nil {
		held := raw
		c.more = unsafe.Pointer(&held)
	}
}

// The marks. A task of kind kindMark in Core.waiters means that the promise is settled.
var (
	settledMark = Task{kind: kindMark}
	unseenMark  = Task{kind: kindMark} // rejected, and nobody has looked yet
	lockedMark  = Task{kind: kindLock} // somebody edits the list: wait a moment
)

// quietEnd is the end of a list of waiters that a combinator was in which has been decided without this promise. An error of the
// promise is none that nobody handles, then; a panic is.
var quietEnd = Task{kind: kindQuiet}

// waited tells whether h, which is the head of a list of waiters, is one.
func waited(h *Task) bool { return h != nil && h.kind < kindQuiet }

func (c *Core) settled() bool {
	h := c.waiters.load()
	return h != nil && h.kind == kindMark
}

// subscribe adds t to the waiters. It returns false if c is settled.
func (c *Core) subscribe(t *Task) bool {
	for {
		h := c.waiters.load()
		if h != nil && h.kind >= kindMark {
			if h.kind == kindMark {
				t.next = nil
				if h != &settledMark && t.looksAt(c) {
					c.see()
				}
				return false
			}
			c.waiters.unlocked()
			continue
		}
		t.next = h
		if c.waiters.cas(h, t) {
			return true
		}
	}
}

// endWith makes t, which is of kind kindEnd, the end of the waiters, if there are none yet. Otherwise it does nothing.
func (c *Core) endWith(t *Task) bool {
	for {
		h := c.waiters.load()
		switch {
		case h == &lockedMark:
			c.waiters.unlocked()
		case h != nil && h != &quietEnd:
			return false
		case c.waiters.cas(h, t):
			return true
		}
	}
}

// settle publishes value and err of c, which the caller has written and may not touch afterwards, and wakes the waiters
// in the order in which they subscribed. Only one call may settle c. w is the worker that the caller is, if known.
func (c *Core) settle(w *worker) {
	if c.rejected() { // who looks is asked while nobody else edits the list
		h, _ := c.seize()
		c.publish(h, w)
		return
	}
	var h *Task
	for {
		h = c.waiters.load()
		if h == &lockedMark {
			c.waiters.unlocked()
			continue
		}
		if c.waiters.cas(h, &settledMark) {
			break
		}
	}
	c.wakeAll(h, w)
}

// seize is for who may settle c, as others may: it returns the waiters, and locks the list of them until the caller publishes value and
// error. It returns false if c is settled.
func (c *Core) seize() (h *Task, ok bool) {
	for {
		h = c.waiters.load()
		switch {
		case h != nil && h.kind == kindMark:
			return nil, false
		case h == &lockedMark:
			c.waiters.unlocked()
		case c.waiters.cas(h, &lockedMark):
			return h, true
		}
	}
}

// publish is settle for who has seized c with the waiters h.
func (c *Core) publish(h *Task, w *worker) {
	if c.rejected() && c.unseenBy(h) {
		c.waiters.storeOwned(&unseenMark)
		unseen.add(c)
	} else {
		c.waiters.storeOwned(&settledMark)
	}
	c.wakeAll(h, w)
}

// wakeAll wakes the waiters h of c, which is settled.
func (c *Core) wakeAll(h *Task, w *worker) {
	if h == nil || h == &quietEnd {
		return
	}
	if h.kind == kindEnd {
		h.tell(c, w)
		return
	}
	if h.next == nil || h.next == &quietEnd {
		h.next = nil
		h.wakeOnly(w)
		return
	}
	if w != nil && w.loop != nil && w.adopt(h, c) {
		return
	}
	all, last, end := homeOfAll(h)
	if end != nil {
		end.tell(c, w)
	}
	if all != nil {
		all.postAll(h, last)
		return
	}
	for h, _ = reversed(h); h != nil; {
		t := h
		h, t.next = t.next, nil
		t.wake(w)
	}
}

// ownedBy tells whether c is the promise of a call on the loop of w that is known only to the call that awaits it.
func (c *Core) ownedBy(w *worker) bool {
	return c.exec != nil && c.exec.home == w.home && w.home.loop != nil && c.direct() != nil
}

// foreign tells whether c belongs elsewhere than to l. What has settled may belong nowhere.
func (c *Core) foreign(l *Loop) bool { return c.exec != nil && c.exec.home.loop != l }

// settleUnpublished is settle for a promise that no other goroutine knows of, and nobody waits for.
func (c *Core) settleUnpublished() {
	if !c.rejected() {
		c.waiters.init(&settledMark)
		return
	}
	c.waiters.init(&unseenMark)
	unseen.add(c)
}

// unsubscribe takes t out of the waiters, if it can be found near the front of the list. What is left behind holds
// nothing by then, and goes when a later call looks further: how far is a matter of chance, with a small mean. With quiet, c may be
// rejected without somebody having to look: see quietEnd.
func (c *Core) unsubscribe(t *Task, quiet bool) {
	h := c.lock()
	if h == nil {
		return
	}
	t.flags |= flagDead
	head := h
	at := &head
	for limit := 32 << trailingZeros(); waited(*at) && (*at).kind != kindEnd && limit > 0; limit-- {
		if x := *at; x.flags&flagDead != 0 {
			*at, x.next = x.next, nil
		} else {
			at = &x.next
		}
	}
	if quiet && *at == nil {
		*at = &quietEnd
	}
	c.unlock(head)
}

// lock takes the waiter list out for editing. It returns nil, and locks nothing, if there is none.
func (c *Core) lock() *Task {
	for {
		h := c.waiters.load()
		switch {
		case h == nil || h.kind == kindMark:
			return nil
		case h.kind == kindLock:
			c.waiters.unlocked()
		case c.waiters.cas(h, &lockedMark):
			return h
		}
	}
}

func (c *Core) unlock(h *Task) { c.waiters.store(h) }

// reversed reverses a list without its end, and counts.
func reversed(t *Task) (r *Task, n int) {
	for t != nil && t.kind < kindEnd {
		next := t.next
		t.next, r, t = r, t, next
		n++
	}
	return r, n
}

// homeOfAll gives the home where all tasks in a list go on, if there is one; the last of them; and the end of the list if it is a kindEnd.
func homeOfAll(t *Task) (all *home, last, end *Task) {
	all = t.home()
	for ; t != nil && t.kind < kindEnd; t = t.next {
		if all != nil && t.home() != all {
			all = nil
		}
		last = t
	}
	if t != nil && t.kind == kindEnd {
		end = t
	}
	return all, last, end
}

// trailingZeros gives n with probability 1/2^(n+1), and at most 20.
func trailingZeros() int { return min(20, bits.TrailingZeros64(rand.Uint64())) }
