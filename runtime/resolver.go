package async

// This file holds the function that settles a promise of NewPromise, which is a part of that.

import "unsafe"

// A newLeaf is a leaf of NewPromise, with the function that settles it.
type newLeaf[T any] struct {
	leaf[T]
	resolver closure
}

// A closure has room for what a function value points to: its code and what it has captured, with what makes its types known. Pointers in
// it do not keep anything.
type closure [4]uintptr

// resolverOf is the function that settles l. It is in l, where a closure would be an allocation of its own: that is made on the stack and moved,
// as it holds nothing but l itself. Should a compiler lay it out otherwise, it stays what it is.
func resolverOf[T any](l *newLeaf[T]) func(T) {
	f := func(v T) { complete(&l.leaf, nil, v, nil) }
	l.resolver = **(**closure)(unsafe.Pointer(&f))
	if at := uintptr(unsafe.Pointer(l)); l.resolver[1] != at && l.resolver[2] != at {
		return plainResolver(l)
	}
	moved := &l.resolver
	return *(*func(T))(unsafe.Pointer(&moved))
}

//go:noinline
func plainResolver[T any](l *newLeaf[T]) func(T) {
	return func(v T) { complete(&l.leaf, nil, v, nil) }
}
