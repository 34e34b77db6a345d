//go:build !goawait_sim && !race && (amd64 || 386)

package async

import "unsafe"

// storeOwned is store for who knows that nobody else sets the pointer meanwhile. On these machines every store publishes what was stored
// before; an atomic one would only be dearer.
func (a *taskPtr) storeOwned(t *Task)   { a.p = unsafe.Pointer(t) }
func (a *atomicPtr[T]) storeOwned(x *T) { a.p = unsafe.Pointer(x) }

// setAt notes the state to resume in. Who makes a snapshot may look at it meanwhile.
func (t *Task) setAt(at int32) { t.at = at }
