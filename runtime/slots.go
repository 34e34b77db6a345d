package async

// This file holds a list that many are in at a time: the leaves of a home, and the calls of a group.

// A slotList lists pointers in the order in which they were added, on pages. One of them takes some ten bytes. Whoever adds or looks holds
// a lock of the owner. Taking out needs no lock: see slot.
type slotList[T, H any] struct {
	first slotPage[T, H]
	few   [4]slot[T]      // of the first page
	last  *slotPage[T, H] // where the next one goes; nil before there is any
	pages int
	bound int // of pages, before they are looked through
}

// A slotPage is a part of a slotList. The owner has a head on each.
type slotPage[T, H any] struct {
	head  H
	next  *slotPage[T, H]
	used  int // no slot from here on has been used yet
	slots []slot[T]
}

// A fullPage is a page other than the first.
type fullPage[T, H any] struct {
	slotPage[T, H]
	places [pageSlots]slot[T]
}

// pageSlots is how many slots are on every page but the first. So the pages of groups have 512 bytes: larger ones would get a header.
const pageSlots = 52

// A slot is empty or holds a pointer, which is taken out by the one who makes it nil.
type slot[T any] = atomicPtr[T]

// freeSlot empties a slot, of which nobody else has a say; nil is none.
func freeSlot[T any](s *slot[T]) {
	if s != nil {
		storeOwnedPtr(s, nil)
	}
}

// dropFrom takes x out of s, and tells whether it was there.
func dropFrom[T any](s *slot[T], x *T) bool { return loadPtr(s) == x && casPtr(s, x, nil) }

// nextSlot is the slot where the next one goes. It is to be filled at once.
func nextSlot[T, H any](l *slotList[T, H]) *slot[T] {
	p := l.last
	if p == nil || p.used == len(p.slots) {
		p = roomyPage(l)
	}
	p.used++
	return &p.slots[p.used-1]
}

// roomyPage is a page on which a slot is free, where there is none behind the last one that was used.
func roomyPage[T, H any](l *slotList[T, H]) *slotPage[T, H] {
	p := l.last
	switch {
	case p == nil:
		p = &l.first
		if l.bound == 0 {
			p.slots, l.bound = l.few[:], 4
		} else {
			p.slots = make([]slot[T], pageSlots) // see take
		}
	case isEmpty(p):
		p.used = 0
	default:
		if l.pages > l.bound {
			sweep(l)
		}
		full := new(fullPage[T, H])
		full.slots = full.places[:]
		p.next = &full.slotPage
		p = &full.slotPage
		l.pages++
	}
	l.last = p
	return p
}

func isEmpty[T, H any](p *slotPage[T, H]) bool {
	for i := range p.slots {
		if loadPtr(&p.slots[i]) != nil {
			return false
		}
	}
	return true
}

// sweep takes out the pages behind the first that are empty, but for the last.
func sweep[T, H any](l *slotList[T, H]) {
	for p := &l.first; p.next != nil && p.next != l.last; {
		if isEmpty(p.next) {
			p.next = p.next.next
			l.pages--
		} else {
			p = p.next
		}
	}
	l.bound = 2*l.pages + 4
}

// eachIn calls f for all that are listed, until it returns false, and returns that.
func eachIn[T, H any](l *slotList[T, H], f func(*T) bool) bool {
	return eachSlot(l, func(_ *slot[T], x *T) bool { return f(x) })
}

// eachSlot is eachIn with the slot.
func eachSlot[T, H any](l *slotList[T, H], f func(*slot[T], *T) bool) bool {
	for p := &l.first; p != nil; p = p.next {
		for i := range p.slots[:p.used] {
			s := &p.slots[i]
			if x := loadPtr(s); x != nil && !f(s, x) {
				return false
			}
		}
	}
	return true
}

// takeAll empties the list, and returns what was in it. None of its slots is used again: see leafNode.leave. Those that
// have leaving, which somebody is going to free, are left as they are, and returned.
func takeAll[T, H any](l *slotList[T, H], leaving *T) (xs []*T, left []*slot[T]) {
	for p := &l.first; p != nil; p = p.next {
		for i := range p.slots[:p.used] {
			s := &p.slots[i]
			if x := loadPtr(s); x != nil && x != leaving && dropFrom(s, x) {
				xs = append(xs, x)
			} else if loadPtr(s) == leaving {
				left = append(left, s)
			}
		}
	}
	if l.last != nil {
		l.last, l.pages = nil, 0
		l.first.slots, l.first.used, l.first.next = nil, 0, nil
	}
	return xs, left
}
