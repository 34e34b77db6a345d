package async

// This file holds the pool: calls that go on at several goroutines.

import (
	"runtime"
	"time"
)

// A Pool runs calls on several goroutines at a time. A call runs on one of them at a time, but not always on the same: code of
// different calls needs locks against each other, as goroutines do. Its goroutines come when there is something to run and go
// when there is nothing. Code that blocks in an await of package async lets the pool have one more meanwhile; other blocking
// code takes one of its goroutines away. Its methods may be called from any goroutine.
//
// What has no executor runs on the default pool, which has GOMAXPROCS goroutines.
type Pool struct {
	home
	size int

	mu         mutex
	head, tail *Task // ready queue
	active     int   // goroutines
	counters   poolCounters

	timers  timers
	alarm   *time.Timer // guarded by alarmMu
	alarmMu mutex
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
func (p *Pool) post(t *Task) {
	p.mu.Lock()
	p.counters.post()
	t.next = nil
	if p.head == nil {
		p.head = t
	} else {
		p.tail.next = t
	}
	p.tail = t
	p.unlockAndStart()
}

// poolsBlocked is how many goroutines of pools wait in a blocking call. Every pool may have so many more: which pool they
// belong to is not known.
var poolsBlocked atomicInt64

func (p *Pool) limit() int { return p.size + int(poolsBlocked.Load()) }

// unlockAndStart starts one more goroutine if there is something for it to run.
func (p *Pool) unlockAndStart() {
	start := p.head != nil && p.active < p.limit()
	if start {
		p.active++
	}
	p.mu.Unlock()
	if start {
		go p.work()
	}
}

// replaceBlocked is called when a goroutine of a pool is about to block.
func replaceBlocked() {
	for _, h := range homes.all() {
		if p := h.pool; p != nil {
			p.mu.Lock()
			p.unlockAndStart()
		}
	}
}

// work is a goroutine of the pool.
func (p *Pool) work() {
	w := &worker{home: &p.home, cascades: true}
	normal := false
	defer func() {
		if !normal { // a call ended this goroutine
			p.putBack(w)
			go p.work()
		}
	}()
	for p.take(w) {
		drivePool(w)
		p.putBack(w)
		letOthersRun()
	}
	normal = true
}

// drivePool is on the stack of every goroutine that runs code of users for a pool: see driverIn.
//
//go:noinline
func drivePool(w *worker) { w.run(batchSize) }

// take gives w the first ready task. It returns false if there is none: then the goroutine has to end.
func (p *Pool) take(w *worker) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counters.add(w)
	t := p.head
	if t == nil || p.active > p.limit() {
		p.active--
		return false
	}
	if p.head = t.next; p.head == nil {
		p.tail = nil
	}
	p.counters.queued--
	w.append(t)
	return true
}

// putBack queues what w has not run.
func (p *Pool) putBack(w *worker) {
	for t := w.pop(); t != nil; t = w.pop() {
		p.post(t)
	}
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
