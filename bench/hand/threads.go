package hand

// This file holds calls that meet other goroutines (S7, S8).

import (
	"sync"
	"unsafe"

	"github.com/goawait/goawait/bench/measure"
	"github.com/goawait/goawait/bench/work"
)

// An inbox is where other goroutines leave tasks for a loop.
type inbox struct {
	mu     sync.Mutex
	tasks  loop
	parked bool
	wake   chan struct{} // holds one token if a parked loop is to go on
}

func (b *inbox) push(t *task) {
	b.mu.Lock()
	b.tasks.push(t)
	wake := b.parked
	b.parked = false
	b.mu.Unlock()
	if wake {
		b.wake <- struct{}{}
	}
}

// collect moves all that has come to l. If nothing has, it waits.
func (b *inbox) collect(l *loop) {
	for {
		b.mu.Lock()
		if b.tasks.head != nil {
			*l, b.tasks = b.tasks, loop{}
			b.mu.Unlock()
			return
		}
		b.parked = true
		b.mu.Unlock()
		<-b.wake
	}
}

// A question is for another goroutine, which answers with the number after v. It is the promise of the answer, too.
type question struct {
	task
	from   *asker
	v      int
	answer int
	err    error
}

// An asker has n questions answered, batch at a time. It uses the questions again.
type asker struct {
	inbox     inbox
	other     chan<- *question
	questions []question
	i, n      int
	left      int // of the batch
	sum       int
}

func resumeQuestion(t *task) *task {
	q := (*question)(unsafe.Pointer(t))
	a := q.from
	a.sum += q.answer
	if a.left--; a.left == 0 {
		a.ask()
	}
	return nil
}

func (a *asker) ask() {
	if a.i >= a.n {
		return
	}
	a.left = len(a.questions)
	for j := range a.questions {
		q := &a.questions[j]
		q.v = a.i
		a.i++
		a.other <- q
	}
}

// Asks is S7 one at a time.
func Asks(n int) measure.Sample { return asks(n, 1) }

// AsksBatch is S7 in batches.
func AsksBatch(n int) measure.Sample { return asks(n, work.Batch) }

func asks(n, batch int) measure.Sample {
	return measure.Time(n, func() uint64 {
		other := make(chan *question, batch)
		defer close(other)
		a := &asker{inbox: inbox{wake: make(chan struct{}, 1)}, other: other, questions: make([]question, batch), n: n}
		for j := range a.questions {
			a.questions[j] = question{task: task{resume: resumeQuestion}, from: a}
		}
		go func() {
			for q := range other {
				q.answer = q.v + 1
				q.from.inbox.push(&q.task)
			}
		}()
		l := new(loop)
		a.ask()
		for a.left > 0 {
			a.inbox.collect(l)
			l.finish()
		}
		return uint64(a.sum)
	})
}

// A cruncher computes, and suspends after each step.
type cruncher struct {
	task
	loop     *loop
	x        uint64
	i, steps int
	total    *uint64
}

func resumeCruncher(t *task) *task {
	f := (*cruncher)(unsafe.Pointer(t))
	if f.i < f.steps {
		f.i++
		f.x = work.Step(f.x)
		f.loop.push(t)
		return nil
	}
	*f.total += f.x % work.Modulus
	return nil
}

// Crunch is S8 with half of the tasks on each of two loops.
func Crunch(n int) measure.Sample {
	steps := n / work.Tasks
	return measure.Time(n, func() uint64 {
		var sums [2]uint64
		var wg sync.WaitGroup
		for half := range sums {
			wg.Go(func() {
				l, total := new(loop), uint64(0)
				for i := half; i < work.Tasks; i += len(sums) {
					f := &cruncher{task: task{resume: resumeCruncher}, loop: l, x: work.Seed(i), steps: steps, total: &total}
					l.push(&f.task)
				}
				l.finish()
				sums[half] = total
			})
		}
		wg.Wait()
		return sums[0] + sums[1]
	})
}
