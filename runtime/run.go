package async

// This file holds Run.

import (
	"context"
)

// Run makes a loop, calls fn on it, and returns what the promise that fn returns settles with. Everything that is started with
// the context that fn gets runs on that loop, one thing at a time. Run panics with the original value if the promise carries a
// panic, and returns ErrGoexit if an exit ended the call; if fn itself exits, it does so when all that was started has come to
// rest: a call that waits for a promise of no executor keeps it from that, even if nobody can settle this any more. It returns an
// error that wraps [ErrDeadlock], and tells who waits for what, if the promise waits only for what cannot settle any more.
//
// The loop runs on a goroutine of its own, while the caller waits. Run may be called from any goroutine but that of a loop,
// where it panics, as it would stop that loop; several may run at a time. A cancelled ctx does not end Run by itself: it
// rejects what was made with it. Calls that are still suspended when Run returns go on in the background. A nil ctx or fn
// panics. The cost is a goroutine and fifteen allocations.
func Run[T any](ctx context.Context, fn func(ctx context.Context) *Promise[T]) (T, error) {
	defer noBlocking("Run")()
	r := newMainRun(ctx)
	m := &mainCall[T]{mainRun: r, fn: fn}
	r.begin(m)
	<-r.done
	unseen.settle()
	if m.raw != nil {
		if pe, ok := m.raw.(*PanicError); ok {
			panic(pe.Value)
		}
		return m.value, plainError(m.raw)
	}
	return m.value, nil
}

// A mainRun is one call of Run. While the watchdog makes a garbage collection, and while the loop is idle after that, nothing in it holds the
// main promise, so that a promise that nobody can settle is collected.
type mainRun struct {
	loop   *Loop
	ctx    context.Context
	done   chan struct{}
	ended  bool
	exited bool // fn ended the goroutine: there is no promise
	main   weakPtr[Core]
	held   *Core           // main, so that it is still there when the watchdog looks at what it waits for
	lost   func(err error) // settles the run when the main promise cannot
	watch  watchdog
}

// A mainCall is a task that starts the main call, and then the one that waits for it.
type mainCall[T any] struct {
	hop hop
	internal
	*mainRun
	fn    func(ctx context.Context) *Promise[T]
	value T
	raw   error // as promises hold it
}

func (m *mainCall[T]) Site() (function, pos string) { return "Run", "" }

func newMainRun(ctx context.Context) *mainRun {
	l := NewLoop()
	l.main = &mainRun{loop: l, ctx: WithExecutor(ctx, l), done: make(chan struct{})}
	return l.main
}

func (r *mainRun) begin(t interface {
	hopper
	task() *hop
	fail(error)
}) {
	h := t.task()
	h.kind, h.exec = kindHop, &r.loop.leaves
	h.setSelf(t)
	r.lost = t.fail
	r.loop.post(&h.Task)
	go r.drive()
}

func (m *mainCall[T]) task() *hop { return &m.hop }

// run calls fn.
func (m *mainCall[T]) run(w *worker) {
	normal := false
	defer func() {
		if normal {
			return
		}
		if v := recover(); v != nil {
			m.finish(newPanic(v, nil))
		} else {
			m.exited = true
		}
	}()
	fn := m.fn
	m.fn = nil // it may hold what the watchdog is to find lost
	p := fn(m.ctx)
	normal = true
	if p == nil {
		m.finish(&PanicError{Value: "async: the function given to Run returned a nil promise"})
		return
	}
	m.main, m.held = makeWeak(&p.core), &p.core
	wait := &mainWait[T]{m: m, p: p}
	wait.hop.kind, wait.hop.exec = kindHop, m.hop.exec
	wait.hop.setSelf(wait)
	if !p.core.subscribe(&wait.hop.Task) {
		wait.run(w)
	}
}

func (m *mainCall[T]) fail(err error) { m.finish(err) }

func (m *mainCall[T]) finish(raw error) {
	m.raw, m.held = raw, nil
	m.ended = true
}

// A mainWait waits for the main promise.
type mainWait[T any] struct {
	hop hop
	internal
	m *mainCall[T]
	p *Promise[T]
}

func (w *mainWait[T]) Site() (function, pos string) { return "Run", "" }

func (w *mainWait[T]) run(*worker) {
	if w.m.ended { // without it
		return
	}
	w.m.value = w.p.value
	w.m.finish(w.p.core.raw())
	w.m = nil
}

// drive runs the loop until the main promise is settled.
func (r *mainRun) drive() {
	l := r.loop
	l.enter()
	defer func() {
		if !r.ended { // a call ended this goroutine
			l.release()
			go r.drive()
			return
		}
		l.main = nil
		l.retire()
		l.stopAlarm()
		r.watch.stop()
		l.alone.Store(true)
		close(r.done)
		l.leaveAlone()
	}()
	for !r.ended {
		if l.turn() {
			continue
		}
		if r.ended {
			break
		}
		if r.exited && !l.expects() {
			r.lost(ErrGoexit)
			break
		}
		r.watch.begin(r)
		l.park()
		r.watch.end(r)
	}
}
