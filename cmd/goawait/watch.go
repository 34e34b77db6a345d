package main

// This file is the watch command: what has the file system tell about changes.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/goawait/goawait/rewrite"
)

func watchCommand() *command {
	return &command{
		name:  "watch",
		args:  "[flags] [packages]",
		short: "write the twins again whenever a source file is saved",
		long: `Watch does what generate does, and does it again for what changed, a moment after each save, until it is
interrupted. Faults, half-typed files and packages that come and go do not end it; on a terminal it shows what is wrong
right now, and nothing else. Packages of which no file was saved follow after those of which one was.

	goawait watch
	goawait watch ./...
	goawait watch -tags integration ./internal/...
`,
		flags: func(fs *flag.FlagSet, inv *invocation) {
			inv.placeFlags(fs)
			fs.BoolVar(&inv.line, "line", false, "write //line directives that lead from the twins to the source")
			fs.StringVar(&inv.backend, "backend", "", "`goroutine` writes twins that run the blocking form on a goroutine")
		},
		execute: runWatch,
	}
}

// quietTime is how long nothing may change before what changed is looked at: editors write in several steps.
const quietTime = 60 * time.Millisecond

func runWatch(ctx context.Context, inv *invocation) int {
	o, code := inv.rewriteOptions("watch")
	if code != exitOK {
		return code
	}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		fmt.Fprintf(inv.err, "goawait: %v\n", err)
		return exitFault
	}
	defer notify.Close()
	folders, err := watchedFolders(ctx, o)
	if err != nil {
		fmt.Fprintf(inv.err, "goawait: %v\n", err)
		return exitFault
	}
	w := newWatch(inv, o)
	w.quiet = func() <-chan time.Time { return time.After(quietTime) }
	w.add = func(dir string) (added []string) {
		for _, d := range below(dir) {
			if err := notify.Add(d); err != nil {
				fmt.Fprintf(inv.err, "goawait: %s is not watched: %v\n", w.show.path(d), err)
				continue
			}
			added = append(added, d)
		}
		return added
	}
	for _, dir := range folders {
		if err := notify.Add(dir); err != nil {
			fmt.Fprintf(inv.err, "goawait: %s cannot be watched: %v\n", w.show.path(dir), err)
			return exitFault
		}
	}
	w.folders = len(folders)
	changes := make(chan string)
	go forward(ctx, notify, changes)
	w.changes = changes
	w.loop(ctx)
	return exitOK
}

// forward sends the paths that change. An empty one says that some were missed.
func forward(ctx context.Context, notify *fsnotify.Watcher, changes chan<- string) {
	send := func(path string) {
		select {
		case changes <- path:
		case <-ctx.Done():
		}
	}
	for {
		select {
		case e, ok := <-notify.Events:
			if !ok {
				return
			}
			if e.Op != fsnotify.Chmod {
				send(e.Name)
			}
		case err, ok := <-notify.Errors:
			if !ok {
				return
			}
			if errors.Is(err, fsnotify.ErrEventOverflow) {
				send("")
			}
		case <-ctx.Done():
			return
		}
	}
}

// watchedFolders lists the folders of the packages that patterns name, and for those with three dots that are paths, all folders below.
func watchedFolders(ctx context.Context, o rewrite.Options) ([]string, error) {
	base, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	patterns := o.Patterns
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	seen := map[string]bool{}
	var folders []string
	add := func(dir string) {
		if !seen[dir] {
			seen[dir] = true
			folders = append(folders, dir)
		}
	}
	var others []string
	for _, p := range patterns {
		dir, rest, recursive := strings.Cut(p, "...")
		switch {
		case strings.HasSuffix(p, ".go"):
			dir = filepath.Dir(p)
		case recursive && (rest != "" || !isPath(dir)), !recursive && !isPath(p):
			others = append(others, p)
			continue
		}
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(base, dir)
		}
		if _, err := os.Stat(dir); err != nil {
			return nil, err
		}
		if !recursive {
			add(filepath.Clean(dir))
			continue
		}
		for _, d := range below(dir) {
			add(d)
		}
	}
	if len(others) == 0 {
		return folders, nil
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-e", "-find", "-f", "{{.Dir}}", "--"}, others...)...)
	cmd.Dir = base
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v", err)
	}
	for dir := range strings.Lines(string(out)) {
		if dir = strings.TrimSpace(dir); dir != "" {
			add(dir)
		}
	}
	if len(folders) == 0 {
		return nil, fmt.Errorf("no package matches %s", strings.Join(others, " "))
	}
	return folders, nil
}

// isPath reports whether the go command takes a pattern for a path.
func isPath(p string) bool {
	return p == "." || p == ".." || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") || filepath.IsAbs(p)
}

// below lists a folder and those below it in which the go command looks for packages.
func below(dir string) (dirs []string) {
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		name := d.Name()
		if path != dir && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" || name == "node_modules") {
			return filepath.SkipDir
		}
		dirs = append(dirs, filepath.Clean(path))
		return nil
	})
	return dirs
}
