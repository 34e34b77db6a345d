package async_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// runsOn tells which of the loops lets something made with ctx go on; -1 if none does.
func runsOn(ctx context.Context, loops ...*async.Loop) int {
	p := async.Yield(ctx)
	for i, l := range loops {
		l.Poll()
		if p.State() == async.Fulfilled {
			return i
		}
	}
	return -1
}

type someKey struct{}

// What WithExecutor returns names the executor, also to contexts made from it, and is what it was made from in all else.
func TestWithExecutor(t *testing.T) {
	a, b := async.NewLoop(), async.NewLoop()
	why := errors.New("why")
	parent, cancel := context.WithCancelCause(context.WithValue(context.Background(), someKey{}, 7))
	onA := async.WithExecutor(parent, a)
	child, stop := context.WithCancel(onA)
	defer stop()
	for name, c := range map[string]struct {
		ctx  context.Context
		want int
	}{
		"itself":                  {onA, 0},
		"never done":              {async.WithExecutor(context.Background(), a), 0},
		"child":                   {child, 0},
		"grandchild":              {context.WithValue(child, "key", 1), 0},
		"another one in it":       {async.WithExecutor(onA, b), 1},
		"another one in a child":  {async.WithExecutor(child, b), 1},
		"child of another one":    {context.WithoutCancel(async.WithExecutor(onA, b)), 1},
		"the same one once again": {async.WithExecutor(async.WithExecutor(onA, b), a), 0},
	} {
		if got := runsOn(c.ctx, a, b); got != c.want {
			t.Errorf("%s: runs on %d, not on %d", name, got, c.want)
		}
	}
	if onA.Value(someKey{}) != 7 || child.Value(someKey{}) != 7 || onA.Value("key") != nil {
		t.Error("values are lost")
	}
	pending := map[string]*async.Promise[int]{}
	for name, ctx := range map[string]context.Context{"itself": onA, "child": child, "nested": async.WithExecutor(child, b)} {
		pending[name], _, _ = async.NewPromise[int](ctx)
	}
	cancel(why)
	for name, p := range pending {
		if _, err := async.Await(p); err != why {
			t.Errorf("%s: a promise is rejected with %v", name, err)
		}
	}
	for name, ctx := range map[string]context.Context{"itself": onA, "child": child, "made afterwards": async.WithExecutor(parent, b)} {
		p, resolve, _ := async.NewPromise[int](ctx)
		resolve(1)
		for what, err := range map[string]error{"Yield": rejection(async.Yield(ctx)), "NewPromise": rejection(p), "Cause": context.Cause(ctx)} {
			if err != why {
				t.Errorf("%s: %s gives %v", name, what, err)
			}
		}
	}
	if s := onA.(interface{ String() string }).String(); !strings.HasPrefix(s, "context.Background") || !strings.HasSuffix(s, ".WithExecutor") {
		t.Error("is written as", s)
	}
}

// rejection is what p was rejected with by now.
func rejection[T any](p *async.Promise[T]) error {
	_, err, _ := p.Result()
	return err
}
