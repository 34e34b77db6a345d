package rewrite

// This file makes an entry of the cache from what a run has read.

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
)

// A recorder gathers what a run depended on. The first thing that cannot be compared later is its error.
type recorder struct {
	l *loader
	beginning
	res     *Result           // of the run
	outputs map[string]string // hashes of the twins, by path; empty for one that was removed
	modules []localModule
	entry   entry
	err     error
}

// A localModule is one with a folder that may change.
type localModule struct {
	path string // by which packages import it
	dir  string
}

// keep writes the entry of a run, after its files were written.
func (l *loader) keep(b beginning, res *Result) error {
	r := &recorder{l: l, beginning: b, res: res, outputs: map[string]string{}}
	r.entry.Files, r.entry.Folders, r.entry.Trees = map[string]string{}, map[string]string{}, map[string][]string{}
	for _, step := range []func(){r.results, r.toolchain, r.findModules, r.packages, r.patterns, r.listing} {
		if step(); r.err != nil {
			return r.err
		}
	}
	text, err := json.Marshal(r.entry)
	if err != nil {
		return err
	}
	return writeEntry(l.o.Cache, b.key, text)
}

func (r *recorder) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// results takes over what the run made.
func (r *recorder) results() {
	if len(r.res.Diagnostics) > 0 {
		r.fail("there are faults")
	}
	if len(r.l.warned) > 0 {
		r.fail("a pattern matches nothing")
	}
	for _, p := range r.res.Packages {
		if p.Faulty {
			r.fail("package %s has faults", p.Path)
		}
		kept := keptPackage{Path: p.Path, Dir: p.Dir}
		for _, f := range p.Files {
			if f.Content == nil {
				r.outputs[f.Path] = ""
				continue
			}
			h := hash(f.Content)
			r.outputs[f.Path] = h
			k := keptFile{Path: f.Path, Source: f.Source, Hash: h}
			for _, fn := range f.Funcs {
				k.Funcs = append(k.Funcs, keptFunc{fn.Name, fn.Twin, fn.Lowering, fn.Reason, fn.States, fn.Pos})
			}
			kept.Files = append(kept.Files, k)
		}
		if len(kept.Files) > 0 {
			r.entry.Packages = append(r.entry.Packages, kept)
		}
	}
}

// harmlessFlags are those of GOFLAGS that name no file that would have to be compared.
var harmlessFlags = set("-mod -tags -buildvcs -trimpath -modcacherw -p -race -msan -asan -ldflags -v -x -count -timeout -vet -short")

// toolchain records goawait, the Go installation, and its settings.
func (r *recorder) toolchain() {
	e, env := &r.entry, r.l.goEnv
	var err error
	if e.Goawait, err = executable(); err != nil {
		r.fail("%v", err)
	}
	if r.l.earlier != nil && r.l.earlier.Goawait == e.Goawait {
		e.Executable = r.l.earlier.Executable
	} else if e.Executable, err = executableHash(); err != nil {
		r.fail("%v", err)
	}
	if path, err := os.Executable(); err == nil {
		r.settled(path)
	}
	e.Go = r.tool
	root := filepath.Dir(filepath.Dir(e.Go.Path))
	if !exists(filepath.Join(root, "VERSION")) {
		r.fail("the go command is none of a Go installation") // but a script that may run another one tomorrow
		return
	}
	for _, root := range []string{root, env.GOROOT} {
		r.file(filepath.Join(root, "VERSION"))
		r.file(filepath.Join(root, "go.env"))
	}
	if env.GOENV != "" && env.GOENV != "off" {
		r.file(env.GOENV)
	}
	for _, f := range strings.Fields(env.GOFLAGS) {
		name, _, _ := strings.Cut(f, "=")
		if !harmlessFlags["-"+strings.TrimLeft(name, "-")] {
			r.fail("GOFLAGS has %s", name)
		}
	}
	if fields := strings.Fields(env.CC); len(fields) > 0 {
		e.Compiler = fields[0]
		e.CC = findTool(e.Compiler)
	}
}

// findModules finds the modules whose files are the user's own, and records what says which packages they have.
func (r *recorder) findModules() {
	env := r.l.goEnv
	var main []string // folders of the main modules
	switch work := env.GOWORK; {
	case work != "" && work != "off":
		text := r.file(work)
		r.file(work + ".sum")
		for _, dir := range dirsAbove(r.l.dir, filepath.Dir(work)) {
			r.absent(filepath.Join(dir, "go.work"))
		}
		r.vendor(filepath.Dir(work))
		file, err := modfile.ParseWork(work, text, nil)
		if err != nil {
			r.fail("%v", err)
			return
		}
		for _, u := range file.Use {
			main = append(main, from(work, u.Path))
		}
		r.replacements(work, file.Replace)
	case env.GOMOD == "" || env.GOMOD == os.DevNull:
		r.fail("there is no go.mod")
		return
	default:
		main = []string{filepath.Dir(env.GOMOD)}
		if work == "" {
			for _, dir := range dirsAbove(r.l.dir, "") {
				r.absent(filepath.Join(dir, "go.work"))
			}
		}
	}
	if env.GOMOD != "" && env.GOMOD != os.DevNull {
		for _, dir := range dirsAbove(r.l.dir, filepath.Dir(env.GOMOD)) {
			r.absent(filepath.Join(dir, "go.mod"))
		}
	}
	for _, dir := range main {
		path := filepath.Join(dir, "go.mod")
		file, err := modfile.Parse(path, r.file(path), nil)
		if err != nil || file.Module == nil {
			r.fail("%s: %v", path, err)
			return
		}
		r.file(filepath.Join(dir, "go.sum"))
		r.vendor(dir)
		r.modules = append(r.modules, localModule{file.Module.Mod.Path, dir})
		r.replacements(path, file.Replace)
	}
}

func (r *recorder) vendor(dir string) {
	r.file(filepath.Join(dir, "vendor"))
	r.file(filepath.Join(dir, "vendor", "modules.txt"))
}

// replacements records the modules that local folders replace.
func (r *recorder) replacements(file string, list []*modfile.Replace) {
	for _, rep := range list {
		if rep.New.Version != "" {
			continue
		}
		dir := from(file, rep.New.Path)
		r.file(filepath.Join(dir, "go.mod"))
		r.modules = append(r.modules, localModule{rep.Old.Path, dir})
	}
}

// from is the path that a module or workspace file mentions.
func from(file, path string) string {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(file), path)
	}
	return path
}

// packages records the folders of all packages that may change, and of those that could take their place.
func (r *recorder) packages() {
	for _, p := range r.l.listed {
		switch {
		case p.Error != nil:
			r.fail("package %s: %s", p.ImportPath, p.Error.Err)
		case p.Standard:
			continue
		case p.Dir == "" || strings.HasSuffix(p.ImportPath, ".test"):
			continue
		case len(p.CgoFiles) > 0:
			r.fail("package %s uses cgo, whose C is not compared", p.path())
		}
		if r.err != nil {
			return
		}
		for _, m := range r.modules {
			rest, ok := strings.CutPrefix(p.path()+"/", m.path+"/")
			if dir := filepath.Join(m.dir, filepath.FromSlash(rest)); ok && dir != p.Dir {
				r.folder(dir)
			}
		}
		if within(p.Dir, r.l.goEnv.GOMODCACHE) {
			continue // nothing in it changes
		}
		r.folder(p.Dir)
		for _, files := range [][]string{p.EmbedFiles, p.TestEmbedFiles, p.XTestEmbedFiles} {
			for _, name := range files {
				r.file(filepath.Join(p.Dir, filepath.FromSlash(name)))
			}
		}
		if p.Module == nil || p.vendored() {
			continue
		}
		if !within(p.Dir, p.Module.Dir) {
			r.fail("package %s is not in the folder of its module", p.path())
			return
		}
		for _, dir := range dirsAbove(p.Dir, p.Module.Dir) {
			r.absent(filepath.Join(dir, "go.mod"))
		}
	}
}

// patterns records the folders that patterns mean.
func (r *recorder) patterns() {
	for _, p := range r.l.o.Patterns {
		top, below := strings.CutSuffix(filepath.ToSlash(p), "/...")
		if top = filepath.FromSlash(top); !filepath.IsAbs(top) {
			top = filepath.Join(r.l.dir, top)
		}
		r.folder(top)
		if !below {
			continue
		}
		paths, err := goFolders(top)
		if err != nil {
			r.fail("%v", err)
		}
		r.entry.Trees[top] = paths
		for _, path := range paths {
			if filepath.Base(path) != "go.mod" {
				r.folder(path)
			}
		}
	}
}

// listing records what the go command said. It depends on the bodies of functions where it gives export data of a package that another
// imports; and of tests, more is compiled than that.
func (r *recorder) listing() {
	if r.l.recalled { // the run began with looking whether it still holds
		e := r.l.earlier
		r.entry.Heads, r.entry.Env, r.entry.Listing = e.Heads, e.Env, e.Listing
		return
	}
	imported := map[string]bool{}
	for _, p := range r.l.listed {
		for _, path := range p.Imports {
			imported[path] = true
		}
		for _, path := range p.ImportMap {
			imported[path] = true
		}
		if p.ForTest != "" {
			return
		}
	}
	heads := map[string]string{}
	var kept []*listed
	for _, p := range r.l.listed {
		bodies := imported[p.path()] && (p.Export != "" || !r.l.fromSource[p])
		if p.local() && !bodies && r.l.folders[p.Dir] != nil {
			digest, err := headsDigest(p.Dir)
			if err != nil {
				r.fail("%v", err)
				return
			}
			heads[p.Dir] = digest
		}
		if p.Standard {
			p = &listed{ImportPath: p.ImportPath, Name: p.Name, Dir: p.Dir, Standard: true, DepOnly: p.DepOnly, Export: p.Export, ImportMap: p.ImportMap}
		}
		kept = append(kept, p)
	}
	r.entry.Heads, r.entry.Env = heads, r.l.goEnv
	r.entry.Listing, r.err = json.Marshal(kept)
}

// recall takes over what the go command said in an earlier run, if that is known, and reports whether it is. What it has compiled must
// still be there.
func (l *loader) recall() bool {
	if l.earlier == nil || l.earlier.Listing == nil {
		return false
	}
	var pkgs []*listed
	if json.Unmarshal(l.earlier.Listing, &pkgs) != nil {
		return false
	}
	async := false
	for _, p := range pkgs {
		if p.Export != "" {
			p.exportAsked = true
			if !exists(p.Export) {
				return false
			}
			async = async || p.path() == AsyncPath
		}
	}
	if !async {
		return false
	}
	l.listed, l.goEnv, l.recalled = pkgs, l.earlier.Env, true
	return true
}

func within(dir, top string) bool {
	return top != "" && (dir == top || strings.HasPrefix(dir, strings.TrimSuffix(top, string(filepath.Separator))+string(filepath.Separator)))
}

// file records a file, or that there is none, and gives its content.
func (r *recorder) file(path string) []byte {
	digest, err := fileDigest(path)
	if err != nil {
		r.fail("%v", err)
		return nil
	}
	r.entry.Files[path] = digest
	if digest == "absent" || digest == "folder" {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil || hash(content) != digest {
		r.fail("%s changes", path)
	}
	r.settled(path)
	return content
}

// absent records that there is no such file.
func (r *recorder) absent(path string) {
	if r.file(path); r.entry.Files[path] != "absent" {
		r.fail("%s appeared", path)
	}
}

// folder records the files in a folder, which have to be those that the run has read.
func (r *recorder) folder(dir string) {
	if _, ok := r.entry.Folders[dir]; ok || r.err != nil {
		return
	}
	now, err := r.readAgain(dir)
	if err != nil {
		r.fail("%v", err)
		return
	}
	r.entry.Folders[dir] = now.digest()
	expected := now
	if f := r.l.folders[dir]; f != nil {
		expected = maps.Clone(f.state)
		for path, h := range r.outputs {
			if name := filepath.Base(path); filepath.Dir(path) == dir {
				if expected[name] = h; h == "" {
					delete(expected, name)
				}
			}
		}
	} else if exists(dir) {
		r.settled(dir)
	}
	if !maps.Equal(now, expected) {
		r.fail("%s has changed meanwhile", dir)
		return
	}
	for name := range now {
		if path := filepath.Join(dir, name); r.outputs[path] == "" {
			r.settled(path)
		}
	}
}

// readAgain is readFolder. A file that the run has read, and that is still the same one, of the same size and age, is not read again.
func (r *recorder) readAgain(dir string) (folderState, error) {
	f := r.l.folders[dir]
	if f == nil {
		return readFolder(dir)
	}
	now := folderState{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() || !isSource(e.Name()) {
			continue
		}
		if isStill(f.infos[e.Name()], e) {
			now[e.Name()] = f.state[e.Name()]
			continue
		}
		sum, err := hashFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		now.note(e, sum)
	}
	return now, nil
}

// isStill reports whether e is the regular file that was there before, if any was. That one may have got another content of the same size
// in the same moment, but then what is noted is what the run has read, and the next run finds out.
func isStill(was fs.FileInfo, e fs.DirEntry) bool {
	if was == nil || !e.Type().IsRegular() {
		return false
	}
	is, err := e.Info()
	return err == nil && os.SameFile(was, is) && was.Size() == is.Size() && was.ModTime().Equal(is.ModTime())
}

// settled makes sure that a file has not changed since the run began. Where times are kept in seconds only, a change of the last
// two before it counts, too.
func (r *recorder) settled(path string) {
	info, err := os.Stat(path)
	if err != nil {
		r.fail("%v", err)
		return
	}
	changed := info.ModTime()
	if changed.Nanosecond() == 0 {
		changed = changed.Add(2 * time.Second)
	}
	if !changed.Before(r.time) {
		r.fail("%s has changed meanwhile", path)
	}
}
