package async

// This file holds the asynchronous Mutex and Semaphore.

import (
	"context"
	"fmt"
)

// settledVoid is what an operation returns that was done at once. A settled promise can be shared.
var settledVoid = Resolve(Void{})

// A gate lets through what it has room for, in the order of arrival.
type gate struct {
	mu    spinLock
	held  int
	queue fifo[*gateWait]
}

// A gateWait waits for room. It is claimed under the lock of its gate.
type gateWait struct {
	ownedLeaf[Void]
	fifoNode[*gateWait]
	g    *gate
	size int // of the gate
	k    int // room that it needs
	what string
}

const (
	waitsLock    = "Mutex.Lock"
	waitsAcquire = "Semaphore.Acquire"
)

func (w *gateWait) label() string { return w.what }
func (w *gateWait) waiting() bool { return !w.node.ended() }

// gateSpares are the waits of a kind that are kept on l. A kind has its own, as who makes a snapshot reads it any time.
func gateSpares(l *Loop, what string) *spares[*gateWait] {
	if what == waitsLock {
		return &l.locks
	}
	return &l.acquires
}

func (w *gateWait) keep(l *Loop) {
	w.g = nil
	keepSpare(gateSpares(l, w.what), &w.fifoNode, w, l)
}

// cancel gives the place in the queue up. Others behind it may get through then.
func (w *gateWait) cancel(cause error) {
	w.g.mu.Lock()
	claimed := w.node.claimLocked()
	if claimed {
		removeFrom(&w.g.queue, &w.fifoNode)
	}
	admitted := w.g.admit(w.size)
	w.g.mu.Unlock()
	if claimed {
		settleClaimed(&w.leaf, nil, Void{}, cause)
	}
	settleAll(admitted)
}

// tryEnter takes room for k if it is free and nobody waits.
func (g *gate) tryEnter(size, k int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.queue.head != nil || k > size-g.held {
		return false
	}
	g.held += k
	return true
}

// enter waits for room for k.
func (g *gate) enter(ctx context.Context, size, k int, what string) *Promise[Void] {
	if isDone(ctx) {
		return cancelled[Void](ctx)
	}
	if g.tryEnter(size, k) {
		return settledVoid
	}
	w := &gateWait{g: g, size: size, k: k, what: what}
	if openOwned(&w.ownedLeaf, ctx, w) {
		w.queueUp()
	}
	return &w.promise
}

// enterStep is enter for a call that awaits it at once.
func enterStep(g *gate, ctx context.Context, size, k int, what string) Step[Void] {
	if isDone(ctx) {
		return Begun(g.enter(ctx, size, k, what))
	}
	if g.tryEnter(size, k) {
		return atOnce(Void{})
	}
	l := loopFor(ctx)
	if l == nil {
		return Begun(g.enter(ctx, size, k, what))
	}
	w, again := takeSpare(gateSpares(l, what), l)
	if !again {
		w = &gateWait{what: what}
	}
	w.g, w.size, w.k = g, size, k
	return stepOf(&w.ownedLeaf, ctx, l, w, again)
}

// queueUp puts w into the queue of its gate, unless it has been cancelled meanwhile.
func (w *gateWait) queueUp() {
	g := w.g
	g.mu.Lock()
	if !w.node.claimed.Load() {
		pushTo(&g.queue, &w.fifoNode, w)
	}
	admitted := g.admit(w.size) // there may be room since
	g.mu.Unlock()
	settleAll(admitted)
}

// admit takes those out of the queue for whom there is room. The caller settles them when it has unlocked the gate.
func (g *gate) admit(size int) (admitted fifo[*gateWait]) {
	for {
		w, ok := firstWaiting(&g.queue, (*gateWait).waiting)
		if !ok || w.k > size-g.held {
			return admitted
		}
		removeFrom(&g.queue, &w.fifoNode)
		w.node.claimLocked()
		g.held += w.k
		pushTo(&admitted, &w.fifoNode, w)
	}
}

func settleAll(ws fifo[*gateWait]) {
	for w, ok := popFrom(&ws); ok; w, ok = popFrom(&ws) {
		settleClaimed(&w.leaf, nil, Void{}, nil)
	}
}

// exit gives room for k back. It returns false if that was not taken.
func (g *gate) exit(size, k int) bool {
	g.mu.Lock()
	if g.held < k {
		g.mu.Unlock()
		return false
	}
	g.held -= k
	admitted := g.admit(size)
	g.mu.Unlock()
	settleAll(admitted)
	return true
}

// A Mutex is a lock that calls wait for without blocking. It is fair: who waits longest is next. The zero Mutex is unlocked.
// Its methods may be called from any goroutine, and Unlock by another one than Lock. It must not be copied after first use. It
// is not reentrant: a call that locks it twice waits for itself.
type Mutex struct{ g gate }

// Lock returns a promise that is fulfilled when the caller has the lock. A cancelled ctx rejects it; then the caller does not
// have the lock. ctx may be nil. A free lock costs no allocation, a wait one; where an async function awaits it at once on its
// loop, none.
func (m *Mutex) Lock(ctx context.Context) *Promise[Void] { return m.g.enter(ctx, 1, 1, waitsLock) }

// LockStep is [Mutex.Lock] for a call that awaits it at once. It is for generated code.
func (m *Mutex) LockStep(ctx context.Context) Step[Void] {
	return enterStep(&m.g, ctx, 1, 1, waitsLock)
}

// TryLock takes the lock if it is free, and tells whether it was. It never blocks.
func (m *Mutex) TryLock() bool { return m.g.tryEnter(1, 1) }

// Unlock gives the lock to who waits longest. It panics if the lock is not held. It never blocks.
func (m *Mutex) Unlock() {
	if !m.g.exit(1, 1) {
		panic("async: Unlock of an unlocked Mutex")
	}
}

// A Semaphore gives out up to a number of units. It is fair: who waits longest is next, also if it needs more units than those
// behind it. Make it with NewSemaphore. Its methods may be called from any goroutine.
type Semaphore struct {
	g    gate
	size int
}

// NewSemaphore makes a semaphore of n units. It panics if n is negative. It may be called from any goroutine.
func NewSemaphore(n int) *Semaphore {
	if n < 0 {
		panic("async: negative size of a Semaphore")
	}
	return &Semaphore{size: n}
}

// Acquire returns a promise that is fulfilled when the caller has k units. It is rejected if there are not that many at all. A
// cancelled ctx rejects it; then the caller has none. It panics if k is negative. ctx may be nil. Units that are free cost no
// allocation, a wait one; where an async function awaits it at once on its loop, none.
func (s *Semaphore) Acquire(ctx context.Context, k int) *Promise[Void] {
	if err := s.refuses(k); err != nil {
		return Reject[Void](err)
	}
	return s.g.enter(ctx, s.size, k, waitsAcquire)
}

// AcquireStep is [Semaphore.Acquire] for a call that awaits it at once. It is for generated code.
func (s *Semaphore) AcquireStep(ctx context.Context, k int) Step[Void] {
	if err := s.refuses(k); err != nil {
		return Begun(Reject[Void](err))
	}
	return enterStep(&s.g, ctx, s.size, k, waitsAcquire)
}

// refuses tells why k units can never be had. It panics if k is negative.
func (s *Semaphore) refuses(k int) error {
	if k < 0 {
		panic("async: Acquire of a negative number of units")
	}
	if k > s.size {
		return fmt.Errorf("async: Acquire of %d units from a Semaphore of %d", k, s.size)
	}
	return nil
}

// TryAcquire takes k units if they are free and nobody waits, and tells whether it did. A negative k is never free. It never
// blocks.
func (s *Semaphore) TryAcquire(k int) bool { return k >= 0 && s.g.tryEnter(s.size, k) }

// Release gives k units back. It panics if that many are not held, or if k is negative. It never blocks.
func (s *Semaphore) Release(k int) {
	if k < 0 || !s.g.exit(s.size, k) {
		panic("async: Release of more units than a Semaphore gave out")
	}
}
