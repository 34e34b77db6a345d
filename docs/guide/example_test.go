package guide

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	async "github.com/goawait/goawait/runtime"
)

func ExampleFirstPrice() {
	price, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return FirstPriceAsync(ctx, "milk", corner, market)
	})
	fmt.Println(price, err)
	_, err = async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return FirstPriceAsync(ctx, "milk", corner, kiosk, market)
	})
	fmt.Println(err, errors.Is(err, ErrClosed))
	// Output:
	// 1 <nil>
	// kiosk: shop is closed true
}

func ExampleBestPrice() {
	ctx := context.Background()
	fmt.Println(BestPrice(ctx, "tea", corner, kiosk, market)) // the blocking form, on this goroutine
	fmt.Println(BestPrice(ctx, "cake", corner, kiosk, market))
	// Output:
	// 3 <nil>
	// 0 sold out
}

func ExampleReserve() {
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[async.Void] {
		ctx, cancel := context.WithCancelCause(ctx)
		reserved := ReserveAsync(ctx, async.NewSemaphore(1))
		cancel(errors.New("changed my mind"))
		return reserved
	})
	fmt.Println(err)
	// Output:
	// reserved
	// given back: <nil>
	// changed my mind
}

func ExampleCareful() {
	_, err := async.Run(context.Background(), CarefulAsync)
	fmt.Println(err)

	_, err = CarelessAsync(context.Background()).Wait(context.Background()) // Wait gives a panic as an error
	var panicked *async.PanicError
	fmt.Println(errors.As(err, &panicked), panicked.Value)
	stack := string(panicked.Stack)
	fmt.Println(strings.Contains(stack, "panics_async.go"))
	// Output:
	// recovered: assignment to entry in nil map
	// true assignment to entry in nil map
	// true
}

func ExampleMerge() {
	sum, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		a, b, both := make(chan int), make(chan int), make(chan int)
		async.Detach(CountAsync(ctx, 3, a))
		async.Detach(CountAsync(ctx, 4, b))
		async.Detach(MergeAsync(ctx, a, b, both))
		return TotalAsync(ctx, both)
	})
	fmt.Println(sum, err)
	// Output: 9 <nil>
}

func ExampleDrain() {
	sum, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		q := async.NewQueue[int](2)
		sum := DrainAsync(ctx, q)
		q.TryPut(1)
		q.TryPut(2)
		q.Close()
		return sum
	})
	fmt.Println(sum, err)
	// Output: 3 <nil>
}

func ExamplePrices() {
	for _, items := range [][]string{{"tea", "milk"}, {"tea", "cake"}} {
		prices, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[map[string]int] {
			return PricesAsync(ctx, market, items)
		})
		fmt.Println(prices["tea"], prices["milk"], err)
	}
	// Output:
	// 3 1 <nil>
	// 3 0 market: sold out
}

func ExampleCity() {
	c := &Client{answers: map[string]string{"ada": "Main Street", "Main Street": "London"}}
	city, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[string] {
		return CityAsync(ctx, c, "ada")
	})
	fmt.Println(city, err)
	// Output: London <nil>
}

func ExampleGame() {
	g := NewGame(func(g *Game) { fmt.Println(g.Fox, g.Text) })
	scene := g.ScriptAsync(g.ctx)
	for scene.State() == async.Pending { // the game's own loop
		g.Frame()
	}
	// Output:
	// 1 a fox goes for a walk
	// 2 it looks around
	// 3 it looks around
}

func Example_dump() {
	g := NewGame(func(*Game) {})
	scene := g.ScriptAsync(g.ctx)
	async.Dump(os.Stdout)
	for scene.State() == async.Pending {
		g.Frame()
	}
	// Output:
	// 2 suspended calls
	//
	// guide.(*Game).Walk (hosts.go:40)
	// 	waits for Event.Wait
	// 	awaited by guide.(*Game).Script (hosts.go:53)
	//
	// guide.(*Game).Script (hosts.go:53)
	// 	waits for guide.(*Game).Walk (hosts.go:40)
}
