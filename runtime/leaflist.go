package async

// This file holds lists of leaves.

// A leafList lists leaves in the order in which they were made. Who has claimed a leaf takes it out, without a lock: see leafNode.drop.
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
	n.in = s.slots.next()
	n.in.storeOwned(n)
	s.added++
	added := s.added
	s.mu.Unlock()
	return added
}

// take empties the list.
func (s *leafList) take() []*leafNode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slots.take()
}

// each calls f for what is in the list, until it returns false, and returns that. f may not use the list.
func (s *leafList) each(f func(*leafNode) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slots.each(f)
}

// awaited tells whether somebody waits for a leaf in the list.
func (s *leafList) awaited() bool { return !s.each(func(n *leafNode) bool { return !n.awaited() }) }

// awaited tells whether somebody waits for n, or may do so.
func (n *leafNode) awaited() bool {
	h := n.promise().waiters.load()
	return waited(h) || h == &lockedMark
}
