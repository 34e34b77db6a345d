package async_test

// This file checks what the documentation says of all names: nil, and costs.

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

func panics(f func()) (s string) {
	defer func() {
		if v := recover(); v != nil {
			s = fmt.Sprint(v)
		}
	}()
	f()
	return ""
}

// A nil ctx is one that is never cancelled, but where a context is derived from it.
func TestNilContext(t *testing.T) {
	int1 := func(context.Context) (int, error) { return 1, nil }
	ch := make(chan int, 1)
	for name, f := range map[string]func(){
		"NewPromise":  func() { _, resolve, _ := async.NewPromise[int](nil); resolve(1) },
		"NewFollower": func() { _, follow := async.NewFollower[int](nil); follow(async.Resolve(1)) },
		"Sleep":       func() { async.Await(async.Sleep(nil, 1)) },
		"SleepUntil":  func() { async.Await(async.SleepUntil(nil, time.Now())) },
		"Timeout":     func() { async.Await(async.Timeout(nil, time.Hour, async.Resolve(1))) },
		"Interval":    func() { async.Await(async.NewInterval(nil, 1).Next()) },
		"Yield":       func() { async.Await(async.Yield(nil)) },
		"Go":          func() { async.Await(async.Go(nil, int1)) },
		"Start":       func() { async.Await(async.Start(nil, int1)) },
		"Map": func() {
			async.Await(async.Map(nil, []int{1}, 0, func(context.Context, int) (int, error) { return 1, nil }))
		},
		"MapAsync": func() {
			async.Await(async.MapAsync(nil, []int{1}, 0, func(context.Context, int) *async.Promise[int] { return async.Resolve(1) }))
		},
		"Send":    func() { async.Await(async.Send(nil, ch, 1)) },
		"Recv":    func() { async.Await(async.Recv(nil, ch)) },
		"Lock":    func() { async.Await(new(async.Mutex).Lock(nil)) },
		"Acquire": func() { async.Await(async.NewSemaphore(1).Acquire(nil, 1)) },
		"Put":     func() { async.Await(async.NewQueue[int](1).Put(nil, 1)) },
		"Take":    func() { q := async.NewQueue[int](0); p := q.Take(nil); q.TryPut(1); async.Await(p) },
		"Event":   func() { var e async.Event; p := e.Wait(nil); e.Set(); async.Await(p) },
		"Wait":    func() { async.Resolve(1).Wait(nil) },
	} {
		if name != "Send" && name != "Recv" {
			if got := panics(f); got != "" {
				t.Errorf("%s panics: %s", name, got)
			}
		}
	}
	if got := panics(func() { async.Await(async.Send(nil, ch, 1)); async.Await(async.Recv(nil, ch)) }); got != "" {
		t.Error(got)
	}
	for name, f := range map[string]func(){
		"Run":           func() { async.Run(nil, func(context.Context) *async.Promise[int] { return async.Resolve(1) }) },
		"NewGroup":      func() { async.NewGroup(nil) },
		"NewSupervisor": func() { async.NewSupervisor(nil) },
		"WithExecutor":  func() { async.WithExecutor(nil, async.NewLoop()) },
		"WithTimeout":   func() { async.WithTimeout(nil, 1) },
	} {
		if panics(f) == "" {
			t.Errorf("%s takes a nil context", name)
		}
	}
}

// A nil function panics where it would be called: mostly in the promise.
func TestNilFunctions(t *testing.T) {
	const want = "invalid memory address or nil pointer dereference"
	ctx := context.Background()
	for name, f := range map[string]func(){
		"Go":       func() { async.Await(async.Go[int](ctx, nil)) },
		"Start":    func() { async.Await(async.Start[int](ctx, nil)) },
		"Map":      func() { async.Await(async.Map[int, int](ctx, []int{1}, 0, nil)) },
		"MapAsync": func() { async.Await(async.MapAsync[int, int](ctx, []int{1}, 0, nil)) },
		"Group.Go": func() { g, _ := async.NewGroup(ctx); g.Go(nil); async.Await(g.Wait()) },
		"GoAsync":  func() { g, _ := async.NewGroup(ctx); g.GoAsync(nil); async.Await(g.Wait()) },
		"Run":      func() { async.Run[int](ctx, nil) },
	} {
		if got := panics(f); !strings.Contains(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestNilPromises(t *testing.T) {
	var p *async.Promise[int]
	for name, f := range map[string]func(){
		"State": func() { p.State() }, "Result": func() { p.Result() }, "Wait": func() { p.Wait(nil) }, "Done": func() { p.Done() },
		"Await": func() { async.Await(p) }, "WithExecutor": func() { async.WithExecutor(context.Background(), nil) },
	} {
		if panics(f) == "" {
			t.Errorf("%s takes nil", name)
		}
	}
}

// Costs are at most what the docs say, in allocations.
func TestCosts(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates itself")
	}
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	p := async.Resolve(1)
	pending, _, _ := async.NewPromise[int](ctx)
	ten := slices.Repeat([]*async.Promise[int]{p}, 10)
	ch := make(chan int, 1)
	var m, free async.Mutex
	var set, unset async.Event
	set.Set()
	m.TryLock()
	s, q := async.NewSemaphore(1), async.NewQueue[int](-1)
	g, _ := async.NewGroup(ctx)
	var calls []*async.Promise[async.Void]
	for range 60 {
		c, _, _ := async.NewPromise[async.Void](ctx)
		calls = append(calls, c)
	}
	next := func(context.Context) *async.Promise[async.Void] {
		c := calls[0]
		calls = calls[1:]
		return c
	}
	nothing := func(v int) (int, error) { return v, nil }
	for _, c := range []struct {
		name string
		most float64
		f    func()
	}{
		{"Resolve", 1, func() { kept = async.Resolve(1) }},
		{"NewPromise", 3, func() { kept, keptResolve, keptReject = async.NewPromise[int](ctx) }},
		{"NewPromise without reject", 2, func() { kept, keptResolve, _ = async.NewPromise[int](ctx) }},
		{"Await of what is settled", 0, func() { async.Await(p) }},
		{"Result", 0, func() { p.Result() }},
		{"Done", 2, func() { p.Done() }},
		{"NewFollower", 2, func() { kept, keptFollow = async.NewFollower[int](ctx) }},
		{"what follows", 2, func() { _, follow := async.NewFollower[int](ctx); follow(pending) }},
		{"Then", 3, func() { async.Then(p, nothing) }},
		{"Sleep", 1, func() { async.Sleep(ctx, time.Hour) }},
		{"Yield", 1, func() { async.Yield(ctx) }},
		{"Go", 5, func() { async.Await(async.Go(ctx, func(context.Context) (int, error) { return 1, nil })) }},
		{"Recv of what is there", 1, func() { ch <- 1; async.Recv(ctx, ch) }},
		{"Send where there is room", 0, func() { async.Send(ctx, ch, 1); <-ch }},
		{"Lock of a free Mutex", 0, func() { free.Lock(ctx); free.Unlock() }},
		{"Lock that waits", 1, func() { m.Lock(ctx) }},
		{"Acquire of free units", 0, func() { s.Acquire(ctx, 1); s.Release(1) }},
		{"Wait for a set Event", 0, func() { set.Wait(ctx) }},
		{"Wait for an Event", 1, func() { unset.Wait(ctx) }},
		{"Post", 1, func() { l.Post(func() {}) }},
		{"GoAsync", 0, func() { g.GoAsync(next) }},
		{"Put and Take", 1, func() { q.Put(ctx, 1); q.Take(ctx) }},
		{"AsCompleted", 4 + 10, func() { async.AsCompleted(ten...) }},
	} {
		if got := testing.AllocsPerRun(50, c.f); got > c.most {
			t.Errorf("%s takes %v allocations, and not %v", c.name, got, c.most)
		}
		for l.Poll() {
		}
	}
}

var (
	kept        *async.Promise[int]
	keptResolve func(int)
	keptFollow  func(async.Awaitable[int])
	keptReject  func(error)
)

// Settled by several, what was first stays; late ones are no fault.
func TestLateAndTwice(t *testing.T) {
	p, resolve, reject := async.NewPromise[int](nil)
	resolve(1)
	resolve(2)
	reject(context.Canceled)
	if v, err, ok := p.Result(); v != 1 || err != nil || !ok {
		t.Error(v, err, ok)
	}
	q, _, reject := async.NewPromise[int](nil)
	reject(nil)
	if _, err, _ := q.Result(); err == nil || !strings.Contains(err.Error(), "nil error") {
		t.Error(err)
	}
	if v, err := async.Await(async.Timeout(nil, 0, async.Resolve(1))); v != 1 || err != nil {
		t.Error("what has settled loses against a time that has passed:", v, err)
	}
	g, gctx := async.NewGroup(context.Background())
	if _, err := async.Await(g.Wait()); err != nil || gctx.Err() == nil {
		t.Error(err, gctx.Err())
	}
	late := make(chan error, 1)
	g.Go(func(ctx context.Context) error { late <- ctx.Err(); return nil })
	if err := <-late; err == nil {
		t.Error("a late call has a context that is not cancelled")
	}
	async.Await(g.Wait())
	q2 := async.NewQueue[int](1)
	q2.Close()
	q2.Close()
	if q2.TryPut(1) {
		t.Error("a closed queue takes values")
	}
}
