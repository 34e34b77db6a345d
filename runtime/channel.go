package async

// This file holds channel operations as promises. What can be done at once is; for what cannot, a goroutine waits.

import (
	"context"
	"reflect"
)

// Received is what a receive from a channel gives. It is for generated code.
type Received[T any] struct {
	Value T    // the zero value if the channel was closed
	OK    bool // as the second result of a receive
}

// Recv returns a promise of the next value from ch. It is rejected with ErrClosed if ch is closed, and if ctx is cancelled. A
// value that was received is never lost: either the promise has it, or it is still to be received. From a nil ch nothing ever
// comes. ctx may be nil. Recv may be called from any goroutine. A value that is there costs one allocation; otherwise a
// goroutine waits for it, as that is how channels are waited for.
func Recv[T any](ctx context.Context, ch <-chan T) *Promise[T] {
	if isDone(ctx) {
		return Reject[T](context.Cause(ctx))
	}
	select {
	case v, ok := <-ch:
		if !ok {
			return Reject[T](ErrClosed)
		}
		return Resolve(v)
	default:
	}
	return outside(ctx, "Recv", ch == nil, func(done <-chan struct{}) (T, error) {
		select {
		case v, ok := <-ch:
			if !ok {
				return v, ErrClosed
			}
			return v, nil
		case <-done:
			var zero T
			return zero, context.Cause(ctx)
		}
	})
}

// Send returns a promise that is fulfilled when v has been sent to ch. It is rejected if ctx is cancelled; then v was not
// sent. If ch is closed the promise carries the panic of the send. To a nil ch nothing is ever sent. ctx may be nil. Send may
// be called from any goroutine. Where ch has room or a receiver it costs no allocation; otherwise a goroutine waits.
func Send[T any](ctx context.Context, ch chan<- T, v T) *Promise[Void] {
	if isDone(ctx) {
		return Reject[Void](context.Cause(ctx))
	}
	if sent, err := trySend(ch, v); err != nil {
		return Reject[Void](err)
	} else if sent {
		return settledVoid
	}
	return outside(ctx, "Send", ch == nil, func(done <-chan struct{}) (Void, error) {
		select {
		case ch <- v:
			return Void{}, nil
		case <-done:
			return Void{}, context.Cause(ctx)
		}
	})
}

func trySend[T any](ch chan<- T, v T) (sent bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = newPanic(p, nil)
		}
	}()
	select {
	case ch <- v:
		return true, nil
	default:
		return false, nil
	}
}

// An outsideOp waits for a channel on a goroutine of its own.
type outsideOp[T any] struct {
	ownedLeaf[T]
	name string
}

func (o *outsideOp[T]) label() string      { return o.name }
func (o *outsideOp[T]) cancel(cause error) { o.settle(nil, cause) }

// outside runs op on a goroutine. never tells that op waits for ever, if its context is not cancelled: then it takes no
// goroutine.
func outside[T any](ctx context.Context, what string, never bool, op func(done <-chan struct{}) (T, error)) *Promise[T] {
	o := &outsideOp[T]{name: what}
	if never {
		o.open(ctx, o)
		return &o.Promise
	}
	o.kind, o.owner = leafOwned, o
	o.openEndless(ctx)
	var done <-chan struct{}
	if ctx != nil {
		done = ctx.Done()
	}
	o.begin(nil, func(context.Context) (T, error) { return op(done) })
	return &o.Promise
}

// Receive is for generated code: a receive from ch that may wait.
func Receive[T any](ch <-chan T) Step[Received[T]] {
	select {
	case v, ok := <-ch:
		return atOnce(Received[T]{v, ok})
	default:
	}
	return Step[Received[T]]{promise: outside(nil, "receive from a channel", ch == nil, func(<-chan struct{}) (Received[T], error) {
		v, ok := <-ch
		return Received[T]{v, ok}, nil
	})}
}

// atOnce is the Step of an operation that went on at once.
func atOnce[R any](v R) Step[R] {
	if watched.Load()&watchForce != 0 {
		return Step[R]{promise: Resolve(v)} // every await is to suspend
	}
	return Step[R]{value: v}
}

// Deliver is for generated code: a send of v to ch that may wait. It panics if ch is closed; if ch is closed while the
// send waits, the promise carries the panic.
func Deliver[T any](ch chan<- T, v T) Step[Void] {
	select {
	case ch <- v:
		return atOnce(Void{})
	default:
	}
	return Step[Void]{promise: outside(nil, "send to a channel", ch == nil, func(<-chan struct{}) (Void, error) {
		ch <- v
		return Void{}, nil
	})}
}

// A SelectCase is one case of [Select]. It is for generated code.
type SelectCase interface {
	toSelect() reflect.SelectCase
	chosen(v reflect.Value, ok bool)
}

// A Receiving is a case that receives. Value and OK are set when it is chosen. It is for generated code.
type Receiving[T any] struct {
	Value T    // the zero value if the channel was closed
	OK    bool // as the second result of a receive
	ch    <-chan T
}

// RecvCase makes a case that receives from ch. It is for generated code.
func RecvCase[T any](ch <-chan T) *Receiving[T] { return &Receiving[T]{ch: ch} }

func (r *Receiving[T]) toSelect() reflect.SelectCase {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(r.ch)}
}

func (r *Receiving[T]) chosen(v reflect.Value, ok bool) {
	reflect.ValueOf(&r.Value).Elem().Set(v)
	r.OK = ok
	r.ch = nil
}

// A Sending is a case that sends. It is for generated code.
type Sending[T any] struct {
	ch    chan<- T
	value T
}

// SendCase makes a case that sends v to ch. It is for generated code.
func SendCase[T any](ch chan<- T, v T) *Sending[T] { return &Sending[T]{ch, v} }

func (s *Sending[T]) toSelect() reflect.SelectCase {
	return reflect.SelectCase{
		Dir:  reflect.SelectSend,
		Chan: reflect.ValueOf(s.ch),
		Send: reflect.ValueOf(&s.value).Elem(),
	}
}

func (s *Sending[T]) chosen(reflect.Value, bool) {}

// Select is for generated code: it gives the index of the case that could go on. Where several can, one
// is chosen at random. Cases of nil channels are never chosen. Without cases, it waits for ever. A send to a
// closed channel panics; if the channel is closed while Select waits, the promise carries the panic.
func Select(cases ...SelectCase) Step[int] {
	list := make([]reflect.SelectCase, len(cases), len(cases)+1)
	never := true
	for i, c := range cases {
		list[i] = c.toSelect()
		never = never && list[i].Chan.IsNil()
	}
	if !never {
		i, v, ok := reflect.Select(append(list, reflect.SelectCase{Dir: reflect.SelectDefault}))
		if i < len(cases) {
			cases[i].chosen(v, ok)
			return atOnce(i)
		}
	}
	return Step[int]{promise: outside(nil, "select", never, func(<-chan struct{}) (int, error) {
		i, v, ok := reflect.Select(list)
		cases[i].chosen(v, ok)
		return i, nil
	})}
}
