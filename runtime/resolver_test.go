package async

import (
	"context"
	"reflect"
	"runtime"
	"testing"
	"unsafe"
)

// The function that settles a promise is a part of it, whatever the type of its value, and keeps it.
func TestResolverIsPartOfItsPromise(t *testing.T) {
	checkResolver(t, 1)
	checkResolver(t, "x")
	checkResolver(t, Void{})
	checkResolver(t, [100]int{99: 1})
	checkResolver(t, any(nil))
	checkResolver(t, Tuple2[error, func()]{})
	checkResolver(t, genericOf(3))
}

type generic[T any] struct{ v *T }

func genericOf[T any](v T) generic[T] { return generic[T]{&v} }

func checkResolver[T any](t *testing.T, v T) {
	t.Helper()
	var resolve func(T)
	weakly := func() weakPtr[Core] {
		p, r, _ := NewPromise[T](context.Background())
		resolve = r
		return makeWeak(&p.core)
	}()
	for range 3 {
		runtime.GC()
	}
	c := strong(weakly)
	if c == nil {
		t.Fatalf("%T: it is gone", v)
	}
	p := (*Promise[T])(unsafe.Pointer(c))
	at, leaf := *(*unsafe.Pointer)(unsafe.Pointer(&resolve)), (*newLeaf[T])(unsafe.Pointer(leafOf(c)))
	if at != unsafe.Pointer(&leaf.resolver) {
		t.Errorf("%T: the function is elsewhere", v)
	}
	resolve(v)
	resolve(v)
	if got, err, ok := p.Result(); !ok || err != nil || !reflect.DeepEqual(got, v) {
		t.Errorf("%T: %v, %v, %v", v, got, err, ok)
	}
	_, f, _ := NewPromise[T](nil)
	plainResolver((*newLeaf[T])(unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&f)), -int(unsafe.Offsetof(leaf.resolver)))))(v)
}
