package calls

// This file holds many calls at once (S4 to S6).

import (
	"context"

	"github.com/goawait/goawait/bench/work"
	async "github.com/goawait/goawait/runtime"
)

// parked has three variables that live while it waits for gate.
//
//goawait:async
func parked(ctx context.Context, gate *async.Promise[async.Void], total *uint64, i int) (int, error) {
	name, box := work.Name(i), work.Box(i)
	if _, err := async.Await(gate); err != nil {
		return 0, err
	}
	v := work.Result(i, name, box)
	*total += uint64(v)
	return v, nil
}

// sleepers makes n calls that sleep, each for a time of its own, and joins them.
//
//goawait:async
func sleepers(ctx context.Context, n int) (int, error) {
	sum := 0
	g, ctx := async.NewGroup(ctx)
	for i := range n {
		g.Go(func(ctx context.Context) error {
			if _, err := async.Await(async.Sleep(ctx, work.Nap(i, n))); err != nil {
				return err
			}
			sum += i
			return nil
		})
	}
	_, err := async.Await(g.Wait())
	return sum, err
}

// spawns makes n calls that suspend once, and joins them.
//
//goawait:async
func spawns(ctx context.Context, n int) (int, error) {
	sum := 0
	g, ctx := async.NewGroup(ctx)
	for i := range n {
		g.Go(func(ctx context.Context) error {
			if _, err := async.Await(async.Yield(ctx)); err != nil {
				return err
			}
			sum += i
			return nil
		})
	}
	_, err := async.Await(g.Wait())
	return sum, err
}
