package rewrite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
)

// TestDecorate compares functions that are decorated alone with those of a whole file.
func TestDecorate(t *testing.T) {
	sources := map[string]string{
		"one line":      "package p; func f() { /* a */ g(1, /* b */ 2) } // c\n",
		"second line":   "package\np; func f() { /* a */ g() }; func h() { g() /* b */ } // c\n",
		"short clause":  "package p\nfunc f() {\n\n\t// a\n\n\tg() // b\n\t// c\n\n}\n\n\t// d\n",
		"around":        "// a\n\npackage p // b\n\n// c\n\n// d\nfunc f() { // e\n\tg()\n\t// f\n} // g\n// h\n\n// i\nfunc h( /* j */ a /* k */ int, // l\n) /* m */ (int /* n */) /* o */ { /* p */ }\n// q",
		"hanging":       "package p\n\nfunc f() {\n\tswitch {\n\tcase a:\n\t\tg()\n\t\t// a\n\n\t// b\n\tcase b:\n\t\t// c\n\t// d\n\t}\n\tif a {\n\t\tg()\n\t\t// e\n\t}\n\t// f\n}\n\t// g\n// h\n",
		"ill indented":  "package p\n\n  func f() { if a {\n// a\n g()\n   // b\n } }\n   // c\n\n func (t T) h() { for { }\n\n\n }\n",
		"strings":       "package p\n\nconst x = `\n\n// a\n`\n\nfunc f() {\n\tg(`\n\n// b\n`, /* c\n\nd */ `\n`) // e\n}\n",
		"line":          "package p\n\n//line other.go:7\nfunc f() {\n\tg()\n\n//line other.go:1\n\tg()\n\t/*line x.go:2:3*/ g()\n}\n",
		"no body":       "package p\n\n// a\nfunc f() // b\n\n// c\nfunc g() int\n",
		"carriage":      "package p\r\n\r\n// a\r\nfunc f() { // b\r\n\r\n\tg()\r\n}\r\n",
		"empty comment": "package p\n\nfunc f() { //\n\t/**/\n}",
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources[name] = string(text)
	}
	for name, text := range sources {
		fset := token.NewFileSet()
		fset.AddFile("before.go", -1, 10)
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		fset.AddFile("behind.go", -1, 10)
		var funcs []*annotation
		for _, d := range file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				funcs = append(funcs, &annotation{decl: d})
			}
		}
		got := decorate(fset, file, funcs)
		if got.err != nil {
			t.Fatal(got.err)
		}
		lines := token.NewFileSet()
		whole := fset.File(file.FileStart)
		lines.AddFile(name, whole.Base(), whole.Size()).SetLines(whole.Lines())
		dec := decorator.NewDecorator(lines)
		if _, err := dec.DecorateFile(file); err != nil {
			t.Fatal(err)
		}
		for n := range dec.Ast.Nodes {
			clauseEnd(n)
		}
		for _, f := range funcs {
			a, b := got.nodes[f.decl].(*dst.FuncDecl), dec.Dst.Nodes[f.decl].(*dst.FuncDecl)
			a.Decs, b.Decs = dst.FuncDeclDecorations{}, dst.FuncDeclDecorations{} // of the function as a whole: twins have their own
			if !reflect.DeepEqual(a, b) {
				t.Errorf("%s: %s is decorated otherwise when it stands alone", name, f.decl.Name.Name)
			}
			if got.asts[got.nodes[f.decl.Type]] != f.decl.Type {
				t.Errorf("%s: the type of %s is lost", name, f.decl.Name.Name)
			}
		}
	}
}
