package async

// This file holds the queue of waiters of Mutex, Semaphore, Queue and Event.

// A fifo lists waiters, the first to come first. Whoever owns it guards it.
type fifo[W any] struct {
	head, tail *fifoNode[W]
}

// A fifoNode is a place in a fifo. Waiters embed it.
type fifoNode[W any] struct {
	prev, next *fifoNode[W]
	listed     bool
	ran        uint32 // of spares: tells the task that ran when it was put there
	waiter     W
}

func (q *fifo[W]) push(n *fifoNode[W], w W) {
	n.waiter, n.listed, n.prev = w, true, q.tail
	if q.tail == nil {
		q.head = n
	} else {
		q.tail.next = n
	}
	q.tail = n
}

// remove takes n out, if it is in.
func (q *fifo[W]) remove(n *fifoNode[W]) {
	if !n.listed {
		return
	}
	if n.prev == nil {
		q.head = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		q.tail = n.prev
	} else {
		n.next.prev = n.prev
	}
	var none W
	n.prev, n.next, n.listed, n.waiter = nil, nil, false, none
}

// first returns the first waiter without removing it.
func (q *fifo[W]) first() (w W, ok bool) {
	if q.head == nil {
		return w, false
	}
	return q.head.waiter, true
}

// firstWaiting is first for waiters that may have stopped waiting: it takes those out that have.
func (q *fifo[W]) firstWaiting(waiting func(W) bool) (w W, ok bool) {
	for {
		if w, ok = q.first(); !ok || waiting(w) {
			return w, ok
		}
		q.remove(q.head)
	}
}

// pop takes the first waiter out.
func (q *fifo[W]) pop() (w W, ok bool) {
	n := q.head
	if n == nil {
		return w, false
	}
	w = n.waiter
	q.remove(n)
	return w, true
}

// drain takes all out.
func (q *fifo[W]) drain() (ws []W) {
	for q.head != nil {
		n := q.head
		ws = append(ws, n.waiter)
		q.remove(n)
	}
	return ws
}
