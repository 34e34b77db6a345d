package async

// This file runs tasks: what a loop and a worker of a pool have in common.

// A worker runs ready tasks, one at a time. Only the goroutine that runs it may touch it.
type worker struct {
	home       *home
	loop       *Loop                 // nil if it is the worker of a pool
	next       *Task                 // runs before the queue
	mu         mutex                 // of a pool's worker: guards the ready queue and its length, as others may take from it
	head, tail *Task                 // ready queue
	cur        *Task                 // runs now
	cascades   bool                  // next may be used
	pick       func(ready *Task) int // picks one of the ready tasks, in tests; nil picks the first
	ran        uint64                // tasks run so far
	hops       uint64                // of them, those that were no calls or callbacks
	queued     int                   // tasks in the ready queue
	mostQueued int                   // most that there were
}

func (w *worker) empty() bool { return w.next == nil && w.head == nil }

// push makes t the last of the queue of a loop. What came from elsewhere before it goes first.
func (w *worker) push(t *Task) {
	if w.loop.inbox.load() != nil {
		w.loop.collect()
	}
	w.append(t)
}

func (w *worker) append(t *Task) {
	t.next = nil
	if w.head == nil {
		w.head = t
	} else {
		w.tail.next = t
	}
	w.tail = t
	w.queued++
	w.mostQueued = max(w.mostQueued, w.queued)
}

// appendAll appends a list that begins with the task that is to run last, and counts it.
func (w *worker) appendAll(last *Task) int {
	first, n := reversed(last)
	if w.head == nil {
		w.head = first
	} else {
		w.tail.next = first
	}
	w.tail = last
	w.queued += n
	w.mostQueued = max(w.mostQueued, w.queued)
	return n
}

// pop takes the task that is to run next. It leaves it its link, which is set wherever the task goes from there.
func (w *worker) pop() *Task {
	if t := w.next; t != nil {
		w.next = nil
		return t
	}
	if w.loop == nil {
		t, _, _ := w.cut(1)
		return t
	}
	t := w.head
	if t == nil {
		return nil
	}
	w.queued--
	if w.pick != nil {
		return w.popAny()
	}
	if w.head = t.next; w.head == nil {
		w.tail = nil
	}
	return t
}

// popAny takes the task that pick says.
func (w *worker) popAny() *Task {
	at, prev := &w.head, (*Task)(nil)
	for range w.pick(w.head) {
		prev = *at
		at = &prev.next
	}
	t := *at
	*at, t.next = t.next, nil
	if t == w.tail {
		w.tail = prev
	}
	return t
}

// run runs up to max ready tasks. A panic in one of them ends that task only. A Goexit in one ends that task and then
// the goroutine.
func (w *worker) run(max int) {
	for end := w.ran + uint64(max); !w.batch(end); {
	}
}

// batch runs ready tasks until a task panics, or end tasks have been run since w was made. It returns true if none panicked.
func (w *worker) batch(end uint64) (ok bool) {
	defer func() {
		if !ok {
			w.broken(recover())
		}
	}()
	for w.ran < end {
		t := w.pop()
		if t == nil {
			break
		}
		w.ran++
		w.cur = t
		w.resume(t)
	}
	w.cur = nil
	return true
}

// resume runs t and puts it where it belongs then.
func (w *worker) resume(t *Task) {
	if t.kind == kindHop {
		w.hops++
		t.next = nil
		t.self.(hopper).run(w)
		return
	}
	if t.flags&flagForeign != 0 {
		t.flags &^= flagForeign
		w.loop.foreign.Add(-1)
	}
	c := t.await
	switch {
	case t.flags&flagRecalls == 0:
		t.await = nil
	case w.loop != nil:
		t.flags |= flagOnLoop
	}
	t.state, t.spent = running, 0
	if watched.Load() != 0 {
		t.observeResume()
	}
	t.self.Resume()
	if t.state == suspended && t.await == nil && w.loop != nil && w.loop.inbox.load() == nil && watched.Load() == 0 {
		w.append(t) // it has given up its turn
		return
	}
	w.after(t, c)
}

// after puts t where it belongs after Resume. c is what it had waited for.
func (w *worker) after(t *Task, c *Core) {
	switch t.state {
	case suspended:
		t.wait(w)
	case running:
		panic("async: Resume returned without Suspend or Finish")
	default:
		if c != nil && c.err != nil {
			t.blame(c)
		}
		if watched.Load() != 0 {
			t.observeSettle()
		}
		t.self.Release()
		if t.flags&flagDirect == 0 {
			t.await = nil
		}
		t.next = nil
		t.core().settle(w)
	}
}

// broken puts w.cur where it belongs after a panic with v, or after a Goexit if v is nil.
func (w *worker) broken(v any) {
	t := w.cur
	w.cur = nil
	switch {
	case t.kind == kindHop:
		if v != nil {
			crash(newPanic(v, nil))
		}
		return
	case v != nil:
		t.fail(newPanic(v, t))
	case t.state == running:
		t.fail(ErrGoexit)
	}
	w.after(t, nil)
}

// appendOwn appends n tasks, from first to last, to the queue of a worker of a pool.
func (w *worker) appendOwn(first, last *Task, n int) {
	w.mu.Lock()
	if w.head == nil {
		w.head = first
	} else {
		w.tail.next = first
	}
	w.tail = last
	w.queued += n
	w.mu.Unlock()
}

// cut takes the first tasks off the queue of a worker of a pool, up to n.
func (w *worker) cut(n int) (first, last *Task, taken int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n = min(n, w.queued); n == 0 {
		return nil, nil, 0
	}
	first, last = w.head, w.head
	for range n - 1 {
		last = last.next
	}
	if w.head, last.next = last.next, nil; w.head == nil {
		w.tail = nil
	}
	w.queued -= n
	return first, last, n
}

// waiting is how many tasks are in the queue of a worker of a pool.
func (w *worker) waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queued
}
