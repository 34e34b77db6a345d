// Package pull has the work in coroutines of iter.Pull: goroutines that are switched to directly.
package pull

import (
	"iter"

	"github.com/goawait/goawait/bench/measure"
	"github.com/goawait/goawait/bench/work"
)

// Yields is S1.
func Yields(n int) measure.Sample { return suspensions(n, 1) }

// Suspensions is S3 with one chain whose last call suspends n times.
func Suspensions(n int) measure.Sample { return suspensions(n, work.Depth) }

func suspensions(n, depth int) measure.Sample {
	return measure.Time(n, func() uint64 {
		sum := 0
		next, stop := iter.Pull(func(yield func(struct{}) bool) { sum = nest(depth, n, yield) })
		defer stop()
		for {
			if _, more := next(); !more {
				return uint64(sum)
			}
		}
	})
}

//go:noinline
func nest(depth, n int, yield func(struct{}) bool) int {
	if depth > 1 {
		return nest(depth-1, n, yield) + 1
	}
	sum := 0
	for i := range n {
		yield(struct{}{})
		sum += i
	}
	return sum
}

// Parked is S4.
func Parked(n int) measure.Sample {
	var total uint64
	nexts := make([]func() (struct{}, bool), 0, n)
	return measure.Park(n, func() {
		for i := range n {
			next, _ := iter.Pull(func(yield func(struct{}) bool) {
				name, box := work.Name(i), work.Box(i)
				yield(struct{}{})
				total += uint64(work.Result(i, name, box))
			})
			next()
			nexts = append(nexts, next)
		}
	}, func() uint64 {
		for _, next := range nexts {
			next()
		}
		return total
	})
}

// Spawns is S6.
func Spawns(n int) measure.Sample {
	return measure.Time(n, func() uint64 {
		var sum uint64
		nexts := make([]func() (struct{}, bool), 0, n)
		for i := range n {
			next, _ := iter.Pull(func(yield func(struct{}) bool) {
				yield(struct{}{})
				sum += uint64(i)
			})
			next()
			nexts = append(nexts, next)
		}
		for _, next := range nexts {
			next()
		}
		return sum
	})
}
