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
	plain      bool                  // it is that of a loop, and the task that is first in the queue runs next
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
	w.link(t)
	w.count(1)
}

// link appends t without counting it.
func (w *worker) link(t *Task) {
	t.next = nil
	if w.head == nil {
		w.head = t
	} else {
		w.tail.next = t
	}
	w.tail = t
}

// count counts n more tasks in the ready queue of a loop.
func (w *worker) count(n int) {
	w.queued += n
	if w.queued > w.mostQueued {
		w.mostQueued = w.queued
	}
}

// adopt makes the waiters h of c ready, if all of them run on the loop of w, and tells whether it did. It goes through them once, as many
// are far from each other in memory.
func (w *worker) adopt(h *Task, c *Core) bool {
	var first *Task
	n := 0
	t := h
	for t != nil && t.kind < kindEnd {
		if t.home() != w.home {
			for first != nil {
				first.next, t, first = t, first, first.next
			}
			return false
		}
		t.next, first, t = first, t, t.next
		n++
	}
	if t != nil && t.kind == kindEnd {
		t.tell(c, w)
	}
	w.loop.collect()
	w.appendList(first, h, n)
	return true
}

// appendList appends a list of n tasks to the queue of a loop.
func (w *worker) appendList(first, last *Task, n int) {
	if w.head == nil {
		w.head = first
	} else {
		w.tail.next = first
	}
	w.tail = last
	w.count(n)
}

// appendAll appends a list that begins with the task that is to run last, and counts it.
func (w *worker) appendAll(last *Task) int {
	first, n := reversed(last)
	w.appendList(first, last, n)
	return n
}

// pop takes a task from a queue that is not plain. It leaves it its link, which is set wherever the task goes from there.
func (w *worker) pop() *Task {
	if w.loop == nil {
		t, _, _ := w.cut(1)
		return t
	}
	if w.head == nil {
		return nil
	}
	w.queued--
	return w.popAny()
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
		t := w.next
		if t != nil {
			w.next = nil
		} else if !w.plain {
			t = w.pop()
		} else if t = w.head; t != nil {
			w.head = t.next
			w.queued--
		} else {
			w.tail = nil // it may have stayed behind
		}
		if t == nil {
			break
		}
		w.cur = t
		if t.kind == kindHop {
			w.ran++
			w.hops++
			t.next = nil
			t.self().(hopper).run(w)
			continue
		}
		c := (*Core)(t.core().more)
		if t.flags&(flagForeign|flagRecalls|flagOnLoop) != flagRecalls|flagOnLoop {
			w.prepare(t)
		}
	again:
		t.state, t.spent = running, 0
		if watched.Load() != 0 {
			t.observeResume()
		}
	unwatched:
		w.ran++
		t.self().Resume()
		if t.state == suspended && t.core().more == nil && w.plain && w.loop.inbox.load() == nil {
			if watched.Load() == 0 {
				if w.head == nil && w.next == nil && w.ran < end {
					c, t.state, t.spent = nil, running, 0
					goto unwatched // it has given up its turn, and nothing else is ready
				}
				w.link(t)
				w.queued++
				continue
			}
		}
		if by := w.heir(t); by != nil && w.ran < end {
			t.self().Release()
			t.core().waiters.storeOwned(&settledMark)
			t = by
			w.cur = t
			c = t.awaited()
			if t.flags&(flagForeign|flagRecalls|flagOnLoop) != flagRecalls|flagOnLoop {
				w.prepare(t)
			}
			goto again
		}
		w.after(t, c)
	}
	w.cur = nil
	return true
}

// heir is the call that goes on at once when t, which has just returned, has ended, and nothing else is to be done: after would make
// it the next to run. It is nil if there is none.
func (w *worker) heir(t *Task) *Task {
	if t.state != finished || t.flags&(flagDirect|flagOnLoop) != flagDirect|flagOnLoop || w.next != nil || !w.plain {
		return nil
	}
	c := t.core()
	by := c.waiters.load()
	if c.rejected() || by == nil || by.kind != kindFrame || by.core().exec.home != w.home || watched.Load() != 0 {
		return nil
	}
	return by
}

// prepare is called before t is resumed, where there is something to do.
func (w *worker) prepare(t *Task) {
	if t.flags&flagForeign != 0 {
		t.flags &^= flagForeign
		w.loop.foreign.Add(-1)
	}
	switch {
	case t.flags&flagRecalls == 0:
		t.setAwait(nil)
	case w.loop != nil:
		t.flags |= flagOnLoop
	}
}

// after puts t where it belongs after Resume. c is what it had waited for.
func (w *worker) after(t *Task, c *Core) {
	switch t.state {
	case suspended:
		t.wait(w)
	case running:
		panic("async: Resume returned without Suspend or Finish")
	default:
		if c != nil && t.core().rejected() && c.settled() && c.rejected() { // where t has used it again, it is not settled
			t.blame(c)
		}
		if watched.Load() != 0 {
			t.observeSettle()
		}
		t.self().Release()
		switch t.flags & (flagDirect | flagOnLoop) {
		case flagDirect | flagOnLoop:
			w.handOver(t)
			return
		case 0, flagOnLoop:
			t.next = nil
		}
		t.core().settle(w)
	}
}

// handOver is settle for the promise of t, which only one call knows, and only w settles.
func (w *worker) handOver(t *Task) {
	c := t.core()
	by := c.waiters.load()
	if by == nil || by.kind == kindEnd && c.rejected() {
		c.settle(w)
		return
	}
	c.waiters.storeOwned(&settledMark)
	if by.kind == kindEnd {
		by.tell(c, w)
		return
	}
	by.wakeOnly(w)
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
