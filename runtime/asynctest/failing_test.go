//go:build !js && !wasip1

package asynctest_test

// This file looks at tests that have to fail, by running them in a process of their own.

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynctest"
)

const failing = "GOAWAIT_TEST_FAILING" // names the test that is to fail

func never(ctx context.Context) *async.Promise[int] {
	p, _, _ := async.NewPromise[int](context.WithoutCancel(ctx))
	return call(ctx, "never|failing_test.go:1|failing_test.go:2", func(co async.Coroutine) (int, error) { return async.CoAwait(co.At(1), p) })
}

func outer(ctx context.Context, p *async.Promise[int]) *async.Promise[int] {
	return call(ctx, "outer|failing_test.go:3|failing_test.go:4", func(co async.Coroutine) (int, error) { return async.CoAwait(co.At(1), p) })
}

// A selfAwait waits for itself.
type selfAwait struct {
	async.Frame[int]
	first, self *async.Promise[int]
}

func (f *selfAwait) Resume() {
	if f.At() == 0 && f.first.Suspends(f.Task(), 1) || f.self.Suspends(f.Task(), 2) {
		return
	}
	f.Finish(0, nil)
}
func (f *selfAwait) Release()               {}
func (f *selfAwait) Site() (string, string) { return "selfAwait", "" }

// beat goes on until ctx ends.
func beat(ctx context.Context) {
	async.Then(async.Sleep(ctx, time.Second), func(async.Void) (int, error) { beat(ctx); return 0, nil })
}

var failures = map[string]struct {
	body func(t *testing.T, ctx context.Context)
	want []string // regular expressions
	not  string   // what is not to be there, if anything
}{
	"leak": {func(t *testing.T, ctx context.Context) {
		p, _, _ := async.NewPromise[int](context.WithoutCancel(ctx))
		async.Finally(p, func() {})
	}, []string{`1 call did not end when the test did:`, `Finally\n\s+waits for NewPromise`, `-asynctest\.seed=\d+`}, ""},
	"circle": {func(t *testing.T, ctx context.Context) {
		p, resolve, _ := async.NewPromise[int](ctx)
		f := &selfAwait{first: p}
		f.self = f.Start(f, ctx)
		resolve(1)
	}, []string{`1 call did not end when the test did:`, `selfAwait\n\s+waits for selfAwait`}, ""},
	"rejection": {func(t *testing.T, ctx context.Context) {
		async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 0, io.EOF })
	}, []string{`rejection that nobody handles in Then: EOF`, `-asynctest\.seed=\d+`}, ""},
	"panic that nobody sees": {func(t *testing.T, ctx context.Context) {
		async.Then(async.Yield(ctx), func(async.Void) (int, error) { panic("so it does") })
	}, []string{`panic that nobody handles in Then: so it does`, `failing_test\.go`}, ""},
	"leaked chain": {func(t *testing.T, ctx context.Context) {
		p, _, _ := async.NewPromise[int](context.WithoutCancel(ctx))
		async.Then(async.Then(p, func(v int) (int, error) { return v, nil }), func(v int) (int, error) { return v, nil })
	}, []string{`2 calls did not end when the test did:`, `Then\n\s+waits for NewPromise\n\s+awaited by Then`, `-asynctest\.seed=\d+`}, ""},
	"stuck": {func(t *testing.T, ctx context.Context) { async.Await(outer(ctx, never(ctx))) },
		[]string{`nothing can go on any more:`, `a goroutine waits for outer \(failing_test.go:4\)`, `outer \(failing_test.go:4\) waits for never`,
			`never \(failing_test.go:2\) waits for NewPromise that nothing can settle any more`, `-asynctest\.seed=\d+`}, ""},
	"stuck in a lock": {func(t *testing.T, ctx context.Context) {
		var m async.Mutex
		m.TryLock()
		async.Await(m.Lock(ctx))
	}, []string{`nothing can go on any more:`, `Mutex.Lock`, `-asynctest\.seed=\d+`}, ""},
	"stuck for what belongs nowhere": {func(t *testing.T, ctx context.Context) {
		p, _, _ := async.NewPromise[int](nil)
		async.Await(p)
	}, []string{`nothing can go on any more:\n\s+a goroutine waits for NewPromise that nothing can settle any more`, `-asynctest\.seed=\d+`}, `all goroutines in bubble`},
	"stuck for a pool": {func(t *testing.T, ctx context.Context) {
		async.Await(never(async.WithExecutor(ctx, async.NewPool(1))))
	}, []string{`nothing can go on any more:\n\s+a goroutine waits for a call on another executor`, `-asynctest\.seed=\d+`}, ""},
	"stuck in Wait": {func(t *testing.T, ctx context.Context) { never(ctx).Wait(ctx) }, []string{`nothing can go on any more:`}, ""},
	"stuck elsewhere": {func(t *testing.T, ctx context.Context) { <-make(chan int) },
		[]string{`every goroutine waits for something else`, `deadlock: all goroutines in bubble are blocked`}, ""},
	"never, with a heart that beats": {func(t *testing.T, ctx context.Context) {
		beat(ctx)
		async.Await(outer(ctx, never(ctx)))
	}, []string{`the time for tests is nearly over:`, `never \(failing_test.go:2\) waits for NewPromise\n`}, ""},
	"ends after the minute": {func(t *testing.T, ctx context.Context) {
		async.Finally(async.Sleep(context.WithoutCancel(ctx), 61*time.Second), func() {})
	}, []string{`1 call did not end when the test did:`}, ""},
	"never at rest": {func(t *testing.T, ctx context.Context) { spin(ctx) },
		[]string{`1 call did not end when the test did:\n\s+spinner\n\s+waits for what goes on and on`, `-asynctest\.seed=\d+`, `--- FAIL`}, ""},
	"never at rest in Wait": {func(t *testing.T, ctx context.Context) { spin(ctx); asynctest.Wait(ctx) },
		[]string{`the time for tests is nearly over:\n\s+spinner waits for what goes on and on`, `-asynctest\.seed=\d+`, `--- FAIL`}, ""},
	"fatal": {func(t *testing.T, ctx context.Context) {
		async.Await(after(ctx, time.Hour, 1))
		t.Fatal("said so")
	}, []string{`said so`, `-asynctest\.seed=\d+`}, `subtest|Goexit`},
	"fatal in a call": {func(t *testing.T, ctx context.Context) {
		async.Await(call(ctx, "f", func(co async.Coroutine) (int, error) {
			async.CoAwait(co, async.Sleep(ctx, 1))
			t.Fatal("said so")
			return 0, nil
		}))
	}, []string{`said so`, `-asynctest\.seed=\d+`}, ""},
	"panic": {func(t *testing.T, ctx context.Context) {
		async.Await(async.Then(async.Sleep(ctx, 1), func(async.Void) (int, error) { panic("so it does") }))
	}, []string{`panic: so it does`, `-asynctest\.seed=\d+`}, ""},
	"exit": {func(t *testing.T, ctx context.Context) { runtime.Goexit() }, []string{`-asynctest\.seed=\d+`}, ""},
	"order": {func(t *testing.T, ctx context.Context) {
		order := ""
		a := async.Then(async.Sleep(ctx, 1), func(async.Void) (int, error) { order += "a"; return 0, nil })
		b := async.Then(async.Sleep(ctx, 1), func(async.Void) (int, error) { order += "b"; return 0, nil })
		async.Await(async.All(a, b))
		if order != "ab" {
			t.Error("other order")
		}
	}, []string{`other order`, `-asynctest\.seed=[1-9]\d*\n`}, ""},
}

// A spinner gives up its turn again and again.
type spinner struct {
	async.Frame[int]
	ctx context.Context
}

func (f *spinner) Resume()                { async.Yield(f.ctx).Suspends(f.Task(), 1) }
func (f *spinner) Release()               {}
func (f *spinner) Site() (string, string) { return "spinner", "" }

func spin(ctx context.Context) {
	f := &spinner{ctx: context.WithoutCancel(ctx)}
	f.Start(f, f.ctx)
}

// TestFailing is run by TestFailures.
func TestFailing(t *testing.T) {
	f, ok := failures[os.Getenv(failing)]
	if !ok {
		t.Skip("it is run by TestFailures")
	}
	asynctest.Explore(t, 30, func(ctx context.Context) { f.body(t, ctx) })
}

func runFailing(name string, args ...string) (string, error) {
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^TestFailing$", "-test.timeout=1m"}, args...)...)
	cmd.Env = append(os.Environ(), failing+"="+name)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestFailures(t *testing.T) {
	for name, f := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var args []string
			if strings.HasPrefix(name, "never") {
				args = []string{"-test.timeout=4s"}
			}
			out, err := runFailing(name, args...)
			if err == nil {
				t.Fatalf("does not fail:\n%s", out)
			}
			for _, want := range f.want {
				if !regexp.MustCompile(want).MatchString(out) {
					t.Errorf("no %s in\n%s", want, out)
				}
			}
			if f.not != "" && regexp.MustCompile(f.not).MatchString(out) {
				t.Errorf("%s in\n%s", f.not, out)
			}
		})
	}
}

// The seed that is told makes the same failure happen again, and others don't.
func TestReplay(t *testing.T) {
	out, _ := runFailing("order")
	m := regexp.MustCompile(`-asynctest\.seed=(\d+)`).FindStringSubmatch(out)
	if m == nil {
		t.Fatal(out)
	}
	if out, err := runFailing("order", "-asynctest.seed="+m[1]); err == nil || !strings.Contains(out, "other order") {
		t.Errorf("does not fail again:\n%s", out)
	}
	if out, err := runFailing("order", "-asynctest.seed=0"); err != nil {
		t.Errorf("fails in the order of production:\n%s", out)
	}
	t.Setenv("GOAWAIT_SEED", m[1])
	if out, err := runFailing("order"); err == nil || !strings.Contains(out, "seed="+m[1]) {
		t.Errorf("does not fail again with the variable:\n%s", out)
	}
	if out, err := runFailing("order", "-asynctest.seed=x"); err == nil || !strings.Contains(out, `not "x"`) {
		t.Errorf("takes anything for a seed:\n%s", out)
	}
}

// What the end of the context has ended is no failure, also where calls say what they were about.
func TestEndedWithContext(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		call(ctx, "load", func(co async.Coroutine) (int, error) {
			_, err := async.CoAwait(co, async.Sleep(ctx, time.Hour))
			return 0, fmt.Errorf("user 7: %w", err)
		})
	})
}

// A body that skips the test skips all of it.
func TestSkipped(t *testing.T) {
	var skipped *testing.T
	t.Run("skipped", func(t *testing.T) {
		skipped = t
		asynctest.Explore(t, 3, func(ctx context.Context) {
			async.Await(async.Sleep(ctx, time.Hour))
			t.Skip("it is no failure")
		})
		t.Error("goes on")
	})
	if !skipped.Skipped() || skipped.Failed() {
		t.Error("is not skipped, or fails")
	}
}

// The body and the loop take turns also where the body waits for a promise that belongs elsewhere.
func TestTurnsElsewhere(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		p, resolve, _ := async.NewPromise[int](nil)
		n := 0
		async.AfterFunc(ctx, time.Second, func() {
			for resolve(1); n < 1000; n++ {
				runtime.Gosched()
			}
		})
		async.Await(p)
		if n != 1000 {
			t.Error(n)
		}
	})
}

// Calls have a minute of the clock to end.
func TestMinuteToEnd(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		async.Finally(async.Sleep(context.WithoutCancel(ctx), time.Minute), func() {})
	})
}
