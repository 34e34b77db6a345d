package dropped

import (
	"context"
	"time"

	"example.com/t/helpers"
	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func work(ctx context.Context) error {
	_, err := async.Await(async.Sleep(ctx, time.Second))
	return err
}

//goawait:async
func caller(ctx context.Context, mu *async.Mutex, c *helpers.Client) (int, error) {
	workAsync(ctx)                // want `^the promise of workAsync is dropped; write async.Await\(workAsync\(ctx\)\), keep it to be awaited later, or write _ = if nobody shall wait for it$`
	mu.Lock(ctx)                  // want `the promise of mu.Lock is dropped`
	async.Sleep(ctx, time.Second) // want `the promise of async.Sleep is dropped`
	c.CloseLater(ctx)             // want `the promise of c.CloseLater is dropped`
	_ = workAsync(ctx)
	go workAsync(ctx)    // want `go drops the promise of workAsync`
	defer workAsync(ctx) // want `defer drops the promise of workAsync; write defer func\(\) { async.Await\(workAsync\(ctx\)\) }\(\)`
	p := workAsync(ctx)  // want `the promise of workAsync is dropped: p gets another one at line 28 before this one is awaited`
	q := workAsync(ctx)
	p = workAsync(ctx)
	q = async.Finally(q, func() {})
	async.Await(p)
	async.Await(q)
	p = workAsync(ctx)
	if ctx.Err() != nil {
		async.Await(p)
	}
	p = workAsync(ctx)
	_, err := async.Await(p)
	return 0, err
}

// No error can be returned here, and so there is no fix.
//
//goawait:async
func quiet(ctx context.Context) {
	async.Sleep(ctx, time.Second) // want `dropped`
	async.Await(async.Sleep(ctx, time.Second))
}

func ordinary(ctx context.Context) {
	helpers.FetchAsync(ctx, 1)                                                                // want `the promise of helpers.FetchAsync is dropped`
	async.Then(workAsync(ctx), func(async.Void) (int, error) { return 1, nil })               // want `the promise of async.Then is dropped, and with it the error; await it, give it to async.Catch`
	async.Catch(workAsync(ctx), func(error) (async.Void, error) { return async.Void{}, nil }) //
	async.Finally(async.Catch(workAsync(ctx), func(error) (v async.Void, err error) { return }), func() {})
	ps := []*async.Promise[async.Void]{workAsync(ctx)}
	async.Await(async.All(ps...))
}

func several(ctx context.Context) (*async.Promise[async.Void], error) { return workAsync(ctx), nil }

func three(ctx context.Context) (int, *async.Promise[async.Void], error) {
	return 0, workAsync(ctx), nil
}

func tuples(ctx context.Context) {
	several(ctx) // want `^the promise of several is dropped; keep it and await it, or write _, _ = if nobody shall wait for it$`
	three(ctx)   // want `or write _, _, _ = if`
	_, _ = several(ctx)
	_, _, err := three(ctx)
	_ = err
	go several(ctx)    // want `go drops the promise of several`
	defer several(ctx) // want `defer drops the promise of several; call it in a function literal that awaits the promise`
}

func loops(ctx context.Context, names []string) {
	var p, q, r, s, t, u *async.Promise[async.Void]
	for range 3 {
		p = workAsync(ctx) // want `^the promise of workAsync is dropped: p gets another one in the next round of the loop, before this one is awaited$`
	}
	for i := 0; i < 3; i++ {
		p = workAsync(ctx) // want `in the next round`
		inner := workAsync(ctx)
		async.Await(inner)
	}
	for _, name := range names {
		if name == "" {
			q = workAsync(ctx) // perhaps once
		}
	}
	for _, name := range names {
		if name == "" {
			continue
		}
		q = workAsync(ctx)
	}
	for range names {
		q = workAsync(ctx)
		break
	}
	for done := false; !done; {
		q = workAsync(ctx)
		done = true
	}
	for range names {
		async.Await(r)
		r = workAsync(ctx)
	}
	for range names {
		s = async.Finally(s, func() {})
	}
	keep := func() { async.Await(t) }
	for range names {
		t = workAsync(ctx)
		keep()
	}
	t = workAsync(ctx)
	keep()
	t = workAsync(ctx)
	keep()
	at := &u
	for range names {
		u = workAsync(ctx)
		async.Await(*at)
	}
	async.Await(async.All(p, q, s))
}
