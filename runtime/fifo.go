package async

// This file holds the queue of waiters of Mutex, Semaphore, Queue and Event.

// A fifo lists waiters, the first to come first. Whoever owns it guards it.
type fifo[W any] struct {
	head, tail *fifoNode[W]
}

// A fifoNode is a place in a fifo. Waiters embed it.
type fifoNode[W any] struct {
	_          [0]func() // it is not compared: see Step
	prev, next *fifoNode[W]
	listed     bool
	ran        uint32 // of spares: tells the task that ran when it was put there
	waiter     W
}

// pushTo makes w, which embeds n, the last of q.
func pushTo[W any](q *fifo[W], n *fifoNode[W], w W) {
	n.waiter, n.listed, n.prev = w, true, q.tail
	if q.tail == nil {
		q.head = n
	} else {
		q.tail.next = n
	}
	q.tail = n
}

// removeFrom takes n out of q, if it is in.
func removeFrom[W any](q *fifo[W], n *fifoNode[W]) {
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

// firstOf returns the first waiter without removing it.
func firstOf[W any](q *fifo[W]) (w W, ok bool) {
	if q.head == nil {
		return w, false
	}
	return q.head.waiter, true
}

// firstWaiting is firstOf for waiters that may have stopped waiting: it takes those out that have.
func firstWaiting[W any](q *fifo[W], waiting func(W) bool) (w W, ok bool) {
	for {
		if w, ok = firstOf(q); !ok || waiting(w) {
			return w, ok
		}
		removeFrom(q, q.head)
	}
}

// popFrom takes the first waiter out.
func popFrom[W any](q *fifo[W]) (w W, ok bool) {
	n := q.head
	if n == nil {
		return w, false
	}
	w = n.waiter
	removeFrom(q, n)
	return w, true
}

// drain takes all out.
func drain[W any](q *fifo[W]) (ws []W) {
	for q.head != nil {
		n := q.head
		ws = append(ws, n.waiter)
		removeFrom(q, n)
	}
	return ws
}
