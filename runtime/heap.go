package async

// This file holds the heap that timers are in.

import (
	"cmp"
	"slices"
	"time"
)

type timerEntry struct {
	when time.Duration
	t    *timer
}

func (e timerEntry) before(o timerEntry) bool {
	return e.when < o.when || e.when == o.when && e.t.seq < o.t.seq
}

// A timerHeap is a heap with four children a node. Nodes have numbers from heapRoot on, so that the children of one are at 4(i-2) and
// the three places after that: on one block, and in one line of the cache.
type timerHeap struct {
	blocks [][]timerEntry // all but the first one have heapBlock entries; so has the first, if there are others
	n      int
}

const (
	heapRoot  = 3
	heapBlock = 1024 // entries
)

func heapParent(i int) int   { return i/4 + 2 }
func heapChildren(i int) int { return 4 * (i - 2) }

func (h *timerHeap) at(i int) *timerEntry { return &h.blocks[i/heapBlock][i%heapBlock] }
func (h *timerHeap) end() int             { return heapRoot + h.n }
func (h *timerHeap) first() timerEntry    { return *h.at(heapRoot) }

// push adds e.
func (h *timerHeap) push(e timerEntry) {
	i := h.end()
	h.n++
	h.grow(i)
	for i > heapRoot {
		parent := h.at(heapParent(i))
		if !e.before(*parent) {
			break
		}
		*h.at(i) = *parent
		i = heapParent(i)
	}
	*h.at(i) = e
}

// grow makes sure that there is a node i, behind all others.
func (h *timerHeap) grow(i int) {
	switch b := len(h.blocks); {
	case b == 0:
		h.blocks = [][]timerEntry{make([]timerEntry, 8)}
	case b == 1 && i == len(h.blocks[0]) && i < heapBlock:
		block := make([]timerEntry, 2*i)
		copy(block, h.blocks[0])
		h.blocks[0] = block
	case i == b*heapBlock:
		h.blocks = append(h.blocks, make([]timerEntry, heapBlock))
	}
}

// pop takes the first one out.
func (h *timerHeap) pop() timerEntry {
	e := h.first()
	i := h.end() - 1
	h.n--
	last := *h.at(i)
	*h.at(i) = timerEntry{}
	if h.n > 0 {
		h.down(heapRoot, last)
	}
	h.shrink()
	return e
}

// down puts e at i or below.
func (h *timerHeap) down(i int, e timerEntry) {
	end := h.end()
	for {
		c := heapChildren(i)
		if c >= end {
			break
		}
		children := h.blocks[c/heapBlock][c%heapBlock:]
		children = children[:min(4, end-c)]
		least := 0
		for x := 1; x < len(children); x++ {
			if children[x].before(children[least]) {
				least = x
			}
		}
		if !children[least].before(e) {
			break
		}
		*h.at(i) = children[least]
		i = c + least
	}
	*h.at(i) = e
}

// shrink gives blocks back that are not needed, but for one.
func (h *timerHeap) shrink() {
	if h.n == 0 && len(h.blocks) > 1 {
		h.blocks = nil
	}
	if b := len(h.blocks); b > 2 && h.end() <= (b-2)*heapBlock {
		h.blocks[b-1] = nil
		h.blocks = h.blocks[:b-1]
	}
}

// sweep takes out timers that have been removed.
func (h *timerHeap) sweep() {
	end := heapRoot
	for i := heapRoot; i < h.end(); i++ {
		e := *h.at(i)
		*h.at(i) = timerEntry{}
		if e.t.state != timerRemoved {
			*h.at(end) = e
			end++
		}
	}
	h.n = end - heapRoot
	for i := heapParent(end - 1); i >= heapRoot; i-- {
		h.down(i, *h.at(i))
	}
	for b := len(h.blocks); b > 2 && end <= (b-2)*heapBlock; b-- {
		h.blocks[b-1] = nil
		h.blocks = h.blocks[:b-1]
	}
}

// renumber gives the timers small numbers that keep their order, and returns the last one.
func (h *timerHeap) renumber() uint32 {
	all := make([]timerEntry, 0, h.n)
	for i := heapRoot; i < h.end(); i++ {
		all = append(all, *h.at(i))
	}
	slices.SortFunc(all, func(a, b timerEntry) int {
		return cmp.Or(cmp.Compare(a.when, b.when), cmp.Compare(a.t.seq, b.t.seq))
	})
	for i, e := range all {
		e.t.seq = uint32(i + 1)
		*h.at(heapRoot + i) = e
	}
	return uint32(len(all))
}
