//go:build !goawait_sim && !race && (amd64 || 386)

package async

import (
	"sync/atomic"
	"unsafe"
)

// storeOwned is store for who knows that nobody else sets the pointer meanwhile. On these machines every store publishes what was stored
// before; an atomic one would only be dearer.
func (a *taskPtr) storeOwned(t *Task)            { a.p = unsafe.Pointer(t) }
func storeOwnedPtr[T any](a *atomicPtr[T], x *T) { a.p = unsafe.Pointer(x) }

func (f *atomicFlag) storeOwned(v bool) { f.v = flagWord(v) }

func (f *atomicFlag) finish() { f.v = 2 }

// A spinLock is a mutex for moments, in which nothing waits: who finds it locked tries again and again. It takes one atomic access where
// a mutex takes two, and those are most of what a short operation costs.
type spinLock struct{ held uint32 }

// Lock takes the lock. Who finds it locked lets others run, and so who holds it, if the scheduler has stopped that one: to look again at once
// would only keep the cache line from it.
func (l *spinLock) Lock() {
	for !atomic.CompareAndSwapUint32(&l.held, 0, 1) {
		pause()
	}
}

// Unlock ends what Lock began.
func (l *spinLock) Unlock() { l.held = 0 }

// setAt notes the state to resume in. Who makes a snapshot may look at it meanwhile.
func (t *Task) setAt(at int32) { t.at = at }
