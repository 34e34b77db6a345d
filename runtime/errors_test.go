package async_test

// This file shows that errors come through everything as they are, for errors.Is, errors.As and ==.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// A codeError is an error of a type of its own.
type codeError struct{ code int }

func (e *codeError) Error() string { return fmt.Sprint("code ", e.code) }

func TestErrorsComeThrough(t *testing.T) {
	own := &codeError{7}
	err := fmt.Errorf("outer: %w", errors.Join(own, io.EOF))
	async.OnUnhandled(func(async.Unhandled) {})
	defer async.OnUnhandled(nil)
	type errorOf func(ctx context.Context, co async.Coroutine, p *async.Promise[int]) error
	same := map[string]errorOf{
		"await": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, p))
		},
		"Result": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			async.CoAwait(co, p)
			_, err, _ := p.Result()
			return err
		},
		"a call": func(ctx context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, addAsync(ctx, p, p)))
		},
		"All": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.All(async.Resolve(1), p)))
		},
		"All2": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.All2(async.Resolve("s"), p)))
		},
		"All3": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.All3(p, p, p)))
		},
		"All4": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.All4(p, p, p, p)))
		},
		"AllSettled": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			s, _ := async.CoAwait(co, async.AllSettled(async.Resolve(1), p))
			return s[1].Err
		},
		"Race": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.Race(p)))
		},
		"AsCompleted": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) (err error) {
			for q := range async.AsCompleted(p) {
				_, err = async.CoAwait(co, q)
			}
			return err
		},
		"Then": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.Then(p, func(int) (string, error) { return "", nil })))
		},
		"Catch": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.Catch(p, func(err error) (int, error) { return 0, err })))
		},
		"Finally": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.Finally(p, func() {})))
		},
		"NewFollower": func(ctx context.Context, co async.Coroutine, p *async.Promise[int]) error {
			q, follow := async.NewFollower[int](ctx)
			follow(p)
			return second(async.CoAwait(co, q))
		},
		"Timeout": func(ctx context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.Timeout(ctx, 1<<40, p)))
		},
		"MapAsync": func(ctx context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.MapAsync(ctx, []int{1}, 1, func(context.Context, int) *async.Promise[int] { return p })))
		},
		"Group": func(ctx context.Context, co async.Coroutine, p *async.Promise[int]) error {
			g, ctx := async.NewGroup(ctx)
			g.GoAsync(func(context.Context) *async.Promise[async.Void] {
				return async.Then(p, func(int) (async.Void, error) { return async.Void{}, nil })
			})
			_, err := async.CoAwait(co, g.Wait())
			if cause := context.Cause(ctx); cause != err {
				t.Error("the cause of the group's context is", cause)
			}
			return err
		},
		"the cause of a context": func(ctx context.Context, co async.Coroutine, p *async.Promise[int]) error {
			ctx, cancel := context.WithCancelCause(ctx)
			q := async.Sleep(ctx, 1<<40)
			cancel(second(async.CoAwait(co, p)))
			return second(async.CoAwait(co, q))
		},
	}
	joined := map[string]errorOf{
		"Any": func(_ context.Context, co async.Coroutine, p *async.Promise[int]) error {
			return second(async.CoAwait(co, async.Any(p, async.Reject[int](io.ErrNoProgress))))
		},
		"NewSupervisor": func(ctx context.Context, co async.Coroutine, p *async.Promise[int]) error {
			g, _ := async.NewSupervisor(ctx)
			for _, q := range []*async.Promise[int]{p, async.Reject[int](io.ErrNoProgress)} {
				g.GoAsync(func(context.Context) *async.Promise[async.Void] {
					return async.Then(q, func(int) (async.Void, error) { return async.Void{}, nil })
				})
			}
			return second(async.CoAwait(co, g.Wait()))
		},
	}
	for _, pending := range []bool{false, true} {
		make := func(ctx context.Context) *async.Promise[int] {
			if !pending {
				return async.Reject[int](err)
			}
			return async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 0, err })
		}
		check := func(name string, f errorOf, right func(got error) bool) {
			t.Run(fmt.Sprint(name, " ", pending), func(t *testing.T) {
				run(t, func(ctx context.Context, co async.Coroutine) {
					got := f(ctx, co, make(ctx))
					var as *codeError
					if !right(got) || !errors.Is(got, io.EOF) || !errors.As(got, &as) || as != own {
						t.Errorf("%T: %v", got, got)
					}
				})
			})
		}
		for name, f := range same {
			check(name, f, func(got error) bool { return got == err })
		}
		for name, f := range joined {
			check(name, f, func(got error) bool { return errors.Is(got, err) && errors.Is(got, io.ErrNoProgress) })
		}
	}
}

// A panic with an error is that error to errors.Is and errors.As, wherever it comes as an error; and its stack is there.
func TestPanicsAsErrors(t *testing.T) {
	own := &codeError{7}
	run(t, func(ctx context.Context, co async.Coroutine) {
		p := async.Then(async.Yield(ctx), func(async.Void) (int, error) { panic(own) })
		s, _ := async.CoAwait(co, async.AllSettled(p))
		_, any := async.CoAwait(co, async.Any(p, p))
		_, wait := p.Wait(nil)
		_, result, _ := p.Result()
		var caught error
		async.CoAwait(co, async.Catch(p, func(err error) (int, error) { caught = err; return 0, nil }))
		for name, err := range map[string]error{"AllSettled": s[0].Err, "Any": any, "Wait": wait, "Result": result, "Catch": caught} {
			var as *codeError
			var pe *async.PanicError
			if !errors.Is(err, own) || !errors.As(err, &as) || !errors.As(err, &pe) || pe.Value != own || len(pe.Stack) == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// What belongs to the package can be told apart, too.
func TestErrorsOfThePackage(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		closed := make(chan int)
		close(closed)
		q := async.NewQueue[int](0)
		q.Close()
		for name, c := range map[string]struct {
			p    *async.Promise[int]
			want error
		}{
			"Recv":    {async.Recv(ctx, closed), async.ErrClosed},
			"Take":    {q.Take(ctx), async.ErrClosed},
			"Timeout": {async.Timeout(ctx, 0, async.Race[int]()), context.DeadlineExceeded},
		} {
			_, err := async.CoAwait(co, c.p)
			if !errors.Is(fmt.Errorf("wrapped: %w", err), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] { return async.Race[int]() })
	if !errors.Is(fmt.Errorf("wrapped: %w", err), async.ErrDeadlock) {
		t.Error(err)
	}
}
