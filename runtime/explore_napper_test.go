package async

// This file holds an async function that naps, as generated code has it, for the explorer and for other tests.

import (
	"context"
	"time"
)

// A napperFrame is a call of napper, as generated code has it.
type napperFrame struct {
	call  Frame[int]
	ctx   context.Context
	in    context.Context
	lasts []time.Duration
	naps  bool
	note  func(n int, err error)
	n     int
}

// napperAsync sleeps for each of lasts, and notes how that ended.
func napperAsync(ctx context.Context, lasts []time.Duration, naps bool, note func(n int, err error)) *Promise[int] {
	return Begin((*napperFrame)(nil), ctx, func(t *Task) Step[int] { return napperAsyncStep(t, ctx, ctx, lasts, naps, note) })
}

// napperAsyncStep sleeps with the context in.
func napperAsyncStep(t *Task, ctx, in context.Context, lasts []time.Duration, naps bool, note func(n int, err error)) Step[int] {
	var (
		f            *napperFrame
		n            int
		sleepStep    Nap
		sleepPromise *Promise[Void]
		err          error
		awaits       Awaits
	)
	if t != nil {
		f, _ = t.Frame().(*napperFrame)
	}
	if f != nil {
		n = f.n
		switch f.call.At() {
		case 1:
			sleepStep = sleepStep.From(f.call.Awaited())
			goto resume1
		case 2:
			sleepPromise = sleepPromise.From(f.call.Awaited())
			goto resume2
		}
	}
loop:
	if n >= len(lasts) {
		return Done(n, nil)
	}
	if !naps {
		goto sleep
	}
	sleepStep = SleepStep(in, lasts[n])
	if awaits++; sleepStep.PendingAfter(awaits) {
		f = Made(f, ctx)
		f.ctx, f.in, f.lasts, f.naps, f.note, f.n = ctx, in, lasts, naps, note, n
		return f.call.Pause(1, sleepStep.CoreAfter())
	}
resume1:
	_, err = sleepStep.Get()
	goto slept
sleep:
	sleepPromise = Sleep(in, lasts[n])
	if awaits++; sleepPromise.WaitsAfter(awaits) {
		f = Made(f, ctx)
		f.ctx, f.in, f.lasts, f.naps, f.note, f.n = ctx, in, lasts, naps, note, n
		return f.call.Pause(2, sleepPromise.Core())
	}
resume2:
	_, err = sleepPromise.Get()
slept:
	if f != nil {
		note(n, err)
	}
	n++
	goto loop
}

func (f *napperFrame) Resume() {
	f.call.End(napperAsyncStep(f.call.Task(), f.ctx, f.in, f.lasts, f.naps, f.note))
}
func (f *napperFrame) Release()               { f.ctx, f.in, f.lasts, f.note = nil, nil, nil, nil }
func (f *napperFrame) Site() (string, string) { return f.call.Site("napper", "begin|nap|sleep") }

// startNaps starts calls on a loop, each with a context of its own or all with the same, that nap for so long.
func startNaps(l *Loop, ctxs []context.Context, d time.Duration, note func(n int, err error)) {
	l.Post(func() {
		for _, ctx := range ctxs {
			napperAsync(WithExecutor(ctx, l), []time.Duration{d}, true, note)
		}
	})
	for l.Poll() {
	}
}

func pendingNaps(l *Loop) (naps int) {
	l.timers.queue.each(func(e timerEntry) {
		if e.nap() != nil {
			naps++
		}
	})
	return naps
}
