package async

// This file holds the one atomic variable that promises are made of.

import (
	"math/bits"
	"math/rand/v2"
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

// trailingZeros gives n with probability 1/2^(n+1), and at most 20.
func trailingZeros() int { return min(20, bits.TrailingZeros64(rand.Uint64())) }
