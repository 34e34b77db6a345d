package main

// This file is the generate command.

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/goawait/goawait/rewrite"
)

func generateCommand() *command {
	return &command{
		name:  "generate",
		args:  "[flags] [packages]",
		short: "write the twins of annotated functions",
		long: `Generate writes, beside each source file with annotated functions, a file with their async
twins: users.go gives users_async.go. It removes such files whose source has no annotation any
more. Without packages it works on the one in the current folder, as go generate runs it:

	//go:generate go tool goawait

Packages are named as for the go command, or as files of one folder:

	goawait ./...
	goawait -check ./...
	goawait -C ../server -tags integration ./internal/users

Where a run has left every file up to date, the next one with the same flags and packages finds out from hashes whether
anything has changed, and if not, asks neither the go command nor the type checker. With -v it then says "unchanged". What
it compares is in the folder goawait of the user's cache folder, or in that of the variable GOAWAIT_CACHE, which is "off"
for none.

Only files whose first line is goawait's header are ever replaced or removed, and none of a
package with a fault.

Faults are printed as file:line:col: what is wrong; what to write instead [code], with the source line, and
'goawait explain CODE' has an example. With -json, standard output is one object:

	{
		"diagnostics": [{"file", "line", "column", "code", "message", "hint",
			"related": [{"file", "line", "column", "message"}]}],
		"files": [{"file", "source", "state"}]
	}

Lines and columns count from 1, columns in bytes. The state of a file, before goawait changed it, is missing, stale
or orphaned.
`,
		flags: func(fs *flag.FlagSet, inv *invocation) {
			fs.StringVar(&inv.dir, "C", "", "work in `dir`; packages and messages are relative to it")
			fs.StringVar(&inv.tags, "tags", "", "build with these `tags`, separated by commas")
			fs.BoolVar(&inv.check, "check", false, "write nothing; list the files that are missing or stale, and exit with 1 if there are any")
			fs.BoolVar(&inv.diff, "diff", false, "write nothing; print what would change as a unified diff, and exit with 1 if anything would")
			fs.BoolVar(&inv.verbose, "v", false, "print a line for each file with its functions and times, and what is not a flat state machine")
			fs.BoolVar(&inv.line, "line", false, "write //line directives that lead from the twins to the source")
			fs.BoolVar(&inv.json, "json", false, "print what is wrong, and the files that were or would be changed, as JSON")
			fs.StringVar(&inv.backend, "backend", "", "`goroutine` writes twins that run the blocking form on a goroutine")
		},
		execute: generate,
	}
}

func generate(ctx context.Context, inv *invocation) int {
	o, code := inv.rewriteOptions("generate")
	if code != exitOK {
		return code
	}
	var err error
	if o.Cache, err = cacheDir(); err != nil {
		fmt.Fprintf(inv.err, "goawait: %v\n", err)
		return exitUsage
	}
	start := time.Now()
	p := newProgress(inv.err)
	p.attach(&o)
	o.Warn = inv.warn(p)
	res, err := rewrite.Run(ctx, o)
	p.done()
	if err != nil {
		fmt.Fprintf(inv.err, "goawait: %v\n", err)
		return exitFault
	}
	show := newShower(inv.dir)
	if len(res.Diagnostics) > 0 {
		code = exitFault
	}
	if inv.json {
		inv.diagnosticsJSON(res, show)
	} else {
		for _, d := range res.Diagnostics {
			fmt.Fprintln(inv.err, show.diagnostic(d))
		}
	}
	for _, p := range res.Packages {
		if p.Faulty {
			code = exitFault
			continue
		}
		if !inv.files(p, show) {
			code = exitFault
		}
	}
	var uncached error // without the cache, the next run takes longer, and that is all
	if code == exitOK {
		uncached = res.Keep()
	}
	if inv.verbose {
		text := fmt.Sprintf("%s in %v", count(len(res.Packages), "package"), time.Since(start).Round(time.Millisecond))
		if res.Unchanged {
			text = "unchanged, " + text
		}
		if uncached != nil {
			text += "; the next run will not know whether anything has changed: " + uncached.Error()
		}
		fmt.Fprintln(inv.err, text)
	}
	return code
}

// warn prints a warning where the progress may have been shown.
func (inv *invocation) warn(p *progress) func(text string) {
	return func(text string) {
		p.done()
		fmt.Fprintf(inv.err, "goawait: warning: %s\n", text)
	}
}

// rewriteOptions makes options of the flags. If the code is not exitOK, it has complained about them.
func (inv *invocation) rewriteOptions(command string) (o rewrite.Options, code int) {
	o = rewrite.Options{Dir: inv.dir, Patterns: inv.args, Tags: inv.tags, Line: inv.line}
	switch inv.backend {
	case "":
	case "goroutine":
		o.Goroutine = true
	case "stackful":
		o.Stackful = true
	default:
		return o, inv.usage(find(command), fmt.Sprintf("no backend %q; there is goroutine", inv.backend))
	}
	return o, exitOK
}

// files writes, lists or compares the files of a package. It reports whether all is well.
func (inv *invocation) files(p *rewrite.PackageResult, show *shower) (ok bool) {
	var changed []rewrite.File
	for _, f := range p.Files {
		state := fileState(f)
		if state == "" {
			continue
		}
		changed = append(changed, f)
		if inv.check && !inv.json {
			fmt.Fprintf(inv.out, "%s: %s\n", show.path(f.Path), state)
		}
		if inv.diff && !inv.json {
			fmt.Fprint(inv.out, unified(f, filepath.ToSlash(show.path(f.Path))))
		}
	}
	write := !inv.check && !inv.diff
	if write {
		if err := writeFiles(changed); err != nil {
			fmt.Fprintf(inv.err, "goawait: package %s: %v\n", p.Path, err)
			return false
		}
	}
	if inv.verbose {
		for _, f := range p.Files {
			inv.report(f, fileState(f), show)
		}
	}
	return write || len(changed) == 0
}

// unified is the difference between the file on disk and what it should be.
func unified(f rewrite.File, name string) string {
	from, to := "a/"+name, "b/"+name
	if f.Old == nil {
		from = "/dev/null"
	}
	if f.Content == nil {
		to = "/dev/null"
	}
	return unifiedDiff(from, to, string(f.Old), string(f.Content))
}

// fileState tells what is wrong with the file on disk; "" if nothing is.
func fileState(f rewrite.File) string {
	switch {
	case f.Content == nil:
		return "orphaned"
	case f.Old == nil:
		return "missing"
	case !bytes.Equal(f.Old, f.Content):
		return "stale"
	}
	return ""
}

// report prints the line of -v for a file, and one for each function that is no flat state machine.
func (inv *invocation) report(f rewrite.File, state string, show *shower) {
	if f.Content == nil {
		fmt.Fprintf(inv.err, "%s: no annotation in %s any more\n", show.path(f.Path), filepath.Base(f.Source))
		return
	}
	if f.Moved {
		fmt.Fprintf(inv.err, "%s: %s is not part of this build any more, so neither is its twin; the rest of it is as it was\n",
			show.path(f.Path), filepath.Base(f.Source))
		return
	}
	var funcs []string
	for _, fn := range f.Funcs {
		text := fn.Name
		if fn.Lowering == "flat" {
			text += " " + count(fn.States, "state")
		} else {
			text += " " + fn.Lowering
		}
		funcs = append(funcs, text+elapsed(" ", fn.Elapsed))
	}
	switch {
	case state == "":
		state = "up to date"
	case !inv.check && !inv.diff:
		state = "written"
	}
	fmt.Fprintf(inv.err, "%s: %s; %s%s\n", show.path(f.Path), state, strings.Join(funcs, ", "), elapsed("; ", f.Elapsed))
	for _, fn := range f.Funcs {
		if fn.Reason != "" {
			fmt.Fprintf(inv.err, "%s: %s runs on a coroutine, which takes a stack while it waits: %s\n", show.position(fn.Pos), fn.Name, fn.Reason)
		}
	}
}

// elapsed is a time behind a separator; nothing if none was taken.
func elapsed(separator string, d time.Duration) string {
	if d == 0 {
		return ""
	}
	return separator + d.Round(10*time.Microsecond).String()
}
