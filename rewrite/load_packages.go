package rewrite

// This file is the loader: from patterns to type-checked packages with annotated functions.

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
)

// A loader works for one Run.
type loader struct {
	o       Options
	ctx     context.Context // of the Run
	dir     string          // absolute
	env     []string        // of the go command
	fset    *token.FileSet
	folders map[string]*folder // by path; nil if it is being read
	mu      sync.Mutex
	parsed  map[string]*parsedFile // by path
	results map[*annotation]bool   // whether the last result is an error, where syntax alone does not tell

	earlier  *entry // of the cache: what the go command said then still holds; nil without
	recalled bool   // listed is from there

	tests    bool            // test variants are listed, and compiled
	all      bool            // load every package, and with its tests
	temp     string          // folder of the overlay
	overlay  string          // its file; empty if there is nothing to replace
	overlaid []string        // source files of which go list sees copies with stubs, which are named by their index
	only     map[string]bool // source files that patterns name; nil for all
	goEnv    goEnvironment
	listed   []*listed
	broken   map[string]bool // import paths of packages with diagnostics
	refused  map[string]bool // folders in which no file may be touched

	warned     map[string]bool  // what Options.Warn was called with
	fromSource map[*listed]bool // packages that are not imported from export data
	diags      []Diagnostic
}

func newLoader(o Options) (*loader, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	if len(o.Patterns) == 0 {
		o.Patterns = []string{"."}
	}
	l := &loader{
		o: o, dir: dir, env: environment(o), fset: token.NewFileSet(),
		folders: map[string]*folder{}, parsed: map[string]*parsedFile{}, results: map[*annotation]bool{},
		broken: map[string]bool{}, refused: map[string]bool{},
		warned: map[string]bool{},
	}
	return l, l.filePatterns()
}

// filePatterns makes patterns that name files into patterns of their folders, and notes the files.
func (l *loader) filePatterns() error {
	files := 0
	patterns := slices.Clone(l.o.Patterns)
	for i, p := range patterns {
		if !strings.HasSuffix(p, ".go") {
			continue
		}
		files++
		if !filepath.IsAbs(p) {
			p = filepath.Join(l.dir, p)
		}
		p = filepath.Clean(p)
		if _, err := os.Stat(p); err != nil {
			return err
		}
		if l.only == nil {
			l.only = map[string]bool{}
		}
		l.only[p] = true
		patterns[i] = filepath.Dir(p)
	}
	if files > 0 && files < len(patterns) {
		return errors.New("patterns name either files or packages, not both")
	}
	l.o.Patterns = patterns
	return nil
}

// load lists and checks. What is wrong with the source is in the loader's diags afterwards.
func (l *loader) load(ctx context.Context) ([]*Package, error) {
	return l.loadWith(ctx, l.check)
}

// loadWith lists and checks packages, and again as long as check finds that a stub was wrong.
func (l *loader) loadWith(ctx context.Context, check func() (pkgs []*Package, again bool)) ([]*Package, error) {
	l.ctx = ctx
	known := l.recall()
	var environment chan error
	if known {
		l.scan(l.localFolders()) // for which there were stubs
	} else {
		environment = make(chan error, 1)
		go func() { environment <- l.readGoEnv(ctx) }()
	}
	l.scan(l.patternFolders())
	for range 100 {
		if !known {
			l.o.step("listing packages", "", 0, 0)
			err := l.list(ctx)
			if environment != nil {
				err = cmp.Or(<-environment, err)
				environment = nil
			}
			if err != nil {
				return nil, err
			}
		}
		if known = false; l.scan(l.localFolders()) || l.forgetFolders() {
			continue // list again, with stubs for what was found
		}
		pkgs, again := check()
		if !again {
			return pkgs, nil
		}
		known = !l.compilesStubs()
	}
	return nil, errors.New("the results of annotated functions depend on each other without end")
}

// forgetFolders forgets folders in which there are twin files that were not there when they were scanned, and reports whether there are any:
// another run of goawait has written them before the go command looked.
func (l *loader) forgetFolders() (any bool) {
	for _, p := range l.listed {
		f := l.folders[p.Dir]
		if f == nil || !slices.ContainsFunc(p.files(), func(path string) bool {
			return isTwinName(filepath.Base(path)) && !slices.Contains(f.names, filepath.Base(path)) && !slices.Contains(f.twins, path) && isTwinFile(path)
		}) {
			continue
		}
		delete(l.folders, p.Dir)
		l.scan([]string{p.Dir})
		any = true
	}
	return any
}

// compilesStubs reports whether the go command has compiled stubs, so that it has to be asked again if one was wrong.
func (l *loader) compilesStubs() bool {
	return slices.ContainsFunc(l.listed, func(p *listed) bool { return p.Export != "" && len(l.folder(p.Dir).sources) > 0 })
}

// localFolders are the folders of the user's packages in the listing, and of others that a pattern names expressly.
func (l *loader) localFolders() (dirs []string) {
	for _, p := range l.listed {
		if p.local() || p.root() && !p.wildcard() && p.Dir != "" {
			dirs = append(dirs, p.Dir)
		}
	}
	return dirs
}

// list runs go list with an overlay.
func (l *loader) list(ctx context.Context) error {
	l.recalled = false
	err := l.writeOverlay()
	if err != nil {
		return err
	}
	cgo := l.all
	l.tests = l.all
	for _, f := range l.folders {
		cgo = cgo || f.imports["C"]
		for _, s := range f.sources {
			l.tests = l.tests || strings.HasSuffix(s.path, "_test.go")
		}
	}
	l.listed, err = l.listPatterns(ctx, l.tests, cgo)
	return err
}

// writeOverlay makes an overlay in which no twin file exists and stubs stand in for the twins.
func (l *loader) writeOverlay() error {
	l.close()
	temp, err := os.MkdirTemp("", ".goawait-") // with a dot, for it may be below the user's folders
	if err != nil {
		return err
	}
	if temp, err = filepath.Abs(temp); err != nil {
		return err
	}
	l.temp, l.overlay, l.overlaid = temp, "", nil
	replace := map[string]string{}
	for _, dir := range sortedKeys(l.folders) {
		f := l.folders[dir]
		for _, twin := range f.twins {
			replace[twin] = ""
		}
		for _, s := range f.sources {
			if s.ast == nil || len(s.funcs) == 0 || len(s.errors) > 0 {
				continue
			}
			file := filepath.Join(temp, fmt.Sprintf("%d.go", len(l.overlaid)))
			if err := os.WriteFile(file, l.withStubs(s), 0o600); err != nil {
				return err
			}
			replace[s.path] = file
			l.overlaid = append(l.overlaid, s.path)
		}
	}
	if len(replace) > 0 {
		text, err := json.Marshal(map[string]any{"Replace": replace})
		if err != nil {
			return err
		}
		l.overlay = filepath.Join(temp, "overlay.json")
		if err := os.WriteFile(l.overlay, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// close removes the overlay.
func (l *loader) close() {
	if l.temp != "" {
		os.RemoveAll(l.temp)
	}
}

// imports are the packages whose export data will be needed, as far as a look at the source tells: those that folders with annotations
// import, or that the packages of the main module do which they import; and package async, which the twins import.
func (l *loader) imports() []string {
	module, top := l.mainModule()
	paths, seen := map[string]bool{}, map[string]bool{}
	var add func(f *folder)
	add = func(f *folder) {
		for path := range f.imports {
			rest, own := strings.CutPrefix(path+"/", module+"/")
			if !own || module == "" || path == AsyncPath {
				paths[path] = true
			} else if dir := filepath.Join(top, filepath.FromSlash(rest)); !seen[dir] {
				seen[dir] = true
				add(l.withImports(dir))
			}
		}
	}
	for _, f := range l.folders {
		if len(f.sources) > 0 {
			paths[AsyncPath] = true
			add(f)
		}
	}
	delete(paths, "C")
	delete(paths, "unsafe")
	return sortedKeys(paths)
}

// withImports is a folder whose imports are known.
func (l *loader) withImports(dir string) *folder {
	if f := l.folders[dir]; f != nil && f.imports != nil {
		return f
	}
	f := &folder{dir: dir}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && strings.HasSuffix(name, ".go") && !isTwinName(name) {
			f.names = append(f.names, name)
		}
	}
	f.readImports()
	return f
}

// mainModule guesses the module that the go command works in. A wrong guess costs time and nothing else.
func (l *loader) mainModule() (path, dir string) {
	for _, dir := range dirsAbove(l.dir, "") {
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			return modfile.ModulePath(text), dir
		}
	}
	return "", ""
}

// Everything is a pattern for all packages at hand: those of the module in a folder and below it, or where there is a workspace and the folder
// in none of its modules, all of that.
func Everything(dir string) string {
	const below = "./..."
	l, err := newLoader(Options{Dir: dir})
	if err != nil {
		return below
	}
	for _, dir := range dirsAbove(l.dir, "") {
		path := filepath.Join(dir, "go.work")
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		file, err := modfile.ParseWork(path, text, nil)
		_, module := l.mainModule()
		if err == nil && os.Getenv("GOWORK") == "" && !slices.ContainsFunc(file.Use, func(u *modfile.Use) bool { return from(path, u.Path) == module }) {
			return "work"
		}
		break
	}
	return below
}

// check type-checks the packages with annotations. If the result is again, a stub was wrong about a result, and the
// go command has to be asked once more.
func (l *loader) check() (pkgs []*Package, again bool) {
	l.diags, l.broken, l.refused = nil, map[string]bool{}, map[string]bool{}
	c := newChecker(l)
	l.fromSource = c.fromSource
	var units, deps []*unit
	l.noteExcluded()
	for _, p := range l.listed {
		l.noteListError(p)
		if u := c.newUnit(p); u != nil {
			units = append(units, u)
		} else if u := c.newDependency(p); u != nil {
			deps = append(deps, u)
		}
	}
	c.askForAll(slices.Concat(units, deps)) // what fails is asked for again, and then complained about
	for _, u := range deps {
		u.checkResults()
		again = again || u.again
	}
	var decorations []func() decoration
	for _, u := range units {
		for _, sf := range u.pkg.Sources {
			if sf.decoration != nil {
				decorations = append(decorations, sf.decoration)
			}
		}
	}
	others := max(1, runtime.GOMAXPROCS(0)-1) // processors that the type checker leaves idle
	go parallelOn(others, len(decorations), func(i int) { decorations[i]() })
	for i, u := range units { // in the order of go list: dependencies first
		l.o.step("checking", u.pkg.Path, i, len(units))
		u.check()
		again = again || u.again
	}
	if again {
		return nil, true
	}
	for _, u := range units {
		l.diags = append(l.diags, u.diags...)
		if len(u.diags) > 0 {
			u.faulty = true
		}
		pkgs = append(pkgs, u.pkg)
	}
	slices.SortFunc(pkgs, func(a, b *Package) int {
		return cmp.Or(strings.Compare(a.Dir, b.Dir), strings.Compare(a.unit.listed.ImportPath, b.unit.listed.ImportPath))
	})
	return pkgs, false
}

// noteListError reports what the go command says about a package that a pattern names and that has no annotations to
// type-check: that it does not exist, say.
func (l *loader) noteListError(p *listed) {
	l.noteInvalid(p)
	if p.Error == nil || !p.root() || l.refused[p.Dir] {
		return
	}
	f := l.folder(p.Dir)
	d := Diagnostic{Code: CodeGo, Message: strings.TrimSpace(p.Error.Err), Pos: l.readPosition(p.Error.Pos)}
	excluded := strings.Contains(d.Message, "build constraints exclude all Go files")
	switch {
	case len(p.files()) > 0 || len(f.sources) > 0 && !excluded:
		return
	case !excluded && !strings.Contains(d.Message, "no Go files in"):
	case p.wildcard(), len(f.twins) > 0 && len(f.sources) == 0: // which are orphans
		return
	case excluded:
		d.Code, d.Hint = CodeExcluded, hintExcluded
	}
	l.diags = append(l.diags, d)
}

// readPosition reads a position as the go command writes it: file:line:col.
func (l *loader) readPosition(s string) (pos token.Position) {
	file, rest, _ := strings.Cut(s, ".go:")
	if rest == "" {
		return pos
	}
	if file += ".go"; !filepath.IsAbs(file) {
		file = filepath.Join(l.dir, file)
	}
	pos.Filename = file
	fmt.Sscanf(rest, "%d:%d", &pos.Line, &pos.Column)
	return pos
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
