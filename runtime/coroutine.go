package async

// This file runs async functions that keep their stack: the lowering for what flat frames cannot express. The body runs on
// a coroutine, which an executor resumes as it resumes a frame.

import (
	"context"
	"iter"
)

// A Coroutine is what the body of a [Stackful] call waits with, at one of its places: see [Coroutine.At]. It is for generated code. Only that
// body may use it.
type Coroutine struct {
	*coroutine
	at int32
}

// A coroutine is what all the places of a body have in common.
type coroutine struct {
	task  *Task
	yield func(Void) bool
	site  string // see Stackful
	ok    bool   // of the last CoFirst
}

// A stackful is the frame of a call that runs on a coroutine.
type stackful[T any] struct {
	bareFrame[T]
	co   coroutine
	body func(co Coroutine) (T, error)
	next func() (Void, bool)
}

// run runs the body. Nothing but the running body itself keeps what it has captured, so that it lives no longer than the body
// needs it.
func (s *stackful[T]) run() {
	body := s.body
	s.body = nil
	v, err := body(Coroutine{coroutine: &s.co})
	s.promise.value = v
	s.task.finish(err)
}

func (s *stackful[T]) Resume() { s.next() }

func (s *stackful[T]) Release() { s.next, s.co.yield = nil, nil }

func (s *stackful[T]) Site() (function, pos string) { return s.task.siteIn(s.co.site) }

// Stackful starts body on a coroutine and returns the promise of its result. It is for generated code, where a flat frame
// cannot express the function. The body starts at once; the caller waits until it suspends for the first time. site is what reports call the
// function and, each behind a |, the places where it begins and where it may wait. The call goes on where ctx says, as with Frame.Start. It
// costs a goroutine's stack until it ends.
func Stackful[T any](ctx context.Context, site string, body func(co Coroutine) (T, error)) *Promise[T] {
	s := &stackful[T]{body: body}
	s.co.task, s.co.site = &s.task, site
	if h := homeOf(ctx); h != nil && h.loop != nil {
		s.next, _ = iter.Pull(func(yield func(Void) bool) {
			s.co.yield = yield
			spell(h.number, s)
		})
		s.task.startAs(s, ctx)
		return &s.promise
	}
	var pcs [64]uintptr
	starter := driverIn(callers(1, pcs[:]))
	s.next, _ = iter.Pull(func(yield func(Void) bool) {
		s.co.yield = yield
		n := strollers.add(stroller{&s.task, starter})
		defer strollers.remove(n)
		spell(n, strolling{s})
	})
	s.task.startAs(s, ctx)
	return &s.promise
}

// A stroller is a coroutine whose context names no loop. What runs it is known when it has waited for something; before that, it runs for who
// started it.
type stroller struct {
	task    *Task
	starter int // see driverIn
}

// drives tells what the goroutine of the running coroutine drives: see driverIn.
func (s stroller) drives() int {
	switch {
	case s.task.flags&flagBound == 0:
		return s.starter
	case s.task.home().loop != nil:
		return s.task.home().number
	}
	return drivesPool
}

// strollers has them by numbers that their stacks spell.
var strollers strollerList

type strollerList struct {
	mu       mutex
	last     int
	byNumber map[int]stroller
}

func (l *strollerList) add(s stroller) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byNumber == nil {
		l.byNumber = map[int]stroller{}
	}
	l.last++
	l.byNumber[l.last] = s
	return l.last
}

func (l *strollerList) remove(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.byNumber, n)
}

func (l *strollerList) numbered(n int) stroller {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byNumber[n]
}

// strolling runs a stroller.
type strolling struct{ x driven }

func (s strolling) proceed() { stroll(s.x) }

func (s *stackful[T]) proceed() { runCoroutine(s.run, &s.task) }

// runCoroutine notes how body ends. A panic stops here, where its stack is; an exit goes on to whoever resumed t.
func runCoroutine(body func(), t *Task) {
	normal := false
	defer func() {
		if normal {
			return
		}
		if v := recover(); v != nil {
			t.fail(newPanic(v, t))
		} else {
			t.fail(ErrGoexit)
		}
	}()
	body()
	normal = true
}

// At is co at the place of that number, which counts those where the body may wait from 1. It is for generated code.
func (co Coroutine) At(place int32) Coroutine { return Coroutine{co.coroutine, place} }

// wait suspends the body if c is pending.
func (co Coroutine) wait(c *Core) {
	if co.task.suspend(co.at, c) {
		co.yield(Void{})
	}
}

// CoAwait is [Await] in the body of a [Stackful] call. It is for generated code.
func CoAwait[T any](co Coroutine, a Awaitable[T]) (T, error) {
	p := promiseOf(a)
	co.wait(coreOf(p).pending())
	return p.Get()
}

// CoAwait2 is [Await2] in the body of a [Stackful] call. It is for generated code.
func CoAwait2[A, B any](co Coroutine, a Awaitable[Tuple2[A, B]]) (A, B, error) {
	p := promiseOf(a)
	co.wait(coreOf(p).pending())
	t, err := p.Get()
	return t.V1, t.V2, err
}

// CoAwait3 is [Await3] in the body of a [Stackful] call. It is for generated code.
func CoAwait3[A, B, C any](co Coroutine, a Awaitable[Tuple3[A, B, C]]) (A, B, C, error) {
	p := promiseOf(a)
	co.wait(coreOf(p).pending())
	t, err := p.Get()
	return t.V1, t.V2, t.V3, err
}

// CoAwait4 is [Await4] in the body of a [Stackful] call. It is for generated code.
func CoAwait4[A, B, C, D any](co Coroutine, a Awaitable[Tuple4[A, B, C, D]]) (A, B, C, D, error) {
	p := promiseOf(a)
	co.wait(coreOf(p).pending())
	t, err := p.Get()
	return t.V1, t.V2, t.V3, t.V4, err
}

// waitedBy is what is waited for until s is over; nil if it is.
func waitedBy[R any](s Step[R]) *Core {
	if s.promise == nil {
		return nil
	}
	return s.promise.core.pending()
}

// CoRecv is a receive in the body of a [Stackful] call. It is for generated code.
func CoRecv[T any](co Coroutine, ch <-chan T) T {
	s := Receive(ch)
	co.wait(waitedBy(s))
	return Taken(s)
}

// CoRecv2 is a receive with two results in the body of a [Stackful] call. It is for generated code.
func CoRecv2[T any](co Coroutine, ch <-chan T) (T, bool) {
	s := Receive(ch)
	co.wait(waitedBy(s))
	return Taken2(s)
}

// CoFirst is [CoRecv2] in the body of a [Stackful] call with the first result alone; [Coroutine.Second] has the other. It is for generated
// code.
func CoFirst[T any](co Coroutine, ch <-chan T) (v T) {
	s := Receive(ch)
	co.wait(waitedBy(s))
	v, co.ok = Taken2(s)
	return v
}

// Second is the second result of the last [CoFirst], as a number: 1 for true, 0 for false. It is for generated code.
func (co Coroutine) Second() int {
	if co.ok {
		return 1
	}
	return 0
}

// CoSend is a send in the body of a [Stackful] call. It is for generated code.
func CoSend[T any](co Coroutine, ch chan<- T, v T) {
	s := Deliver(ch, v)
	co.wait(waitedBy(s))
	s.Get()
}

// CoSendTo is [CoSend] where the type of v is another than T. It is for generated code.
func CoSendTo[T any](co Coroutine, ch chan<- T) func(v T) {
	return func(v T) {
		s := Deliver(ch, v)
		co.wait(waitedBy(s))
		s.Get()
	}
}

// CoSelect is a select without default in the body of a [Stackful] call. It is for generated code.
func CoSelect(co Coroutine, cases ...SelectCase) int {
	s := Select(cases...)
	co.wait(waitedBy(s))
	return Chosen(s)
}

// CoShared gives the operand of a range over a channel in the body of a [Stackful] call, and a variable for all iterations, as it is before
// Go 1.22. It is for generated code.
func CoShared[T any](ch <-chan T) (<-chan T, T) {
	var v T
	return ch, v
}

// CoRange is what a range over a channel ranges over in the body of a [Stackful] call. It is for generated code.
func CoRange[T any](co Coroutine, ch <-chan T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			s := Receive(ch)
			co.wait(waitedBy(s))
			v, ok := Taken2(s)
			if !ok || !yield(v) {
				return
			}
		}
	}
}
