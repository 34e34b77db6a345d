package async

// This file runs tasks: what a loop and a worker of a pool have in common.

// A worker runs ready tasks, one at a time. Only the goroutine that runs it may touch it.
type worker struct {
	home       *home
	next       *Task                 // runs before the queue
	mu         mutex                 // of a pool's worker: guards the ready queue and its length, as others may take from it
	head, tail *Task                 // ready queue
	cur        *Task                 // runs now
	cascades   bool                  // next may be used
	pick       func(ready *Task) int // picks one of the ready tasks, in tests; nil picks the first
	ran        uint64                // tasks run so far
	resumed    uint64                // of them, calls and callbacks
	queued     int                   // tasks in the ready queue
	mostQueued int                   // most that there were
}

func (w *worker) empty() bool { return w.next == nil && w.head == nil }

// push makes t the last of the queue of a loop. What came from elsewhere before it goes first.
func (w *worker) push(t *Task) {
	if l := w.home.loop; l.inbox.load() != nil {
		l.collect()
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

func (w *worker) pop() *Task {
	if t := w.next; t != nil {
		w.next = nil
		return t
	}
	if w.home.loop == nil {
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
	if w.head, t.next = t.next, nil; w.head == nil {
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
	for !w.batch(&max) {
	}
}

// batch is run until a task panics. It returns true if none did.
func (w *worker) batch(max *int) (ok bool) {
	defer func() {
		if !ok {
			w.broken(recover())
		}
	}()
	for *max > 0 {
		t := w.pop()
		if t == nil {
			break
		}
		*max--
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
		t.self.(hopper).run(w)
		return
	}
	if t.flags&flagForeign != 0 {
		t.flags &^= flagForeign
		w.home.loop.foreign.Add(-1)
	}
	w.resumed++
	c := t.await
	switch {
	case t.flags&flagRecalls == 0:
		t.await = nil
	case w.home.loop != nil:
		t.flags |= flagOnLoop
	}
	t.state = running
	t.spent = 0
	if watched.Load() != 0 {
		t.observeResume()
	}
	t.self.Resume()
	w.after(t, c)
}

// after puts t where it belongs after Resume. c is what it had waited for.
func (w *worker) after(t *Task, c *Core) {
	switch t.state {
	case suspended:
		if l := w.home.loop; t.await == nil && l != nil && l.inbox.load() == nil && watched.Load() == 0 { // it has given up its turn
			w.append(t)
			return
		}
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
