//go:build !js && !wasip1

package async_test

// This file checks the documentation of the package: that every exported name has some, which says who may call it, and that there is an
// example for what users call.

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// parsed reads the package. Its examples are those of all test files.
func parsed(t *testing.T, dir string) (pkg *doc.Package, examples []*doc.Example) {
	t.Helper()
	fset := token.NewFileSet()
	parse := func(filter func(fs.FileInfo) bool) (files []*ast.File) {
		pkgs, err := parser.ParseDir(fset, dir, filter, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pkgs {
			for _, f := range p.Files {
				files = append(files, f)
			}
		}
		return files
	}
	pkg, err := doc.NewFromFiles(fset, parse(func(f fs.FileInfo) bool {
		return !strings.HasSuffix(f.Name(), "_test.go") && f.Name() != "atomic_sim.go"
	}), "github.com/goawait/goawait/runtime/"+dir)
	if err != nil {
		t.Fatal(err)
	}
	return pkg, doc.Examples(parse(func(f fs.FileInfo) bool { return strings.HasPrefix(f.Name(), "example_") })...)
}

// A name is an exported name with its documentation.
type name struct {
	name, doc string
	of        string // doc of the type of a method
	value     bool   // a constant, variable or field
	method    bool
}

func names(pkg *doc.Package) (all []name) {
	add := func(n name) {
		n.doc, n.of = strings.Join(strings.Fields(n.doc), " "), strings.Join(strings.Fields(n.of), " ")
		if ast.IsExported(n.name[strings.LastIndexByte(n.name, '.')+1:]) {
			all = append(all, n)
		}
	}
	values := func(vs []*doc.Value) {
		for _, v := range vs {
			for _, s := range v.Decl.Specs {
				s := s.(*ast.ValueSpec)
				for _, id := range s.Names {
					add(name{name: id.Name, doc: v.Doc + s.Doc.Text() + s.Comment.Text(), value: true})
				}
			}
		}
	}
	funcs := func(fs []*doc.Func) {
		for _, f := range fs {
			add(name{name: f.Name, doc: f.Doc})
		}
	}
	values(pkg.Consts)
	values(pkg.Vars)
	funcs(pkg.Funcs)
	for _, typ := range pkg.Types {
		add(name{name: typ.Name, doc: typ.Doc})
		values(typ.Consts)
		values(typ.Vars)
		funcs(typ.Funcs)
		for _, m := range typ.Methods {
			add(name{name: typ.Name + "." + m.Name, doc: m.Doc, of: typ.Doc, method: true})
		}
		for _, f := range fields(typ) {
			for _, id := range f.Names {
				add(name{name: typ.Name + "." + id.Name, doc: f.Doc.Text() + f.Comment.Text(), value: true})
			}
		}
	}
	return all
}

// fields are the fields of a struct, or the methods of an interface.
func fields(typ *doc.Type) []*ast.Field {
	switch x := typ.Decl.Specs[0].(*ast.TypeSpec).Type.(type) {
	case *ast.StructType:
		return x.Fields.List
	case *ast.InterfaceType:
		return x.Methods.List
	}
	return nil
}

// internal says that a name is not for users.
var internalName = regexp.MustCompile(`for generated code|is for tests|is for test packages|is what test packages are made of`)

func (n name) internal() bool {
	return internalName.MatchString(n.doc) || internalName.MatchString(n.of)
}

func TestEveryNameIsDocumented(t *testing.T) {
	for dir, least := range map[string]int{".": 150, "asynctest": 3, "asynchttp": 1, "asynctrace": 1} {
		t.Run(dir, func(t *testing.T) { checkDocs(t, dir, least) })
	}
}

func checkDocs(t *testing.T, dir string, least int) {
	pkg, _ := parsed(t, dir)
	all := names(pkg)
	if len(all) < least {
		t.Fatal(len(all), "names")
	}
	if len(strings.Fields(pkg.Doc)) < 50 {
		t.Errorf("the package doc says little: %q", pkg.Doc)
	}
	self := regexp.MustCompile(`^(A |An |The )?(\S+)`)
	for _, n := range all {
		short := n.name[strings.LastIndexByte(n.name, '.')+1:]
		switch m := self.FindStringSubmatch(n.doc); {
		case strings.TrimSpace(n.doc) == "":
			t.Errorf("%s has no doc", n.name)
		case n.value:
		case m[2] != short:
			t.Errorf("the doc of %s does not begin with its name: %.40q", n.name, n.doc)
		case n.internal() || strings.Contains(n.doc, "goroutine") || strings.Contains(n.of, "may be called from any goroutine"):
		case ast.IsExported(short) && !n.method && isType(pkg, n.name):
		default:
			t.Errorf("the doc of %s does not say from where it may be called", n.name)
		}
	}
}

func isType(pkg *doc.Package, name string) bool {
	for _, typ := range pkg.Types {
		if typ.Name == name {
			return true
		}
	}
	return false
}

func TestEveryNameHasAnExample(t *testing.T) {
	pkg, examples := parsed(t, ".")
	has := map[string]bool{}
	for _, e := range examples {
		if e.Output == "" && !e.EmptyOutput {
			t.Errorf("Example%s does not check its output, and so is not run", e.Name)
		}
		first, _, _ := strings.Cut(e.Name, "_")
		has[first] = true
		has[strings.TrimPrefix(first, "New")] = true // a constructor and its type are shown together
		has["New"+first] = true
	}
	for _, n := range names(pkg) {
		if !n.value && !n.method && !n.internal() && !has[n.name] {
			t.Errorf("%s has no example", n.name)
		}
	}
}
