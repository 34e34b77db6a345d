package async

// This file finds out that a main promise cannot settle any more. When its loop has had nothing to run for a while, there
// are two ways to know. The calls and combinators that the promise waits for are looked through: if they wait for nothing
// but each other, that is it. If some wait for a promise that code outside may settle, a garbage collection tells: the
// loop lets go of its main promise meanwhile, and so do others that have looked and are idle; whoever can settle anything that it waits for
// holds it strongly.

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// deadlockDelay is how long a loop has to be idle before it looks for a deadlock.
const deadlockDelay = 10 * time.Millisecond

// A watchdog looks for a deadlock of one Run.
type watchdog struct {
	timer  *time.Timer
	armed  atomicBool
	far    bool // it is armed for longer than deadlockDelay
	probe  atomicBool
	ran    uint64        // tasks that the loop had run when the watchdog was armed
	looked uint64        // and when it looked last
	report string        // who waited on what when it looked last
	pause  time.Duration // before the next garbage collection
	next   time.Duration // when that may be
}

// begin is called before the loop of r parks. It wakes the loop for a look when it has been idle for a while, and after that
// only when a garbage collection may tell more: a loop that has nothing to do has to be quiet.
func (d *watchdog) begin(r *mainRun) {
	l := r.loop
	if !l.nothingLeft() {
		return // what comes wakes the loop
	}
	delay := deadlockDelay
	if d.ran == l.w.ran {
		delay = max(delay, d.next-now())
	}
	far := delay > deadlockDelay
	if d.looked == l.w.ran { // another loop may find out that its main promise and this one wait for each other
		r.held = nil
	}
	if d.armed.Load() && (far || !d.far) {
		return
	}
	d.ran, d.far = l.w.ran, far
	d.armed.Store(true)
	if d.timer != nil {
		d.timer.Reset(delay)
		return
	}
	d.timer = time.AfterFunc(delay, func() {
		d.probe.Store(true)
		d.armed.Store(false)
		l.poke()
	})
}

// end is called when the loop of r has been woken.
func (d *watchdog) end(r *mainRun) {
	if r.held == nil && !d.hold(r) {
		return
	}
	if d.probe.Swap(false) && d.ran == r.loop.w.ran && r.loop.nothingLeft() {
		d.look(r)
	}
}

func (d *watchdog) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

// nothingLeft says whether the loop has nothing to run and expects nothing, but for promises that it cannot know of whether somebody
// will settle them.
func (l *Loop) nothingLeft() bool {
	return l.w.empty() && l.inbox.load() == nil && !l.timers.keep() && l.external.Load() == 0
}

// look ends r if its main promise cannot settle any more. Where there is none, a garbage collection takes away what the loop need not expect.
func (d *watchdog) look(r *mainRun) {
	d.looked = r.loop.w.ran
	if !r.exited && d.stuck(r) {
		r.lost(&deadlock{d.report})
		return
	}
	if now() < d.next {
		return
	}
	d.pause = max(50*time.Millisecond, 2*d.pause)
	afterGC()
	r.held = nil
	runtime.GC()
	d.next = now() + d.pause
	d.hold(r)
}

// hold makes r hold its main promise again. If that is gone, it ends r, and returns false.
func (d *watchdog) hold(r *mainRun) bool {
	if r.held = strong(r.main); r.held == nil && !r.exited {
		r.lost(&deadlock{d.report})
		return false
	}
	return true
}

// stuck tells whether the main promise waits only for calls that wait for each other.
func (d *watchdog) stuck(r *mainRun) bool {
	c := strong(r.main)
	if c == nil {
		return true
	}
	s := newSearch(r.loop)
	s.lines = append(s.lines, "Run waits for "+s.name(c))
	s.visit(c)
	d.report = s.report()
	return !s.alive
}

// A search goes through what a promise waits for.
type search struct {
	loop  *Loop
	seen  map[*Core]bool
	todo  []*Core
	lines []string
	looks int  // that are left for names of leaves
	more  int  // lines left out
	alive bool // something was found that may settle
	open  bool // nobody knows whether promises that are no calls may settle
}

func newSearch(l *Loop) *search { return &search{loop: l, seen: map[*Core]bool{}, looks: 1000} }

// A dependent is the self of a frame that waits for several promises.
type dependent interface {
	each(func(*Core)) // also with those that have settled and not been dealt with yet; nil stands for something else that is under way
}

func isDependent(t *Task) bool {
	_, ok := t.self().(dependent)
	return ok
}

func (s *search) visit(c *Core) {
	s.need(c)
	for len(s.todo) > 0 {
		c := s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		s.expand(c)
	}
}

func (s *search) need(c *Core) {
	if !s.seen[c] {
		s.seen[c] = true
		s.todo = append(s.todo, c)
	}
}

func (s *search) expand(c *Core) {
	if c.settled() || c.exec == nil || c.exec.leaf || c.exec.home.loop != s.loop {
		s.alive = true
		return
	}
	t := taskOf(c)
	if d, ok := t.self().(dependent); ok {
		d.each(func(dep *Core) {
			if dep == nil || dep.settled() {
				s.alive = true
				return
			}
			s.line(t, dep)
			s.need(dep)
		})
		return
	}
	on := t.awaited()
	if on == nil {
		s.alive = true
		return
	}
	s.line(t, on)
	s.need(on)
}

// maxLines is how many lines a report has at most.
const maxLines = 100

func (s *search) line(t *Task, dep *Core) {
	if len(s.lines) >= maxLines {
		s.more++
		return
	}
	s.lines = append(s.lines, siteOf(t)+" waits for "+s.name(dep))
}

func (s *search) name(c *Core) string {
	switch {
	case c.exec == nil || c.exec.leaf:
		if s.open {
			return s.leafName(c)
		}
		return s.leafName(c) + " that nothing can settle any more"
	case c.exec.home.loop != s.loop && !isDependent(taskOf(c)): // its place may change just now
		return "a call on another executor"
	}
	return siteOf(taskOf(c))
}

// leafName is what c, which is no call, stands for, if that is found soon.
func (s *search) leafName(c *Core) string {
	if bedOf(c) != nil {
		return leafLabels[leafSleep]
	}
	for _, h := range []*home{s.loop.w.home, stray} {
		if label := h.scopes.labelOf(c, &s.looks); label != "" {
			return label
		}
	}
	return "a promise"
}

func (s *search) report() string {
	if s.more > 0 {
		s.lines = append(s.lines, fmt.Sprintf("and %d more", s.more))
	}
	return strings.Join(s.lines, "\n\t")
}

// siteOf tells where t is suspended.
func siteOf(t *Task) string {
	return place(t.self().Site())
}

// place writes a function and a position.
func place(function, pos string) string {
	switch {
	case function == "":
		function = "a call"
	case pos != "":
		return function + " (" + pos + ")"
	}
	return function
}

// A deadlock is an ErrDeadlock with its report.
type deadlock struct{ report string }

func (d *deadlock) Error() string {
	if d.report == "" {
		return ErrDeadlock.Error() + ": nothing can settle the main promise any more"
	}
	return ErrDeadlock.Error() + ":\n\t" + d.report
}

func (d *deadlock) Unwrap() error { return ErrDeadlock }
