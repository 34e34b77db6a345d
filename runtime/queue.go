package async

// This file holds the Queue.

import (
	"context"
	"unsafe"
)

// A Queue passes values from calls that put them in to calls that take them out, in order. Who waits longest is next. Make it
// with NewQueue. Its methods may be called from any goroutine.
type Queue[T any] struct {
	mu     spinLock
	bound  int
	items  []T // in room
	room   []T // from its beginning
	closed bool
	puts   fifo[*putWait[T]]  // not empty only while there is no room
	takes  fifo[*takeWait[T]] // not empty only while there are no items

	mayTake, mayPut atomicFlag // what the lock is worth taking for, as of the last one who had it: a hint

	spareOf    atomicInt64 // number of the loop that may use the following, 1 for the first; 0 for none yet
	sparePuts  spares[*putWait[T]]
	spareTakes spares[*takeWait[T]]
}

// NewQueue makes a queue that holds up to capacity values. With capacity 0, a Put waits for its Take. With a negative one
// there is no bound. It may be called from any goroutine.
func NewQueue[T any](capacity int) *Queue[T] {
	q := &Queue[T]{bound: capacity}
	q.mayPut.storeOwned(capacity != 0)
	return q
}

// unlock ends what a lock of mu began, after a change.
func (q *Queue[T]) unlock() {
	q.mayTake.storeOwned(q.closed || len(q.items) > 0 || q.puts.head != nil)
	q.mayPut.storeOwned(q.closed || q.bound < 0 || len(q.items) < q.bound || q.takes.head != nil)
	q.mu.Unlock()
}

// A putWait is a Put that waits for room. It is claimed under the lock of the queue.
type putWait[T any] struct {
	ownedLeaf[Void]
	fifoNode[*putWait[T]]
	q *Queue[T]
	v T
}

func (w *putWait[T]) label() string { return "Queue.Put" }

// queueUp puts the value in, or w where it has to wait, unless it has been cancelled meanwhile.
func (w *putWait[T]) queueUp() {
	var v T // see tryPut
	if done, err := w.q.tryPut(v, w); done || err != nil {
		w.finish(err)
	}
}

func (w *putWait[T]) keep(l *Loop) {
	if w.q.spared(l) {
		keepSpare(&w.q.sparePuts, &w.fifoNode, w, l)
	}
}

func (w *putWait[T]) cancel(cause error) {
	w.q.mu.Lock()
	claimed := w.node.claimLocked()
	removeFrom(&w.q.puts, &w.fifoNode)
	w.q.unlock()
	if claimed {
		w.finish(cause)
	}
}

// finish settles w, which is claimed.
func (w *putWait[T]) finish(err error) {
	var zero T
	w.v = zero
	settleClaimed(&w.leaf, nil, Void{}, err)
}

// A takeWait is a Take that waits for a value. It is claimed under the lock of the queue.
type takeWait[T any] struct {
	ownedLeaf[T]
	fifoNode[*takeWait[T]]
	q *Queue[T]
}

func (w *takeWait[T]) label() string { return "Queue.Take" }

// queueUp takes a value, or w waits for one, unless it has been cancelled meanwhile.
func (w *takeWait[T]) queueUp() {
	if v, done, err := w.q.tryTake(w); done || err != nil {
		settleClaimed(&w.leaf, nil, v, err)
	}
}

func (w *takeWait[T]) keep(l *Loop) {
	if w.q.spared(l) {
		keepSpare(&w.q.spareTakes, &w.fifoNode, w, l)
	}
}

func (w *takeWait[T]) cancel(cause error) {
	w.q.mu.Lock()
	claimed := w.node.claimLocked()
	removeFrom(&w.q.takes, &w.fifoNode)
	w.q.unlock()
	if claimed {
		var zero T
		settleClaimed(&w.leaf, nil, zero, cause)
	}
}

// Put returns a promise that is fulfilled when v is in the queue, or has been taken. It is rejected with ErrClosed if the
// queue is closed before, and if ctx is cancelled; then v is not in the queue. ctx may be nil. It costs an allocation if it has
// to wait, unless an async function awaits it at once on its loop; the room for values grows as that of a slice.
func (q *Queue[T]) Put(ctx context.Context, v T) *Promise[Void] {
	if isDone(ctx) {
		return cancelled[Void](ctx)
	}
	if done, err := q.tryPut(v, nil); err != nil {
		return Reject[Void](err)
	} else if done {
		return settledVoid
	}
	w := &putWait[T]{q: q, v: v}
	if openOwned(&w.ownedLeaf, ctx, w) {
		w.queueUp()
	}
	return &w.promise
}

// PutStep is [Queue.Put] for a call that awaits it at once. It is for generated code.
func (q *Queue[T]) PutStep(ctx context.Context, v T) Step[Void] {
	if isDone(ctx) {
		return Begun(q.Put(ctx, v))
	}
	if q.mayPut.Load() && q.TryPut(v) {
		return atOnce(Void{})
	}
	l := loopFor(ctx)
	if l == nil || !q.spared(l) {
		return Begun(q.Put(ctx, v))
	}
	w, again := takeSpare(&q.sparePuts, l)
	if !again {
		w = &putWait[T]{q: q}
	}
	w.v = v
	return stepOf(&w.ownedLeaf, ctx, l, w, again)
}

// TryPut puts v in if there is room or somebody waits for it, and tells whether it did: it does not if the queue is closed. It
// never blocks.
func (q *Queue[T]) TryPut(v T) bool {
	done, err := q.tryPut(v, nil)
	return done && err == nil
}

// tryPut puts v in, or, where w is not nil, what w has. Where that cannot be done now, w waits, unless it is cancelled. Otherwise it is claimed.
func (q *Queue[T]) tryPut(v T, w *putWait[T]) (done bool, err error) {
	q.mu.Lock()
	if w != nil {
		if w.node.claimed.Load() {
			q.unlock()
			return false, nil
		}
		v = w.v
	}
	var to *takeWait[T]
	waits := q.takes.head != nil
	if waits {
		to, waits = firstWaiting(&q.takes, func(w *takeWait[T]) bool { return !w.node.ended() })
	}
	switch {
	case q.closed:
		err = ErrClosed
	case waits:
		removeFrom(&q.takes, &to.fifoNode)
		to.node.claimLocked()
		done = true
	case q.bound < 0 || len(q.items) < q.bound:
		q.push(v)
		done = true
	}
	if w != nil {
		if done || err != nil {
			w.node.claimLocked()
		} else {
			pushTo(&q.puts, &w.fifoNode, w)
		}
	}
	q.unlock()
	if done && waits {
		settleClaimed(&to.leaf, nil, v, nil)
	}
	return done, err
}

// Take returns the promise of the next value. It is rejected with ErrClosed if the queue is closed and empty, and if ctx is
// cancelled; then the value stays for others. ctx may be nil. It costs one allocation; where an async function awaits it at once on its
// loop, none.
func (q *Queue[T]) Take(ctx context.Context) *Promise[T] {
	if isDone(ctx) {
		return cancelled[T](ctx)
	}
	if v, done, err := q.tryTake(nil); err != nil {
		return Reject[T](err)
	} else if done {
		return Resolve(v)
	}
	w := &takeWait[T]{q: q}
	if openOwned(&w.ownedLeaf, ctx, w) {
		w.queueUp()
	}
	return &w.promise
}

// TakeStep is [Queue.Take] for a call that awaits it at once. It is for generated code.
func (q *Queue[T]) TakeStep(ctx context.Context) Step[T] {
	if isDone(ctx) {
		return Begun(q.Take(ctx))
	}
	if q.mayTake.Load() {
		if v, ok := q.TryTake(); ok {
			return atOnce(v)
		}
	}
	l := loopFor(ctx)
	if l == nil || !q.spared(l) {
		return Begun(q.Take(ctx))
	}
	w, again := takeSpare(&q.spareTakes, l)
	if !again {
		w = &takeWait[T]{q: q}
	}
	return stepOf(&w.ownedLeaf, ctx, l, w, again)
}

// spared tells whether what is kept for later calls is that of l: the first loop where somebody waits.
func (q *Queue[T]) spared(l *Loop) bool {
	n := int64(l.number) + 1
	of := q.spareOf.Load()
	return of == n || of == 0 && q.spareOf.CompareAndSwap(0, n)
}

// TryTake takes the next value if there is one, that of a Put that waits too. It never blocks.
func (q *Queue[T]) TryTake() (v T, ok bool) {
	v, ok, _ = q.tryTake(nil)
	return v, ok
}

// tryTake takes the next value. Where there is none, w waits, unless it is nil or cancelled. Otherwise it is claimed.
func (q *Queue[T]) tryTake(w *takeWait[T]) (v T, done bool, err error) {
	q.mu.Lock()
	if w != nil && w.node.claimed.Load() {
		q.unlock()
		return v, false, nil
	}
	var put *putWait[T]
	waits := q.puts.head != nil
	if waits {
		put, waits = firstWaiting(&q.puts, func(w *putWait[T]) bool { return !w.node.ended() })
	}
	switch {
	case len(q.items) > 0:
		v, done = q.shift(), true
		if waits {
			q.push(put.v)
		}
	case waits:
		v, done = put.v, true
	case q.closed:
		err = ErrClosed
	}
	if waits {
		removeFrom(&q.puts, &put.fifoNode)
		put.node.claimLocked()
	}
	if w != nil {
		if done || err != nil {
			w.node.claimLocked()
		} else {
			pushTo(&q.takes, &w.fifoNode, w)
		}
	}
	q.unlock()
	if waits {
		put.finish(nil)
	}
	return v, done, err
}

// push adds an item.
func (q *Queue[T]) push(v T) {
	n := len(q.items)
	full := n == cap(q.items)
	if full && 0 < n && n <= cap(q.room)/2 {
		items := append(q.room[:0], q.items...)
		clear(q.items)
		q.items, full = items, false
	}
	if q.items = append(q.items, v); full {
		q.room = q.items
	}
}

// maxRoom is how many bytes an empty queue keeps at most.
const maxRoom = 1024

// shift takes the first item out.
func (q *Queue[T]) shift() T {
	var zero T
	v := q.items[0]
	q.items[0] = zero
	q.items = q.items[1:]
	if len(q.items) == 0 {
		if uintptr(cap(q.room))*unsafe.Sizeof(zero) > maxRoom {
			q.room = nil
		}
		q.items = q.room[:0]
	}
	return v
}

// Len tells how many values are in the queue, without those of each Put that waits.
func (q *Queue[T]) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items)
}

// Close makes the queue take no more values. Values in it can still be taken. Every Put and Take that waits is rejected with
// ErrClosed. Closing twice does nothing.
func (q *Queue[T]) Close() {
	q.mu.Lock()
	q.closed = true
	puts, takes := drain(&q.puts), drain(&q.takes)
	for _, w := range puts {
		w.node.claimLocked()
	}
	for _, w := range takes {
		w.node.claimLocked()
	}
	q.unlock()
	for _, w := range puts {
		w.finish(ErrClosed)
	}
	for _, w := range takes {
		var zero T
		settleClaimed(&w.leaf, nil, zero, ErrClosed)
	}
}
