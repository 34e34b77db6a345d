package async

// This file holds an async function that waits for what it is told, as generated code has it, for the explorer and for other tests.

import "context"

// A waiterOp is one wait: a step for a call with ctx, and what is done with its outcome.
type waiterOp struct {
	take func(ctx context.Context) Step[int]  // of a wait with a value
	void func(ctx context.Context) Step[Void] // of one without
	recv func() Step[Received[int]]           // of a receive; v is negative where the channel is closed
	ctx  context.Context                      // nil for that of the call
	then func(v int, err error)
}

// A waiterFrame is a call of waiter, as generated code has it.
type waiterFrame struct {
	call Frame[Void]
	ctx  context.Context
	ops  []waiterOp
	i    int
}

// waiterAsync waits for each of ops.
func waiterAsync(ctx context.Context, ops []waiterOp) *Promise[Void] {
	return Begin((*waiterFrame)(nil), ctx, func(t *Task) Step[Void] { return waiterAsyncStep(t, ctx, ops) })
}

func waiterAsyncStep(t *Task, ctx context.Context, ops []waiterOp) Step[Void] {
	var (
		f        *waiterFrame
		i        int
		with     context.Context
		takeStep Step[int]
		voidStep Step[Void]
		recvStep Step[Received[int]]
		v        int
		ok       bool
		err      error
	)
	if t != nil {
		f, _ = t.Frame().(*waiterFrame)
	}
	if f != nil {
		i = f.i
		switch f.call.At() {
		case 1:
			takeStep = takeStep.From(f.call.Awaited())
			goto resume1
		case 2:
			voidStep = voidStep.From(f.call.Awaited())
			goto resume2
		case 3:
			recvStep = recvStep.From(f.call.Awaited())
			goto resume3
		}
	}
loop:
	if i >= len(ops) {
		return Done(Void{}, nil)
	}
	if with = ops[i].ctx; with == nil {
		with = ctx
	}
	switch {
	case ops[i].void != nil:
		goto void
	case ops[i].recv != nil:
		goto recv
	}
	takeStep = ops[i].take(with)
	if takeStep.Pending() {
		f = Made(f, ctx)
		f.ctx, f.ops, f.i = ctx, ops, i
		return f.call.Pause(1, takeStep.Core())
	}
resume1:
	v, err = takeStep.Get()
	goto over
void:
	voidStep = ops[i].void(with)
	if voidStep.Pending() {
		f = Made(f, ctx)
		f.ctx, f.ops, f.i = ctx, ops, i
		return f.call.Pause(2, voidStep.Core())
	}
resume2:
	v = 0
	_, err = voidStep.Get()
	goto over
recv:
	recvStep = ops[i].recv()
	if recvStep.Pending() {
		f = Made(f, ctx)
		f.ctx, f.ops, f.i = ctx, ops, i
		return f.call.Pause(3, recvStep.Core())
	}
resume3:
	if v, ok = Taken2(recvStep); !ok {
		v = -1
	}
	err = nil
over:
	ops[i].then(v, err)
	i++
	goto loop
}

func (f *waiterFrame) Resume()                { f.call.End(waiterAsyncStep(f.call.Task(), f.ctx, f.ops)) }
func (f *waiterFrame) Release()               { f.ctx, f.ops = nil, nil }
func (f *waiterFrame) Site() (string, string) { return f.call.Site("waiter", "begin|take|wait") }
