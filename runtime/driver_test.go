package async_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// A goroutine is known by the first line of its stack.
func goroutine() string {
	var b [64]byte
	s := string(b[:runtime.Stack(b[:], false)])
	return s[:strings.IndexByte(s, '[')]
}

// What knows of no executor, as it has no ctx and its inputs have none, runs on the loop that calls it.
func TestWhatHasNoExecutorStaysOnTheLoop(t *testing.T) {
	var wg sync.WaitGroup
	for range 50 { // at the same time
		wg.Go(func() {
			where, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[[]string] {
				here := goroutine()
				var got []string
				note := func(what string) {
					if g := goroutine(); g != here {
						what += " elsewhere"
					}
					got = append(got, what)
				}
				one := async.Resolve(1)
				then := async.Then(one, func(int) (int, error) { note("Then"); return 1, nil })
				done := async.Then(addAsync(ctx, one, one), func(int) (int, error) { note("call"); return 1, nil })
				all := async.Then(async.All(one, one), func([]int) (int, error) { note("All"); return 1, nil })
				catch := async.Catch(async.Reject[int](context.Canceled), func(error) (int, error) { note("Catch"); return 1, nil })
				yield := async.Then(async.Yield(nil), func(async.Void) (int, error) { note("Yield"); return 1, nil })
				plain := async.Then(addAsync(nil, async.Then(one, func(int) (int, error) { return 1, nil }), one), func(int) (int, error) {
					note("call without ctx")
					return 1, nil
				})
				return async.Then(async.All(then, done, all, catch, yield, plain), func([]int) ([]string, error) { return got, nil })
			})
			want := []string{"Then", "call", "Catch", "All", "Yield", "call without ctx"}
			slices.Sort(where)
			slices.Sort(want)
			if err != nil || fmt.Sprint(where) != fmt.Sprint(want) {
				t.Error(where, err)
			}
		})
	}
	wg.Wait()
}

// However many loops there were, and also if one is polled by what another one runs.
func TestWhatHasNoExecutorStaysOnItsLoopOfMany(t *testing.T) {
	outer, n := async.NewLoop(), 5000 // four digits
	if testing.Short() {
		n = 300
	}
	outer.Post(func() {
		for range n {
			inner := async.NewLoop()
			var p *async.Promise[int]
			inner.Post(func() { p = async.Then(async.Resolve(1), func(int) (int, error) { return 1, nil }) })
			for inner.Poll() {
			}
			if p.State() != async.Fulfilled {
				t.Fatal(inner.Stats())
			}
		}
	})
	outer.Poll()
	if s := outer.Stats(); s.Tasks != 1 {
		t.Error(s)
	}
}

// A call without ctx that awaits only settled promises is suspended now and then. It must not leave the loop for that.
func TestCallWithoutContextYieldsOnItsLoop(t *testing.T) {
	async.ForceSuspend(true)
	defer async.ForceSuspend(false)
	where, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[bool] {
		here := goroutine()
		return async.Then(addAsync(nil, async.Resolve(1), async.Resolve(1)), func(int) (bool, error) { return goroutine() == here, nil })
	})
	if !where || err != nil {
		t.Error(where, err)
	}
}

func TestFrameStartsOnce(t *testing.T) {
	f := &adder{a: async.Resolve(1), b: async.Resolve(2)}
	if v, err := f.Start(f, nil).Wait(context.Background()); v != 3 || err != nil {
		t.Fatal(v, err)
	}
	defer func() {
		if v := recover(); v != "async: a frame is started twice" {
			t.Error(v)
		}
	}()
	f.Start(f, nil)
}
