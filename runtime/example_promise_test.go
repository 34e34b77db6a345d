package async_test

// The examples of package async stand in files named for what they show. In the order in which one learns it: promises, calls,
// callbacks, combinators, loops, time, groups, locks and queues, bridges to other code, and seeing what waits.
//
// They are ordinary functions, in which an await blocks. In a function with the line //goawait:async it would suspend the call.

import (
	"context"
	"errors"
	"fmt"
	"strings"

	async "github.com/goawait/goawait/runtime"
)

// priceAsync stands for the twin of an async function.
func priceAsync(ctx context.Context, item string) *async.Promise[int] {
	return async.Start(ctx, func(ctx context.Context) (int, error) {
		switch item {
		case "tea":
			return 3, nil
		case "milk":
			return 1, nil
		}
		return 0, fmt.Errorf("no %s today", item)
	})
}

func ExampleAwait() {
	price, err := async.Await(priceAsync(context.Background(), "tea"))
	fmt.Println(price, err)
	price, err = async.Await(priceAsync(context.Background(), "cake"))
	fmt.Println(price, err)
	// Output:
	// 3 <nil>
	// 0 no cake today
}

func ExamplePromise() {
	p := priceAsync(context.Background(), "tea")
	q := priceAsync(context.Background(), "milk") // both are under way
	fmt.Println(async.Must(async.Await(p)) + async.Must(async.Await(q)))
	fmt.Println(async.Await(p)) // it stays settled
	// Output:
	// 4
	// 3 <nil>
}

func ExamplePromise_Wait() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p, _, _ := async.NewPromise[int](nil)
	_, err := p.Wait(ctx) // gives up waiting; p stays pending
	fmt.Println(err, p.State())
	// Output: context canceled pending
}

func ExamplePromise_Done() {
	p, resolve, _ := async.NewPromise[string](nil)
	go resolve("ready")
	select {
	case <-p.Done():
		v, err, _ := p.Result()
		fmt.Println(v, err)
	case <-context.Background().Done():
	}
	// Output: ready <nil>
}

// A callback becomes a promise.
func ExampleNewPromise() {
	download := func(url string, done func(text string, err error)) { go done("contents of "+url, nil) }

	p, resolve, reject := async.NewPromise[string](context.Background())
	download("a.txt", func(text string, err error) {
		if err != nil {
			reject(err)
			return
		}
		resolve(text)
	})
	fmt.Println(async.Await(p))
	resolve("too late") // the first call counts
	fmt.Println(async.Await(p))
	// Output:
	// contents of a.txt <nil>
	// contents of a.txt <nil>
}

func ExampleResolve() {
	cached := async.Resolve("page")
	fmt.Println(cached.State())
	fmt.Println(async.Await(cached))
	// Output:
	// fulfilled
	// page <nil>
}

func ExampleReject() {
	fmt.Println(async.Await(async.Reject[int](errors.New("no connection"))))
	// Output: 0 no connection
}

func ExampleCompleted() {
	n, err := fmt.Sscan("12 apples", new(int), new(int))
	fmt.Println(async.Await(async.Completed(n, err))) // both are kept
	// Output: 1 expected integer
}

func ExampleState() {
	p, resolve, _ := async.NewPromise[int](nil)
	before := p.State()
	resolve(1)
	fmt.Println(before, p.State(), before == async.Pending)
	// Output: pending fulfilled true
}

// A type of one's own can be awaited.
func ExampleAwaitable() {
	fmt.Println(async.Await(order{"tea"}))
	// Output: 3 <nil>
}

type order struct{ item string }

func (o order) Promise() *async.Promise[int] { return priceAsync(context.Background(), o.item) }

func ExampleNewFollower() {
	p, follow := async.NewFollower[int](nil)
	follow(order{"milk"})
	fmt.Println(async.Await(p))

	p, follow = async.NewFollower[int](nil)
	follow(p)
	fmt.Println(async.Await(p))
	// Output:
	// 1 <nil>
	// 0 async: a promise cannot follow itself
}

func ExampleVoid() {
	save := async.Start(nil, func(context.Context) (async.Void, error) { return async.Void{}, errors.New("disk full") })
	_, err := async.Await(save)
	fmt.Println(err)
	// Output: disk full
}

func ExampleMust() {
	total := 2*async.Must(async.Await(priceAsync(nil, "tea"))) + async.Must(async.Await(priceAsync(nil, "milk")))
	fmt.Println(total)
	// Output: 7
}

func ExampleMust0() {
	defer func() { fmt.Println("recovered:", recover()) }()
	async.Must0(errors.New("disk full"))
	// Output: recovered: disk full
}

func ExampleMust2() {
	before, after := async.Must2(async.Await2(splitAsync("k=v")))
	fmt.Println(before, after)
	// Output: k v
}

// splitAsync stands for the twin of a function with two values and an error.
func splitAsync(s string) *async.Promise[async.Tuple2[string, string]] {
	return async.Start(nil, func(context.Context) (async.Tuple2[string, string], error) {
		before, after, ok := strings.Cut(s, "=")
		if !ok {
			return async.Tuple2[string, string]{}, fmt.Errorf("no = in %q", s)
		}
		return async.Tuple2[string, string]{V1: before, V2: after}, nil
	})
}

func ExampleAwait2() {
	before, after, err := async.Await2(splitAsync("k=v"))
	fmt.Println(before, after, err)
	_, _, err = async.Await2(splitAsync("k"))
	fmt.Println(err)
	// Output:
	// k v <nil>
	// no = in "k"
}

func ExampleTuple2() {
	t, err := async.Await(splitAsync("k=v"))
	fmt.Println(t.V1, t.V2, err)
	// Output: k v <nil>
}

func ExampleAwait3() {
	n, s, ok, err := async.Await3(async.All3(async.Resolve(1), async.Resolve("two"), async.Resolve(true)))
	fmt.Println(n, s, ok, err)
	// Output: 1 two true <nil>
}

func ExampleMust3() {
	n, s, ok := async.Must3(async.Await3(async.All3(async.Resolve(1), async.Resolve("two"), async.Resolve(true))))
	fmt.Println(n, s, ok)
	// Output: 1 two true
}

func ExampleTuple3() {
	p := async.Resolve(async.Tuple3[int, string, bool]{V1: 1, V2: "two", V3: true})
	n, s, ok, err := async.Await3(p)
	fmt.Println(n, s, ok, err)
	// Output: 1 two true <nil>
}

func ExampleAwait4() {
	one := async.Resolve(1)
	a, b, c, d, err := async.Await4(async.All4(one, one, one, async.Resolve("last")))
	fmt.Println(a, b, c, d, err)
	// Output: 1 1 1 last <nil>
}

func ExampleMust4() {
	one := async.Resolve(1)
	a, b, c, d := async.Must4(async.Await4(async.All4(one, one, one, async.Resolve("last"))))
	fmt.Println(a, b, c, d)
	// Output: 1 1 1 last
}

func ExampleTuple4() {
	p := async.Resolve(async.Tuple4[int, int, int, string]{V1: 1, V2: 2, V3: 3, V4: "last"})
	a, b, c, d, err := async.Await4(p)
	fmt.Println(a, b, c, d, err)
	// Output: 1 2 3 last <nil>
}

// A panic crosses an await as a panic, and is an error to what looks at errors.
func ExamplePanicError() {
	p := async.Start(nil, func(context.Context) (int, error) { panic("out of range") })
	_, err := p.Wait(nil)
	var pe *async.PanicError
	fmt.Println(errors.As(err, &pe), pe.Value)

	defer func() { fmt.Println("recovered:", recover()) }()
	async.Await(p)
	// Output:
	// true out of range
	// recovered: out of range
}
