// Package twins has a function for each form of a signature.
package twins

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func Touch(ctx context.Context) {
	async.Must(async.Await(async.Yield(ctx)))
}

//goawait:async
func Save(ctx context.Context, v int) error {
	_, err := async.Await(async.Yield(ctx))
	return err
}

//goawait:async
func Count(ctx context.Context) int {
	async.Must(async.Await(async.Yield(ctx)))
	return 1
}

//goawait:async
func Load(ctx context.Context, id int) (string, error) {
	return async.Await(async.Resolve("loaded"))
}

//goawait:async
func Pair(ctx context.Context) (int, string) {
	async.Must(async.Await(async.Yield(ctx)))
	return 1, "one"
}

//goawait:async
func Split(ctx context.Context, s string) (key, value string, err error) {
	_, err = async.Await(async.Yield(ctx))
	return s, s, err
}

//goawait:async
func Sum(ctx context.Context, ns ...int) (total int, err error) {
	for range ns {
		total += async.Must(async.Await(async.Resolve(1)))
	}
	return total, nil
}

//goawait:async
func First[T any](ctx context.Context, ps []*async.Promise[T]) (T, error) {
	return async.Await(ps[0])
}

// Store has methods.
type Store struct{}

//goawait:async
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	return async.Await(async.Resolve([]byte(key)))
}

//goawait:async
func fetch(ctx context.Context) error {
	_, err := async.Await(async.Yield(ctx))
	return err
}

//goawait:async StartBackup
func Backup(ctx context.Context) error {
	_, err := async.Await(async.Yield(ctx))
	return err
}
