//go:build !goawait_sim

package async

// This file holds the means of synchronization that the protocols between goroutines are made of. atomic_sim.go has others
// in their place, for the tests that go through all interleavings.

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// simulates tells whether atomic_sim.go is used.
const simulates = false

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

// unlocked is called by who has found lockedMark. It returns when that may have changed.
func (a *taskPtr) unlocked() { pause() }

// waitOver is called by who has found a leaf that is about to be settled. It returns when that may be over.
func waitOver(*leafNode) { pause() }

// waitFree is called by who has found leaving in s. It returns when that may have changed.
func waitFree(*slot[leafNode]) { pause() }

// An atomicPtr is a pointer that several goroutines use.
type atomicPtr[T any] struct{ p unsafe.Pointer }

func loadPtr[T any](a *atomicPtr[T]) *T     { return (*T)(atomic.LoadPointer(&a.p)) }
func storePtr[T any](a *atomicPtr[T], x *T) { atomic.StorePointer(&a.p, unsafe.Pointer(x)) }
func casPtr[T any](a *atomicPtr[T], old, new *T) bool {
	return atomic.CompareAndSwapPointer(&a.p, unsafe.Pointer(old), unsafe.Pointer(new))
}

// An atomicFlag is an atomicBool that can be set without an atomic access by who alone sets it: see storeOwned.
type atomicFlag struct{ v uint32 }

func (f *atomicFlag) Load() bool   { return atomic.LoadUint32(&f.v) != 0 }
func (f *atomicFlag) Store(v bool) { atomic.StoreUint32(&f.v, flagWord(v)) }
func (f *atomicFlag) CompareAndSwap(old, new bool) bool {
	return atomic.CompareAndSwapUint32(&f.v, flagWord(old), flagWord(new))
}

// finished tells whether the flag is set, and what it was set for is over: see finish, which is like storeOwned.
func (f *atomicFlag) finished() bool { return atomic.LoadUint32(&f.v) == 2 }
func (f *atomicFlag) finishShared()  { atomic.StoreUint32(&f.v, 2) }

func flagWord(v bool) uint32 {
	if v {
		return 1
	}
	return 0
}

type (
	atomicBool    = atomic.Bool
	atomicInt64   = atomic.Int64
	atomicUintptr = atomic.Uintptr
	mutex         = sync.Mutex
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

// spawn runs f on a goroutine of its own.
func spawn(f func()) { go f() }

// pause lets others run while the goroutine spins.
func pause() { runtime.Gosched() }

// A ceder lets others run that are ready, if there are any. Where that takes long, as they compute, it does so rarely: who gives up
// its turn comes behind all of them, while who is woken goes first.
type ceder struct {
	turns  int
	refuse int // how often it does nothing from now on
}

const (
	cedeLook  = 16                    // turns, of which one is measured
	cedeLong  = 20 * time.Microsecond // too long
	cedeRests = 1000                  // turns without ceding after that
)

// cede tells whether it let others run.
func (c *ceder) cede() bool {
	if c.refuse > 0 {
		c.refuse--
		return false
	}
	c.turns++
	if c.turns%cedeLook != 1 {
		runtime.Gosched()
		return true
	}
	begin := now()
	runtime.Gosched()
	c.took(now() - begin)
	return true
}

func (c *ceder) took(d time.Duration) {
	if d > cedeLong {
		c.turns, c.refuse = 0, cedeRests
	}
}
