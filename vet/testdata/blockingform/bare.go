package blockingform

import "context"

//goawait:async
func bare(ctx context.Context) (int, error) {
	return one(ctx) // want `one is the blocking form`
}
