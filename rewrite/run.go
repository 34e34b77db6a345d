package rewrite

// This file holds the one door of the package: from patterns to the bytes of every twin file.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options say what to generate and how.
type Options struct {
	Dir       string            // folder that patterns are relative to; the current one if empty
	Patterns  []string          // as for the go command; "." if empty
	Tags      string            // build tags, separated by commas
	Env       []string          // environment of the go command; the process's own if nil
	Line      bool              // write //line directives to the source
	Goroutine bool              // twins that run the blocking form on a goroutine
	Stackful  bool              // debug: every function in the stackful lowering
	PartSize  int               // debug: every function that waits in parts with so many states, as statemachine.Source has it; 0 for none
	Formatted bool              // debug: look whether gofmt leaves alone all that is written
	Progress  func(Step)        // called on Run's goroutine, if not nil
	Warn      func(text string) // called with what the go command warns of: patterns that match nothing; if not nil
	Plans     bool              // keep the state machines: FuncReport has Func, Package, Source and Plans
	Cache     string            // folder in which Result.Keep notes that nothing is to be done; none if empty
}

// Result is what Run made.
type Result struct {
	Packages    []*PackageResult // packages with files, sorted by folder and path
	Diagnostics []Diagnostic     // sorted by file and position
	Unchanged   bool             // the cache knows that nothing has changed; nothing was loaded, and no time was taken

	keep func() error
}

// Keep notes in the cache that the files of the result are on disk, all of them, so that the next Run with the same options
// need not do anything while nothing changes. It looks at the disk again, and notes nothing if anything but those files has changed
// since Run began, if there are diagnostics, or if there is anything else that the cache cannot compare. Errors are of
// the cache alone; nothing depends on it. Without Options.Cache, and a second time, it does nothing.
func (r *Result) Keep() error {
	keep := r.keep
	r.keep = nil
	if keep == nil {
		return nil
	}
	return keep()
}

// PackageResult has the files of one package.
type PackageResult struct {
	Path, Dir string
	Files     []File // sorted by path
	Faulty    bool   // something is wrong with the package: none of its files may be touched
}

// File is a file to be written or removed.
type File struct {
	Path    string
	Source  string // the file it is made of; may not exist for an orphan
	Content []byte // nil: an orphan to be removed
	Old     []byte // what is on disk now; nil: nothing
	Moved   bool   // the source is not part of this build, and its build constraint has changed: Content is Old with that of now
	Funcs   []FuncReport
	Elapsed time.Duration
}

// FuncReport says how one function was lowered.
type FuncReport struct {
	Name     string // as in the source, (*T).M for a method
	Twin     string
	Lowering string // "flat", "stackful" or "goroutine"
	Reason   string // why not flat
	States   int    // of all its machines: a start each, and one for each await
	Pos      token.Position
	Elapsed  time.Duration

	// With Options.Plans:
	Func    *Func
	Package *Package
	Source  *SourceFile
	Step    string  // name of its step function
	Plans   []*Plan // the function's own first, then those of its async blocks; nil if it is not flat
}

// Run loads the packages, generates their twins, checks what it generated, and writes nothing.
// The error is about the run as a whole; faults in the source are diagnostics.
func Run(ctx context.Context, o Options) (*Result, error) {
	b := begin(o)
	res, earlier := b.look(ctx, o)
	if res != nil {
		return res, nil
	}
	l, err := newLoader(o)
	if err != nil {
		return nil, err
	}
	if l.earlier = earlier; b.key != "" && earlier == nil {
		go executableHash() // which Keep needs
	}
	defer l.close()
	pkgs, err := l.load(ctx)
	if err != nil {
		return nil, err
	}
	r := newRun(l)
	for _, step := range []func([]*Package){r.generate, r.recheck} {
		if step(pkgs); ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	r.others()
	res = r.result()
	if b.key != "" {
		res.keep = func() error { return l.keep(b, res) }
	}
	return res, nil
}

// A run gathers the files of all packages.
type run struct {
	l       *loader
	results map[string]*PackageResult // by import path; a package and its tests are one
	outputs map[string]madeFile       // by path of the twin file
	diags   []Diagnostic
}

func newRun(l *loader) *run {
	return &run{l: l, results: map[string]*PackageResult{}, outputs: map[string]madeFile{}, diags: l.diags}
}

func (r *run) pkg(path, dir string) *PackageResult {
	res := r.results[path+"\x00"+dir]
	if res == nil {
		res = &PackageResult{Path: path, Dir: dir}
		r.results[path+"\x00"+dir] = res
	}
	return res
}

// readOld reads what is on disk in place of a twin file. Only a plain file of goawait's may be there.
func readOld(p *Package, sf *SourceFile) ([]byte, *Diagnostic) {
	fault := func(format string, args ...any) *Diagnostic {
		return foreignFile(p.Fset, sf.Funcs[0].Directive, sf.OutPath, fmt.Sprintf(format, args...))
	}
	info, err := os.Lstat(sf.OutPath)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fault("%v", err)
	case !info.Mode().IsRegular():
		return nil, fault("it is not a regular file")
	}
	old, err := os.ReadFile(sf.OutPath)
	if err != nil {
		return nil, fault("%v", err)
	}
	if !hasHeader(old) {
		return nil, fault(noHeader)
	}
	return old, nil
}

const noHeader = "it does not begin with goawait's header"

// foreignFile tells of a file in the place of the twin file of a directive.
func foreignFile(fset *token.FileSet, directive *ast.Comment, path, why string) *Diagnostic {
	return &Diagnostic{
		Pos: fset.PositionFor(directive.Pos(), false), Code: CodeForeignFile,
		Message: fmt.Sprintf("%s is in the way of the twin file: %s", filepath.Base(path), why),
		Hint:    "move it away, or rename the source file",
	}
}

// others finds generated files whose source has no annotation any more, or is gone, and those whose source is not part of this build and has
// another build constraint than they.
func (r *run) others() {
	if r.l.only != nil {
		return
	}
	listed := map[string]*listed{}
	for _, p := range r.l.listed {
		if p.root() && p.local() && p.ForTest == "" {
			listed[p.Dir] = p
		}
	}
	built, guessed := r.l.builtFiles(), map[string]bool{}
	for _, dir := range r.l.patternFolders() {
		guessed[dir] = true
	}
	for _, dir := range sortedKeys(r.l.folders) {
		f := r.l.folders[dir]
		path := ""
		if p := listed[dir]; p != nil {
			path = p.path()
		} else if !guessed[dir] {
			continue
		}
		if r.l.refused[dir] {
			r.pkg(path, dir).Faulty = true
		}
		for _, twin := range f.twins {
			source := filepath.Join(dir, sourceName(filepath.Base(twin)))
			s := f.source(source)
			switch {
			case s != nil && (built[dir][source] || built[dir] != nil && listed[dir] == nil):
				continue // it has been generated, or nothing is written there
			case s == nil && listed[dir] == nil && len(f.names) > 0:
				continue
			}
			info, err := os.Lstat(twin)
			if err != nil || !info.Mode().IsRegular() {
				continue
			}
			old, err := os.ReadFile(twin)
			if err != nil {
				continue
			}
			file := File{Path: twin, Source: source, Old: old}
			if s != nil {
				if file.Content, file.Moved = rebuilt(s, old); !file.Moved {
					continue
				}
			}
			res := r.pkg(path, dir)
			res.Files = append(res.Files, file)
		}
	}
}

// result sorts everything.
func (r *run) result() *Result {
	out := &Result{Diagnostics: sortDiagnostics(r.diags)}
	for _, res := range r.results {
		if len(res.Files) == 0 && !res.Faulty {
			continue
		}
		slices.SortFunc(res.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
		out.Packages = append(out.Packages, res)
	}
	slices.SortFunc(out.Packages, func(a, b *PackageResult) int {
		return cmp.Or(strings.Compare(a.Dir, b.Dir), strings.Compare(a.Path, b.Path))
	})
	return out
}
