// Package calls has the work in goawait's form: annotated functions, and the twins that goawait makes of them. The twins alone
// are measured. Some of these functions share variables without a lock, as all that runs on one loop may; their blocking forms
// are not to be used.
package calls

// This file holds single calls that suspend (S1) or could but don't (S2).

import (
	"context"

	"github.com/goawait/goawait/bench/calls/far"
	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// yields suspends n times.
//
//goawait:async
func yields(ctx context.Context, n int) (int, error) {
	sum := 0
	for i := range n {
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return sum, err
		}
		sum += i
	}
	return sum, nil
}

// A handover is where a consumer leaves the resolver of the promise that it waits for.
type handover struct{ resolve func(int) }

// handsOver awaits n promises that another call on the same loop settles.
//
//goawait:async
func handsOver(ctx context.Context, n int) (int, error) {
	h := new(handover)
	sum := consumeAsync(ctx, h, n)
	if _, err := async.Await(produceAsync(ctx, h, n)); err != nil {
		return 0, err
	}
	return async.Await(sum)
}

//goawait:async
func consume(ctx context.Context, h *handover, n int) (int, error) {
	sum := 0
	for range n {
		p, resolve, _ := async.NewPromise[int](ctx)
		h.resolve = resolve
		v, err := async.Await(p)
		if err != nil {
			return sum, err
		}
		sum += v
	}
	return sum, nil
}

//goawait:async
func produce(ctx context.Context, h *handover, n int) error {
	for i := range n {
		h.resolve(i)
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// channel receives n values that another call on the same loop sends.
//
//goawait:async
func channel(ctx context.Context, n int) (int, error) {
	ch := make(chan int)
	sent := sendsAsync(ctx, ch, n)
	sum := 0
	for v := range ch {
		sum += v
	}
	_, err := async.Await(sent)
	return sum, err
}

//goawait:async
func sends(ctx context.Context, ch chan<- int, n int) error {
	for i := range n {
		ch <- i
	}
	close(ch)
	return nil
}

// chooses receives n values that another call on the same loop sends, by selects that wait for a second channel, too.
//
//goawait:async
func chooses(ctx context.Context, n int) (int, error) {
	ch, stop := make(chan int), make(chan struct{})
	sent := sendsAsync(ctx, ch, n)
	sum := 0
	for range n {
		select {
		case v := <-ch:
			sum += v
		case <-stop:
			return sum, nil
		}
	}
	_, err := async.Await(sent)
	return sum, err
}

// add could suspend, but does not for the numbers that it is given.
//
//goawait:async
func add(ctx context.Context, a, b int) (int, error) {
	if a < 0 {
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return 0, err
		}
	}
	return a + b, nil
}

// adds awaits n calls of a twin that end at once.
//
//goawait:async
func adds(ctx context.Context, n int) (int, error) {
	sum := 0
	for i := range n {
		v, err := async.Await(addAsync(ctx, sum, i))
		if err != nil {
			return sum, err
		}
		sum = v
	}
	return sum, nil
}

// addsFar is adds with a twin of another package.
//
//goawait:async
func addsFar(ctx context.Context, n int) (int, error) {
	sum := 0
	for i := range n {
		v, err := async.Await(far.AddAsync(ctx, sum, i))
		if err != nil {
			return sum, err
		}
		sum = v
	}
	return sum, nil
}

// addsBy is adds with a twin that only the caller knows, so that its promise is needed.
//
//goawait:async
func addsBy(ctx context.Context, add func(ctx context.Context, a, b int) *async.Promise[int], n int) (int, error) {
	sum := 0
	for i := range n {
		v, err := async.Await(add(ctx, sum, i))
		if err != nil {
			return sum, err
		}
		sum = v
	}
	return sum, nil
}

// queue takes n values from a queue that another call on the same loop puts there, one at a time.
//
//goawait:async
func queue(ctx context.Context, n int) (int, error) {
	q := async.NewQueue[int](1)
	put := putsAsync(ctx, q, n)
	sum := 0
	for range n {
		v, err := async.Await(q.Take(ctx))
		if err != nil {
			return sum, err
		}
		sum += v
	}
	_, err := async.Await(put)
	return sum, err
}

//goawait:async
func puts(ctx context.Context, q *async.Queue[int], n int) error {
	for i := range n {
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return err
		}
		q.TryPut(i)
	}
	return nil
}
