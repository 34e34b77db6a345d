// Package far has an async function for callers in another package.
package far

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// Add could suspend, but does not for the numbers that it is given.
//
//goawait:async
func Add(ctx context.Context, a, b int) (int, error) {
	if a < 0 {
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return 0, err
		}
	}
	return a + b, nil
}
