package async_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// callsOf are the calls of a snapshot that belong to the executor that s begins with, without it.
func callsOf(executor string) (calls []async.Call) {
	for _, c := range async.Snapshot() {
		if c.Executor == executor {
			c.Executor = ""
			calls = append(calls, c)
		}
	}
	return calls
}

func checkCalls(t *testing.T, got []async.Call, want ...string) {
	t.Helper()
	var lines []string
	for _, c := range got {
		lines = append(lines, strings.Join(append([]string{c.Function + " waits for " + c.Waits}, c.Chain...), " < "))
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestSnapshotFromElsewhere(t *testing.T) {
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	p, resolve, _ := async.NewPromise[int](ctx)
	inner := addAsync(ctx, p, p)
	outer := addAsync(ctx, inner, p)
	all := async.All(outer, async.Resolve(1))
	asleep := addAsync(ctx, sleepFor(ctx, time.Hour, 1), p)
	done := outer.Done()
	l.Poll()
	checkCalls(t, callsOf(l.Stats().Executor),
		"adder waits for NewPromise < adder (core_test.go:1) < All",
		"adder waits for adder (core_test.go:1) < All",
		"All waits for adder (core_test.go:1)",
		"Then waits for Sleep < adder (core_test.go:1)",
		"adder waits for Then",
	)
	resolve(1)
	l.Poll()
	<-done
	checkCalls(t, callsOf(l.Stats().Executor), "Then waits for Sleep < adder (core_test.go:1)", "adder waits for Then")
	if all.State() != async.Fulfilled || asleep.State() != async.Pending {
		t.Error(all.State(), asleep.State())
	}
}

// What waits for the very call that asks is suspended, too.
func TestSnapshotFromWithin(t *testing.T) {
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	var got []async.Call
	asking := async.Then(async.Yield(ctx), func(async.Void) (int, error) {
		got = callsOf(l.Stats().Executor)
		return 1, nil
	})
	ready := async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
	both := async.All(addAsync(ctx, asking, asking), addAsync(ctx, ready, ready))
	for both.State() == async.Pending {
		l.Poll()
	}
	checkCalls(t, got,
		"adder waits for Then, which is running or ready < All",
		"All waits for adder (core_test.go:1)",
		"adder waits for Then, which is running or ready < All",
	)
}

// A Sleep of no executor has its timer at the default pool.
func TestSnapshotOfSleepWithoutExecutor(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	for _, ctx := range []context.Context{nil, ctx} {
		p := async.Sleep(ctx, time.Hour)
		async.Then(p, func(async.Void) (string, error) { return "", nil })
	}
	n := 0
	for _, c := range async.Snapshot() {
		if c.Function == "Then" && c.Waits == "Sleep" && strings.HasPrefix(c.Executor, "pool ") {
			n++
		}
	}
	if n < 2 {
		t.Error(async.Snapshot())
	}
	cancel()
}

// What has given its turn up is suspended until that comes.
func TestSnapshotOfYield(t *testing.T) {
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	var got []async.Call
	l.Post(func() { got = callsOf(l.Stats().Executor) })
	yields := addAsync(ctx, async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil }), async.Resolve(1))
	for l.Poll() {
	}
	checkCalls(t, got, "Then waits for Yield < adder (core_test.go:1)", "adder waits for Then")
	if yields.State() != async.Fulfilled {
		t.Error(yields.State())
	}
}

func TestDumpJSONIsAnArray(t *testing.T) {
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	p, resolve, _ := async.NewPromise[int](ctx)
	addAsync(ctx, addAsync(ctx, p, p), p)
	var b bytes.Buffer
	if err := async.DumpJSON(&b); err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	if err := json.Unmarshal(b.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	list = slices.DeleteFunc(list, func(c map[string]any) bool { return c["executor"] != l.Stats().Executor })
	if len(list) != 2 || list[0]["function"] != "adder" || list[0]["position"] != "core_test.go:1" ||
		list[0]["waits"] != "NewPromise" || len(list[0]["chain"].([]any)) != 1 {
		t.Error(b.String())
	}
	resolve(1)
	l.Poll()
}

// Calls that wait for each other can be reached from no leaf.
func TestDumpOfACircle(t *testing.T) {
	var text strings.Builder
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		y := async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 1, nil })
		a, b := &adder{a: y}, &adder{a: y}
		b.b = a.Start(a, ctx)
		a.b = b.Start(b, ctx)
		var later func(turns int) (int, error)
		later = func(turns int) (int, error) {
			if turns == 0 {
				async.Dump(&text)
			} else {
				async.Then(async.Yield(ctx), func(async.Void) (int, error) { return later(turns - 1) })
			}
			return 0, nil
		}
		later(10) // when both wait for each other
		return async.Then(b.b, func(v int) (int, error) { return v, nil })
	})
	if !errors.Is(err, async.ErrDeadlock) {
		t.Error(err)
	}
	got := text.String() // of the whole process
	if strings.Count(got, "waits for adder (core_test.go:1)") != 3 || !strings.Contains(got, "awaited by adder (core_test.go:1)\n\tawaited by Then\n") {
		t.Error(got)
	}
}

// A Race without inputs waits for nothing, which has no list of those who wait.
func TestSnapshotOfNothing(t *testing.T) {
	var text bytes.Buffer
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		async.Then(async.Yield(ctx), func(async.Void) (int, error) { return 0, async.Dump(&text) })
		return async.Then(async.Race[int](), func(v int) (int, error) { return v, nil })
	})
	if !errors.Is(err, async.ErrDeadlock) || !strings.Contains(text.String(), "Race\n\twaits for nothing\n\tawaited by Then\n") {
		t.Error(err, text.String())
	}
}

// TestSnapshotOfCoroutines makes sure that coroutines tell where their bodies wait, and not where package async does so for them.
func TestSnapshotOfCoroutines(t *testing.T) {
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	ch := make(chan int)
	var ends []*async.Promise[async.Void]
	for _, wait := range []func(co async.Coroutine){
		func(co async.Coroutine) {
			for range async.CoRange(co.At(1), ch) {
			}
		},
		func(co async.Coroutine) { async.CoRecv(co.At(2), ch) },
		func(co async.Coroutine) { async.CoFirst(co.At(3), ch) },
		func(co async.Coroutine) { async.CoSelect(co.At(4), async.RecvCase(ch)) },
	} {
		ends = append(ends, async.Stackful(ctx, "body|x.go:1|x.go:2|x.go:3|x.go:4|x.go:5", func(co async.Coroutine) (async.Void, error) {
			wait(co)
			return async.Void{}, nil
		}))
	}
	var places []string
	for _, c := range callsOf(l.Stats().Executor) {
		if c.Function == "body" {
			places = append(places, c.Position)
		}
	}
	if slices.Sort(places); !slices.Equal(places, []string{"x.go:2", "x.go:3", "x.go:4", "x.go:5"}) {
		t.Error(places)
	}
	close(ch)
	err := l.Run()
	for i, p := range ends {
		if err != nil || p.State() != async.Fulfilled {
			t.Error(i, err, p.State())
		}
	}
}
