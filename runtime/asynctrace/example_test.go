package asynctrace_test

import (
	"bytes"
	"context"
	"fmt"
	"runtime/trace"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynctrace"
)

// Calls are tasks in the trace, from here on and while a trace is taken.
func ExampleStart() {
	defer asynctrace.Start()()

	var file bytes.Buffer
	if err := trace.Start(&file); err != nil {
		fmt.Println(err)
		return
	}
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
	})
	trace.Stop()
	fmt.Println(file.Len() > 0)
	// Output: true
}
