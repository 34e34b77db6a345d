package async_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	async "github.com/goawait/goawait/runtime"
)

// Code that blocks runs elsewhere, and the loop goes on meanwhile.
func ExampleGo() {
	size, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return async.Go(ctx, func(context.Context) (int, error) {
			text, err := os.ReadFile("no such file")
			return len(text), err
		})
	})
	fmt.Println(size, errors.Is(err, os.ErrNotExist))
	// Output: 0 true
}

// In an async function, the literal becomes a call of its own, which shares the variables around it.
func ExampleStart() {
	p := async.Start(context.Background(), func(ctx context.Context) (string, error) {
		price, err := async.Await(priceAsync(ctx, "tea"))
		return fmt.Sprint("tea costs ", price), err
	})
	fmt.Println(async.Await(p))
	// Output: tea costs 3 <nil>
}

func ExampleRecv() {
	ch := make(chan int, 1)
	next := async.Recv(context.Background(), ch)
	ch <- 7
	fmt.Println(async.Await(next))
	close(ch)
	_, err := async.Await(async.Recv(context.Background(), ch))
	fmt.Println(err)
	// Output:
	// 7 <nil>
	// async: closed
}

func ExampleSend() {
	ch := make(chan string)
	sent := async.Send(context.Background(), ch, "hello")
	fmt.Println(<-ch)
	_, err := async.Await(sent)
	fmt.Println(err)
	// Output:
	// hello
	// <nil>
}
