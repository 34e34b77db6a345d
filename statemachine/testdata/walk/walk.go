// Package walk has the functions that the documentation of package statemachine carries through every step.
package walk

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

type shop struct{ prices []int }

//goawait:async
func (s *shop) price(ctx context.Context, id int) (int, error) {
	_, err := async.Await(async.Yield(ctx))
	return s.prices[id], err
}

func (s *shop) tax(ctx context.Context, sum int) *async.Promise[int] { return async.Resolve(sum / 5) }

func (s *shop) close() {}

//goawait:async
func total(ctx context.Context, s *shop, ids []int) (int, error) {
	sum := 0
	for _, id := range ids {
		sum += async.Must(async.Await(s.priceAsync(ctx, id)))
	}
	tax, err := async.Await(s.tax(ctx, sum))
	return sum + tax, err
}

//goawait:async
func taxed(ctx context.Context, s *shop, sum int) (int, error) {
	defer s.close()
	tax, err := async.Await(s.tax(ctx, sum))
	return sum + tax, err
}
