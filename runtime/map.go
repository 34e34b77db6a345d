package async

// This file holds Map.

import (
	"context"
)

// Map calls fn for each of items, at most limit calls at a time (all at once, if limit is not positive), each on a goroutine
// of its own, and returns the promise of the results, in the order of items. In an async function, where fn is a literal that awaits, fn
// becomes an async function. The first failure cancels the context of the other calls, keeps those from starting that have
// not, and rejects the promise when all that have are over; a panic is a failure that is carried on. Errors after it are dropped,
// and a panic after it is one that nobody handles: see [OnUnhandled]. Cancelling ctx keeps
// further calls from starting, too. Without items the promise is fulfilled at once. The items are not copied: they must not be
// changed before the promise settles. ctx may be nil. Map may be called from any goroutine.
func Map[T, U any](ctx context.Context, items []T, limit int, fn func(context.Context, T) (U, error)) *Promise[[]U] {
	return MapAsync(ctx, items, limit, func(ctx context.Context, item T) *Promise[U] {
		return Start(ctx, func(ctx context.Context) (U, error) { return fn(ctx, item) })
	})
}

// MapAsync is [Map] for a function that returns promises. The first calls of fn are made inside of MapAsync, later ones on the
// executor of ctx. A nil promise is a failure, with the panic of an await of it. MapAsync may be called from any goroutine.
// Besides the calls, an item costs one allocation.
func MapAsync[T, U any](ctx context.Context, items []T, limit int, fn func(context.Context, T) *Promise[U]) *Promise[[]U] {
	if len(items) == 0 {
		return Resolve([]U{})
	}
	m := &mapping[T, U]{items: items, fn: fn, limit: limit, results: make([]U, len(items))}
	if limit <= 0 {
		m.limit = len(items)
	}
	if ctx == nil {
		ctx = context.Background()
	}
	m.ctx, m.cancel = context.WithCancelCause(ctx)
	m.task.setSelf(m)
	m.task.state = suspended
	m.task.bind(ctx)
	m.fill(nil)
	return &m.promise
}

// A mapping is a call of Map.
type mapping[T, U any] struct {
	bareFrame[[]U]
	ctx    context.Context
	cancel context.CancelCauseFunc
	items  []T
	fn     func(context.Context, T) *Promise[U]
	limit  int

	mu      mutex
	next    int // item to start next
	live    []*mapped[T, U]
	results []U
	raw     error // the first failure
	failed  *Core // the call that it is of, if it is a panic, at which somebody looks when the promise settles
}

func (m *mapping[T, U]) Resume()                {}
func (m *mapping[T, U]) Release()               {}
func (m *mapping[T, U]) Site() (fn, pos string) { return "Map", "" }

func (m *mapping[T, U]) each(f func(*Core)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.live {
		if c.p != nil {
			f(&c.p.core)
		}
	}
}

// A mapped is the call for one item.
type mapped[T, U any] struct {
	hop hop
	internal
	m  *mapping[T, U]
	p  *Promise[U]
	i  int // the item
	at int // place in live
}

func (c *mapped[T, U]) Site() (function, pos string) { return "Map", "" }
func (c *mapped[T, U]) input() *Core                 { return &c.p.core }
func (c *mapped[T, U]) looks(panics bool) bool       { return !panics } // see ended

func (c *mapped[T, U]) run(w *worker) {
	c.m.ended(c)
	c.m.fill(w)
}

// fill starts calls as long as it may, and settles the promise after the last one.
func (m *mapping[T, U]) fill(w *worker) {
	for {
		c := m.begin()
		if c == nil {
			break
		}
		m.call(c, w)
		c.hop.countForeign(c.hop.exec, &c.p.core)
		if !c.p.core.subscribe(&c.hop.Task) {
			m.ended(c)
		}
	}
	m.close(w)
}

// call calls the function of m for c. If that ends the goroutine, the call is one that an exit has ended.
func (m *mapping[T, U]) call(c *mapped[T, U], w *worker) {
	normal := false
	defer func() {
		if !normal {
			c.take(Reject[U](ErrGoexit))
			m.ended(c)
			m.close(w)
		}
	}()
	c.take(protect(func() *Promise[U] { return m.fn(m.ctx, m.items[c.i]) }))
	normal = true
}

func (c *mapped[T, U]) take(p *Promise[U]) {
	c.m.mu.Lock()
	c.p = p
	c.m.mu.Unlock()
}

// close settles the promise if all is over.
func (m *mapping[T, U]) close(w *worker) {
	if m.finish() {
		m.cancel(context.Canceled)
		m.promise.core.settle(w)
	}
}

// begin returns the next call to be started, or nil.
func (m *mapping[T, U]) begin() *mapped[T, U] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.raw == nil && m.next < len(m.items) && m.ctx.Err() != nil {
		m.raw = heldCause(m.ctx)
	}
	if m.raw != nil || m.next >= len(m.items) || len(m.live) >= m.limit { // there are no items any more when all is over
		return nil
	}
	c := &mapped[T, U]{m: m, i: m.next, at: len(m.live)}
	c.hop.kind, c.hop.exec = kindHop, m.promise.core.exec
	c.hop.setSelf(c)
	m.next++
	m.live = append(m.live, c)
	return c
}

// ended takes over how a call ended.
func (m *mapping[T, U]) ended(c *mapped[T, U]) {
	m.mu.Lock()
	last := len(m.live) - 1
	m.live[c.at] = m.live[last]
	m.live[c.at].at = c.at
	m.live[last] = nil
	m.live = m.live[:last]
	p := c.p
	c.p = nil
	m.results[c.i] = p.value
	first := p.core.rejected() && m.raw == nil
	if first {
		m.raw, m.failed = p.core.traced(), &p.core
	} else if p.core.rejected() && carriedBy(&p.core, m.raw) {
		p.core.see()
	}
	m.mu.Unlock()
	c.hop.uncountForeign(c.hop.exec)
	if first {
		m.cancel(plainError(p.core.raw()))
	}
}

// finish finishes the frame if all is over. It returns true to one caller.
func (m *mapping[T, U]) finish() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.live) > 0 || m.task.state != suspended || m.raw == nil && m.next < len(m.items) {
		return false
	}
	if m.failed != nil {
		m.failed.see()
	}
	if m.raw != nil {
		carry(&m.bareFrame, nil, m.raw)
	} else {
		carry(&m.bareFrame, m.results, nil)
	}
	m.items, m.fn, m.results, m.live, m.failed = nil, nil, nil, nil, nil
	return true
}
