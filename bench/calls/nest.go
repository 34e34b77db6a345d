package calls

// This file holds calls in calls (S3).

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

// nest is a chain of depth calls whose last one suspends n times.
//
//goawait:async
func nest(ctx context.Context, depth, n int) (int, error) {
	if depth == 1 {
		sum := 0
		for i := range n {
			if _, err := async.Await(async.Yield(ctx)); err != nil {
				return sum, err
			}
			sum += i
		}
		return sum, nil
	}
	v, err := async.Await(nestAsync(ctx, depth-1, n))
	if err != nil {
		return v, err
	}
	return v + 1, nil
}

// nests makes trees chains of depth calls, one after the other, whose last ones suspend n times.
//
//goawait:async
func nests(ctx context.Context, trees, depth, n int) (int, error) {
	sum := 0
	for range trees {
		v, err := async.Await(nestAsync(ctx, depth, n))
		if err != nil {
			return sum, err
		}
		sum += v
	}
	return sum, nil
}
