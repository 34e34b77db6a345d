package async_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

type blocker struct{}

func (blocker) funcBar(p *async.Promise[int])  { async.Await(p) }
func (*blocker) pointer(p *async.Promise[int]) { func() { async.Await(p) }() }
func (b *blocker) func1(p *async.Promise[int]) { async.Await(p) }
func (b blocker) ranged2(p *async.Promise[int]) {
	eachOnce(func(int) bool { async.Await(p); return true })
}

type genericBlocker[T any] struct{}

func (*genericBlocker[T]) funcBar(p *async.Promise[T]) { async.Await(p) }
func (genericBlocker[T]) value(p *async.Promise[T])    { async.Await(p) }
func (*genericBlocker[T]) literal(p *async.Promise[T]) { func() { async.Await(p) }() }

func blocks(p *async.Promise[int])              { async.Await(p) }
func blocksInLiteral(p *async.Promise[int])     { func() { func() { async.Await(p) }() }() }
func genericBlocks[T any](p *async.Promise[T])  { async.Await(p) }
func genericLiteral[T any](p *async.Promise[T]) { func() { async.Await(p) }() }
func func2(p *async.Promise[int])               { async.Await(p) }
func functional(p *async.Promise[int])          { async.Await(p) }
func defersLiteral(p *async.Promise[int])       { defer func() { async.Await(p) }() }
func ranging(p *async.Promise[int]) {
	for range eachOnce {
		async.Await(p)
	}
}
func rangingTwice(p *async.Promise[int]) {
	for range eachOnce {
		for range eachOnce {
			async.Await(p)
		}
	}
}
func rangingInLiteral(p *async.Promise[int]) {
	func() {
		for range eachOnce {
			async.Await(p)
		}
	}()
}
func literalInRange(p *async.Promise[int]) {
	for range eachOnce {
		func() { async.Await(p) }()
	}
}
func genericRange[T any](p *async.Promise[T]) {
	for range eachOnce {
		async.Await(p)
	}
}
func eachOnce(yield func(int) bool) { yield(0) }

// An await that would block a loop says which twin to await.
func TestNameOfTheTwin(t *testing.T) {
	named := regexp.MustCompile(`await its twin \((.*), unless`)
	var b blocker
	var g genericBlocker[int]
	for want, f := range map[string]func(*async.Promise[int]){
		"blocksAsync":           blocks,
		"blocksInLiteralAsync":  blocksInLiteral,
		"genericBlocksAsync":    genericBlocks[int],
		"genericLiteralAsync":   genericLiteral[int],
		"funcBarAsync":          b.funcBar,
		"pointerAsync":          b.pointer,
		"func1Async":            b.func1,
		"ranged2Async":          b.ranged2,
		"valueAsync":            g.value,
		"literalAsync":          g.literal,
		"func2Async":            func2,
		"functionalAsync":       functional,
		"defersLiteralAsync":    defersLiteral,
		"rangingAsync":          ranging,
		"rangingTwiceAsync":     rangingTwice,
		"rangingInLiteralAsync": rangingInLiteral,
		"literalInRangeAsync":   literalInRange,
		"genericRangeAsync":     genericRange[int],
		"funcBarAsync ":         g.funcBar,
	} {
		var said string
		async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
			p, resolve, _ := async.NewPromise[int](ctx)
			said = panics(func() { f(p) })
			resolve(1)
			return p
		})
		m := named.FindStringSubmatch(said)
		if m == nil || m[1] != strings.TrimSpace(want) {
			t.Errorf("%q, want %s", said, want)
		}
	}
}
