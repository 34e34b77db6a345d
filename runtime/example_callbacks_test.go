package async_test

import (
	"context"
	"errors"
	"fmt"

	async "github.com/goawait/goawait/runtime"
)

func ExampleThen() {
	text := async.Then(priceAsync(context.Background(), "tea"), func(price int) (string, error) {
		return fmt.Sprintf("%d crowns", price), nil
	})
	fmt.Println(async.Await(text))
	// Output: 3 crowns <nil>
}

func ExampleCatch() {
	price := async.Catch(priceAsync(context.Background(), "cake"), func(err error) (int, error) {
		fmt.Println("failed:", err)
		return 5, nil
	})
	fmt.Println(async.Await(price))
	// Output:
	// failed: no cake today
	// 5 <nil>
}

func ExampleFinally() {
	p := async.Finally(priceAsync(context.Background(), "cake"), func() { fmt.Println("closed") })
	fmt.Println(async.Await(p))
	// Output:
	// closed
	// 0 no cake today
}

func ExampleAll() {
	prices, err := async.Await(async.All(priceAsync(nil, "tea"), priceAsync(nil, "milk")))
	fmt.Println(prices, err)
	_, err = async.Await(async.All(priceAsync(nil, "tea"), priceAsync(nil, "cake")))
	fmt.Println(err)
	// Output:
	// [3 1] <nil>
	// no cake today
}

func ExampleAll2() {
	price, parts, err := async.Await2(async.All2(priceAsync(nil, "tea"), splitAsync("k=v")))
	fmt.Println(price, parts.V1, err)
	// Output: 3 k <nil>
}

func ExampleAll3() {
	a, b, c, err := async.Await3(async.All3(priceAsync(nil, "tea"), async.Resolve("text"), async.Resolve(2.5)))
	fmt.Println(a, b, c, err)
	// Output: 3 text 2.5 <nil>
}

func ExampleAll4() {
	_, _, _, _, err := async.Await4(async.All4(priceAsync(nil, "tea"), async.Resolve("text"), async.Resolve(2.5), priceAsync(nil, "cake")))
	fmt.Println(err)
	// Output: no cake today
}

func ExampleAllSettled() {
	results, _ := async.Await(async.AllSettled(priceAsync(nil, "tea"), priceAsync(nil, "cake")))
	for _, r := range results {
		fmt.Println(r.Value, r.Err)
	}
	// Output:
	// 3 <nil>
	// 0 no cake today
}

func ExampleSettled() {
	results, _ := async.Await(async.AllSettled(priceAsync(nil, "cake")))
	fmt.Println(results[0].Err)
	// Output: no cake today
}

func ExampleAny() {
	fmt.Println(async.Await(async.Any(priceAsync(nil, "cake"), priceAsync(nil, "tea"))))
	_, err := async.Await(async.Any(priceAsync(nil, "cake"), async.Reject[int](errors.ErrUnsupported)))
	fmt.Println(errors.Is(err, errors.ErrUnsupported))
	// Output:
	// 3 <nil>
	// true
}

func ExampleRace() {
	slow, _, _ := async.NewPromise[string](nil)
	fmt.Println(async.Await(async.Race(slow, async.Resolve("fast"))))
	// Output: fast <nil>
}

func ExampleAsCompleted() {
	a, resolveA, _ := async.NewPromise[string](nil)
	b, resolveB, _ := async.NewPromise[string](nil)
	results := async.AsCompleted(a, b)
	resolveB("b")
	resolveA("a")
	for p := range results {
		fmt.Println(async.Await(p))
	}
	// Output:
	// b <nil>
	// a <nil>
}

// At most two of these run at a time.
func ExampleMap() {
	ctx := context.Background()
	lengths, err := async.Await(async.Map(ctx, []string{"a", "bb", "ccc"}, 2, func(ctx context.Context, s string) (int, error) {
		return len(s), nil
	}))
	fmt.Println(lengths, err)
	// Output: [1 2 3] <nil>
}

func ExampleMapAsync() {
	fmt.Println(async.Await(async.MapAsync(context.Background(), []string{"tea", "milk"}, 0, priceAsync)))
	_, err := async.Await(async.MapAsync(context.Background(), []string{"tea", "cake", "milk"}, 1, priceAsync))
	fmt.Println(err)
	// Output:
	// [3 1] <nil>
	// no cake today
}
