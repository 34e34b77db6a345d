package hand

// This file holds many calls at once (S4 to S6).

import (
	"time"
	"unsafe"

	"github.com/goawait/goawait/bench/measure"
	"github.com/goawait/goawait/bench/work"
)

// A parkedCall is a call that waits once, and its promise in the same allocation.
type parkedCall struct {
	task
	waiter *task
	value  int
	err    error
	total  *uint64
	i      int
	name   string
	box    *int
}

func resumeParked(t *task) *task {
	f := (*parkedCall)(unsafe.Pointer(t))
	f.value = work.Result(f.i, f.name, f.box)
	*f.total += uint64(f.value)
	f.name, f.box, f.total = "", nil, nil
	return f.waiter
}

// A gate keeps the calls that wait for it, linked through their frames.
type gate struct{ waiters loop }

// Parked is S4.
func Parked(n int) measure.Sample {
	var g gate
	var total uint64
	return measure.Park(n, func() {
		for i := range n {
			f := &parkedCall{total: &total, i: i, name: work.Name(i), box: work.Box(i)}
			f.resume = resumeParked
			g.waiters.push(&f.task)
		}
	}, func() uint64 {
		l := g.waiters // all of them are ready
		g = gate{}
		l.finish()
		return total
	})
}

// A nap is a call that sleeps, and its promise.
type nap struct {
	task
	join *joiner
	err  error
	i    int
}

// A joiner waits for many calls.
type joiner struct {
	task
	loop *loop
	left int
	sum  int
}

func resumeNap(t *task) *task {
	f := (*nap)(unsafe.Pointer(t))
	j := f.join
	j.sum += f.i
	if j.left--; j.left == 0 {
		return &j.task
	}
	return nil
}

func resumeJoiner(*task) *task { return nil }

// A timer is an entry of a heap.
type timer struct {
	at   time.Duration // since the loop was made
	task *task
}

// timers is a heap with four children per node, the earliest first.
type timers []timer

func (h *timers) add(t timer) {
	*h = append(*h, t)
	s, i := *h, len(*h)-1
	for i > 0 {
		parent := (i - 1) / 4
		if s[parent].at <= t.at {
			break
		}
		s[i] = s[parent]
		i = parent
	}
	s[i] = t
}

func (h *timers) pop() *task {
	s := *h
	first, last := s[0].task, s[len(s)-1]
	s[len(s)-1] = timer{}
	s = s[:len(s)-1]
	*h = s
	i := 0
	for {
		child := 4*i + 1
		if child >= len(s) {
			break
		}
		for c, end := child+1, min(child+4, len(s)); c < end; c++ {
			if s[c].at < s[child].at {
				child = c
			}
		}
		if last.at <= s[child].at {
			break
		}
		s[i] = s[child]
		i = child
	}
	if len(s) > 0 {
		s[i] = last
	}
	return first
}

// Sleepers is S5.
func Sleepers(n int) measure.Sample {
	return measure.Whole(n, func() uint64 {
		var h timers
		start := time.Now()
		l := new(loop)
		j := &joiner{task: task{resume: resumeJoiner}, loop: l, left: n}
		for i := range n {
			f := &nap{task: task{resume: resumeNap}, join: j, i: i}
			h.add(timer{time.Since(start) + work.Nap(i, n), &f.task})
		}
		for len(h) > 0 {
			now := time.Since(start)
			if d := h[0].at - now; d > 0 {
				time.Sleep(d)
				continue
			}
			for len(h) > 0 && h[0].at <= now {
				l.push(h.pop())
			}
			l.finish()
		}
		return uint64(j.sum)
	})
}

// Spawns is S6.
func Spawns(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		l := new(loop)
		j := &joiner{task: task{resume: resumeJoiner}, loop: l, left: n}
		for i := range n {
			f := &nap{task: task{resume: resumeNap}, join: j, i: i}
			l.push(&f.task)
		}
		l.finish()
		return uint64(j.sum)
	})
}
