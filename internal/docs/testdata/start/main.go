package main

import (
	"context"
	"fmt"
	"log"
	"time"

	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// countdown counts to zero, a moment between two numbers.
//
//goawait:async
func countdown(ctx context.Context, name string, from int) (string, error) {
	for i := from; i > 0; i-- {
		fmt.Println(name, i)
		if _, err := async.Await(async.Sleep(ctx, 100*time.Millisecond)); err != nil {
			return "", err
		}
	}
	return name + " is off", nil
}

func main() {
	both, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[[]string] {
		return async.All(countdownAsync(ctx, "Ada", 2), countdownAsync(ctx, "Grace", 3))
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(both)
}
