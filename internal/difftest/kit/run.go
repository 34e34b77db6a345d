package kit

// This file runs entries and reports what they did: the main function of a test binary.

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// A Run is what one entry did in one mode. The runner prints two for each, as JSON, a line each: one when it begins,
// which has no trace, and one when it ended.
type Run struct {
	Index       int // of the run in the list of all runs
	Program     string
	Entry       string
	Variant     string
	Mode        Mode
	Seed        uint64
	Done        bool
	Trace       []string `json:",omitempty"` // its last line tells how it ended
	Suspensions int
	Stuck       string `json:",omitempty"` // stacks of all goroutines, where the run did not end in time
}

// Main runs every entry in its modes: those of the variant Oracle in S0, all others in the modes that the flag names.
func Main(entries []Entry) {
	list := flag.String("modes", "12345", "modes to run twins in")
	from := flag.Int("from", 0, "index of the first run")
	limit := flag.Duration("timeout", 20*time.Second, "limit for one run")
	seed := flag.Uint64("seed", 1, "seed of the mixed mode")
	flag.Parse()

	out := json.NewEncoder(os.Stdout)
	index := 0
	for _, e := range entries {
		for _, mode := range modesOf(e, *list) {
			r := Run{Index: index, Program: e.Program, Entry: e.Name, Variant: e.Variant, Mode: mode, Seed: *seed}
			index++
			if r.Index < *from {
				continue
			}
			out.Encode(r)
			r.run(e, *limit)
			out.Encode(r)
			if r.Stuck != "" {
				os.Exit(3) // what is stuck may hold the processor: the harness starts anew after it
			}
		}
	}
}

// Oracle is the variant whose blocking form is the judge.
const Oracle = "oracle"

func modesOf(e Entry, list string) []Mode {
	if e.Variant == Oracle {
		return []Mode{Blocking}
	}
	var ms []Mode
	for m := Ready; m < modes; m++ {
		digit := string(rune('0' + m))
		if strings.Contains(list, digit) && (e.Only == "" || strings.Contains(e.Only, digit)) && (m != Requeued || hooked) {
			ms = append(ms, m)
		}
	}
	return ms
}

// run fills r in with what e does.
func (r *Run) run(e Entry, limit time.Duration) {
	t := newT(context.Background(), r.Mode, r.Seed)
	before := suspensions()
	forcePending(r.Mode == Requeued)
	defer forcePending(false)
	end := make(chan string, 1)
	go func() { end <- outcome(e, t) }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var how string
	select {
	case how = <-end:
	case <-timer.C:
		how = "did not end"
		r.Stuck = stacks()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	r.Done = true
	r.Trace = append(append([]string{}, t.lines...), "ended: "+how)
	r.Suspensions = t.made
	if hooked {
		r.Suspensions = suspensions() - before
	}
}

// outcome runs e on a goroutine that a Goexit may end, and tells how it ended.
func outcome(e Entry, t *T) (how string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		how = "exit" // if nothing below gets to say otherwise
		defer func() {
			if v := recover(); v != nil {
				how = fmt.Sprintf("panic %s", Shown(v))
			}
		}()
		value, err := e.Run(t.ctx, t)
		switch {
		case errors.Is(err, async.ErrGoexit) && t.mode != Blocking:
			how = "exit"
		case err != nil:
			how = fmt.Sprintf("returned [%s] with error %T: %v", value, err, err)
		default:
			how = fmt.Sprintf("returned [%s]", value)
		}
	}()
	<-done
	return how
}

// Shown describes the value of a panic: its text, its type, and whether it is an error of the Go runtime.
func Shown(v any) string {
	s := fmt.Sprintf("%T: %v", v, v)
	if _, ok := v.(runtime.Error); ok {
		s += " (runtime error)"
	}
	return s
}

func stacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}
