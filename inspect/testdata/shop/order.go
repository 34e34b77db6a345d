package shop

import (
	"context"
	"fmt"
	"time"

	async "github.com/goawait/goawait/runtime"
)

type Order struct {
	ID    int
	Items []string
	Paid  bool
	Kind  int
}

func stepAsync(ctx context.Context, name string, o *Order) *async.Promise[int] {
	return async.Resolve(len(name))
}

// Big is an order's life.
//
//goawait:async
func Big(ctx context.Context, o *Order, events chan string, done chan struct{}) (total int, err error) {
	validate, err := async.Await(stepAsync(ctx, "validate", o))
	if err != nil {
		return 0, fmt.Errorf("validate: %w", err)
	}
	total += validate
	reserve, err := async.Await(stepAsync(ctx, "reserve", o))
	if err != nil {
		return 0, fmt.Errorf("reserve: %w", err)
	}
	total += reserve
	price, err := async.Await(stepAsync(ctx, "price", o))
	if err != nil {
		return 0, fmt.Errorf("price: %w", err)
	}
	total += price
	switch o.Kind {
	case 0:
		if _, err := async.Await(stepAsync(ctx, "card", o)); err != nil {
			return total, err
		}
		if _, err := async.Await(stepAsync(ctx, "secure", o)); err != nil {
			return total, err
		}
	case 1:
		invoice, err := async.Await(stepAsync(ctx, "invoice", o))
		if err != nil {
			return total, err
		}
		total += invoice
	case 2:
		total += async.Must(async.Await(stepAsync(ctx, "voucher", o)))
	default:
		return 0, fmt.Errorf("kind %d", o.Kind)
	}
	for attempt := 0; ; attempt++ {
		n, err := async.Await(stepAsync(ctx, "charge", o))
		if err == nil {
			total += n
			break
		}
		if attempt == 3 {
			return total, err
		}
		if _, err := async.Await(async.Sleep(ctx, time.Second)); err != nil {
			return total, err
		}
	}
	for i, item := range o.Items {
		weight := async.Must(async.Await(stepAsync(ctx, item, o)))
		if weight > 100 {
			for range 2 {
				events <- item
				if _, err := async.Await(stepAsync(ctx, "split", o)); err != nil {
					return total, err
				}
			}
			continue
		}
		if i%2 == 0 && async.Must(async.Await(stepAsync(ctx, "even", o))) > 3 || weight == 7 {
			total += async.Must(async.Await(stepAsync(ctx, "seven", o)))
		}
		select {
		case e := <-events:
			total += len(e)
		case <-done:
			return total, nil
		}
	}

	if _, err := async.Await(stepAsync(ctx, "pack", o)); err != nil {
		return total, err
	}
	if o.Paid {
		total += async.Must(async.Await(stepAsync(ctx, "label", o)))
	}
	if total > 20 {
		total += async.Must(async.Await(stepAsync(ctx, "route", o)))
	} else {
		total -= async.Must(async.Await(stepAsync(ctx, "unroute", o)))
		total -= async.Must(async.Await(stepAsync(ctx, "reroute", o)))
	}
	if _, err := async.Await(stepAsync(ctx, "weigh", o)); err != nil {
		return total, err
	}
	if o.Paid {
		total += async.Must(async.Await(stepAsync(ctx, "stamp", o)))
	}
	if total > 50 {
		total += async.Must(async.Await(stepAsync(ctx, "book", o)))
	} else {
		total -= async.Must(async.Await(stepAsync(ctx, "unbook", o)))
		total -= async.Must(async.Await(stepAsync(ctx, "rebook", o)))
	}
	if _, err := async.Await(stepAsync(ctx, "hand", o)); err != nil {
		return total, err
	}
	if o.Paid {
		total += async.Must(async.Await(stepAsync(ctx, "ship", o)))
	}
	for e := range events {
		switch e {
		case "delivered":
			total++
		case "lost":
			total += async.Must(async.Await(stepAsync(ctx, "search", o)))
			total += async.Must(async.Await(stepAsync(ctx, "refund", o)))
		case "late":
			async.Must(async.Await(async.Sleep(ctx, time.Minute)))
			continue
		}
		if e == "end" {
			break
		}
		total += async.Must(async.Await(stepAsync(ctx, e, o)))
	}
	total += async.Must(async.Await(stepAsync(ctx, "thank", o)))
	total += async.Must(async.Await(stepAsync(ctx, "rate", o)))
	total += async.Must(async.Await(stepAsync(ctx, "archive", o)))
	return total, nil
}
