package retry

import (
	"context"
	"errors"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynctest"
)

func TestDoGivesUp(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		_, err := async.Await(DoAsync(ctx, 3, time.Minute, time.Second, func(ctx context.Context) *async.Promise[string] {
			return answer(ctx, time.Hour)
		}))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
