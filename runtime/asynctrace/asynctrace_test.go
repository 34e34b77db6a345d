package asynctrace_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/trace"
	"strings"
	"testing"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynctrace"
)

func TestCallsAreTasksAndRegions(t *testing.T) {
	events := record(t, func(ctx context.Context) *async.Promise[int] {
		stop := asynctrace.Start()
		return async.Finally(async.Stackful(ctx, "shop.total|shop.go:1|shop.go:2|shop.go:3", func(co async.Coroutine) (int, error) {
			async.CoAwait(co.At(1), async.Yield(ctx))
			async.CoAwait(co.At(2), async.Yield(ctx))
			return 0, io.ErrNoProgress
		}), stop)
	})
	for pattern, want := range map[string]int{
		`TaskBegin .*Type="shop\.total"`:                          1,
		`TaskEnd .*Type="shop\.total"`:                            1,
		`RegionBegin .*Type="shop\.total"`:                        3,
		`RegionEnd .*Type="shop\.total"`:                          3,
		`Log .*Category="waits at" .*shop\.go:2`:                  1,
		`Log .*Category="waits at" .*shop\.go:3`:                  1,
		`Log .*Category="rejected" .*` + io.ErrNoProgress.Error(): 1,
	} {
		if got := len(regexp.MustCompile(pattern).FindAllString(events, -1)); got != want {
			t.Errorf("%d times %s, want %d in\n%s", got, pattern, want, events)
		}
	}
}

func TestStoppedAndUnused(t *testing.T) {
	stop := asynctrace.Start()
	async.Run(context.Background(), call) // no trace is taken
	events := record(t, func(ctx context.Context) *async.Promise[int] {
		stop()
		stop()
		return call(ctx)
	})
	if strings.Contains(events, "shop.total") {
		t.Error(events)
	}
}

func call(ctx context.Context) *async.Promise[int] {
	return async.Stackful(ctx, "shop.total", func(co async.Coroutine) (int, error) {
		_, err := async.CoAwait(co, async.Yield(ctx))
		return 0, err
	})
}

// record takes a trace while a loop runs fn, and returns the events of users in it as text.
func record(t *testing.T, fn func(ctx context.Context) *async.Promise[int]) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trace")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := trace.Start(f); err != nil {
		t.Fatal(err)
	}
	async.Run(context.Background(), fn)
	trace.Stop()
	f.Close()
	out, err := exec.Command("go", "tool", "trace", "-d=parsed", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	events := regexp.MustCompile(`(?m)^.*(Task|Region|Log).*$`).FindAllString(string(out), -1)
	return strings.Join(events, "\n")
}
