package async

// This file holds results in order of completion, and promises that follow others.

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// An arrival waits for one input of AsCompleted.
type arrival[T any] struct {
	task Task
	internal
	p    *Promise[T]
	outs *arrivals[T]
}

type arrivals[T any] struct {
	next   atomicInt64
	leaves []leaf[T] // whose rejections need not be looked at
}

func (a *arrival[T]) Site() (function, pos string) { return "AsCompleted", "" }

func (a *arrival[T]) settled(w *worker) {
	l := &a.outs.leaves[a.outs.next.Add(1)-1]
	complete(l, w, a.p.value, a.p.core.passed())
	if _, panics := a.p.core.raw().(*PanicError); !panics {
		l.promise.core.see()
	}
	a.task.uncountForeign(l.promise.core.exec)
}

// maxScanned is how many promises are looked at for somebody who waits.
const maxScanned = 64

// frames are the calls that wait for the next promises.
func (a *arrival[T]) frames() (ts []*Task) {
	next := a.outs.leaves[min(int(a.outs.next.Load()), len(a.outs.leaves)):]
	for i := range next[:min(len(next), maxScanned)] {
		for _, n := range waitersOf(&next[i].promise.core) {
			if n.frame != nil {
				ts = append(ts, n.frame)
			}
		}
	}
	return ts
}

// AsCompleted returns promises that settle as ps do, in the order in which those settle: the first one with the first, and
// so on. A promise that is there twice comes twice. The sequence never waits: await each promise that it gives. It can be gone
// through more than once, from any goroutine, and left early: errors that nobody awaits then are dropped, panics are reported as
// those that nobody handles. A nil among ps panics. The cost is four allocations for all and one for each of ps.
//
//	for p := range async.AsCompleted(ps...) {
//		v, err := async.Await(p)
//		…
//	}
func AsCompleted[T any](ps ...*Promise[T]) iter.Seq[*Promise[T]] {
	cores := coresOf(ps)
	outs := &arrivals[T]{leaves: make([]leaf[T], len(ps))}
	e := &runHome(cores...).leaves
	for i := range outs.leaves {
		l := &outs.leaves[i]
		l.promise.core.exec, l.node.kind = e, leafNext
	}
	for i, c := range cores {
		a := &arrival[T]{p: ps[i], outs: outs}
		a.task.kind = kindDirect
		a.task.setSelf(a)
		a.task.countForeign(e, c)
		if !c.subscribe(&a.task) {
			a.settled(nil)
		}
	}
	return func(yield func(*Promise[T]) bool) {
		for i := range outs.leaves {
			if !yield(&outs.leaves[i].promise) {
				return
			}
		}
	}
}

// ErrCycle rejects a promise that was told to follow itself.
var ErrCycle = errors.New("async: a promise cannot follow itself")

// NewFollower makes a pending promise and the function that makes it follow another: it settles as that one does, with the
// same value, error or panic. Only the first call of follow counts, also while what it named is pending. Following itself
// rejects it with ErrCycle; promises that follow each other in a longer circle stay pending. A panic in the method Promise of
// an Awaitable, and one of nil, are carried by the promise. A cancelled ctx rejects the promise, whatever it follows, which keeps
// nothing of it then. ctx may be nil. NewFollower and follow may be called from any goroutine. The cost is two allocations, and none for
// following.
func NewFollower[T any](ctx context.Context) (p *Promise[T], follow func(Awaitable[T])) {
	f := new(follower[T])
	openOwned(&f.leaf, ctx, f)
	return &f.leaf.promise, f.follow
}

// A follower is a promise that settles as another one does, and the hop that waits for that.
type follower[T any] struct {
	hop hop
	internal
	leaf ownedLeaf[T]
	told atomicBool
	on   atomicPtr[Promise[T]] // what it follows; nil as long as it is not known, and when it has settled
}

func (f *follower[T]) follow(a Awaitable[T]) {
	if !f.told.CompareAndSwap(false, true) {
		return
	}
	p := protect(func() *Promise[T] { return promiseOf(a) })
	if p == &f.leaf.promise {
		f.leaf.node.settle(nil, ErrCycle)
		return
	}
	f.hop.kind, f.hop.exec = kindHop, &runHome(&f.leaf.promise.core, &p.core).leaves
	f.hop.setSelf(f)
	storePtr(&f.on, p)
	switch {
	case !p.core.subscribe(&f.hop.Task):
		f.hop.queue(nil)
	case f.leaf.node.claimed.Load(): // cancelled, by somebody who may have come too early to take f out
		f.leave(p)
	}
}

func (f *follower[T]) Site() (function, pos string) { return "a follower", "" }
func (f *follower[T]) label() string                { return "NewFollower" }

func (f *follower[T]) leads() *Core           { return &f.leaf.promise.core }
func (f *follower[T]) looks(panics bool) bool { return !panics }

func (f *follower[T]) input() *Core {
	if p := loadPtr(&f.on); p != nil {
		return &p.core
	}
	return nil
}

// frames are the calls that wait for what follows, from follower to follower, which may go round.
func (f *follower[T]) frames() (ts []*Task) {
	cores := []*Core{f.leads()}
	for i := 0; i < min(len(cores), maxScanned); i++ {
		c := cores[i]
		h := c.lock()
		for t := h; waited(t); t = t.next {
			if next, ok := t.self().(interface{ leads() *Core }); !ok && isFrame(t) {
				ts = append(ts, t)
			} else if ok && !slices.Contains(cores, next.leads()) {
				cores = append(cores, next.leads())
			}
		}
		if h != nil {
			c.unlock(h)
		}
	}
	return ts
}

// run looks at a panic if the follower does carry it on.
func (f *follower[T]) run(w *worker) {
	p := loadPtr(&f.on)
	if p == nil { // cancelled
		return
	}
	storePtr(&f.on, nil)
	if c := &p.core; complete(&f.leaf.leaf, w, p.value, c.traced()) && c.rejected() {
		c.see()
	}
}

// cancel takes f out of the waiters of what it follows, which may live long.
func (f *follower[T]) cancel(cause error) {
	if f.leaf.node.settle(nil, cause) {
		if p := loadPtr(&f.on); p != nil {
			f.leave(p)
		}
	}
}

// leave makes f, which is settled, let go of p.
func (f *follower[T]) leave(p *Promise[T]) {
	p.core.unsubscribe(&f.hop.Task, true)
	storePtr(&f.on, nil)
}
