package rewrite

// This file type-checks packages: the user's files with stubs.

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// A checker type-checks the units of one listing.
type checker struct {
	l    *loader
	byID map[string]*listed
	*imports
}

func newChecker(l *loader) *checker {
	c := &checker{l: l, byID: map[string]*listed{}}
	for _, p := range l.listed {
		c.byID[p.ImportPath] = p
	}
	c.imports = newImports(c)
	return c
}

// A unit is one listed package with annotations: a package, the variant of one with its tests, or an external test.
type unit struct {
	*checker
	listed  *listed
	pkg     *Package
	sources []*annotated // all with annotations, those that another unit generates, too
	paths   []string     // of the user's files
	diags   []Diagnostic
	faulty  bool // no file of it may be touched
	again   bool // a stub was wrong about a result

	importing bool // it is type-checked for one that imports it
	outputs   map[string][]byte
}

// newUnit makes the unit of a listed package; nil if there is nothing to do for it.
func (c *checker) newUnit(p *listed) *unit {
	folder := c.l.folders[p.Dir]
	if !p.root() || folder == nil || p.Dir == "" {
		return nil
	}
	test := p.ForTest != ""
	if test && p.path() != p.ForTest && p.path() != p.ForTest+"_test" {
		return nil // rebuilt for a test of another package
	}
	u := c.bareUnit(p)
	var mine []*annotated
	for _, s := range u.sources {
		if test == strings.HasSuffix(s.path, "_test.go") && (c.l.only == nil || c.l.only[s.path]) {
			mine = append(mine, s)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	if !p.local() || c.foreign(p.Dir) {
		if p.wildcard() {
			return nil
		}
		u.diags = append(u.diags, Diagnostic{
			Pos: c.l.fset.PositionFor(mine[0].ast.Name.Pos(), false), Code: CodeForeignPlace,
			Message: fmt.Sprintf("package %s is not of your own modules, so nothing is written beside it", p.path()),
			Hint:    "copy it into your module, or replace its module by a local folder",
		})
	}
	for _, s := range mine {
		u.pkg.Sources = append(u.pkg.Sources, u.sourceFile(s))
	}
	return u
}

// bareUnit makes a unit that generates nothing.
func (c *checker) bareUnit(p *listed) *unit {
	u := &unit{checker: c, listed: p, outputs: map[string][]byte{}}
	u.pkg = &Package{
		Path: p.path(), Name: p.Name, Dir: p.Dir, Test: p.ForTest != "", Fset: c.l.fset, AsyncPath: AsyncPath, unit: u,
		Sizes: types.SizesFor("gc", c.l.goEnv.GOARCH),
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		u.pkg.GoVersion = "go" + p.Module.GoVersion
	}
	folder := c.l.folder(p.Dir)
	for _, path := range p.files() {
		if isTwinName(filepath.Base(path)) && slices.Contains(folder.twins, path) {
			continue
		}
		u.paths = append(u.paths, path)
		if s := folder.source(path); s != nil {
			u.sources = append(u.sources, s)
		}
	}
	return u
}

// newDependency makes the unit of a package that no pattern names, if syntax alone does not tell whether the results of its
// annotated functions end in an error.
func (c *checker) newDependency(p *listed) *unit {
	if folder := c.l.folders[p.Dir]; folder == nil || !p.local() || p.ForTest != "" || len(folder.sources) == 0 {
		return nil
	}
	u := c.bareUnit(p)
	for _, s := range u.sources {
		for _, a := range s.funcs {
			if types := resultTypes(a.decl.Type); len(types) > 0 && !c.l.known(a) && mayBeError(types[len(types)-1]) {
				return u
			}
		}
	}
	return nil
}

func (l *loader) known(a *annotation) bool {
	_, ok := l.results[a]
	return ok
}

// mayBeError reports whether a type could be an alias of error.
func mayBeError(t ast.Expr) bool {
	switch t := ast.Unparen(t).(type) {
	case *ast.Ident:
		return t.Name != "error" && types.Universe.Lookup(t.Name) == nil
	case *ast.SelectorExpr, *ast.IndexExpr, *ast.IndexListExpr:
		return true
	}
	return false
}

// checkResults finds stubs that are wrong about an error result. Whatever else is wrong with the package shows elsewhere.
func (u *unit) checkResults() {
	if u.syntax(); len(u.diags) > 0 {
		return
	}
	files, stubs := u.withStubs()
	u.pkg.Info = newInfo(files)
	u.pkg.Types, _ = u.typeCheck(files, stubs, u.pkg.Info)
	u.findFuncs(stubs)
}

// foreign reports whether a folder is one in which goawait never writes.
func (c *checker) foreign(dir string) bool {
	for _, top := range []string{c.l.goEnv.GOROOT, c.l.goEnv.GOMODCACHE} {
		if top != "" && (dir == top || strings.HasPrefix(dir, top+string(filepath.Separator))) {
			return true
		}
	}
	return false
}

func (u *unit) sourceFile(s *annotated) *SourceFile {
	sf := &SourceFile{Path: s.path, OutPath: s.out, AST: s.ast, Src: s.src, annotated: s}
	if s.ast == nil {
		return sf
	}
	sf.decorateLater(u.l.fset)
	sf.Cgo = importsC(s.ast)
	sf.Build = buildConstraint(s.ast)
	return sf
}

// check fills the package, or else the diagnostics.
func (u *unit) check() {
	u.syntax()
	if len(u.diags) > 0 {
		u.l.broken[u.listed.path()] = true
		return
	}
	u.names()
	files, stubs := u.withStubs()
	if len(u.pkg.Files) == 0 {
		return
	}
	u.pkg.Info = newInfo(files)
	var errs []Diagnostic
	u.pkg.Types, errs = u.typeCheck(files, stubs, u.pkg.Info)
	for i, f := range files { // what is known about the file with stubs holds for the user's file
		user := u.pkg.Files[i]
		u.pkg.Info.Scopes[user] = u.pkg.Info.Scopes[f]
		u.pkg.Info.FileVersions[user] = u.pkg.Info.FileVersions[f]
	}
	u.findFuncs(stubs)
	if u.again {
		return
	}
	for _, s := range u.sources {
		u.diags = append(u.diags, s.faults...)
	}
	u.diags = append(u.diags, u.dropConsequences(errs)...)
	u.l.broken[u.listed.path()] = u.l.broken[u.listed.path()] || len(u.diags) > 0 || u.faulty
	if len(errs) == 0 {
		u.checked[u.listed] = u.pkg.Types
		u.version()
		u.diags = append(u.diags, u.eachFunc(func(f *Func) []Diagnostic { return append(u.markers(f), u.nesting(f)...) })...)
	}
}

// eachFunc checks all annotated functions of the unit, several at a time.
func (u *unit) eachFunc(check func(*Func) []Diagnostic) []Diagnostic {
	var funcs []*Func
	for _, sf := range u.pkg.Sources {
		funcs = append(funcs, sf.Funcs...)
	}
	found := make([][]Diagnostic, len(funcs))
	parallel(len(funcs), func(i int) { found[i] = check(funcs[i]) })
	return slices.Concat(found...)
}

// version makes sure that package async is the one that generated code is made for.
func (u *unit) version() {
	for _, sf := range u.pkg.Sources {
		for _, f := range sf.Funcs {
			for _, p := range u.pkg.Types.Imports() {
				if p.Path() == AsyncPath && p.Scope().Lookup(generatedVersion) == nil {
					u.diags = append(u.diags, Diagnostic{
						Pos: u.l.fset.PositionFor(f.Directive.Pos(), false), Code: CodeVersion,
						Message: "the package async that this module requires is of another version than this goawait",
						Hint:    "run the goawait that the module requires: go tool goawait, or go run github.com/goawait/goawait/cmd/goawait",
					})
				}
			}
			return
		}
	}
}

// syntax parses all files.
func (u *unit) syntax() {
	for _, path := range u.paths {
		p := u.l.parse(path, nil)
		u.diags = append(u.diags, p.errors...)
		if p.ast != nil {
			u.pkg.Files = append(u.pkg.Files, p.ast)
		}
	}
	u.diags = append(u.diags, u.l.invalidFiles(u.listed)...)
	if e := u.listed.Error; e != nil && len(u.diags) == 0 && len(u.pkg.Files) != len(u.paths) {
		u.diags = append(u.diags, Diagnostic{Code: CodeGo, Message: strings.TrimSpace(e.Err), Pos: u.l.readPosition(e.Pos)})
	}
	for _, s := range u.sources {
		if s.ast == nil {
			u.diags = append(u.diags, s.errors...)
		}
	}
	if len(u.diags) == 0 && len(u.listed.CgoFiles) > 0 && u.cgoTypes() == nil {
		u.diags = u.cgoFaults()
	}
}

// A stub is the declaration that stands in for a twin.
type stub struct {
	*annotation
	decl *ast.FuncDecl
	step *ast.FuncDecl // of its step function
}

// withStubs gives the user's files, each with the stubs of its twins added.
func (u *unit) withStubs() (files []*ast.File, stubs []stub) {
	for i, path := range u.paths {
		file := u.pkg.Files[i]
		s := u.source(path)
		if s == nil || len(s.funcs) == 0 {
			files = append(files, file)
			continue
		}
		text := fmt.Sprintf("package p\nimport %s %q\n%s", stubImport, AsyncPath, u.l.stubs(s))
		made, err := parser.ParseFile(u.l.fset, path+stubSuffix, text, parser.SkipObjectResolution)
		if err != nil {
			u.diags = append(u.diags, Diagnostic{
				Pos: token.Position{Filename: path}, Code: CodeInternal, Message: "internal error of goawait: stubs: " + err.Error(),
			})
			continue
		}
		for i, a := range s.funcs {
			stubs = append(stubs, stub{a, made.Decls[1+2*i].(*ast.FuncDecl), made.Decls[2+2*i].(*ast.FuncDecl)})
		}
		both := *file
		both.Decls = append(slices.Clip(file.Decls), made.Decls...)
		both.Imports = append(slices.Clip(file.Imports), made.Imports...)
		files = append(files, &both)
	}
	return files, stubs
}

const stubSuffix = " (stubs)"

func (u *unit) source(path string) *annotated {
	for _, s := range u.sources {
		if s.path == path {
			return s
		}
	}
	return nil
}

// newInfo makes maps about as large as the files need them.
func newInfo(files []*ast.File) *types.Info {
	size := 0
	for _, f := range files {
		size += int(f.FileEnd - f.FileStart)
	}
	return &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue, size/10), Instances: map[*ast.Ident]types.Instance{},
		Defs: make(map[*ast.Ident]types.Object, size/32), Uses: make(map[*ast.Ident]types.Object, size/12),
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: make(map[ast.Node]*types.Scope, size/40), FileVersions: map[*ast.File]string{},
	}
}

// typeCheck checks files. The stubs and the info may be nil.
func (u *unit) typeCheck(files []*ast.File, stubs []stub, info *types.Info) (*types.Package, []Diagnostic) {
	var errs []Diagnostic
	conf := &types.Config{
		Importer:  u.importer(),
		Sizes:     u.pkg.Sizes,
		GoVersion: u.pkg.GoVersion,
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) {
				return
			}
			errs = u.addTypeError(errs, e, stubs)
		},
	}
	if len(u.listed.CgoFiles) > 0 {
		files = append(slices.Clip(files), u.cgoTypes())
		usesCgo(conf)
	}
	pkg, _ := conf.Check(u.listed.path(), u.l.fset, files, info)
	return pkg, u.dropRepeated(errs, stubs)
}

// dropRepeated drops errors in stubs that are in the heads of their functions, too.
func (u *unit) dropRepeated(errs []Diagnostic, stubs []stub) []Diagnostic {
	for _, s := range stubs {
		at := u.l.fset.PositionFor(s.directive.Pos(), false)
		head, body := u.l.fset.PositionFor(s.annotation.decl.Pos(), false), u.l.fset.PositionFor(s.annotation.decl.Body.Pos(), false)
		errs = slices.DeleteFunc(errs, func(d Diagnostic) bool {
			return d.Code == CodeNameTaken && d.Pos == at && slices.ContainsFunc(errs, func(e Diagnostic) bool {
				return e.Code == CodeGo && e.Pos.Filename == head.Filename && head.Offset <= e.Pos.Offset && e.Pos.Offset < body.Offset &&
					strings.HasSuffix(d.Message, ": "+e.Message)
			})
		})
	}
	return errs
}

// cgoTypes is the file in which cgo declares what the package uses of C; nil if cgo has failed. It is the first of the compiled
// files that is not one of the package's own; its name is that of an entry of the build cache.
func (u *unit) cgoTypes() *ast.File {
	if len(u.listed.CompiledGoFiles) <= len(u.listed.GoFiles) {
		return nil
	}
	return u.l.parse(u.listed.CompiledGoFiles[len(u.listed.GoFiles)], nil).ast
}

// cgoError matches what cgo and C compilers say about a place.
var cgoError = regexp.MustCompile(`^(.+\.go:\d+:\d+): (?:(?:fatal )?error: )?(.*)`)

// cgoFaults tells why cgo has failed.
func (u *unit) cgoFaults() (ds []Diagnostic) {
	text := "cgo has failed"
	for _, p := range []*listed{u.byID["runtime/cgo"], u.listed} {
		if p != nil && p.Error != nil {
			text = strings.TrimSpace(p.Error.Err)
		}
	}
	if first, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(first, "# ") { // the name of the package
		text = rest
	}
	for line := range strings.Lines(text) {
		m := cgoError.FindStringSubmatch(strings.TrimSpace(line))
		if m != nil && !strings.HasPrefix(m[2], "note: ") && !strings.HasPrefix(m[2], "warning: ") {
			ds = append(ds, Diagnostic{Pos: u.l.readPosition(m[1]), Code: CodeGo, Message: m[2]})
		}
	}
	if len(ds) == 0 {
		ds = []Diagnostic{{Pos: token.Position{Filename: filepath.Join(u.listed.Dir, u.listed.CgoFiles[0])}, Code: CodeGo, Message: text}}
	}
	return ds
}

// usesCgo has the type checker take C.x for _Cfunc_x, _Ctype_x and so on. There is no other door to it.
func usesCgo(conf *types.Config) {
	if f := reflect.ValueOf(conf).Elem().FieldByName("go115UsesCgo"); f.IsValid() {
		*(*bool)(f.Addr().UnsafePointer()) = true
	}
}

// addTypeError adds an error of the type checker. One in a stub is about its annotation.
func (u *unit) addTypeError(errs []Diagnostic, e types.Error, stubs []stub) []Diagnostic {
	pos := e.Fset.PositionFor(e.Pos, false)
	if msg, ok := strings.CutPrefix(e.Msg, "\t"); ok && len(errs) > 0 {
		last := &errs[len(errs)-1]
		if !strings.HasSuffix(pos.Filename, stubSuffix) {
			if rest, ok := strings.CutPrefix(pos.Filename, "$GOROOT"); ok { // as export data have it
				pos.Filename = u.l.goEnv.GOROOT + filepath.FromSlash(rest)
			}
			last.Related = append(last.Related, Related{pos, msg})
		}
		return errs
	}
	for _, s := range stubs {
		at := e.Fset.PositionFor(s.directive.Pos(), false)
		inStep := s.step.Pos() <= e.Pos && e.Pos < s.step.End()
		if inStep && slices.ContainsFunc(errs, func(d Diagnostic) bool { return d.Pos == at && d.Code == CodeNameTaken }) {
			return errs // has the same fault as the twin
		}
		if inStep || s.decl.Pos() <= e.Pos && e.Pos < s.decl.End() {
			return append(errs, Diagnostic{
				Pos: at, Code: CodeNameTaken,
				Message: fmt.Sprintf("there can be no twin %s: %s", s.twin, e.Msg), Hint: "name it with //goawait:async Name",
			})
		}
	}
	for _, s := range stubs { // the import of package async may be the stubs' alone
		if at := e.Fset.PositionFor(s.directive.Pos(), false); at.Filename+stubSuffix == pos.Filename {
			pos = at
			break
		}
	}
	return append(errs, Diagnostic{Pos: pos, Code: CodeGo, Message: e.Msg})
}

// dropConsequences drops errors that only follow from other faults: packages that are faulty themselves, and twins of
// annotations that are.
func (u *unit) dropConsequences(errs []Diagnostic) (out []Diagnostic) {
	missing := map[string]bool{}
	for _, s := range u.sources {
		for _, d := range s.ast.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && slices.ContainsFunc(s.faults, func(f Diagnostic) bool {
				line := u.l.fset.PositionFor(fd.Pos(), false).Line
				return fd.Doc != nil && f.Pos.Line <= line && f.Pos.Line >= u.l.fset.PositionFor(fd.Doc.Pos(), false).Line
			}) {
				missing[fd.Name.Name+"Async"] = true
			}
		}
	}
	var passedOn []Diagnostic
	for _, e := range errs {
		if strings.Contains(e.Message, "\n\thave ((") { // the operand of an await in there has an error of its own
			passedOn = append(passedOn, e)
			continue
		}
		if path, ok := strings.CutPrefix(e.Message, "could not import "); ok {
			path, _, _ = strings.Cut(path, " ")
			if u.l.broken[path] {
				u.faulty = true
				continue
			}
		}
		if name, ok := strings.CutPrefix(e.Message, "undefined: "); ok {
			pkg, _, qualified := strings.Cut(name, ".")
			if missing[name] || qualified && u.importsBroken(pkg) {
				u.faulty = true
				continue
			}
		}
		if e.Hint == "" {
			e.Hint = u.hint(e.Message)
		}
		out = append(out, e)
	}
	if len(out) == 0 && !u.faulty {
		return passedOn
	}
	return out
}

// importsBroken reports whether a faulty package of that name is imported.
func (u *unit) importsBroken(name string) bool {
	for _, imp := range u.pkg.Types.Imports() {
		if imp.Name() == name && u.l.broken[imp.Path()] {
			return true
		}
	}
	return false
}

// hint is what to do about a twin that does not exist because its function has no annotation.
func (u *unit) hint(msg string) string {
	name, ok := strings.CutPrefix(msg, "undefined: ")
	if !ok {
		return ""
	}
	name, ok = strings.CutSuffix(name, "Async")
	if ok && u.pkg.Types != nil && u.pkg.Types.Scope().Lookup(name) != nil {
		return fmt.Sprintf("if it should be the twin of %s, annotate that with //goawait:async", name)
	}
	return ""
}
