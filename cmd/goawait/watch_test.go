package main

// These tests tell a watch about changes and moments of quiet themselves, and see what it runs.

import (
	"bytes"
	"context"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goawait/goawait/rewrite"
)

// A fakeWatch is a watch over folders a and b.
type fakeWatch struct {
	*watch
	t       *testing.T
	dir     string
	out     bytes.Buffer // to be read when the watch has ended
	changes chan string
	moment  chan time.Time
	quiets  int
	runs    chan fakeRun
	results chan *rewrite.Result
	done    chan struct{} // receives when a run is dealt with
	ended   chan struct{}
	cancel  context.CancelFunc
}

// A fakeRun is a run that has begun: its folders, "all" for all. It takes its result from results.
type fakeRun struct {
	dirs string
	ctx  context.Context
}

func startWatch(t *testing.T) *fakeWatch {
	f := &fakeWatch{
		t: t, dir: t.TempDir(), changes: make(chan string), moment: make(chan time.Time),
		runs: make(chan fakeRun), results: make(chan *rewrite.Result), done: make(chan struct{}), ended: make(chan struct{}),
	}
	for _, name := range []string{"a/a.go", "b/b.go"} {
		f.write(name, "package p\n")
	}
	f.watch = newWatch(&invocation{out: &f.out, err: &f.out, options: options{dir: f.dir}}, rewrite.Options{Dir: f.dir})
	f.watch.changes, f.folders = f.changes, 2
	f.quiet = func() <-chan time.Time { f.quiets++; return f.moment }
	f.passed = func() { f.done <- struct{}{} }
	f.run = func(ctx context.Context, o rewrite.Options) (*rewrite.Result, error) {
		dirs := "all"
		if o.Patterns != nil {
			var names []string
			for _, d := range o.Patterns {
				names = append(names, filepath.Base(d))
			}
			dirs = strings.Join(names, " ")
		}
		f.runs <- fakeRun{dirs, ctx}
		select {
		case res := <-f.results:
			return res, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	var ctx context.Context
	ctx, f.cancel = context.WithCancel(t.Context())
	go func() {
		defer close(f.ended)
		f.loop(ctx)
	}()
	return f
}

func (f *fakeWatch) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

func (f *fakeWatch) write(name, text string) {
	f.t.Helper()
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o777); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(f.path(name), []byte(text), 0o666); err != nil {
		f.t.Fatal(err)
	}
}

// expect waits for a run over dirs to begin.
func (f *fakeWatch) expect(dirs string) fakeRun {
	f.t.Helper()
	r := <-f.runs
	if r.dirs != dirs {
		f.t.Fatalf("a run over %q, not %q", r.dirs, dirs)
	}
	return r
}

// ends has the run end well, and waits until that is dealt with.
func (f *fakeWatch) ends(packages ...*rewrite.PackageResult) {
	f.finds(&rewrite.Result{Packages: packages})
}

// finds has the run end with a result.
func (f *fakeWatch) finds(res *rewrite.Result) {
	f.results <- res
	<-f.done
}

// change tells of a change and waits until that is dealt with.
func (f *fakeWatch) change(path string) {
	f.changes <- path
	f.changes <- f.path("x.txt") // which means nothing
}

// stop ends the watch and gives its output.
func (f *fakeWatch) stop() string {
	f.cancel()
	<-f.ended
	return f.out.String()
}

func TestWatchOnceForSeveral(t *testing.T) {
	f := startWatch(t)
	f.expect("all")
	f.ends()
	f.changes <- f.path("b/b.go")
	f.changes <- f.path("b/.b.go.swp")
	f.changes <- f.path("b/notes.txt")
	f.changes <- f.path("a/a.go")
	f.changes <- f.path("b/b.go")
	f.moment <- time.Time{}
	f.expect("a b")
	f.ends()
	// Nothing is left, so no run over everything follows. The go.mod file concerns everything.
	f.changes <- f.path("go.mod")
	f.moment <- time.Time{}
	f.expect("all")
	f.ends()
	f.changes <- "" // some changes were missed
	f.moment <- time.Time{}
	f.expect("all")
	f.ends()
	f.stop()
	if f.quiets != 5 {
		t.Errorf("%d moments for 5 changes that matter", f.quiets)
	}
}

func TestWatchRestGivesWay(t *testing.T) {
	f := startWatch(t)
	f.expect("all")
	f.ends()
	f.changes <- f.path("a/a.go")
	f.moment <- time.Time{}
	f.expect("a")
	f.ends()
	rest := f.expect("all")
	f.changes <- f.path("b/b.go")
	<-rest.ctx.Done()
	f.moment <- time.Time{}
	f.expect("b")
	f.ends()
	f.expect("all")
	f.ends()
	f.stop()
}

func TestWatchEndsWhileItRuns(t *testing.T) {
	f := startWatch(t)
	f.expect("all")
	f.ends()
	f.changes <- f.path("a/a.go")
	f.moment <- time.Time{}
	f.expect("a")
	f.ends()
	rest := f.expect("all")
	f.stop()
	<-rest.ctx.Done()
}

func TestWatchItsOwnFiles(t *testing.T) {
	f := startWatch(t)
	file := rewrite.File{Path: f.path("a/a_async.go"), Source: f.path("a/a.go"), Content: []byte("package p // twin\n")}
	f.expect("all")
	f.ends(&rewrite.PackageResult{Path: "a", Dir: f.path("a"), Files: []rewrite.File{file}})
	f.change(file.Path)
	f.change(file.Path)
	if text, err := os.ReadFile(file.Path); err != nil || string(text) != string(file.Content) {
		t.Errorf("%q, %v", text, err)
	}
	// Somebody else changes the twin.
	f.write("a/a_async.go", "package p // changed\n")
	f.change(file.Path)
	f.moment <- time.Time{}
	f.expect("a")
	file.Old = []byte("package p // changed\n")
	f.ends(&rewrite.PackageResult{Path: "a", Dir: f.path("a"), Files: []rewrite.File{file}})
	f.expect("all")
	file.Old = file.Content
	f.ends(&rewrite.PackageResult{Path: "a", Dir: f.path("a"), Files: []rewrite.File{file}})
	// The annotation is gone, and so is the twin.
	f.changes <- f.path("a/a.go")
	f.moment <- time.Time{}
	f.expect("a")
	file.Content = nil
	f.ends(&rewrite.PackageResult{Path: "a", Dir: f.path("a"), Files: []rewrite.File{file}})
	f.expect("all")
	f.ends()
	f.change(file.Path)
	out := f.stop()
	if f.quiets != 2 {
		t.Errorf("%d moments for 2 changes that matter", f.quiets)
	}
	const name = "a" + string(filepath.Separator) + "a_async.go"
	want := name + ": written; \nok; watching 2 folders\n" + name + ": written; \nok; watching 2 folders\n" + name + ": removed\nok; watching 2 folders\n"
	if out != want {
		t.Errorf("%q", out)
	}
}

func TestWatchFaults(t *testing.T) {
	f := startWatch(t)
	fault := func(name string) rewrite.Diagnostic {
		return rewrite.Diagnostic{Pos: token.Position{Filename: f.path(name), Line: 1, Column: 1}, Code: "go", Message: "no " + name}
	}
	f.expect("all")
	f.finds(&rewrite.Result{Diagnostics: []rewrite.Diagnostic{fault("a/a.go"), fault("b/b.go")}})
	f.changes <- f.path("a/a.go")
	f.moment <- time.Time{}
	f.expect("a")
	f.finds(&rewrite.Result{Diagnostics: []rewrite.Diagnostic{fault("a/a.go")}}) // nothing new: nothing shown
	f.expect("all")
	f.finds(&rewrite.Result{Diagnostics: []rewrite.Diagnostic{fault("a/a.go"), fault("b/b.go")}})
	f.changes <- f.path("a/a.go")
	f.moment <- time.Time{}
	f.expect("a")
	// That no file of a folder is built matters only if the user has named it.
	f.finds(&rewrite.Result{Diagnostics: []rewrite.Diagnostic{{Code: rewrite.CodeExcluded, Message: "no files"}}})
	f.expect("all")
	f.finds(&rewrite.Result{Diagnostics: []rewrite.Diagnostic{fault("b/b.go")}})
	// A package that vanishes takes its faults along.
	if err := os.RemoveAll(f.path("b")); err != nil {
		t.Fatal(err)
	}
	f.changes <- f.path("b/b.go")
	f.moment <- time.Time{}
	f.expect("all")
	f.ends()
	var states []string
	for line := range strings.Lines(f.stop()) {
		if strings.Contains(line, "watching") || strings.Contains(line, "no ") {
			states = append(states, strings.TrimSpace(line[strings.LastIndex(line, ": ")+1:]))
		}
	}
	want := []string{"no a/a.go [go]", "no b/b.go [go]", "2 faults; watching 2 folders", "no b/b.go [go]", "1 fault; watching 2 folders", "ok; watching 2 folders"}
	if !slices.Equal(states, want) {
		t.Errorf("%q", states)
	}
}

func TestWatchSurvivesErrors(t *testing.T) {
	f := startWatch(t)
	f.expect("all")
	f.ends()
	failing := true
	good := f.run
	f.changes <- f.path("x.txt") // the loop stands still
	f.run = func(ctx context.Context, o rewrite.Options) (*rewrite.Result, error) {
		if failing {
			failing = false
			return nil, os.ErrPermission
		}
		return good(ctx, o)
	}
	f.changes <- f.path("a/a.go")
	f.moment <- time.Time{}
	<-f.done
	f.expect("all")
	f.ends()
	if out := f.stop(); !strings.Contains(out, "permission denied\n1 fault;") || !strings.HasSuffix(out, "ok; watching 2 folders\n") {
		t.Errorf("%q", out)
	}
}

func TestWatchNewFolders(t *testing.T) {
	f := startWatch(t)
	f.expect("all")
	f.ends()
	f.changes <- f.path("x.txt") // the loop stands still
	f.add = func(dir string) []string { return below(dir) }
	f.write("c/c.go", "package c\n")
	f.write("c/d/d.go", "package d\n")
	f.write("c/testdata/e.go", "package e\n")
	f.changes <- f.path("c")
	f.moment <- time.Time{}
	f.expect("c d")
	f.ends()
	f.expect("all")
	f.ends()
	if out := f.stop(); !strings.HasSuffix(out, "ok; watching 4 folders\n") {
		t.Errorf("%q", out)
	}
}

func TestWatchedFolders(t *testing.T) {
	dir := t.TempDir()
	f := &fakeWatch{t: t, dir: dir}
	for _, name := range []string{"go.mod", "a.go", "b/b.go", "b/c/c.go", "_x/x.go", ".git/x.go", "testdata/x.go", "vendor/v/v.go"} {
		text := "package p\n"
		if name == "go.mod" {
			text = "module example.com/m\n\ngo 1.26.0\n"
		}
		f.write(name, text)
	}
	for pattern, want := range map[string]string{
		"": ".", ".": ".", "./...": ". b b/c", "./b": "b", "./b/...": "b b/c", "example.com/m/b": "b", "example.com/m/...": ". b b/c",
		"./a.go": ".", "./nothing": "error", "example.com/nothing": "error",
	} {
		o := rewrite.Options{Dir: dir}
		if pattern != "" {
			o.Patterns = []string{pattern}
		}
		folders, err := watchedFolders(t.Context(), o)
		var names []string
		real, _ := filepath.EvalSymlinks(dir)
		for _, d := range folders {
			if rel, err := filepath.Rel(real, d); err == nil && !strings.HasPrefix(rel, "..") {
				d = rel
			} else if rel, err := filepath.Rel(dir, d); err == nil {
				d = rel
			}
			names = append(names, filepath.ToSlash(d))
		}
		got := strings.Join(names, " ")
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: %q, not %q (%v)", pattern, got, want, err)
		}
	}
}
