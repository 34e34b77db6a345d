package calls

// This file runs the twins as a rival of the other forms.

import (
	"context"
	"fmt"

	"github.com/goawait/goawait/bench/measure"
	"github.com/goawait/goawait/bench/work"
	async "github.com/goawait/goawait/runtime"
)

// run is one run on a loop of its own; an error in a benchmark is a fault of it.
func run[T int | uint64](fn func(ctx context.Context) *async.Promise[T]) uint64 {
	v, err := async.Run(context.Background(), fn)
	if err != nil {
		panic(fmt.Sprintf("bench: %v", err))
	}
	return uint64(v)
}

func timed(n int, fn func(ctx context.Context) *async.Promise[int]) measure.Sample {
	return measure.Time(n, func() uint64 { return run(fn) })
}

// Yields is S1 with a turn given up.
func Yields(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return yieldsAsync(ctx, n) })
}

// HandsOver is S1 with promises that another call settles.
func HandsOver(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return handsOverAsync(ctx, n) })
}

// Channel is S1 with a channel.
func Channel(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return channelAsync(ctx, n) })
}

// Chooses is S1 with a select of two channels.
func Chooses(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return choosesAsync(ctx, n) })
}

// Adds is S2 with a twin of the same package.
func Adds(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return addsAsync(ctx, n) })
}

// AddsFar is S2 with a twin of another package.
func AddsFar(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return addsFarAsync(ctx, n) })
}

// AddsPromised is S2 with a promise.
func AddsPromised(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return addsByAsync(ctx, addAsync, n) })
}

func nested(ops, trees, depth, n int) measure.Sample {
	return timed(ops, func(ctx context.Context) *async.Promise[int] { return nestsAsync(ctx, trees, depth, n) })
}

// Suspensions is S3 with one chain whose last call suspends n times.
func Suspensions(n int) measure.Sample { return nested(n, 1, work.Depth, n) }

// Shallow is Suspensions in a single call.
func Shallow(n int) measure.Sample { return nested(n, 1, 1, n) }

// Deep is Suspensions in a chain of a thousand calls.
func Deep(n int) measure.Sample { return nested(n, 1, work.Deep, n) }

// ReadyTrees is S3 with n chains that never suspend.
func ReadyTrees(n int) measure.Sample { return nested(n, n, work.Depth, 0) }

// Trees is S3 with n chains that suspend once.
func Trees(n int) measure.Sample { return nested(n, n, work.Depth, 1) }

// Parked is S4.
func Parked(n int) measure.Sample {
	loop := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), loop)
	gate, open, _ := async.NewPromise[async.Void](ctx)
	var total uint64
	return measure.Park(n, func() {
		for i := range n {
			parkedAsync(ctx, gate, &total, i)
		}
	}, func() uint64 {
		open(async.Void{})
		for loop.Poll() {
		}
		return total
	})
}

// Sleepers is S5.
func Sleepers(n int) measure.Sample {
	return measure.Whole(n, func() uint64 {
		return run(func(ctx context.Context) *async.Promise[int] { return sleepersAsync(ctx, n) })
	})
}

// Spawns is S6.
func Spawns(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return spawnsAsync(ctx, n) })
}

// Asks is S7 one at a time.
func Asks(n int) measure.Sample { return asked(n, 1) }

// AsksBatch is S7 in batches.
func AsksBatch(n int) measure.Sample { return asked(n, work.Batch) }

func asked(n, batch int) measure.Sample {
	return measure.Time(n, func() uint64 {
		other := make(chan question, batch)
		defer close(other)
		go func() {
			for q := range other {
				q.answer(q.v + 1)
			}
		}()
		return run(func(ctx context.Context) *async.Promise[int] { return asksAsync(ctx, other, n, batch) })
	})
}

// Crunch is S8, on a pool of two.
func Crunch(n int) measure.Sample {
	steps := n / work.Tasks
	return measure.Time(n, func() uint64 {
		ctx := async.WithExecutor(context.Background(), async.NewPool(2))
		tasks := make([]*async.Promise[uint64], work.Tasks)
		for i := range tasks {
			tasks[i] = crunchAsync(ctx, work.Seed(i), steps)
		}
		var sum uint64
		for _, p := range tasks {
			v, err := p.Wait(context.Background())
			if err != nil {
				panic(fmt.Sprintf("bench: %v", err))
			}
			sum += v
		}
		return sum
	})
}

// Queue is S1 with a queue.
func Queue(n int) measure.Sample {
	return timed(n, func(ctx context.Context) *async.Promise[int] { return queueAsync(ctx, n) })
}
