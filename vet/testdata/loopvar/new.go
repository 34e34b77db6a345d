package loopvar

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

func today(ctx context.Context, ids []int) (ps []*async.Promise[int]) {
	for _, id := range ids {
		ps = append(ps, async.Go(ctx, func(ctx context.Context) (int, error) { return id, nil }))
	}
	return ps
}
