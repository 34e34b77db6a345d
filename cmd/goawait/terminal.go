package main

// This file knows whether somebody looks at a terminal, and speaks its language if so.

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/goawait/goawait/rewrite"
)

// A screen is where messages go. The zero value is no terminal.
type screen struct {
	w      io.Writer
	tty    bool // lines can be overwritten
	colour bool
	width  int
}

// screenOf finds out what w is. A terminal that says it is dumb is none; NO_COLOR (no-color.org) only takes the colours.
func screenOf(w io.Writer) screen {
	s := screen{w: w, width: 80}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return s
	}
	s.tty, s.colour = true, os.Getenv("NO_COLOR") == ""
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		s.width = width
	}
	return s
}

const (
	red   = "31"
	green = "32"
	bold  = "1"
)

// paint gives a text in a colour, if there are any.
func (s screen) paint(colour, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// clear empties the screen, and what was scrolled out of it.
func (s screen) clear() {
	if s.tty {
		fmt.Fprint(s.w, "\x1b[H\x1b[2J\x1b[3J")
	}
}

// A progress is a line that says how far a long run has come. It is gone when the run is over, and never there in a pipe.
type progress struct {
	screen
	mu    sync.Mutex
	timer *time.Timer // shows the step at hand when the run has taken a while
	start time.Time
	last  time.Time // when something was shown
	at    rewrite.Step
	shown bool
	over  bool
}

// Only runs that take longer show progress, and not more often than the eye follows.
const (
	progressAfter = 300 * time.Millisecond
	progressEvery = 50 * time.Millisecond
)

// newProgress gives what Options.Progress calls; nil if nobody would see it.
func newProgress(w io.Writer) *progress {
	s := screenOf(w)
	if !s.tty {
		return nil
	}
	p := &progress{screen: s, start: time.Now()}
	p.wait(progressAfter)
	return p
}

// wait shows the step at hand after a while, as some take long.
func (p *progress) wait(d time.Duration) {
	p.timer = time.AfterFunc(d, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.shown && p.at.What != "" {
			p.show()
		}
	})
}

// step shows a step.
func (p *progress) step(s rewrite.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = s
	now := time.Now()
	if now.Sub(p.start) < progressAfter || p.shown && now.Sub(p.last) < progressEvery {
		return
	}
	p.show()
}

func (p *progress) show() {
	if p.over {
		return
	}
	p.last, p.shown = time.Now(), true
	fmt.Fprintf(p.w, "\r\x1b[K%s", short(p.at.String(), p.width-1))
}

// done takes the line away.
func (p *progress) done() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.shown && !p.over {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.over = true
}

// attach has a run report to the progress, if there is one.
func (p *progress) attach(o *rewrite.Options) {
	if p != nil {
		o.Progress = p.step
	}
}
