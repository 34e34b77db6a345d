package async_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	async "github.com/goawait/goawait/runtime"
)

func ExampleSleep() {
	_, err := async.Await(async.Sleep(context.Background(), time.Millisecond))
	fmt.Println("awake", err)

	ctx, cancel := context.WithCancelCause(context.Background())
	long := async.Sleep(ctx, time.Hour)
	cancel(errors.New("no time"))
	_, err = async.Await(long)
	fmt.Println(err)
	// Output:
	// awake <nil>
	// no time
}

func ExampleSleepUntil() {
	at := time.Now().Add(time.Millisecond)
	async.Await(async.SleepUntil(context.Background(), at))
	fmt.Println(time.Now().Before(at))
	// Output: false
}

func ExampleTimeout() {
	ctx := context.Background()
	never, _, _ := async.NewPromise[int](ctx)
	_, err := async.Await(async.Timeout(ctx, time.Millisecond, never))
	fmt.Println(err, errors.Is(err, context.DeadlineExceeded))
	// Output: async: no result within 1ms true
}

// The deadline ends what was made with the context.
func ExampleWithTimeout() {
	ctx, cancel := async.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err := async.Await(async.Sleep(ctx, time.Hour))
	fmt.Println(err)
	// Output: context deadline exceeded
}

func ExampleWithDeadline() {
	ctx, cancel := async.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	fmt.Println(ctx.Err())
	// Output: context deadline exceeded
}

func ExampleAfterFunc() {
	done := make(chan string)
	async.AfterFunc(context.Background(), time.Millisecond, func() { done <- "called" })
	stop := async.AfterFunc(context.Background(), time.Hour, func() { done <- "never" })
	fmt.Println(stop(), stop())
	fmt.Println(<-done)
	// Output:
	// true false
	// called
}

func ExampleInterval() {
	ticks := async.NewInterval(context.Background(), time.Millisecond)
	for i := range 3 {
		async.Await(ticks.Next())
		fmt.Println("tick", i)
	}
	// Output:
	// tick 0
	// tick 1
	// tick 2
}
