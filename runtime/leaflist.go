package async

// This file holds lists of leaves.

// A leafList lists leaves in the order in which they were made, on pages: a leaf there needs 11 bytes beside its own pointer.
type leafList struct {
	mu     mutex
	first  leafPage
	few    [4]*leafNode // of the first page
	last   *leafPage    // where the next one goes; nil before there is any
	n      int
	closed bool // takes no more
}

// A leafPage has room for some leaves.
type leafPage struct {
	list       *leafList
	prev, next *leafPage
	used       int // no place from here on has been used yet
	left       int // leaves on this page
	leaves     []*leafNode
}

// A fullLeafPage is a page that is made when those before it are full.
type fullLeafPage struct {
	leafPage
	places [44]*leafNode
}

func (s *leafList) add(n *leafNode) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	p := s.roomy()
	n.in, n.at = p, uint8(p.used)
	p.leaves[p.used] = n
	p.used++
	p.left++
	s.n++
	return true
}

// roomy is the page for the next leaf.
func (s *leafList) roomy() *leafPage {
	p := s.last
	switch {
	case p == nil:
		p = &s.first
		p.list, p.leaves = s, s.few[:]
	case p.used < len(p.leaves):
	case p.left <= len(p.leaves)/2:
		p.compact()
	default:
		full := new(fullLeafPage)
		full.list, full.leaves = s, full.places[:]
		full.prev, p.next = p, &full.leafPage
		p = &full.leafPage
	}
	s.last = p
	return p
}

// compact moves the leaves on p together.
func (p *leafPage) compact() {
	kept := p.leaves[:0]
	for _, n := range p.leaves {
		if n != nil {
			n.at = uint8(len(kept))
			kept = append(kept, n)
		}
	}
	clear(p.leaves[len(kept):])
	p.used = len(kept)
}

// remove takes n out, if it is in.
func (s *leafList) remove(n *leafNode) {
	s.mu.Lock()
	if p := n.in; p.leaves[n.at] == n {
		p.leaves[n.at] = nil
		s.n--
		if p.left--; p.left == 0 {
			s.emptied(p)
		}
	}
	s.mu.Unlock()
}

func (s *leafList) emptied(p *leafPage) {
	if p == s.last || p == &s.first {
		p.used = 0
	} else {
		p.prev.next, p.next.prev = p.next, p.prev
	}
}

// take empties the list.
func (s *leafList) take() []*leafNode {
	s.mu.Lock()
	defer s.mu.Unlock()
	ns := make([]*leafNode, 0, s.n)
	for p := &s.first; p != nil; p = p.next {
		for _, n := range p.leaves {
			if n != nil {
				ns = append(ns, n)
			}
		}
		clear(p.leaves)
	}
	s.first.used, s.first.left, s.first.next = 0, 0, nil
	if s.last != nil {
		s.last = &s.first
	}
	s.n = 0
	return ns
}

// each calls f for what is in the list, until it returns false, and returns that. f may not use the list.
func (s *leafList) each(f func(*leafNode) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := &s.first; p != nil; p = p.next {
		for _, n := range p.leaves {
			if n != nil && !f(n) {
				return false
			}
		}
	}
	return true
}

// awaited tells whether somebody waits for a leaf in the list.
func (s *leafList) awaited() bool { return !s.each(func(n *leafNode) bool { return !n.awaited() }) }

func (n *leafNode) awaited() bool { return waited(n.who().promise().waiters.load()) }
