package async_test

// This file goes through the corners of the combinators: no inputs, one input several times, inputs that are settled or never
// settle, and losers that are rejected late.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// failAfter is rejected after d.
func failAfter(ctx context.Context, d time.Duration, err error) *async.Promise[int] {
	return async.Then(async.Sleep(ctx, d), func(async.Void) (int, error) { return 0, err })
}

// panicAfter carries a panic after d.
func panicAfter(ctx context.Context, d time.Duration, v any) *async.Promise[int] {
	return async.Then(async.Sleep(ctx, d), func(async.Void) (int, error) { panic(v) })
}

// show writes how p settles.
func show[T any](co async.Coroutine, p *async.Promise[T]) (s string) {
	defer func() {
		if v := recover(); v != nil {
			s = fmt.Sprint("panic ", v)
		}
	}()
	v, err := async.CoAwait(co, p)
	return fmt.Sprint(v, " ", err)
}

// unhandled collects what is reported while fn runs in a bubble, up to the end of its loop.
func unhandled(t *testing.T, fn func(ctx context.Context, co async.Coroutine)) []string {
	t.Helper()
	var mu sync.Mutex
	var seen []string
	async.OnUnhandled(func(u async.Unhandled) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, u.Err.Error())
	})
	defer async.OnUnhandled(nil)
	bubble(t, fn)
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(seen)
	return seen
}

func TestCombinatorOutcomes(t *testing.T) {
	e1, e2 := errors.New("e1"), errors.New("e2")
	type maker func(ctx context.Context) *async.Promise[int]
	now := func(v int) maker { return func(context.Context) *async.Promise[int] { return async.Resolve(v) } }
	ok := func(ms time.Duration, v int) maker {
		return func(ctx context.Context) *async.Promise[int] { return sleepFor(ctx, ms*time.Millisecond, v) }
	}
	bad := func(ms time.Duration, err error) maker {
		return func(ctx context.Context) *async.Promise[int] { return failAfter(ctx, ms*time.Millisecond, err) }
	}
	boom := func(ms time.Duration) maker {
		return func(ctx context.Context) *async.Promise[int] { return panicAfter(ctx, ms*time.Millisecond, "boom") }
	}
	noted := func(err error) maker {
		return func(context.Context) *async.Promise[int] { return async.Reject[int](err) }
	}
	never := func(ctx context.Context) *async.Promise[int] { return async.Race[int]() }
	for _, c := range []struct {
		name                       string
		inputs                     []maker
		all, settled, first, anyOf string // empty where it never settles
	}{
		{"none", nil, "[] <nil>", "[] <nil>", "", "0 async: Any of no promises"},
		{"one", []maker{now(1)}, "[1] <nil>", "[{1 <nil>}] <nil>", "1 <nil>", "1 <nil>"},
		{"order", []maker{ok(3, 1), ok(1, 2), ok(2, 3), now(4)}, "[1 2 3 4] <nil>",
			"[{1 <nil>} {2 <nil>} {3 <nil>} {4 <nil>}] <nil>", "4 <nil>", "4 <nil>"},
		{"one fails", []maker{ok(2, 1), bad(1, e1), ok(3, 3)}, "[] e1", "[{1 <nil>} {0 e1} {3 <nil>}] <nil>", "0 e1", "1 <nil>"},
		{"all fail", []maker{bad(2, e1), bad(1, e2)}, "[] e2", "[{0 e1} {0 e2}] <nil>", "0 e2", "0 e1\ne2"},
		{"settled, the first wins", []maker{noted(e1), now(2), noted(e2)}, "[] e1", "[{0 e1} {2 <nil>} {0 e2}] <nil>", "0 e1", "2 <nil>"},
		{"panic", []maker{ok(2, 1), boom(1)}, "panic boom", "[{1 <nil>} {0 panic: boom}] <nil>", "panic boom", "1 <nil>"},
		{"late panic", []maker{ok(1, 1), boom(3)}, "panic boom", "[{1 <nil>} {0 panic: boom}] <nil>", "1 <nil>", "1 <nil>"},
		{"panic among errors", []maker{bad(2, e1), boom(1)}, "panic boom", "[{0 e1} {0 panic: boom}] <nil>", "panic boom", "0 e1\npanic: boom"},
		{"one never", []maker{ok(2, 1), bad(1, e1), never}, "[] e1", "", "0 e1", "1 <nil>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			kinds := []struct {
				name string
				run  func(co async.Coroutine, ps []*async.Promise[int]) string
				want string
			}{
				{"All", func(co async.Coroutine, ps []*async.Promise[int]) string { return show(co, async.All(ps...)) }, c.all},
				{"AllSettled", func(co async.Coroutine, ps []*async.Promise[int]) string { return show(co, async.AllSettled(ps...)) }, c.settled},
				{"Race", func(co async.Coroutine, ps []*async.Promise[int]) string { return show(co, async.Race(ps...)) }, c.first},
				{"Any", func(co async.Coroutine, ps []*async.Promise[int]) string { return show(co, async.Any(ps...)) }, c.anyOf},
			}
			for _, k := range kinds {
				if k.want == "" {
					continue
				}
				if c.name == "late panic" && (k.name == "Race" || k.name == "Any") || c.name == "panic" && k.name == "Any" {
					continue // its panic has nobody: see TestLateLosers and TestPanicsThatCombinatorsDoNotPassOn
				}
				bubble(t, func(ctx context.Context, co async.Coroutine) {
					var ps []*async.Promise[int]
					for _, m := range c.inputs {
						ps = append(ps, m(ctx))
					}
					if got := k.run(co, ps); got != k.want {
						t.Errorf("%s gives %q, want %q", k.name, got, k.want)
					}
					async.CoAwait(co, async.Sleep(ctx, time.Second)) // losers end
				})
			}
		})
	}
}

func TestCombinatorErrors(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		own := &timeoutLike{}
		_, err := async.CoAwait(co, async.Any(async.Reject[int](io.EOF), async.Reject[int](fmt.Errorf("in: %w", own)), panicAfter(ctx, 1, io.ErrNoProgress)))
		var as *timeoutLike
		var pe *async.PanicError
		if !errors.Is(err, io.EOF) || !errors.As(err, &as) || as != own || !errors.As(err, &pe) || !errors.Is(err, io.ErrNoProgress) {
			t.Error(err)
		}
		wrapped := fmt.Errorf("out: %w", io.EOF)
		if _, err := async.CoAwait(co, async.All(async.Reject[int](wrapped))); err != wrapped {
			t.Error(err)
		}
		_, err = async.CoAwait(co, async.Timeout(ctx, 1, async.Race[int]()))
		var te interface{ Timeout() bool }
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &te) || !te.Timeout() {
			t.Error(err)
		}
	})
}

type timeoutLike struct{}

func (*timeoutLike) Error() string { return "own" }

func TestSamePromiseTwice(t *testing.T) {
	for _, pending := range []bool{false, true} {
		run(t, func(ctx context.Context, co async.Coroutine) {
			p := async.Resolve(1)
			if pending {
				p = sleepFor(ctx, time.Millisecond, 1)
			}
			got := []string{
				show(co, async.All(p, p, p)), show(co, async.AllSettled(p, p)), show(co, async.Race(p, p)), show(co, async.Any(p, p)),
				show(co, async.All2(p, p)), show(co, async.All4(p, p, p, p)), show(co, async.Race(async.Race(p, p), p)),
			}
			want := []string{"[1 1 1] <nil>", "[{1 <nil>} {1 <nil>}] <nil>", "1 <nil>", "1 <nil>", "{1 1} <nil>", "{1 1 1 1} <nil>", "1 <nil>"}
			if !slices.Equal(got, want) {
				t.Errorf("%q", got)
			}
			n := 0
			for q := range async.AsCompleted(p, p, p) {
				v, err := async.CoAwait(co, q)
				if n += v; err != nil {
					t.Error(err)
				}
			}
			if n != 3 {
				t.Error(n)
			}
		})
	}
}

// Inputs that have settled arrive in their order, on a pool too, where several could at a time.
func TestSettledInputsOnPool(t *testing.T) {
	ctx := async.WithExecutor(context.Background(), async.NewPool(4))
	for _, ctx := range []context.Context{nil, ctx} {
		yield := func() *async.Promise[int] { // gives the combinator its executor
			return async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 3, nil })
		}
		for range 2000 {
			p, q := async.Resolve(1), async.Resolve(2)
			if v, err := async.Await(async.Race(p, q, yield())); v != 1 || err != nil {
				t.Fatal("Race:", v, err)
			}
			e, f := async.Reject[int](io.EOF), async.Reject[int](io.ErrNoProgress)
			if _, err := async.Await(async.All(p, e, f, yield())); err != io.EOF {
				t.Fatal("All:", err)
			}
			if v, err := async.Await(async.Any(e, q, p, yield())); v != 2 || err != nil {
				t.Fatal("Any:", v, err)
			}
			if _, err := async.Await(async.All(yield(), yield(), p, yield())); err != nil {
				t.Fatal("All:", err)
			}
			if _, err := async.Await(async.All2(p, yield())); err != nil {
				t.Fatal("All2:", err)
			}
		}
	}
}

func TestNilInputsPanic(t *testing.T) {
	p := async.Resolve(1)
	for name, f := range map[string]func(){
		"All":         func() { async.All(p, nil) },
		"AllSettled":  func() { async.AllSettled(nil, p) },
		"Any":         func() { async.Any[int](nil) },
		"Race":        func() { async.Race(p, nil) },
		"All2":        func() { async.All2(p, (*async.Promise[int])(nil)) },
		"All3":        func() { async.All3(p, p, (*async.Promise[int])(nil)) },
		"All4":        func() { async.All4(p, p, (*async.Promise[int])(nil), p) },
		"AsCompleted": func() { async.AsCompleted(p, nil) },
		"Then":        func() { async.Then(nil, func(int) (int, error) { return 0, nil }) },
		"Catch":       func() { async.Catch(nil, func(error) (int, error) { return 0, nil }) },
		"Finally":     func() { async.Finally[int](nil, func() {}) },
		"Timeout":     func() { async.Timeout[int](nil, 1, nil) },
		"Detach":      func() { async.Detach[int](nil) },
		"Await":       func() { async.Await[int](nil) },
	} {
		func() {
			defer func() {
				if v, ok := recover().(error); !ok || !strings.Contains(v.Error(), "nil promise") {
					t.Errorf("%s: %v", name, v)
				}
			}()
			f()
		}()
	}
}

func TestAllOfTypes(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		text := async.Then(sleepFor(ctx, 1, 0), func(int) (string, error) { return "s", nil })
		a, b, c, err := async.CoAwait3(co, async.All3(sleepFor(ctx, 2, 1), text, async.Resolve(2.5)))
		if a != 1 || b != "s" || c != 2.5 || err != nil {
			t.Error(a, b, c, err)
		}
		if got := show(co, async.All2(text, failAfter(ctx, 1, io.EOF))); got != "{ 0} EOF" {
			t.Error(got)
		}
		if got := show(co, async.All4(text, text, panicAfter(ctx, 1, "boom"), text)); got != "panic boom" {
			t.Error(got)
		}
	})
}

// A loser whose error comes after all is decided has nobody who looks at it. That is not a rejection that nobody handles: who gave it to
// the combinator did not want to know. A panic is reported in any case, as one that nobody handles.
func TestLateLosers(t *testing.T) {
	for name, decide := range map[string]func(ctx context.Context, late *async.Promise[int]) *async.Promise[int]{
		"Race": func(ctx context.Context, late *async.Promise[int]) *async.Promise[int] {
			return async.Race(sleepFor(ctx, time.Millisecond, 1), late)
		},
		"Any": func(ctx context.Context, late *async.Promise[int]) *async.Promise[int] {
			return async.Any(late, sleepFor(ctx, time.Millisecond, 1))
		},
		"All": func(ctx context.Context, late *async.Promise[int]) *async.Promise[int] {
			return async.Catch(async.Then(async.All(failAfter(ctx, time.Millisecond, io.EOF), late), func([]int) (int, error) { return 0, nil }),
				func(error) (int, error) { return 1, nil })
		},
		"Timeout": func(ctx context.Context, late *async.Promise[int]) *async.Promise[int] {
			return async.Catch(async.Timeout(ctx, time.Millisecond, late), func(error) (int, error) { return 1, nil })
		},
		"AsCompleted": func(ctx context.Context, late *async.Promise[int]) *async.Promise[int] {
			for p := range async.AsCompleted(sleepFor(ctx, time.Millisecond, 1), late) {
				return p
			}
			return nil
		},
	} {
		for _, late := range []struct {
			name string
			make func(ctx context.Context, d time.Duration, v error) *async.Promise[int]
			want []string
		}{
			{"error", failAfter, nil},
			{"panic", func(ctx context.Context, d time.Duration, v error) *async.Promise[int] { return panicAfter(ctx, d, v) }, []string{"panic: late"}},
		} {
			t.Run(name+" "+late.name, func(t *testing.T) {
				seen := unhandled(t, func(ctx context.Context, co async.Coroutine) {
					p := late.make(ctx, 3*time.Millisecond, errors.New("late"))
					if got := show(co, decide(ctx, p)); got != "1 <nil>" {
						t.Error(got)
					}
					p = nil
					async.CoAwait(co, async.Sleep(ctx, 6*time.Millisecond))
				})
				if !slices.Equal(seen, late.want) {
					t.Errorf("reported %q", seen)
				}
			})
		}
	}
}

// A promise that has lost again and again can still be awaited, and its error is seen.
func TestLoserIsStillAwaited(t *testing.T) {
	seen := unhandled(t, func(ctx context.Context, co async.Coroutine) {
		p, _, reject := async.NewPromise[int](ctx)
		for i := range 1000 {
			if v, _ := async.CoAwait(co, async.Race(async.Resolve(i), p)); v != i {
				t.Error(v)
			}
		}
		q := addAsync(ctx, p, p)
		again := async.Race(p, async.Resolve(1))
		async.CoAwait(co, again)
		reject(io.EOF)
		if got := show(co, q) + show(co, p); got != "0 EOF0 EOF" {
			t.Error(got)
		}
	})
	if seen != nil {
		t.Error(seen)
	}
}

func TestNestedCombinators(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		p := async.Race(
			async.Then(async.All(sleepFor(ctx, 2, 1), async.Any(failAfter(ctx, 1, io.EOF), sleepFor(ctx, 3, 2))), func(vs []int) (string, error) {
				return fmt.Sprint(vs), nil
			}),
			async.Then(async.AllSettled(sleepFor(ctx, 10, 5)), func(s []async.Settled[int]) (string, error) { return fmt.Sprint(s), nil }),
		)
		if got := show(co, p); got != "[1 2] <nil>" {
			t.Error(got)
		}
	})
}

func TestAsCompletedCorners(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		for range async.AsCompleted[int]() {
			t.Error("came")
		}
		ps := []*async.Promise[int]{sleepFor(ctx, 3, 3), failAfter(ctx, 2, io.EOF), panicAfter(ctx, 4, "boom"), async.Resolve(0), failAfter(ctx, 1, io.ErrNoProgress)}
		seq := async.AsCompleted(ps...)
		for range 2 { // it can be gone through again
			var got []string
			for p := range seq {
				got = append(got, show(co, p))
			}
			want := []string{"0 <nil>", "0 multiple Read calls return no data or error", "0 EOF", "3 <nil>", "panic boom"}
			if !slices.Equal(got, want) {
				t.Errorf("%q", got)
			}
		}
		// All at once, before any has settled.
		var outs []*async.Promise[int]
		for p := range async.AsCompleted(sleepFor(ctx, 3, 3), sleepFor(ctx, 1, 1), sleepFor(ctx, 2, 2)) {
			outs = append(outs, p)
		}
		if got := show(co, async.All(outs...)); got != "[1 2 3] <nil>" {
			t.Error(got)
		}
	})
}

// Who waits for the next of AsCompleted is seen.
func TestAsCompletedInDump(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		var p *async.Promise[int]
		for p = range async.AsCompleted(sleepFor(ctx, time.Hour, 1), sleepFor(ctx, time.Millisecond, 2)) {
			break
		}
		q := addAsync(ctx, p, p)
		var b strings.Builder
		async.Dump(&b)
		if !strings.Contains(b.String(), "Then\n\twaits for Sleep\n\tawaited by adder (core_test.go:1)") {
			t.Error(b.String())
		}
		async.CoAwait(co, q)
	})
}

// Who waits for a follower is listed with what that follows, also where followers follow each other in a circle.
func TestFollowersInDump(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		p, follow := async.NewFollower[int](ctx)
		q, followToo := async.NewFollower[int](ctx)
		follow(q)
		s := async.Then(p, func(v int) (int, error) { return v, nil })
		followToo(sleepFor(ctx, time.Millisecond, 1))
		follows, round := make([]func(async.Awaitable[int]), 2), make([]*async.Promise[int], 2)
		for i := range follows {
			round[i], follows[i] = async.NewFollower[int](ctx)
		}
		follows[0](round[1])
		follows[1](round[0])
		var b strings.Builder
		async.Dump(&b)
		if !strings.Contains(b.String(), "Then\n\twaits for Sleep\n\tawaited by Then") {
			t.Error(b.String())
		}
		async.CoAwait(co, s)
	})
}

// Who waits for one after the other may be looked at meanwhile.
func TestAsCompletedWhileSnapshots(t *testing.T) {
	run(t, func(ctx context.Context, co async.Coroutine) {
		defer keepsLooking()()
		for range 1000 {
			for p := range async.AsCompleted(async.Sleep(ctx, time.Microsecond), async.Sleep(ctx, 2*time.Microsecond), async.Sleep(ctx, 3*time.Microsecond)) {
				async.CoAwait(co, p)
			}
		}
	})
}

func TestMapCorners(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		double := func(ctx context.Context, i int) *async.Promise[int] {
			return sleepFor(ctx, time.Duration(i)*time.Second, 2*i)
		}
		if got := show(co, async.MapAsync(ctx, nil, 1, double)); got != "[] <nil>" {
			t.Error(got)
		}
		for _, limit := range []int{-1, 0, 1, 2, 100} {
			if got := show(co, async.MapAsync(ctx, []int{3, 1, 2}, limit, double)); got != "[6 2 4] <nil>" {
				t.Error(limit, got)
			}
		}
		started := 0
		got := show(co, async.MapAsync(ctx, []int{1, 2, 3, 4, 5}, 2, func(ctx context.Context, i int) *async.Promise[int] {
			started++
			if i == 1 {
				return failAfter(ctx, time.Second, io.EOF)
			}
			return async.Then(async.Sleep(ctx, time.Hour), func(async.Void) (int, error) { return i, nil })
		}))
		if got != "[] EOF" || started != 2 {
			t.Error(got, started)
		}
		for name, fn := range map[string]func(context.Context, int) *async.Promise[int]{
			"in the call": func(ctx context.Context, i int) *async.Promise[int] { panic("boom") },
			"later":       func(ctx context.Context, i int) *async.Promise[int] { return panicAfter(ctx, 1, "boom") },
		} {
			if got := show(co, async.MapAsync(ctx, []int{1, 2, 3}, 1, fn)); got != "panic boom" {
				t.Error(name, got)
			}
		}
		if got := show(co, async.MapAsync(ctx, []int{1}, 1, func(context.Context, int) *async.Promise[int] { return nil })); !strings.Contains(got, "nil promise") {
			t.Error(got)
		}
		exits := async.MapAsync(ctx, []int{1, 2, 3}, 1, func(ctx context.Context, i int) *async.Promise[int] {
			if i == 2 {
				runtime.Goexit()
			}
			return sleepFor(ctx, time.Second, i)
		})
		if got := show(co, exits); got != "[] "+async.ErrGoexit.Error() {
			t.Error(got)
		}
		cctx, cancel := context.WithCancelCause(ctx)
		m := async.MapAsync(cctx, []int{1, 2, 3}, 1, func(ctx context.Context, i int) *async.Promise[int] {
			return sleepFor(ctx, time.Hour, i)
		})
		cancel(io.ErrClosedPipe)
		if got := show(co, m); got != "[] "+io.ErrClosedPipe.Error() {
			t.Error(got)
		}
	})
}

func TestGroupCorners(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		g, gctx := async.NewGroup(ctx)
		if got := show(co, g.Wait()); got != "{} <nil>" || gctx.Err() == nil {
			t.Error(got, gctx.Err())
		}
		g, _ = async.NewGroup(ctx)
		w1, w2 := g.Wait(), g.Wait()
		if got := show(co, async.All(w1, w2, g.Wait())); got != "[{} {} {}] <nil>" {
			t.Error(got)
		}
		// A call starts others, also while Wait waits.
		g, _ = async.NewGroup(ctx)
		n := 0
		var spawn func(depth int)
		spawn = func(depth int) {
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
				return async.Then(async.Sleep(ctx, time.Second), func(async.Void) (async.Void, error) {
					if n++; depth > 0 {
						spawn(depth - 1)
						spawn(depth - 1)
					}
					return async.Void{}, nil
				})
			})
		}
		spawn(3)
		if got := show(co, g.Wait()); got != "{} <nil>" || n != 15 {
			t.Error(got, n)
		}
		// A panic is the failure; nil is one.
		for _, fn := range []func(context.Context) *async.Promise[async.Void]{
			func(context.Context) *async.Promise[async.Void] { panic("nil promise") },
			func(context.Context) *async.Promise[async.Void] { return nil },
		} {
			g, gctx = async.NewGroup(ctx)
			g.GoAsync(fn)
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] { return async.Sleep(ctx, time.Hour) })
			if got := show(co, g.Wait()); !strings.Contains(got, "nil promise") || !strings.HasPrefix(got, "panic") || gctx.Err() == nil {
				t.Error(got)
			}
		}
		// The parent's end ends the group.
		parent, cancel := context.WithCancelCause(ctx)
		g, _ = async.NewGroup(parent)
		g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] { return async.Sleep(ctx, time.Hour) })
		cancel(io.EOF)
		if got := show(co, g.Wait()); got != "{} EOF" {
			t.Error(got)
		}
	})
}

func TestSupervisorCollects(t *testing.T) {
	bubble(t, func(ctx context.Context, co async.Coroutine) {
		g, gctx := async.NewSupervisor(ctx)
		for i := range 5 {
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
				return async.Then(async.Sleep(ctx, time.Duration(5-i)*time.Second), func(async.Void) (async.Void, error) {
					if i%2 == 0 {
						return async.Void{}, fmt.Errorf("e%d", i)
					}
					return async.Void{}, gctx.Err()
				})
			})
		}
		if got := show(co, g.Wait()); got != "{} e4\ne2\ne0" {
			t.Error(got)
		}
		g, gctx = async.NewSupervisor(ctx)
		g.GoAsync(func(context.Context) *async.Promise[async.Void] { return async.Reject[async.Void](io.EOF) })
		g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
			return async.Then(async.Sleep(ctx, 1), func(async.Void) (async.Void, error) { panic("boom") })
		})
		g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] { return async.Sleep(ctx, time.Second) })
		if got := show(co, g.Wait()); got != "panic boom" {
			t.Error(got)
		}
	})
}

func TestDetach(t *testing.T) {
	var trace []string
	seen := unhandled(t, func(ctx context.Context, co async.Coroutine) {
		async.Detach(sleepFor(ctx, time.Millisecond, 1))
		async.Detach(async.Reject[int](errors.New("settled")))
		kept := []*async.Promise[int]{failAfter(ctx, time.Millisecond, errors.New("late")), panicAfter(ctx, time.Millisecond, "boom")}
		for _, p := range kept {
			async.Detach(p)
		}
		cctx, cancel := context.WithCancel(ctx)
		async.Detach(async.Then(async.Sleep(context.WithoutCancel(cctx), 2*time.Millisecond), func(async.Void) (int, error) {
			trace = append(trace, "outlived")
			return 0, nil
		}))
		async.Detach(async.Finally(async.Sleep(cctx, time.Hour), func() { trace = append(trace, "cancelled") }))
		cancel()
		async.CoAwait(co, async.Sleep(ctx, 4*time.Millisecond))
		for _, p := range kept {
			p.Result()
		}
	})
	if !slices.Equal(seen, []string{"context canceled", "late", "panic: boom", "settled"}) || !slices.Equal(trace, []string{"cancelled", "outlived"}) {
		t.Errorf("%q, reported %q", trace, seen)
	}
}
