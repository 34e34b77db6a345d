package async

// This file holds the channel operations of calls on a loop that wait for each other without a goroutine.
//
// The run-time system wakes goroutines alone when a channel is ready. But what one call on a loop sends another one often receives, and it
// does so in its next turn. A goroutine for each of them would cost more than all the rest. So an operation that cannot go on at once is
// kept for some turns, in which it meets others: on a channel without a buffer it hands its value over to the opposite operation, as both
// would by themselves; where there is a buffer, it is tried again. When nothing else is ready, or after some turns, a goroutine waits.
//
// Until then the channel does not know of the operation. That is as if the call had not come so far yet, as a goroutine may not have either.
// But it must not last: code of users may block the goroutine of the loop, or compute for long, while what waits elsewhere needs the
// operation to go on. A timer looks after that.
//
// An operation that finds its opposite kept goes on at once, as one does that finds a goroutine waiting at the channel. So a call that
// passes values on without a buffer suspends for every other one.

import (
	"math/bits"
	"math/rand/v2"
	"time"
	"unsafe"
)

const (
	keptTurns = 4                     // turns of a loop for which it keeps operations
	keptTime  = 10 * time.Millisecond // how long it may do nothing while it keeps some: the system may have stopped it, too
	keptRests = 1000                  // operations that it does not keep after that
)

// A channelOp is an operation that waits for one or several channels, of which one is used.
type channelOp interface {
	leafOwner
	ends() int
	end(i int) SelectCase
	attempt() bool  // does it, if that is possible at once
	finish(end int) // settles it, when something has been handed over at that end
	outside()       // makes a goroutine wait for it
	stay() *opStay
	retire() // is called when the call that waited for it has the outcome
}

// An opStay is the part of an operation that is for the loop that keeps it.
type opStay struct {
	fifoNode[*opStay]
	op       channelOp    // of which it is a part
	promised *leafNode    // its promise
	loop     *Loop        // nil if a goroutine waits for it
	side     *meetingSide // where it is kept, or has met others; nil if a goroutine waits for it, if it has several ends, or is not known yet
	times    int          // that it has been used before
	turn     int          // in which it came
	met      int          // step in which it has looked for others
}

func (s *opStay) stay() *opStay { return s }

// over tells whether the operation is done, or just about to be.
func (s *opStay) over() bool { return s.promised.claimed.Load() }

// again tells whether the operation may be used again, now that the call that waited for it has the outcome. From then on, what is left of it
// at places does not count.
func (s *opStay) again() bool {
	if s.loop == nil || !s.loop.drives() {
		return false
	}
	s.times++
	return true
}

// channelOps is where their promises belong.
var channelOps = executor{home: stray, leaf: true, waits: true}

// channelOpOf is the operation with the promise c, if c belongs to channelOps.
func channelOpOf(c *Core) channelOp { return leafOf(c).owner().(channelOp) }

// beginChannelOp is called when a task of h has begun to wait for the channel operation with the promise c.
func beginChannelOp(c *Core, h *home) {
	s := channelOpOf(c).stay()
	if l := h.loop; l != nil && l.sim == nil && l.drives() {
		l.meetings.keep(s)
	} else {
		s.hire(l)
	}
}

// hire lists the operation with the pending leaves, and makes a goroutine wait for it. l is the loop of the call; nil if there is none.
func (s *opStay) hire(l *Loop) {
	s.loop, s.side = nil, nil
	stray.scopes.addYoung(s.promised)
	if l != nil && l.sim != nil && l.sim.hire(s.promised.promise(), func() {
		if !s.op.attempt() {
			s.op.outside()
		}
	}) {
		return
	}
	s.op.outside()
}

// meetings keeps operations of calls on a loop. The loop uses it, and its timer.
type meetings struct {
	loop *Loop
	kept bool        // there are operations or places; of the loop alone
	last [8]struct { // places that were looked for last: see place; of the loop alone
		at    unsafe.Pointer
		place *meetingPlace
	}
	rnd     rand.PCG // see below; of the loop alone
	seeded  bool
	unseen  channelOp       // a *selecting that is done, and that nobody has come across; of the loop alone
	selects spares[*opStay] // others; of the loop alone

	mu      spinLock
	ops     fifo[*opStay]                    // in the order in which they came
	places  map[unsafe.Pointer]*meetingPlace // only the loop changes it
	turns   int                              // so far, in which there were operations
	steps   int                              // operations and turns so far
	rests   int                              // operations that are not to be kept
	watched bool
	seen    int // steps when the timer was set
	timer   *time.Timer
}

// A meetingPlace is where operations on a channel meet.
type meetingPlace struct{ senders, receivers meetingSide }

// A meetingSide are the operations on a channel that send, or those that receive.
type meetingSide struct {
	loop    *Loop
	ends    []meetingEnd
	perhaps bool            // there may be ends; of the loop alone
	spares  spares[*opStay] // operations with one end that are done, for the next calls; of the loop alone
}

// A meetingEnd is one end of an operation. It stays at its place when the operation is done.
type meetingEnd struct {
	stay  *opStay
	end   int
	times int // of the op, then
}

func (e meetingEnd) over() bool { return e.stay.over() || e.times != e.stay.times }

// keep keeps an operation until it is done or a goroutine waits for it.
func (m *meetings) keep(s *opStay) {
	m.mu.Lock()
	met := s.met == m.steps && s.loop == m.loop
	m.steps++
	s.loop = m.loop
	switch {
	case m.rests > 0:
		m.rests--
		s.hire(m.loop)
	case s.side != nil && s.side.loop == m.loop: // it has just looked for others: see Receive
		s.side.add(s, 0)
		m.list(s)
	case met || !m.meet(s):
		m.add(s)
		m.list(s)
	}
	m.mu.Unlock()
}

// add puts the ends of an operation where others look for them.
func (m *meetings) add(s *opStay) {
	n := s.op.ends()
	for i := range n {
		ch, sends := s.op.end(i).channel()
		if ch.at == nil {
			continue
		}
		p := m.place(ch.at)
		if p == nil {
			p = m.found(ch.at)
		}
		side := p.side(sends)
		side.add(s, i)
		if n == 1 {
			s.side = side
		}
	}
}

func (s *meetingSide) add(op *opStay, end int) {
	s.first() // makes room
	s.ends, s.perhaps = append(s.ends, meetingEnd{op, end, op.times}), true
}

// list makes an operation the last that is kept.
func (m *meetings) list(s *opStay) {
	s.turn = m.turns
	pushTo(&m.ops, &s.fifoNode, s)
	m.kept = true
	m.watch()
}

// place is where operations on a channel meet; nil if there is no such place. Only the loop may call it.
func (m *meetings) place(at unsafe.Pointer) *meetingPlace {
	last := &m.last[uintptr(at)>>5%uintptr(len(m.last))] // channels are some of 32 bytes apart
	if last.at != at || at == nil {
		last.at, last.place = at, m.places[at]
	}
	return last.place
}

// below is a random number below n. The global numbers take several times as long.
func (m *meetings) below(n int) int {
	if !m.seeded {
		m.rnd.Seed(rand.Uint64(), rand.Uint64())
		m.seeded = true
	}
	hi, _ := bits.Mul64(m.rnd.Uint64(), uint64(n))
	return int(hi)
}

// found makes a place.
func (m *meetings) found(at unsafe.Pointer) *meetingPlace {
	if len(m.places) == 0 {
		m.places = make(map[unsafe.Pointer]*meetingPlace)
		storePtr(keeperOf(thisGoroutine()), m.loop)
	}
	p := new(meetingPlace)
	p.senders.loop, p.receivers.loop = m.loop, m.loop
	m.places[at] = p
	clear(m.last[:])
	return p
}

// keepers are loops that have places, by the goroutines that drive them. Of several that would stand in one place, the others are not found.
var keepers [64]atomicPtr[Loop]

func keeperOf(goroutine uintptr) *atomicPtr[Loop] {
	return &keepers[(goroutine>>9)%uintptr(len(keepers))]
}

// keeper is the loop that the calling goroutine drives, if that has places and is found.
func keeper() *Loop {
	g := thisGoroutine()
	if l := loadPtr(keeperOf(g)); l != nil && g != 0 && l.driver.Load() == g {
		return l
	}
	return nil
}

// placeFor is where operations on ch meet on the loop that the calling goroutine drives; nil if none is found.
func placeFor(ch channelAt) *meetingPlace {
	if l := keeper(); l != nil {
		return l.meetings.place(ch.at)
	}
	return nil
}

// meetsAtOnce does an operation, which is new, with the help of what is kept, if that is possible.
func (m *meetings) meetsAtOnce(s *opStay) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steps++
	s.loop, s.met = m.loop, m.steps
	return m.meet(s)
}

// meetFirst is for an operation that has just come to a channel without a buffer, opposite to those of s: it calls hand, under the lock, with
// the first of them, and finishes that. It returns false if there is none, or hand does.
func (s *meetingSide) meetFirst(hand func(SelectCase) bool) bool {
	if !s.perhaps {
		return false
	}
	m := &s.loop.meetings
	m.mu.Lock()
	m.steps++
	o, ok := s.look()
	if ok = ok && hand(o.stay.op.end(o.end)); ok {
		m.finish(o)
		s.pop()
	}
	m.mu.Unlock()
	return ok
}

// helps is for an operation that has just come to a channel with a buffer, opposite to those of s: the first of them goes on, if it can, which
// makes place for the new one, or gives it something.
func (s *meetingSide) helps() bool {
	if !s.perhaps {
		return false
	}
	m := &s.loop.meetings
	m.mu.Lock()
	m.steps++
	o, ok := s.look()
	if ok = ok && o.stay.op.attempt(); ok {
		removeFrom(&m.ops, &o.stay.fifoNode)
	}
	m.mu.Unlock()
	return ok
}

func (p *meetingPlace) side(sends bool) *meetingSide {
	if sends {
		return &p.senders
	}
	return &p.receivers
}

// meet does an operation with the help of those that are kept, if that is possible. It begins at any of the ends, as a select is fair.
func (m *meetings) meet(s *opStay) bool {
	op := s.op
	n, from := op.ends(), 0
	if n > 1 {
		from = m.below(n)
	}
	for i := range n {
		i = (i + from) % n
		x := op.end(i)
		ch, sends := x.channel()
		p := m.place(ch.at)
		if ch.at == nil || p == nil {
			continue
		}
		if n == 1 {
			s.side = p.side(sends)
		}
		others := p.side(!sends)
		for {
			o, ok := others.look()
			if !ok {
				break
			}
			if ch.unbuffered {
				y := o.stay.op.end(o.end)
				if sends && !x.handOver(y) || !sends && !y.handOver(x) {
					break
				}
				m.finish(o)
				op.finish(i)
				return true
			}
			if !o.stay.op.attempt() {
				break
			}
			removeFrom(&m.ops, &o.stay.fifoNode)
			if op.attempt() {
				return true
			}
		}
	}
	return false
}

// finish finishes the operation with the end o, when something has been handed over there.
func (m *meetings) finish(o meetingEnd) {
	o.stay.op.finish(o.end)
	removeFrom(&m.ops, &o.stay.fifoNode)
}

// pop takes out the first end, of an operation that is done.
func (s *meetingSide) pop() {
	s.ends[0] = meetingEnd{}
	if len(s.ends) == 1 {
		s.ends, s.perhaps = s.ends[:0], false
		return
	}
	s.ends = s.ends[1:]
}

// look is first for the loop.
func (s *meetingSide) look() (first meetingEnd, ok bool) {
	if s.perhaps {
		first, ok = s.first()
		s.perhaps = ok
	}
	return first, ok
}

// first is the first end of an operation that is not done; it takes out those before it.
func (s *meetingSide) first() (first meetingEnd, ok bool) {
	for i, e := range s.ends {
		if !e.over() {
			s.ends = s.ends[i:]
			return e, true
		}
		s.ends[i] = meetingEnd{}
	}
	s.ends = s.ends[:0]
	return meetingEnd{}, false
}

// turn is called at the end of a turn of the loop, with whether nothing is ready there. It returns true if an operation has gone on.
func (m *meetings) turn(idle bool) (went bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steps++
	went = m.again()
	m.turns++
	if idle && !went {
		m.hire(m.turns)
	} else {
		m.hire(m.turns - keptTurns)
	}
	m.rest(idle)
	return went
}

// again tries what is kept, in order.
func (m *meetings) again() (went bool) {
	for n := m.ops.head; n != nil; {
		s, next := n.waiter, n.next
		switch {
		case s.over():
			removeFrom(&m.ops, n)
		case s.op.attempt():
			removeFrom(&m.ops, n)
			went = true
		}
		n = next
	}
	return went
}

// hire makes goroutines wait for what has been kept since before a turn.
func (m *meetings) hire(turn int) {
	for {
		s, ok := firstOf(&m.ops)
		if !ok || s.turn >= turn {
			return
		}
		popFrom(&m.ops)
		if !s.over() {
			m.remove(s)
			s.hire(m.loop)
		}
	}
}

// remove takes the ends of the operation that is the oldest that is kept from their places.
func (m *meetings) remove(s *opStay) {
	for i := range s.op.ends() {
		ch, sends := s.op.end(i).channel()
		if ch.at == nil {
			continue
		}
		side := m.places[ch.at].side(sends)
		if first, ok := side.first(); ok && first.stay == s {
			side.ends[0] = meetingEnd{}
			side.ends = side.ends[1:]
		}
	}
}

// leaves are the promises of what is kept.
func (m *meetings) leaves() (ns []*leafNode) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for n := m.ops.head; n != nil; n = n.next {
		if !n.waiter.over() {
			ns = append(ns, n.waiter.promised)
		}
	}
	return ns
}

// rest forgets the channels, if all is set to be forgotten, or they have become many.
func (m *meetings) rest(all bool) {
	if m.ops.head != nil {
		return
	}
	if all || len(m.places) > 64 {
		m.clear()
	}
}

// clear forgets all places.
func (m *meetings) clear() {
	m.kept = false
	clear(m.places)
	clear(m.last[:])
	casPtr(keeperOf(m.loop.driver.Load()), m.loop, nil)
}

// leave is called when the loop is left to whoever drives it next, which may be nobody.
func (m *meetings) leave() {
	if !m.kept {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hire(m.turns + 1)
	m.rest(true)
}

// watch makes sure that the timer runs.
func (m *meetings) watch() {
	if m.watched || simulates {
		return
	}
	m.watched, m.seen = true, m.steps
	if m.timer == nil {
		m.timer = time.AfterFunc(keptTime, m.look)
	} else {
		m.timer.Reset(keptTime)
	}
}

// look is what the timer does.
func (m *meetings) look() {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.ops.head == nil:
		m.watched = false
	case m.steps == m.seen:
		m.watched, m.rests = false, keptRests
		m.hire(m.turns + 1)
	default:
		m.seen = m.steps
		m.timer.Reset(keptTime)
	}
}
