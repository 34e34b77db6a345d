package difftest

// This file lays the programs out in a folder, one copy for each variant, and has the twins generated.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goawait/goawait/internal/difftest/kit"
	"github.com/goawait/goawait/rewrite"
	"github.com/goawait/goawait/statemachine"
)

// A workspace is the folder in which the programs of one Run are generated and built.
type workspace struct {
	Options
	dir      string // absolute, below testdata
	slot     string // its base name
	programs []Program
	copies   []*copied // in the order of their entries
	results  map[string]*Result
}

// A copied is one program in one variant.
type copied struct {
	*Program
	variant string
	dir     string
	bad     bool // could not be generated or built
	entries []annotated
}

func newWorkspace(o Options, programs []Program) (*workspace, error) {
	w := &workspace{Options: o, programs: programs, results: map[string]*Result{}}
	if w.Logf == nil {
		w.Logf = func(string, ...any) {}
	}
	var err error
	w.dir, err = claimFolder(filepath.Join(o.Root, "internal", "difftest", "testdata"))
	w.slot = filepath.Base(w.dir)
	for _, p := range programs {
		w.results[p.Name] = &Result{
			Program: p.Name, quiet: p.Quiet,
			Generated: map[string]map[string]string{}, Oracle: map[string]kit.Run{},
		}
	}
	return w, err
}

// claimFolder makes the first folder tmp-N that does not exist. The names are few and come again, so that the build cache
// finds what an earlier run compiled. A folder that a killed run left is taken over after a while.
func claimFolder(parent string) (string, error) {
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return "", err
	}
	for i := range 1000 {
		dir := filepath.Join(parent, fmt.Sprintf("tmp-%d", i))
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > 20*time.Minute {
			os.RemoveAll(dir)
		}
		if err := os.Mkdir(dir, 0o777); err == nil {
			return dir, nil
		} else if !errors.Is(err, os.ErrExist) {
			return "", err
		}
	}
	return "", fmt.Errorf("no free folder in %s", parent)
}

func (w *workspace) logf(format string, args ...any) { w.Logf(format, args...) }

func (w *workspace) close() {
	if w.Keep {
		w.logf("kept %s", w.dir)
		return
	}
	os.RemoveAll(w.dir)
	os.Remove(filepath.Dir(w.dir)) // if it is empty
}

// write lays out all copies. A program that does not parse is faulty and left out.
func (w *workspace) write() error {
	for _, variant := range append([]string{kit.Oracle}, w.Variants...) {
		for i := range w.programs {
			p := &w.programs[i]
			if variant == Goroutine && p.Only != "" {
				continue // it is about the order on an executor, which goroutines don't have
			}
			c := &copied{Program: p, variant: variant, dir: filepath.Join(w.dir, variant, p.Name)}
			w.copies = append(w.copies, c)
			if err := w.writeCopy(c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *workspace) writeCopy(c *copied) error {
	for _, name := range slices.Sorted(maps.Keys(c.Files)) {
		src := strings.ReplaceAll(c.Files[name], `"`+ImportPrefix, `"`+ImportPrefix+w.slot+"/"+c.variant+"/")
		if strings.HasSuffix(name, ".go") {
			_, file, found, err := findAnnotated(name, src)
			if err != nil {
				w.spoil(c, "%v", err)
				return nil
			}
			for _, f := range found {
				if path.Dir(name) == "." && !strings.HasSuffix(name, "_test.go") && file.Name.Name != "main" &&
					f.decl.Recv == nil && strings.HasPrefix(f.decl.Name.Name, "Case") {
					c.entries = append(c.entries, f)
				}
			}
			if c.variant == kit.Oracle {
				if src, err = withOracleTwins(name, src); err != nil {
					return err
				}
			}
		}
		full := filepath.Join(c.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(full, []byte(src), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// spoil notes a fault of a copy and leaves it out of the build.
func (w *workspace) spoil(c *copied, format string, args ...any) {
	c.bad = true
	w.fault(c.Name, "%s: %s", c.variant, w.plain(fmt.Sprintf(format, args...)))
}

// plain takes the workspace out of a text.
func (w *workspace) plain(s string) string {
	s = strings.ReplaceAll(s, w.dir+string(filepath.Separator), "")
	s = strings.ReplaceAll(s, path.Join("internal/difftest/testdata", w.slot)+"/", "")
	for _, v := range []string{kit.Oracle, Flat, Stackful, Goroutine, Parts, Shreds} {
		s = strings.ReplaceAll(s, w.slot+"/"+v+"/", "")
	}
	return s
}

// generate has goawait write the twins of each variant.
func (w *workspace) generate(ctx context.Context) error {
	for _, variant := range w.Variants {
		var cs []*copied
		for _, c := range w.copies {
			if c.variant == variant && !c.bad {
				cs = append(cs, c)
			}
		}
		if len(cs) == 0 {
			continue
		}
		err := w.generateCopies(ctx, variant, cs)
		if err == nil {
			continue
		}
		if len(cs) == 1 {
			w.spoil(cs[0], "goawait failed: %v", err)
			continue
		}
		w.logf("%s: goawait failed on all programs at once: %v", variant, err)
		for _, c := range cs { // one by one, to find the guilty
			if err := w.generateCopies(ctx, variant, []*copied{c}); err != nil {
				w.spoil(c, "goawait failed: %v", err)
			}
		}
	}
	return nil
}

func (w *workspace) generateCopies(ctx context.Context, variant string, cs []*copied) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, stack())
		}
	}()
	o := rewrite.Options{Dir: w.Root, Stackful: variant == Stackful, Goroutine: variant == Goroutine, Formatted: true}
	switch variant {
	case Parts:
		o.PartSize = 1
	case Shreds:
		o.PartSize = statemachine.EachOperation
	}
	for _, c := range cs {
		rel, err := filepath.Rel(w.Root, c.dir)
		if err != nil {
			return err
		}
		o.Patterns = append(o.Patterns, "./"+filepath.ToSlash(rel)+"/...")
	}
	res, err := rewrite.Run(ctx, o)
	if err != nil {
		return err
	}
	for _, c := range cs {
		inside := c.dir + string(filepath.Separator)
		for _, d := range res.Diagnostics {
			if strings.HasPrefix(d.Pos.Filename, inside) {
				w.spoil(c, "%v", d)
			}
		}
		for _, p := range res.Packages {
			if p.Dir != c.dir && !strings.HasPrefix(p.Dir, inside) {
				continue
			}
			if p.Faulty && !c.bad {
				w.spoil(c, "package %s is faulty without a diagnostic", p.Path)
			}
			for _, f := range p.Files {
				if f.Content == nil {
					continue
				}
				if err := w.addTwins(c, f); err != nil {
					return err
				}
			}
		}
		if !c.bad && w.results[c.Name].Generated[variant] == nil {
			w.spoil(c, "no twin file was generated")
		}
	}
	for _, d := range res.Diagnostics {
		if !strings.HasPrefix(d.Pos.Filename, w.dir) {
			return fmt.Errorf("diagnostic outside of the programs: %v", d)
		}
	}
	return nil
}

// addTwins writes a twin file and keeps its text, with the imports of the archive.
func (w *workspace) addTwins(c *copied, f rewrite.File) error {
	rel, err := filepath.Rel(c.dir, f.Path)
	if err != nil {
		return err
	}
	texts := w.results[c.Name].Generated
	if texts[c.variant] == nil {
		texts[c.variant] = map[string]string{}
	}
	texts[c.variant][filepath.ToSlash(rel)] = strings.ReplaceAll(string(f.Content),
		`"`+ImportPrefix+w.slot+"/"+c.variant+"/", `"`+ImportPrefix)
	return os.WriteFile(f.Path, f.Content, 0o666)
}
