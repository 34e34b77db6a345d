package async

// This file holds the counters of loops and pools.

import (
	"fmt"
	"sync"
)

// Stats are the counters of a loop or a pool, since it was made. They marshal to JSON, and String gives that, so that they can be
// published with package expvar:
//
//	expvar.Publish("async", expvar.Func(func() any { return async.AllStats() }))
type Stats struct {
	Executor string `json:"executor"` // as "loop 2" or "pool 1"; the numbers are given out in the order in which they were made
	Turns    uint64 `json:"turns"`    // how often a loop looked for timers that are due, and then ran what was ready
	Tasks    uint64 `json:"tasks"`    // calls and callbacks resumed, posted functions run, and steps of combinators and the like
	Resumes  uint64 `json:"resumes"`  // of them, calls and callbacks resumed
	Posts    uint64 `json:"posts"`    // tasks that came from outside of what the loop ran then; with a pool, all but those that went on at once
	Timers   uint64 `json:"timers"`   // timers that have fired
	Queue    int    `json:"queue"`    // tasks that are ready now
	MaxQueue int    `json:"maxQueue"` // the most that were ready at a time; with a pool, without some that its goroutines were about to run
	Sleeping int    `json:"sleeping"` // timers that are pending now
	Outside  int    `json:"outside"`  // goroutines and promises of other executors that a loop waits for now
}

// String gives the counters as JSON. It may be called from any goroutine.
func (s Stats) String() string {
	// The linker keeps this method in every program, and would keep package json.
	return fmt.Sprintf(`{"executor":%q,"turns":%d,"tasks":%d,"resumes":%d,"posts":%d,"timers":%d,"queue":%d,"maxQueue":%d,"sleeping":%d,"outside":%d}`,
		s.Executor, s.Turns, s.Tasks, s.Resumes, s.Posts, s.Timers, s.Queue, s.MaxQueue, s.Sleeping, s.Outside)
}

// Stats returns the counters of l. It may be called from any goroutine. What l counts itself may lag behind by some turns while it runs, for
// others than those that it runs; it is exact when l has nothing to run.
func (l *Loop) Stats() Stats {
	if currentLoop() == l {
		l.publish()
	}
	l.counters.mu.Lock()
	s := l.counters.seen
	l.counters.mu.Unlock()
	s.Executor, s.Outside = l.title(), int(l.external.Load()+l.foreign.Load())
	s.Timers, s.Sleeping = l.timers.count()
	return s
}

// Stats returns the counters of p. It may be called from any goroutine. What a goroutine of p runs is counted when it looks for more.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	p.collect()
	s := p.counters.stats()
	for _, w := range p.workers {
		s.Queue += w.waiting()
	}
	p.mu.Unlock()
	s.Executor = p.title()
	s.Timers, s.Sleeping = p.timers.count()
	return s
}

// AllStats returns the counters of all loops and pools that are in use or were lately, in the order in which they were made: those of
// Run too. It may be called from any goroutine.
func AllStats() []Stats {
	all := []Stats{}
	for _, h := range homes.all() {
		switch {
		case h.loop != nil:
			all = append(all, h.loop.Stats())
		case h.pool != nil:
			all = append(all, h.pool.Stats())
		}
	}
	return all
}

func (h *home) title() string {
	if h.loop != nil {
		return fmt.Sprint("loop ", h.number)
	}
	return fmt.Sprint("pool ", h.number)
}

func (ts *timers) count() (fired uint64, pending int) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.fired, ts.pending()
}

// loopCounters are what only the goroutine that drives a loop may touch, and what all may see of it.
type loopCounters struct {
	turns, posts uint64
	mu           sync.Mutex
	seen         Stats // guarded by mu
}

// publishEvery is after how many turns without a rest a loop lets its counters be seen.
const publishEvery = 64

// count counts a turn.
func (l *Loop) count() {
	l.counters.turns++
	if l.counters.turns%publishEvery == 0 {
		l.publish()
	}
}

// publish lets the counters be seen.
func (l *Loop) publish() {
	c := &l.counters
	c.mu.Lock()
	c.seen.Turns, c.seen.Posts = c.turns, c.posts
	c.seen.Tasks, c.seen.Resumes = l.w.ran, l.w.ran-l.w.hops
	c.seen.Queue, c.seen.MaxQueue = l.w.queued, l.w.mostQueued
	c.mu.Unlock()
}

// poolCounters are guarded by the lock of their pool.
type poolCounters struct {
	tasks, resumes, posts uint64
	queued, mostQueued    int // without what goroutines have taken
}

func (c *poolCounters) post(n int) {
	c.posts += uint64(n)
	c.queued += n
	c.mostQueued = max(c.mostQueued, c.queued)
}

// add takes over what w has counted.
func (c *poolCounters) add(w *worker) {
	c.tasks += w.ran
	c.resumes += w.ran - w.hops
	w.ran, w.hops = 0, 0
}

func (c *poolCounters) stats() Stats {
	return Stats{Tasks: c.tasks, Resumes: c.resumes, Posts: c.posts, Queue: c.queued, MaxQueue: c.mostQueued}
}
