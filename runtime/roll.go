package async

// This file holds the list of the members of a group. Most calls of a group are waited for by nobody else, so that a member needs no
// waiter of its own: the page that it is listed on is the end of the waiters of all that stand there.

// A roll lists members that have not ended.
type roll struct{ slotList[Core, pageEnd] }

type rollPage = slotPage[Core, pageEnd]

// A pageEnd is the end of the waiters of the members on a page.
type pageEnd struct {
	Task
	internal
	g    *Group
	page *rollPage
	from atomicInt64 // where remove begins: those that began first often end first
}

// add lists c as a member of g, and returns the end of its waiters. It needs the lock of g, or the goroutine that alone uses r.
func (r *roll) add(g *Group, c *Core) *pageEnd {
	s := nextSlot(&r.slotList)
	e := &r.last.head
	if e.g == nil {
		e.kind, e.g, e.page = kindEnd, g, r.last
		e.setSelf(e)
	}
	storeOwnedPtr(s, c)
	return e
}

// removeFar is how many slots remove looks at before it notes where it has been.
const removeFar = 6

// remove takes c out, which is on the page of e.
func (e *pageEnd) remove(c *Core) {
	slots := e.page.slots
	from := int(e.from.Load())
	for i, at := 0, from; i < len(slots); i, at = i+1, at+1 {
		if at >= len(slots) {
			at = 0
		}
		if dropFrom(&slots[at], c) {
			if i >= removeFar {
				e.from.Store(int64(at))
			}
			return
		}
	}
}

// removeOwn is remove for a page that one goroutine alone uses, which need not look at what others do. It begins at e.at.
func (e *pageEnd) removeOwn(c *Core) {
	slots := e.page.slots
	at := int(e.at)
	for range slots {
		if at >= len(slots) {
			at = 0
		}
		s := &slots[at]
		at++
		if loadPtr(s) == c {
			storeOwnedPtr(s, nil)
			e.at = int32(at)
			return
		}
	}
}

func (e *pageEnd) Site() (function, pos string) { return "a Group", "" }
func (e *pageEnd) ended(c *Core, _ *worker)     { e.g.ended(e, c) }
func (e *pageEnd) looks(bool) bool              { return false } // see Group.note

// frames are the calls that wait for the group.
func (e *pageEnd) frames() (ts []*Task) {
	e.g.mu.Lock()
	defer e.g.mu.Unlock()
	for _, w := range e.g.waits {
		ts = append(ts, &w.task)
	}
	return ts
}

// A member waits for a promise that others wait for, too.
type member struct {
	Task
	internal
	end  *pageEnd
	core *Core
}

func (m *member) Site() (function, pos string) { return m.end.Site() }
func (m *member) settled(w *worker)            { m.end.ended(m.core, w) }
func (m *member) looks(bool) bool              { return false }
func (m *member) frames() []*Task              { return m.end.frames() }
