package async

// This file lists suspended calls. It starts from the leaves that are pending, which every executor lists, and goes from
// there to those who wait. What waits stands still while the list that it is in is locked, so that this can be done at any
// time from any goroutine. On the goroutine of a loop, it starts from what is running and ready there, too.

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Call is a suspended call, as [Snapshot] finds it.
type Call struct {
	Function string   `json:"function"`           // with its package, as pkg.Func or pkg.Type.Method
	Position string   `json:"position,omitempty"` // of its await, as file:line
	Waits    string   `json:"waits"`              // what it waits for
	Executor string   `json:"executor,omitempty"` // where it goes on, as [Stats] names it
	Chain    []string `json:"chain,omitempty"`    // who waits for it, then who waits for that one, and so on
}

// Snapshot lists every suspended call of the process: of each chain first the call that waits for something else than a call. It may
// be called from any goroutine, and stops none: it is no picture of one moment. A call that is running or ready is not
// suspended. A call that waits for one which is running or ready is seen by who runs on the same loop, in an async
// function or a callback; others don't see it before that one suspends. So it is with calls that wait for each other in a circle, or for
// a Race without inputs, if the main promise of Run waits for them. The cost is some hundred nanoseconds for each call that is listed, and
// as much for each of its chain.
func Snapshot() []Call { return snapshotAll().list() }

func snapshotAll() *snapshot {
	s := &snapshot{index: map[*Task]int{}}
	all := homes.all()
	kept := map[*home][]*leafNode{} // looked at first, as they may go from there to the leaves meanwhile
	for _, h := range all {
		if h.loop != nil {
			kept[h] = h.loop.meetings.leaves()
		}
	}
	for _, h := range all {
		for _, n := range h.scopes.leaves() {
			s.leaf(n)
		}
		leaves, naps := h.sleepers()
		for _, n := range leaves {
			s.leaf(n)
		}
		s.above(s.add(naps, leafLabels[leafSleep]))
		for _, n := range kept[h] {
			s.leaf(n)
		}
	}
	if l := currentLoop(); l != nil {
		s.roots(&l.w)
		if l.main != nil {
			s.below(l, l.main.held)
		}
	}
	return s
}

// below adds the calls on l that c waits for, directly or not, and that have not been found from the other end: they wait for each
// other. It runs on the goroutine of l.
func (s *snapshot) below(l *Loop, c *Core) {
	var found []int
	for todo := []*Core{c}; len(todo) > 0; {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if c == nil || c.settled() || c.exec == nil || c.exec.leaf || c.exec.home.loop != l {
			continue
		}
		t := taskOf(c)
		if _, ok := s.index[t]; ok || t.state != suspended {
			continue
		}
		var deps []*Core
		if d, ok := t.self().(dependent); ok {
			d.each(func(c *Core) { deps = append(deps, c) })
		} else if on := t.awaited(); on == nil || on.settled() {
			continue // it is ready
		} else {
			deps = append(deps, on)
		}
		waits := "a call"
		if len(deps) == 0 {
			waits = "nothing"
		}
		for _, c := range deps {
			if c != nil && !c.settled() && c.exec != nil && !c.exec.leaf && c.exec.home.loop == l {
				waits = siteOf(taskOf(c))
				break
			}
		}
		found = append(found, s.add([]dumpNode{nodeOf(t)}, waits)...)
		todo = append(todo, deps...)
	}
	for _, i := range found {
		s.nodes[i].by = s.known(s.nodes[i].frame.core())
	}
}

// roots adds what waits for what w runs, and for what is ready there.
func (s *snapshot) roots(w *worker) {
	ready := []*Task{w.cur, w.next}
	for t := w.head; t != nil; t = t.next {
		ready = append(ready, t)
	}
	for t := w.home.loop.inbox.load(); t != nil; t = t.next {
		ready = append(ready, t)
	}
	for _, t := range ready {
		switch {
		case t == nil:
		case isFrame(t):
			s.above(s.waiters(t.core(), place(nodeOf(t).function, "")+", which is running or ready"))
		default:
			switch x := t.self().(type) {
			case proxy:
				s.above(s.add(nodesOf(x.frames()), "what has settled just now"))
			case *yield:
				s.above(s.waiters(&x.p.core, "Yield"))
			}
		}
	}
}

// sleepers are the leaves that have a timer of h, and the calls that nap there. Leaves of no executor have a timer of the default pool.
func (h *home) sleepers() (leaves []*leafNode, naps []dumpNode) {
	if h == stray {
		return nil, nil
	}
	ts := h.timersOf()
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.queue.each(func(e timerEntry) {
		if t := e.nap(); t != nil {
			naps = append(naps, nodeOf(t))
		} else if t := e.timer(); t.sleeps && t.state == timerSet {
			if s := sleepOfTimer(t); s.core.exec.home == h || s.core.exec.home == stray {
				leaves = append(leaves, &s.leafNode)
			}
		}
	})
	return leaves, naps
}

// Dump writes a paragraph for each call that [Snapshot] lists: its function, the place of its await, what it waits for, and
// its await chain. It returns the error of w. It may be called from any goroutine.
func Dump(w io.Writer) error {
	calls := Snapshot()
	var b strings.Builder
	fmt.Fprintf(&b, "%d suspended calls\n", len(calls))
	for _, c := range calls {
		b.WriteString("\n" + c.String())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// DumpJSON writes what [Snapshot] lists, as a JSON array of Call. It may be called from any goroutine.
func DumpJSON(w io.Writer) error {
	calls := Snapshot()
	if calls == nil {
		calls = []Call{}
	}
	return json.NewEncoder(w).Encode(calls)
}

// A snapshot collects calls.
type snapshot struct {
	nodes []dumpNode
	index map[*Task]int // frame → its node
}

// A dumpNode is a frame, or somebody else who waits.
type dumpNode struct {
	function, pos string
	waits         string
	frame         *Task // nil for somebody else
	by            int   // node that waits for it; -1 if none
}

// leaf adds what waits for a leaf.
func (s *snapshot) leaf(n *leafNode) {
	s.above(s.waiters(n.promise(), n.what()))
}

// above adds what waits for the nodes in todo, directly or not.
func (s *snapshot) above(todo []int) {
	for len(todo) > 0 {
		i := todo[0]
		todo = todo[1:]
		n := s.nodes[i]
		if n.frame == nil {
			continue
		}
		more := s.waiters(n.frame.core(), place(n.function, n.pos))
		if len(more) > 0 {
			s.nodes[i].by = more[0]
		} else {
			s.nodes[i].by = s.known(n.frame.core())
		}
		todo = append(todo, more...)
	}
}

// waiters adds the waiters of c that are not known, in the order in which they registered.
func (s *snapshot) waiters(c *Core, waits string) (added []int) { return s.add(waitersOf(c), waits) }

func (s *snapshot) add(nodes []dumpNode, waits string) (added []int) {
	for _, n := range nodes {
		if n.frame != nil {
			if _, ok := s.index[n.frame]; ok {
				continue
			}
			s.index[n.frame] = len(s.nodes)
		}
		n.waits = waits
		added = append(added, len(s.nodes))
		s.nodes = append(s.nodes, n)
	}
	return added
}

// known finds a waiter of c that is a node already.
func (s *snapshot) known(c *Core) int {
	for _, n := range waitersOf(c) {
		if i, ok := s.index[n.frame]; ok {
			return i
		}
	}
	return -1
}

// waitersOf makes nodes of those who wait for c, in the order in which they registered. Their list is locked only while
// they are read: what stands for frames has a lock of its own, which must not be taken inside.
func waitersOf(c *Core) (nodes []dumpNode) {
	if c.exec != nil && c.exec.direct { // its call does not look at locks, and only a frame or a group waits
		if h := c.waiters.load(); waited(h) {
			if p, ok := h.self().(proxy); ok {
				return nodesOf(p.frames())
			}
			nodes = append(nodes, nodeOf(h))
		}
		return nodes
	}
	h := c.lock()
	if h == nil {
		return nil
	}
	var proxies []proxy // in place of the nodes without a function
	for t := h; waited(t); t = t.next {
		if p, ok := t.self().(proxy); ok {
			proxies = append(proxies, p)
			nodes = append(nodes, dumpNode{waits: "proxy"})
			continue
		}
		nodes = append(nodes, nodeOf(t))
	}
	c.unlock(h)
	slices.Reverse(nodes)
	slices.Reverse(proxies)
	var all []dumpNode
	for _, n := range nodes {
		if n.waits == "" {
			all = append(all, n)
			continue
		}
		all = append(all, nodesOf(proxies[0].frames())...)
		proxies = proxies[1:]
	}
	return all
}

func nodeOf(t *Task) dumpNode {
	n := dumpNode{by: -1}
	n.function, n.pos = t.self().Site()
	if isFrame(t) {
		n.frame = t
	}
	return n
}

func nodesOf(ts []*Task) (nodes []dumpNode) {
	for _, t := range ts {
		nodes = append(nodes, nodeOf(t))
	}
	return nodes
}

func isFrame(t *Task) bool { return t.kind == kindFrame || t.kind == kindCallback }

// A proxy is the self of a waiter that stands for frames.
type proxy interface{ frames() []*Task }

func (in *joinInput) frames() []*Task {
	in.group.mu.Lock()
	defer in.group.mu.Unlock()
	if in.group.result == nil {
		return nil
	}
	return []*Task{in.group.result}
}

func (c *mapped[T, U]) frames() []*Task { return []*Task{&c.m.task} }

// list makes calls of the nodes that are frames.
func (s *snapshot) list() (calls []Call) {
	for _, n := range s.nodes {
		if n.frame == nil {
			continue
		}
		c := Call{Function: n.function, Position: n.pos, Waits: n.waits}
		if h := n.frame.home(); h != nil && h != stray {
			c.Executor = h.title()
		}
		for i, seen := n.by, 0; i >= 0 && seen < maxLines; i, seen = s.nodes[i].by, seen+1 {
			c.Chain = append(c.Chain, place(s.nodes[i].function, s.nodes[i].pos))
		}
		calls = append(calls, c)
	}
	return calls
}
