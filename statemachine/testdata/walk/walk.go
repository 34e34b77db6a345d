// Package walk has the function that the documentation of package statemachine carries through every step.
package walk

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

type shop interface {
	price(ctx context.Context, id int) *async.Promise[int]
	tax(ctx context.Context, sum int) *async.Promise[int]
	close()
}

//goawait:async
func total(ctx context.Context, s shop, ids []int) (int, error) {
	defer s.close()
	sum := 0
	for _, id := range ids {
		sum += async.Must(async.Await(s.price(ctx, id)))
	}
	tax, err := async.Await(s.tax(ctx, sum))
	return sum + tax, err
}
