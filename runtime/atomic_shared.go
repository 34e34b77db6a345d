//go:build goawait_sim || race || !(amd64 || 386)

package async

// storeOwned is store for who knows that nobody else sets the pointer meanwhile.
func (a *taskPtr) storeOwned(t *Task)   { a.store(t) }
func (a *atomicPtr[T]) storeOwned(x *T) { a.store(x) }
