package hand

// This file holds calls in calls (S3).

import (
	"unsafe"

	"github.com/goawait/goawait/bench/measure"
	"github.com/goawait/goawait/bench/work"
)

// A link is a call in a chain that could not end at once.
type link struct {
	task
	nest   *nester
	parent *task
	value  int // of the call that it waits for
	i, n   int
	err    error
}

// A nester makes chains, one after the other, and keeps the frames of those that have ended.
type nester struct {
	task
	loop  *loop
	free  *link
	depth int
	n     int
	trees int
	sum   int
	wait  *link
}

func (s *nester) frame() *link {
	f := s.free
	if f == nil {
		return &link{nest: s}
	}
	s.free = (*link)(unsafe.Pointer(f.next))
	return f
}

func (s *nester) recycle(f *link) {
	*f = link{nest: s, task: task{next: (*task)(unsafe.Pointer(s.free))}}
	s.free = f
}

// call is a chain of depth calls whose last one suspends n times. It returns the value, or the frame that will have it.
func (s *nester) call(depth int) (v int, err error, wait *link) {
	if depth == 1 {
		if s.n == 0 {
			return 0, nil, nil
		}
		f := s.frame()
		f.resume, f.n = resumeLeaf, s.n
		s.loop.push(&f.task)
		return 0, nil, f
	}
	v, err, child := s.call(depth - 1)
	if child != nil {
		f := s.frame()
		f.resume = resumeLink
		child.parent = &f.task
		return 0, nil, f
	}
	if err != nil {
		return 0, err, nil
	}
	return v + 1, nil, nil
}

func resumeLeaf(t *task) *task {
	f := (*link)(unsafe.Pointer(t))
	f.value += f.i
	f.i++
	if f.i < f.n {
		f.nest.loop.push(t)
		return nil
	}
	return f.end(f.value, nil)
}

func resumeLink(t *task) *task {
	f := (*link)(unsafe.Pointer(t))
	if f.err != nil {
		return f.end(f.value, f.err)
	}
	return f.end(f.value+1, nil)
}

// end gives the outcome of a call to the one that waits for it, which is resumed next.
func (f *link) end(v int, err error) *task {
	s, parent := f.nest, f.parent
	if parent == &s.task {
		s.wait.value, s.wait.err = v, err
		return parent
	}
	s.recycle(f)
	p := (*link)(unsafe.Pointer(parent))
	p.value, p.err = v, err
	return parent
}

func resumeNester(t *task) *task {
	s := (*nester)(unsafe.Pointer(t))
	if f := s.wait; f != nil {
		if f.err != nil {
			return nil
		}
		s.sum += f.value
		s.wait = nil
		s.recycle(f)
		s.trees--
	}
	for s.trees > 0 {
		v, err, wait := s.call(s.depth)
		if wait != nil {
			s.wait = wait
			wait.parent = t
			return nil
		}
		if err != nil {
			return nil
		}
		s.sum += v
		s.trees--
	}
	return nil
}

func nests(ops, trees, depth, n int) measure.Sample {
	return measure.Time(ops, func() uint64 {
		l := new(loop)
		s := &nester{task: task{resume: resumeNester}, loop: l, depth: depth, n: n, trees: trees}
		l.push(&s.task)
		l.finish()
		return uint64(s.sum)
	})
}

// Suspensions is S3 with one chain whose last call suspends n times.
func Suspensions(n int) measure.Sample { return nests(n, 1, work.Depth, n) }

// Shallow is Suspensions in a single call.
func Shallow(n int) measure.Sample { return nests(n, 1, 1, n) }

// Deep is Suspensions in a chain of a thousand calls.
func Deep(n int) measure.Sample { return nests(n, 1, work.Deep, n) }

// ReadyTrees is S3 with n chains that never suspend.
func ReadyTrees(n int) measure.Sample { return nests(n, n, work.Depth, 0) }

// Trees is S3 with n chains that suspend once.
func Trees(n int) measure.Sample { return nests(n, n, work.Depth, 1) }
