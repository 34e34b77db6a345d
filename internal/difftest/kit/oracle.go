package kit

// This file holds the twins of the judge: they run the blocking form on a goroutine, and no part of the compiler
// has a hand in them.

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

// Call is one call of a twin of the judge. Its body stores what the blocking form gave.
type Call[R any] struct {
	V   R
	Err error
	p   **async.Promise[R]
}

// NewCall makes the call whose promise goes to p.
func NewCall[R any](p **async.Promise[R]) *Call[R] { return &Call[R]{p: p} }

// Go runs body on a goroutine and makes the promise of what it stores.
func (c *Call[R]) Go(body func()) {
	*c.p = async.Go(context.Background(), func(context.Context) (R, error) {
		body()
		return c.V, c.Err
	})
}
