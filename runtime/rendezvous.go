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

import (
	"math/rand/v2"
	"slices"
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
	node() *leafNode // of its promise
	over() bool      // it is done
	attempt() bool   // does it, if that is possible at once
	finish(end int)  // settles it, when something has been handed over at that end
	outside()        // makes a goroutine wait for it
}

// channelOps is where their promises belong.
var channelOps = executor{home: stray, leaf: true}

// channelOpOf is the operation with the promise c, if c belongs to channelOps.
func channelOpOf(c *Core) channelOp { return leafOf(c).owner().(channelOp) }

// beginChannelOp is called when a task of h has begun to wait for the channel operation with the promise c.
func beginChannelOp(c *Core, h *home) {
	op := channelOpOf(c)
	if l := h.loop; l != nil && l.sim == nil && l.drives() {
		l.meetings.keep(op)
	} else {
		hire(op)
	}
}

// hire lists op with the pending leaves, and makes a goroutine wait for it.
func hire(op channelOp) {
	stray.scopes.addYoung(op.node())
	op.outside()
}

// meetings keeps operations of calls on a loop. The loop uses it, and its timer.
type meetings struct {
	kept bool // there may be operations; of the loop alone

	mu      mutex
	ops     []keptOp // in the order in which they came
	places  map[unsafe.Pointer]*meetingPlace
	turns   int // so far, in which there were operations
	steps   int // operations and turns so far
	rests   int // operations that are not to be kept
	watched bool
	seen    int // steps when the timer was set
	timer   *time.Timer
}

// A keptOp is an operation, and the number of the turn in which it came.
type keptOp struct {
	channelOp
	turn int
}

// A meetingPlace is where operations on a channel meet.
type meetingPlace struct{ senders, receivers []meetingEnd }

// A meetingEnd is one end of an operation. It stays at its place when the operation is done.
type meetingEnd struct {
	op  channelOp
	end int
}

// keep keeps op until it is done or a goroutine waits for it.
func (m *meetings) keep(op channelOp) {
	m.mu.Lock()
	m.steps++
	if m.rests > 0 {
		m.rests--
		hire(op)
	} else if !m.meet(op) {
		m.add(op)
	}
	m.mu.Unlock()
}

func (m *meetings) add(op channelOp) {
	for i := range op.ends() {
		ch, sends := op.end(i).channel()
		if ch.at == nil {
			continue
		}
		p := m.places[ch.at]
		if p == nil {
			p = new(meetingPlace)
			if m.places == nil {
				m.places = make(map[unsafe.Pointer]*meetingPlace)
			}
			m.places[ch.at] = p
		}
		list := p.list(sends)
		firstMeetingEnd(list) // makes room
		*list = append(*list, meetingEnd{op, i})
	}
	m.ops = append(m.ops, keptOp{op, m.turns})
	m.kept = true
	m.watch()
}

func (p *meetingPlace) list(sends bool) *[]meetingEnd {
	if sends {
		return &p.senders
	}
	return &p.receivers
}

// meet does op with the help of those that are kept, if that is possible. It begins at any of the ends, as a select is fair.
func (m *meetings) meet(op channelOp) bool {
	n, from := op.ends(), 0
	if n > 1 {
		from = rand.IntN(n)
	}
	for i := range n {
		i = (i + from) % n
		x := op.end(i)
		ch, sends := x.channel()
		p := m.places[ch.at]
		if ch.at == nil || p == nil {
			continue
		}
		others := p.list(!sends)
		for {
			o, ok := firstMeetingEnd(others)
			if !ok {
				break
			}
			if ch.unbuffered {
				y := o.op.end(o.end)
				if sends {
					x.handOver(y)
				} else {
					y.handOver(x)
				}
				o.op.finish(o.end)
				op.finish(i)
				return true
			}
			if !o.op.attempt() {
				break
			}
			if op.attempt() {
				return true
			}
		}
	}
	return false
}

// firstMeetingEnd is the first end of an operation that is not done; it takes out those before it.
func firstMeetingEnd(list *[]meetingEnd) (first meetingEnd, ok bool) {
	for i, e := range *list {
		if !e.op.over() {
			*list = (*list)[i:]
			return e, true
		}
		(*list)[i] = meetingEnd{}
	}
	*list = (*list)[:0]
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
	n := 0
	for _, op := range m.ops {
		if op.over() {
			continue
		}
		if op.attempt() {
			went = true
			continue
		}
		m.ops[n] = op
		n++
	}
	clear(m.ops[n:])
	m.ops = m.ops[:n]
	return went
}

// hire makes goroutines wait for what has been kept since before a turn.
func (m *meetings) hire(turn int) {
	n := 0
	for ; n < len(m.ops) && m.ops[n].turn < turn; n++ {
		if op := m.ops[n].channelOp; !op.over() {
			m.remove(op)
			hire(op)
		}
	}
	m.ops = slices.Delete(m.ops, 0, n)
}

// remove takes the ends of op, which is the oldest that is kept, from their places.
func (m *meetings) remove(op channelOp) {
	for i := range op.ends() {
		ch, sends := op.end(i).channel()
		if ch.at == nil {
			continue
		}
		list := m.places[ch.at].list(sends)
		if first, ok := firstMeetingEnd(list); ok && first.op == op {
			(*list)[0] = meetingEnd{}
			*list = (*list)[1:]
		}
	}
}

// leaves are the promises of what is kept.
func (m *meetings) leaves() (ns []*leafNode) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, op := range m.ops {
		if !op.over() {
			ns = append(ns, op.node())
		}
	}
	return ns
}

// rest forgets the channels, if all is set to be forgotten, or they have become many.
func (m *meetings) rest(all bool) {
	if len(m.ops) > 0 {
		return
	}
	m.kept = false
	if all || len(m.places) > 64 {
		clear(m.places)
	}
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
	case len(m.ops) == 0:
		m.watched = false
	case m.steps == m.seen:
		m.watched, m.rests = false, keptRests
		m.hire(m.turns + 1)
	default:
		m.seen = m.steps
		m.timer.Reset(keptTime)
	}
}
