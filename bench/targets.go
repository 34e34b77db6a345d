package bench

// This file holds what goawait is meant to reach, and compares it with what it does.

import (
	"fmt"
	"math"

	"github.com/goawait/goawait/bench/measure"
)

// A Target is a limit for a figure of goawait, or for its ratio to that of a rival.
type Target struct {
	Case, Figure string
	Than         string  // rival that is compared with; none for the figure itself
	ThanCase     string  // goawait itself in another case is compared with
	Max          float64 // limit
	Rival        string  // whose figure it is; goawait's if empty
}

// Targets are those of the project.
var Targets = []Target{
	{Case: "S1.yield", Figure: measure.NS, Than: Hand, Max: 1.15},
	{Case: "S1.yield", Figure: measure.NS, Than: "Rust", Max: 1},
	{Case: "S1.yield", Figure: measure.NS, Than: "iter.Pull", Max: 0.25},
	{Case: "S1.yield", Figure: measure.NS, Than: "node", Max: 0.25},
	{Case: "S1.yield", Figure: measure.NS, Than: "goroutine, channel", Max: 0.05},
	{Case: "S1.yield", Figure: measure.Allocs, Max: 0},
	{Case: "S1.promise", Figure: measure.NS, Than: Hand, Max: 1.15},
	{Case: "S1.promise", Figure: measure.NS, Than: "Rust", Max: 1},
	{Case: "S1.promise", Figure: measure.NS, Than: "node", Max: 0.25},
	{Case: "S1.promise", Figure: measure.NS, Than: "goroutine, channel", Max: 0.05},
	{Case: "S1.promise", Figure: measure.Allocs, Max: 0},
	{Case: "S1.channel", Figure: measure.Allocs, Max: 0},
	{Case: "S1.select", Figure: measure.Allocs, Max: 0},
	{Case: "S1.queue", Figure: measure.Allocs, Max: 0},
	{Case: "S2.direct", Figure: measure.NS, Than: "plain Go call", Max: 2},
	{Case: "S2.direct", Figure: measure.Allocs, Max: 0},
	{Case: "S2.across", Figure: measure.NS, Than: "plain Go call", Max: 2},
	{Case: "S2.across", Figure: measure.Allocs, Max: 0},
	{Case: "S2.promise", Figure: measure.NS, Than: Hand, Max: 1.15},
	{Case: "S2.promise", Figure: measure.Allocs, Max: 1},
	{Case: "S3.suspension", Figure: measure.NS, Than: Hand, Max: 1.2},
	{Case: "S3.suspension", Figure: measure.NS, Than: "Rust", Max: 1},
	{Case: "S3.suspension", Figure: measure.NS, Than: "node", Max: 1},
	{Case: "S3.suspension", Figure: measure.NS, Than: "goroutine, channel", Max: 1},
	{Case: "S3.suspension", Figure: measure.NS, Than: "goroutine, Gosched", Max: 1},
	{Case: "S3.depth1000", Figure: measure.NS, ThanCase: "S3.depth1", Max: 1.1},
	{Case: "S3.ready", Figure: measure.NS, Than: Hand, Max: 1.2},
	{Case: "S3.ready", Figure: measure.NS, Than: "node", Max: 1},
	{Case: "S3.ready", Figure: measure.NS, Than: "goroutine per call", Max: 1},
	{Case: "S3.ready", Figure: measure.Allocs, Max: 0},
	{Case: "S3.tree", Figure: measure.NS, Than: Hand, Max: 1.2},
	{Case: "S3.tree", Figure: measure.NS, Than: "node", Max: 1},
	{Case: "S3.tree", Figure: measure.NS, Than: "plain Go calls, Gosched", Max: 1},
	{Case: "S3.tree", Figure: measure.NS, Than: "goroutine per call", Max: 1},
	{Case: "S3.tree", Figure: measure.Allocs, Max: 0},
	{Case: "S4", Figure: measure.Live, Than: Hand, Max: 1.1},
	{Case: "S4", Figure: measure.Live, Than: "goroutine, channel", Max: 0.05},
	{Case: "S4", Figure: measure.Create, Than: Hand, Max: 1.25},
	{Case: "S4", Figure: measure.Complete, Than: Hand, Max: 1.25},
	{Case: "S5", Figure: measure.Peak, Than: "goroutine, time.Sleep", Max: 0.1},
	{Case: "S5", Figure: measure.CPU, Than: "goroutine, time.Sleep", Max: 0.5},
	{Case: "S5", Figure: measure.Peak, Than: Hand, Max: 1.2},
	{Case: "S5", Figure: measure.CPU, Than: Hand, Max: 1.2},
	{Case: "S6", Figure: measure.NS, Than: Hand, Max: 1.2},
	{Case: "S6", Figure: measure.NS, Than: "goroutine, WaitGroup", Max: 0.2},
	{Case: "S6", Figure: measure.NS, Than: "node", Max: 1},
	{Case: "S7.single", Figure: measure.NS, Than: "goroutine, channel", Max: 1},
	{Case: "S7.batch", Figure: measure.NS, Than: "goroutine, channel", Max: 1},
	{Case: "S7.batch", Figure: measure.NS, ThanCase: "S7.single", Max: 0.5},
	{Case: "S8", Figure: measure.NS, Than: "goroutine, Gosched", Max: 1},
	{Case: "S9", Figure: measure.Wall, Than: "go vet", Max: 1.5},
	{Case: "S9", Figure: measure.Wall, Rival: Again, Than: Goawait, Max: 0.25},
	{Case: "S10", Figure: measure.Lines, Rival: Output, Than: Source, Max: 4},
	{Case: "S10", Figure: measure.Compile, Rival: Output, Than: Source, Max: 2},
}

// Text says what the target is.
func (t Target) Text() string {
	who := t.Rival
	if who != "" {
		who += ": "
	}
	figure := who + units[t.Figure].name
	switch {
	case t.Than != "":
		return fmt.Sprintf("%s at most %s × %s", figure, short(t.Max), t.Than)
	case t.ThanCase != "":
		return fmt.Sprintf("%s at most %s × that of %s", figure, short(t.Max), t.ThanCase)
	}
	return fmt.Sprintf("%s at most %s", figure, short(t.Max))
}

// Measured gives what is to be at most t.Max; ok is false if it was not measured.
func (t Target) Measured(results []Result) (v float64, ok bool) {
	rival := t.Rival
	if rival == "" {
		rival = Goawait
	}
	r, found := byID(results, t.Case)
	if !found {
		return 0, false
	}
	switch {
	case t.Than != "":
		v = float64(r.Ratio(t.Figure, rival, t.Than))
		return v, v > 0
	case t.ThanCase != "":
		other, found := byID(results, t.ThanCase)
		if !found {
			return 0, false
		}
		a, b := r.known(rival, t.Figure), other.known(rival, t.Figure)
		return a / b, a > 0 && b > 0
	}
	v = math.Round(r.known(rival, t.Figure)*100) / 100 // what a run allocates once is no part of an operation
	return v, v >= 0
}

// Met tells whether v keeps to the limit.
func (t Target) Met(v float64) bool { return v <= t.Max }

func byID(results []Result, id string) (Result, bool) {
	for _, r := range results {
		if r.Case.ID == id {
			return r, true
		}
	}
	return Result{}, false
}
