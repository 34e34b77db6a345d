package wide

// This file type-checks programs, with the export data of what they import.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

const (
	kitPath   = "github.com/goawait/goawait/internal/difftest/kit"
	asyncPath = "github.com/goawait/goawait/runtime"
)

// A Checker type-checks programs.
type Checker struct {
	fset *token.FileSet // of the last program
	imp  types.Importer
}

// NewChecker makes a checker for programs of the module in a folder. It builds what they import.
func NewChecker(root string) (*Checker, error) {
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}", "./internal/difftest/kit"}
	cmd := exec.Command("go", append(args, imported...)...)
	cmd.Dir = root
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v\n%s", err, errs.String())
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[path] = file
	}
	c := &Checker{}
	c.imp = importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(files[path]) })
	return c, nil
}

// Check parses and type-checks the source of a program. It gives all errors there are.
func (c *Checker) Check(src string) (*ast.File, *types.Info, []error) {
	c.fset = token.NewFileSet()
	file, err := parser.ParseFile(c.fset, "case.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, []error{err}
	}
	twins, err := parser.ParseFile(c.fset, "case_async.go", twinStubs(c.fset, file), parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, []error{err}
	}
	var errs []error
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Defs:  map[*ast.Ident]types.Object{},
		Uses:  map[*ast.Ident]types.Object{},
	}
	conf := types.Config{Importer: c.imp, Error: func(err error) { errs = append(errs, err) }}
	conf.Check("prog", c.fset, []*ast.File{file, twins}, info)
	return file, info, errs
}

// twinStubs writes twins that do nothing.
func twinStubs(fset *token.FileSet, file *ast.File) string {
	var b strings.Builder
	b.WriteString("package prog\n\nimport (\n\"context\"\n\"" + kitPath + "\"\nasync \"" + asyncPath + "\"\n)\n")
	text := func(n ast.Node) string {
		var out bytes.Buffer
		printer.Fprint(&out, fset, n)
		return out.String()
	}
	for _, d := range file.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Doc == nil || !strings.Contains(fd.Doc.List[len(fd.Doc.List)-1].Text, "goawait:async") {
			continue
		}
		b.WriteString("func ")
		if fd.Recv != nil {
			fmt.Fprintf(&b, "(_ %s) ", text(fd.Recv.List[0].Type))
		}
		b.WriteString(fd.Name.Name + "Async")
		if fd.Type.TypeParams != nil {
			fmt.Fprintf(&b, "[%s any]", fd.Type.TypeParams.List[0].Names[0].Name)
		}
		var params, results []string
		for _, p := range fd.Type.Params.List {
			params = append(params, "_ "+text(p.Type))
		}
		if fd.Type.Results != nil {
			for _, r := range fd.Type.Results.List {
				if text(r.Type) != "error" {
					results = append(results, text(r.Type))
				}
			}
		}
		result := "async.Void"
		switch n := len(results); {
		case n == 1:
			result = results[0]
		case n > 1:
			result = fmt.Sprintf("async.Tuple%d[%s]", n, strings.Join(results, ", "))
		}
		fmt.Fprintf(&b, "(%s) *async.Promise[%s] { panic(0) }\n", strings.Join(params, ", "), result)
	}
	return b.String()
}
