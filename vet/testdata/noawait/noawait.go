package noawait

import (
	"context"
	"time"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func sum(a, b int) int { return a + b } // want `^sum is annotated and never waits, so that sumAsync has always ended when it returns; remove the annotation, or await something$`

//goawait:async
func todo() { panic("todo") }

//goawait:async
func awaits() { async.Await(async.Resolve(1)) }

//goawait:async
func receives(ch chan int) int { return <-ch }

//goawait:async
func sends(ch chan int) { ch <- 1 }

//goawait:async
func ranges(ch chan int) {
	for range ch {
	}
}

//goawait:async
func starts(ctx context.Context) *async.Promise[int] {
	return async.Start(ctx, func(ctx context.Context) (int, error) { return async.Await(async.Resolve(1)) })
}

//goawait:async
func sleeps() { time.Sleep(1) }

//goawait:async
func calls() { awaits() }

type reader interface {
	ReadAsync(n int) *async.Promise[int]
}

type memory struct{}

//goawait:async
func (memory) Read(n int) int { return n }

//goawait:async
func (memory) Other(n int) int { return n } // want `\(memory\).Other is annotated and never waits`

var _ reader = memory{}

func plain() {}
