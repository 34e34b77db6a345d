package async_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// What is started under Run runs on one goroutine, so that it needs no locks.
func ExampleRun() {
	sum := 0
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[[]int] {
		var calls []*async.Promise[int]
		for i := range 3 {
			calls = append(calls, async.Then(async.Yield(ctx), func(async.Void) (int, error) {
				sum += i
				return sum, nil
			}))
		}
		return async.All(calls...)
	})
	fmt.Println(sum, err)
	// Output: 3 <nil>
}

// Run tells when its promise waits for what cannot come any more.
func ExampleRun_deadlock() {
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[string] {
		return async.NewQueue[string](0).Take(ctx) // nobody else has the queue
	})
	fmt.Println(errors.Is(err, async.ErrDeadlock))
	fmt.Println(err)
	// Output:
	// true
	// async: deadlock:
	// 	Run waits for Queue.Take that nothing can settle any more
}

// A host with a loop of its own, such as a game, drives a Loop a turn at a time.
func ExampleLoop() {
	loop := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), loop)
	greet := async.Then(async.Sleep(ctx, time.Millisecond), func(async.Void) (int, error) { return fmt.Println("hello") })
	for greet.State() == async.Pending { // the host's loop
		if !loop.Poll() {
			if at, ok := loop.NextTimer(); ok {
				time.Sleep(time.Until(at))
			}
		}
	}
	// Output: hello
}

func ExampleLoop_Post() {
	loop := async.NewLoop()
	loop.Post(func() { fmt.Println("first") })
	loop.Post(func() { fmt.Println("second") })
	fmt.Println("posted")
	loop.Poll()
	// Output:
	// posted
	// first
	// second
}

func ExampleLoop_OnWake() {
	loop := async.NewLoop()
	loop.OnWake(func() { fmt.Println("something is ready") })
	loop.Post(func() {})
	loop.Post(func() {})
	loop.Poll()
	loop.Post(func() {})
	// Output:
	// something is ready
	// something is ready
}

// Run ends when nothing is left that could become ready.
func ExampleLoop_Run() {
	loop := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), loop)
	tick := async.Sleep(ctx, time.Millisecond)
	async.Then(tick, func(async.Void) (int, error) { return fmt.Println("tick") })
	async.Then(tick, func(async.Void) (int, error) { return fmt.Println("tock") })
	fmt.Println(loop.Run())
	// Output:
	// tick
	// tock
	// <nil>
}

func ExamplePool() {
	ctx := async.WithExecutor(context.Background(), async.NewPool(4)) // up to four at a time
	var squares []*async.Promise[int]
	for i := range 5 {
		squares = append(squares, async.Then(async.Yield(ctx), func(async.Void) (int, error) { return i * i, nil }))
	}
	fmt.Println(async.Await(async.All(squares...)))
	// Output: [0 1 4 9 16] <nil>
}

func ExampleWithExecutor() {
	loop := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), loop)
	p := async.Then(async.Yield(ctx), func(async.Void) (string, error) { return "on the loop", nil })
	loop.Run()
	fmt.Println(p.Result())
	// Output: on the loop <nil> true
}

func ExampleExecutor() {
	for _, e := range []async.Executor{async.NewLoop(), async.NewPool(1)} {
		done := make(chan bool, 1)
		e.Post(func() { done <- true })
		if loop, ok := e.(*async.Loop); ok {
			loop.Run()
		}
		fmt.Println(<-done)
	}
	// Output:
	// true
	// true
}

// Yield lets others go first that are ready.
func ExampleYield() {
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		later := async.Then(async.Yield(ctx), func(async.Void) (int, error) { return fmt.Println("later") })
		async.Then(async.Resolve(1), func(int) (int, error) { return fmt.Println("first") })
		return later
	})
	// Output:
	// first
	// later
}
