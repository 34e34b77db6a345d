package guide

import (
	"context"
	"errors"

	async "github.com/goawait/goawait/runtime"
)

// FirstPrice asks one shop after the other, until one has the item.
//
//goawait:async
func FirstPrice(ctx context.Context, item string, shops ...*Shop) (int, error) {
	for _, s := range shops {
		price, err := async.Await(s.PriceAsync(ctx, item))
		if err == nil || !errors.Is(err, ErrSoldOut) {
			return price, err
		}
	}
	return 0, ErrSoldOut
}

// Cost adds up what a breakfast costs. It panics if a shop has not got something.
//
//goawait:async
func Cost(ctx context.Context, s *Shop) int {
	return 2*async.Must(async.Await(s.PriceAsync(ctx, "tea"))) + async.Must(async.Await(s.PriceAsync(ctx, "milk")))
}

// BestPrice asks all shops at the same time, and takes no notice of those that have nothing to offer.
//
//goawait:async
func BestPrice(ctx context.Context, item string, shops ...*Shop) (int, error) {
	var asked []*async.Promise[int]
	for _, s := range shops {
		asked = append(asked, s.PriceAsync(ctx, item))
	}
	answers, _ := async.Await(async.AllSettled(asked...)) // never rejected
	best, found := 0, false
	for _, a := range answers {
		if a.Err == nil && (!found || a.Value < best) {
			best, found = a.Value, true
		}
	}
	if !found {
		return 0, ErrSoldOut
	}
	return best, nil
}
