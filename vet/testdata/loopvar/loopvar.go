//go:build go1.21

package loopvar

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func old(ctx context.Context, ids []int, p *async.Promise[int]) ([]int, error) {
	var ps []*async.Promise[int]
	for i, id := range ids {
		ps = append(ps, async.Start(ctx, func(ctx context.Context) (int, error) {
			n, err := async.Await(p)
			return n + id + i + id, err // want `^id is one variable for all iterations of the loop in go1.21, and this runs on after the iteration; write id := id in the loop$` `^i is one variable`
		}))
	}
	for _, id := range ids {
		id := id
		ps = append(ps, async.Go(ctx, func(ctx context.Context) (int, error) { return id, nil }))
	}
	for i := 0; i < 3; i++ {
		i++
		ps = append(ps, async.Then(p, func(n int) (int, error) { return n + i, nil })) // want `i is one variable`
	}
	for _, id := range ids {
		n, err := async.Await(async.Start(ctx, func(ctx context.Context) (int, error) {
			n, err := async.Await(p)
			return n + id, err
		}))
		_, _ = n, err
	}
	return async.Await(async.All(ps...))
}
