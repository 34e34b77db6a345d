package main

// This file decides what to generate after a change, and shows what came out.

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/goawait/goawait/rewrite"
)

// A watch is one run of the watch command.
type watch struct {
	inv     *invocation
	options rewrite.Options
	show    *shower
	screen  screen
	folders int

	changes <-chan string             // paths that change; "" if some were missed
	quiet   func() <-chan time.Time   // sends after a moment
	add     func(dir string) []string // watches a new folder and those below it, and lists them
	run     func(context.Context, rewrite.Options) (*rewrite.Result, error)
	passed  func() // called when the outcome of a run is dealt with; may be nil

	written map[string][]byte               // what goawait has written, by path; nil if it has removed it
	faults  map[string][]rewrite.Diagnostic // what is wrong now, by folder
	news    []string                        // what the last pass did, as lines
	shown   string                          // on the screen
}

func newWatch(inv *invocation, o rewrite.Options) *watch {
	return &watch{
		inv: inv, options: o, show: newShower(inv.dir), screen: screenOf(inv.out), run: rewrite.Run,
		written: map[string][]byte{}, faults: map[string][]rewrite.Diagnostic{},
	}
}

// An outcome is what a run came to.
type outcome struct {
	res *rewrite.Result
	err error
}

// A background is a run over everything that goes on beside the loop.
type background struct {
	outcomes chan outcome
	stop     context.CancelFunc
}

func (w *watch) begin(ctx context.Context) *background {
	ctx, stop := context.WithCancel(ctx)
	b := &background{make(chan outcome, 1), stop}
	go func() {
		res, err := w.run(ctx, w.options)
		b.outcomes <- outcome{res, err}
	}()
	return b
}

// abandon ends the run and waits until it has ended.
func (b *background) abandon() {
	b.stop()
	<-b.outcomes
}

// loop generates everything, and then what changes, until ctx is done or there are no more changes.
//
// What was saved comes first. Then a run over everything looks for packages that depend on it; it gives way to the next change.
func (w *watch) loop(ctx context.Context) {
	w.pass(ctx, nil)
	var (
		quiet <-chan time.Time
		dirs  = map[string]bool{} // where something changed
		all   bool                // a run over everything is due
		rest  *background
	)
	defer func() {
		if rest != nil {
			rest.abandon()
		}
	}()
	for {
		var outcomes chan outcome
		if rest != nil {
			outcomes = rest.outcomes
		}
		select {
		case <-ctx.Done():
			return
		case path, ok := <-w.changes:
			if !ok {
				return
			}
			changed, everything := w.changed(path)
			if len(changed) == 0 && !everything {
				continue
			}
			for _, d := range changed {
				dirs[d] = true
			}
			all = all || everything
			if rest != nil {
				rest.abandon()
				rest, all = nil, true
			}
			quiet = w.quiet()
		case <-quiet:
			quiet = nil
			if len(dirs) > 0 {
				list := sortedDirs(dirs)
				clear(dirs)
				w.pass(ctx, list)
				all = all || w.folders > len(list)
			}
			if all {
				all = false
				rest = w.begin(ctx)
			}
		case o := <-outcomes:
			rest.stop()
			rest = nil
			w.finish(ctx, o.res, o.err, nil)
		}
	}
}

func sortedDirs(set map[string]bool) (list []string) {
	for d := range set {
		list = append(list, d)
	}
	slices.Sort(list)
	return list
}

// changed tells in which folders there is something to do when a path has changed, or whether everything is to be looked at.
func (w *watch) changed(path string) (dirs []string, everything bool) {
	if path == "" {
		return nil, true
	}
	name := filepath.Base(path)
	switch {
	case name == "go.mod" || name == "go.sum" || name == "go.work":
		return nil, true
	case strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_"):
		return nil, false
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if w.add != nil {
			dirs = w.add(path)
			w.folders += len(dirs)
		}
		return dirs, false
	}
	if !strings.HasSuffix(name, ".go") {
		return nil, false
	}
	if mine, ok := w.written[path]; ok {
		now, err := os.ReadFile(path)
		if err == nil && mine != nil && bytes.Equal(now, mine) || err != nil && mine == nil {
			return nil, false // goawait's own doing
		}
	}
	return []string{filepath.Dir(path)}, false
}

// pass generates the packages in folders, or all with nil, and shows what came out.
func (w *watch) pass(ctx context.Context, dirs []string) {
	o := w.options
	if dirs != nil {
		var with []string
		o.Patterns = nil
		for _, d := range dirs {
			if hasGo(d) {
				with = append(with, d)
				o.Patterns = append(o.Patterns, w.patterns(d)...)
			} else {
				delete(w.faults, d)
			}
		}
		if dirs = with; len(dirs) == 0 {
			w.render()
			return
		}
	}
	res, err := w.run(ctx, o)
	w.finish(ctx, res, err, dirs)
}

// patterns name what to generate in a folder: the files that the user has named, if so, or all.
func (w *watch) patterns(dir string) (list []string) {
	for _, p := range w.options.Patterns {
		if !filepath.IsAbs(p) {
			p = filepath.Join(w.show.dir, p)
		}
		if strings.HasSuffix(p, ".go") && filepath.Dir(p) == dir {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		list = []string{dir}
	}
	return list
}

// hasGo reports whether there are Go files in a folder.
func hasGo(dir string) bool {
	names, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	return len(names) > 0
}

// finish writes the files of a pass over folders, or over everything with nil, and shows what came out.
func (w *watch) finish(ctx context.Context, res *rewrite.Result, err error, dirs []string) {
	if ctx.Err() != nil {
		return
	}
	if w.passed != nil {
		defer w.passed()
	}
	defer func() { go debug.FreeOSMemory() }() // it may be long until the next run
	if err != nil {
		w.faults[""] = []rewrite.Diagnostic{{Message: err.Error()}}
		w.render()
		return
	}
	delete(w.faults, "")
	if dirs == nil {
		clear(w.faults)
	}
	for _, d := range dirs {
		delete(w.faults, d)
	}
	now := map[string][]rewrite.Diagnostic{}
	for _, d := range res.Diagnostics {
		if dirs != nil && d.Code == rewrite.CodeExcluded {
			continue // nobody has named the folder but this program
		}
		dir := ""
		if d.Pos.Filename != "" {
			dir = filepath.Dir(d.Pos.Filename)
		}
		now[dir] = append(now[dir], d)
	}
	maps.Copy(w.faults, now)
	for _, p := range res.Packages {
		if !p.Faulty {
			w.write(p)
		}
	}
	w.render()
}

// write writes the files of a package that are not as they should be.
func (w *watch) write(p *rewrite.PackageResult) {
	var changed []rewrite.File
	for _, f := range p.Files {
		if fileState(f) != "" {
			changed = append(changed, f)
			w.written[f.Path] = f.Content
		}
	}
	if err := writeFiles(changed); err != nil {
		w.faults[p.Dir] = append(w.faults[p.Dir], rewrite.Diagnostic{Message: fmt.Sprintf("package %s: %v", p.Path, err)})
		return
	}
	for _, f := range changed {
		if f.Content == nil {
			w.news = append(w.news, w.show.path(f.Path)+": removed")
			continue
		}
		var names []string
		for _, fn := range f.Funcs {
			names = append(names, fn.Name)
		}
		w.news = append(w.news, fmt.Sprintf("%s: written; %s", w.show.path(f.Path), short(strings.Join(names, ", "), 60)))
	}
}

// render shows the state of things: on a terminal in place of what was there, in a pipe below it, and only if it is new.
func (w *watch) render() {
	var b strings.Builder
	w.show = newShower(w.inv.dir) // which knows the files as they are now
	n := 0
	for _, dir := range sortedFaults(w.faults) {
		for _, d := range w.faults[dir] {
			fmt.Fprintln(&b, w.show.diagnostic(d))
			n++
		}
	}
	status := w.screen.paint(green, "ok")
	if n > 0 {
		status = w.screen.paint(red, count(n, "fault"))
	}
	fmt.Fprintf(&b, "%s; watching %s\n", status, count(w.folders, "folder"))
	state := b.String()
	if len(w.news) == 0 && state == w.shown {
		return
	}
	w.shown = state
	w.screen.clear()
	for _, line := range w.news {
		fmt.Fprintln(w.inv.out, line)
	}
	w.news = nil
	fmt.Fprint(w.inv.out, state)
}

func sortedFaults(m map[string][]rewrite.Diagnostic) (dirs []string) {
	for d := range m {
		dirs = append(dirs, d)
	}
	slices.Sort(dirs)
	return dirs
}
