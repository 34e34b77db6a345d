package hand

// This file holds single calls that suspend (S1) or could but don't (S2).

import (
	"unsafe"

	"github.com/goawait/goawait/bench/measure"
)

// A yielder suspends n times.
type yielder struct {
	task
	loop *loop
	i, n int
	sum  int
}

func resumeYielder(t *task) *task {
	y := (*yielder)(unsafe.Pointer(t))
	y.sum += y.i
	y.i++
	if y.i < y.n {
		y.loop.push(t)
	}
	return nil
}

// Yields is S1 with a turn given up.
func Yields(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		l := new(loop)
		y := &yielder{task: task{resume: resumeYielder}, loop: l, n: n}
		l.push(&y.task)
		l.finish()
		return uint64(y.sum)
	})
}

// A promise holds what one call waits for and another settles.
type promise struct {
	waiter *task
	value  int
	err    error
	done   bool
}

func (p *promise) settle(l *loop, v int, err error) {
	p.value, p.err, p.done = v, err, true
	if w := p.waiter; w != nil {
		p.waiter = nil
		l.push(w)
	}
}

// A consumer awaits n promises: one that is used again, or a new one each time.
type consumer struct {
	task
	loop  *loop
	p     *promise
	fresh bool
	i, n  int
	sum   int
	err   error
}

func resumeConsumer(t *task) *task {
	c := (*consumer)(unsafe.Pointer(t))
	if c.p.err != nil {
		c.err = c.p.err
		return nil
	}
	c.sum += c.p.value
	c.i++
	if c.i < c.n {
		c.wait()
	}
	return nil
}

func (c *consumer) wait() {
	if c.fresh {
		c.p = new(promise)
	} else {
		*c.p = promise{}
	}
	c.p.waiter = &c.task
}

// A producer settles the promise of a consumer in each turn.
type producer struct {
	task
	loop *loop
	to   *consumer
	i, n int
}

func resumeProducer(t *task) *task {
	p := (*producer)(unsafe.Pointer(t))
	p.to.p.settle(p.loop, p.i, nil)
	p.i++
	if p.i < p.n {
		p.loop.push(t)
	}
	return nil
}

// HandsOver is S1 with a promise that is used again.
func HandsOver(n int) measure.Sample { return handsOver(n, false) }

// HandsOverFresh is S1 with a new promise for each await.
func HandsOverFresh(n int) measure.Sample { return handsOver(n, true) }

func handsOver(n int, fresh bool) measure.Sample {
	return measure.Time(n, func() uint64 {
		l := new(loop)
		c := &consumer{task: task{resume: resumeConsumer}, loop: l, p: new(promise), fresh: fresh, n: n}
		p := &producer{task: task{resume: resumeProducer}, loop: l, to: c, n: n}
		c.wait()
		l.push(&p.task)
		l.finish()
		return uint64(c.sum)
	})
}

// An addition is a call that has to wait, or, in promised form, its promise.
type addition struct {
	task
	loop *loop
	a, b int
	promise
}

func resumeAddition(t *task) *task {
	f := (*addition)(unsafe.Pointer(t))
	f.settle(f.loop, f.a+f.b, nil)
	return nil
}

// add returns its results if it can end at once, and otherwise the frame that will have them.
//
//go:noinline
func add(l *loop, a, b int) (v int, err error, wait *addition) {
	if a < 0 {
		f := &addition{task: task{resume: resumeAddition}, loop: l, a: a, b: b}
		l.push(&f.task)
		return 0, nil, f
	}
	return a + b, nil, nil
}

// An adder makes n calls of add.
type adder struct {
	task
	loop *loop
	wait *addition
	add  func(l *loop, a, b int) *addition // for the promised form
	i, n int
	sum  int
	err  error
}

func resumeAdder(t *task) *task {
	f := (*adder)(unsafe.Pointer(t))
	i, n, sum := f.i, f.n, f.sum
	if f.wait != nil {
		sum, f.err = f.wait.value, f.wait.err
		f.wait = nil
		if f.err != nil {
			return nil
		}
		i++
	}
	for ; i < n; i++ {
		v, err, wait := add(f.loop, sum, i)
		if wait != nil {
			f.i, f.wait = i, wait
			wait.waiter = t
			return nil
		}
		if err != nil {
			f.err = err
			return nil
		}
		sum = v
	}
	f.sum = sum
	return nil
}

// Adds is S2 with a call that returns its results.
func Adds(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		l := new(loop)
		f := &adder{task: task{resume: resumeAdder}, loop: l, n: n}
		l.push(&f.task)
		l.finish()
		return uint64(f.sum)
	})
}

// addPromised gives frame and promise in one allocation.
//
//go:noinline
func addPromised(l *loop, a, b int) *addition {
	f := &addition{task: task{resume: resumeAddition}, loop: l, a: a, b: b}
	if a < 0 {
		l.push(&f.task)
		return f
	}
	f.value, f.done = a+b, true
	return f
}

func resumePromisedAdder(t *task) *task {
	f := (*adder)(unsafe.Pointer(t))
	if f.wait != nil {
		goto resumed
	}
loop:
	if f.i == f.n {
		return nil
	}
	f.wait = f.add(f.loop, f.sum, f.i)
	if !f.wait.done {
		f.wait.waiter = t
		return nil
	}
resumed:
	if f.err = f.wait.err; f.err != nil {
		return nil
	}
	f.sum = f.wait.value
	f.wait = nil
	f.i++
	goto loop
}

// AddsPromised is S2 with a call that gives a promise.
func AddsPromised(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		l := new(loop)
		f := &adder{task: task{resume: resumePromisedAdder}, loop: l, add: addPromised, n: n}
		l.push(&f.task)
		l.finish()
		return uint64(f.sum)
	})
}
