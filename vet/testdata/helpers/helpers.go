// Package helpers has functions that the other packages call.
package helpers

import (
	"context"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// Fetch is annotated.
//
//goawait:async
func Fetch(ctx context.Context, id int) (string, error) {
	_, err := async.Await(async.Sleep(ctx, time.Second))
	return "", err
}

// Pair has two values.
//
//goawait:async
func Pair(ctx context.Context) (int, string, error) {
	_, err := async.Await(async.Sleep(ctx, time.Second))
	return 1, "", err
}

// Client has methods.
type Client struct{}

// Close is annotated.
//
//goawait:async CloseLater
func (c *Client) Close(ctx context.Context) error {
	_, err := async.Await(async.Sleep(ctx, time.Second))
	return err
}

// Awaits is not annotated.
func Awaits(p *async.Promise[int]) int {
	return async.Must(async.Await(p))
}

// Pause blocks.
func Pause() { time.Sleep(time.Second) }

// Quick does not.
func Quick() int { return 1 }
