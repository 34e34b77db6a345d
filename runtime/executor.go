package async

// This file holds what loops and pools have in common.

import (
	"context"
	"fmt"
	"sync"
)

// An Executor is where calls go on: a *Loop or a *Pool. There are no others.
type Executor interface {
	// Post queues f. It may be called from any goroutine.
	Post(f func())
	executor() *executor
}

// An executor is what promises and frames point to. There are some for each home, to tell frames from other promises, and of frames those
// that only one caller knows.
type executor struct {
	home   *home
	leaf   bool // the promises that point to it are no frames
	direct bool // only the call or the group that made it knows such a frame, and waits for it: see flagDirect
	naps   bool // they are those of a bed
	waits  bool // only the call that made it knows such a wait: see soleWait and channelOp
}

// A home is a loop, a pool, or the one home of what has neither.
type home struct {
	frames, directs, leaves, naps, waits executor

	loop   *Loop
	pool   *Pool
	number int // in the order in which they were made
	scopes scopes
}

func (h *home) init() {
	h.frames.home = h
	h.directs = executor{home: h, direct: true}
	h.leaves = executor{home: h, leaf: true}
	h.naps = executor{home: h, leaf: true, naps: true}
	h.waits = executor{home: h, leaf: true, waits: true}
	homes.add(h)
}

// post makes t ready, from any goroutine.
func (h *home) post(t *Task) {
	if h.loop != nil {
		h.loop.post(t)
	} else {
		h.pool.post(t)
	}
}

// postAll is post for a list that begins with the task that is to run last.
func (h *home) postAll(first, last *Task) {
	if h.loop != nil {
		h.loop.postAll(first, last)
	} else {
		h.pool.postAll(first, last)
	}
}

// stray is the home of promises made without an executor. Nothing runs there.
var stray = func() *home {
	h := new(home)
	h.init()
	return h
}()

// The executorKey of contexts is a pointer, as those are compared without a call.
type executorKey struct{ _ byte }

// WithExecutor returns a context that makes the calls started with it go on at e, and what is made with it belong there. A
// call that has suspended already stays where it is. It may be called from any goroutine. A nil ctx or e panics.
func WithExecutor(ctx context.Context, e Executor) context.Context {
	return &executorContext{ctx, e.executor(), ctx.Done()}
}

// An executorContext is what WithExecutor makes. What it is asked for most, by who has no other one made from it, takes no search.
type executorContext struct {
	context.Context
	e    *executor
	done <-chan struct{} // of the Context
}

func (c *executorContext) Value(key any) any {
	if key == (*executorKey)(nil) {
		return c.e
	}
	return c.Context.Value(key)
}

func (c *executorContext) String() string { return nameOf(c.Context) + ".WithExecutor" }

// nameOf is how ctx is printed, as package context does: its fields may change at any time.
func nameOf(ctx context.Context) string {
	if s, ok := ctx.(fmt.Stringer); ok {
		return s.String()
	}
	return fmt.Sprintf("%T", ctx)
}

// executorOf is the executor for frames that ctx names, or nil.
func executorOf(ctx context.Context) *executor {
	if c, ok := ctx.(*executorContext); ok {
		return c.e
	}
	return findExecutor(ctx)
}

// findExecutor is executorOf for other contexts. It is apart so that the compiler can put that into its callers, as with isDone.
//
//go:noinline
func findExecutor(ctx context.Context) *executor {
	if ctx == nil {
		return nil
	}
	e, _ := ctx.Value((*executorKey)(nil)).(*executor)
	return e
}

// doneOf is the channel that is closed when ctx is done; nil if that cannot happen.
func doneOf(ctx context.Context) <-chan struct{} {
	if c, ok := ctx.(*executorContext); ok {
		return c.done
	}
	if ctx == nil {
		return nil
	}
	return ctx.Done()
}

// isClosed tells whether a channel of a context is closed.
func isClosed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// isDone tells whether ctx is done.
func isDone(ctx context.Context) bool {
	if c, ok := ctx.(*executorContext); ok && c.done == nil {
		return false
	}
	return hasErr(ctx)
}

//go:noinline
func hasErr(ctx context.Context) bool { return ctx != nil && ctx.Err() != nil }

// executorOr is the executor for frames that ctx names, or that of h.
func executorOr(ctx context.Context, h *home) *executor {
	if e := executorOf(ctx); e != nil {
		return e
	}
	return &h.frames
}

// homeOf is the home that ctx names, or nil.
func homeOf(ctx context.Context) *home {
	if e := executorOf(ctx); e != nil {
		return e.home
	}
	return nil
}

// ownHome is the home of what is made with ctx.
func ownHome(ctx context.Context) *home {
	if h := homeOf(ctx); h != nil {
		return h
	}
	return stray
}

// runHome is the home where something runs that one of these promises is about: where they belong, or where the goroutine does.
func runHome(cs ...*Core) *home {
	for _, c := range cs {
		if c != nil && c.exec != nil && c.exec.home != stray {
			return c.exec.home
		}
	}
	return currentHome()
}

// A postTask runs a function that was posted.
type postTask struct {
	hop
	internal
	f func()
}

func (p *postTask) run(w *worker)                { p.f() }
func (p *postTask) Site() (function, pos string) { return "Post", "" }

func (h *home) postFunc(f func()) {
	p := &postTask{f: f}
	p.kind, p.exec = kindHop, &h.leaves
	p.setSelf(p)
	h.post(&p.Task)
}

var defaultPool func() *Pool

func init() { defaultPool = sync.OnceValue(func() *Pool { return NewPool(0) }) } // here, as what it makes refers to it
