//go:build goawait_sim

package async

// This file holds the means of synchronization for tests that go through all interleavings: before every access the
// goroutine tells the explorer, which decides who goes on.

var (
	simYield func()                  // the thread may be stopped here
	simBlock func(until func() bool) // the thread goes on when until gives true
	simSpawn func(f func())          // f is to run on a thread of its own
)

func simStep() {
	if simYield != nil {
		simYield()
	}
}

// simulates tells whether atomic_sim.go is used.
const simulates = true

type taskPtr struct{ p *Task }

func (a *taskPtr) init(t *Task)  { a.p = t }
func (a *taskPtr) load() *Task   { simStep(); return a.p }
func (a *taskPtr) store(t *Task) { simStep(); a.p = t }
func (a *taskPtr) swap(t *Task) *Task {
	simStep()
	old := a.p
	a.p = t
	return old
}
func (a *taskPtr) cas(old, new *Task) bool {
	simStep()
	if a.p != old {
		return false
	}
	a.p = new
	return true
}

func (a *taskPtr) unlocked() { simBlock(func() bool { return a.p != &lockedMark }) }

func waitOver(n *leafNode)       { simBlock(func() bool { return n.claimed.over }) }
func waitFree(s *slot[leafNode]) { simBlock(func() bool { return s.p != &leaving }) }

type atomicPtr[T any] struct{ p *T }

func loadPtr[T any](a *atomicPtr[T]) *T     { simStep(); return a.p }
func storePtr[T any](a *atomicPtr[T], x *T) { simStep(); a.p = x }
func casPtr[T any](a *atomicPtr[T], old, new *T) bool {
	simStep()
	if a.p != old {
		return false
	}
	a.p = new
	return true
}

type atomicBool struct{ v bool }

func (a *atomicBool) Load() bool   { simStep(); return a.v }
func (a *atomicBool) Store(v bool) { simStep(); a.v = v }
func (a *atomicBool) Swap(v bool) bool {
	simStep()
	old := a.v
	a.v = v
	return old
}
func (a *atomicBool) CompareAndSwap(old, new bool) bool {
	simStep()
	if a.v != old {
		return false
	}
	a.v = new
	return true
}

type atomicFlag struct {
	atomicBool
	over bool
}

func (f *atomicFlag) finished() bool { simStep(); return f.v && f.over }
func (f *atomicFlag) finishShared()  { simStep(); f.v, f.over = true, true }

type atomicInt64 struct{ v int64 }

func (a *atomicInt64) Load() int64   { simStep(); return a.v }
func (a *atomicInt64) Store(v int64) { simStep(); a.v = v }
func (a *atomicInt64) Add(d int64) int64 {
	simStep()
	a.v += d
	return a.v
}
func (a *atomicInt64) CompareAndSwap(old, new int64) bool {
	simStep()
	if a.v != old {
		return false
	}
	a.v = new
	return true
}

// An atomicUintptr is no place to stop at: see drives, where it makes no difference what others see.
type atomicUintptr struct{ v uintptr }

func (a *atomicUintptr) Load() uintptr   { return a.v }
func (a *atomicUintptr) Store(v uintptr) { a.v = v }

type mutex struct{ held bool }

func (m *mutex) Lock() {
	simStep()
	if m.held {
		simBlock(func() bool { return !m.held })
	}
	m.held = true
}
func (m *mutex) Unlock() { m.held = false }

type signal struct{ sent bool }

func (s *signal) init() {}
func (s *signal) wait() {
	simStep()
	if !s.sent {
		simBlock(func() bool { return s.sent })
	}
	s.sent = false
}
func (s *signal) send() { simStep(); s.sent = true }

// pause goes on when somebody else has done something.
func pause() { simBlock(nil) }

type ceder struct{}

func (c *ceder) cede() bool { simStep(); return true }

func spawn(f func()) {
	if simSpawn != nil {
		simSpawn(f)
		return
	}
	go f()
}
