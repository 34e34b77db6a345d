package guide

import (
	"context"
	"errors"
	"fmt"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// Patient waits for an answer for a minute at most, and then for the answer of a second shop.
//
//goawait:async
func Patient(ctx context.Context, ask, askNext func(context.Context) *async.Promise[int]) (int, error) {
	first, cancel := async.WithTimeout(ctx, time.Minute)
	defer cancel()
	price, err := async.Await(ask(first))
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return async.Await(askNext(ctx))
	}
	return price, err
}

// Reserve keeps an item back until its context is cancelled, and gives it back even so.
//
//goawait:async
func Reserve(ctx context.Context, shelf *async.Semaphore) (err error) {
	if _, err := async.Await(shelf.Acquire(ctx, 1)); err != nil {
		return err
	}
	defer func() {
		_, yieldErr := async.Await(async.Yield(context.WithoutCancel(ctx))) // ctx itself would reject at once
		shelf.Release(1)
		fmt.Println("given back:", yieldErr)
	}()
	fmt.Println("reserved")
	_, err = async.Await(async.Sleep(ctx, time.Hour))
	return err
}
