package async_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// The first failure ends the others, and Wait waits for all.
func ExampleGroup() {
	g, _ := async.NewGroup(context.Background())
	g.Go(func(ctx context.Context) error {
		_, err := async.Await(async.Sleep(ctx, time.Hour))
		fmt.Println("sleeper:", err)
		return err
	})
	g.Go(func(ctx context.Context) error { return errors.New("disk full") })
	_, err := async.Await(g.Wait())
	fmt.Println("group:", err)
	// Output:
	// sleeper: disk full
	// group: disk full
}

func ExampleGroup_GoAsync() {
	g, ctx := async.NewGroup(context.Background())
	for _, item := range []string{"tea", "milk"} {
		g.GoAsync(func(context.Context) *async.Promise[async.Void] {
			return async.Then(priceAsync(ctx, item), func(int) (async.Void, error) { return async.Void{}, nil })
		})
	}
	_, err := async.Await(g.Wait())
	fmt.Println(err, context.Cause(ctx))
	// Output: <nil> context canceled
}

// A supervisor lets the others go on, and collects the failures.
func ExampleNewSupervisor() {
	g, _ := async.NewSupervisor(context.Background())
	first := make(chan bool)
	g.Go(func(context.Context) error { defer close(first); return errors.New("first") })
	g.Go(func(context.Context) error { <-first; return nil })
	_, err := async.Await(g.Wait())
	fmt.Println(err)
	// Output: first
}

// A call that nobody waits for, on purpose: its failure is reported at once.
func ExampleDetach() {
	leftover := errors.New("could not clean up")
	reported := make(chan error, 1)
	async.OnUnhandled(func(u async.Unhandled) {
		if u.Err == leftover {
			reported <- u.Err
		}
	})
	defer async.OnUnhandled(nil)
	async.Detach(async.Start(context.Background(), func(context.Context) (async.Void, error) {
		return async.Void{}, leftover
	}))
	fmt.Println(<-reported)
	// Output: could not clean up
}

func ExampleOnUnhandled() {
	forgotten := errors.New("forgotten")
	reported := make(chan async.Unhandled, 1)
	async.OnUnhandled(func(u async.Unhandled) {
		if u.Err == forgotten {
			reported <- u
		}
	})
	defer async.OnUnhandled(nil)
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		async.Reject[int](forgotten)
		return async.Resolve(1)
	})
	fmt.Println((<-reported).Err)
	// Output: forgotten
}

func ExampleUnhandled() {
	u := async.Unhandled{Err: errors.New("no connection"), Function: "shop.page", Position: "page.go:7", Chain: []string{"shop.load (load.go:3)"}}
	fmt.Println(u.Function, "failed:", u.Err)
	fmt.Println("because of", u.Chain[0])
	// Output:
	// shop.page failed: no connection
	// because of shop.load (load.go:3)
}
