package async

// This file holds weak pointers.

import (
	"unsafe"
	"weak"
)

// A weakPtr is a weak.Pointer. It has no methods, as a leaf has none.
type weakPtr[T any] struct{ p weak.Pointer[byte] }

func makeWeak[T any](x *T) weakPtr[T] { return weakPtr[T]{weak.Make((*byte)(unsafe.Pointer(x)))} }

// strong is what w points to; nil if that is gone.
func strong[T any](w weakPtr[T]) *T { return (*T)(unsafe.Pointer(w.p.Value())) }
