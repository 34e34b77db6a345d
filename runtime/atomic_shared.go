//go:build goawait_sim || race || !(amd64 || 386)

package async

import "sync/atomic"

// storeOwned is store for who knows that nobody else sets the pointer meanwhile.
func (a *taskPtr) storeOwned(t *Task)            { a.store(t) }
func storeOwnedPtr[T any](a *atomicPtr[T], x *T) { storePtr(a, x) }

func (f *atomicFlag) storeOwned(v bool) { f.Store(v) }

func (f *atomicFlag) finish() { f.finishShared() }

// A spinLock is a mutex here. atomic_owned.go has one that costs less.
type spinLock = mutex

// setAt notes the state to resume in. Who makes a snapshot may look at it meanwhile.
func (t *Task) setAt(at int32) { atomic.StoreInt32(&t.at, at) }
