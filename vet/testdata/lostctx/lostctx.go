package lostctx

import (
	"context"
	"time"

	"example.com/t/helpers"
	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func caller(ctx context.Context) (string, error) {
	async.Await(async.Sleep(context.Background(), time.Second)) // want `^with context.Background\(\), async.Sleep is not cancelled with the function around it; pass ctx, or context.WithoutCancel\(ctx\) if it is to outlive a cancellation$`
	async.Await(async.Sleep(nil, time.Second))                  // want `with nil, async.Sleep`
	defer func() {
		async.Await(helpers.FetchAsync(context.Background(), 1))
	}()
	g, _ := async.NewGroup(context.TODO()) // want `with context.TODO\(\), async.NewGroup`
	async.Await(g.Wait())
	return async.Await(helpers.FetchAsync(ctx, 1))
}

//goawait:async
func unnamed(context.Context) (string, error) {
	return async.Await(helpers.FetchAsync(context.Background(), 1)) // want `pass its context on, under a name$`
}

//goawait:async
func shadowed(ctx context.Context) (string, error) {
	{
		ctx := 1
		_ = ctx
		return async.Await(helpers.FetchAsync(context.Background(), 1)) // want `under a name`
	}
}

//goawait:async
func without(id int) (string, error) {
	return async.Await(helpers.FetchAsync(context.Background(), id))
}

func main() {
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[string] {
		return helpers.FetchAsync(context.Background(), 1) // want `pass ctx`
	})
	async.Await(helpers.FetchAsync(context.Background(), 1))
}

func passes(ctx context.Context) error {
	_ = context.WithValue(context.Background(), "k", 1)
	return nil
}
