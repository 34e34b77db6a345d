package rewrite

// This file finds out without the go command that nothing has changed since a run that left every file up to date.
//
// What such a run depended on is kept in an entry: the executable of goawait, the Go installation, the environment, the files of
// the modules, and every folder of packages that goawait or the go command read, with a hash of what is in it, twins included.
// The next run with the same options compares all of it with what is there now. A wrong match would leave stale twins behind, so
// whatever cannot be compared is not kept, and whatever differs makes the run do everything.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// cacheFormat is part of every key: entries of another format are not found.
const cacheFormat = "2"

// An entry is what is known of a run. Paths are absolute.
type entry struct {
	Executable string // hash of goawait
	Goawait    tool   // if it is the same, nobody needs to look at the hash
	Go         tool
	Compiler   string              // name of the C compiler
	CC         tool                // what it names: whether there is one decides on the build tag cgo
	Files      map[string]string   // by path: as fileDigest gives it
	Folders    map[string]string   // by path: as folderDigest gives it
	Trees      map[string][]string // folders with Go files below one
	Packages   []keptPackage

	// What the go command said, if that is the same as long as nothing but the bodies of functions changes in the folders of Heads, which
	// no other package imports.
	Heads   map[string]string // by path: as headsDigest gives it
	Env     goEnvironment
	Listing json.RawMessage
}

// A tool is a program that goawait or the go command runs. Its zero value is one that was not found.
type tool struct {
	Path string // with symbolic links followed
	Size int64
	Time int64 // of its last change, in ns
}

type keptPackage struct {
	Path, Dir string
	Files     []keptFile
}

type keptFile struct {
	Path, Source, Hash string
	Funcs              []keptFunc
}

type keptFunc struct {
	Name, Twin, Lowering, Reason string
	States                       int
	Pos                          token.Position
}

// cacheKey names the entry of a run: what was asked for, where, and in which environment. It is empty if the run is none that can be kept.
func cacheKey(o Options) string {
	dir, err := filepath.Abs(o.Dir)
	if err != nil || o.Cache == "" || o.Env != nil || o.Plans {
		return ""
	}
	for _, p := range o.Patterns {
		if p = filepath.ToSlash(p); !strings.HasPrefix(p, ".") && !filepath.IsAbs(p) && !strings.HasSuffix(p, ".go") || strings.Contains(strings.TrimSuffix(p, "/..."), "...") {
			return "" // only the go command knows what it means
		}
	}
	parts := []string{cacheFormat, dir, o.Tags, fmt.Sprint(o.Line, o.Goroutine, o.Stackful, o.PartSize), fmt.Sprint(len(o.Patterns))}
	parts = append(append(parts, o.Patterns...), relevant(os.Environ())...)
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d %s\n", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A beginning is what there was when a run began, as what is read later may be newer than it.
type beginning struct {
	key  string // of the entry; empty if there will be none
	time time.Time
	tool tool // the go command
}

func begin(o Options) beginning {
	b := beginning{key: cacheKey(o), time: time.Now()}
	if b.key != "" {
		b.tool = findTool("go")
	}
	return b
}

// relevant are the variables of an environment that the go command may heed, sorted. What it finds by PATH is compared in each entry.
func relevant(env []string) (vars []string) {
	for _, v := range env {
		switch name, _, _ := strings.Cut(v, "="); {
		case name == "GOFILE" || name == "GOLINE" || name == "GOPACKAGE" || strings.HasPrefix(name, "GOAWAIT_"):
			// of go generate, for each directive
		case strings.HasPrefix(name, "GO"), strings.HasPrefix(name, "CGO_"), strings.HasPrefix(name, "PKG_CONFIG"),
			slices.Contains([]string{"HOME", "USERPROFILE", "AppData", "APPDATA", "XDG_CONFIG_HOME", "CC", "CXX", "FC", "AR"}, name):
			vars = append(vars, v)
		}
	}
	slices.Sort(vars)
	return vars
}

// look compares what an earlier run depended on with what there is now. It gives the result of a run that would change nothing and complain
// about nothing, or else the entry if what the go command said then still holds, or neither.
func (b beginning) look(ctx context.Context, o Options) (*Result, *entry) {
	if b.key == "" {
		return nil, nil
	}
	text, err := readEntry(o.Cache, b.key)
	if err != nil {
		return nil, nil
	}
	e := new(entry)
	if json.Unmarshal(text, e) != nil || e.Go != b.tool {
		return nil, nil
	}
	changed, ok := e.changes(ctx)
	if !ok {
		return nil, nil
	}
	if len(changed) == 0 {
		if res := e.result(); res != nil {
			useEntry(o.Cache, b.key)
			return res, nil
		}
	}
	for _, dir := range changed {
		if now, err := headsDigest(dir); err != nil || now != e.Heads[dir] {
			return nil, nil
		}
	}
	return nil, e
}

// result is that of a run with nothing to do; nil if a file is not as expected.
func (e *entry) result() *Result {
	res := &Result{Unchanged: true}
	for _, p := range e.Packages {
		pkg := &PackageResult{Path: p.Path, Dir: p.Dir}
		for _, f := range p.Files {
			content, err := os.ReadFile(f.Path)
			if err != nil || hash(content) != f.Hash {
				return nil
			}
			file := File{Path: f.Path, Source: f.Source, Content: content, Old: content}
			for _, k := range f.Funcs {
				file.Funcs = append(file.Funcs, FuncReport{
					Name: k.Name, Twin: k.Twin, Lowering: k.Lowering, Reason: k.Reason, States: k.States, Pos: k.Pos,
				})
			}
			pkg.Files = append(pkg.Files, file)
		}
		res.Packages = append(res.Packages, pkg)
	}
	return res
}

// changes lists the folders of Heads in which something changed. It is not ok if anything else did.
func (e *entry) changes(ctx context.Context) (changed []string, ok bool) {
	if e.CC != findTool(e.Compiler) {
		return nil, false
	}
	for top, dirs := range e.Trees {
		if now, err := goFolders(top); err != nil || !slices.Equal(now, dirs) {
			return nil, false
		}
	}
	checks := []func() bool{
		func() bool {
			if now, err := executable(); err == nil && now == e.Goawait {
				return true
			}
			now, err := executableHash()
			return err == nil && now == e.Executable
		},
		func() bool {
			for path, was := range e.Files {
				if now, err := fileDigest(path); err != nil || now != was {
					return false
				}
			}
			return true
		},
	}
	dirs := sortedKeys(e.Folders)
	differ := make([]bool, len(dirs))
	for i, dir := range dirs {
		checks = append(checks, func() bool {
			now, err := readFolder(dir)
			differ[i] = err != nil || now.digest() != e.Folders[dir]
			return !differ[i] || e.Heads[dir] != ""
		})
	}
	var other atomic.Bool
	parallel(len(checks), func(i int) {
		if !other.Load() && ctx.Err() == nil && !checks[i]() {
			other.Store(true)
		}
	})
	for i, dir := range dirs {
		if differ[i] {
			changed = append(changed, dir)
		}
	}
	return changed, !other.Load() && ctx.Err() == nil
}

// executable is the running program.
func executable() (tool, error) {
	path, err := os.Executable()
	if err != nil {
		return tool{}, err
	}
	return toolAt(path)
}

// executableHash is the hash of the running program.
var executableHash = sync.OnceValues(func() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	return hashFile(path)
})
