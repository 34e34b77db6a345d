package async

// This file holds calls that nobody waits for.

// Detach says that nobody waits for a, on purpose. If it is rejected, that is reported as a rejection that nobody handles, at once and
// not when the promise has become garbage: see OnUnhandled. A call ends when its context does, detached or not: give one that
// is to outlive its caller context.WithoutCancel(ctx). Detach may be called from any goroutine. A nil a panics.
func Detach[T any](a Awaitable[T]) {
	p := promiseOf(a)
	d := &detached{core: &p.core}
	d.kind, d.exec = kindHop, &runHome(&p.core).leaves
	d.setSelf(d)
	if !p.core.subscribe(&d.Task) {
		d.queue(nil)
	}
}

// A detached waits for a promise to report its rejection.
type detached struct {
	hop
	internal
	core *Core
}

func (d *detached) Site() (function, pos string) { return "Detach", "" }

func (d *detached) run(*worker) {
	if raw := d.core.raw(); raw != nil && raw != ErrGoexit {
		d.core.report()
	}
}

// report reports the rejection of c at once.
func (c *Core) report() {
	if m := simulationOf(c); m != nil {
		m.reports(c)
		return
	}
	report(unhandledOf(c))
}
