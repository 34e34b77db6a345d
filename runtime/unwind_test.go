package async_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// A deferring call awaits before, runs body, and unwinds with the given deferred calls, as generated code would.
type deferring struct {
	async.Frame[string]
	async.Unwinder
	body   func(*deferring)
	defers []func(*deferring)
	wait   *async.Promise[int]
	r0     string
}

func (f *deferring) Resume() {
	defer f.Guard(f)
	switch f.At() {
	case async.Unwinding:
		goto unwind
	case 1:
		goto s1
	}
	for _, d := range f.defers {
		d(f)
	}
	if f.wait.Suspends(f.Task(), 1) {
		return
	}
s1:
	f.body(f)
unwind:
	if f.Unwind() {
		return
	}
	f.Finish(f.r0, nil)
}
func (f *deferring) Release()               {}
func (f *deferring) Site() (string, string) { return "deferring", "" }

func TestUnwinder(t *testing.T) {
	boom, second := errors.New("boom"), errors.New("second")
	var trace []string
	log := func(s ...any) { trace = append(trace, fmt.Sprint(s...)) }
	plain := false // deferred calls are kept as functions
	thunk := func(h func()) func(*deferring) {
		return func(f *deferring) {
			if plain {
				f.DeferFunc(h)
			} else {
				f.Defer(func(u *async.Unwinder) { defer h(); u.Raise() })
			}
		}
	}
	block := func(ctx context.Context, h func(u *async.Unwinder) error) func(*deferring) {
		return func(f *deferring) {
			f.DeferAsync(func(u *async.Unwinder) *async.Promise[async.Void] {
				return async.Then(async.Yield(ctx), func(async.Void) (async.Void, error) { return async.Void{}, h(u) })
			})
		}
	}
	awaits := func(p *async.Promise[async.Void]) func(*deferring) {
		return func(f *deferring) { async.DeferAwait(&f.Unwinder, p) }
	}
	says := func(s string) func() { return func() { log(s) } }
	recovers := func() { log("recovered ", recover()) }
	for _, c := range []struct {
		name   string
		body   func(*deferring)
		defers func(ctx context.Context) []func(*deferring)
		want   string // result, error or panic
		trace  []string
	}{
		{"return", func(f *deferring) { f.r0 = "r" }, func(context.Context) []func(*deferring) {
			return []func(*deferring){thunk(says("a")), thunk(says("b"))}
		}, "r <nil>", []string{"b", "a"}},
		{"panic", func(f *deferring) { panic(boom) }, func(context.Context) []func(*deferring) {
			return []func(*deferring){thunk(says("a"))}
		}, "panic boom", []string{"a"}},
		{"recover", func(f *deferring) { f.r0 = "kept"; panic(boom) }, func(context.Context) []func(*deferring) {
			return []func(*deferring){thunk(recovers), thunk(recovers), thunk(says("a"))}
		}, "kept <nil>", []string{"a", "recovered boom", "recovered <nil>"}},
		{"replace", func(f *deferring) { panic(boom) }, func(context.Context) []func(*deferring) {
			return []func(*deferring){thunk(recovers), thunk(func() { panic(second) })}
		}, " <nil>", []string{"recovered second"}},
		{"goexit", func(f *deferring) { runtime.Goexit() }, func(context.Context) []func(*deferring) {
			return []func(*deferring){thunk(recovers), thunk(says("a"))}
		}, " " + async.ErrGoexit.Error(), []string{"a", "recovered <nil>"}},
		{"goexit in a deferred call", func(f *deferring) { panic(boom) }, func(context.Context) []func(*deferring) {
			return []func(*deferring){thunk(recovers), thunk(runtime.Goexit)}
		}, " " + async.ErrGoexit.Error(), []string{"recovered <nil>"}},
		{"panic while exiting, recovered", func(f *deferring) { runtime.Goexit() }, func(context.Context) []func(*deferring) {
			return []func(*deferring){thunk(recovers), thunk(func() { panic(boom) })}
		}, " " + async.ErrGoexit.Error(), []string{"recovered boom"}},
		{"blocks", func(f *deferring) { panic(boom) }, func(ctx context.Context) []func(*deferring) {
			return []func(*deferring){thunk(recovers), block(ctx, func(*async.Unwinder) error { log("block"); return nil })}
		}, " <nil>", []string{"block", "recovered boom"}},
		{"block recovers", func(f *deferring) { panic(boom) }, func(ctx context.Context) []func(*deferring) {
			return []func(*deferring){thunk(recovers), block(ctx, func(u *async.Unwinder) error { log("block ", u.Recover()); return nil })}
		}, " <nil>", []string{"block boom", "recovered <nil>"}},
		{"block panics", func(f *deferring) {}, func(ctx context.Context) []func(*deferring) {
			return []func(*deferring){thunk(says("a")), block(ctx, func(u *async.Unwinder) error { panic(second) })}
		}, "panic second", []string{"a"}},
		{"awaits", func(f *deferring) { f.r0 = "r" }, func(ctx context.Context) []func(*deferring) {
			return []func(*deferring){awaits(async.Yield(ctx)), awaits(async.Reject[async.Void](boom)), thunk(says("a"))}
		}, "r <nil>", []string{"a"}},
		{"await of a panic", func(f *deferring) { panic(boom) }, func(ctx context.Context) []func(*deferring) {
			return []func(*deferring){thunk(recovers), awaits(async.Reject[async.Void](async.ErrGoexit)), awaits(async.Start(ctx, func(context.Context) (async.Void, error) { panic(second) }))}
		}, " <nil>", []string{"recovered second"}},
		{"await of nil", func(f *deferring) {}, func(ctx context.Context) []func(*deferring) {
			return []func(*deferring){awaits(nil), thunk(says("a"))}
		}, "panic async: Await of a nil promise", []string{"a"}},
		{"block while exiting", func(f *deferring) { runtime.Goexit() }, func(ctx context.Context) []func(*deferring) {
			return []func(*deferring){thunk(says("a")), block(ctx, func(u *async.Unwinder) error { log("block ", u.Recover()); return nil })}
		}, " " + async.ErrGoexit.Error(), []string{"block <nil>", "a"}},
	} {
		for i := range 4 {
			pending := i&1 != 0
			t.Run(fmt.Sprint(c.name, " ", i), func(t *testing.T) {
				trace, plain = nil, i&2 != 0
				got := outcome(func(ctx context.Context) *async.Promise[string] {
					wait := async.Resolve(1)
					if pending {
						wait = async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
					}
					f := &deferring{body: c.body, defers: c.defers(ctx), wait: wait}
					return f.StartDeferring(f, ctx, &f.Unwinder)
				})
				if got != c.want || !slices.Equal(trace, c.trace) {
					t.Fatalf("got %q %q, want %q %q", got, trace, c.want, c.trace)
				}
			})
		}
	}
}

// outcome runs fn and tells how it ended.
func outcome[T any](fn func(ctx context.Context) *async.Promise[T]) (s string) {
	defer func() {
		if v := recover(); v != nil {
			s = fmt.Sprint("panic ", v)
		}
	}()
	v, err := async.Run(context.Background(), fn)
	return fmt.Sprint(v, " ", err)
}
