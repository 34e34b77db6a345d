package async

// This file drives a loop for tests, in a bubble of testing/synctest. The order in which what is ready goes on is a matter of a
// seed. Code outside of the loop runs in turn with it: a step of the loop begins only when all other goroutines of the bubble are
// blocked.

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Simulation runs a body, and a loop for all that the body starts, under an order that a seed decides. It is what test packages
// are made of: tests use package asynctest. Make it with NewSimulation.
type Simulation struct{ simulated }

type simulated struct {
	loop  *Loop
	rand  *rand.Rand
	wait  func() // until every other goroutine of the bubble is blocked
	stuck func(report string)

	far    *time.Timer // fires when nothing else ever will
	lost   atomicBool  // far has fired, or GiveUp was called
	hasty  atomicBool  // GiveUp was called: something might happen yet
	gaveUp bool        // far is not to be used again

	resting  []chan struct{} // Rest waits for these to be closed
	rests    atomicInt64     // calls of Rest that have not returned
	restless bool            // it has given up while something was ready: Rest would wait for ever
	ending   bool
	ended    chan struct{} // closed when the loop is driven no more
	collects bool          // the loop may take over what has become ready elsewhere: not in a step, as that may come at any moment of it
	places   []int         // see pick
	awaits   []*Core       // see pick

	mu       mutex
	choices  *rand.Rand         // of selects
	done     []*scope           // whose contexts are done, and whose leaves are to be rejected
	hired    []func()           // to be called, see hire
	hires    int                // calls of hire so far
	order    map[*Core]int      // which of them were for these operations, without most of those that have ended
	kept     int                // of order, when it was looked through last
	closed   bool               // the loop is driven no more
	blocked  map[*sleeper]*Core // goroutines that wait, for what
	report   string             // why they were woken although it has not settled
	frames   []*Task            // calls that have suspended, without most of those that have ended
	bound    int                // of frames, before they are looked through
	rejected []*Core            // promises that were rejected while nobody waited for them
	reported []Unhandled        // rejections that are to be reported in any case
	over     bool               // the body is
}

// NewSimulation makes a simulation. It is for test packages, on the goroutine of the test. With seed 0, everything goes on in the order in which it became ready, as on any loop. With
// another one, what is ready goes on in a random order, which the seed alone decides as long as the body starts no goroutines;
// what the package says about order holds: callbacks and calls that wait for one promise go on in the order in which they
// registered, posted functions run in their order, and Yield lets all go first that is ready.
//
// wait is synctest.Wait, which this package does not import for the sake of programs that are no tests. stuck is called when nothing can happen any more while goroutines wait in Await or Wait: on each of those, with a report of who
// waits on what; it should end the goroutine, as FailNow of a test does. If all wait for something else, it is called on
// another goroutine. It panics outside of a bubble of testing/synctest.
func NewSimulation(seed uint64, wait func(), stuck func(report string)) *Simulation {
	if !bubbled() {
		panic("async: NewSimulation outside of a bubble of testing/synctest")
	}
	s := &Simulation{simulated{
		wait:    wait,
		stuck:   stuck,
		ended:   make(chan struct{}),
		blocked: map[*sleeper]*Core{},
		order:   map[*Core]int{},
	}}
	s.loop = newLoop(&s.simulated) // who collects garbage looks at it from now on
	s.choices = rand.New(rand.NewPCG(seed, 1))
	if seed != 0 {
		s.rand = rand.New(rand.NewPCG(seed, seed))
		s.loop.w.cascades = false
		s.loop.w.pick, s.loop.w.plain = s.pick, false
	}
	return s
}

// grace is how long, by the clock of the bubble, calls may go on when the body is over.
const grace = time.Minute

// Run calls body on the goroutine of the caller, which has to be in the bubble in which s was made. What body starts with its
// context runs on the loop of the simulation, which goes on while body is blocked, in Await or in any other way. When body is over,
// its context is cancelled, and calls get a minute of the bubble's clock to end. Run returns those that are suspended then, and
// the rejections and panics that nobody has looked at, but for those that the end of the context has caused. A simulation runs
// once. If body exits or panics, so does Run, when all that is done.
func (s *Simulation) Run(ctx context.Context, body func(ctx context.Context)) (left []Call, unhandled []Unhandled) {
	defer noBlocking("Simulation.Run")()
	ctx, cancel := context.WithCancel(WithExecutor(ctx, s.loop))
	bubble := currentBubble()
	simulations.Store(bubble, &s.simulated)
	simulating.Add(1)
	defer func() {
		simulating.Add(-1)
		simulations.CompareAndDelete(bubble, &s.simulated)
	}()
	go s.drive()
	defer func() {
		s.mu.Lock()
		s.over = true
		s.mu.Unlock()
		cancel()
		left, unhandled = s.end()
	}()
	body(ctx)
	return nil, nil
}

// Rest waits until nothing on the loop is ready and every other goroutine of the bubble is blocked. The clock stands still. It
// is called by the body, or by a goroutine that it has started.
func (s *Simulation) Rest() {
	defer noBlocking("Simulation.Rest")()
	if !s.rest() {
		s.stuck(s.report)
		runtime.Goexit()
	}
}

// rest is Rest. It returns false if the simulation has given up before.
func (m *simulated) rest() bool {
	m.rests.Add(1)
	defer m.rests.Add(-1)
	ch := make(chan struct{})
	m.loop.Post(func() { m.resting = append(m.resting, ch) })
	<-ch
	return !m.restless
}

// GiveUp has stuck called on the goroutines that wait, as if nothing could happen any more. It is there for tests that take too long, as
// they go on for ever and get nowhere. It may be called from any goroutine, also from outside of the bubble; it works when the
// loop takes its next step.
func (s *Simulation) GiveUp() {
	s.hasty.Store(true)
	s.lost.Store(true)
}

// end lets calls end, stops the loop and returns what is left on it.
func (s *Simulation) end() (left []Call, unhandled []Unhandled) {
	for total, pause := time.Duration(0), time.Millisecond; ; pause *= 2 {
		rests := s.rest()
		left = s.calls()
		if !rests || len(left) == 0 || total >= grace {
			break
		}
		pause = min(pause, grace-total)
		time.Sleep(pause)
		total += pause
	}
	s.loop.Post(func() { s.ending = true })
	<-s.ended
	unseen.settle()
	return left, s.unhandled()
}

// drive is the goroutine of the loop.
func (m *simulated) drive() {
	l := m.loop
	l.enter()
	defer func() {
		if !m.ending { // a call ended this goroutine
			l.release()
			go m.drive()
			return
		}
		m.mu.Lock()
		m.closed = true
		m.mu.Unlock()
		m.endScopes()
		for m.beginHired() {
		}
		m.collects = true
		l.stopAlarm()
		if !m.restless { // otherwise it would go on for ever
			l.alone.Store(true)
			l.leave()
		}
		close(m.ended)
	}()
	for !m.ending {
		m.wait()
		if m.beginHired() {
			continue
		}
		if m.lost.Load() && !m.gaveUp {
			m.gaveUp = true
			m.restless = !l.w.empty() || l.inbox.load() != nil
			m.wakeBlocked()
		}
		if m.restless && m.rested() {
			continue
		}
		if !m.step() && !m.rested() {
			m.park()
		}
	}
}

// step fires the timers that are due and runs one task. It returns false if none is ready.
func (m *simulated) step() bool {
	l := m.loop
	m.endScopes()
	m.collect()
	if l.timers.any() {
		l.timers.fire(&l.w)
	}
	if l.w.empty() {
		return false
	}
	l.drive(1)
	return true
}

// ends is called when the context of s is done, by one of many goroutines that come in any order. It returns false if s is to end at once;
// otherwise it ends in the next step.
func (m *simulated) ends(s *scope) bool {
	m.mu.Lock()
	later := !m.closed
	if later {
		m.done = append(m.done, s)
	}
	m.mu.Unlock()
	if later {
		m.loop.poke()
	}
	return later
}

// endScopes ends what ends has left, in the order in which it was made.
func (m *simulated) endScopes() {
	m.mu.Lock()
	done := m.done
	m.done = nil
	m.mu.Unlock()
	slices.SortFunc(done, func(a, b *scope) int { return a.made - b.made })
	for _, s := range done {
		m.loop.scopes.end(s)
	}
}

// hire makes a goroutine wait for the operation on a channel with the promise c, by begin, when those wait that were hired before: of several
// that begin at the same time, any may come first. It returns false if that is to be done at once.
func (m *simulated) hire(c *Core, begin func()) bool {
	m.mu.Lock()
	later := !m.closed
	if later {
		m.hired = append(m.hired, begin)
		m.hires++
		m.order[c] = m.hires
	}
	m.mu.Unlock()
	if later {
		m.loop.poke()
	}
	return later
}

// beginHired begins the first operation that was hired. It returns false if there is none.
func (m *simulated) beginHired() bool {
	m.mu.Lock()
	if len(m.hired) == 0 {
		m.mu.Unlock()
		return false
	}
	begin := m.hired[0]
	m.hired = m.hired[1:]
	m.mu.Unlock()
	begin()
	return true
}

// collect takes over what has become ready elsewhere. What goroutines have waited for came as these were scheduled: who waits for it is put
// behind the rest, in the order in which it was hired.
func (m *simulated) collect() {
	w := &m.loop.w
	at := &w.head
	for range w.queued {
		at = &(*at).next
	}
	m.collects = true
	m.loop.collect()
	m.collects = false
	m.mu.Lock()
	defer m.mu.Unlock()
	var ready, late []*Task
	for t := *at; t != nil; t = t.next {
		if m.order[inputOf(t)] > 0 {
			late = append(late, t)
		} else {
			ready = append(ready, t)
		}
	}
	if len(late) > 0 {
		slices.SortStableFunc(late, func(a, b *Task) int { return m.order[inputOf(a)] - m.order[inputOf(b)] })
		for _, t := range append(ready, late...) {
			*at, w.tail = t, t
			at = &t.next
		}
		*at = nil
	}
	if len(m.order) > 2*m.kept+64 {
		maps.DeleteFunc(m.order, func(c *Core, _ int) bool { return c.settled() })
		m.kept = len(m.order)
	}
}

// choose gives a number below n that the seed decides.
func (m *simulated) choose(n int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.choices.IntN(n)
}

// rested lets those go on that wait for rest.
func (m *simulated) rested() bool {
	some := len(m.resting) > 0
	for _, ch := range m.resting {
		close(ch)
	}
	m.resting = nil
	return some
}

// farAway is when nothing else will happen. Clocks of bubbles count for 292 years, from 1970.
const farAway = 150 * 365 * 24 * time.Hour

// park waits until something is ready.
func (m *simulated) park() {
	switch {
	case m.gaveUp:
	case m.far == nil:
		m.far = time.AfterFunc(farAway, func() {
			m.lost.Store(true)
			m.loop.poke()
		})
	default:
		m.far.Reset(farAway)
	}
	m.loop.park()
	if m.far != nil {
		m.far.Stop()
	}
}

// wakeBlocked wakes the goroutines that wait for what does not come.
func (m *simulated) wakeBlocked() {
	var restless []Call
	if m.restless {
		restless = m.unlisted(snapshotAll())
	}
	m.mu.Lock()
	search := newSearch(m.loop)
	search.open = m.hasty.Load()
	var sleepers []*sleeper
	for s, c := range m.blocked {
		search.lines = append(search.lines, "a goroutine waits for "+search.name(c))
		search.visit(c)
		sleepers = append(sleepers, s)
	}
	for _, c := range restless {
		search.lines = append(search.lines, place(c.Function, c.Position)+" waits for "+c.Waits)
	}
	m.report = search.report()
	m.mu.Unlock()
	for _, s := range sleepers {
		s.rouse()
	}
	if len(sleepers) == 0 && m.rests.Load() == 0 {
		m.stuck("every goroutine waits for something else than a promise")
	}
}

// simulations has those that run, by the names of their bubbles.
var (
	simulations sync.Map
	simulating  atomicInt64 // how many there are
)

// currentBubble names the bubble of the calling goroutine, as its stack trace does; it is empty if there is none.
func currentBubble() string {
	var head [128]byte
	line, _, _ := strings.Cut(string(head[:runtime.Stack(head[:], false)]), "\n")
	_, name, _ := strings.Cut(line, "synctest bubble ")
	return strings.TrimRight(name, "]:")
}

// simulationHere is the one in whose bubble the calling goroutine is; nil if there is none.
func simulationHere() *simulated {
	if simulating.Load() == 0 || !bubbled() {
		return nil
	}
	if m, ok := simulations.Load(currentBubble()); ok {
		return m.(*simulated)
	}
	return nil
}

// simulationOf is what drives the loop of c, if that is simulated.
func simulationOf(c *Core) *simulated {
	if c.exec == nil || c.exec.home.loop == nil {
		return nil
	}
	return c.exec.home.loop.sim
}

// sleeps notes that a goroutine is going to wait for c.
func (m *simulated) sleeps(s *sleeper, c *Core) {
	m.mu.Lock()
	m.blocked[s] = c
	m.mu.Unlock()
}

// awake notes that a goroutine waits no more. It ends it if that is so because it waited in vain.
func (m *simulated) awake(s *sleeper) {
	m.mu.Lock()
	c, report := m.blocked[s], m.report
	delete(m.blocked, s)
	m.mu.Unlock()
	if report != "" && !c.settled() {
		m.stuck(report)
		runtime.Goexit()
	}
}

// maxReady is how many ready tasks there are to choose from at most.
const maxReady = 64

// pick gives the place of the task to run next. Those that have to stay behind others before them don't come into question.
func (m *simulated) pick(ready *Task) int {
	m.places, m.awaits = append(m.places[:0], 0), m.awaits[:0]
	posted := false
	for t, i := ready, 0; t != nil && i < maxReady; t, i = t.next, i+1 {
		free := true
		switch t.self().(type) {
		case *yield:
			free = false
		case *postTask:
			free, posted = !posted, true
		default:
			switch c := inputOf(t); {
			case c == nil && t.kind == kindFrame: // it has given up its turn
				free = false
			case c != nil:
				for _, before := range m.awaits {
					free = free && before != c
				}
				m.awaits = append(m.awaits, c)
			}
		}
		if free && i > 0 {
			m.places = append(m.places, i)
		}
	}
	clear(m.awaits)
	return m.places[m.rand.IntN(len(m.places))]
}

// An inputWait is the self of a task other than a frame that waits for a promise, with others for which order matters.
type inputWait interface{ input() *Core }

// inputOf is the promise that t has waited for; nil if there is none.
func inputOf(t *Task) *Core {
	if isFrame(t) {
		return t.awaited()
	}
	if w, ok := t.self().(inputWait); ok {
		return w.input()
	}
	return nil
}

// binds notes a call that suspends for the first time on the loop.
func (m *simulated) binds(t *Task) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.frames) >= m.bound {
		m.frames = slices.DeleteFunc(m.frames, func(t *Task) bool { return t.core().settled() })
		m.bound = 2*len(m.frames) + 64
	}
	m.frames = append(m.frames, t)
}

// calls lists the suspended calls of the loop. Nothing runs meanwhile.
func (m *simulated) calls() (calls []Call) {
	s := snapshotAll()
	all := s.list()
	for _, n := range s.nodes {
		if n.frame == nil {
			continue
		}
		if n.frame.home() == &m.loop.home {
			calls = append(calls, all[0])
		}
		all = all[1:]
	}
	return append(calls, m.unlisted(s)...)
}

// unlisted are the calls that wait for no leaf that s lists.
func (m *simulated) unlisted(s *snapshot) (calls []Call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range m.frames {
		if _, known := s.index[t]; !known && !t.core().settled() {
			calls = append(calls, m.circular(t))
		}
	}
	return calls
}

// circular makes a call of t, which is unlisted: for calls that wait for each other, or go on and on.
func (m *simulated) circular(t *Task) Call {
	c := Call{Waits: "its next turn"}
	c.Function, c.Position = t.self().Site()
	switch on := t.awaited(); {
	case on == nil:
	case on.exec == nil || on.exec.leaf: // it would be listed if it waited for what is outside
		c.Waits = "what goes on and on"
	default:
		c.Waits = newSearch(m.loop).name(on)
	}
	return c
}

// rejects notes a promise that was rejected while nobody waited for it.
func (m *simulated) rejects(c *Core) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.over || !errors.Is(plainError(c.raw()), context.Canceled) {
		m.rejected = append(m.rejected, c)
	}
}

// reports notes a rejection that nobody handles.
func (m *simulated) reports(c *Core) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.over || !errors.Is(plainError(c.raw()), context.Canceled) {
		m.reported = append(m.reported, unhandledOf(c))
	}
}

// unhandled lists the rejections that nobody has looked at.
func (m *simulated) unhandled() (us []Unhandled) {
	m.mu.Lock()
	defer m.mu.Unlock()
	us = m.reported
	for _, c := range m.rejected {
		if c.waiters.load() == &unseenMark {
			us = append(us, unhandledOf(c))
		}
	}
	return us
}

// String writes a call as Dump does. It may be called from any goroutine.
func (c Call) String() string {
	var b strings.Builder
	b.WriteString(place(c.Function, c.Position) + "\n\twaits for " + c.Waits + "\n")
	for _, by := range c.Chain {
		b.WriteString("\tawaited by " + by + "\n")
	}
	return b.String()
}
