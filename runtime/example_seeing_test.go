package async_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	async "github.com/goawait/goawait/runtime"
)

// waiting makes a callback that waits on a loop, and the function that lets it go on.
func waiting() (loop *async.Loop, resolve func(int)) {
	loop = async.NewLoop()
	p, resolve, _ := async.NewPromise[int](async.WithExecutor(context.Background(), loop))
	async.All(async.Then(p, func(v int) (int, error) { return v, nil }))
	return loop, resolve
}

func ExampleDump() {
	loop, resolve := waiting()
	var text strings.Builder
	async.Dump(&text)
	fmt.Println(strings.Contains(text.String(), `
Then
	waits for NewPromise
	awaited by All
`))
	resolve(1)
	loop.Run()
	// Output: true
}

func ExampleDumpJSON() {
	loop, resolve := waiting()
	var b bytes.Buffer
	async.DumpJSON(&b)
	var calls []async.Call
	fmt.Println(json.Unmarshal(b.Bytes(), &calls), len(calls) >= 2)
	resolve(1)
	loop.Run()
	// Output: <nil> true
}

func ExampleSnapshot() {
	loop, resolve := waiting()
	for _, c := range async.Snapshot() {
		if c.Executor == loop.Stats().Executor {
			fmt.Println(c.Function, "waits for", c.Waits)
		}
	}
	resolve(1)
	loop.Run()
	// Output:
	// Then waits for NewPromise
	// All waits for Then
}

func ExampleCall() {
	c := async.Call{Function: "shop.page", Position: "page.go:7", Waits: "Sleep", Chain: []string{"main.main (main.go:9)"}}
	fmt.Println(c)
	// Output:
	// shop.page (page.go:7)
	// 	waits for Sleep
	// 	awaited by main.main (main.go:9)
}

// Counters can be published: expvar.Publish("async", expvar.Func(func() any { return async.AllStats() })).
func ExampleStats() {
	loop := async.NewLoop()
	loop.Post(func() {})
	loop.Post(func() {})
	loop.Poll()
	s := loop.Stats()
	fmt.Println(s.Turns, s.Tasks, s.Posts, s.MaxQueue)
	// Output: 1 2 2 2
}

func ExampleAllStats() {
	loop := async.NewLoop()
	found := false
	for _, s := range async.AllStats() {
		found = found || s.Executor == loop.Stats().Executor
	}
	fmt.Println(found)
	// Output: true
}

func ExampleAddHooks() {
	remove := async.AddHooks(async.Hooks{
		Start:   func(_ context.Context, c async.CallInfo) { fmt.Println(c.Function, "starts") },
		Suspend: func(c async.CallInfo, on uintptr) { fmt.Println(c.Function, "waits") },
		Resume:  func(c async.CallInfo) { fmt.Println(c.Function, "goes on") },
		Settle:  func(c async.CallInfo, err error) { fmt.Println(c.Function, "has ended:", err) },
	})
	defer remove()
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
	})
	// Output:
	// Then starts
	// Then waits
	// Then goes on
	// Then has ended: <nil>
}

// Hooks that count how many calls are under way.
func ExampleHooks() {
	under := 0
	defer async.AddHooks(async.Hooks{
		Start:  func(context.Context, async.CallInfo) { under++ },
		Settle: func(async.CallInfo, error) { under-- },
	})()
	loop, resolve := waiting()
	fmt.Println(under)
	resolve(1)
	loop.Run()
	fmt.Println(under)
	// Output:
	// 1
	// 0
}

func ExampleCallInfo() {
	calls := map[uintptr]string{}
	defer async.AddHooks(async.Hooks{
		Start: func(_ context.Context, c async.CallInfo) { calls[c.ID] = c.Function },
		Settle: func(c async.CallInfo, _ error) {
			fmt.Println(calls[c.ID], "is over")
			delete(calls, c.ID)
		},
	})()
	loop, resolve := waiting()
	resolve(1)
	loop.Run()
	// Output: Then is over
}
