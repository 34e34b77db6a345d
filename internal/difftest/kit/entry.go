package kit

// This file adapts the functions of a program, whatever their results, to one form.

import (
	"context"
	"fmt"

	async "github.com/goawait/goawait/runtime"
)

// An Entry is one function of a program in one variant: the blocking form, or a twin made by one of the lowerings.
type Entry struct {
	Program, Name, Variant string
	Only                   string // modes it is run in, if not all
	Run                    Func
}

// Func runs an entry. The string shows the values of the function, without its error.
type Func func(ctx context.Context, t *T) (string, error)

func show(values ...any) string {
	s := fmt.Sprintln(values...)
	return s[:len(s)-1]
}

// Plain0 to Plain4E adapt a blocking form with that many values; with E, an error follows them.
func Plain0(f func(context.Context, *T)) Func {
	return func(ctx context.Context, t *T) (string, error) { f(ctx, t); return "", nil }
}
func Plain0E(f func(context.Context, *T) error) Func {
	return func(ctx context.Context, t *T) (string, error) { return "", f(ctx, t) }
}
func Plain1[A any](f func(context.Context, *T) A) Func {
	return func(ctx context.Context, t *T) (string, error) { return show(f(ctx, t)), nil }
}
func Plain1E[A any](f func(context.Context, *T) (A, error)) Func {
	return func(ctx context.Context, t *T) (string, error) { a, err := f(ctx, t); return show(a), err }
}
func Plain2[A, B any](f func(context.Context, *T) (A, B)) Func {
	return func(ctx context.Context, t *T) (string, error) { a, b := f(ctx, t); return show(a, b), nil }
}
func Plain2E[A, B any](f func(context.Context, *T) (A, B, error)) Func {
	return func(ctx context.Context, t *T) (string, error) { a, b, err := f(ctx, t); return show(a, b), err }
}
func Plain3[A, B, C any](f func(context.Context, *T) (A, B, C)) Func {
	return func(ctx context.Context, t *T) (string, error) { a, b, c := f(ctx, t); return show(a, b, c), nil }
}
func Plain3E[A, B, C any](f func(context.Context, *T) (A, B, C, error)) Func {
	return func(ctx context.Context, t *T) (string, error) { a, b, c, err := f(ctx, t); return show(a, b, c), err }
}
func Plain4[A, B, C, D any](f func(context.Context, *T) (A, B, C, D)) Func {
	return func(ctx context.Context, t *T) (string, error) { a, b, c, d := f(ctx, t); return show(a, b, c, d), nil }
}
func Plain4E[A, B, C, D any](f func(context.Context, *T) (A, B, C, D, error)) Func {
	return func(ctx context.Context, t *T) (string, error) {
		a, b, c, d, err := f(ctx, t)
		return show(a, b, c, d), err
	}
}

// Twin0 to Twin4 adapt the twin of a function with that many values.
func Twin0(f func(context.Context, *T) *async.Promise[async.Void]) Func {
	return twin(f, func(async.Void) string { return "" })
}
func Twin1[A any](f func(context.Context, *T) *async.Promise[A]) Func {
	return twin(f, func(a A) string { return show(a) })
}
func Twin2[A, B any](f func(context.Context, *T) *async.Promise[async.Tuple2[A, B]]) Func {
	return twin(f, func(v async.Tuple2[A, B]) string { return show(v.V1, v.V2) })
}
func Twin3[A, B, C any](f func(context.Context, *T) *async.Promise[async.Tuple3[A, B, C]]) Func {
	return twin(f, func(v async.Tuple3[A, B, C]) string { return show(v.V1, v.V2, v.V3) })
}
func Twin4[A, B, C, D any](f func(context.Context, *T) *async.Promise[async.Tuple4[A, B, C, D]]) Func {
	return twin(f, func(v async.Tuple4[A, B, C, D]) string { return show(v.V1, v.V2, v.V3, v.V4) })
}

// twin runs a twin on a loop of its own.
func twin[R any](f func(context.Context, *T) *async.Promise[R], shown func(R) string) Func {
	return func(ctx context.Context, t *T) (string, error) {
		v, err := async.Run(ctx, func(ctx context.Context) *async.Promise[R] {
			t.ctx = ctx
			return f(ctx, t)
		})
		return shown(v), err
	}
}
