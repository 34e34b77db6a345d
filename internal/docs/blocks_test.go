package docs

// This file fills the blocks of the documents that show parts of the repository. A comment before the block says what it shows:
//
//	<!-- file: PATH -->               a file; "as NAME" behind it concerns commands_test.go
//	<!-- decls: PATH NAME… -->        declarations of a Go file, with their doc comments; methods are named T.Method
//	<!-- body: PATH NAME -->          the body of a function; of an Example, without the comment of its output
//	<!-- output: PATH NAME -->        what an Example prints, as its comment says
//
// and tables stand between such a comment and one with the word end.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goawait/goawait/rewrite"
)

var (
	block = regexp.MustCompile("(?ms)^<!-- (file|decls|body|output): ([^\n]*?) -->\n```(\\w+)\n.*?^```$")
	table = regexp.MustCompile(`(?ms)^<!-- (faults|twins) -->$.*?^<!-- end -->$`)
)

// TestBlocks compares the blocks with what they show.
func TestBlocks(t *testing.T) {
	for _, name := range documents {
		have := read(t, name)
		want := block.ReplaceAllStringFunc(have, func(text string) string {
			m := block.FindStringSubmatch(text)
			shown := show(t, m[1], strings.Fields(m[2]))
			return fmt.Sprintf("<!-- %s: %s -->\n```%s\n%s\n```", m[1], m[2], m[3], strings.TrimSuffix(shown, "\n"))
		})
		want = table.ReplaceAllStringFunc(want, func(text string) string {
			kind := table.FindStringSubmatch(text)[1]
			rows := rewrite.CatalogMarkdown()
			if kind == "twins" {
				rows = twins(t)
			}
			return fmt.Sprintf("<!-- %s -->\n%s<!-- end -->", kind, rows)
		})
		rewriteDocument(t, name, have, want)
	}
}

// TestGoBlocks looks for Go code that nobody compiles: every block of it has to show a part of the repository.
func TestGoBlocks(t *testing.T) {
	for _, name := range documents {
		if name == "docs/vet.md" { // made from the rules, whose tests have the code
			continue
		}
		text := read(t, name)
		shown := strings.Count(block.ReplaceAllString(text, ""), "\n```go\n")
		if shown > 0 {
			t.Errorf("%s has %d blocks of Go that are no parts of files", name, shown)
		}
	}
}

// show gives what a block shows.
func show(t *testing.T, kind string, args []string) string {
	t.Helper()
	text := read(t, args[0])
	if kind == "file" {
		return text
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, args[0], text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, name := range args[1:] {
		d := declaration(f, name)
		if d == nil {
			t.Fatalf("%s does not declare %s", args[0], name)
		}
		fn, _ := d.(*ast.FuncDecl)
		switch {
		case kind == "decls":
			parts = append(parts, text[start(fset, d):fset.Position(d.End()).Offset])
		case fn == nil:
			t.Fatalf("%s: %s is no function", args[0], name)
		default:
			body := text[fset.Position(fn.Body.Lbrace).Offset+1 : fset.Position(fn.Body.Rbrace).Offset]
			code, output, _ := strings.Cut(body, "\t// Output:")
			if kind == "output" {
				code = strings.ReplaceAll(output, "\t// ", "\t")
				code = strings.ReplaceAll(code, "\t//\n", "\n")
			}
			parts = append(parts, dedent(code))
		}
	}
	return strings.Join(parts, "\n\n")
}

// start is where a declaration begins, with its doc comment.
func start(fset *token.FileSet, d ast.Decl) int {
	pos := d.Pos()
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc != nil {
			pos = d.Doc.Pos()
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			pos = d.Doc.Pos()
		}
	}
	return fset.Position(pos).Offset
}

// declaration finds a declaration by the name of what it declares.
func declaration(f *ast.File, name string) ast.Decl {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if receiver(d)+d.Name.Name == name {
				return d
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if spec.Name.Name == name {
						return d
					}
				case *ast.ValueSpec:
					if spec.Names[0].Name == name {
						return d
					}
				}
			}
		}
	}
	return nil
}

// receiver is the name of a method's type and a dot, or empty.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	return typ.(*ast.Ident).Name + "."
}

func dedent(code string) string {
	lines := strings.Split(code, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(strings.TrimPrefix(line, "\t"), " \t")
	}
	return strings.TrimLeft(strings.Trim(strings.Join(lines, "\n"), "\n"), " ")
}

// twins is the table of signatures and those of their twins: the functions of testdata/twins, as goawait transpiles them.
func twins(t *testing.T) string {
	t.Helper()
	const file = "internal/docs/testdata/twins/twins.go"
	res, err := rewrite.Run(t.Context(), rewrite.Options{Patterns: []string{"./testdata/twins"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Error(d)
	}
	if len(res.Packages) != 1 || len(res.Packages[0].Files) != 1 {
		t.Fatalf("%s gives %+v", file, res.Packages)
	}
	out := res.Packages[0].Files[0]
	source, made := signatures(t, file, []byte(read(t, file))), signatures(t, filepath.Base(out.Path), out.Content)
	var b strings.Builder
	b.WriteString("| function | twin |\n|---|---|\n")
	if len(out.Funcs) != len(source) {
		t.Fatalf("%d functions, %d twins", len(source), len(out.Funcs))
	}
	for i, s := range source {
		twin, ok := find(made, out.Funcs[i].Twin)
		if !ok {
			t.Fatalf("no twin %s", out.Funcs[i].Twin)
		}
		fmt.Fprintf(&b, "| `%s` | `%s` |\n", s, twin)
	}
	return b.String()
}

// find looks for the signature of a function or method of that name.
func find(signatures []string, name string) (string, bool) {
	name = name[strings.LastIndex(name, ".")+1:]
	called := regexp.MustCompile(`^func (\([^)]*\) )?` + regexp.QuoteMeta(name) + `[\[(]`)
	for _, s := range signatures {
		if called.MatchString(s) {
			return s, true
		}
	}
	return "", false
}

// signatures are the first lines of a file's functions, in order.
func signatures(t *testing.T, name string, text []byte) (found []string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			line := text[fset.Position(d.Pos()).Offset:fset.Position(d.Body.Lbrace).Offset]
			found = append(found, string(bytes.TrimSpace(line)))
		}
	}
	return found
}
