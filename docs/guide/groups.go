package guide

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

// Prices asks a shop for several items at the same time. If one is missing, it does not wait for the others.
//
//goawait:async
func Prices(ctx context.Context, s *Shop, items []string) (map[string]int, error) {
	prices := map[string]int{} // no lock: all of this runs on one loop
	g, ctx := async.NewGroup(ctx)
	for _, item := range items {
		g.Go(func(ctx context.Context) error {
			price, err := async.Await(s.PriceAsync(ctx, item))
			prices[item] = price
			return err
		})
	}
	_, err := async.Await(g.Wait())
	return prices, err
}

// PricesInOrder asks for two items at a time.
//
//goawait:async
func PricesInOrder(ctx context.Context, s *Shop, items []string) ([]int, error) {
	return async.Await(async.Map(ctx, items, 2, func(ctx context.Context, item string) (int, error) {
		return async.Await(s.PriceAsync(ctx, item))
	}))
}
