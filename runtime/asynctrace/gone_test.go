package asynctrace

import (
	"bytes"
	"runtime/trace"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// What is known of a call that is gone without settling is not taken for another one that gets its ID, while no trace is taken.
func TestGoneCalls(t *testing.T) {
	var file bytes.Buffer
	if err := trace.Start(&file); err != nil {
		t.Fatal(err)
	}
	var tr tracer
	tr.start(nil, async.CallInfo{ID: 1, Function: "gone"})
	tr.suspend(async.CallInfo{ID: 1}, 0)
	trace.Stop()
	tr.start(nil, async.CallInfo{ID: 1, Function: "other"})
	if tr.call(async.CallInfo{ID: 1}) != nil {
		t.Error("taken for another call")
	}
}
