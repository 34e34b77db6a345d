package async

// This file notes on which way an error came to a call that is rejected: as errors are values, the await chain is not in them. A call that
// ends with an error after it has waited for a promise that was rejected, is taken to fail because of that one.

// A trail is a call that was rejected, and the one that this one had waited for, and so on.
type trail struct {
	function, pos string
	from          *trail
	length        int
}

// blame notes that t, if it has returned an error, was rejected because of c.
func (t *Task) blame(c *Core) {
	err := t.core().raw()
	if err == nil || err == ErrGoexit || t.kind != kindFrame || t.state != finished {
		return
	}
	function, pos := t.self().Site()
	t.core().reject(trailed{err, trailOf(c).add(function, pos)})
}

// passed is the error of c, nil if there is none, for a promise that passes it on and so looks at it.
func (c *Core) passed() error {
	if !c.rejected() {
		return nil
	}
	c.see()
	return c.traced()
}

// traced is the error of c with the call that it came from.
func (c *Core) traced() error {
	raw := c.raw()
	switch raw.(type) {
	case nil, *PanicError, trailed:
		return raw
	}
	if tr := trailOf(c); tr != nil && raw != ErrGoexit {
		return trailed{raw, tr}
	}
	return raw
}

// trailOf is how the error of c, which is rejected, came to c.
func trailOf(c *Core) *trail {
	if x, ok := c.raw().(trailed); ok {
		return x.trail
	}
	if function, pos := originOf(c); function != "" {
		return (*trail)(nil).add(function, pos)
	}
	return nil
}

// add puts a call before those of tr. Where that gets too long, what was last in tr is left out.
func (tr *trail) add(function, pos string) *trail {
	switch {
	case tr == nil:
		return &trail{function, pos, nil, 1}
	case tr.length >= maxAwaits:
		tr = tr.from
	}
	return &trail{function, pos, tr, tr.length + 1}
}

// places lists the calls, the last to be rejected first.
func (tr *trail) places() (list []string) {
	for ; tr != nil; tr = tr.from {
		list = append(list, place(tr.function, tr.pos))
	}
	return list
}
