package async

// This file holds leaves: promises that no call settles, but something outside or a cancelled context.

import (
	"context"
	"unsafe"
)

// A leaf is a promise that is settled once by whoever comes first. Like other generic types that those for users lead to, it has no methods, and
// embeds nothing that has: the compiler would make all of them anew in each package that imports this one.
type leaf[T any] struct {
	node    leafNode
	promise Promise[T]
}

// A leafNode is the part of every leaf that does not depend on its type.
type leafNode struct {
	in       *slot[leafNode] // where it is listed
	claimed  atomicFlag
	kind     uint8 // never changes
	sole     bool  // it is that of a soleWait
	unlisted bool  // a sole one has been taken out of its list by who settled it
}

// A leafHead is how every leaf begins.
type leafHead struct {
	leafNode
	Core
}

// The kinds of leaves.
const (
	leafNew   = iota // of NewPromise: see publish
	leafGo           // of Go
	leafStart        // of Start
	leafNext         // of AsCompleted
	leafSleep        // part of a sleep
	leafOwned        // part of an ownedLeaf
)

var leafLabels = [...]string{leafNew: "NewPromise", leafGo: "Go", leafStart: "Start", leafNext: "the next to be completed", leafSleep: "Sleep"}

// An ownedLeaf is a leaf that is a part of something else.
type ownedLeaf[T any] struct {
	owner leafOwner
	leaf[T]
}

// An ownedHead is how every ownedLeaf begins.
type ownedHead struct {
	owner leafOwner
	leafNode
}

// A leafOwner is what embeds an ownedLeaf.
type leafOwner interface {
	cancel(cause error) // its context is cancelled
	label() string      // what it waits for
}

// leafOf is the leaf with the promise c.
func leafOf(c *Core) *leafNode {
	return (*leafNode)(unsafe.Add(unsafe.Pointer(c), -int(unsafe.Offsetof(leafHead{}.Core))))
}

// promise is the promise of n.
func (n *leafNode) promise() *Core { return &(*leafHead)(unsafe.Pointer(n)).Core }

func (n *leafNode) owner() leafOwner {
	return (*ownedHead)(unsafe.Add(unsafe.Pointer(n), -int(unsafe.Offsetof(ownedHead{}.leafNode)))).owner
}

// what is what n stands for, in a word.
func (n *leafNode) what() string {
	if n.kind == leafOwned {
		return n.owner().label()
	}
	return leafLabels[n.kind]
}

// abort is called when the context of n is cancelled.
func (n *leafNode) abort(cause error) {
	switch n.kind {
	case leafOwned:
		n.owner().cancel(cause)
	case leafSleep:
		(*sleep)(unsafe.Pointer(n)).cancel(cause)
	default:
		n.settle(nil, cause)
	}
}

// fail rejects a leaf of NewPromise, if nobody settled it before.
func (n *leafNode) fail(err error) { n.settle(nil, orNilRejection(err)) }

// settle settles a leaf that gets no value, if nobody did before.
func (n *leafNode) settle(w *worker, err error) bool {
	c := n.promise()
	if n.kind == leafNew {
		h, ok := c.seize()
		if ok {
			c.reject(n.causeOr(err))
			n.publish(c, h, w)
		}
		return ok
	}
	if !n.claim() {
		return false
	}
	left := n.leave()
	c.reject(n.causeOr(err))
	c.settle(w)
	left.end()
	return true
}

// publish settles n, a leafNew, for who has seized its promise c with the waiters h. To claim such a leaf is to seize its promise, so that
// settling takes one atomic access.
func (n *leafNode) publish(c *Core, h *Task, w *worker) {
	n.claimed.storeOwned(true)
	left := n.leave()
	c.publish(h, w)
	left.end()
}

// claim returns true to the one who may settle a leaf that is no leafNew.
func (n *leafNode) claim() bool { return !n.claimed.Load() && n.claimed.CompareAndSwap(false, true) }

// claimLocked is claim for a leaf that is claimed only under a lock, which the caller has.
func (n *leafNode) claimLocked() bool {
	if n.claimed.Load() {
		return false
	}
	n.claimed.storeOwned(true)
	return true
}

// causeOr is err, or, if the context of n is done, why: who cancels it may not have come to n yet.
func (n *leafNode) causeOr(err error) error {
	if n.ended() {
		return heldCause(n.scopeOf().ctx)
	}
	return err
}

// leave takes n out of its list, if it is still there. It is for who has claimed n, and so is the only one to do that. Where the list has been
// emptied meanwhile, the slot is not used again. The caller ends the departure when those who wait for n have been made ready: before, their
// loop is not to end.
func (n *leafNode) leave() departure {
	d := departure{n.in, n}
	n.in = nil // it is a part of what holds the context
	switch {
	case d.in == nil:
	case !n.sole:
		storeOwnedPtr(d.in, &leaving)
	case casPtr(d.in, n, &leaving):
		n.unlisted, d.n = true, nil
	default:
		n.unlisted = false
	}
	return d
}

// A departure is a leaf that is being settled.
type departure struct {
	in *slot[leafNode] // has leaving, if n was in the list
	n  *leafNode       // nil if it may be used again as soon as it is settled
}

func (d departure) end() {
	if d.n != nil {
		d.n.claimed.finish()
	}
	freeSlot(d.in)
}

// leaving stands in the slot of a leaf that is being settled.
var leaving leafNode

// open makes n ready for use and lists it. It returns false if ctx is done already: then n is rejected.
func (n *leafNode) open(ctx context.Context) bool {
	done := doneOf(ctx)
	if done == nil {
		n.openEndless(ctx)
		return true
	}
	h := ownHome(ctx)
	n.promise().exec = &h.leaves
	return n.list(h, ctx, done)
}

// openEndless is open for a leaf that no context cancels.
func (n *leafNode) openEndless(ctx context.Context) {
	h := ownHome(ctx)
	n.promise().exec = &h.leaves
	h.scopes.addYoung(n)
}

// list lists n with what is to be cancelled with ctx, which is done when done is closed. If that has happened already, it returns false,
// and n is rejected.
func (n *leafNode) list(h *home, ctx context.Context, done <-chan struct{}) bool {
	for !isClosed(done) {
		s := h.scopes.of(ctx, done)
		n.promise().more = unsafe.Pointer(s)
		if s.add(n) > 0 {
			return true
		}
	}
	n.abort(heldCause(ctx))
	return false
}

// scopeOf is the scope that n, which is not settled, was listed with; nil if no context cancels it.
func (n *leafNode) scopeOf() *scope { return (*scope)(n.promise().more) }

// ended tells whether the context of n, which is not settled, is done, so that n is about to be rejected, and not to get anything else.
func (n *leafNode) ended() bool {
	s := n.scopeOf()
	return s != nil && isClosed(s.done)
}

// openOwned is open of the node, for a leaf that belongs to owner.
func openOwned[T any](l *ownedLeaf[T], ctx context.Context, owner leafOwner) bool {
	l.node.kind, l.owner = leafOwned, owner
	return l.node.open(ctx)
}

// complete settles l, if nobody did before. It is called on w, or elsewhere if that is nil.
func complete[T any](l *leaf[T], w *worker, v T, err error) bool {
	n, c := &l.node, &l.promise.core
	if n.kind == leafNew {
		h, ok := c.seize()
		if !ok {
			return false
		}
		if n.ended() {
			c.reject(heldCause(n.scopeOf().ctx))
			n.publish(c, h, w)
			return false
		}
		l.promise.value = v
		c.reject(err)
		n.publish(c, h, w)
		return true
	}
	if !n.claim() {
		return false
	}
	if n.ended() {
		var zero T
		settleClaimed(l, w, zero, heldCause(n.scopeOf().ctx))
		return false
	}
	settleClaimed(l, w, v, err)
	return true
}

// settleClaimed settles l, which the caller has claimed.
func settleClaimed[T any](l *leaf[T], w *worker, v T, err error) {
	left := l.node.leave()
	l.promise.value = v
	l.promise.core.reject(err)
	l.promise.core.settle(w)
	left.end()
}
