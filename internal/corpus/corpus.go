// Package corpus pushes code that was written for something else through goawait: packages of the standard library and modules of others. Their
// functions become async ones, and their own tests then run on the twins.
//
// A function F of a package is renamed to F_b and annotated, and a new F takes its place, which calls the twin and waits for it. So everybody
// who calls F gets its async form, tests included:
//
//	//goawait:async
//	func Index_b(s []byte, at int) (int, error) {
//		xasync.Must(xasync.Await(xasync.Yield(nil))) // put in
//		return xasync.Must(xasync.Await(search_bAsync(s, at))), nil // was: search(s, at)
//	}
//
//	func Index(s []byte, at int) (int, error) { return xasync.Await(Index_bAsync(s, at)) }
//
// In its body, awaits are put in at random: as statements, around calls, as async blocks, and for calls of other functions of the package. The twins run on the
// default pool, and whoever calls F blocks. A test does not end if it has the pool wait for something in a function literal, where nothing is
// async; nor can a test pass that looks at its stack, counts allocations or prints its import path.
package corpus

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// suffix is what the name of an annotated function ends in.
const suffix = "_b"

// Tested are packages of the standard library that import nothing internal, with tests that do not either and that mind no types but the
// package's own.
var Tested = []string{
	"container/heap", "container/list", "container/ring", "encoding/ascii85", "encoding/base32", "encoding/csv", "encoding/hex",
	"encoding/pem", "encoding/xml", "go/build/constraint", "go/format", "html", "image/color", "image/png", "index/suffixarray", "math/cmplx",
	"mime/quotedprintable", "net/mail", "regexp/syntax", "text/scanner", "text/tabwriter", "text/template/parse", "testing/iotest",
	"testing/quick",
}

// Compiled are those whose tests cannot run in another module.
var Compiled = []string{
	"bufio", "compress/bzip2", "compress/flate", "compress/gzip", "compress/lzw", "compress/zlib", "database/sql/driver", "debug/dwarf",
	"encoding/binary", "flag", "go/ast", "go/constant", "go/doc/comment", "go/printer", "go/token", "image", "io", "mime", "net/http/fcgi",
	"net/rpc", "net/smtp", "regexp", "testing/fstest", "unicode", "unicode/utf16", "unicode/utf8",
}

// Write writes packages of the standard library as the module example.com/corpus in dir, with awaits chosen by seed. The module at root is
// goawait's.
func Write(dir, root string, paths []string, seed uint64) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	mod := "module example.com/corpus\n\ngo 1.26.0\n" + requirement(root)
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666); err != nil {
		return err
	}
	pkgs, err := load("", paths)
	if err != nil {
		return err
	}
	for _, p := range pkgs {
		from, to := filepath.Dir(p.GoFiles[0]), filepath.Join(dir, filepath.FromSlash(p.PkgPath))
		err := os.MkdirAll(to, 0o777)
		if err == nil {
			err = convert(p, to, seed)
		}
		if err == nil {
			err = copyTests(from, to, p.PkgPath)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.PkgPath, err)
		}
	}
	return nil
}

// WriteModule writes the module in the folder from, with all that is in it, to dir, as Write does.
func WriteModule(dir, root, from string, seed uint64) error {
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		return err
	}
	for name, more := range map[string]string{"go.mod": requirement(root), "go.sum": ""} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		if name == "go.sum" {
			sums, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				return err
			}
			more = string(sums)
		}
		if err := os.WriteFile(filepath.Join(dir, name), append(text, more...), 0o666); err != nil {
			return err
		}
	}
	pkgs, err := load(dir, []string{"./..."})
	if err != nil {
		return err
	}
	for _, p := range pkgs {
		if err := convert(p, filepath.Dir(p.GoFiles[0]), seed); err != nil {
			return fmt.Errorf("%s: %w", p.PkgPath, err)
		}
	}
	return nil
}

// requirement is what a go.mod file says of goawait.
func requirement(root string) string {
	return "\nrequire github.com/goawait/goawait v0.0.0\n\nreplace github.com/goawait/goawait => " + root + "\n"
}

// load gives the packages without those that have no files, or that do not compile here.
func load(dir string, patterns []string) ([]*packages.Package, error) {
	pkgs, err := packages.Load(&packages.Config{
		Dir: dir, Env: append(os.Environ(), "GOFLAGS=-mod=mod"),
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo |
			packages.NeedImports | packages.NeedCompiledGoFiles,
	}, patterns...)
	return slices.DeleteFunc(pkgs, func(p *packages.Package) bool {
		return len(p.Errors) > 0 || len(p.GoFiles) == 0 || !slices.Equal(p.GoFiles, p.CompiledGoFiles)
	}), err
}

// convert writes the files of a package with awaits to a folder.
func convert(p *packages.Package, to string, seed uint64) error {
	c := &converter{pkg: p, chosen: map[*types.Func]bool{}}
	for _, f := range p.Syntax {
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && c.suits(fd) {
				c.chosen[p.TypesInfo.Defs[fd.Name].(*types.Func)] = true
			}
		}
	}
	for i, f := range p.Syntax {
		text, err := os.ReadFile(p.CompiledGoFiles[i])
		if err != nil {
			return err
		}
		name := filepath.Base(p.CompiledGoFiles[i])
		h := fnv.New64a()
		h.Write([]byte(p.PkgPath + "/" + name))
		c.random = rand.New(rand.NewPCG(seed, h.Sum64()))
		c.sparse = []int{4, 12, 40}[c.random.IntN(3)]
		path := filepath.Join(to, name)
		os.Chmod(path, 0o666) // a copy may not be writable
		if err := os.WriteFile(path, c.file(f, text), 0o666); err != nil {
			return err
		}
	}
	later := "package " + p.Name + "\n\nimport xasync \"github.com/goawait/goawait/runtime\"\n" + later
	return os.WriteFile(filepath.Join(to, "xlater.go"), []byte(later), 0o666)
}

// later makes a promise that settles in a later turn.
const later = `
func xlater[T any](v T) *xasync.Promise[T] {
	return xasync.Then(xasync.Yield(nil), func(xasync.Void) (T, error) { return v, nil })
}
`

// copyTests copies what the tests of a package need. Those of another package get the new import path.
func copyTests(from, to, path string) error {
	out, err := exec.Command("go", "list", "-f", "{{range .TestGoFiles}}{{.}}\n{{end}}{{range .XTestGoFiles}}{{.}}\n{{end}}{{range .EmbedFiles}}{{.}}\n{{end}}", path).Output()
	if err != nil {
		return err
	}
	if slices.Contains(Tested, path) {
		for _, name := range strings.Fields(string(out)) {
			text, err := os.ReadFile(filepath.Join(from, name))
			if err != nil {
				return err
			}
			text = []byte(strings.ReplaceAll(string(text), "\""+path+"\"", "\"example.com/corpus/"+path+"\""))
			if err := os.WriteFile(filepath.Join(to, name), text, 0o666); err != nil {
				return err
			}
		}
	}
	if _, err := os.Stat(filepath.Join(from, "testdata")); err == nil {
		return os.CopyFS(filepath.Join(to, "testdata"), os.DirFS(filepath.Join(from, "testdata")))
	}
	return nil
}

// A converter puts awaits into the files of a package.
type converter struct {
	pkg    *packages.Package
	chosen map[*types.Func]bool
	random *rand.Rand
	sparse int // one place in about so many gets an await
	edits  []edit
	blocks bool // the file has async blocks
}

// An edit puts text in the place of what stands between two offsets. Of those at the same offset, the one that comes first stands first.
type edit struct {
	from, to int
	text     string
}

func (c *converter) offset(p token.Pos) int { return c.pkg.Fset.PositionFor(p, false).Offset }

func (c *converter) put(at token.Pos, text string) {
	c.edits = append(c.edits, edit{c.offset(at), c.offset(at), text})
}

// suits tells whether a function can be annotated and renamed.
func (c *converter) suits(d *ast.FuncDecl) bool {
	if d.Body == nil || d.Name.Name == "_" || d.Name.Name == "init" || d.Name.Name == "main" || len(values(d)) > 4 {
		return false
	}
	if d.Doc != nil {
		for _, l := range d.Doc.List {
			if strings.HasPrefix(l.Text, "//go:") {
				return false
			}
		}
	}
	recovers := false // that works only in the function that a defer statement calls
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false
		}
		if id, ok := n.(*ast.Ident); ok {
			if b, ok := c.pkg.TypesInfo.Uses[id].(*types.Builtin); ok && b.Name() == "recover" {
				recovers = true
			}
		}
		return true
	})
	return !recovers
}

// values are the types of the results but for a last error.
func values(d *ast.FuncDecl) (list []ast.Expr) {
	if d.Type.Results == nil {
		return nil
	}
	for _, f := range d.Type.Results.List {
		for range max(1, len(f.Names)) {
			list = append(list, f.Type)
		}
	}
	if fails(d) {
		list = list[:len(list)-1]
	}
	return list
}

// fails tells whether the last result is an error.
func fails(d *ast.FuncDecl) bool {
	if d.Type.Results.NumFields() == 0 {
		return false
	}
	id, ok := d.Type.Results.List[len(d.Type.Results.List)-1].Type.(*ast.Ident)
	return ok && id.Name == "error"
}

// file gives the text of f with awaits.
func (c *converter) file(f *ast.File, text []byte) []byte {
	c.edits, c.blocks = nil, false
	var wrappers strings.Builder
	for _, d := range f.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Body == nil {
			continue
		}
		obj, _ := c.pkg.TypesInfo.Defs[fd.Name].(*types.Func)
		if !c.chosen[obj] {
			continue
		}
		c.put(fd.Type.Pos(), "//goawait:async\n")
		c.put(fd.Name.End(), suffix)
		c.body(fd.Body)
		wrappers.WriteString(c.wrapper(fd, text))
	}
	if wrappers.Len() == 0 {
		return text
	}
	if c.blocks {
		c.put(f.Name.End(), "\n\nimport xcontext \"context\"")
	}
	c.put(f.Name.End(), "\n\nimport xasync \"github.com/goawait/goawait/runtime\"")
	slices.SortStableFunc(c.edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	at := 0
	for _, e := range c.edits {
		b.Write(text[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(text[at:])
	b.WriteString("\nvar _ = xasync.Pending\n")
	b.WriteString(wrappers.String())
	return []byte(b.String())
}

// wrapper is what takes the place of a function: it waits for its twin.
func (c *converter) wrapper(d *ast.FuncDecl, text []byte) string {
	source := func(n ast.Node) string { return string(text[c.offset(n.Pos()):c.offset(n.End())]) }
	var b strings.Builder
	b.WriteString("\nfunc ")
	callee := ""
	if d.Recv != nil {
		fmt.Fprintf(&b, "(xrecv %s) ", source(d.Recv.List[0].Type))
		callee = "xrecv."
	}
	b.WriteString(d.Name.Name)
	callee += d.Name.Name + suffix + "Async"
	if d.Type.TypeParams != nil {
		b.WriteString(source(d.Type.TypeParams))
		var names []string
		for _, f := range d.Type.TypeParams.List {
			for _, n := range f.Names {
				names = append(names, n.Name)
			}
		}
		callee += "[" + strings.Join(names, ", ") + "]"
	}
	b.WriteString("(")
	var args []string
	for _, f := range d.Type.Params.List {
		for range max(1, len(f.Names)) {
			name := fmt.Sprintf("xarg%d", len(args))
			fmt.Fprintf(&b, "%s %s, ", name, source(f.Type))
			if _, variadic := f.Type.(*ast.Ellipsis); variadic {
				name += "..."
			}
			args = append(args, name)
		}
	}
	b.WriteString(") (")
	vs, failing := values(d), fails(d)
	for _, v := range vs {
		b.WriteString(source(v) + ", ")
	}
	if failing {
		b.WriteString("error")
	}
	call := form(len(vs), failing, callee+"("+strings.Join(args, ", ")+")")
	if len(vs) > 0 || failing {
		call = "return " + call
	}
	fmt.Fprintf(&b, ") { %s }\n", call)
	return b.String()
}

// form is an await of a call of a twin with so many values and maybe an error, of the same form as the plain call.
func form(values int, failing bool, call string) string {
	n := ""
	if values > 1 {
		n = fmt.Sprint(values)
	}
	call = "xasync.Await" + n + "(" + call + ")"
	switch {
	case failing && values > 0:
		return call
	case failing:
		return "func(_ xasync.Void, err error) error { return err }(" + call + ")"
	default:
		return "xasync.Must" + n + "(" + call + ")"
	}
}

// body puts awaits into a block.
func (c *converter) body(b *ast.BlockStmt) {
	deferred := map[*ast.FuncLit]bool{}
	called := map[*ast.CallExpr]bool{} // by a defer or go statement
	statements := map[*ast.CallExpr]bool{}
	ast.Inspect(b, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return deferred[n]
		case *ast.DeferStmt:
			called[n.Call] = true
			if lit, ok := n.Call.Fun.(*ast.FuncLit); ok {
				deferred[lit] = true
			}
		case *ast.GoStmt:
			called[n.Call] = true
		case *ast.ExprStmt:
			if call, ok := n.X.(*ast.CallExpr); ok {
				statements[call] = true
			}
		case *ast.BlockStmt:
			c.list(n.List)
		case *ast.CaseClause:
			c.list(n.Body)
		case *ast.CommClause:
			c.list(n.Body)
		case *ast.CallExpr:
			if !called[n] {
				c.call(n, statements[n])
			}
		}
		return true
	})
}

// list puts awaits before statements.
func (c *converter) list(list []ast.Stmt) {
	for _, s := range list {
		if _, clause := s.(*ast.CaseClause); clause {
			return
		}
		if _, clause := s.(*ast.CommClause); clause {
			return
		}
		switch c.random.IntN(c.sparse) {
		case 0:
			c.put(s.Pos(), "xasync.Must(xasync.Await(xasync.Yield(nil))); ")
		case 1:
			c.put(s.Pos(), "xasync.Must(xasync.Await(xasync.Resolve(0))); ")
		}
	}
}

// call makes a call of a function of the package one of its twin, or awaits what another one gives, or puts it into an async block.
func (c *converter) call(n *ast.CallExpr, statement bool) {
	info := c.pkg.TypesInfo
	var name *ast.Ident
	switch fun := ast.Unparen(n.Fun).(type) {
	case *ast.Ident:
		name = fun
	case *ast.SelectorExpr:
		name = fun.Sel
	}
	if name != nil {
		if obj, ok := info.Uses[name].(*types.Func); ok && c.chosen[obj.Origin()] && c.random.IntN(4) > 0 {
			sig := obj.Signature()
			count, failing := sig.Results().Len(), false
			if count > 0 && types.Identical(sig.Results().At(count-1).Type(), types.Universe.Lookup("error").Type()) {
				count, failing = count-1, true
			}
			before, after, _ := strings.Cut(form(count, failing, "\x00"), "\x00")
			c.put(n.Pos(), before)
			c.put(name.End(), suffix+"Async")
			c.put(n.End(), after)
			return
		}
	}
	tv := info.Types[n]
	if statement || !tv.IsValue() || tv.Value != nil || info.Types[n.Fun].IsType() || info.Types[n.Fun].IsBuiltin() {
		return
	}
	if _, tuple := tv.Type.(*types.Tuple); tuple {
		return
	}
	if b, ok := tv.Type.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return
	}
	switch c.random.IntN(2 * c.sparse) {
	case 0, 1:
		c.put(n.Pos(), "xasync.Must(xasync.Await(xasync.Resolve(")
		c.put(n.End(), ")))")
	case 2:
		c.put(n.Pos(), "xasync.Must(xasync.Await(xlater(")
		c.put(n.End(), ")))")
	case 3:
		b, basic := tv.Type.(*types.Basic)
		if !basic {
			return
		}
		if _, obj := c.pkg.Types.Scope().Innermost(n.Pos()).LookupParent(b.Name(), n.Pos()); obj != types.Universe.Lookup(b.Name()) {
			return
		}
		c.blocks = true
		c.put(n.Pos(), "xasync.Must(xasync.Await(xasync.Start(nil, func(xcontext.Context) ("+b.Name()+", error) { return ")
		c.put(n.End(), ", nil })))")
	}
}
