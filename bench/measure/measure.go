// Package measure takes the time and the memory of one run of a rival.
package measure

import (
	"os"
	"runtime"
	"runtime/metrics"
	"time"
)

// The names of what is measured. Figures are per operation where nothing else is said.
const (
	NS       = "ns"       // wall time, ns
	Allocs   = "allocs"   // allocations
	Bytes    = "bytes"    // bytes allocated
	Live     = "live"     // bytes held while all operations are suspended
	Create   = "create"   // time to get there, ns
	Complete = "complete" // time from there to the end, ns
	GC       = "gc"       // CPU time of a full garbage collection there, ns
	Peak     = "peak"     // most bytes resident in the process
	CPU      = "cpu"      // CPU time of the process, ns
	Wall     = "wall"     // wall time of a whole run, ms
	Lines    = "lines"    // lines of code that are not empty
	Binary   = "binary"   // bytes in a binary, per line of source
	Compile  = "compile"  // time to compile, ms

	Instructions = "instructions" // executed
)

// Counts is the variable of the environment that tells that instructions are counted, so that Time does nothing but the work.
const Counts = "GOAWAIT_BENCH_COUNTS"

var counts = os.Getenv(Counts) != ""

// A Sample is the outcome of one run.
type Sample struct {
	N       int                `json:"n"`   // operations
	Sum     uint64             `json:"sum"` // checksum of the results, the same for all rivals
	Figures map[string]float64 `json:"figures"`
}

// enough is how long f runs at least in Time.
const enough = 20 * time.Millisecond

// Time measures f, which does n operations and returns their checksum. Where that takes no time, it does it again. Where instructions are
// counted it only does it.
func Time(n int, f func() uint64) Sample {
	if counts {
		return Sample{N: n, Sum: f(), Figures: map[string]float64{}}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	sum := f()
	wall, runs := time.Since(start), 1
	for ; wall < enough; wall = time.Since(start) {
		f()
		runs++
	}
	runtime.ReadMemStats(&after)
	return Sample{N: n, Sum: sum, Figures: map[string]float64{
		NS:     per(float64(wall), n*runs),
		Allocs: per(float64(after.Mallocs-before.Mallocs), n*runs),
		Bytes:  per(float64(after.TotalAlloc-before.TotalAlloc), n*runs),
	}}
}

// Park measures n calls that are all suspended at once: create makes them, and complete lets them end and returns the
// checksum of their results.
func Park(n int, create func(), complete func() uint64) Sample {
	base := held()
	start := time.Now()
	create()
	created := time.Since(start)
	live := held() - base
	before := collectorTime()
	runtime.GC()
	collector := collectorTime() - before
	start = time.Now()
	sum := complete()
	completed := time.Since(start)
	return Sample{N: n, Sum: sum, Figures: map[string]float64{
		Live:     per(float64(live), n),
		Create:   per(float64(created), n),
		Complete: per(float64(completed), n),
		GC:       per(float64(collector), n),
	}}
}

// Whole measures the wall time of f alone; the process that started this one adds peak memory and CPU time.
func Whole(n int, f func() uint64) Sample {
	start := time.Now()
	sum := f()
	return Sample{N: n, Sum: sum, Figures: map[string]float64{Wall: float64(time.Since(start)) / 1e6}}
}

func per(total float64, n int) float64 { return total / float64(max(n, 1)) }

// held is what the program holds in heap and stacks.
func held() int64 {
	runtime.GC()
	runtime.GC() // finishes the sweep of the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// collectorTime is the CPU time, in ns, that the garbage collector has had so far.
func collectorTime() float64 {
	s := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"}}
	metrics.Read(s)
	return (s[0].Value.Float64() - s[1].Value.Float64()) * 1e9
}
