package statemachine_test

// This file compares the documentation of the package with what the code gives.

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goawait/goawait/rewrite"
	"github.com/goawait/goawait/statemachine"
)

var update = flag.Bool("update", false, "rewrite the blocks of doc.go that show source, plan and emitted code, and the plans of testdata")

var walk = filepath.Join("testdata", "walk")

// plan builds the machine of a function that the documentation shows, and prints it. code is the text of the twins.
func plan(t *testing.T, function, code string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(walk, "walk.go"))
	if err != nil {
		t.Fatal(err)
	}
	return build(t, function, string(src), code).String()
}

// build makes the machine of a function, or of the last declaration if the name is empty. The function is in the first of the files.
func build(t *testing.T, function string, texts ...string) *statemachine.Machine {
	t.Helper()
	return buildParts(t, 0, function, texts...)
}

// buildParts does so with parts of a size.
func buildParts(t *testing.T, size int, function string, texts ...string) *statemachine.Machine {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for i, text := range texts {
		file, err := parser.ParseFile(fset, fmt.Sprintf("file%d.go", i), text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, Instances: map[*ast.Ident]types.Instance{},
	}
	pkg, err := (&types.Config{Importer: sourceImporter}).Check("walk", fset, files, info)
	if err != nil {
		t.Fatal(err)
	}
	var fn *ast.FuncDecl
	for _, d := range files[0].Decls {
		if d, ok := d.(*ast.FuncDecl); ok && (function == "" || d.Name.Name == function) {
			fn = d
		}
	}
	i := slices.IndexFunc(pkg.Imports(), func(p *types.Package) bool { return p.Name() == "async" })
	src := &statemachine.Source{
		Name: fn.Name.Name, Fset: fset, Info: info, Pkg: pkg, Decl: fn, Type: fn.Type, Body: fn.Body,
		Arity:        func(c *ast.CallExpr) int { return arity(info, c) },
		Step:         hasStep,
		IsBlock:      func(*ast.FuncLit) bool { return false },
		Async:        pkg.Imports()[i],
		PerIteration: true,
		PartSize:     size,
	}
	src.Gather()
	m, err := statemachine.Build(src)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sourceImporter type-checks every package once.
var sourceImporter = importer.ForCompiler(token.NewFileSet(), "source", nil)

// arity knows one marker.
func arity(info *types.Info, c *ast.CallExpr) int {
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		return 0
	}
	if fn, ok := info.Uses[sel.Sel].(*types.Func); ok && fn.Pkg().Name() == "async" && fn.Name() == "Await" {
		return 1
	}
	return 0
}

// hasStep knows the function call of the plans, and twins.
func hasStep(c *ast.CallExpr) bool {
	switch fun := c.Fun.(type) {
	case *ast.Ident:
		return fun.Name == "call"
	case *ast.SelectorExpr:
		return strings.HasSuffix(fun.Sel.Name, "Async")
	}
	return false
}

// twin generates the twins of the functions and compares them with the file on disk.
func twin(t *testing.T) string {
	t.Helper()
	res, err := rewrite.Run(t.Context(), rewrite.Options{Patterns: []string{"./testdata/walk"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Diagnostics) > 0 || len(res.Packages) != 1 || len(res.Packages[0].Files) != 1 {
		t.Fatalf("unexpected result: %v, %d packages", res.Diagnostics, len(res.Packages))
	}
	f := res.Packages[0].Files[0]
	if !bytes.Equal(f.Content, f.Old) {
		if !*update {
			t.Fatalf("%s is stale; run the test with -update", f.Path)
		}
		if err := os.WriteFile(f.Path, f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return string(f.Content)
}

// inParts generates the twins with parts of one state each.
func inParts(t *testing.T) string {
	t.Helper()
	res, err := rewrite.Run(t.Context(), rewrite.Options{Patterns: []string{"./testdata/walk"}, PartSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Diagnostics) > 0 {
		t.Fatal(res.Diagnostics)
	}
	return string(res.Packages[0].Files[0].Content)
}

// cut gives the part of text from the line that begins with from up to the line "}".
func cut(t *testing.T, text, from string) string {
	t.Helper()
	i := strings.Index(text, "\n"+from)
	if i < 0 {
		t.Fatalf("nothing begins with %q", from)
	}
	rest := text[i+1:]
	end := strings.Index(rest, "\n}\n")
	if end < 0 {
		t.Fatalf("what begins with %q does not end", from)
	}
	return rest[:end+len("\n}\n")]
}

// TestDoc compares each block of the documentation, found by its heading.
func TestDoc(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(walk, "walk.go"))
	if err != nil {
		t.Fatal(err)
	}
	code, parts := twin(t), inParts(t)
	text := plan(t, "total", code)
	head, ops, _ := strings.Cut(text, "\n\tsum :=")
	ops = "\tsum :=" + ops
	_, vars, _ := strings.Cut(head, "\n")
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	got := string(doc)
	for _, b := range []struct{ title, want string }{
		{"Source", "//goawait:async\n" + cut(t, string(source), "func total")},
		{"Operations", ops},
		{"Slots", strings.TrimPrefix(strings.ReplaceAll(vars, "\n\t", "\n"), "\t") + "\n"},
		{"Frame", cut(t, code, "type totalFrame") + "\n" + cut(t, code, "func totalAsync(") + "\n" + cut(t, code, "func (f *totalFrame) Resume")},
		{"Emitted code", cut(t, code, "func totalAsyncStep")},
		{"Deferred calls", "//goawait:async\n" + cut(t, string(source), "func taxed") + "\n" + cut(t, code, "type taxedFrame") + "\n" +
			cut(t, code, "func taxedAsync(") + "\n" + cut(t, code, "func taxedAsyncStep") + "\n" + cut(t, code, "func (f *taxedFrame) Resume")},
		{"Parts", cut(t, parts, "func (f *totalFrame) Resume") + "\n" + cut(t, parts, "func (f *totalFrame) part1") + "\n" +
			cut(t, parts, "func (f *totalFrame) part2")},
	} {
		got = replaceBlock(t, got, b.title, b.want)
	}
	quoted(t, string(doc), text+code)
	if got == string(doc) {
		return
	}
	if !*update {
		t.Fatalf("doc.go does not show what the code gives; run the test with -update. It should be:\n%s", got)
	}
	if err := os.WriteFile("doc.go", []byte(got), 0o666); err != nil {
		t.Fatal(err)
	}
}

// quoted looks for every line of every block: those that are not compared as a whole quote the plan or the code.
func quoted(t *testing.T, doc, where string) {
	t.Helper()
	for _, title := range []string{"Awaits lifted", "Live sets"} {
		lines, from, to := section(t, doc, title)
		for _, line := range lines[from:to] {
			if line = strings.TrimSpace(strings.TrimPrefix(line, "//")); line != "" && !strings.Contains(where, line+"\n") {
				t.Errorf("under %s, this line is not what the code gives: %s", title, line)
			}
		}
	}
}

// section gives the lines of a document and the place of the indented block under a heading.
func section(t *testing.T, doc, title string) (lines []string, from, to int) {
	t.Helper()
	lines = strings.Split(doc, "\n")
	i := 0
	for ; i < len(lines) && lines[i] != "// # "+title; i++ {
	}
	for ; i < len(lines) && !strings.HasPrefix(lines[i], "//\t"); i++ {
	}
	from, to = i, i
	for ; i < len(lines) && !strings.HasPrefix(lines[i], "// #") && strings.HasPrefix(lines[i], "//"); i++ {
		if strings.HasPrefix(lines[i], "//\t") {
			to = i + 1
		}
	}
	if from == to {
		t.Fatalf("doc.go has no block under %q", title)
	}
	return lines, from, to
}

func replaceBlock(t *testing.T, doc, title, want string) string {
	lines, from, to := section(t, doc, title)
	var block []string
	for line := range strings.SplitSeq(strings.TrimSuffix(want, "\n"), "\n") {
		block = append(block, strings.TrimRight("//\t"+line, "\t "))
	}
	return strings.Join(append(append(lines[:from:from], block...), lines[to:]...), "\n")
}
