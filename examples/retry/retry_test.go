package retry

import (
	"context"
	"io"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynctest"
)

func TestDo(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begin, calls := time.Now(), 0
		v, err := async.Await(DoAsync(ctx, 5, time.Minute, 10*time.Second, func(ctx context.Context) *async.Promise[string] {
			switch calls++; calls {
			case 1:
				return async.Completed("", io.ErrUnexpectedEOF)
			case 2:
				return answer(ctx, time.Hour) // too late
			}
			return answer(ctx, time.Second)
		}))
		// A minute, ten seconds for the second call, two minutes, and a second for the third.
		if v != "answer" || err != nil || time.Since(begin) != 3*time.Minute+11*time.Second {
			t.Error(v, err, time.Since(begin))
		}
	})
}

// answer comes after d.
func answer(ctx context.Context, d time.Duration) *async.Promise[string] {
	return async.Then(async.Sleep(ctx, d), func(async.Void) (string, error) { return "answer", nil })
}
