// Package retry calls something until it succeeds. Its test waits for minutes, and takes no time.
package retry

import (
	"context"
	"errors"
	"time"

	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// Do calls f until it succeeds, up to n times, for at most limit each time. It waits in between: for pause, then twice as long, and so
// on.
//
//goawait:async
func Do[T any](ctx context.Context, n int, pause, limit time.Duration, f func(ctx context.Context) *async.Promise[T]) (T, error) {
	var none T
	var failures error
	for i := range n {
		if i > 0 {
			if _, err := async.Await(async.Sleep(ctx, pause<<(i-1))); err != nil {
				return none, err
			}
		}
		v, err := async.Await(try(ctx, limit, f))
		if err == nil {
			return v, nil
		}
		failures = errors.Join(failures, err)
	}
	return none, failures
}

// try calls f with a context that ends after limit.
func try[T any](ctx context.Context, limit time.Duration, f func(ctx context.Context) *async.Promise[T]) *async.Promise[T] {
	ctx, cancel := async.WithTimeout(ctx, limit)
	return async.Finally(f(ctx), cancel)
}
