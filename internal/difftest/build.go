package difftest

// This file builds the binary that runs all programs, and runs it.

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/goawait/goawait/internal/difftest/kit"
)

func stack() []byte { return debug.Stack() }

// writeMain writes the main function that registers the entries of all copies that are sound.
func (w *workspace) writeMain() error {
	var imports, entries strings.Builder
	for _, c := range w.copies {
		if c.bad || len(c.entries) == 0 {
			continue
		}
		alias := c.variant + "_" + c.Name
		fmt.Fprintf(&imports, "\t%s %q\n", alias, ImportPrefix+w.slot+"/"+c.variant+"/"+c.Name)
		for _, f := range c.entries {
			adapter := fmt.Sprintf("Twin%d(%s.%s)", f.values, alias, f.twin)
			if c.variant == kit.Oracle {
				adapter = fmt.Sprintf("Plain%d%s(%s.%s)", f.values, map[bool]string{true: "E"}[f.hasErr], alias, f.decl.Name.Name)
			}
			fmt.Fprintf(&entries, "\t\t{Program: %q, Name: %q, Variant: %q, Only: %q, Run: kit.%s},\n",
				c.Name, f.decl.Name.Name, c.variant, c.Only, adapter)
		}
	}
	text := fmt.Sprintf("package main\n\nimport (\n\t%q\n%s)\n\nfunc main() {\n\tkit.Main([]kit.Entry{\n%s\t})\n}\n",
		kitPath, &imports, &entries)
	if err := os.MkdirAll(filepath.Join(w.dir, "main"), 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.dir, "main", "main.go"), []byte(text), 0o666)
}

// withoutDebugging leaves out what only debuggers read, which takes a quarter of the time. The code is the same.
var withoutDebugging = []string{"build", "-gcflags=./internal/difftest/testdata/...=-dwarf=false", "-ldflags=-s -w"}

// build compiles and links everything. What does not compile is a fault of its program and left out.
func (w *workspace) build(ctx context.Context) error {
	for range 10 {
		if err := w.writeMain(); err != nil {
			return err
		}
		args := append(slices.Clone(withoutDebugging), w.BuildFlags...)
		args = append(args, "-o", w.binary(), "./"+filepath.ToSlash(filepath.Join("internal", "difftest", "testdata", w.slot, "main")))
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = w.Root
		out, err := cmd.CombinedOutput()
		if err == nil {
			return nil
		}
		if !w.blame(string(out)) {
			return fmt.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return errors.New("programs keep failing to build")
}

func (w *workspace) binary() string { return filepath.Join(w.dir, "main", "programs.exe") }

// blame attributes the errors of a build to the copies they are in. It reports whether it found a copy to leave out.
func (w *workspace) blame(output string) bool {
	place := regexp.MustCompile(`\b(oracle|flat|stackful|goroutine|parts|shreds)[/_\\]([A-Za-z0-9]\w*)`)
	errs := map[[2]string][]string{}
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if m := place.FindStringSubmatch(line); m != nil {
			key := [2]string{m[1], m[2]}
			errs[key] = append(errs[key], strings.TrimSpace(line))
		}
	}
	found := false
	for _, c := range w.copies {
		if lines := errs[[2]string{c.variant, c.Name}]; lines != nil && !c.bad {
			w.spoil(c, "does not compile\n\t%s", strings.Join(lines, "\n\t"))
			found = true
		}
	}
	return found
}

// run runs the binary, again from the next run on after one that crashed or hung it.
func (w *workspace) run(ctx context.Context) ([]kit.Run, error) {
	var all []kit.Run
	for from, crashes := 0, 0; ; crashes++ {
		if crashes > 100 {
			return all, errors.New("the programs crash again and again")
		}
		runs, open, stderr, err := w.runFrom(ctx, from)
		all = append(all, runs...)
		switch {
		case open != nil:
			open.Trace = append(open.Trace, "ended: the process died: "+strings.TrimSpace(head(stderr, 40)))
			all = append(all, *open)
			from = open.Index + 1
		case err == nil:
			return all, nil
		case len(runs) > 0 && runs[len(runs)-1].Stuck != "":
			from = runs[len(runs)-1].Index + 1
		case len(runs) > 0 && runs[len(runs)-1].Index >= from: // died between two runs, of what the last one left behind
			last := &all[len(all)-1]
			last.Trace = append(last.Trace, "then the process died: "+strings.TrimSpace(head(stderr, 40)))
			from = last.Index + 1
		default:
			return all, fmt.Errorf("%v\n%s", err, stderr)
		}
	}
}

// runFrom runs the binary from the run with that index on. open is the run it died in.
func (w *workspace) runFrom(ctx context.Context, from int) (runs []kit.Run, open *kit.Run, stderr string, err error) {
	args := []string{"-from", strconv.Itoa(from)}
	if w.Modes != "" {
		args = append(args, "-modes", w.Modes)
	}
	if w.Timeout > 0 {
		args = append(args, "-timeout", w.Timeout.String())
	}
	if w.Seed > 0 {
		args = append(args, "-seed", strconv.FormatUint(w.Seed, 10))
	}
	var errText bytes.Buffer
	cmd := exec.CommandContext(ctx, w.binary(), args...)
	cmd.Dir = w.dir
	cmd.Stderr = &errText
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, "", err
	}
	in := bufio.NewScanner(pipe)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		var r kit.Run
		if json.Unmarshal(in.Bytes(), &r) != nil {
			continue // something the program printed
		}
		if open = &r; r.Done {
			runs, open = append(runs, r), nil
		}
	}
	err = cmd.Wait()
	return runs, open, errText.String(), err
}

// head gives the first n lines of s.
func head(s string, n int) string {
	lines := strings.SplitAfterN(s, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "")
}
