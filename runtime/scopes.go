package async

// This file holds what lists the leaves of a home. A context that can be cancelled has a scope for each executor, which lists the leaves
// made with it, so that there is one registration with the context for all of them.

import (
	"context"
	"runtime"
	"weak"
)

// A scope lists the pending leaves made with a context, of one home.
type scope struct {
	leafList
	ctx  context.Context
	done <-chan struct{} // of ctx
	over atomicBool      // ctx is done
	bed  atomicPtr[bed]  // where calls nap with ctx; nil if none has yet
}

// cancel rejects the leaves of s, whose context is done, in the order in which they were made.
func (s *scope) cancel() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	cause := context.Cause(s.ctx)
	for _, n := range s.take() {
		n.abort(cause)
	}
	s.over.Store(true)
	if b := s.bed.load(); b != nil {
		b.end(cause)
	}
}

// scopes list the pending leaves of a home. Leaves whose context cannot be cancelled are held young until the next
// garbage collection, and weakly from then on: a leaf that nobody can settle goes, with the calls that wait for it.
type scopes struct {
	young leafList

	mu     mutex
	byDone map[<-chan struct{}]weak.Pointer[scope]
	bound  int // of byDone, before it is looked through
	old    []weak.Pointer[leafNode]
	keeps  bool             // young leaves stay young; set before anybody uses the home
	last   atomicPtr[scope] // that was asked for last, up to the next garbage collection
}

// of returns the scope of ctx, which is done when done is closed.
func (ss *scopes) of(ctx context.Context, done <-chan struct{}) *scope {
	if s := ss.last.load(); s != nil && s.done == done {
		return s
	}
	ss.mu.Lock()
	defer ss.mu.Unlock()
	s := ss.byDone[done].Value()
	if s == nil {
		s = ss.begin(ctx, done)
	}
	ss.last.store(s)
	return s
}

// begin makes the scope of ctx.
func (ss *scopes) begin(ctx context.Context, done <-chan struct{}) *scope {
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
	s := &scope{ctx: ctx, done: done}
	ss.byDone[done] = weak.Make(s)
	whenDone(ctx, func() {
		ss.mu.Lock()
		delete(ss.byDone, done)
		if ss.last.load() == s {
			ss.last.store(nil)
		}
		ss.mu.Unlock()
		s.cancel()
	})
	return s
}

// maxYoung is how many leaves are held young at least, before they are aged.
const maxYoung = 4096

func (ss *scopes) addYoung(n *leafNode) {
	watchGC()
	if ss.young.add(n)%maxYoung == 0 {
		ss.age()
	}
}

// age makes young leaves old, and forgets what else is held up to a garbage collection.
func (ss *scopes) age() {
	ss.mu.Lock() // before they leave one list, so that each does not miss them on their way to the other
	defer ss.mu.Unlock()
	var ns []*leafNode
	if !ss.keeps {
		ns = ss.young.take()
	}
	ss.last.store(nil)
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
		if n.promise() == c {
			label = n.what()
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
