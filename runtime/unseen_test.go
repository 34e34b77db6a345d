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
			ctx = async.WithExecutor(ctx, async.NewPool(4))
			p := async.Then(async.Sleep(ctx, 10*time.Millisecond), func(async.Void) (int, error) { panic("boom") })
			g := group(ctx)
			for range 100 {
				g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
					return async.Stackful(ctx, "member", func(co async.Coroutine) (async.Void, error) {
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

// panicked carries the panic "boom".
func panicked() *async.Promise[int] { return async.Reject[int](&async.PanicError{Value: "boom"}) }

func TestPanicsThatCombinatorsDoNotPassOn(t *testing.T) {
	reported := []string{"panic: boom"}
	// before makes a promise that panics, and one that settles a while after.
	before := func(settle func(resolve func(int), reject func(error))) (panics, other *async.Promise[int]) {
		panics, _, reject := async.NewPromise[int](nil)
		other, resolve, rejectOther := async.NewPromise[int](nil)
		go func() {
			time.Sleep(time.Millisecond)
			reject(&async.PanicError{Value: "boom"})
			time.Sleep(10 * time.Millisecond)
			settle(resolve, rejectOther)
		}()
		return panics, other
	}
	fulfils := func(resolve func(int), _ func(error)) { resolve(1) }
	fails := func(_ func(int), reject func(error)) { reject(errFirst) }
	panics := func(_ func(int), reject func(error)) { reject(&async.PanicError{Value: "other"}) }
	never := func(func(int), func(error)) {}
	checkUnseen(t, []unseenCase{
		{"All of settled ones", reported, func(context.Context) { async.All(async.Reject[int](errFirst), panicked()).Wait(nil) }},
		{"All2 of settled ones", reported, func(context.Context) { async.All2(async.Reject[int](errFirst), panicked()).Wait(nil) }},
		{"Race of settled ones", reported, func(context.Context) { async.Race(async.Resolve(1), panicked()).Wait(nil) }},
		{"Timeout that has passed", reported, func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			p, _, reject := async.NewPromise[int](nil)
			async.Timeout(ctx, time.Hour, p).Wait(nil)
			reject(&async.PanicError{Value: "boom"})
		}},
		{"Any with a panic before", reported, func(context.Context) { async.Any(before(fulfils)).Wait(nil) }},
		{"Any of settled ones", reported, func(context.Context) { async.Any(panicked(), async.Resolve(1)).Wait(nil) }},
		{"Any of one that never settles", reported, func(context.Context) {
			p, _ := before(never)
			async.Any(p, async.Race[int]())
			time.Sleep(20 * time.Millisecond)
		}},
		{"AllSettled of one that never settles", reported, func(context.Context) {
			p, _ := before(never)
			async.AllSettled(p, async.Race[int]())
			time.Sleep(20 * time.Millisecond)
		}},
		{"Any of panics alone", nil, func(context.Context) { async.Any(before(panics)).Wait(nil) }},
		{"Any of a panic and an error", nil, func(context.Context) { async.Any(before(fails)).Wait(nil) }},
		{"Any at which nobody looks", []string{"panic: boom\nfirst"}, func(context.Context) {
			async.Any(before(fails))
			time.Sleep(20 * time.Millisecond)
		}},
		{"AllSettled", nil, func(context.Context) { async.AllSettled(before(panics)).Wait(nil) }},
		{"AllSettled of settled ones", nil, func(context.Context) { async.AllSettled(panicked(), panicked()).Wait(nil) }},
		{"All", nil, func(context.Context) { async.All(before(fulfils)).Wait(nil) }},
		{"All of a settled one", nil, func(context.Context) { async.All(panicked()).Wait(nil) }},
		{"the same twice", nil, func(context.Context) {
			p := panicked()
			async.All(p, p).Wait(nil)
		}},
		{"All of calls with one panic", nil, func(ctx context.Context) {
			p := async.Then(async.Sleep(async.WithExecutor(ctx, async.NewPool(1)), time.Millisecond), func(async.Void) (int, error) { panic("boom") })
			then := func() *async.Promise[int] { return async.Then(p, func(v int) (int, error) { return v, nil }) }
			a, b := then(), then()
			<-a.Done()
			<-b.Done()
			async.All(a, b).Wait(nil)
		}},
		{"one that somebody looks at", nil, func(context.Context) {
			p := panicked()
			async.All(async.Reject[int](errFirst), p).Wait(nil)
			p.Wait(nil)
		}},
		{"errors", nil, func(context.Context) { async.All(async.Reject[int](errFirst), async.Reject[int](io.EOF)).Wait(nil) }},
		{"a follower", nil, func(ctx context.Context) {
			p, follow := async.NewFollower[int](ctx)
			follow(panicked())
			p.Wait(nil)
		}},
		{"a follower that has been cancelled", reported, func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			p, follow := async.NewFollower[int](ctx)
			q, _ := before(never)
			follow(q)
			cancel()
			p.Wait(nil)
			<-q.Done()
		}},
	})
}

func TestWaitingForAChannelIsNotLooking(t *testing.T) {
	for what, err := range map[string]error{"first": errFirst, "panic: boom": &async.PanicError{Value: "boom"}} {
		done := func(look func(p *async.Promise[int])) func(context.Context) {
			return func(context.Context) {
				p, _, reject := async.NewPromise[int](nil)
				ch := p.Done()
				reject(err)
				<-ch
				look(p)
			}
		}
		checkUnseen(t, []unseenCase{
			{"nobody looks: " + what, []string{what}, done(func(*async.Promise[int]) {})},
			{"Result: " + what, nil, done(func(p *async.Promise[int]) { p.Result() })},
			{"called later: " + what, []string{what}, func(context.Context) { <-async.Reject[int](err).Done() }},
			{"Wait that gives up: " + what, []string{what}, func(ctx context.Context) {
				ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
				defer cancel()
				p, _, reject := async.NewPromise[int](nil)
				p.Done()
				for range 3 {
					p.Wait(ctx)
				}
				reject(err)
			}},
		})
	}
	// A combinator that has been decided without the promise drops its error, also if there is such a channel.
	checkUnseen(t, []unseenCase{{"a loser", nil, func(context.Context) {
		p, _, reject := async.NewPromise[int](nil)
		p.Done()
		async.Race(p, async.Resolve(1)).Wait(nil)
		reject(errFirst)
	}}})
}
