package async

// This file holds channel operations as promises. What can be done at once is; what cannot meets others (see rendezvous.go), or a goroutine
// waits for it.

import (
	"context"
	"math/rand/v2"
	"reflect"
	"unsafe"
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
		return cancelled[T](ctx)
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

// RecvStep is [Recv] for a call that awaits it at once: a value that is there costs no allocation. It is for generated code.
func RecvStep[T any](ctx context.Context, ch <-chan T) Step[T] {
	if !isDone(ctx) {
		select {
		case v, ok := <-ch:
			if ok {
				return atOnce(v)
			}
		default:
		}
	}
	return Begun(Recv(ctx, ch))
}

// Send returns a promise that is fulfilled when v has been sent to ch. It is rejected if ctx is cancelled; then v was not
// sent. If ch is closed the promise carries the panic of the send. To a nil ch nothing is ever sent. ctx may be nil. Send may
// be called from any goroutine. Where ch has room or a receiver it costs no allocation; otherwise a goroutine waits.
func Send[T any](ctx context.Context, ch chan<- T, v T) *Promise[Void] {
	if isDone(ctx) {
		return cancelled[Void](ctx)
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
func (o *outsideOp[T]) cancel(cause error) { o.node.settle(nil, cause) }

// outside runs op on a goroutine. never tells that op waits for ever, if its context is not cancelled: then it takes no
// goroutine.
func outside[T any](ctx context.Context, what string, never bool, op func(done <-chan struct{}) (T, error)) *Promise[T] {
	o := &outsideOp[T]{name: what}
	if never {
		openOwned(&o.ownedLeaf, ctx, o)
		return &o.promise
	}
	o.node.kind, o.owner = leafOwned, o
	o.node.openEndless(ctx)
	var done <-chan struct{}
	if ctx != nil {
		done = ctx.Done()
	}
	start := func() { begin(&o.leaf, nil, func(context.Context) (T, error) { return op(done) }) }
	if m := simulationOf(&o.promise.core); m == nil || !m.hire(&o.promise.core, start) {
		start()
	}
	return &o.promise
}

// Receive is for generated code: a receive from ch that may wait.
func Receive[T any](ch <-chan T) Step[Received[T]] {
	select {
	case v, ok := <-ch:
		return atOnce(Received[T]{v, ok})
	default:
	}
	o := (*receiving[T])(nil)
	side, room := (*meetingSide)(nil), cap(ch)
	if p := placeFor(channelOf(unsafe.Pointer(&ch), room)); p != nil {
		var v T
		if room == 0 && p.senders.meetFirst(func(c SelectCase) (ok bool) { v, ok = sentBy[T](c); return }) {
			return atOnce(Received[T]{v, true})
		}
		for room > 0 && p.senders.helps() {
			select {
			case v, ok := <-ch:
				return atOnce(Received[T]{v, ok})
			default:
			}
		}
		side = &p.receivers
		if s, ok := takeSpare(&side.spares, side.loop); ok {
			o, _ = s.op.(*receiving[T])
		}
	}
	if o == nil {
		o = new(receiving[T])
	}
	o.ch, o.side = ch, side
	expect(&o.ownedLeaf, o)
	return Step[Received[T]]{promise: &o.promise}
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
	o := (*sending[T])(nil)
	side, room := (*meetingSide)(nil), cap(ch)
	if p := placeFor(channelOf(unsafe.Pointer(&ch), room)); p != nil {
		if room == 0 && p.receivers.meetFirst(func(c SelectCase) bool { return sendTo(c, v) }) {
			return atOnce(Void{})
		}
		for room > 0 && p.receivers.helps() {
			select {
			case ch <- v:
				return atOnce(Void{})
			default:
			}
		}
		side = &p.senders
		if s, ok := takeSpare(&side.spares, side.loop); ok {
			o, _ = s.op.(*sending[T])
		}
	}
	if o == nil {
		o = new(sending[T])
	}
	o.Sending, o.side = Sending[T]{ch, v}, side
	expect(&o.ownedLeaf, o)
	return Step[Void]{promise: &o.promise}
}

// expect makes l ready for use as the promise of op, which may have been used before.
func expect[T any](l *ownedLeaf[T], op channelOp) {
	if l.owner != nil {
		l.node.claimed.storeOwned(false)
		l.promise.core.waiters.storeOwned(nil) // who makes a snapshot may look at it
		return
	}
	l.node.kind, l.owner, l.promise.core.exec = leafOwned, op, &channelOps
	s := op.stay()
	s.op, s.promised = op, &l.node
}

// A receiving is a receive that waits.
type receiving[T any] struct {
	ownedLeaf[Received[T]]
	opStay
	Receiving[T]
}

func (o *receiving[T]) label() string      { return "receive from a channel" }
func (o *receiving[T]) cancel(cause error) { o.node.settle(nil, cause) }
func (o *receiving[T]) ends() int          { return 1 }
func (o *receiving[T]) end(int) SelectCase { return &o.Receiving }
func (o *receiving[T]) finish(int)         { complete(&o.leaf, nil, Received[T]{o.Receiving.Value, o.OK}, nil) }

func (o *receiving[T]) retire() {
	if o.again() {
		o.Receiving = Receiving[T]{}
		keepSpare(&o.side.spares, &o.fifoNode, &o.opStay, o.loop)
	}
}

func (o *receiving[T]) attempt() bool {
	select {
	case v, ok := <-o.ch:
		return complete(&o.leaf, nil, Received[T]{v, ok}, nil)
	default:
		return false
	}
}

func (o *receiving[T]) outside() {
	if o.ch == nil {
		return
	}
	begin(&o.leaf, nil, func(context.Context) (Received[T], error) {
		v, ok := <-o.ch
		return Received[T]{v, ok}, nil
	})
}

// A sending is a send that waits.
type sending[T any] struct {
	ownedLeaf[Void]
	opStay
	Sending[T]
}

func (o *sending[T]) label() string      { return "send to a channel" }
func (o *sending[T]) cancel(cause error) { o.node.settle(nil, cause) }
func (o *sending[T]) ends() int          { return 1 }
func (o *sending[T]) end(int) SelectCase { return &o.Sending }
func (o *sending[T]) finish(int)         { complete(&o.leaf, nil, Void{}, nil) }

func (o *sending[T]) retire() {
	if o.again() {
		o.Sending = Sending[T]{}
		keepSpare(&o.side.spares, &o.fifoNode, &o.opStay, o.loop)
	}
}

func (o *sending[T]) attempt() bool {
	sent, err := trySend(o.ch, o.Sending.value)
	return (sent || err != nil) && complete(&o.leaf, nil, Void{}, err)
}

func (o *sending[T]) outside() {
	if o.ch == nil {
		return
	}
	begin(&o.leaf, nil, func(context.Context) (Void, error) {
		o.ch <- o.Sending.value
		return Void{}, nil
	})
}

// A SelectCase is one case of [Select]. It is for generated code.
type SelectCase interface {
	channel() (ch channelAt, sends bool)
	try() bool                   // does what it asks for, if that can be done at once
	handOver(to SelectCase) bool // gives the value to be sent to a case that receives from the same channel: see sendTo
	toSelect() any               // a reflect.SelectCase: see leaf
	chosen(v any, ok bool)       // v is a reflect.Value
}

// A channelAt tells channels apart.
type channelAt struct {
	at         unsafe.Pointer // nil if it is nil
	unbuffered bool
}

// A Receiving is a case that receives. Value and OK are set when it is chosen. It is for generated code.
type Receiving[T any] struct {
	Value T    // the zero value if the channel was closed
	OK    bool // as the second result of a receive
	ch    <-chan T
}

// RecvCase makes a case that receives from ch. It is for generated code.
func RecvCase[T any](ch <-chan T) *Receiving[T] { return &Receiving[T]{ch: ch} }

// Again is RecvCase with r, which nobody needs any more, if it is not nil. It is for generated code.
func (r *Receiving[T]) Again(ch <-chan T) *Receiving[T] {
	if r == nil {
		return RecvCase(ch)
	}
	*r = Receiving[T]{ch: ch}
	return r
}

func (r *Receiving[T]) try() bool {
	select {
	case v, ok := <-r.ch:
		r.Value, r.OK, r.ch = v, ok, nil
		return true
	default:
		return false
	}
}

// channelOf is the channel in a variable.
func channelOf(variable unsafe.Pointer, room int) channelAt {
	return channelAt{*(*unsafe.Pointer)(variable), room == 0}
}

func (r *Receiving[T]) channel() (channelAt, bool) {
	return channelOf(unsafe.Pointer(&r.ch), cap(r.ch)), false
}

// sendTo gives v to a case that receives from the same channel. It returns false where the two call the type of the elements differently, as
// channels can be converted to others whose elements have other tags: then they don't meet here.
func sendTo[T any](c SelectCase, v T) bool {
	r, ok := c.(*Receiving[T])
	if ok {
		r.Value, r.OK, r.ch = v, true, nil
	}
	return ok
}

// sentBy takes what a case sends to the same channel. It returns false as sendTo does.
func sentBy[T any](c SelectCase) (v T, ok bool) {
	s, ok := c.(*Sending[T])
	if ok {
		v = s.value
	}
	return v, ok
}

func (r *Receiving[T]) handOver(SelectCase) bool { panic("async: a receive has nothing to hand over") }

func (r *Receiving[T]) toSelect() any {
	return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(r.ch)}
}

func (r *Receiving[T]) chosen(v any, ok bool) {
	reflect.ValueOf(&r.Value).Elem().Set(v.(reflect.Value))
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

// SendCaseTo is [SendCase] where the type of v is another than T. It is for generated code.
func SendCaseTo[T any](ch chan<- T) func(v T) *Sending[T] {
	return func(v T) *Sending[T] { return SendCase(ch, v) }
}

// Again is SendCase with s, which nobody needs any more, if it is not nil. It is for generated code.
func (s *Sending[T]) Again(ch chan<- T, v T) *Sending[T] {
	if s == nil {
		return SendCase(ch, v)
	}
	*s = Sending[T]{ch, v}
	return s
}

func (s *Sending[T]) try() bool {
	select {
	case s.ch <- s.value:
		return true
	default:
		return false
	}
}

func (s *Sending[T]) channel() (channelAt, bool) {
	return channelOf(unsafe.Pointer(&s.ch), cap(s.ch)), true
}

func (s *Sending[T]) handOver(to SelectCase) bool { return sendTo(to, s.value) }

func (s *Sending[T]) toSelect() any {
	return reflect.SelectCase{
		Dir:  reflect.SelectSend,
		Chan: reflect.ValueOf(s.ch),
		Send: reflect.ValueOf(&s.value).Elem(),
	}
}

func (s *Sending[T]) chosen(any, bool) {}

// Select is for generated code: it gives the index of the case that could go on. Where several can, one
// is chosen at random. Cases of nil channels are never chosen. Without cases, it waits for ever. A send to a
// closed channel panics; if the channel is closed while Select waits, the promise carries the panic.
func Select(cases ...SelectCase) Step[int] {
	l := keeper()
	if i, ok := tryCases(cases, l); ok {
		return atOnce(i)
	}
	o := selectingOn(l)
	o.cases, o.side = append(o.few[:0], cases...), nil
	expect(&o.ownedLeaf, o)
	if l == nil || !l.meetings.meetsAtOnce(&o.opStay) {
		return Step[int]{promise: &o.promise}
	}
	if o.promise.core.rejected() { // another goroutine has closed a channel meanwhile
		return Begun(&o.promise)
	}
	i := o.promise.value
	o.forget()
	l.meetings.unseen = o
	return atOnce(i)
}

// tryCases does what one of the cases asks for, if one can go on at once. It panics as a select does. Each case is looked at by itself, in a
// random order: nobody can tell how that differs from a look at all of them, as the select goes on looking. The calling goroutine drives l,
// which may be nil.
func tryCases(cases []SelectCase, l *Loop) (i int, ok bool) {
	if len(cases) == 1 {
		return 0, cases[0].try()
	}
	var some [8]int
	left := some[:]
	if len(cases) > len(some) {
		left = make([]int, len(cases))
	}
	for i := range cases {
		left[i] = i
	}
	m := simulationHere()
	for n := len(cases); n > 0; n-- {
		at := 0
		switch {
		case m != nil:
			at = m.choose(n)
		case n > 1 && l != nil:
			at = l.meetings.below(n)
		case n > 1:
			at = rand.IntN(n)
		}
		if i := left[at]; cases[i].try() {
			return i, true
		}
		left[at] = left[n-1]
	}
	return 0, false
}

// A selecting is a select that waits.
type selecting struct {
	ownedLeaf[int]
	opStay
	cases []SelectCase
	few   [4]SelectCase // cases, if there are not more
}

// selectingOn gives a selecting to fill. l may be nil.
func selectingOn(l *Loop) *selecting {
	if l == nil {
		return new(selecting)
	}
	m := &l.meetings
	if o := m.unseen; o != nil {
		m.unseen = nil
		return o.(*selecting)
	}
	if s, ok := takeSpare(&m.selects, l); ok {
		return s.op.(*selecting)
	}
	return new(selecting)
}

func (o *selecting) label() string        { return "select" }
func (o *selecting) cancel(cause error)   { o.node.settle(nil, cause) }
func (o *selecting) ends() int            { return len(o.cases) }
func (o *selecting) end(i int) SelectCase { return o.cases[i] }
func (o *selecting) finish(i int)         { complete(&o.leaf, nil, i, nil) }

// forget lets go of what o was for.
func (o *selecting) forget() {
	o.cases = nil
	clear(o.few[:])
}

func (o *selecting) retire() {
	if o.again() {
		o.forget()
		keepSpare(&o.loop.meetings.selects, &o.fifoNode, &o.opStay, o.loop)
	}
}

func (o *selecting) attempt() (done bool) {
	defer func() {
		if p := recover(); p != nil {
			done = complete(&o.leaf, nil, 0, newPanic(p, nil))
		}
	}()
	i, ok := tryCases(o.cases, nil)
	return ok && complete(&o.leaf, nil, i, nil)
}

func (o *selecting) outside() {
	list, never := make([]reflect.SelectCase, len(o.cases)), true
	for i, c := range o.cases {
		list[i] = c.toSelect().(reflect.SelectCase)
		never = never && list[i].Chan.IsNil()
	}
	if never {
		return
	}
	begin(&o.leaf, nil, func(context.Context) (int, error) {
		i, v, ok := reflect.Select(list)
		o.cases[i].chosen(v, ok)
		return i, nil
	})
}
