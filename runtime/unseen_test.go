package async_test

// This file goes through rejections and panics that somebody is told of who does not look at them: each is reported, once.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// reportedBy runs fn, and returns what is reported of it: at least as much as is wanted, if that comes.
func reportedBy(t *testing.T, want int, fn func(ctx context.Context)) []string {
	t.Helper()
	var mu sync.Mutex
	var seen []string
	async.OnUnhandled(func(u async.Unhandled) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprint(u.Err))
	})
	defer async.OnUnhandled(nil)
	fn(context.Background())
	for i := 0; i < 500; i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
		mu.Lock()
		n := len(seen)
		mu.Unlock()
		if n >= want && i >= 5 {
			break
		}
	}
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(seen)
	return slices.Clone(seen)
}

// An unseenCase is something that is to be reported as want says.
type unseenCase struct {
	name string
	want []string
	fn   func(ctx context.Context)
}

func checkUnseen(t *testing.T, cases []unseenCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := reportedBy(t, len(c.want), c.fn); !slices.Equal(got, c.want) {
				t.Errorf("reported %q, want %q", got, c.want)
			}
		})
	}
}

// boom panics when ctx is done.
func boom(ctx context.Context) error {
	<-ctx.Done()
	panic("boom")
}

var (
	errFirst  = errors.New("first")
	panicking = func(context.Context) error { panic("boom") }
	failing   = func(context.Context) error { return errFirst }
)

func TestFailuresOfGroupsAreSeen(t *testing.T) {
	group := func(ctx context.Context, fns ...func(context.Context) error) *async.Group {
		g, _ := async.NewGroup(ctx)
		for _, fn := range fns {
			g.Go(fn)
		}
		return g
	}
	supervisor := func(ctx context.Context, fns ...func(context.Context) error) *async.Group {
		g, _ := async.NewSupervisor(ctx)
		for _, fn := range fns {
			g.Go(fn)
		}
		return g
	}
	wait := func(g *async.Group) { g.Wait().Wait(nil) }
	kept := map[string]*async.Group{}
	checkUnseen(t, []unseenCase{
		{"a panic that nobody waits for", []string{"panic: boom"}, func(ctx context.Context) { group(ctx, panicking) }},
		{"an error that nobody waits for", []string{"first"}, func(ctx context.Context) { group(ctx, failing) }},
		{"of errors, the first alone", []string{"first"}, func(ctx context.Context) {
			group(ctx, failing, func(ctx context.Context) error { <-ctx.Done(); return io.EOF })
		}},
		{"all errors of a supervisor", []string{"EOF", "first"}, func(ctx context.Context) {
			supervisor(ctx, failing, func(ctx context.Context) error { return io.EOF })
		}},
		{"all panics", []string{"first", "panic: boom"}, func(ctx context.Context) { group(ctx, failing, boom) }},
		{"a group that is there", nil, func(ctx context.Context) { kept["a"] = group(ctx, panicking) }},
		{"and that is waited for", nil, func(ctx context.Context) { wait(kept["a"]) }},
		{"a wait", nil, func(ctx context.Context) { wait(group(ctx, failing)) }},
		{"a wait for a panic", nil, func(ctx context.Context) { wait(group(ctx, panicking)) }},
		{"a wait for a supervisor", nil, func(ctx context.Context) { wait(supervisor(ctx, failing, failing)) }},
		{"a wait for a panic of a supervisor", nil, func(ctx context.Context) { wait(supervisor(ctx, failing, panicking)) }},
		{"a wait at which nobody looks", []string{"first"}, func(ctx context.Context) { group(ctx, failing).Wait() }},
		{"a panic after the first failure", []string{"panic: boom"}, func(ctx context.Context) { wait(group(ctx, failing, boom)) }},
		{"a panic after the first", []string{"panic: boom"}, func(ctx context.Context) {
			wait(group(ctx, func(context.Context) error { panic("first") }, boom))
		}},
		{"a second panic of a supervisor", []string{"panic: boom"}, func(ctx context.Context) {
			g := supervisor(ctx, panicking)
			wait(g)
			g.Go(panicking)
			wait(g)
		}},
		{"an error after the first failure", nil, func(ctx context.Context) {
			wait(group(ctx, failing, func(ctx context.Context) error { <-ctx.Done(); return io.EOF }))
		}},
		{"a call that others wait for", nil, func(ctx context.Context) {
			p := async.Start(ctx, func(context.Context) (async.Void, error) { time.Sleep(time.Millisecond); panic("boom") })
			g := group(ctx)
			g.GoAsync(func(context.Context) *async.Promise[async.Void] { return p })
			p.Wait(nil)
		}},
		{"a call that others look at later", nil, func(ctx context.Context) {
			p := async.Start(ctx, func(context.Context) (async.Void, error) { panic("boom") })
			g := group(ctx, failing)
			<-p.Done()
			g.GoAsync(func(context.Context) *async.Promise[async.Void] { return p })
			wait(g)
			p.Wait(nil)
		}},
		{"a panic in several calls", nil, func(ctx context.Context) {
			ctx = async.WithExecutor(ctx, async.NewPool(1))
			p := async.Then(async.Sleep(ctx, 10*time.Millisecond), func(async.Void) (int, error) { panic("boom") })
			g := group(ctx)
			for range 3 {
				g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
					return async.Stackful(ctx, "member", func(co *async.Coroutine) (async.Void, error) {
						return async.Void{}, second(async.CoAwait(co, p))
					})
				})
			}
			wait(g)
		}},
	})
}

// On a loop, the calls of a group are known to it alone.
func TestFailuresOfGroupsOnALoop(t *testing.T) {
	checkUnseen(t, []unseenCase{
		{"that nobody waits for", []string{"first"}, func(ctx context.Context) { groupOnALoop(t, ctx, false, errFirst) }},
		{"a panic that nobody waits for", []string{"panic: boom"}, func(ctx context.Context) { groupOnALoop(t, ctx, false, nil) }},
		{"after another", []string{"panic: boom"}, func(ctx context.Context) { groupOnALoop(t, ctx, true, errFirst, nil) }},
		{"that somebody waits for", nil, func(ctx context.Context) { groupOnALoop(t, ctx, true, nil, errFirst, errFirst) }},
	})
}

// groupOnALoop runs calls that end with errs, nil for a panic, when they have waited.
func groupOnALoop(t *testing.T, ctx context.Context, waits bool, errs ...error) {
	async.Run(ctx, func(ctx context.Context) *async.Promise[int] {
		g, _ := async.NewGroup(ctx)
		for _, err := range errs {
			async.BeginIn(g, (*failingCall)(nil), func(_ *async.Task, ctx context.Context) async.Step[async.Void] {
				return (&failingCall{err: err}).step(ctx)
			})
		}
		if !waits {
			return async.Then(async.Sleep(ctx, time.Millisecond), func(async.Void) (int, error) { return 0, nil })
		}
		return async.Catch(async.Then(g.Wait(), func(async.Void) (int, error) { return 0, nil }), func(error) (int, error) { return 0, nil })
	})
}

// A failingCall gives up its turn and then fails with err, or panics if that is nil.
type failingCall struct {
	call async.Frame[async.Void]
	err  error
}

func (f *failingCall) step(ctx context.Context) async.Step[async.Void] {
	if f.call.At() == 0 {
		err := f.err
		f = async.Made((*failingCall)(nil), ctx)
		f.err = err
		return f.call.Pause(1, async.Yield(ctx).Core())
	}
	if f.err == nil {
		panic("boom")
	}
	return async.Done(async.Void{}, f.err)
}

func (f *failingCall) Resume()                { f.call.End(f.step(nil)) }
func (f *failingCall) Release()               {}
func (f *failingCall) Site() (string, string) { return f.call.Site("failing", "begin|yield") }

func TestFailuresOfMapAreSeen(t *testing.T) {
	twice := func(ctx context.Context, first, second func(ctx context.Context) error) *async.Promise[[]int] {
		return async.Map(ctx, []func(ctx context.Context) error{first, second}, 0,
			func(ctx context.Context, fn func(ctx context.Context) error) (int, error) { return 0, fn(ctx) })
	}
	checkUnseen(t, []unseenCase{
		{"a panic after the first failure", []string{"panic: boom"}, func(ctx context.Context) { twice(ctx, failing, boom).Wait(nil) }},
		{"a panic", nil, func(ctx context.Context) {
			twice(ctx, panicking, func(ctx context.Context) error { <-ctx.Done(); return io.EOF }).Wait(nil)
		}},
		{"an error after the first", nil, func(ctx context.Context) {
			twice(ctx, failing, func(ctx context.Context) error { <-ctx.Done(); return io.EOF }).Wait(nil)
		}},
		{"a panic that nobody looks at", []string{"panic: boom"}, func(ctx context.Context) {
			twice(ctx, panicking, func(ctx context.Context) error { return nil })
		}},
	})
}

func TestPanicBehindACancelledGo(t *testing.T) {
	for _, panics := range []bool{true, false} {
		want := map[bool][]string{true: {"panic: boom"}}[panics]
		got := reportedBy(t, len(want), func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			ended := make(chan bool)
			p := async.Go(ctx, func(ctx context.Context) (int, error) {
				defer close(ended)
				<-ctx.Done()
				time.Sleep(10 * time.Millisecond)
				if panics {
					panic("boom")
				}
				return 0, io.EOF
			})
			cancel()
			p.Wait(nil)
			<-ended
		})
		if !slices.Equal(got, want) {
			t.Errorf("reported %q, want %q", got, want)
		}
	}
}
