package guide

import (
	"context"
	"fmt"

	async "github.com/goawait/goawait/runtime"
)

// Careless writes to a nil map, after a while.
//
//goawait:async
func Careless(ctx context.Context) error {
	var seen map[string]bool
	if _, err := async.Await(async.Yield(ctx)); err != nil {
		return err
	}
	seen["tea"] = true
	return nil
}

// Careful makes an error of the panic, which reaches it through the await.
//
//goawait:async
func Careful(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("recovered: %v", v)
		}
	}()
	_, err = async.Await(CarelessAsync(ctx))
	return err
}
