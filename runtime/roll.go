package async

// This file holds the list of the members of a group. Most calls of a group are waited for by nobody else, so that a member needs no
// waiter of its own: the page that it is listed on is the end of the waiters of all that stand there.

// A roll lists promises that have not settled, in the order in which they were added. Its owner guards it.
type roll struct {
	first page
	few   [4]*Core // of the first page
	last  *page    // where the next one goes; nil before there is any
	n     int      // promises on all pages
}

// A page has room for some promises.
type page struct {
	Task // end of their waiters
	internal
	g          *Group
	prev, next *page
	at         int // all places before this one are empty
	used       int // no place from here on has been used yet
	left       int // promises on this page
	cores      []*Core
}

// A fullPage is a page that is made when those before it are full.
type fullPage struct {
	page
	places [38]*Core
}

func (p *page) open(g *Group, places []*Core) {
	p.kind, p.self, p.g, p.cores = kindEnd, p, g, places
}

// add lists c, and returns the page.
func (r *roll) add(g *Group, c *Core) *page {
	p := r.last
	switch {
	case p == nil:
		p = &r.first
		p.open(g, r.few[:])
		r.last = p
	case p.used < len(p.cores):
	case p.left <= len(p.cores)/2:
		p.compact()
	default:
		full := new(fullPage)
		full.open(g, full.places[:])
		full.prev, p.next = p, &full.page
		p = &full.page
		r.last = p
	}
	p.cores[p.used] = c
	p.used++
	p.left++
	r.n++
	return p
}

// compact moves what is on p together.
func (p *page) compact() {
	kept := p.cores[:0]
	for _, c := range p.cores {
		if c != nil {
			kept = append(kept, c)
		}
	}
	clear(p.cores[len(kept):])
	p.at, p.used = 0, len(kept)
}

// remove takes c off p, where it is.
func (r *roll) remove(p *page, c *Core) {
	for p.cores[p.at] == nil {
		p.at++
	}
	i := p.at
	for p.cores[i] != c {
		i++
	}
	p.cores[i] = nil
	p.left--
	r.n--
	switch {
	case p.left > 0:
	case p == r.last || p == &r.first:
		p.at, p.used = 0, 0
	default:
		p.prev.next, p.next.prev = p.next, p.prev
	}
}

// each calls f for all promises.
func (r *roll) each(f func(*Core)) {
	for p := &r.first; p != nil; p = p.next {
		for _, c := range p.cores {
			if c != nil {
				f(c)
			}
		}
	}
}

func (p *page) Site() (function, pos string) { return "a Group", "" }
func (p *page) ended(c *Core, _ *worker)     { p.g.ended(p, c) }

// frames are the calls that wait for the group.
func (p *page) frames() (ts []*Task) {
	p.g.mu.Lock()
	defer p.g.mu.Unlock()
	for _, w := range p.g.waits {
		ts = append(ts, &w.task)
	}
	return ts
}

// A member waits for a promise that others wait for, too.
type member struct {
	Task
	internal
	page *page
	core *Core
}

func (m *member) Site() (function, pos string) { return m.page.Site() }
func (m *member) settled(w *worker)            { m.page.ended(m.core, w) }
func (m *member) frames() []*Task              { return m.page.frames() }
