package async_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// A hookLog writes down what hooks are told, with small numbers for calls.
type hookLog struct {
	ids  map[uintptr]int
	made int
	got  []string
}

func (l *hookLog) hooks() async.Hooks {
	l.ids = map[uintptr]int{0: 0}
	return async.Hooks{
		Start: func(ctx context.Context, c async.CallInfo) {
			l.made++
			l.ids[c.ID] = l.made
			l.log("start", c, ctx != nil)
		},
		Suspend: func(c async.CallInfo, on uintptr) { l.log("suspend", c, l.ids[on]) },
		Resume:  func(c async.CallInfo) { l.log("resume", c) },
		Settle:  func(c async.CallInfo, err error) { l.log("settle", c, err) },
	}
}

func (l *hookLog) log(what string, c async.CallInfo, more ...any) {
	l.got = append(l.got, fmt.Sprint(what, " ", l.ids[c.ID], " ", c.Function, more))
}

func (l *hookLog) check(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(l.got, want) {
		t.Errorf("got\n%q\nwant\n%q", l.got, want)
	}
}

func TestHooksSeeEachStep(t *testing.T) {
	l := new(hookLog)
	remove := async.AddHooks(l.hooks())
	defer remove()
	n, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		one := async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
		return addAsync(ctx, addAsync(ctx, async.Resolve(1), async.Resolve(2)), addAsync(ctx, one, async.Reject[int](io.EOF)))
	})
	if n != 4 || err != io.EOF {
		t.Error(n, err)
	}
	l.check(t,
		"start 1 Then[false]", "suspend 1 Then[0]",
		"start 2 adder[true]", "settle 2 adder[<nil>]",
		"start 3 adder[true]", "suspend 3 adder[1]",
		"start 4 adder[true]", "suspend 4 adder[3]",
		"resume 1 Then[]", "settle 1 Then[<nil>]",
		"resume 3 adder[]", "settle 3 adder[EOF]",
		"resume 4 adder[]", "settle 4 adder[EOF]",
	)
}

func TestHooksSeePanicsAndExits(t *testing.T) {
	l := new(hookLog)
	defer async.AddHooks(l.hooks())()
	run(t, func(ctx context.Context, co async.Coroutine) {
		for _, end := range []func() (int, error){
			func() (int, error) { panic("boom") },
			func() (int, error) { runtime.Goexit(); return 0, nil },
			func() (int, error) { return 0, &async.PanicError{Value: "an ordinary error"} },
		} {
			async.CoAwait(co, async.AllSettled(async.Stackful(ctx, "body", func(co async.Coroutine) (int, error) {
				async.CoAwait(co, async.Yield(ctx))
				return end()
			})))
		}
	})
	var settled []string
	for _, s := range l.got {
		if len(s) > 6 && s[:6] == "settle" {
			settled = append(settled, s)
		}
	}
	l.got = settled
	l.check(t, "settle 2 body[panic: boom]", "settle 3 body[async: call ended by runtime.Goexit]",
		"settle 4 body[panic: an ordinary error]", "settle 1 TestHooksSeePanicsAndExits[<nil>]")
}

func TestHooksAreCalledInOrderUntilRemoved(t *testing.T) {
	var got []string
	hook := func(name string) async.Hooks {
		return async.Hooks{Settle: func(async.CallInfo, error) { got = append(got, name) }}
	}
	call := func() { addAsync(nil, async.Resolve(1), async.Resolve(2)) }
	removeA, removeB := async.AddHooks(hook("a")), async.AddHooks(hook("b"))
	call()
	removeA()
	removeA()
	call()
	removeB()
	call()
	if want := []string{"a", "b", "b"}; !slices.Equal(got, want) {
		t.Error(got)
	}
}

// A combinator is no call.
func TestHooksDoNotSeeCombinators(t *testing.T) {
	l := new(hookLog)
	defer async.AddHooks(l.hooks())()
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		both := async.Race(sleepFor(ctx, 0, 1))
		return addAsync(ctx, both, both)
	})
	l.check(t,
		"start 1 Then[false]", "suspend 1 Then[0]",
		"start 2 adder[true]", "suspend 2 adder[0]",
		"resume 1 Then[]", "settle 1 Then[<nil>]",
		"resume 2 adder[]", "settle 2 adder[<nil>]",
	)
}

func TestUnhandledIsSettledWithItsError(t *testing.T) {
	var errs []error
	defer async.AddHooks(async.Hooks{Settle: func(_ async.CallInfo, err error) { errs = append(errs, err) }})()
	bad := errors.New("bad")
	p := addAsync(nil, async.Reject[int](bad), nil)
	if _, err := p.Wait(nil); err != bad || !slices.Equal(errs, []error{bad}) {
		t.Error(err, errs)
	}
}
