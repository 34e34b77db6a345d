// Package fallback has a function for each thing that makes goawait use a coroutine.
package fallback

import (
	"context"
	"iter"

	"github.com/goawait/goawait/internal/docs/testdata/fallback/other"
	async "github.com/goawait/goawait/runtime"
)

// An iterator that is not one of slices, maps or strings, with an await in the body.
//
//goawait:async
func Iterator(ctx context.Context, seq iter.Seq[int]) (sum int) {
	for n := range seq {
		sum += async.Must(async.Await(async.Resolve(n)))
	}
	return sum
}

// Local types of the same name.
//
//goawait:async
func LocalTypes(ctx context.Context) int {
	type pair struct{ a, b int }
	p := pair{1, 2}
	async.Must(async.Await(async.Yield(ctx)))
	if p.a > 0 {
		type pair [2]int
		q := pair{3, 4}
		async.Must(async.Await(async.Yield(ctx)))
		return p.b + q[1]
	}
	return p.b
}

// A variable whose type is not exported by its package and lives across an await.
//
//goawait:async
func ForeignType(ctx context.Context) int {
	h := other.Hidden()
	async.Must(async.Await(async.Yield(ctx)))
	return h.N
}

// A predeclared name that generated code uses means something else.
//
//goawait:async
func Predeclared(ctx context.Context, string []byte) int {
	async.Must(async.Await(async.Yield(ctx)))
	return len(string)
}

// A deferred literal that awaits, with a result.
//
//goawait:async
func DeferredResult(ctx context.Context) {
	defer func() error {
		_, err := async.Await(async.Yield(ctx))
		return err
	}()
}

// An async block that refers to a type of the literal around it.
//
//goawait:async
func BlockLocalType(ctx context.Context) int {
	start := func() *async.Promise[int] {
		type pair struct{ a, b int }
		return async.Start(ctx, func(ctx context.Context) (int, error) {
			q := pair{3, 4}
			async.Must(async.Await(async.Yield(ctx)))
			return q.a + q.b, nil
		})
	}
	return async.Must(async.Await(start()))
}
