package bench

// This file lists what is compared with what.

import (
	"github.com/goawait/goawait/bench/calls"
	"github.com/goawait/goawait/bench/hand"
	"github.com/goawait/goawait/bench/measure"
	"github.com/goawait/goawait/bench/pull"
	"github.com/goawait/goawait/bench/routine"
	"github.com/goawait/goawait/bench/work"
)

// A Case is one piece of work that every rival does.
type Case struct {
	ID      string             // scenario, and what of it
	Title   string             // what is done
	N       int                // operations in a full run
	Step    int                // operations come in multiples of it
	Want    func(n int) uint64 // checksum of n operations
	Figures []string           // what is compared: see package measure
	Rivals  []Rival            // the first is goawait, or of it
	Notes   []string           // what a reader of the report should know
	Cores   bool               // needs more than one processor
}

// A Rival is one way to do the work of a case.
type Rival struct {
	Name  string
	Run   func(n int) measure.Sample // of a rival in Go
	Tool  string                     // of others: the name of their language
	Share int                        // does one Share-th of the operations of the case, as it is slow; 0 is 1
}

// The names of rivals that others are compared to.
const (
	Goawait = "goawait"
	Hand    = "hand-written"
)

// size gives the number of operations for r when the case has n.
func (c Case) size(r Rival, n int) int {
	n /= max(r.Share, 1)
	return max(n-n%c.Step, c.Step)
}

var (
	perOperation = []string{measure.NS}
	whileParked  = []string{measure.Live, measure.Create, measure.Complete, measure.GC}
	ofProcess    = []string{measure.Peak, measure.CPU}
)

func node(share int) Rival   { return Rival{Name: "node", Tool: "node", Share: share} }
func rust() Rival            { return Rival{Name: "Rust", Tool: "rust"} }
func python(share int) Rival { return Rival{Name: "Python asyncio", Tool: "python", Share: share} }

func goRival(name string, run func(int) measure.Sample) Rival { return Rival{Name: name, Run: run} }

// slow makes r do one share-th of the operations.
func slow(share int, r Rival) Rival {
	r.Share = share
	return r
}

func nested(depth int) func(n int) uint64 {
	return func(n int) uint64 { return work.Triangle(n) + uint64(depth-1) }
}

func trees(n int) uint64 { return uint64(n * (work.Depth - 1)) }

// Cases are all comparisons of calls. Those of the command are in [Command].
var Cases = []Case{
	{
		ID: "S1.yield", Title: "a call gives up its turn and is resumed", N: 2_000_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Notes: []string{
			"The goroutine on a channel is woken by a second one that sends to it.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Yields),
			goRival(Hand, hand.Yields),
			slow(4, goRival("iter.Pull", pull.Yields)),
			slow(4, goRival("goroutine, channel", routine.Channel)),
			slow(4, goRival("goroutine, Gosched", routine.Gosched)),
			node(2), rust(), python(40),
		},
	}, {
		ID: "S1.promise", Title: "a call awaits a promise that another call settles", N: 1_000_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Notes: []string{
			"The time has in it the turn of the call that settles, which gives up its turn each time. The hand-written promise is used again for the next await, the others are new.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.HandsOver),
			goRival(Hand, hand.HandsOver),
			goRival("hand-written, new promise each", hand.HandsOverFresh),
			slow(4, goRival("goroutine, channel", routine.Channel)),
			node(2), rust(), python(40),
		},
	}, {
		ID: "S1.channel", Title: "a call receives from a channel without a buffer what another call sends", N: 500_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Notes: []string{
			"Each of both calls suspends for every other value. Goroutines are what channels are made for; the code is the same.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Channel),
			slow(2, goRival("goroutine, channel", routine.Channel)),
		},
	}, {
		ID: "S1.select", Title: "a call chooses between two channels, on one of which another call sends", N: 500_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Rivals: []Rival{
			goRival(Goawait, calls.Chooses),
			slow(2, goRival("goroutine, channel", routine.Chooses)),
		},
	}, {
		ID: "S1.queue", Title: "a call takes from an empty queue what another call puts there, which gives up its turn each time", N: 500_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Notes: []string{
			"The hand-written calls have no queue, which others could use too, but a promise that is used again.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Queue),
			goRival(Hand, hand.HandsOver),
			slow(2, goRival("goroutine, channel", routine.Channel)),
		},
	}, {
		ID: "S2.direct", Title: "await of a call of the same package that ends at once", N: 2_000_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Notes: []string{
			"Rust merges the call into its caller.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Adds),
			goRival(Hand, hand.Adds),
			goRival("plain Go call", routine.Plain),
			slow(10, goRival("goroutine, channel", routine.Calls)),
			node(2), rust(), python(10),
		},
	}, {
		ID: "S2.across", Title: "await of a call of another package that ends at once", N: 2_000_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Rivals: []Rival{
			goRival(Goawait, calls.AddsFar),
			goRival(Hand, hand.Adds),
			goRival("plain Go call", routine.Plain),
		},
	}, {
		ID: "S2.promise", Title: "await of the promise of a call that ends at once", N: 2_000_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Notes: []string{
			"The hand-written call has frame and promise in one allocation. Rust has its future in a box.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.AddsPromised),
			goRival(Hand, hand.AddsPromised),
			node(2), rust(), python(10),
		},
	}, {
		ID: "S3.suspension", Title: "ten calls in each other, the last of which suspends; per suspension", N: 2_000_000, Step: 1,
		Want: nested(work.Depth), Figures: perOperation,
		Notes: []string{
			"Rust, whose ten futures are one struct, polls all of the chain at each suspension.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Suspensions),
			goRival(Hand, hand.Suspensions),
			slow(4, goRival("iter.Pull", pull.Suspensions)),
			slow(4, goRival("goroutine, channel", routine.NestChannel)),
			slow(4, goRival("goroutine, Gosched", routine.NestGosched)),
			node(2), rust(), python(40),
		},
	}, {
		ID: "S3.depth1", Title: "the same in one call", N: 2_000_000, Step: 1,
		Want: nested(1), Figures: perOperation,
		Rivals: []Rival{goRival(Goawait, calls.Shallow), goRival(Hand, hand.Shallow), rust()},
	}, {
		ID: "S3.depth1000", Title: "the same in a thousand calls", N: 2_000_000, Step: 1,
		Want: nested(work.Deep), Figures: perOperation,
		Rivals: []Rival{goRival(Goawait, calls.Deep), goRival(Hand, hand.Deep), slow(100, rust())},
	}, {
		ID: "S3.ready", Title: "ten calls in each other, none of which suspends; per ten", N: 500_000, Step: 1,
		Want: trees, Figures: perOperation,
		Rivals: []Rival{
			goRival(Goawait, calls.ReadyTrees),
			goRival(Hand, hand.ReadyTrees),
			goRival("plain Go calls", routine.ReadyTrees),
			slow(20, goRival("goroutine per call", routine.ReadyTreesGo)),
			node(2), rust(), python(10),
		},
	}, {
		ID: "S3.tree", Title: "ten calls in each other, the last of which suspends once; per ten", N: 500_000, Step: 1,
		Want: trees, Figures: perOperation,
		Rivals: []Rival{
			goRival(Goawait, calls.Trees),
			goRival(Hand, hand.Trees),
			goRival("plain Go calls, Gosched", routine.TreesGosched),
			slow(20, goRival("goroutine per call", routine.TreesGo)),
			node(2), rust(), python(10),
		},
	}, {
		ID: "S4", Title: "calls with three variables, all suspended at once", N: 1_000_000, Step: 1,
		Want: work.Parked, Figures: whileParked,
		Notes: []string{
			"Memory is that of heap and stacks in Go, what the allocator was asked for in Rust, and what is in use of the heap in node and Python. Pointers are to few variables that all calls share.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Parked),
			goRival(Hand, hand.Parked),
			goRival("goroutine, channel", routine.Parked),
			slow(4, goRival("iter.Pull", pull.Parked)),
			node(1), rust(), python(10),
		},
	}, {
		ID: "S5", Title: "calls that all sleep at once", N: 1_000_000, Step: 1,
		Want: work.Triangle, Figures: ofProcess,
		Notes: []string{
			"Each sleeps for a time of its own, and so long that all have been made before the first wakes. Memory and CPU time are those of the process, without those of one that has no calls to make.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Sleepers),
			goRival(Hand, hand.Sleepers),
			goRival("goroutine, time.Sleep", routine.Sleepers),
			node(1), rust(), python(10),
		},
	}, {
		ID: "S6", Title: "calls that suspend once, started and joined", N: 1_000_000, Step: 1,
		Want: work.Triangle, Figures: perOperation,
		Notes: []string{
			"In the columns of allocations, stacks of goroutines do not count.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Spawns),
			goRival(Hand, hand.Spawns),
			goRival("goroutine, WaitGroup", routine.Spawns),
			slow(4, goRival("iter.Pull", pull.Spawns)),
			node(1), rust(), python(10),
		},
	}, {
		ID: "S7.single", Cores: true, Title: "a promise that another goroutine settles, one at a time", N: 200_000, Step: 1,
		Want: answers, Figures: perOperation,
		Notes: []string{
			"In JavaScript only its own thread can settle a promise.",
		},
		Rivals: []Rival{
			goRival(Goawait, calls.Asks),
			goRival(Hand, hand.Asks),
			goRival("goroutine, channel", routine.Asks),
			rust(), python(20),
		},
	}, {
		ID: "S7.batch", Cores: true, Title: "a hundred promises at a time that another goroutine settles; per promise", N: 500_000, Step: work.Batch,
		Want: answers, Figures: perOperation,
		Rivals: []Rival{
			goRival(Goawait, calls.AsksBatch),
			goRival(Hand, hand.AsksBatch),
			goRival("goroutine, channel", routine.AsksBatch),
			rust(), python(20),
		},
	}, {
		ID: "S8", Cores: true, Title: "a thousand calls that compute for 50 ns and give up their turn, on two cores; per turn", N: 2_000_000, Step: work.Tasks,
		Want: func(n int) uint64 { return work.Crunched(n / work.Tasks) }, Figures: perOperation,
		Rivals: []Rival{
			goRival(Goawait, calls.Crunch),
			goRival("hand-written, two loops", hand.Crunch),
			goRival("goroutine, Gosched", routine.Crunch),
		},
	},
}

// answers is the checksum of the numbers after those below n.
func answers(n int) uint64 { return work.Triangle(n) + uint64(n) }
