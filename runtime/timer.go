package async

// This file holds the timers of an executor. A timer that is taken out stays in their queue for a while, so that timers need not know
// where they are.

import (
	"math"
	"time"
	"unsafe"
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

// A timer is in the queue of its timers, which guard it.
type timer struct {
	state  uint8
	sleeps bool // it belongs to a sleep; otherwise it is an alarm. Never changes, as the following
	idle   bool // it does not keep a loop running
	alone  bool // it has timers of its own
}

// The states of a timer.
const (
	timerOut     = iota // not in the queue
	timerSet            // in the queue
	timerRemoved        // still there, but to be ignored
)

// An alarm is a timer that does something else than to settle a sleep.
type alarm struct {
	timer
	self firing // nil when it has been taken out
}

// A firing is what a timer is for. fire tells whether that was still to be done.
type firing interface{ fire(w *worker) bool }

func (t *timer) fire(w *worker) bool {
	if t.sleeps {
		return sleepOfTimer(t).settle(w, nil)
	}
	return (*alarm)(unsafe.Pointer(t)).self.fire(w)
}

// timers are the pending timers of a home, and on a loop the naps, too. They may be used from any goroutine.
type timers struct {
	first   atomicInt64 // time of the first one; 0 if there is none
	changed func()      // called when the first one changes to an earlier time

	mu      mutex
	queue   timerQueue
	seq     uint32 // timers added so far: their numbers are twice that, or one more
	idle    int    // timers that don't keep a loop running
	removed int    // timers in the queue that are to be ignored; never the first one
	fired   uint64
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
	return ts.pending() > ts.idle
}

func (ts *timers) pending() int { return ts.queue.n() - ts.removed }

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

// add makes t fire at when. A timer is added once.
func (ts *timers) add(t *timer, when time.Duration) {
	ts.mu.Lock()
	t.state = timerSet
	if t.idle {
		ts.idle++
	}
	earlier := ts.push(when, unsafe.Pointer(t), 0)
	ts.mu.Unlock()
	if earlier {
		ts.changed()
	}
}

// push adds an entry; low is the lowest bit of its number. It tells whether the entry is the first one now.
func (ts *timers) push(when time.Duration, what unsafe.Pointer, low uint32) (first bool) {
	when = max(when, 1)
	if ts.seq == math.MaxUint32>>1 {
		ts.seq = ts.queue.renumber()
	}
	ts.seq++
	ts.queue.push(timerEntry{when, what, ts.seq<<1 | low})
	if ts.queue.first().what != what {
		return false
	}
	ts.first.Store(int64(when))
	return true
}

// remove takes t out, if it has not fired yet.
func (ts *timers) remove(t *timer) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t.state != timerSet {
		return
	}
	t.state = timerRemoved
	if t.idle {
		ts.idle--
	}
	if !t.sleeps {
		(*alarm)(unsafe.Pointer(t)).self = nil
	}
	ts.removed++
	if first := ts.queue.first().timer() == t; first || 2*ts.removed > ts.queue.n() {
		ts.advance()
	}
}

// advance takes removed timers out, if they are at the front or more than half of all, and notes the time of the first one.
func (ts *timers) advance() {
	if 2*ts.removed > ts.queue.n() {
		ts.queue.sweep(timerEntry.removed)
		ts.removed = 0
	}
	for ts.queue.n() > 0 && ts.queue.first().removed() {
		ts.queue.pop()
		ts.removed--
	}
	when := time.Duration(0)
	if ts.queue.n() > 0 {
		when = ts.queue.first().when
	}
	ts.first.Store(int64(when))
}

// fire fires the timers that are due, and ends the naps.
func (ts *timers) fire(w *worker) {
	limit := now()
	var due [16]timerEntry
	for fired := 0; ; {
		ts.mu.Lock()
		ts.fired += uint64(fired)
		n := ts.take(due[:], limit)
		ts.mu.Unlock()
		if n == 0 {
			return
		}
		fired = 0
		fetch(due[:n])
		for _, e := range due[:n] {
			if t := e.nap(); t != nil {
				t.wakeNap(w)
				fired++
			} else if e.timer().fire(w) {
				fired++
			}
		}
	}
}

// fetch looks at the calls that have napped, and at who waits for them, so that what is far from each other in memory is fetched at the same
// time, and not one after the other.
//
//go:noinline
func fetch(due []timerEntry) (seen uint8) {
	var waiters [16]*Task
	for i, e := range due {
		if t := e.nap(); t != nil {
			waiters[i%16] = t.core().waiters.load()
		}
	}
	for _, t := range waiters {
		if t != nil {
			seen |= t.kind
		}
	}
	return seen
}

// take takes out entries that are due at limit. It looks at what they are of when all are out of the queue, so that they are fetched from
// memory at the same time, and not one after the other.
func (ts *timers) take(due []timerEntry, limit time.Duration) int {
	n := 0
	for ; n < len(due) && ts.queue.n() > 0 && ts.queue.first().when <= limit; n++ {
		due[n] = ts.queue.pop()
	}
	if n == 0 {
		return 0
	}
	live := due[:0]
	for _, e := range due[:n] {
		if t := e.timer(); t != nil {
			if t.state == timerRemoved {
				ts.removed--
				continue
			}
			t.state = timerOut
			if t.idle {
				ts.idle--
			}
		}
		live = append(live, e)
	}
	ts.advance()
	return len(live)
}
