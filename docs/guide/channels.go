package guide

import (
	"context"
	"errors"

	async "github.com/goawait/goawait/runtime"
)

// Count sends the numbers below n.
//
//goawait:async
func Count(ctx context.Context, n int, out chan<- int) error {
	defer close(out)
	for i := range n {
		out <- i
	}
	return ctx.Err()
}

// Merge passes on what comes from two channels until both are closed.
//
//goawait:async
func Merge(ctx context.Context, a, b <-chan int, out chan<- int) error {
	defer close(out)
	for a != nil || b != nil {
		var v int
		var ok bool
		select {
		case v, ok = <-a:
			if !ok {
				a = nil
				continue
			}
		case v, ok = <-b:
			if !ok {
				b = nil
				continue
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		out <- v
	}
	return nil
}

// Total adds up what comes from a channel.
//
//goawait:async
func Total(ctx context.Context, in <-chan int) (sum int, err error) {
	for v := range in {
		sum += v
	}
	return sum, ctx.Err()
}

// Drain adds up what is taken from a queue, until it is closed.
//
//goawait:async
func Drain(ctx context.Context, q *async.Queue[int]) (sum int, err error) {
	for {
		v, err := async.Await(q.Take(ctx))
		if errors.Is(err, async.ErrClosed) {
			return sum, nil
		}
		if err != nil {
			return 0, err
		}
		sum += v
	}
}
