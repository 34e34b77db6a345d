package async

// This file holds combinators: frames that wait for several promises. Each input has a hop that is queued when the input
// settles, so that a combinator is run by one executor, and asks the function of its kind what to do.

import (
	"errors"
)

// A join is a frame that waits for several promises. The functions of its kind run under mu: on a pool, inputs may
// arrive at several workers at a time.
type join[R any] struct {
	bareFrame[R]
	what  string
	group *joinGroup
}

func (j *join[R]) Resume()                {}
func (j *join[R]) Release()               {}
func (j *join[R]) Site() (fn, pos string) { return j.what, "" }

func (j *join[R]) each(f func(*Core)) { j.group.each(f) }

// A joinGroup is what the inputs of a join share. It forgets the join as soon as that is decided.
type joinGroup struct {
	mu     mutex
	left   int // inputs that have not arrived
	inputs []joinInput
	ready  []*joinInput     // inputs that had settled when the join was made, and have not arrived yet
	result *Task            // nil when decided
	arrive func(i int) bool // tells whether the join is decided; then it has finished its frame
}

func (g *joinGroup) each(f func(*Core)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range g.inputs {
		if c := g.inputs[i].core; c != nil { // one that has settled is on its way
			f(c)
		}
	}
}

// A joinInput is the waiter of one input.
type joinInput struct {
	hop
	internal
	group *joinGroup
	core  *Core
	i     int
	came  bool // it has arrived
}

func (in *joinInput) Site() (function, pos string) { return "a combinator", "" }
func (in *joinInput) input() *Core                 { return in.core }
func (in *joinInput) looks(panics bool) bool       { return !panics } // errors are dropped, and panics are passed on, or not

func (in *joinInput) run(w *worker) {
	if t := in.group.take(in); t != nil {
		t.core().settle(w)
	}
}

// take notes that an input has settled, and before it those that had settled when the join was made. It returns the frame if that
// decides it.
func (g *joinGroup) take(in *joinInput) (decided *Task) {
	g.mu.Lock()
	defer g.mu.Unlock()
	ready := g.ready
	g.ready = nil
	for _, x := range ready {
		if decided = g.arrived(x); decided != nil {
			return decided
		}
	}
	return g.arrived(in)
}

func (g *joinGroup) arrived(in *joinInput) (decided *Task) {
	if g.result == nil || in.came {
		return nil
	}
	g.left--
	in.came, in.core = true, nil
	in.uncountForeign(in.exec)
	if !g.arrive(in.i) {
		return nil
	}
	decided = g.result
	g.decide()
	return decided
}

// decide forgets everything that was needed to decide.
func (g *joinGroup) decide() {
	passed := g.result.core().raw()
	g.result, g.arrive, g.ready = nil, nil, nil
	for i := range g.inputs {
		if in := &g.inputs[i]; in.core != nil {
			in.core.unsubscribe(&in.Task, true)
			if in.core.settled() && in.core.rejected() && carriedBy(in.core, passed) {
				in.core.see()
			}
			in.core = nil
			in.uncountForeign(in.exec)
		}
	}
	g.inputs = nil
}

// joined is the promise of j, which waits for cores. arrive is called under a lock for each that has settled, until it returns true; it has
// finished the frame then.
func joined[R any](j *join[R], what string, cores []*Core, arrive func(i int) bool) *Promise[R] {
	if j.promise.core.exec == nil {
		j.promise.core.exec = &runHome(cores...).frames
	}
	h := j.promise.core.exec.home
	j.what, j.task.kind, j.task.state = what, kindFrame, suspended
	j.task.setSelf(j)
	if l := h.loop; l != nil && l.sim != nil {
		l.sim.binds(&j.task)
	}
	g := &joinGroup{left: len(cores), inputs: make([]joinInput, len(cores)), result: &j.task, arrive: arrive}
	j.group = g
	for i, c := range cores {
		in := &g.inputs[i]
		in.kind, in.exec = kindHop, j.promise.core.exec
		in.setSelf(in)
		in.group, in.core, in.i = g, c, i
	}
	if first := g.subscribe(cores); first != nil {
		h.post(&first.Task)
	}
	return &j.promise
}

// subscribe makes the inputs wait, and notes those that have settled already: the first of them is to be queued, for all. Others may settle
// and arrive meanwhile, on a pool.
func (g *joinGroup) subscribe(cores []*Core) (first *joinInput) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, c := range cores {
		in := &g.inputs[i]
		in.countForeign(in.exec, c)
		if !c.subscribe(&in.Task) {
			g.ready = append(g.ready, in)
		}
	}
	if len(g.ready) == 0 {
		return nil
	}
	return g.ready[0]
}

// coresOf returns the cores of ps. It panics if one is nil.
func coresOf[T any](ps []*Promise[T]) []*Core {
	cores := make([]*Core, len(ps))
	for i, p := range ps {
		if p == nil {
			panicNil()
		}
		cores[i] = &p.core
	}
	return cores
}

// All returns the promise of the values of ps, in their order. The first of them to be rejected rejects it, without waiting
// for the others, and if that one carries a panic it carries it too. Without inputs it is fulfilled at once, with an empty
// slice.
//
// This and the other combinators may be called from any goroutine. They belong where the first of their inputs does that has
// an executor, and else to the loop that calls them or the default pool. A promise may be among the inputs more than once; a
// nil one panics. They stop nothing: inputs that no longer matter go on, and their errors are dropped, while a panic that
// nobody else looks at is reported. To end what has lost, give it a context, or use a [Group]. The cost is a handful of
// allocations, and for each input a step in the queue.
func All[T any](ps ...*Promise[T]) *Promise[[]T] {
	cores := coresOf(ps)
	if len(ps) == 0 {
		return Resolve([]T{})
	}
	j, values := new(join[[]T]), make([]T, len(ps))
	ps = append([]*Promise[T](nil), ps...)
	return joined(j, "All", cores, func(i int) bool {
		p := ps[i]
		ps[i] = nil
		if p.core.rejected() {
			carry(&j.bareFrame, nil, p.core.passed())
			return true
		}
		values[i] = p.value
		if j.group.left > 0 {
			return false
		}
		carry(&j.bareFrame, values, nil)
		return true
	})
}

// Settled is how a promise settled: with Value, or with Err, and what stood beside that in Value. A panic comes as a
// *PanicError, an exit as ErrGoexit.
type Settled[T any] struct {
	Value T     // of a fulfilled promise; of a rejected one, what a call returned beside its error
	Err   error // nil if the promise was fulfilled
}

// AllSettled returns the promise of how each of ps settled, in their order. It is never rejected, and it looks at all
// rejections and panics. Without inputs it is fulfilled at once. For goroutines, nil and cost see [All].
func AllSettled[T any](ps ...*Promise[T]) *Promise[[]Settled[T]] {
	cores := coresOf(ps)
	if len(ps) == 0 {
		return Resolve([]Settled[T]{})
	}
	j, results := new(join[[]Settled[T]]), make([]Settled[T], len(ps))
	ps = append([]*Promise[T](nil), ps...)
	return joined(j, "AllSettled", cores, func(i int) bool {
		results[i] = Settled[T]{ps[i].value, plainError(ps[i].core.raw())}
		unlessPanics(ps, i)
		if j.group.left > 0 {
			return false
		}
		seeAll(ps)
		carry(&j.bareFrame, results, nil)
		return true
	})
}

// Any returns the promise of the value of the first of ps to be fulfilled. If all are rejected it is rejected with their
// errors, joined in their order: a panic among them is a *PanicError there, and not raised again. Without inputs it is
// rejected. For goroutines, nil and cost see [All].
func Any[T any](ps ...*Promise[T]) *Promise[T] {
	cores := coresOf(ps)
	if len(ps) == 0 {
		return Reject[T](errors.New("async: Any of no promises"))
	}
	j, errs := new(join[T]), make([]error, len(ps))
	ps = append([]*Promise[T](nil), ps...)
	return joined(j, "Any", cores, func(i int) bool {
		p := ps[i]
		unlessPanics(ps, i)
		if !p.core.rejected() {
			carry(&j.bareFrame, p.value, nil)
			return true
		}
		errs[i] = plainError(p.core.raw())
		if j.group.left > 0 {
			return false
		}
		seeAll(ps)
		var zero T
		carry(&j.bareFrame, zero, errors.Join(errs...))
		return true
	})
}

// unlessPanics forgets an input, which has settled, unless it carries a panic: somebody may still have to look at that, see seeAll.
func unlessPanics[T any](ps []*Promise[T], i int) {
	if !ps[i].core.panics() {
		ps[i] = nil
	}
}

// seeAll looks at the panics among ps, as they are part of an outcome now.
func seeAll[T any](ps []*Promise[T]) {
	for _, p := range ps {
		if p != nil {
			p.core.see()
		}
	}
}

// Race returns a promise that settles as the first of ps does. Of several that have settled already, the first in order wins.
// Without inputs it stays pending. For goroutines, nil and cost see [All].
func Race[T any](ps ...*Promise[T]) *Promise[T] {
	cores := coresOf(ps)
	j := new(join[T])
	ps = append([]*Promise[T](nil), ps...)
	return joined(j, "Race", cores, func(i int) bool {
		carry(&j.bareFrame, ps[i].value, ps[i].core.passed())
		return true
	})
}

// allOf is All for promises of different types: value collects their values when all are fulfilled.
func allOf[R any](value func() R, cores ...*Core) *Promise[R] {
	j := new(join[R])
	return joined(j, "All", cores, func(i int) bool {
		if err := cores[i].passed(); err != nil {
			var zero R
			carry(&j.bareFrame, zero, err)
			return true
		}
		if j.group.left > 0 {
			return false
		}
		carry(&j.bareFrame, value(), nil)
		return true
	})
}

// All2 is [All] for two promises of different types. For goroutines, nil and cost see there.
func All2[A, B any](a *Promise[A], b *Promise[B]) *Promise[Tuple2[A, B]] {
	return allOf(func() Tuple2[A, B] { return Tuple2[A, B]{a.value, b.value} }, coreOf(a), coreOf(b))
}

// All3 is [All] for three promises of different types. For goroutines, nil and cost see [All].
func All3[A, B, C any](a *Promise[A], b *Promise[B], c *Promise[C]) *Promise[Tuple3[A, B, C]] {
	return allOf(func() Tuple3[A, B, C] { return Tuple3[A, B, C]{a.value, b.value, c.value} },
		coreOf(a), coreOf(b), coreOf(c))
}

// All4 is [All] for four promises of different types. For goroutines, nil and cost see [All].
func All4[A, B, C, D any](a *Promise[A], b *Promise[B], c *Promise[C], d *Promise[D]) *Promise[Tuple4[A, B, C, D]] {
	return allOf(func() Tuple4[A, B, C, D] { return Tuple4[A, B, C, D]{a.value, b.value, c.value, d.value} },
		coreOf(a), coreOf(b), coreOf(c), coreOf(d))
}
