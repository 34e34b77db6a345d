package async

// This file holds leaves: promises that no call settles, but something outside or a cancelled context.

import (
	"context"
	"unsafe"
)

// A leaf is a promise that is settled once by whoever comes first.
type leaf[T any] struct {
	Promise[T]
	ownedNode
}

// A leafOwner is what embeds a leaf.
type leafOwner interface {
	cancel(cause error) // its context is cancelled
	promise() *Core
	label() string // what it waits for
}

// leafNode is the part of every leaf that does not depend on its type.
type leafNode struct {
	in      *slot[leafNode] // where it is listed, or was
	claimed atomicBool
	sleeps  bool // it belongs to a sleep; otherwise to an ownedNode
}

// An ownedNode is a leafNode that knows its owner.
type ownedNode struct {
	leafNode
	owner leafOwner
}

// fail rejects the leaf of n, if nobody settled it before. It is not for leaves that do more when they are cancelled.
func (n *ownedNode) fail(err error) { n.owner.cancel(orNilRejection(err)) }

// who is what embeds n.
func (n *leafNode) who() leafOwner {
	if n.sleeps {
		return sleepOfNode(n)
	}
	return (*ownedNode)(unsafe.Pointer(n)).owner
}

// claim returns true to the one who may settle the leaf.
func (n *leafNode) claim() bool { return !n.claimed.Load() && n.claimed.CompareAndSwap(false, true) }

// drop takes n out of its list.
func (n *leafNode) drop() {
	if n.in != nil {
		n.in.drop(n)
	}
}

// list lists n with what is to be cancelled with ctx. It returns false if ctx is done already.
func (n *leafNode) list(h *home, ctx context.Context) bool {
	return ctx.Err() == nil && h.scopes.of(ctx).add(n) > 0
}

func (l *leaf[T]) promise() *Core { return &l.core }

// cancel is how most owners meet the end of their context.
func (l *leaf[T]) cancel(cause error) {
	var zero T
	l.complete(zero, cause)
}

// complete settles l, if nobody did before.
func (l *leaf[T]) complete(v T, err error) bool { return l.completeOn(nil, v, err) }

func (l *leaf[T]) completeOn(w *worker, v T, err error) bool {
	if !l.claim() {
		return false
	}
	l.settleClaimed(w, v, err)
	return true
}

// settleClaimed settles l, which the caller has claimed.
func (l *leaf[T]) settleClaimed(w *worker, v T, err error) {
	l.drop()
	l.value, l.core.err = v, err
	l.core.settle(w)
}

// open makes l ready for use and lists it. It returns false if ctx is done already: then l is rejected.
func (l *leaf[T]) open(ctx context.Context, owner leafOwner) bool {
	h := ownHome(ctx)
	l.core.exec = &h.leaves
	l.owner = owner
	if ctx == nil || ctx.Done() == nil {
		h.scopes.addYoung(&l.leafNode)
		return true
	}
	if l.list(h, ctx) {
		return true
	}
	owner.cancel(context.Cause(ctx))
	return false
}
