package async

// This file holds what lists the leaves of a home. A context that can be cancelled has a scope for each executor, which lists the leaves
// made with it, so that there is one registration with the context for all of them.

import (
	"context"
	"runtime"
	"slices"
)

// A scope lists the pending leaves made with a context, of one home. As the context refers to it, it goes when it has nothing to reject: see
// scopes.retire.
type scope struct {
	leafList
	ctx  context.Context
	done <-chan struct{} // of ctx
	stop func() bool     // ends the registration with ctx
	over atomicBool      // ctx is done
	made int             // scopes of the home before it
	bed  atomicPtr[bed]  // where calls nap with ctx; nil if none has yet
}

// cancel rejects the leaves of s, whose context is done, in the order in which they were made. It returns those that somebody else is about to
// settle, and the slots of others.
func (s *scope) cancel() (settling []*leafNode, left []*slot[leafNode]) {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	cause := heldCause(s.ctx)
	ns, left := s.take()
	for _, n := range ns {
		if n.abort(cause); !n.claimed.finished() {
			settling = append(settling, n)
		}
	}
	s.over.Store(true)
	if b := loadPtr(&s.bed); b != nil {
		b.end(cause)
	}
	return settling, left
}

// scopes list the pending leaves of a home. Leaves whose context cannot be cancelled are held young until the next
// garbage collection, and weakly from then on: a leaf that nobody can settle goes, with the calls that wait for it.
type scopes struct {
	young leafList

	mu     mutex
	byDone map[<-chan struct{}]weakPtr[scope]
	bound  int // of byDone, before it is looked through
	old    []weakPtr[leafNode]
	limbo  []*slot[leafNode] // that leaves were leaving when a list was emptied
	ending int               // scopes whose leaves are being rejected
	made   int               // scopes so far
	sim    *simulated        // of the home, where young leaves stay young; never changes
	last   atomicPtr[scope]  // that was asked for last, up to the next garbage collection
}

// of returns the scope of ctx, which is done when done is closed.
func (ss *scopes) of(ctx context.Context, done <-chan struct{}) *scope {
	if s := loadPtr(&ss.last); s != nil && s.done == done {
		return s
	}
	ss.mu.Lock()
	defer ss.mu.Unlock()
	s := strong(ss.byDone[done])
	if s == nil {
		s = ss.begin(ctx, done)
	}
	storePtr(&ss.last, s)
	return s
}

// begin makes the scope of ctx.
func (ss *scopes) begin(ctx context.Context, done <-chan struct{}) *scope {
	watchGC()
	if ss.byDone == nil {
		ss.byDone = make(map[<-chan struct{}]weakPtr[scope])
	}
	if len(ss.byDone) >= ss.bound {
		for d, s := range ss.byDone {
			if strong(s) == nil {
				delete(ss.byDone, d)
			}
		}
		ss.bound = 2*len(ss.byDone) + 8
	}
	s := &scope{ctx: ctx, done: done, made: ss.made}
	ss.made++
	ss.byDone[done] = makeWeak(s)
	s.stop = whenDone(ctx, func(late bool) {
		if !late || ss.sim == nil || !ss.sim.ends(s) {
			ss.end(s)
		}
	})
	return s
}

// end rejects what is listed in s, whose context is done.
func (ss *scopes) end(s *scope) {
	ss.mu.Lock()
	ss.forget(s)
	ss.ending++
	ss.mu.Unlock()
	ns, left := s.cancel()
	ss.mu.Lock()
	ss.ending--
	ss.keep(ns, left)
	ss.mu.Unlock()
}

// forget takes s out. The caller has the lock.
func (ss *scopes) forget(s *scope) {
	if strong(ss.byDone[s.done]) == s {
		delete(ss.byDone, s.done)
	}
	if loadPtr(&ss.last) == s {
		storePtr(&ss.last, nil)
	}
}

// maxRetired is how many scopes are looked at by retire.
const maxRetired = 1024

// retire ends the registrations of scopes that have nothing to reject, so that a context that lives long does not hold the home. Scopes with
// a bed stay, unless awake says that no call naps.
func (ss *scopes) retire(awake bool) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	storePtr(&ss.last, nil) // who finds a scope closed asks again, and then waits for the lock
	looks := 0
	for _, p := range ss.byDone { // from anywhere
		if looks++; looks > maxRetired {
			return
		}
		if s := strong(p); s != nil && (awake || loadPtr(&s.bed) == nil) && s.close() {
			ss.forget(s)
			s.stop()
		}
	}
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
	var left []*slot[leafNode]
	if ss.sim == nil {
		ns, left = ss.young.take()
	}
	storePtr(&ss.last, nil)
	ss.keep(ns, left)
}

// keep makes leaves old that were taken out of a list, and notes the slots that others were leaving. The caller has the lock.
func (ss *scopes) keep(ns []*leafNode, left []*slot[leafNode]) {
	ss.limbo = slices.DeleteFunc(append(ss.limbo, left...), func(s *slot[leafNode]) bool { return loadPtr(s) != &leaving })
	if len(ss.old)+len(ns) > cap(ss.old) {
		ss.sweep()
	}
	for _, n := range ns {
		if !n.claimed.finished() {
			ss.old = append(ss.old, makeWeak(n))
		}
	}
}

// sweep forgets old leaves that are settled or gone.
func (ss *scopes) sweep() {
	kept := make([]weakPtr[leafNode], 0, len(ss.old))
	for _, p := range ss.old {
		if n := strong(p); n != nil && !n.claimed.finished() {
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
		if n := strong(p); n != nil && !n.claimed.Load() && !f(n) {
			return
		}
	}
	for _, p := range ss.byDone {
		if s := strong(p); s != nil && !s.each(f) {
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

// awaited is [leafList.awaited] of all lists. It stops at the first leaf that somebody waits for.
func (ss *scopes) awaited() (yes bool, settling func()) {
	ss.mu.Lock() // as leaves go from one list to another
	defer ss.mu.Unlock()
	if yes, settling = ss.young.awaited(); yes {
		return yes, settling
	}
	if ss.ending > 0 {
		settling = pause
	}
	for _, s := range ss.limbo {
		if loadPtr(s) == &leaving {
			settling = func() { waitFree(s) }
		}
	}
	for _, p := range ss.byDone {
		if s := strong(p); s != nil {
			yes, more := s.awaited()
			if yes {
				return true, nil
			}
			if more != nil {
				settling = more
			}
		}
	}
	for _, p := range ss.old {
		switch n := strong(p); {
		case n == nil || n.claimed.finished():
		case n.awaited(&settling):
			return true, nil
		case n.claimed.Load() || n.promise().settled():
			settling = func() { waitOver(n) }
		}
	}
	return false, settling
}

// watchGC makes afterGC be called after each garbage collection.
func watchGC() {
	if !simulates && !watching.Load() && watching.CompareAndSwap(false, true) { // the explorer makes its own steps
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
