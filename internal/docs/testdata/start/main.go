package main

import (
	"context"
	"fmt"
	"time"

	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// greet says hello after a while.
//
//goawait:async
func greet(ctx context.Context, name string) (string, error) {
	if _, err := async.Await(async.Sleep(ctx, 100*time.Millisecond)); err != nil {
		return "", err
	}
	return "hello, " + name, nil
}

func main() {
	both, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[[]string] {
		return async.All(greetAsync(ctx, "Ada"), greetAsync(ctx, "Grace"))
	})
	fmt.Println(both, err)
}
