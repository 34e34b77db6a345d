package async

// This file holds the timers of an executor: a heap with four children a node.

import (
	"time"
)

// epoch is where times of timers count from. It lies 80 years back, as the clock of a testing/synctest bubble begins in 2000,
// and times have to be positive there too. It keeps its monotonic part, so that nobody who sets the clock moves a timer.
var epoch = time.Now().Add(-80 * 365 * 24 * time.Hour)

// now is the time since epoch.
func now() time.Duration { return time.Since(epoch) }

// bubbled tells whether the goroutine is in a bubble of testing/synctest. Times in one have no monotonic part, all others have.
func bubbled() bool {
	t := time.Now()
	return t == t.Round(0)
}

// A timer is a leaf that fires.
type timer struct {
	at   int32 // place in the heap, from 1; 0 if in none
	idle bool  // it does not keep a loop running
	self interface{ fire(w *worker) }
}

type timerEntry struct {
	when time.Duration
	seq  uint64 // timers of the same time fire in the order in which they were added
	t    *timer
}

func (e timerEntry) before(o timerEntry) bool {
	return e.when < o.when || e.when == o.when && e.seq < o.seq
}

// timers are the pending timers of a home. They may be used from any goroutine.
type timers struct {
	first   atomicInt64 // time of the first one; 0 if there is none
	changed func()      // called when the first one changes to an earlier time

	mu    mutex
	heap  []timerEntry
	seq   uint64
	idle  int // timers that don't keep a loop running
	fired uint64
}

// newTimers makes timers that belong to no executor.
func newTimers() *timers {
	ts := new(timers)
	ts.changed = func() {
		if d, ok := ts.next(); ok {
			time.AfterFunc(d, func() {
				ts.fire(nil)
				ts.changed()
			})
		}
	}
	return ts
}

// any tells whether there is a timer.
func (ts *timers) any() bool { return ts.first.Load() != 0 }

// keep tells whether there is a timer that keeps a loop running.
func (ts *timers) keep() bool {
	if !ts.any() {
		return false
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return len(ts.heap) > ts.idle
}

// due tells whether a timer is due.
func (ts *timers) due() bool {
	first := ts.first.Load()
	return first != 0 && first <= int64(now())
}

// next tells how long it is until the next timer is due.
func (ts *timers) next() (time.Duration, bool) {
	first := ts.first.Load()
	if first == 0 {
		return 0, false
	}
	return max(0, time.Duration(first)-now()), true
}

// add makes t fire at when.
func (ts *timers) add(t *timer, when time.Duration) {
	when = max(when, 1)
	ts.mu.Lock()
	ts.heap = append(ts.heap, timerEntry{})
	ts.seq++
	if t.idle {
		ts.idle++
	}
	ts.up(len(ts.heap)-1, timerEntry{when, ts.seq, t})
	earlier := t.at == 1
	if earlier {
		ts.first.Store(int64(when))
	}
	ts.mu.Unlock()
	if earlier {
		ts.changed()
	}
}

// remove takes t out, if it has not fired yet.
func (ts *timers) remove(t *timer) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t.at != 0 {
		ts.delete(int(t.at) - 1)
	}
}

// fire fires the timers that are due.
func (ts *timers) fire(w *worker) {
	limit := now()
	for {
		ts.mu.Lock()
		if len(ts.heap) == 0 || ts.heap[0].when > limit {
			ts.mu.Unlock()
			return
		}
		t := ts.heap[0].t
		ts.delete(0)
		ts.fired++
		ts.mu.Unlock()
		t.self.fire(w)
	}
}

func (ts *timers) delete(i int) {
	t := ts.heap[i].t
	t.at = 0
	if t.idle {
		ts.idle--
	}
	n := len(ts.heap) - 1
	last := ts.heap[n]
	ts.heap[n] = timerEntry{}
	ts.heap = ts.heap[:n]
	if i < n {
		if ts.down(i, last); last.t.at == int32(i+1) {
			ts.up(i, last)
		}
	}
	switch {
	case n == 0:
		ts.first.Store(0)
		if cap(ts.heap) > 1024 {
			ts.heap = nil
		}
	case i == 0:
		ts.first.Store(int64(ts.heap[0].when))
	}
}

// up puts e at i or above.
func (ts *timers) up(i int, e timerEntry) {
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(ts.heap[parent]) {
			break
		}
		ts.put(i, ts.heap[parent])
		i = parent
	}
	ts.put(i, e)
}

// down puts e at i or below.
func (ts *timers) down(i int, e timerEntry) {
	for {
		child := 4*i + 1
		if child >= len(ts.heap) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(ts.heap)); c++ {
			if ts.heap[c].before(ts.heap[least]) {
				least = c
			}
		}
		if !ts.heap[least].before(e) {
			break
		}
		ts.put(i, ts.heap[least])
		i = least
	}
	ts.put(i, e)
}

func (ts *timers) put(i int, e timerEntry) {
	ts.heap[i] = e
	e.t.at = int32(i + 1)
}
