package async

// This file finds rejections that nobody looks at. A promise that is rejected while nobody waits for it is kept in a list
// for a short time, as most are looked at soon. What is left at the next garbage collection gets a cleanup: if that
// collection or a later one finds the promise gone, and nobody has looked, the rejection is reported. At the end of Run,
// and a while after a rejection, a garbage collection is made for that.

import (
	"log"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// An Unhandled is a rejection that nobody looked at before the promise was gone.
type Unhandled struct {
	Err      error    // a *PanicError if it is a panic; a function may also have returned one, as an ordinary error
	Panics   bool     // it is a panic
	Function string   // the call that was rejected, if it was one
	Position string   // of its last await, as file:line
	Chain    []string // the call that the error came from by an await, then where that one had it from, and so on; for a panic, see its Stack
}

// OnUnhandled sets the function that gets the rejections that nobody looks at: of a promise that nobody awaits, passes to Then
// and its like, or asks for its result. A [Group] looks at its calls for those who wait for it; of what a group or a combinator does not
// pass on, it drops errors, but not panics. It is found out when the promise has become garbage, or at the end of [Run]. f is
// called once for each, on any goroutine, and several at a time. Without one, errors are logged, with the calls that they came
// through, and panics end the program, as those of goroutines do. A nil f restores that. Exits are not reported. It holds for
// the whole process, and may be called from any goroutine.
func OnUnhandled(f func(Unhandled)) {
	if f == nil {
		unhandledHook.Store(nil)
		return
	}
	unhandledHook.Store(&f)
}

var unhandledHook atomic.Pointer[func(Unhandled)]

func report(u Unhandled) {
	if f := unhandledHook.Load(); f != nil {
		(*f)(u)
		return
	}
	where := ""
	if u.Function != "" {
		where = " in " + place(u.Function, u.Position)
	}
	if !u.Panics {
		log.Print("async: rejection that nobody handles", where, ": ", u.Err, strings.Join(append([]string{""}, u.Chain...), "\n\tfrom "))
		return
	}
	e := u.Err.(*PanicError)
	log.Printf("async: panic that nobody handles%s: %v\n\n%s", where, e.Value, e.Stack)
	go panic(e.Value)
	select {} // the program ends now
}

// unseen holds promises that were rejected while nobody waited for them.
var unseen unseenList

type unseenList struct {
	mu      mutex
	young   []*Core
	records []weakPtr[rejection] // of promises that are still there, or were lately
	bound   int                  // of records, before they are looked through
	probing bool                 // a garbage collection is going to be made
	pause   time.Duration        // before it
}

// A rejection replaces the mark of a settled promise that nobody has looked at.
type rejection struct {
	mark Task // kind is kindMark
	internal
	done     atomicBool // it has been looked at or reported
	report   sync.Once
	what     Unhandled
	promise  weakPtr[Core]
	withdraw runtime.Cleanup
}

// see notes that somebody looks at the rejection of c.
func (c *Core) see() {
	switch h := c.waiters.load(); {
	case h == &settledMark || h == nil || h.kind != kindMark:
	case h == &unseenMark:
		if !c.waiters.cas(h, &settledMark) {
			c.see()
		}
	default:
		r := h.self().(*rejection)
		r.done.Store(true)
		r.withdraw.Stop()
		c.waiters.store(&settledMark)
	}
}

// An onlooker is the self of a waiter that is told of a rejection and need not look at it. It may look later, with see.
type onlooker interface {
	Resumer
	looks(panics bool) bool // whether to be told is to look, at a panic or at an error
}

// looksAt tells whether t, a waiter of c, looks at its rejection as soon as it is told.
func (t *Task) looksAt(c *Core) bool {
	if t.kind == kindFrame || t.kind == kindCallback {
		return true
	}
	o, ok := t.self().(onlooker)
	return !ok || o.looks(c.panics())
}

// panics tells whether c, which is settled or just about to be, carries a panic.
func (c *Core) panics() bool {
	_, ok := c.raw().(*PanicError)
	return ok
}

// unseenBy tells whether nobody in the list of waiters h looks at the rejection of c. The caller has seized c.
func (c *Core) unseenBy(h *Task) bool {
	for ; waited(h); h = h.next {
		if h.looksAt(c) {
			return false
		}
		if h.kind == kindEnd {
			return true
		}
	}
	return h != &quietEnd || c.panics()
}

const maxUnseen = 256

func (u *unseenList) add(c *Core) {
	if c.raw() == ErrGoexit {
		return // a goroutine that exits is silent too
	}
	if m := simulationOf(c); m != nil {
		m.rejects(c)
		return
	}
	watchGC()
	u.mu.Lock()
	u.young = append(u.young, c)
	full := len(u.young) >= maxUnseen
	start := !u.probing && !bubbled() // the timers of a bubble end with it
	if start {
		u.probing = true
		u.pause = min(max(2*u.pause, 100*time.Millisecond), time.Minute)
		time.AfterFunc(u.pause, u.probe)
	}
	u.mu.Unlock()
	if full {
		u.age()
	}
}

// probe makes a garbage collection, if there is something that it could find.
func (u *unseenList) probe() {
	u.age()
	u.mu.Lock()
	u.probing = false
	some := len(u.records) > 0
	u.mu.Unlock()
	if some {
		runtime.GC()
	}
}

// age makes records of what nobody has looked at yet, and forgets the rest.
func (u *unseenList) age() {
	u.mu.Lock()
	defer u.mu.Unlock()
	young := u.young
	u.young = nil
	for _, c := range young {
		if c.waiters.load() == &unseenMark {
			u.record(c)
		}
	}
	if len(u.records) > u.bound {
		kept := u.records[:0]
		for _, p := range u.records {
			if r := strong(p); r != nil && !r.done.Load() {
				kept = append(kept, p)
			}
		}
		clear(u.records[len(kept):])
		u.records, u.bound = kept, 2*len(kept)+64
	}
}

func (u *unseenList) record(c *Core) {
	r := &rejection{what: unhandledOf(c), promise: makeWeak(c)}
	r.mark.kind = kindMark
	r.mark.setSelf(r)
	r.withdraw = runtime.AddCleanup(c, (*rejection).gone, r)
	if !c.waiters.cas(&unseenMark, &r.mark) {
		r.withdraw.Stop()
		return
	}
	u.records = append(u.records, makeWeak(r))
}

func unhandledOf(c *Core) Unhandled {
	u := Unhandled{Err: plainError(c.raw()), Panics: c.panics()}
	u.Function, u.Position = originOf(c)
	if x, ok := c.raw().(trailed); ok {
		u.Chain = x.trail.places()
		if u.Chain[0] == place(u.Function, u.Position) {
			u.Chain = u.Chain[1:]
		}
	}
	return u
}

// gone is called when the promise of r is garbage.
func (r *rejection) gone() {
	r.report.Do(func() {
		if r.done.CompareAndSwap(false, true) {
			report(r.what)
		}
	})
}

// settle reports what nobody can look at any more, at the end of Run.
func (u *unseenList) settle() {
	u.mu.Lock()
	none := len(u.young) == 0 && len(u.records) == 0
	u.mu.Unlock()
	if none {
		return
	}
	u.age()
	u.mu.Lock()
	var rs []*rejection
	for _, p := range u.records {
		if r := strong(p); r != nil && !r.done.Load() {
			rs = append(rs, r)
		}
	}
	u.mu.Unlock()
	if len(rs) == 0 {
		return
	}
	runtime.GC()
	for _, r := range rs {
		if strong(r.promise) == nil {
			r.gone()
		}
	}
}

// originOf tells which call a promise belongs to, if it does.
func originOf(c *Core) (function, pos string) {
	if c.exec == nil || c.exec.leaf {
		return "", ""
	}
	return taskOf(c).self().Site()
}

// crash reports a panic in a function that has no promise.
func crash(e *PanicError) { report(Unhandled{Err: e, Panics: true}) }
