// Package asynctrace shows calls of async functions in execution traces, as those that "go test -trace" and [runtime/trace.Start] make
// and "go tool trace" shows. Each call becomes a task with the name of its function, from its start until it settles, and each stretch
// in which it runs, between two waits, a region of that task. So the trace tells how long a call took in all, how long it ran, and
// on which goroutines.
//
//	defer asynctrace.Start()()
package asynctrace

import (
	"context"
	"runtime/trace"
	"sync"

	async "github.com/goawait/goawait/runtime"
)

// Start makes tasks and regions of all calls that start from now on, while an execution trace is being taken, until the function
// that it returns is called. The task of a call is a child of the task in the context that the call got, if there is one. Start
// may be called from any goroutine, and so may stop, which does nothing when it is called again. While no trace is taken, a step of a call costs some
// ten nanoseconds more than without.
func Start() (stop func()) {
	var t tracer
	return async.AddHooks(async.Hooks{Start: t.start, Suspend: t.suspend, Resume: t.resume, Settle: t.settle})
}

// A tracer knows the tasks of calls by their IDs.
type tracer struct{ calls sync.Map }

type call struct {
	ctx    context.Context
	task   *trace.Task
	region *trace.Region // while it runs
}

func (t *tracer) start(ctx context.Context, c async.CallInfo) {
	if x := t.call(c); x != nil { // of a call that is gone without settling
		x.task.End()
		t.calls.Delete(c.ID)
	}
	if !trace.IsEnabled() {
		return
	}
	if ctx == nil {
		ctx = context.Background()
	}
	x := new(call)
	x.ctx, x.task = trace.NewTask(ctx, c.Function)
	x.region = trace.StartRegion(x.ctx, c.Function)
	t.calls.Store(c.ID, x)
}

func (t *tracer) suspend(c async.CallInfo, _ uintptr) {
	if x := t.call(c); x != nil {
		trace.Log(x.ctx, "waits at", c.Position)
		x.region.End()
	}
}

func (t *tracer) resume(c async.CallInfo) {
	if x := t.call(c); x != nil {
		x.region = trace.StartRegion(x.ctx, c.Function)
	}
}

func (t *tracer) settle(c async.CallInfo, err error) {
	x := t.call(c)
	if x == nil {
		return
	}
	if err != nil {
		trace.Log(x.ctx, "rejected", err.Error())
	}
	x.region.End()
	x.task.End()
	t.calls.Delete(c.ID)
}

func (t *tracer) call(c async.CallInfo) *call {
	x, _ := t.calls.Load(c.ID)
	found, _ := x.(*call)
	return found
}
