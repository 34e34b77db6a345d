package async

// This file holds lists of leaves.

// A leafList lists leaves in the order in which they were made. Who has claimed a leaf takes it out, without a lock: see leafNode.leave.
type leafList struct {
	mu     spinLock
	slots  slotList[leafNode, struct{}]
	added  uint64 // leaves, so far
	closed bool   // takes no more
}

// add lists n, and tells how many leaves have been added so far; none if the list is closed.
func (s *leafList) add(n *leafNode) uint64 {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return 0
	}
	n.in = nextSlot(&s.slots)
	storeOwnedPtr(n.in, n)
	s.added++
	added := s.added
	s.mu.Unlock()
	return added
}

// close makes the list take no more, if nothing is in it, and tells whether it did.
func (s *leafList) close() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	empty := eachIn(&s.slots, func(*leafNode) bool { return false })
	s.closed = s.closed || empty
	return empty
}

// take empties the list. It returns the slots of leaves that are leaving, too.
func (s *leafList) take() ([]*leafNode, []*slot[leafNode]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return takeAll(&s.slots, &leaving)
}

// each calls f for what is in the list, until it returns false, and returns that. f may not use the list.
func (s *leafList) each(f func(*leafNode) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return eachIn(&s.slots, func(n *leafNode) bool { return n == &leaving || f(n) })
}

// awaited tells whether somebody waits for a leaf in the list. If nobody does, but somebody is about to settle a leaf that may have been waited
// for, settling waits for that, which takes a moment.
func (s *leafList) awaited() (yes bool, settling func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	eachSlot(&s.slots, func(in *slot[leafNode], n *leafNode) bool {
		if n == &leaving {
			settling = func() { waitFree(in) }
			return true
		}
		if yes = n.awaited(&settling); !yes && n.promise().settled() { // it has left its slot meanwhile
			settling = func() { waitFree(in) }
		}
		return !yes
	})
	return yes, settling
}

// awaited is that of a list for one leaf.
func (n *leafNode) awaited(settling *func()) bool {
	c := n.promise()
	h := c.waiters.load()
	if h == &lockedMark {
		*settling = c.waiters.unlocked
	}
	return waited(h)
}
