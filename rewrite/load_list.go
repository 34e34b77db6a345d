package rewrite

// This file runs the go command: which packages there are, of what files, and where their export data is.

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// listed is a package as go list describes it.
type listed struct {
	Dir        string
	ImportPath string // with " [p.test]" for a test variant
	Name       string
	ForTest    string
	Export     string
	DepOnly    bool
	Standard   bool
	Module     *listedModule
	Match      []string
	GoFiles    []string // of a test variant: its _test.go files, too
	CgoFiles   []string
	Imports    []string
	ImportMap  map[string]string
	Error      *listedError

	CompiledGoFiles []string // asked for only if cgo is in use
	TestGoFiles     []string
	XTestGoFiles    []string
	InvalidGoFiles  []string // with tests; also those that do parse up to the end of their imports

	EmbedFiles, TestEmbedFiles, XTestEmbedFiles []string // asked for only with a cache

	exportAsked bool // Export is known, or known not to exist
}

type listedModule struct {
	Path, Version, Dir, GoVersion string
	Main                          bool
	Replace                       *listedModule
}

type listedError struct {
	ImportStack []string
	Pos, Err    string
}

// path is the import path without the mark of a test variant.
func (l *listed) path() string {
	path, _, _ := strings.Cut(l.ImportPath, " ")
	return path
}

// local reports whether the package's source is the user's own, so that its twins may be missing or stale.
func (l *listed) local() bool {
	if l.Standard || l.Dir == "" || l.vendored() {
		return false
	}
	m := l.Module
	return m == nil || m.Main || m.Replace != nil && m.Replace.Version == ""
}

// vendored reports whether the package lies in a vendor folder, of its own module or of another that is the main one.
func (l *listed) vendored() bool {
	dir := filepath.ToSlash(l.Dir)
	if l.Module != nil && l.Module.Main {
		dir = strings.TrimPrefix(dir, filepath.ToSlash(l.Module.Dir))
	}
	return strings.Contains(dir+"/", "/vendor/")
}

// root reports whether a pattern named the package. The main package of a test binary is nobody's.
func (l *listed) root() bool {
	return !l.DepOnly && !strings.HasSuffix(l.ImportPath, ".test")
}

// wildcard reports whether only patterns such as ./... matched the package.
func (l *listed) wildcard() bool {
	for _, m := range l.Match {
		if m != "all" && m != "std" && m != "cmd" && !strings.Contains(m, "...") {
			return false
		}
	}
	return true
}

// files are the absolute paths of the package's own Go files.
func (l *listed) files() []string {
	var paths []string
	for _, name := range append(l.GoFiles[:len(l.GoFiles):len(l.GoFiles)], l.CgoFiles...) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(l.Dir, name)
		}
		if !strings.HasSuffix(name, ".go") {
			continue // the generated main file of a test binary, in the build cache
		}
		paths = append(paths, name)
	}
	return paths
}

const listFields = "Dir,ImportPath,Name,ForTest,Export,DepOnly,Standard,Module,Match,GoFiles,CgoFiles," +
	"Imports,ImportMap,Error,CompiledGoFiles,TestGoFiles,XTestGoFiles,InvalidGoFiles"

// listPatterns lists what the patterns mean, and all that it depends on.
//
// Export data has to be compiled, and for the packages that the patterns name mostly nobody needs it: what matters is
// what they import. So that is asked for in a command of its own, at the same time. Test variants have no names that the go
// command takes; where they matter, it compiles everything.
func (l *loader) listPatterns(ctx context.Context, tests, cgo bool) ([]*listed, error) {
	fields := listFields
	if l.o.Cache != "" {
		fields += ",EmbedFiles,TestEmbedFiles,XTestEmbedFiles"
	}
	args := []string{"-deps", "-json=" + fields}
	if cgo {
		args = append(args, "-compiled")
	}
	if tests {
		return l.goList(ctx, append(args, "-test", "-export"), l.o.Patterns)
	}
	type answer struct {
		pkgs []*listed
		err  error
	}
	exports := make(chan answer, 1)
	go func() {
		pkgs, err := l.listExports(ctx, l.imports())
		exports <- answer{pkgs, err}
	}()
	pkgs, err := l.goList(ctx, args, l.o.Patterns)
	e := <-exports
	if err = cmp.Or(err, e.err); err != nil {
		return nil, err
	}
	byPath := map[string]*listed{}
	for _, p := range e.pkgs {
		byPath[p.ImportPath] = p
	}
	for _, p := range pkgs {
		if e := byPath[p.ImportPath]; e != nil {
			p.addExport(e)
		}
	}
	return pkgs, nil
}

// listExports asks for the export data of packages by their import paths.
func (l *loader) listExports(ctx context.Context, paths []string) ([]*listed, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	return l.goList(ctx, []string{"-export", "-json=ImportPath,Export,Error"}, paths)
}

// addExport takes over what listExports found.
func (l *listed) addExport(e *listed) {
	l.Export, l.exportAsked = e.Export, true
	if l.Error == nil {
		l.Error = e.Error
	}
}

// goList runs go list.
func (l *loader) goList(ctx context.Context, flags, patterns []string) ([]*listed, error) {
	args := append([]string{"list", "-e", "-pgo=off", "-buildvcs=false"}, flags...)
	if l.overlay != "" {
		args = append(args, "-overlay="+l.overlay)
	}
	if l.o.Tags != "" {
		args = append(args, "-tags="+l.o.Tags)
	}
	var env []string
	if os.Getenv("GOTMPDIR") == "" {
		env = []string{"GOTMPDIR=" + l.temp} // where nothing stays of a command that was interrupted
	}
	out, err := l.goCommand(ctx, env, append(append(args, "--"), patterns...)...)
	if err != nil {
		return nil, err
	}
	var pkgs []*listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listed)
		if err := dec.Decode(p); err == io.EOF {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading the output of go list: %w", err)
		}
		if p.Error != nil {
			p.Error.Err = l.realPaths(p.Error.Err)
		}
		pkgs = append(pkgs, p)
	}
}

var stubPath = regexp.MustCompile(`[^\s:]*goawait-\d+[/\\](\d+)\.go`)

// realPaths puts source files in the place of their copies with stubs, which have the same lines.
func (l *loader) realPaths(text string) string {
	return stubPath.ReplaceAllStringFunc(text, func(s string) string {
		i, err := strconv.Atoi(stubPath.FindStringSubmatch(s)[1])
		if err != nil || i >= len(l.overlaid) {
			return s
		}
		if rel, err := filepath.Rel(l.dir, l.overlaid[i]); err == nil {
			return rel
		}
		return l.overlaid[i]
	})
}

// goEnvironment is what the go command works with.
type goEnvironment struct{ GOARCH, GOROOT, GOMODCACHE, GOENV, GOFLAGS, GOMOD, GOWORK, CC string }

func (l *loader) readGoEnv(ctx context.Context) error {
	out, err := l.goCommand(ctx, nil, "env", "-json", "GOARCH", "GOROOT", "GOMODCACHE", "GOENV", "GOFLAGS", "GOMOD", "GOWORK", "CC")
	if err != nil {
		return err
	}
	return json.Unmarshal(out, &l.goEnv)
}

// goCommand runs the go command in the loader's folder, with more in its environment, and gives its standard output.
func (l *loader) goCommand(ctx context.Context, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = l.dir
	cmd.Env = append(slices.Concat(l.env, env), "PWD="+l.dir) // paths spelled as ours, symbolic links kept
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch text := strings.TrimSpace(stderr.String()); {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &exit) && text != "":
		return nil, errors.New(text)
	case err != nil:
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	default:
		l.warn(text)
	}
	return out, nil
}

// warn passes on what the go command says about patterns that match nothing.
func (l *loader) warn(stderr string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(stderr) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "go: warning: ")
		if !ok || l.warned[text] {
			continue
		}
		l.warned[text] = true
		if l.o.Warn != nil {
			l.o.Warn(text)
		}
	}
}

// environment is the one of the go command.
func environment(o Options) []string {
	if o.Env != nil {
		return o.Env
	}
	return os.Environ()
}
