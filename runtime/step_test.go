package async_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	async "github.com/goawait/goawait/runtime"
)

// Who counts suspensions must not change how calls are made: the tests of generated code would not see what others run.
func TestCountingChangesNoCalls(t *testing.T) {
	async.CountSuspensions(true)
	defer async.CountSuspensions(false)
	if async.Watched() {
		t.Error("calls are made with frames from the beginning")
	}
	async.ForceSuspend(true)
	defer async.ForceSuspend(false)
	if !async.Watched() {
		t.Error("calls are made without frames while every await is to suspend")
	}
}

// A stepsFrame is a call of steps, as generated code has it.
type stepsFrame struct {
	call async.Frame[int]
	ctx  context.Context
	how  string
}

// stepsAsync ends as how says: with a value, an error, a panic or an exit, "at once" or "later".
func stepsAsync(ctx context.Context, how string) *async.Promise[int] {
	return async.Begin((*stepsFrame)(nil), ctx, func(t *async.Task) async.Step[int] { return stepsAsyncStep(t, ctx, how) })
}

var errSteps = errors.New("steps failed")

func stepsAsyncStep(t *async.Task, ctx context.Context, how string) async.Step[int] {
	var (
		f         *stepsFrame
		yieldStep async.Turn
		err       error
	)
	if t == nil {
		if async.Watched() {
			return async.Begun(stepsAsync(ctx, how))
		}
	} else if f, _ = t.Frame().(*stepsFrame); f != nil {
		switch f.call.At() {
		case 1:
			yieldStep = yieldStep.From(f.call.Awaited())
			goto resume1
		}
	}
	if strings.HasSuffix(how, "at once") {
		goto resume1
	}
	yieldStep = async.YieldStep(ctx)
	if yieldStep.Pending() {
		f = async.Made(f, ctx)
		f.ctx, f.how = ctx, how
		return f.call.Pause(1, yieldStep.Core())
	}
resume1:
	_, err = yieldStep.Get()
	if err != nil {
		return async.Done(0, err)
	}
	switch how, _, _ := strings.Cut(how, " "); how {
	case "value":
		return async.Done(7, nil)
	case "error":
		return async.Done(7, errSteps)
	case "panic":
		panic("steps")
	}
	runtime.Goexit()
	panic("unreachable")
}

func (f *stepsFrame) Resume()                { f.call.End(stepsAsyncStep(f.call.Task(), f.ctx, f.how)) }
func (f *stepsFrame) Release()               { f.ctx, f.how = nil, "" }
func (f *stepsFrame) Site() (string, string) { return f.call.Site("steps", "begin|yield") }

func TestHowACallEnds(t *testing.T) {
	for _, watched := range []bool{false, true} {
		for _, when := range []string{"at once", "later"} {
			name := when
			if watched {
				name += ", watched"
				remove := async.AddHooks(async.Hooks{})
				defer remove()
			}
			t.Run(name, func(t *testing.T) {
				end := func(how string) (int, error) {
					return async.Run(t.Context(), func(ctx context.Context) *async.Promise[int] { return stepsAsync(ctx, how+" "+when) })
				}
				v, err := end("value")
				assert.Equal(t, 7, v)
				assert.NoError(t, err)
				v, err = end("error")
				assert.Equal(t, 7, v)
				assert.Equal(t, errSteps, err)
				assert.PanicsWithValue(t, "steps", func() { end("panic") })
				_, err = end("exit")
				assert.Equal(t, async.ErrGoexit, err)
			})
		}
	}
}

// A call that fails at once needs no frame, but a report names it all the same.
func TestReportOfACallThatFailsAtOnce(t *testing.T) {
	for _, how := range []string{"error at once", "panic at once", "error later"} {
		reports := make(chan async.Unhandled, 1)
		async.OnUnhandled(func(u async.Unhandled) { reports <- u })
		stepsAsync(async.WithExecutor(t.Context(), async.NewPool(1)), how)
		for done := false; !done; {
			runtime.GC()
			select {
			case u := <-reports:
				place := map[bool]string{true: "begin", false: "yield"}[strings.HasSuffix(how, "at once")]
				assert.Equal(t, "steps", u.Function, how)
				assert.Equal(t, place, u.Position, how)
				done = true
			case <-time.After(10 * time.Millisecond):
			}
		}
		async.OnUnhandled(nil)
	}
}

// A call that ends at once costs its promise alone, and one that suspends costs its frame alone.
func TestAllocationsOfACall(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	ctx := async.WithExecutor(context.Background(), async.NewLoop())
	for how, most := range map[string]uint64{"value at once": 32, "value later": 96} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		const n = 1000
		for range n {
			stepsAsync(ctx, how)
		}
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / n; got > most {
			t.Errorf("%s: %d bytes, not %d", how, got, most)
		}
		if got := (after.Mallocs - before.Mallocs) / n; got > 1 {
			t.Errorf("%s: %d allocations", how, got)
		}
	}
}

type lateFrame struct {
	before int
	call   async.Frame[int]
}

func (f *lateFrame) Resume()                {}
func (f *lateFrame) Release()               {}
func (f *lateFrame) Site() (string, string) { return "", "" }

// The frame is found by the address of its async.Frame.
func TestFrameThatDoesNotBeginWithItsFrame(t *testing.T) {
	f := new(lateFrame)
	assert.PanicsWithValue(t, "async: a frame has to begin with its async.Frame", func() { f.call.Start(f, nil) })
}

// A chainFrame is a call of chain, as generated code has it.
type chainFrame struct {
	call async.Frame[int]
	ctx  context.Context
}

// chainAsyncStep makes depth calls in each other, the last of which waits for p.
func chainAsyncStep(t *async.Task, ctx context.Context, depth int, p *async.Promise[int]) async.Step[int] {
	var (
		f         *chainFrame
		vPromise  *async.Promise[int]
		chainStep async.Step[int]
		v         int
		err       error
	)
	if t != nil {
		f, _ = t.Frame().(*chainFrame)
	}
	if f != nil {
		switch f.call.At() {
		case 1:
			vPromise = vPromise.From(f.call.Awaited())
			goto resume1
		case 2:
			chainStep = chainStep.From(f.call.Awaited())
			goto resume2
		}
	}
	if depth > 1 {
		goto more
	}
	vPromise = p
	if vPromise.Waits() {
		f = async.Made(f, ctx)
		return f.call.Pause(1, vPromise.Core())
	}
resume1:
	v, err = vPromise.Get()
	return async.Done(v, err)
more:
	chainStep = chainAsyncStep(async.Spare(f), ctx, depth-1, p)
	if chainStep.Pending() {
		f = async.Made(f, ctx)
		return f.call.Pause(2, chainStep.Core())
	}
resume2:
	v, err = chainStep.Get()
	return async.Done(v+1, err)
}

func (f *chainFrame) Resume()                { f.call.End(chainAsyncStep(f.call.Task(), f.ctx, 0, nil)) }
func (f *chainFrame) Release()               { f.ctx = nil }
func (f *chainFrame) Site() (string, string) { return f.call.Site("chain", "begin|leaf|link") }

// A chainsFrame is a call of chains, as generated code has it.
type chainsFrame struct {
	call async.Frame[int]
	ctx  context.Context
	i, n int
	sum  int
	more chan<- func(int)
}

// chainsAsync makes n chains, one after the other, and sends what ends each of them.
func chainsAsync(ctx context.Context, n int, more chan<- func(int)) *async.Promise[int] {
	return async.Begin((*chainsFrame)(nil), ctx, func(t *async.Task) async.Step[int] { return chainsAsyncStep(t, ctx, n, more) })
}

func chainsAsyncStep(t *async.Task, ctx context.Context, n int, more chan<- func(int)) async.Step[int] {
	var (
		f         *chainsFrame
		i         int
		sum       int
		v         int
		chainStep async.Step[int]
		err       error
	)
	if t != nil {
		f, _ = t.Frame().(*chainsFrame)
	}
	if f != nil {
		switch f.call.At() {
		case 1:
			i, n, sum, more = f.i, f.n, f.sum, f.more
			chainStep = chainStep.From(f.call.Awaited())
			goto resume1
		}
	}
loop:
	if i == n {
		return async.Done(sum, nil)
	}
	{
		p, resolve, _ := async.NewPromise[int](ctx)
		more <- resolve
		chainStep = chainAsyncStep(async.Spare(f), ctx, 10, p)
	}
	if chainStep.Pending() {
		f = async.Made(f, ctx)
		f.ctx, f.i, f.n, f.sum, f.more = ctx, i, n, sum, more
		return f.call.Pause(1, chainStep.Core())
	}
resume1:
	v, err = chainStep.Get()
	if err != nil {
		return async.Done(sum, err)
	}
	sum += v
	i++
	goto loop
}

func (f *chainsFrame) Resume()                { f.call.End(chainsAsyncStep(f.call.Task(), f.ctx, 0, nil)) }
func (f *chainsFrame) Release()               { f.ctx, f.more = nil, nil }
func (f *chainsFrame) Site() (string, string) { return f.call.Site("chains", "begin|chain") }

// keepsLooking makes snapshots on a goroutine until stop is called.
func keepsLooking() (stop func()) {
	over := make(chan struct{})
	var looks sync.WaitGroup
	looks.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
				async.Snapshot()
				runtime.Gosched() // hosts with one thread stop no goroutine
			}
		}
	})
	return func() {
		close(over)
		looks.Wait()
	}
}

// Who makes a snapshot meets calls that hand over to each other on their loop, and use their frames again.
func TestSnapshotOfCallsThatHandOver(t *testing.T) {
	const n = 3000
	more := make(chan func(int), 1)
	var seen atomic.Int64
	go func() {
		for resolve := range more {
			if resolve == nil {
				return
			}
			for _, c := range async.Snapshot() {
				if c.Function == "chain" {
					seen.Add(1)
					assert.Contains(t, []string{"leaf", "link"}, c.Position)
				}
			}
			resolve(1)
		}
	}()
	stop := keepsLooking()
	sum, err := async.Run(t.Context(), func(ctx context.Context) *async.Promise[int] { return chainsAsync(ctx, n, more) })
	stop()
	more <- nil
	assert.NoError(t, err)
	assert.Equal(t, n*10, sum)
	assert.Positive(t, seen.Load())
}
