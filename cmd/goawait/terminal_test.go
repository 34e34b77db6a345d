package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/goawait/goawait/rewrite"
)

func TestProgress(t *testing.T) {
	var b bytes.Buffer
	s := screen{w: &b, tty: true, width: 30}
	p := &progress{screen: s, start: time.Now().Add(time.Hour)} // it has not run for long yet
	p.step(rewrite.Step{What: "generating", Package: "example.com/m", Done: 1, Total: 3})
	if b.Len() > 0 {
		t.Errorf("%q", b.String())
	}
	p.start = time.Now().Add(-time.Hour)
	p.step(rewrite.Step{What: "generating", Package: "example.com/m/a/long/path", Done: 1, Total: 3})
	if got := b.String(); got != "\r\x1b[Kgenerating 2/3 example.com/m…" {
		t.Errorf("%q", got)
	}
	p.last = time.Now().Add(time.Hour) // shown a moment ago
	p.step(rewrite.Step{What: "compiling", Total: 3})
	if strings.Contains(b.String(), "compiling") {
		t.Errorf("%q", b.String())
	}
	p.done()
	if !strings.HasSuffix(b.String(), "\r\x1b[K") {
		t.Errorf("%q", b.String())
	}
	p.done()
	if n := strings.Count(b.String(), "\r"); n != 2 {
		t.Errorf("%d lines", n)
	}
	var none *progress
	none.done()
}

// A told is a writer that tells of each write.
type told chan string

func (c told) Write(p []byte) (int, error) { c <- string(p); return len(p), nil }

// TestProgressOfLongStep shows a step during which nothing else happens.
func TestProgressOfLongStep(t *testing.T) {
	c := make(told, 2)
	p := &progress{screen: screen{w: c, tty: true, width: 30}, start: time.Now().Add(time.Hour)}
	p.step(rewrite.Step{What: "listing packages"})
	p.wait(0)
	if got := <-c; got != "\r\x1b[Klisting packages" {
		t.Errorf("%q", got)
	}
	p.done()
	if got := <-c; got != "\r\x1b[K" {
		t.Errorf("%q", got)
	}
}

// TestProgressSteps follows a real run.
func TestProgressSteps(t *testing.T) {
	var b bytes.Buffer
	p := &progress{screen: screen{w: &b, tty: true, width: 200}, start: time.Now().Add(-time.Hour)}
	o := rewrite.Options{Dir: "../../examples", Patterns: []string{"./..."}}
	var steps []rewrite.Step
	p.attach(&o)
	show := o.Progress
	o.Progress = func(s rewrite.Step) { steps = append(steps, s); p.last = time.Time{}; show(s) }
	if _, err := rewrite.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, s := range steps {
		seen[s.What]++
		if s.Total > 0 && (s.Done >= s.Total || s.Package == "") {
			t.Errorf("%+v", s)
		}
	}
	if seen["listing packages"] < 1 || seen["checking"] < 5 || seen["generating"] < 5 || seen["compiling"] < 5 {
		t.Errorf("%v", seen)
	}
	if !strings.Contains(b.String(), "\r\x1b[Kchecking 1/") || !strings.Contains(b.String(), "examples/safe") {
		t.Errorf("%q", b.String())
	}
}

func TestScreenOfPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, f := range []*os.File{w, null} {
		if s := screenOf(f); s.tty || s.colour {
			t.Errorf("%s is taken for a terminal", f.Name())
		}
		if newProgress(f) != nil {
			t.Errorf("progress in %s", f.Name())
		}
	}
	if s := screenOf(&bytes.Buffer{}); s.tty || s.paint(red, "text") != "text" {
		t.Error("a buffer is taken for a terminal")
	}
}
