package async_test

import (
	"context"
	"fmt"

	async "github.com/goawait/goawait/runtime"
)

func ExampleMutex() {
	ctx := context.Background()
	var mu async.Mutex
	async.Await(mu.Lock(ctx))
	next := async.Then(mu.Lock(ctx), func(async.Void) (string, error) {
		defer mu.Unlock()
		return "got it", nil
	})
	fmt.Println(mu.TryLock(), next.State())
	mu.Unlock() // gives it to next
	fmt.Println(async.Await(next))
	// Output:
	// false pending
	// got it <nil>
}

func ExampleSemaphore() {
	ctx := context.Background()
	connections := async.NewSemaphore(2)
	async.Await(connections.Acquire(ctx, 2))
	third := connections.Acquire(ctx, 1)
	fmt.Println(third.State())
	connections.Release(1)
	async.Await(third)
	fmt.Println(third.State(), connections.TryAcquire(1))
	_, err := async.Await(connections.Acquire(ctx, 3))
	fmt.Println(err)
	// Output:
	// pending
	// fulfilled false
	// async: Acquire of 3 units from a Semaphore of 2
}

func ExampleQueue() {
	ctx := context.Background()
	q := async.NewQueue[string](1)
	async.Await(q.Put(ctx, "a"))
	full := q.Put(ctx, "b") // waits for room
	fmt.Println(full.State())
	fmt.Println(async.Await(q.Take(ctx)))
	fmt.Println(full.State())
	q.Close()
	fmt.Println(async.Await(q.Take(ctx))) // what is in it can still be taken
	_, err := async.Await(q.Take(ctx))
	fmt.Println(err)
	// Output:
	// pending
	// a <nil>
	// fulfilled
	// b <nil>
	// async: closed
}

func ExampleEvent() {
	ctx := context.Background()
	var started async.Event
	waiting := started.Wait(ctx)
	fmt.Println(waiting.State(), started.IsSet())
	started.Set()
	fmt.Println(waiting.State(), started.Wait(ctx).State())
	started.Reset()
	fmt.Println(started.Wait(ctx).State())
	// Output:
	// pending false
	// fulfilled fulfilled
	// pending
}
