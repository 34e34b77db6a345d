package async_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
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
	return async.Begin((*stepsFrame)(nil), ctx, func(r async.Resumer) async.Step[int] { return stepsAsyncStep(r, ctx, how) })
}

var errSteps = errors.New("steps failed")

func stepsAsyncStep(r async.Resumer, ctx context.Context, how string) async.Step[int] {
	var (
		f         *stepsFrame
		yieldStep async.Turn
		err       error
	)
	if r == nil {
		if async.Watched() {
			return async.Begun(stepsAsync(ctx, how))
		}
	} else if f, _ = r.(*stepsFrame); f != nil {
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
		f = async.Made(f, r)
		f.ctx, f.how = ctx, how
		return f.call.Pause(f, ctx, 1, yieldStep.Core())
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

func (f *stepsFrame) Resume()                { f.call.End(stepsAsyncStep(f, f.ctx, f.how)) }
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
