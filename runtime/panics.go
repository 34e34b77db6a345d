package async

// This file holds how a panic goes from a call to those who await it: as a *PanicError in the promise, and as a panic
// with the original value again at each await. The stack of the first panic is kept, and each await on the way adds
// itself, without a stack of its own.

import (
	"bytes"
	"reflect"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"unsafe"
)

// raise panics with the value of e, at an await.
//
//go:noinline
func raise(e *PanicError) {
	raised[raisedIndex(e.Value)].Store(e)
	panic(e.Value)
}

// raised holds the panics that were raised again last, so that whoever recovers one of them finds where it began.
var raised [32]atomic.Pointer[PanicError]

func raisedIndex(v any) uintptr { return (wordsOf(v)[1] >> 4) % uintptr(len(raised)) }

// wordsOf returns what makes up an interface value. It tells whether two of them are the same one.
func wordsOf(v any) [2]uintptr { return *(*[2]uintptr)(unsafe.Pointer(&v)) }

func samePanic(a, b any) bool { return wordsOf(a) == wordsOf(b) }

var entryRaise = reflect.ValueOf(raise).Pointer()

// newPanic makes the error of a panic with v, which the caller has recovered: it runs in a deferred function. If the panic
// came out of an await, that was in t, unless t is nil.
func newPanic(v any, t *Task) *PanicError {
	if wasRaised() {
		slot := &raised[raisedIndex(v)]
		if e := slot.Load(); e != nil && samePanic(e.Value, v) {
			slot.CompareAndSwap(e, nil)
			return e.through(t)
		}
		return &PanicError{Value: v, Stack: trimStack(debug.Stack()), from: &unknownPanic}
	}
	return &PanicError{Value: v, Stack: trimStack(debug.Stack())}
}

// unknownPanic stands for the first one of a panic that was raised again, where others have taken its place in raised.
var unknownPanic PanicError

// maxAwaits is how many awaits are written below the stack of a panic.
const maxAwaits = 64

// through is e when it has gone through an await in t.
func (e *PanicError) through(t *Task) *PanicError {
	if t == nil || e.awaits > maxAwaits {
		return e
	}
	line := "\nawaited in " + siteOf(t)
	if e.awaits == maxAwaits {
		line = "\nand so on"
	}
	return &PanicError{Value: e.Value, Stack: append(bytes.Clone(e.Stack), line...), awaits: e.awaits + 1, from: e.origin()}
}

// origin is the first one of the panic that e is of.
func (e *PanicError) origin() *PanicError {
	if e.from != nil {
		return e.from
	}
	return e
}

// same tells whether e and x are of one panic, which has gone through awaits in several calls.
func (e *PanicError) same(x *PanicError) bool {
	a, b := e.origin(), x.origin()
	if a == &unknownPanic || b == &unknownPanic {
		return samePanic(e.Value, x.Value)
	}
	return a == b
}

// wasRaised tells whether the panic that is being recovered came from raise.
func wasRaised() bool {
	var pcs [8]uintptr
	n := runtime.Callers(2, pcs[:])
	panicking := false
	for _, pc := range pcs[:n] {
		f := runtime.FuncForPC(pc - 1)
		switch {
		case f == nil:
		case panicking:
			return f.Entry() == entryRaise
		case f.Name() == "runtime.gopanic":
			panicking = true
		}
	}
	return false
}

// trimStack takes the frames above the panic off.
func trimStack(stack []byte) []byte {
	head, rest, ok := bytes.Cut(stack, []byte("\n"))
	at := bytes.Index(rest, []byte("\npanic("))
	if !ok || at < 0 {
		return stack
	}
	return append(append(head, '\n'), rest[at+1:]...)
}
