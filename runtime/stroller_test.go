package async_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// A coroutine that blocks on a goroutine of a pool does not keep that from running what it waits for.
func TestCoroutineMayBlockItsPool(t *testing.T) {
	pool := async.WithExecutor(context.Background(), async.NewPool(1))
	for name, ctx := range map[string]context.Context{"pool": pool, "none": nil} {
		var ps []*async.Promise[int]
		for range 2 * runtime.GOMAXPROCS(0) {
			ps = append(ps, async.Stackful(ctx, "call", func(co async.Coroutine) (int, error) {
				async.CoAwait(co, async.Yield(ctx))
				async.Await(async.Yield(ctx))
				return 1, nil
			}))
		}
		if vs, err := async.Await(async.All(ps...)); err != nil || len(vs) != len(ps) {
			t.Error(name, vs, err)
		}
	}
}

// A coroutine without context goes on where what it waits for belongs. There it may not block.
func TestCoroutineMustNotBlockItsLoop(t *testing.T) {
	stroll := func(first, second *async.Promise[int]) *async.Promise[int] {
		return async.Stackful(nil, "call", func(co async.Coroutine) (int, error) {
			async.CoAwait(co, first)
			return async.Await(second)
		})
	}
	for _, before := range []bool{false, true} { // it has waited for something
		said, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[string] {
			first, settle, _ := async.NewPromise[int](ctx)
			second, _, _ := async.NewPromise[int](ctx)
			if !before {
				settle(1)
			}
			return async.Then(async.AllSettled(stroll(first, second), func() *async.Promise[int] { settle(1); return first }()),
				func(all []async.Settled[int]) (string, error) { return fmt.Sprint(all[0].Err), nil })
		})
		if err != nil || !strings.Contains(said, "would block the loop") {
			t.Error(before, said, err)
		}
	}
}
