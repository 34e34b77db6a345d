package awaitvalue

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

var stored = async.Await[int] // want `^async.Await as a value is the blocking form, which goawait does not turn into an await; call it where you await: v, err := async.Await\(p\)$`

func await[T any](p *async.Promise[T]) T { return async.Must(async.Await(p)) }

type waiter struct{}

func (waiter) Await(p async.Awaitable[int]) (int, error) { return async.Await(p) }

func apply(f func(async.Awaitable[int]) (int, error)) {}

//goawait:async
func caller(ctx context.Context, p *async.Promise[int], w waiter) (int, error) {
	n := await(p)        // want `^await is not the await marker of package async, so this blocks the loop; write async.Await\(p\)$`
	m, err := w.Await(p) // want `w.Await is not the await marker`
	if err != nil {
		return 0, err
	}
	k, err := async.Await[int](p)
	return n + m + k, err
}

func ordinary(p *async.Promise[int]) {
	apply(async.Await[int]) // want `async.Await as a value`
	apply(stored)
	await(p)
}
