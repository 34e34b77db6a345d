package rewrite

// This file finds annotations before the go command is asked: by their text, in folders, without types.

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A folder is a directory as scanned.
type folder struct {
	dir     string
	names   []string               // its .go files but for twins, sorted
	sources []*annotated           // files with the text of a directive, sorted by path
	twins   []string               // paths of files that goawait wrote, sorted
	imports map[string]bool        // what files that are not tests import, if any has annotations
	state   folderState            // as it was read, with a cache
	infos   map[string]fs.FileInfo // of the files in state
}

// A parsedFile is a file of the user's.
type parsedFile struct {
	path   string
	src    []byte    // as on disk
	text   []byte    // src with newlines alone at the ends of lines, as parsed
	ast    *ast.File // nil if even the package clause is wrong
	errors []Diagnostic
}

// An annotated file has directives: good ones in funcs, the rest in faults.
type annotated struct {
	*parsedFile
	out    string // path of its twin file
	funcs  []*annotation
	faults []Diagnostic
}

// source gives the annotated file of that path.
func (f *folder) source(path string) *annotated {
	for _, s := range f.sources {
		if s.path == path {
			return s
		}
	}
	return nil
}

// scan makes sure that the folders are known, and reports whether one of them has anything of goawait's that wasn't.
func (l *loader) scan(dirs []string) (found bool) {
	var fresh []string
	for _, dir := range dirs {
		if _, ok := l.folders[dir]; !ok {
			l.folders[dir] = nil
			fresh = append(fresh, dir)
		}
	}
	scanned := make([]*folder, len(fresh))
	parallel(len(fresh), func(i int) { scanned[i] = l.scanFolder(fresh[i]) })
	for i, f := range scanned {
		l.folders[fresh[i]] = f
		found = found || len(f.sources) > 0 || len(f.twins) > 0
	}
	return found
}

// folder is what is known of a folder: nothing if it was not scanned, as those of other modules are not.
func (l *loader) folder(dir string) *folder {
	if f := l.folders[dir]; f != nil {
		return f
	}
	return &folder{dir: dir}
}

var directiveText = []byte("//goawait:")

// mayHaveDirective reports whether a file has the text of a directive, or of what may be meant to be one (nearMiss).
func mayHaveDirective(src []byte) bool {
	name, verb := []byte("goawait"), []byte(":async")
	if bytes.Contains(src, directiveText[2:]) || bytes.Contains(src, []byte("go:await")) {
		return true
	}
	for {
		i := bytes.Index(src, verb)
		if i < 0 {
			return false
		}
		if i >= len(name) && bytes.EqualFold(src[i-len(name):i], name) {
			return true
		}
		src = src[i+len(verb):]
	}
}

// scanFolder reads the Go files of a folder. What cannot be read is left to the go command to complain about.
func (l *loader) scanFolder(dir string) *folder {
	f := &folder{dir: dir, state: folderState{}, infos: map[string]fs.FileInfo{}}
	entries, _ := os.ReadDir(dir) // sorted
	for _, e := range entries {
		name := e.Name()
		path := filepath.Join(dir, name)
		if e.IsDir() || !isSource(name) {
			continue
		}
		isGo := strings.HasSuffix(name, ".go")
		if !isGo && l.o.Cache == "" {
			continue
		}
		info, _ := e.Info() // before it is read
		src, err := os.ReadFile(path)
		if l.o.Cache != "" && err == nil && info != nil {
			f.state.note(e, hash(src))
			f.infos[name] = info
		}
		if !isGo {
			continue
		}
		if isTwinName(name) && hasHeader(src) {
			f.twins = append(f.twins, path)
			continue
		}
		f.names = append(f.names, name)
		if err == nil && mayHaveDirective(src) && name[0] != '_' && name[0] != '.' {
			f.sources = append(f.sources, &annotated{parsedFile: &parsedFile{path: path, src: src}})
		}
	}
	parallel(len(f.sources), func(i int) { f.sources[i] = l.scanSource(f.sources[i].path, f.sources[i].src) })
	f.sources = slices.DeleteFunc(f.sources, func(s *annotated) bool { return s == nil })
	if len(f.sources) > 0 {
		f.readImports()
	}
	return f
}

// readImports notes the imports of all builds of the package.
func (f *folder) readImports() {
	f.imports = map[string]bool{}
	for _, name := range f.names {
		if strings.HasSuffix(name, "_test.go") || name[0] == '_' || name[0] == '.' {
			continue
		}
		var file *ast.File
		if s := f.source(filepath.Join(f.dir, name)); s != nil && s.ast != nil && len(s.errors) == 0 {
			file = s.ast
		} else if file, _ = parser.ParseFile(token.NewFileSet(), filepath.Join(f.dir, name), nil, parser.ImportsOnly); file == nil {
			continue
		}
		for _, s := range file.Imports {
			if path, err := strconv.Unquote(s.Path.Value); err == nil && !build.IsLocalImport(path) && path != "" {
				f.imports[path] = true
			}
		}
	}
}

// scanSource parses a file that has the text of a directive somewhere; nil if it has none after all.
func (l *loader) scanSource(path string, src []byte) *annotated {
	s := &annotated{parsedFile: l.parse(path, src), out: outPath(path)}
	if s.ast == nil {
		return s
	}
	s.funcs, s.faults = findAnnotations(l.fset, s.parsedFile)
	if len(s.funcs) == 0 && len(s.faults) == 0 {
		return nil
	}
	return s
}

// parse parses a file once.
func (l *loader) parse(path string, src []byte) *parsedFile {
	l.mu.Lock()
	p := l.parsed[path]
	l.mu.Unlock()
	if p != nil {
		return p
	}
	p = &parsedFile{path: path, src: src}
	if src == nil {
		var err error
		if p.src, err = os.ReadFile(path); err != nil {
			var failed *fs.PathError // whose text names the file once more
			if errors.As(err, &failed) {
				err = failed.Err
			}
			p.errors = []Diagnostic{{Pos: token.Position{Filename: path}, Code: CodeGo, Message: fmt.Sprintf("cannot read it: %v", err)}}
			return p
		}
	}
	p.text = bytes.ReplaceAll(p.src, []byte("\r\n"), []byte("\n")) // raw strings mean the same, and positions stay
	const mode = parser.ParseComments | parser.SkipObjectResolution | parser.AllErrors
	f, err := parser.ParseFile(l.fset, path, p.text, mode)
	if f != nil && f.Package.IsValid() && f.Name != nil && f.Name.Name != "_" {
		p.ast = f
	}
	if p.ast == nil { // what follows from it says nothing
		_, err = parser.ParseFile(token.NewFileSet(), path, p.text, parser.PackageClauseOnly)
	}
	p.errors = l.syntaxErrors(f, path, p.text, err)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.parsed[path] = p
	return p
}

// syntaxErrors gives the parser's errors at their physical positions, whatever //line directives say.
func (l *loader) syntaxErrors(f *ast.File, path string, src []byte, err error) (ds []Diagnostic) {
	var list scanner.ErrorList
	if err != nil && !errors.As(err, &list) {
		return []Diagnostic{{Pos: token.Position{Filename: path}, Code: CodeGo, Message: err.Error()}}
	}
	list.RemoveMultiples()
	lines := token.NewFileSet().AddFile(path, -1, len(src)) // the file again, without //line
	lines.SetLinesForContent(src)
	for _, e := range list {
		pos := e.Pos
		if pos.Offset <= len(src) && len(src) > 0 {
			pos = lines.PositionFor(lines.Pos(pos.Offset), false)
		}
		ds = append(ds, Diagnostic{Pos: pos, Code: CodeGo, Message: e.Msg})
	}
	return ds
}

// isTwinFile reports whether goawait wrote the file: whether its first line is the header.
func isTwinFile(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(Header)+2)
	n, _ := io.ReadFull(f, head)
	return hasHeader(head[:n])
}

// hasHeader reports whether goawait wrote the content. A checkout may have put carriage returns at the ends of lines.
func hasHeader(content []byte) bool {
	line, _, _ := bytes.Cut(content, []byte("\n"))
	return string(bytes.TrimSuffix(line, []byte("\r"))) == Header
}

func importsC(f *ast.File) bool {
	return slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
}

// patternFolders guesses the folders that the patterns mean, so that mostly the go command need run only once.
// A wrong guess costs time and nothing else.
func (l *loader) patternFolders() (dirs []string) {
	for _, p := range l.o.Patterns {
		p = filepath.FromSlash(p)
		if !strings.HasPrefix(p, ".") && !filepath.IsAbs(p) {
			continue
		}
		if strings.HasSuffix(p, ".go") {
			p = filepath.Dir(p)
		}
		top, below := strings.CutSuffix(p, string(filepath.Separator)+"...")
		if !filepath.IsAbs(top) {
			top = filepath.Join(l.dir, top)
		}
		top = filepath.Clean(top)
		if strings.Contains(top, "...") {
			continue
		}
		dirs = append(dirs, top)
		if below {
			dirs = append(dirs, foldersBelow(top)...)
		}
	}
	return dirs
}

// foldersBelow lists the folders that ./... means, without those of other modules.
func foldersBelow(top string) (dirs []string) {
	filepath.WalkDir(top, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.IsDir() || path == top {
			return nil
		}
		name := e.Name()
		if name[0] == '.' || name[0] == '_' || name == "testdata" || name == "vendor" || name == "node_modules" {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
			return filepath.SkipDir
		}
		dirs = append(dirs, path)
		return nil
	})
	return dirs
}

// parallel calls f(0) to f(n-1), several at a time.
func parallel(n int, f func(int)) { parallelOn(runtime.GOMAXPROCS(0), n, f) }

// parallelOn is parallel with so many goroutines.
func parallelOn(goroutines, n int, f func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(n, goroutines) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}
