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

// Backup has a twin for this package alone.
//
//goawait:async startBackup
func Backup(ctx context.Context) (int, error) { return async.Await(async.Resolve(1)) }

// Both has two type parameters, one of which nobody infers.
//
//goawait:async
func Both[A, B any](a A) B { return async.Must(async.Await(async.Resolve(*new(B)))) }

// Awaits is not annotated.
func Awaits(p *async.Promise[int]) int {
	return async.Must(async.Await(p))
}

// Pause blocks.
func Pause() { time.Sleep(time.Second) }

// Quick does not.
func Quick() int { return 1 }
