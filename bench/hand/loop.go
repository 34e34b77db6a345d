// Package hand has the work as an expert would write it without goawait: state machines written by hand, each for its
// scenario alone. It is the limit for generated Go.
//
// A call is a struct that begins with a task: its link in the one list that it stands in, and the function that resumes it.
// Frames of calls in calls come from a free list, and a call that ends hands over to the one that waits for it in a loop, not by
// recursion (a trampoline). A call that can end at once returns its results, and makes a frame only if it cannot.
package hand

// A task is how every frame begins, so that its address is that of the frame.
type task struct {
	next   *task
	resume func(t *task) *task // goes on with the call; returns a task to resume at once, or nil
}

// A loop resumes tasks in the order in which they became ready. One goroutine uses it.
type loop struct{ head, tail *task }

func (l *loop) push(t *task) {
	t.next = nil
	if l.tail == nil {
		l.head = t
	} else {
		l.tail.next = t
	}
	l.tail = t
}

// run resumes tasks until none is ready. One recover serves for all that it resumes.
func (l *loop) run() (panicked any) {
	defer func() { panicked = recover() }()
	for {
		t := l.head
		if t == nil {
			return nil
		}
		l.head = t.next
		if l.head == nil {
			l.tail = nil
		}
		for t != nil {
			t = t.resume(t)
		}
	}
}

// finish is run for a program that would not survive a panic.
func (l *loop) finish() {
	if v := l.run(); v != nil {
		panic(v)
	}
}
