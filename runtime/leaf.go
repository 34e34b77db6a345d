package async

// This file holds leaves: promises that no call settles, but something outside or a cancelled context. A context that
// can be cancelled has a scope for each executor, which lists the leaves made with it, so that there is one
// registration with the context for all of them.

import (
	"context"
	"runtime"
	"sync/atomic"
	"weak"
)

// A leaf is a promise that is settled once by whoever comes first.
type leaf[T any] struct {
	Promise[T]
	leafNode
}

// A leafOwner is what embeds a leaf.
type leafOwner interface {
	cancel(cause error) // its context is cancelled
	promise() *Core
	label() string // what it waits for
}

// leafNode is the part of a leaf that does not depend on its type.
type leafNode struct {
	prev, next *leafNode
	in         *leafList // where it is listed, or was
	linked     bool      // it is in the list; guarded by the list
	claimed    atomicBool
	owner      leafOwner
}

// claim returns true to the one who may settle the leaf.
func (n *leafNode) claim() bool { return !n.claimed.Load() && n.claimed.CompareAndSwap(false, true) }

// drop takes n out of its list.
func (n *leafNode) drop() {
	if in := n.in; in != nil {
		n.in = nil
		in.remove(n)
	}
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
	if ctx.Err() == nil && h.scopes.of(ctx).add(&l.leafNode) {
		return true
	}
	owner.cancel(context.Cause(ctx))
	return false
}

// openListed is open for a leaf that is listed elsewhere, unless ctx can be cancelled.
func (l *leaf[T]) openListed(ctx context.Context, owner leafOwner) bool {
	if ctx == nil || ctx.Done() == nil {
		l.core.exec, l.owner = &ownHome(ctx).leaves, owner
		return true
	}
	return l.open(ctx, owner)
}

// A leafList lists leaves in the order in which they were made.
type leafList struct {
	mu         mutex
	head, tail *leafNode
	n          int
	closed     bool // takes no more
}

func (s *leafList) add(n *leafNode) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	n.in, n.linked, n.prev = s, true, s.tail
	if s.tail == nil {
		s.head = n
	} else {
		s.tail.next = n
	}
	s.tail = n
	s.n++
	return true
}

func (s *leafList) remove(n *leafNode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlink(n)
}

func (s *leafList) unlink(n *leafNode) {
	if !n.linked {
		return
	}
	if n.prev == nil {
		s.head = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		s.tail = n.prev
	} else {
		n.next.prev = n.prev
	}
	n.prev, n.next, n.linked = nil, nil, false
	s.n--
}

// take empties the list.
func (s *leafList) take() []*leafNode {
	s.mu.Lock()
	defer s.mu.Unlock()
	ns := make([]*leafNode, 0, s.n)
	for s.head != nil {
		ns = append(ns, s.head)
		s.unlink(s.head)
	}
	return ns
}

// each calls f for what is in the list, until it returns false, and returns that. f may not use the list.
func (s *leafList) each(f func(*leafNode) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := s.head; n != nil; n = n.next {
		if !f(n) {
			return false
		}
	}
	return true
}

// A scope lists the pending leaves made with a context, of one home.
type scope struct {
	leafList
	ctx context.Context
}

// cancel rejects the leaves of s, whose context is done, in the order in which they were made.
func (s *scope) cancel() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	cause := context.Cause(s.ctx)
	for _, n := range s.take() {
		n.owner.cancel(cause)
	}
}

// scopes list the pending leaves of a home. Leaves whose context cannot be cancelled are held young until the next
// garbage collection, and weakly from then on: a leaf that nobody can settle goes, with the calls that wait for it.
type scopes struct {
	young leafList
	count atomic.Uint32 // leaves added to young so far

	mu     mutex
	byDone map[<-chan struct{}]weak.Pointer[scope]
	bound  int // of byDone, before it is looked through
	old    []weak.Pointer[leafNode]
	keeps  bool // young leaves stay young; set before anybody uses the home
}

// of returns the scope of ctx.
func (ss *scopes) of(ctx context.Context) *scope {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	done := ctx.Done()
	if s := ss.byDone[done].Value(); s != nil {
		return s
	}
	if ss.byDone == nil {
		ss.byDone = make(map[<-chan struct{}]weak.Pointer[scope])
	}
	if len(ss.byDone) >= ss.bound {
		for d, s := range ss.byDone {
			if s.Value() == nil {
				delete(ss.byDone, d)
			}
		}
		ss.bound = 2*len(ss.byDone) + 8
	}
	s := &scope{ctx: ctx}
	ss.byDone[done] = weak.Make(s)
	whenDone(ctx, func() {
		ss.mu.Lock()
		delete(ss.byDone, done)
		ss.mu.Unlock()
		s.cancel()
	})
	return s
}

// maxYoung is how many leaves are held young at least, before they are aged.
const maxYoung = 4096

func (ss *scopes) addYoung(n *leafNode) {
	watchGC()
	ss.young.add(n)
	if ss.count.Add(1)%maxYoung == 0 {
		ss.age()
	}
}

// age makes young leaves old.
func (ss *scopes) age() {
	if ss.keeps {
		return
	}
	ns := ss.young.take()
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if len(ss.old)+len(ns) > cap(ss.old) {
		ss.sweep()
	}
	for _, n := range ns {
		if !n.claimed.Load() {
			ss.old = append(ss.old, weak.Make(n))
		}
	}
}

// sweep forgets old leaves that are settled or gone.
func (ss *scopes) sweep() {
	kept := make([]weak.Pointer[leafNode], 0, len(ss.old))
	for _, p := range ss.old {
		if n := p.Value(); n != nil && !n.claimed.Load() {
			kept = append(kept, p)
		}
	}
	ss.old = kept
}

// leaves returns the pending leaves that are listed.
func (ss *scopes) leaves() (ns []*leafNode) {
	ss.each(func(n *leafNode) bool {
		ns = append(ns, n)
		return true
	})
	return ns
}

// each calls f for the pending leaves that are listed, until it returns false. f runs under locks.
func (ss *scopes) each(f func(*leafNode) bool) {
	if !ss.young.each(f) {
		return
	}
	ss.mu.Lock()
	defer ss.mu.Unlock()
	for _, p := range ss.old {
		if n := p.Value(); n != nil && !n.claimed.Load() && !f(n) {
			return
		}
	}
	for _, p := range ss.byDone {
		if s := p.Value(); s != nil && !s.each(f) {
			return
		}
	}
}

// labelOf finds what the leaf with the promise c waits for. It looks at up to *looks leaves, and takes those off.
func (ss *scopes) labelOf(c *Core, looks *int) (label string) {
	ss.each(func(n *leafNode) bool {
		*looks--
		if n.owner.promise() == c {
			label = n.owner.label()
		}
		return label == "" && *looks > 0
	})
	return label
}

// awaited tells whether somebody waits for a leaf that is listed. It stops at the first.
func (ss *scopes) awaited() bool {
	if ss.young.awaited() {
		return true
	}
	ss.mu.Lock()
	defer ss.mu.Unlock()
	for _, p := range ss.byDone {
		if s := p.Value(); s != nil && s.awaited() {
			return true
		}
	}
	for _, p := range ss.old {
		if n := p.Value(); n != nil && n.awaited() {
			return true
		}
	}
	return false
}

func (s *leafList) awaited() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := s.head; n != nil; n = n.next {
		if n.awaited() {
			return true
		}
	}
	return false
}

func (n *leafNode) awaited() bool { return waited(n.owner.promise().waiters.load()) }

// watchGC makes afterGC be called after each garbage collection.
func watchGC() {
	if !watching.Load() && watching.CompareAndSwap(false, true) {
		runtime.SetFinalizer(new(gcSentinel), (*gcSentinel).collected)
	}
}

var watching atomicBool

// A gcSentinel is garbage as soon as it is made. It is not small, as small objects share their fate with others.
type gcSentinel struct {
	_ [64]byte
}

func (s *gcSentinel) collected() {
	afterGC()
	runtime.SetFinalizer(s, (*gcSentinel).collected)
}
