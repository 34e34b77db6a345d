//go:build !goawait_sim

package async

// This file holds the means of synchronization that the protocols between goroutines are made of. atomic_sim.go has others
// in their place, for the tests that go through all interleavings.

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A taskPtr is an atomic pointer to a task. It can be set without an atomic access as long as it is not shared.
type taskPtr struct{ p unsafe.Pointer }

func (a *taskPtr) init(t *Task)  { a.p = unsafe.Pointer(t) }
func (a *taskPtr) load() *Task   { return (*Task)(atomic.LoadPointer(&a.p)) }
func (a *taskPtr) store(t *Task) { atomic.StorePointer(&a.p, unsafe.Pointer(t)) }
func (a *taskPtr) swap(t *Task) *Task {
	return (*Task)(atomic.SwapPointer(&a.p, unsafe.Pointer(t)))
}
func (a *taskPtr) cas(old, new *Task) bool {
	return atomic.CompareAndSwapPointer(&a.p, unsafe.Pointer(old), unsafe.Pointer(new))
}

type (
	atomicBool  = atomic.Bool
	atomicInt64 = atomic.Int64
	mutex       = sync.Mutex
)

// A signal wakes the one goroutine that waits for it. It is kept until somebody waits.
type signal struct{ ch chan struct{} }

func (s *signal) init() { s.ch = make(chan struct{}, 1) }
func (s *signal) wait() { <-s.ch }
func (s *signal) send() {
	select {
	case s.ch <- struct{}{}:
	default:
	}
}

// pause lets others run while the goroutine spins.
func pause() { runtime.Gosched() }
