package async_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// unhandledIn runs fn on a loop and returns what is reported.
func unhandledIn(t *testing.T, fn func(ctx context.Context, co async.Coroutine)) (seen []async.Unhandled) {
	t.Helper()
	var mu sync.Mutex
	async.OnUnhandled(func(u async.Unhandled) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, u)
	})
	defer async.OnUnhandled(nil)
	run(t, fn)
	mu.Lock()
	defer mu.Unlock()
	return seen
}

// failAsync is a call that waits once, and then fails because of p, or of itself if that is nil.
func failAsync(ctx context.Context, name string, p *async.Promise[int]) *async.Promise[int] {
	return async.Stackful(ctx, name+"|trail_test.go:1|trail_test.go:2", func(co async.Coroutine) (int, error) {
		if p == nil {
			async.CoAwait(co.At(1), async.Yield(ctx))
			return 0, io.EOF
		}
		_, err := async.CoAwait(co.At(1), p)
		return 0, fmt.Errorf("%s: %w", name, err)
	})
}

func TestUnhandledRejectionHasItsAwaitChain(t *testing.T) {
	for _, c := range []struct {
		name  string
		start func(ctx context.Context) *async.Promise[int]
		want  string
	}{
		{"a call alone", func(ctx context.Context) *async.Promise[int] { return failAsync(ctx, "inner", nil) }, "inner: EOF []"},
		{"a call that does not wait", func(ctx context.Context) *async.Promise[int] { return addAsync(ctx, async.Reject[int](io.EOF), nil) }, "adder: EOF []"},
		{"calls", func(ctx context.Context) *async.Promise[int] {
			return failAsync(ctx, "outer", failAsync(ctx, "middle", failAsync(ctx, "inner", nil)))
		}, "outer: outer: middle: EOF [middle inner]"},
		{"leaf", func(ctx context.Context) *async.Promise[int] {
			return failAsync(ctx, "outer", async.Go(ctx, func(context.Context) (int, error) { return 0, io.EOF }))
		}, "outer: outer: EOF []"},
		{"combinator", func(ctx context.Context) *async.Promise[int] {
			mid := failAsync(ctx, "middle", failAsync(ctx, "inner", nil))
			all := async.All(mid, mid)
			return async.Then(all, func([]int) (int, error) { return 0, nil })
		}, "Then: middle: EOF [middle inner]"},
		{"combinator of a call that fails by itself", func(ctx context.Context) *async.Promise[int] {
			return async.Then(async.All(failAsync(ctx, "inner", nil)), func([]int) (int, error) { return 0, nil })
		}, "Then: EOF [inner]"},
		{"group", func(ctx context.Context) *async.Promise[int] {
			g, gctx := async.NewGroup(ctx)
			g.GoAsync(func(context.Context) *async.Promise[async.Void] {
				return async.Stackful(gctx, "member|trail_test.go:3", func(co async.Coroutine) (async.Void, error) {
					return async.CoAwait(co, async.Then(async.Yield(gctx), func(async.Void) (async.Void, error) { return async.Void{}, io.EOF }))
				})
			})
			return async.Then(g.Wait(), func(async.Void) (int, error) { return 0, nil })
		}, "Then: EOF [member Then]"},
		{"an error that is caught and returned", func(ctx context.Context) *async.Promise[int] {
			return async.Catch(failAsync(ctx, "inner", nil), func(err error) (int, error) { return 0, err })
		}, "Catch: EOF []"},
		{"handled and failed again", func(ctx context.Context) *async.Promise[int] {
			in := failAsync(ctx, "inner", nil)
			return async.Catch(in, func(error) (int, error) { return 0, io.ErrNoProgress })
		}, "Catch: multiple Read calls return no data or error []"},
		{"an exit that is returned", func(ctx context.Context) *async.Promise[int] {
			return failAsync(ctx, "outer", async.Reject[int](async.ErrGoexit))
		}, "outer: outer: async: call ended by runtime.Goexit []"},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := unhandledIn(t, func(ctx context.Context, co async.Coroutine) {
				p := c.start(ctx)
				for p.State() == async.Pending {
					async.CoAwait(co, async.Yield(ctx))
				}
			})
			var got []string
			line := regexp.MustCompile(` \((trail|core)_test\.go:\d+\)`)
			for _, u := range seen {
				got = append(got, line.ReplaceAllString(fmt.Sprint(u.Function, ": ", u.Err, " ", u.Chain), ""))
			}
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// The error itself stays what the call returned.
func TestTrailIsNotInTheError(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		bad := addAsync(ctx, addAsync(ctx, failAsync(ctx, "inner", nil), nil), nil)
		p := addAsync(ctx, bad, nil)
		for name, err := range map[string]error{
			"await":      second(async.CoAwait(co, p)),
			"All":        second(async.CoAwait(co, async.All(p))),
			"Race":       second(async.CoAwait(co, async.Race(p))),
			"Then":       second(async.CoAwait(co, async.Then(p, func(int) (int, error) { return 0, nil }))),
			"Finally":    second(async.CoAwait(co, async.Finally(p, func() {}))),
			"Wait":       second(p.Wait(nil)),
			"AllSettled": async.Must(async.CoAwait(co, async.AllSettled(p)))[0].Err,
		} {
			if err != io.EOF {
				t.Errorf("%s: %T %v", name, err, err)
			}
		}
		async.CoAwait(co, async.Catch(p, func(err error) (int, error) {
			if err != io.EOF {
				t.Errorf("Catch: %T %v", err, err)
			}
			return 0, nil
		}))
		if err := second(async.CoAwait(co, async.Any(p))); !errors.Is(err, io.EOF) || err.Error() != "EOF" {
			t.Errorf("Any: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// A chain of any length is reported in a bounded number of lines: where it ended, and where it began.
func TestTrailIsBounded(t *testing.T) {
	seen := unhandledIn(t, func(ctx context.Context, co async.Coroutine) {
		p := failAsync(ctx, "inner", nil)
		for range 1000 {
			p = addAsync(ctx, p, nil)
		}
		p = failAsync(ctx, "outer", p)
		for p.State() == async.Pending {
			async.CoAwait(co, async.Yield(ctx))
		}
	})
	if len(seen) != 1 || seen[0].Function != "outer" || len(seen[0].Chain) != 63 || !strings.HasPrefix(seen[0].Chain[62], "inner (") {
		t.Errorf("%+v", seen)
	}
}

func TestUnhandledRejectionIsLogged(t *testing.T) {
	b := logged(t)
	run(t, func(ctx context.Context, co async.Coroutine) {
		p := failAsync(ctx, "outer", failAsync(ctx, "inner", nil))
		for p.State() == async.Pending {
			async.CoAwait(co, async.Yield(ctx))
		}
	})
	want := regexp.MustCompile(`^async: rejection that nobody handles in outer \(trail_test\.go:2\): outer: EOF\n\tfrom inner \(trail_test\.go:2\)\n$`)
	if !want.MatchString(b.String()) {
		t.Errorf("%q", b.String())
	}
}

// logged collects what is logged until the test ends.
func logged(t *testing.T) *bytes.Buffer {
	b := new(bytes.Buffer)
	flags := log.Flags()
	log.SetOutput(b)
	log.SetFlags(0)
	t.Cleanup(func() { log.SetOutput(os.Stderr); log.SetFlags(flags) })
	return b
}

// A *PanicError that a call returns is an error: it is logged, and does not end the program as a panic does.
func TestReturnedPanicErrorIsLogged(t *testing.T) {
	want := "async: rejection that nobody handles: panic: handled\n"
	for name, hooked := range map[string]bool{"logged": false, "for a hook": true} {
		t.Run(name, func(t *testing.T) {
			b := logged(t)
			if hooked {
				async.OnUnhandled(func(u async.Unhandled) {
					fmt.Fprintf(b, "async: rejection that nobody handles: %v\n", u.Err)
					if u.Panics {
						t.Error("a panic")
					}
				})
				defer async.OnUnhandled(nil)
			}
			run(t, func(ctx context.Context, co async.Coroutine) {
				p := async.Start(ctx, func(context.Context) (int, error) { return 0, &async.PanicError{Value: "handled"} })
				for p.State() == async.Pending {
					async.CoAwait(co, async.Yield(ctx))
				}
			})
			if b.String() != want {
				t.Errorf("%q", b.String())
			}
		})
	}
}
