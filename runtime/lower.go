package async

// This file holds what generated code calls in place of language constructs that had to be taken apart.

import (
	"reflect"
	"unicode/utf8"
)

// Box gives a new variable with the value v. It is for generated code, which keeps a variable in a box if something else
// refers to it: a function literal, or a pointer.
func Box[T any](v T) *T { return &v }

// Clear sets a variable to its zero value. It is for generated code.
func Clear[T any](p *T) {
	var zero T
	*p = zero
}

// Zero gives the zero value of a type. It is for generated code, where new means something else.
func Zero[T any]() (zero T) { return zero }

// PromiseOf gives the promise of an awaitable. It panics if the awaitable is nil. It is for generated code.
func PromiseOf[T any](a Awaitable[T]) *Promise[T] { return promiseOf(a) }

// Get2 gives the outcome of a settled promise of two values, as [Promise.Get] does. It is for generated code.
func Get2[A, B any](p *Promise[Tuple2[A, B]]) (A, B, error) {
	v, err := p.Get()
	return v.V1, v.V2, err
}

// Get3 gives the outcome of a settled promise of three values, as [Promise.Get] does. It is for generated code.
func Get3[A, B, C any](p *Promise[Tuple3[A, B, C]]) (A, B, C, error) {
	v, err := p.Get()
	return v.V1, v.V2, v.V3, err
}

// Get4 gives the outcome of a settled promise of four values, as [Promise.Get] does. It is for generated code.
func Get4[A, B, C, D any](p *Promise[Tuple4[A, B, C, D]]) (A, B, C, D, error) {
	v, err := p.Get()
	return v.V1, v.V2, v.V3, v.V4, err
}

// Taken gives what [Receive] has received: the zero value if the channel is closed. It is for generated code.
func Taken[T any](s Step[Received[T]]) T {
	r, _ := s.Get()
	return r.Value
}

// Taken2 gives what [Receive] has received, and false if the channel is closed. It is for generated code.
func Taken2[T any](s Step[Received[T]]) (T, bool) {
	r, _ := s.Get()
	return r.Value, r.OK
}

// TakenAs is [Taken2] with an ok of another type. It is for generated code.
func TakenAs[T any, B ~bool](s Step[Received[T]]) (T, B) {
	v, ok := Taken2(s)
	return v, B(ok)
}

// Error is the type error, for packages that give its name to something else. It is for generated code.
type Error = error

// Chosen gives the index of the case that [Select] has chosen. It is for generated code.
func Chosen(s Step[int]) int {
	i, _ := s.Get()
	return i
}

// NextRune decodes the character of s that begins at byte i, and gives the index of the byte behind it, as a range over a
// string does. It is for generated code.
func NextRune(s string, i int) (r rune, next int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	return r, i + size
}

// A MapRange goes over the entries of a map as a range statement does: entries that are removed before they are reached don't
// come up, and the order is open. It is for generated code.
type MapRange[K comparable, V any] struct {
	iter *reflect.MapIter
	key  K
	val  V
}

// RangeMap begins a range over m. It is for generated code.
func RangeMap[M ~map[K]V, K comparable, V any](m M) *MapRange[K, V] {
	return &MapRange[K, V]{iter: reflect.ValueOf(m).MapRange()}
}

// Next goes on to the next entry, and reports whether there is one.
func (r *MapRange[K, V]) Next() bool {
	if !r.iter.Next() {
		return false
	}
	reflect.ValueOf(&r.key).Elem().SetIterKey(r.iter)
	reflect.ValueOf(&r.val).Elem().SetIterValue(r.iter)
	return true
}

// Key is the key of the entry.
func (r *MapRange[K, V]) Key() K { return r.key }

// Value is the value of the entry.
func (r *MapRange[K, V]) Value() V { return r.val }

// Spread2 takes the outcome of a call with two values apart. It is for generated code.
func Spread2[A, B any](t Tuple2[A, B], err error) (A, B, error) { return t.V1, t.V2, err }

// Spread3 takes the outcome of a call with three values apart. It is for generated code.
func Spread3[A, B, C any](t Tuple3[A, B, C], err error) (A, B, C, error) {
	return t.V1, t.V2, t.V3, err
}

// Spread4 takes the outcome of a call with four values apart. It is for generated code.
func Spread4[A, B, C, D any](t Tuple4[A, B, C, D], err error) (A, B, C, D, error) {
	return t.V1, t.V2, t.V3, t.V4, err
}
