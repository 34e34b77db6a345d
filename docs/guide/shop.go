package guide

// This file has a service to call, which needs no network: answers come in a later turn of the loop.

import (
	"context"
	"errors"
	"fmt"

	async "github.com/goawait/goawait/runtime"
)

// ErrSoldOut says that a shop has nothing left of an item.
var ErrSoldOut = errors.New("sold out")

// ErrClosed says that a shop does not answer.
var ErrClosed = errors.New("shop is closed")

// A Shop has items with prices.
type Shop struct {
	Name   string
	Prices map[string]int
	Closed bool
}

// Price asks for the price of an item.
//
//goawait:async
func (s *Shop) Price(ctx context.Context, item string) (int, error) {
	if _, err := async.Await(async.Yield(ctx)); err != nil {
		return 0, err
	}
	price, ok := s.Prices[item]
	switch {
	case s.Closed:
		return 0, fmt.Errorf("%s: %w", s.Name, ErrClosed)
	case !ok:
		return 0, fmt.Errorf("%s: %w", s.Name, ErrSoldOut)
	}
	return price, nil
}

var (
	corner = &Shop{Name: "corner", Prices: map[string]int{"tea": 4}}
	market = &Shop{Name: "market", Prices: map[string]int{"tea": 3, "milk": 1}}
	kiosk  = &Shop{Name: "kiosk", Closed: true}
)
