// Package routine has the work in goroutines, which wait on channels or give up their turn.
package routine

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goawait/goawait/bench/measure"
	"github.com/goawait/goawait/bench/work"
)

// Gosched is S1 with runtime.Gosched.
func Gosched(n int) measure.Sample {
	return measure.Time(n, func() uint64 { return uint64(suspendGosched(n)) })
}

func suspendGosched(n int) int {
	sum := 0
	for i := range n {
		runtime.Gosched()
		sum += i
	}
	return sum
}

// Channel is S1 with one goroutine that waits for what another sends.
func Channel(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		ch := make(chan int)
		go send(ch, n)
		return uint64(suspendChannel(ch, n))
	})
}

// Chooses is Channel with a select of two channels.
func Chooses(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		ch := make(chan int)
		go send(ch, n)
		return uint64(choose(ch, make(chan struct{}), n))
	})
}

func choose(ch <-chan int, stop <-chan struct{}, n int) int {
	sum := 0
	for range n {
		select {
		case v := <-ch:
			sum += v
		case <-stop:
			return sum
		}
	}
	return sum
}

func send(ch chan<- int, n int) {
	for i := range n {
		ch <- i
	}
}

func suspendChannel(ch <-chan int, n int) int {
	sum := 0
	for range n {
		sum += <-ch
	}
	return sum
}

//go:noinline
func add(ctx context.Context, a, b int) (int, error) {
	if a < 0 {
		runtime.Gosched()
	}
	return a + b, nil
}

// Plain is S2 as a plain call on the goroutine's own stack.
func Plain(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		ctx, sum := context.Background(), 0
		for i := range n {
			v, err := add(ctx, sum, i)
			if err != nil {
				return 0
			}
			sum = v
		}
		return uint64(sum)
	})
}

// Calls is S2 with a goroutine for each call, and a channel for its result.
func Calls(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		ctx, sum := context.Background(), 0
		for i := range n {
			result := make(chan int, 1)
			go func() {
				v, _ := add(ctx, sum, i)
				result <- v
			}()
			sum = <-result
		}
		return uint64(sum)
	})
}

//go:noinline
func nest(depth int, leaf func() int) int {
	if depth == 1 {
		return leaf()
	}
	return nest(depth-1, leaf) + 1
}

func nestGo(depth int, leaf func() int) int {
	if depth == 1 {
		return leaf()
	}
	result := make(chan int, 1)
	go func() { result <- nestGo(depth-1, leaf) }()
	return <-result + 1
}

// NestGosched is S3 in plain calls, the last of which gives up its turn.
func NestGosched(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		return uint64(nest(work.Depth, func() int { return suspendGosched(n) }))
	})
}

// NestChannel is S3 in plain calls, the last of which receives from a channel.
func NestChannel(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		ch := make(chan int)
		go send(ch, n)
		return uint64(nest(work.Depth, func() int { return suspendChannel(ch, n) }))
	})
}

func trees(n int, nest func(depth int, leaf func() int) int, leaf func() int) measure.Sample {
	return measure.Time(n, func() uint64 {
		sum := 0
		for range n {
			sum += nest(work.Depth, leaf)
		}
		return uint64(sum)
	})
}

// ReadyTrees is S3 in plain calls that never wait.
func ReadyTrees(n int) measure.Sample { return trees(n, nest, func() int { return 0 }) }

// ReadyTreesGo is S3 with a goroutine for each call.
func ReadyTreesGo(n int) measure.Sample { return trees(n, nestGo, func() int { return 0 }) }

// TreesGosched is S3 in plain calls that give up their turn once.
func TreesGosched(n int) measure.Sample {
	return trees(n, nest, func() int { runtime.Gosched(); return 0 })
}

// TreesGo is S3 with a goroutine for each call, the last of which gives up its turn.
func TreesGo(n int) measure.Sample {
	return trees(n, nestGo, func() int { runtime.Gosched(); return 0 })
}

// Parked is S4 with goroutines that wait for a channel to be closed.
func Parked(n int) measure.Sample {
	gate := make(chan struct{})
	var running, ended sync.WaitGroup
	var total atomic.Uint64
	return measure.Park(n, func() {
		running.Add(n)
		ended.Add(n)
		for i := range n {
			go func() {
				defer ended.Done()
				name, box := work.Name(i), work.Box(i)
				running.Done()
				<-gate
				total.Add(uint64(work.Result(i, name, box)))
			}()
		}
		running.Wait()
	}, func() uint64 {
		close(gate)
		ended.Wait()
		return total.Load()
	})
}

// Sleepers is S5 with time.Sleep.
func Sleepers(n int) measure.Sample {
	return measure.Whole(n, func() uint64 {
		return join(n, func(i int) { time.Sleep(work.Nap(i, n)) })
	})
}

// Spawns is S6 with a WaitGroup.
func Spawns(n int) measure.Sample {
	return measure.Time(n, func() uint64 { return join(n, func(int) { runtime.Gosched() }) })
}

func join(n int, wait func(i int)) uint64 {
	var wg sync.WaitGroup
	var sum atomic.Uint64
	for i := range n {
		wg.Go(func() {
			wait(i)
			sum.Add(uint64(i))
		})
	}
	wg.Wait()
	return sum.Load()
}

// A question is for another goroutine, which answers with the number after v.
type question struct {
	v      int
	answer chan<- int
}

// Asks is S7 one at a time, and AsksBatch with 100 questions under way.
func Asks(n int) measure.Sample { return asks(n, 1) }

// AsksBatch is Asks in batches.
func AsksBatch(n int) measure.Sample { return asks(n, work.Batch) }

func asks(n, batch int) measure.Sample {
	return measure.Time(n, func() uint64 {
		other := make(chan question, batch)
		defer close(other)
		go func() {
			for q := range other {
				q.answer <- q.v + 1
			}
		}()
		answers := make(chan int, batch)
		sum := 0
		for i := 0; i < n; i += batch {
			for j := range batch {
				other <- question{i + j, answers}
			}
			for range batch {
				sum += <-answers
			}
		}
		return uint64(sum)
	})
}

// Crunch is S8 with runtime.Gosched.
func Crunch(n int) measure.Sample {
	steps := n / work.Tasks
	return measure.Time(n, func() uint64 {
		var wg sync.WaitGroup
		var sum atomic.Uint64
		for i := range work.Tasks {
			wg.Go(func() {
				x := work.Seed(i)
				for range steps {
					x = work.Step(x)
					runtime.Gosched()
				}
				sum.Add(x % work.Modulus)
			})
		}
		wg.Wait()
		return sum.Load()
	})
}
