package calls

// This file holds calls that meet other goroutines (S7, S8).

import (
	"context"

	"github.com/goawait/goawait/bench/work"
	async "github.com/goawait/goawait/runtime"
)

// A question is for another goroutine, which answers with the number after v.
type question struct {
	v      int
	answer func(int)
}

// asks has n questions answered by whoever receives from other, batch at a time.
//
//goawait:async
func asks(ctx context.Context, other chan<- question, n, batch int) (int, error) {
	sum := 0
	answers := make([]*async.Promise[int], batch)
	for i := 0; i < n; i += batch {
		for j := range answers {
			p, resolve, _ := async.NewPromise[int](ctx)
			answers[j] = p
			other <- question{i + j, resolve}
		}
		for _, p := range answers {
			v, err := async.Await(p)
			if err != nil {
				return sum, err
			}
			sum += v
		}
	}
	return sum, nil
}

// crunch computes, and suspends after each step.
//
//goawait:async
func crunch(ctx context.Context, seed uint64, steps int) (uint64, error) {
	for range steps {
		seed = work.Step(seed)
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return 0, err
		}
	}
	return seed % work.Modulus, nil
}
