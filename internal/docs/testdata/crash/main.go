package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func mark(ctx context.Context, seen map[string]bool, name string) error {
	_, err := async.Await(async.Sleep(ctx, time.Millisecond))
	seen[name] = true
	return err
}

//goawait:async
func visit(ctx context.Context, names ...string) error {
	var seen map[string]bool // forgotten: make
	for _, name := range names {
		if _, err := async.Await(markAsync(ctx, seen, name)); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	ctx := context.Background()
	_, err := visitAsync(ctx, "Ada", "Grace").Wait(ctx)
	var panicked *async.PanicError
	if errors.As(err, &panicked) {
		fmt.Printf("panic: %v\n\n%s", panicked.Value, panicked.Stack)
	}
}
