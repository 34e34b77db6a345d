package async

// This file holds the pool: calls that go on at several goroutines.

import (
	"runtime"
	"slices"
	"time"
)

// What is ready goes through one queue, so that calls take turns and callbacks are begun in their order. It begins with an inbox, which
// takes no lock; goroutines take many tasks of it at a time, and those that have nothing to do take from others.

// A Pool runs calls on several goroutines at a time. A call runs on one of them at a time, but not always on the same: code of
// different calls needs locks against each other, as goroutines do. Its goroutines come when there is something to run and go
// when there is nothing. Code that blocks in an await of package async lets the pool have one more meanwhile; other blocking
// code takes one of its goroutines away. Its methods may be called from any goroutine.
//
// What has no executor runs on the default pool, which has GOMAXPROCS goroutines.
type Pool struct {
	home
	size int

	timers  timers
	alarm   *time.Timer // guarded by alarmMu
	alarmMu mutex

	mu         mutex
	head, tail *Task     // ready queue, behind which comes the inbox
	workers    []*worker // goroutines; what they have taken and not begun can be taken from them
	counters   poolCounters

	_      [64]byte    // what all use is apart from the rest
	inbox  taskPtr     // tasks that are ready, newest first
	active atomicInt64 // goroutines; changes under mu
	_      [64]byte
}

// NewPool makes a pool that runs at most n calls at a time; GOMAXPROCS, if n is 0 or less. It may be called from any
// goroutine. A pool need not be closed.
func NewPool(n int) *Pool {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	p := &Pool{size: n}
	p.home.pool = p
	p.home.init()
	p.timers.changed = p.setAlarm
	return p
}

func (p *Pool) executor() *executor { return &p.frames }

// Post queues f, to be run by the pool. It may be called from any goroutine and never blocks. A panic in f is one that nobody
// handles: see [OnUnhandled].
func (p *Pool) Post(f func()) { p.postFunc(f) }

// post makes t ready, from any goroutine.
func (p *Pool) post(t *Task) { p.postAll(t, t) }

// postAll is post for a list that begins with the task that is to run last.
func (p *Pool) postAll(first, last *Task) {
	for {
		h := p.inbox.load()
		last.next = h
		if p.inbox.cas(h, first) {
			break
		}
	}
	if p.hasRoom() {
		p.mu.Lock()
		p.start()
		p.mu.Unlock()
	}
}

// poolsBlocked is how many goroutines of pools wait in a blocking call. Every pool may have so many more: which pool they
// belong to is not known.
var poolsBlocked atomicInt64

func (p *Pool) limit() int64  { return int64(p.size) + poolsBlocked.Load() }
func (p *Pool) hasRoom() bool { return p.active.Load() < p.limit() }

// start starts one more goroutine if there may be, and there is something for it to run. The caller holds the lock, as with all that
// follows.
func (p *Pool) start() {
	if p.hasRoom() && p.hasWork() {
		w := &worker{home: &p.home, cascades: true}
		p.workers = append(p.workers, w)
		p.active.Add(1)
		spawn(func() { p.work(w) })
	}
}

func (p *Pool) hasWork() bool {
	if p.head != nil || p.inbox.load() != nil {
		return true
	}
	for _, w := range p.workers {
		if w.waiting() > 0 {
			return true
		}
	}
	return false
}

// replaceBlocked is called when a goroutine of a pool is about to block.
func replaceBlocked() {
	for _, h := range homes.all() {
		if p := h.pool; p != nil {
			p.mu.Lock()
			p.start()
			p.mu.Unlock()
		}
	}
}

// work is a goroutine of the pool.
func (p *Pool) work(w *worker) {
	normal := false
	defer func() {
		if !normal { // a call ended this goroutine
			go p.work(w)
		}
	}()
	for p.take(w) {
		drivePool(w)
		letOthersRun()
	}
	normal = true
}

// drivePool is on the stack of every goroutine that runs code of users for a pool: see driverIn.
//
//go:noinline
func drivePool(w *worker) { w.run(poolBatch) }

// poolBatch is how many tasks a goroutine of a pool takes at most, and runs before it looks for more.
const poolBatch = 32

// take gives w what to run next, behind what it has left. It returns false if there is nothing: then the goroutine has to end.
func (p *Pool) take(w *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counters.add(w)
	if t := w.next; t != nil {
		w.next = nil
		w.appendOwn(t, t, 1)
	}
	p.collect()
	if p.active.Load() <= p.limit() && (p.share(w) || w.waiting() > 0 || p.steal(w)) {
		p.start()
		return true
	}
	first, last, n := w.cut(w.waiting())
	p.prepend(first, last, n)
	p.workers = slices.DeleteFunc(p.workers, func(x *worker) bool { return x == w })
	p.active.Add(-1)
	p.start() // for what has come since collect
	return false
}

// collect moves the inbox to the ready queue.
func (p *Pool) collect() {
	if p.inbox.load() == nil {
		return
	}
	last := p.inbox.swap(nil)
	first, n := reversed(last)
	if p.head == nil {
		p.head = first
	} else {
		p.tail.next = first
	}
	p.tail = last
	p.counters.post(n)
}

// share gives w its share of the ready queue. A callback goes alone, and at once: callbacks of a promise are begun in their order.
func (p *Pool) share(w *worker) bool {
	t := p.head
	if t == nil {
		return false
	}
	if t.kind == kindCallback {
		p.cut(t, 1)
		w.next = t
		return true
	}
	last, n := t, 1
	for most := min(int64(p.counters.queued)/p.limit()+1, poolBatch); int64(n) < most && last.next != nil && last.next.kind != kindCallback; n++ {
		last = last.next
	}
	p.cut(last, n)
	w.appendOwn(t, last, n)
	return true
}

// cut takes the first n tasks off the ready queue, up to last.
func (p *Pool) cut(last *Task, n int) {
	if p.head, last.next = last.next, nil; p.head == nil {
		p.tail = nil
	}
	p.counters.queued -= n
}

// prepend puts tasks before the ready queue.
func (p *Pool) prepend(first, last *Task, n int) {
	if n == 0 {
		return
	}
	if last.next = p.head; p.head == nil {
		p.tail = last
	}
	p.head = first
	p.counters.queued += n
}

// steal gives w half of what another goroutine has taken and not begun.
func (p *Pool) steal(w *worker) bool {
	for _, x := range p.workers {
		if first, last, n := x.cut((x.waiting() + 1) / 2); n > 0 {
			w.appendOwn(first, last, n)
			return true
		}
	}
	return false
}

// setAlarm is called when the first timer has changed to an earlier time.
func (p *Pool) setAlarm() {
	p.alarmMu.Lock()
	defer p.alarmMu.Unlock()
	d, ok := p.timers.next()
	if !ok {
		return
	}
	if p.alarm == nil {
		p.alarm = time.AfterFunc(d, p.fire)
	} else {
		p.alarm.Reset(d)
	}
}

// fire fires the timers that are due.
func (p *Pool) fire() {
	p.timers.fire(nil)
	p.setAlarm()
}
