// Package work has the parts of the work that do not wait, for all rivals in Go.
package work

import "time"

// Depth is the length of the chain of calls in S3.
const Depth = 10

// Deep is the length of a long one.
const Deep = 1000

// Modulus keeps checksums small enough for languages with floating-point numbers alone.
const Modulus = 1 << 32

// Tasks is how many calls run at once in S8.
const Tasks = 1000

var names = [4]string{"a", "bc", "def", "ghij"}

// Name, Box and Result are what a parked call lives from: a string, a variable behind a pointer, and what it makes of them.
func Name(i int) string { return names[i%len(names)] }

// Box gives a variable of the pool of them, so that the pointer costs nobody an allocation.
func Box(i int) *int { return &boxes[i%len(boxes)] }

var boxes = [8]int{0, 1, 2, 3, 4, 5, 6, 7}

// Result is the value of parked call i.
func Result(i int, name string, box *int) int { return i + len(name) + *box }

// Parked is the checksum of n parked calls.
func Parked(n int) uint64 {
	var sum uint64
	for i := range n {
		sum += uint64(Result(i, Name(i), Box(i)))
	}
	return sum
}

// Nap is how long sleeper i of n sleeps: between 1,000 and 1,999 units, in no order. The unit grows with n, so that all have been made
// before the first wakes, and as many wake in a second whatever n is.
func Nap(i, n int) time.Duration {
	unit := 4 * time.Duration(max(n, 2500))
	if n >= 10_000_000 {
		unit = 12 * time.Millisecond
	}
	return time.Duration(1000+i*7919%1000) * unit
}

// Step is some 50 ns of computing.
func Step(x uint64) uint64 {
	for range 32 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// Seed is where task i of S8 begins.
func Seed(i int) uint64 { return uint64(i)*2654435761 + 1 }

// Crunched is the checksum of S8 with steps steps in each task.
func Crunched(steps int) uint64 {
	var sum uint64
	for i := range Tasks {
		x := Seed(i)
		for range steps {
			x = Step(x)
		}
		sum += x % Modulus
	}
	return sum
}

// Triangle is 0 + 1 + … + n-1.
func Triangle(n int) uint64 { return uint64(n) * uint64(n-1) / 2 }

// Batch is how many questions are under way at once in S7.
const Batch = 100
