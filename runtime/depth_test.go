package async_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

const million = 1_000_000

// A link awaits one promise and passes on what comes.
type link struct {
	async.Frame[int]
	p *async.Promise[int]
}

func linkAsync(ctx context.Context, p *async.Promise[int]) *async.Promise[int] {
	f := &link{p: p}
	return f.Start(f, ctx)
}

func (f *link) Resume() {
	if f.At() == 0 && f.p.Suspends(f.Task(), 1) {
		return
	}
	v, err := f.p.Get()
	f.Finish(v+1, err)
}
func (f *link) Release()               { f.p = nil }
func (f *link) Site() (string, string) { return "link", "depth_test.go:1" }

// Long chains of calls, callbacks and followers, settled, failed and panicked at their end: nothing may recurse. The stacks are
// bounded to a size that a recursion over the chain would exceed.
func TestLongChains(t *testing.T) {
	const most = 256 << 10
	defer debug.SetMaxStack(debug.SetMaxStack(most))
	n := max(amount(), most/16) // no call gets by with 16 bytes of stack
	chains := map[string]func(ctx context.Context, p *async.Promise[int]) *async.Promise[int]{
		"calls": linkAsync,
		"Then": func(_ context.Context, p *async.Promise[int]) *async.Promise[int] {
			return async.Then(p, func(v int) (int, error) { return v + 1, nil })
		},
		"followers": func(ctx context.Context, p *async.Promise[int]) *async.Promise[int] {
			q, follow := async.NewFollower[int](ctx)
			follow(p)
			return q
		},
		"Race": func(_ context.Context, p *async.Promise[int]) *async.Promise[int] { return async.Race(p, p) },
	}
	ends := map[string]func(p *async.Promise[int], resolve func(int), reject func(error)){
		"settles": func(_ *async.Promise[int], resolve func(int), _ func(error)) { resolve(1) },
		"fails":   func(_ *async.Promise[int], _ func(int), reject func(error)) { reject(io.EOF) },
		"panics":  func(_ *async.Promise[int], _ func(int), reject func(error)) { reject(&async.PanicError{Value: io.EOF}) },
	}
	for chain, next := range chains {
		for end, settle := range ends {
			t.Run(chain+" "+end, func(t *testing.T) {
				got := outcome(func(ctx context.Context) *async.Promise[int] {
					p, resolve, reject := async.NewPromise[int](ctx)
					last := p
					for range n {
						last = next(ctx, last)
					}
					settle(p, resolve, reject)
					return last
				})
				want := map[string]string{"settles": "1 <nil>", "fails": "0 EOF", "panics": "panic EOF"}[end]
				switch {
				case end == "settles" && (chain == "calls" || chain == "Then"):
					want = fmt.Sprint(n+1, " <nil>")
				case end == "fails" && chain == "calls":
					want = fmt.Sprint(n, " EOF")
				}
				if got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

// deep calls itself before it awaits.
type deep struct {
	async.Frame[int]
	n    int
	ctx  context.Context
	leaf *async.Promise[int]
	p    *async.Promise[int]
}

func deepAsync(ctx context.Context, n int, leaf *async.Promise[int]) *async.Promise[int] {
	f := &deep{n: n, ctx: ctx, leaf: leaf}
	return f.Start(f, ctx)
}

func (f *deep) Resume() {
	if f.At() == 1 {
		goto s1
	}
	f.p = f.leaf
	if f.n > 0 {
		f.p = deepAsync(f.ctx, f.n-1, f.leaf)
	}
	if f.p.Suspends(f.Task(), 1) {
		return
	}
s1:
	v, err := f.p.Get()
	f.Finish(v+1, err)
}
func (f *deep) Release()               { f.ctx, f.leaf, f.p = nil, nil, nil }
func (f *deep) Site() (string, string) { return "deep", "depth_test.go:2" }

func TestDeepCalls(t *testing.T) {
	n := amount()
	for _, ready := range []bool{true, false} {
		got := outcome(func(ctx context.Context) *async.Promise[int] {
			leaf, resolve, _ := async.NewPromise[int](ctx)
			if ready {
				resolve(0)
			} else {
				async.Then(async.Yield(ctx), func(async.Void) (int, error) { resolve(0); return 0, nil })
			}
			return deepAsync(ctx, n, leaf)
		})
		if got != fmt.Sprint(n+1, " <nil>") {
			t.Error(ready, got)
		}
		runtime.GC()
	}
}

// A panic at the bottom of a deep recursion reaches the top.
func TestDeepPanic(t *testing.T) {
	n := 20_000
	if runtime.GOARCH == "wasm" {
		n = 200
	}
	got := outcome(func(ctx context.Context) *async.Promise[int] {
		return deepAsync(ctx, n, async.Reject[int](&async.PanicError{Value: errors.New("deep")}))
	})
	if got != "panic deep" {
		t.Error(got)
	}
}
