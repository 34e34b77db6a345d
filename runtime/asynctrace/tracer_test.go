package asynctrace

import (
	"context"
	"io"
	"runtime/trace"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// A call that was lost before it settled leaves its ID to others: one that starts while no trace is taken is not taken for it.
func TestLostCalls(t *testing.T) {
	var x tracer
	info := async.CallInfo{ID: 7, Function: "shop.total"}
	if err := trace.Start(io.Discard); err != nil {
		t.Fatal(err)
	}
	x.start(context.Background(), info)
	x.suspend(info, 0)
	trace.Stop()
	if x.call(info) == nil {
		t.Fatal("the call is not known")
	}
	x.start(context.Background(), info)
	if x.call(info) != nil {
		t.Error("another call is taken for it")
	}
	x.settle(info, nil)
}
