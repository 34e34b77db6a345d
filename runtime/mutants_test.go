//go:build !js && !wasip1

package async_test

// This file runs the explorer of explore_test.go and the files like it, which need a build tag, on the package as it is, where it has to
// find nothing, and on copies with a seeded fault, which it has to find.

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var seedFaults = flag.Bool("mutants", false, "also seed faults for the explorer to find")

// A mutant is a fault: a text of a file that is replaced.
type mutant struct{ name, file, old, new string }

var mutants = []mutant{
	{"settle without a look at who came", "core.go", "if c.waiters.cas(h, &settledMark) {\n\t\t\tbreak\n\t\t}", "c.waiters.store(&settledMark)\n\t\tbreak"},
	{"subscribe without a look at who came", "core.go", "if c.waiters.cas(h, t) {\n\t\t\treturn true\n\t\t}", "c.waiters.store(t)\n\t\treturn true"},
	{"settle in the wrong order", "core.go", "for h, _ = reversed(h); h != nil; {", "for h != nil {"},
	{"settle through a lock", "core.go", "if h == &lockedMark {\n\t\t\tc.waiters.unlocked()\n\t\t\tcontinue\n\t\t}\n\t\tif c.waiters.cas(h, &settledMark)", "if c.waiters.cas(h, &settledMark)"},
	{"claim in two steps", "leaf.go", "return !n.claimed.Load() && n.claimed.CompareAndSwap(false, true)", "if n.claimed.Load() {\n\t\treturn false\n\t}\n\tn.claimed.Store(true)\n\treturn true"},
	{"claim for everybody", "leaf.go", "return !n.claimed.Load() && n.claimed.CompareAndSwap(false, true)", "n.claimed.Store(true)\n\treturn true"},
	{"seizure of what somebody edits", "core.go", "case h == &lockedMark:\n\t\t\tc.waiters.unlocked()\n\t\tcase c.waiters.cas(h, &lockedMark):\n\t\t\treturn h, true", "case c.waiters.cas(h, &lockedMark):\n\t\t\treturn h, true"},
	{"seizure without a look at who came", "core.go", "case c.waiters.cas(h, &lockedMark):\n\t\t\treturn h, true", "default:\n\t\t\tc.waiters.store(&lockedMark)\n\t\t\treturn h, true"},
	{"seizure of what is settled", "core.go", "case h != nil && h.kind == kindMark:\n\t\t\treturn nil, false\n\t\tcase h == &lockedMark:", "case h == &lockedMark:"},
	{"cancelled timer stays", "time.go", "if s.claimed.Load() { // cancelled meanwhile\n\t\ts.forget()\n\t}", ""},
	{"cancel leaves the timer", "time.go", "if s.settle(nil, cause) {\n\t\ts.forget()\n\t}", "s.settle(nil, cause)"},
	{"bed that nobody sees", "nap.go", "if s.over.Load() {", "if false {"},
	{"end of a context that sees no bed", "scopes.go", "s.over.Store(true)\n\tif b := loadPtr(&s.bed); b != nil {", "b := loadPtr(&s.bed)\n\ts.over.Store(true)\n\tif b != nil {"},
	{"naps that nobody rouses", "nap.go", "l.post(&e.Task)", "_ = e"},
	{"context that ends twice", "deadline.go", "if c.err != nil {\n\t\tc.mu.Unlock()\n\t\treturn false\n\t}", ""},
	{"cancelled context keeps its timer", "deadline.go", "leave()\n\tc.on.remove(&c.timer.timer)", "leave()"},
	{"combinator that leaves no trace", "core.go", "if quiet && *at == nil {\n\t\t*at = &quietEnd\n\t}", ""},
	{"take without a second look", "queue.go", "if v, done, err := w.q.tryTake(w); done || err != nil {\n\t\tsettleClaimed(&w.leaf, nil, v, err)\n\t}", "w.q.mu.Lock()\n\tpushTo(&w.q.takes, &w.fifoNode, w)\n\tw.q.mu.Unlock()"},
	{"put without a second look", "queue.go", "var v T // see tryPut\n\tif done, err := w.q.tryPut(v, w); done || err != nil {\n\t\tw.finish(err)\n\t}", "w.q.mu.Lock()\n\tw.q.puts.push(&w.fifoNode, w)\n\tw.q.mu.Unlock()"},
	{"scope that goes with what it has", "leaflist.go", "s.closed = s.closed || empty", "s.closed = true"},
	{"promise listed with a scope that has gone", "leaf.go", "if s.add(n) > 0 {\n\t\t\treturn true\n\t\t}", "s.add(n)\n\t\treturn true"},
	{"call of Map behind its end", "map.go", "m.next >= len(m.items)", "m.next == len(m.items)"},
	{"look in the middle of a note", "unhandled.go", "if !c.waiters.cas(h, &settledMark) {\n\t\t\tc.see()\n\t\t}", "c.waiters.store(&settledMark)"},
	{"note without a look at who looked", "unhandled.go", "if !c.waiters.cas(&unseenMark, &r.mark) {\n\t\tr.withdraw.Stop()\n\t\treturn\n\t}", "c.waiters.store(&r.mark)"},
	{"wait without a look at who ended", "group.go", "waits := g.finished()\n\tg.mu.Unlock()\n\tg.settle(waits)\n\treturn &w.promise", "g.mu.Unlock()\n\treturn &w.promise"},
	{"join without a look at who came", "core.go", "case c.waiters.cas(h, t):\n\t\t\treturn true", "default:\n\t\t\tc.waiters.store(t)\n\t\t\treturn true"},
	{"join of what is locked", "core.go", "case h == &lockedMark:\n\t\t\tc.waiters.unlocked()\n\t\tcase h != nil && h != &quietEnd:", "case h != nil && h != &quietEnd && h != &lockedMark:"},
	{"group without a look at what has ended", "group.go", "if !c.subscribe(&m.Task) {\n\t\tg.ended(e, c)\n\t}", "c.subscribe(&m.Task)"},
	{"last call of a group without a lock", "group.go", "g.left.Add(n) > 0 {", "g.left.Add(n) >= 0 {"},
	{"failure of a group that is noted too late", "group.go", "g.mu.Lock()\n\tfails := g.note(c)\n\tif c.rejected() {\n\t\tg.left.Add(n)\n\t}", "if c.rejected() {\n\t\tg.left.Add(n)\n\t}\n\tg.mu.Lock()\n\tfails := g.note(c)"},
	{"group that is over too early", "group.go", "if !g.awaited || g.left.Load() > 0 {\n\t\treturn nil\n\t}", ""},
	{"call of a group that is counted too late", "group.go", "e := g.enlist(c)\n\tif c.endWith(&e.Task) {\n\t\treturn\n\t}", "g.mu.Lock()\n\tif g.others == nil {\n\t\tg.others = new(roll)\n\t}\n\te := g.others.add(g, c)\n\ta := g.awaited\n\tif !a {\n\t\tg.joined++\n\t}\n\tg.mu.Unlock()\n\tif c.endWith(&e.Task) {\n\t\tif a {\n\t\t\tg.left.Add(1)\n\t\t}\n\t\treturn\n\t}\n\tif a {\n\t\tg.left.Add(1)\n\t}"},
	{"call of a group that is counted beside the lock", "group.go", "g.joined++\n\t}\n\tg.mu.Unlock()", "g.mu.Unlock()\n\t\tsimStep()\n\t\tg.mu.Lock()\n\t\tg.joined++\n\t}\n\tg.mu.Unlock()"},
	{"group that is awaited for ever", "group.go", "g.waits, g.awaited = nil, false", "g.waits = nil"},
	{"input that settles and counts as lost", "join.go", "c != nil { // one that has settled is on its way", "c != nil && !c.settled() {"},
	{"group that forgets its last call too early", "group.go", "g.count(c, -1)\n\te.remove(c)", "e.remove(c)\n\tg.count(c, -1)"},
	{"group that is settled and counts as lost", "group.go", "f(nil) // somebody is about to settle it", "_ = f"},
	{"input from elsewhere that is not expected", "join.go", "in.countForeign(in.exec, c)", "_ = c"},
	{"input from elsewhere that is expected for ever", "join.go", "in.core = nil\n\t\t\tin.uncountForeign(in.exec)", "in.core = nil"},
	{"result from elsewhere that is not expected", "completed.go", "a.task.countForeign(e, c)", ""},
	{"call from elsewhere that is not expected", "map.go", "c.hop.countForeign(c.hop.exec, &c.p.core)", ""},
	{"call of a group from elsewhere that is not expected", "group.go", "if l := g.loopApart(c); l != nil {\n\t\tl.foreign.Add(1)\n\t}", ""},
	{"call of a group from elsewhere that is over too early", "group.go", "g.count(c, -1)\n\te.remove(c)\n\tif l := g.loopApart(c); l != nil {\n\t\tl.uncountForeign()\n\t}", "if l := g.loopApart(c); l != nil {\n\t\tl.uncountForeign()\n\t}\n\tg.count(c, -1)\n\te.remove(c)"},
	{"group of nowhere that is not expected", "group.go", "w.task.flags |= flagForeign\n\t\tl.foreign.Add(1)", ""},
	{"loop that does not look again", "go.go", "} else if !l.drives() {\n\t\tl.wakes.send()\n\t}", "}"},
	{"panic that a group drops behind a failure", "group.go", "if g.raw != nil && carriedBy(c, g.raw) {", "if g.raw != nil {"},
	{"failure of a group that stays unseen", "group.go", "for _, c := range g.unseen {\n\t\tc.see()\n\t}", ""},
	{"channel that is made without a look at who came", "blocking.go", "case c.waiters.cas(nil, &d.Task):\n\t\t\treturn d.done", "default:\n\t\t\tc.waiters.store(&d.Task)\n\t\t\treturn d.done"},
	{"slot that is emptied without a look", "slots.go", "return loadPtr(s) == x && casPtr(s, x, nil)", "storePtr(s, nil)\n\treturn true"},
	{"slot that is looked at too early", "slots.go", "return loadPtr(s) == x && casPtr(s, x, nil)", "if loadPtr(s) != x {\n\t\treturn false\n\t}\n\tstorePtr(s, nil)\n\treturn true"},
	{"list that uses its slots again", "slots.go", "l.last, l.pages = nil, 0\n\t\tl.first.slots, l.first.used, l.first.next = nil, 0, nil", "l.last, l.pages = &l.first, 0\n\t\tl.first.used, l.first.next = 0, nil"},
	{"end of the waiters that is not told", "core.go", "if end != nil {\n\t\tend.tell(c, w)\n\t}", "_ = end"},
	{"waiters of elsewhere that are adopted", "worker.go", "if t.home() != w.home {", "if t.home() == nil {"},
	{"waiters that are adopted in the wrong order", "worker.go", "w.appendList(first, h, n)\n\treturn true", "w.appendAll(first)\n\treturn true"},
	{"list of waiters that is not put back together", "worker.go", "first.next, t, first = t, first, first.next", "first = first.next"},
	{"decided twice", "join.go", "if g.result == nil || in.came {\n\t\treturn nil\n\t}", "if in.came {\n\t\treturn nil\n\t}"},
	{"park without a second look", "loop.go", "l.parked.Store(true)\n\tif l.inbox.load() != nil {\n\t\tl.parked.Store(false)\n\t\treturn\n\t}", "l.parked.Store(true)"},
	{"look before parking only", "loop.go", "l.parked.Store(true)\n\tif l.inbox.load() != nil {\n\t\tl.parked.Store(false)\n\t\treturn\n\t}", "if l.inbox.load() != nil {\n\t\treturn\n\t}\n\tl.parked.Store(true)"},
	{"post without a look at who came", "loop.go", "if l.inbox.cas(h, t) {\n\t\t\tbreak\n\t\t}", "l.inbox.store(t)\n\t\tbreak"},
	{"post of many without a look at who came", "loop.go", "if l.inbox.cas(h, first) {\n\t\t\tbreak\n\t\t}", "l.inbox.store(first)\n\t\tbreak"},
	{"post of many that does not wake", "loop.go", "if l.inbox.cas(h, first) {\n\t\t\tbreak\n\t\t}\n\t}\n\tl.poke()", "if l.inbox.cas(h, first) {\n\t\t\tbreak\n\t\t}\n\t}"},
	{"post in the wrong order of steps", "loop.go", "for {\n\t\th := l.inbox.load()\n\t\tt.next = h\n\t\tif l.inbox.cas(h, t) {\n\t\t\tbreak\n\t\t}\n\t}\n\tl.poke()\n", "l.poke()\n\tfor {\n\t\th := l.inbox.load()\n\t\tt.next = h\n\t\tif l.inbox.cas(h, t) {\n\t\t\tbreak\n\t\t}\n\t}\n"},
	{"poll leaves without a second look", "loop.go", "if ready || l.inbox.load() != nil {\n\t\tl.poke()\n\t}", "_ = ready"},
	{"goroutine of a pool that ends without a second look", "pool.go", "p.start() // for what has come since collect", ""},
	{"goroutine of a pool that ends behind its second look", "pool.go", "p.active.Add(-1)\n\tp.start() // for what has come since collect", "p.start()\n\tp.active.Add(-1)"},
	{"post to a pool that starts nothing", "pool.go", "if p.hasRoom() {\n\t\tp.mu.Lock()\n\t\tp.start()\n\t\tp.mu.Unlock()\n\t}", ""},
	{"room is looked for too early", "pool.go", "\tfor {\n\t\th := p.inbox.load()\n\t\tlast.next = h\n\t\tif p.inbox.cas(h, first) {\n\t\t\tbreak\n\t\t}\n\t}\n\tif p.hasRoom() {", "\troom := p.hasRoom()\n\tfor {\n\t\th := p.inbox.load()\n\t\tlast.next = h\n\t\tif p.inbox.cas(h, first) {\n\t\t\tbreak\n\t\t}\n\t}\n\tif room {"},
	{"post to a pool without a look at who came", "pool.go", "if p.inbox.cas(h, first) {\n\t\t\tbreak\n\t\t}", "p.inbox.store(first)\n\t\tbreak"},
	{"nothing is taken from others", "pool.go", "|| p.steal(w)", ""},
	{"nobody is started for what was taken", "pool.go", "p.start()\n\t\treturn true", "return true"},
	{"what was taken does not count as work", "pool.go", "if w.waiting() > 0 {\n\t\t\treturn true\n\t\t}", "_ = w"},
	{"unlock without a lock", "semaphore.go", "g.mu.Lock()\n\tif g.held < k {\n\t\tg.mu.Unlock()", "g.mu.Lock()\n\tg.mu.Unlock()\n\tif g.held < k {"},
	{"wait that is used again while others have it in hand", "waits.go", "n.unlisted && !c.rejected()", "!c.rejected()"},
	{"wait that is taken out of its list without a look", "leaf.go", "case casPtr(d.in, n, &leaving):\n\t\tn.unlisted, d.n = true, nil\n\tdefault:\n\t\tn.unlisted = false", "default:\n\t\tstoreOwnedPtr(d.in, &leaving)\n\t\tn.unlisted, d.n = true, nil"},
	{"leaf that leaves its list too early", "leaf.go", "storeOwnedPtr(d.in, &leaving)\n\tcase", "storeOwnedPtr(d.in, nil)\n\tcase"},
	{"wait that leaves its list too early", "leaf.go", "left := l.node.leave()\n\tl.promise.value = v", "left := l.node.leave()\n\tfreeSlot(left.in)\n\tl.promise.value = v"},
	{"old leaf that is forgotten too early", "scopes.go", "if !n.claimed.finished() {\n\t\t\tss.old", "if !n.claimed.Load() {\n\t\t\tss.old"},
	{"loop that ends without a last look at what came", "loop.go", "awaited || l.inbox.load() != nil:", "awaited:"},
	{"loop that ends while somebody settles", "loop.go", "case settling == nil:\n\t\t\treturn false", "default:\n\t\t\treturn false"},
	{"cancelled waiter keeps its place", "semaphore.go", "removeFrom(&w.g.queue, &w.fifoNode)", "_ = w"},
}

func TestExplorerFindsFaults(t *testing.T) {
	dir := t.TempDir()
	copyPackage(t, dir)
	if out, err := explorer(dir, "10m"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	} else {
		for _, m := range regexp.MustCompile(`(?s): (\d+ schedules)\n--- PASS: TestExplore(\w+)`).FindAllStringSubmatch(out, -1) {
			t.Log(m[2]+":", m[1])
		}
	}
	for _, m := range mutants {
		if src, err := os.ReadFile(m.file); err != nil || strings.Count(string(src), m.old) != 1 {
			t.Errorf("%s: the text to be replaced is not in %s once (%v)", m.name, m.file, err)
		}
	}
	if !*seedFaults {
		return // the package is built anew for each fault, which takes a minute
	}
	for _, m := range mutants {
		path := filepath.Join(dir, m.file)
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile(path, []byte(strings.Replace(string(src), m.old, m.new, 1)), 0o666)
		out, err := explorer(dir, "1m") // a fault may make it wait for ever
		os.WriteFile(path, src, 0o666)
		switch {
		case err == nil:
			t.Errorf("%s: not found", m.name)
		case !strings.Contains(out, "--- FAIL") && !strings.Contains(out, "panic:") && !strings.Contains(out, "fatal error:"):
			t.Errorf("%s: did not run: %s", m.name, out)
		}
	}
}

// copyPackage copies the package and the explorer to dir, as a module of its own.
func copyPackage(t *testing.T, dir string) {
	files, _ := filepath.Glob("*.go")
	assembly, _ := filepath.Glob("*.s")
	for _, f := range append(files, assembly...) {
		if strings.HasSuffix(f, "_test.go") && !strings.HasPrefix(f, "explore_") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(dir, f), src, 0o666)
	}
	os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module github.com/goawait/goawait/runtime\n\ngo 1.26\n"), 0o666)
}

// explorer runs the explorer in dir.
func explorer(dir, timeout string) (string, error) {
	cmd := exec.Command("go", "test", "-tags", "goawait_sim", "-run", "^TestExplore", "-v", "-timeout", timeout, "-vet=off")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}
