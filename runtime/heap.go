package async

// This file holds the heap that the next timers and naps are in.

import (
	"time"
	"unsafe"
)

// A timerEntry is a place in a timerHeap.
type timerEntry struct {
	when time.Duration
	what unsafe.Pointer // a *timer, or the *Task of a nap
	seq  uint32         // entries of the same time fire in the order of these numbers, of which the lowest bit is 1 for a nap
}

// nap is the call that naps; nil if the entry is one of a timer.
func (e timerEntry) nap() *Task {
	if e.seq&1 == 0 {
		return nil
	}
	return (*Task)(e.what)
}

// timer is the timer; nil if the entry is one of a nap.
func (e timerEntry) timer() *timer {
	if e.seq&1 != 0 {
		return nil
	}
	return (*timer)(e.what)
}

// removed tells whether the entry is to be ignored.
func (e timerEntry) removed() bool {
	t := e.timer()
	return t != nil && t.state == timerRemoved
}

// A timerHeap is a heap with four children a node. Entries have numbers from heapRoot on, so that the children of one are at 4(i-2) and
// the three places after that: in one heapNode.
type timerHeap struct {
	blocks [][]heapNode // all but the first one have room for heapBlock entries; so has the first, if there are others
	n      int
}

// A heapNode has four entries, in parts: so they take less memory, and their times, which are compared, lie beside each other.
type heapNode struct {
	whens [4]time.Duration
	whats [4]unsafe.Pointer
	seqs  [4]uint32
}

const (
	heapRoot  = 3
	heapBlock = 1024 // entries
)

func heapParent(i int) int   { return i/4 + 2 }
func heapChildren(i int) int { return 4 * (i - 2) }

// node is where the entry i is, at i%4.
func (h *timerHeap) node(i int) *heapNode { return &h.blocks[i/heapBlock][i%heapBlock/4] }

func (h *timerHeap) at(i int) timerEntry {
	n := h.node(i)
	return timerEntry{n.whens[i%4], n.whats[i%4], n.seqs[i%4]}
}

func (h *timerHeap) set(i int, e timerEntry) {
	n := h.node(i)
	n.whens[i%4], n.whats[i%4], n.seqs[i%4] = e.when, e.what, e.seq
}

// before tells whether the entry i comes before e.
func (h *timerHeap) before(i int, e timerEntry) bool {
	n := h.node(i)
	return n.whens[i%4] < e.when || n.whens[i%4] == e.when && n.seqs[i%4] < e.seq
}

func (h *timerHeap) end() int          { return heapRoot + h.n }
func (h *timerHeap) first() timerEntry { return h.at(heapRoot) }

// push adds e.
func (h *timerHeap) push(e timerEntry) {
	i := h.end()
	h.n++
	h.grow(i)
	for i > heapRoot {
		parent := heapParent(i)
		if h.before(parent, e) {
			break
		}
		h.set(i, h.at(parent))
		i = parent
	}
	h.set(i, e)
}

// grow makes sure that there is a place i, behind all others.
func (h *timerHeap) grow(i int) {
	switch b := len(h.blocks); {
	case b == 0:
		h.blocks = [][]heapNode{make([]heapNode, 2)}
	case b == 1 && i == 4*len(h.blocks[0]) && i < heapBlock:
		block := make([]heapNode, 2*len(h.blocks[0]))
		copy(block, h.blocks[0])
		h.blocks[0] = block
	case i == b*heapBlock:
		h.blocks = append(h.blocks, make([]heapNode, heapBlock/4))
	}
}

// pop takes the first one out.
func (h *timerHeap) pop() timerEntry {
	e := h.first()
	i := h.end() - 1
	h.n--
	last := h.at(i)
	h.set(i, timerEntry{})
	if h.n > 0 {
		h.down(heapRoot, last)
	}
	h.shrink()
	return e
}

// down puts e at i or below.
func (h *timerHeap) down(i int, e timerEntry) {
	to, end := h.node(i), h.end()
	for {
		c := heapChildren(i)
		if c >= end {
			break
		}
		n := h.node(c)
		least := n.first(min(4, end-c))
		if when := n.whens[least]; when > e.when || when == e.when && n.seqs[least] > e.seq {
			break
		}
		to.whens[i&3], to.whats[i&3], to.seqs[i&3] = n.whens[least], n.whats[least], n.seqs[least]
		i, to = c+int(least), n
	}
	to.whens[i&3], to.whats[i&3], to.seqs[i&3] = e.when, e.what, e.seq
}

// first is the place of the first of the entries in n, of which there are so many.
func (n *heapNode) first(entries int) uint {
	if entries < 4 {
		least := uint(0)
		for x := uint(1); x < uint(entries); x++ {
			least = n.earlier(least, x)
		}
		return least & 3
	}
	return n.earlier(n.earlier(0, 1), n.earlier(2, 3)) & 3
}

// earlier is that one of two places whose entry comes first.
func (n *heapNode) earlier(a, b uint) uint {
	a, b = a&3, b&3
	if n.whens[a] < n.whens[b] || n.whens[a] == n.whens[b] && n.seqs[a] < n.seqs[b] {
		return a
	}
	return b
}

// shrink gives blocks back that are not needed, but for two.
func (h *timerHeap) shrink() {
	if b := len(h.blocks); b > 2 && h.end() <= (b-2)*heapBlock {
		h.blocks[b-1] = nil
		h.blocks = h.blocks[:b-1]
	}
}

// sweep takes out the entries that drop is true for.
func (h *timerHeap) sweep(drop func(timerEntry) bool) {
	end := heapRoot
	for i := heapRoot; i < h.end(); i++ {
		e := h.at(i)
		h.set(i, timerEntry{})
		if !drop(e) {
			h.set(end, e)
			end++
		}
	}
	h.n = end - heapRoot
	for i := heapParent(end - 1); i >= heapRoot; i-- {
		h.down(i, h.at(i))
	}
	for b := len(h.blocks); b > 2 && end <= (b-2)*heapBlock; b-- {
		h.blocks[b-1] = nil
		h.blocks = h.blocks[:b-1]
	}
}
