package async_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// An adder awaits two promises and adds them, as generated code would.
type adder struct {
	async.Frame[int]
	a, b *async.Promise[int]
	x    int
}

func addAsync(ctx context.Context, a, b *async.Promise[int]) *async.Promise[int] {
	f := &adder{a: a, b: b}
	return f.Start(f, ctx)
}

func (f *adder) Resume() {
	var err error
	switch f.At() {
	case 1:
		goto s1
	case 2:
		goto s2
	}
	if f.a.Suspends(f.Task(), 1) {
		return
	}
s1:
	f.x, err = f.a.Get()
	if err != nil {
		f.Finish(f.x, err)
		return
	}
	if f.b.Suspends(f.Task(), 2) {
		return
	}
s2:
	y, err := f.b.Get()
	f.Finish(f.x+y, err)
}
func (f *adder) Release()               { f.a, f.b = nil, nil }
func (f *adder) Site() (string, string) { return "adder", "core_test.go:1" }

func sleepFor(ctx context.Context, d time.Duration, v int) *async.Promise[int] {
	return async.Then(async.Sleep(ctx, d), func(async.Void) (int, error) { return v, nil })
}

func TestRunAdds(t *testing.T) {
	n, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return addAsync(ctx, sleepFor(ctx, 2*time.Millisecond, 1), sleepFor(ctx, time.Millisecond, 2))
	})
	if n != 3 || err != nil {
		t.Fatal(n, err)
	}
}

func TestRunReady(t *testing.T) {
	n, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return addAsync(ctx, async.Resolve(1), async.Completed(2, io.EOF))
	})
	if n != 3 || err != io.EOF {
		t.Fatal(n, err)
	}
}

func TestAwaitBlocks(t *testing.T) {
	p, resolve, _ := async.NewPromise[int](nil)
	time.AfterFunc(time.Millisecond, func() { resolve(4) })
	if n, err := async.Await(addAsync(nil, p, async.Resolve(1))); n != 5 || err != nil {
		t.Fatal(n, err)
	}
}

func TestPanicCrossesAwaits(t *testing.T) {
	defer func() {
		if v := recover(); v != io.EOF {
			t.Fatal(v)
		}
	}()
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		bad := async.Then(async.Sleep(ctx, time.Millisecond), func(async.Void) (int, error) { panic(io.EOF) })
		return addAsync(ctx, addAsync(ctx, bad, bad), async.Resolve(1))
	})
	t.Fatal("returned")
}

func TestGoexit(t *testing.T) {
	n, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		bad := async.Then(async.Sleep(ctx, time.Millisecond), func(async.Void) (int, error) {
			runtime.Goexit()
			return 0, nil
		})
		return addAsync(ctx, async.Catch(bad, func(err error) (int, error) {
			if err != async.ErrGoexit {
				t.Error(err)
			}
			return 1, nil
		}), sleepFor(ctx, 2*time.Millisecond, 5))
	})
	if n != 6 || err != nil {
		t.Fatal(n, err)
	}
}

func TestSelfAwaitIsDeadlock(t *testing.T) {
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		f := &adder{a: async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })}
		f.b = f.Start(f, ctx) // read when a has settled
		return f.b
	})
	if !errors.Is(err, async.ErrDeadlock) {
		t.Fatal(err)
	}
	t.Log(err)
}

func TestAbandonedPromiseIsDeadlock(t *testing.T) {
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		p, _, _ := async.NewPromise[int](ctx)
		return addAsync(ctx, p, p)
	})
	if !errors.Is(err, async.ErrDeadlock) {
		t.Fatal(err)
	}
	t.Log(err)
}

func TestBlockingOnLoopPanics(t *testing.T) {
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return async.Catch(async.Then(async.Yield(ctx), func(async.Void) (int, error) {
			return async.Await(sleepFor(ctx, time.Millisecond, 1))
		}), func(err error) (int, error) { return 0, errors.New(err.Error()) })
	})
	t.Log(err)
	if err == nil {
		t.Fatal("no error")
	}
}

func TestChannels(t *testing.T) {
	ch := make(chan int)
	n, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		a, b := async.Recv(ctx, ch), async.Recv(ctx, ch)
		async.Send(ctx, ch, 1)
		async.Send(ctx, ch, 2)
		return addAsync(ctx, a, b)
	})
	if n != 3 || err != nil {
		t.Fatal(n, err)
	}
}

func TestCombinators(t *testing.T) {
	ctx := context.Background()
	out, err := async.Run(ctx, func(ctx context.Context) *async.Promise[[]int] {
		return async.All(sleepFor(ctx, 2*time.Millisecond, 1), async.Resolve(2), async.Race(sleepFor(ctx, time.Hour, 1), async.Resolve(3)))
	})
	if err != nil || len(out) != 3 || out[0] != 1 || out[2] != 3 {
		t.Fatal(out, err)
	}
}

func TestStackful(t *testing.T) {
	n, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		return async.Stackful(ctx, "body", func(co async.Coroutine) (int, error) {
			sum := 0
			for i := range 10 {
				v, err := async.CoAwait(co, sleepFor(ctx, time.Microsecond, i))
				if err != nil {
					return 0, err
				}
				sum += v
			}
			return sum, nil
		})
	})
	if n != 45 || err != nil {
		t.Fatal(n, err)
	}
}
