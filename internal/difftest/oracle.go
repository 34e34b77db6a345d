package difftest

// This file writes the twins of the oracle: straight from the syntax, into the source file itself, without types. Such a
// twin runs the blocking form on a goroutine.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"strings"
)

const (
	kitPath   = "github.com/goawait/goawait/internal/difftest/kit"
	asyncPath = "github.com/goawait/goawait/runtime"
)

// An annotated function, as its declaration spells it.
type annotated struct {
	decl   *ast.FuncDecl
	twin   string
	values int  // results without the error
	hasErr bool // the last result is an error
}

// findAnnotated parses a file and finds its annotated functions.
func findAnnotated(name, src string) (*token.FileSet, *ast.File, []annotated, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, nil, err
	}
	var found []annotated
	for _, d := range file.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Doc == nil {
			continue
		}
		for _, c := range fd.Doc.List {
			rest, ok := strings.CutPrefix(c.Text, "//goawait:async")
			if !ok {
				continue
			}
			a := annotated{decl: fd, twin: strings.TrimSpace(rest)}
			if a.twin == "" {
				a.twin = fd.Name.Name + "Async"
			}
			a.values, a.hasErr = countResults(fd.Type.Results)
			found = append(found, a)
		}
	}
	return fset, file, found, nil
}

func countResults(list *ast.FieldList) (values int, hasErr bool) {
	if list == nil {
		return 0, false
	}
	last, ok := list.List[len(list.List)-1].Type.(*ast.Ident)
	if ok && last.Name == "error" {
		return list.NumFields() - 1, true
	}
	return list.NumFields(), false
}

// withOracleTwins gives the source with a twin for each of its annotated functions. Lines keep their numbers.
func withOracleTwins(name, src string) (string, error) {
	fset, file, found, err := findAnnotated(name, src)
	if err != nil || len(found) == 0 {
		return src, err
	}
	at := fset.Position(file.Name.End()).Offset
	var b strings.Builder
	fmt.Fprintf(&b, "%s; import _okit %q; import _oasync %q%s\n", src[:at], kitPath, asyncPath, src[at:])
	for _, f := range found {
		writeOracleTwin(&b, fset, f)
	}
	return b.String(), nil
}

// writeOracleTwin writes
//
//	func fAsync(_a0 P) (_p *async.Promise[R]) {
//		_c := kit.NewCall(&_p)
//		_c.Go(func() { _c.V, _c.Err = f(_a0) })
//		return
//	}
func writeOracleTwin(b *strings.Builder, fset *token.FileSet, f annotated) {
	text := func(n ast.Node) string {
		var out bytes.Buffer
		printer.Fprint(&out, fset, n)
		return out.String()
	}
	callee := f.decl.Name.Name
	b.WriteString("\nfunc ")
	if f.decl.Recv != nil {
		fmt.Fprintf(b, "(_x %s) ", text(f.decl.Recv.List[0].Type))
		callee = "_x." + callee
	}
	b.WriteString(f.twin)
	if tps := f.decl.Type.TypeParams; tps != nil {
		var decl, names []string
		for _, field := range tps.List {
			for _, n := range field.Names {
				name := n.Name
				if name == "_" {
					name = fmt.Sprintf("_t%d", len(names))
				}
				names = append(names, name)
				decl = append(decl, name+" "+text(field.Type))
			}
		}
		fmt.Fprintf(b, "[%s]", strings.Join(decl, ", "))
		callee += "[" + strings.Join(names, ", ") + "]"
	}
	var params, args []string
	for _, field := range f.decl.Type.Params.List {
		for range max(1, len(field.Names)) {
			arg := fmt.Sprintf("_a%d", len(args))
			params = append(params, arg+" "+text(field.Type))
			if _, ok := field.Type.(*ast.Ellipsis); ok {
				arg += "..."
			}
			args = append(args, arg)
		}
	}
	var values []string
	if f.decl.Type.Results != nil {
		for _, field := range f.decl.Type.Results.List {
			for range max(1, len(field.Names)) {
				values = append(values, text(field.Type))
			}
		}
	}
	values = values[:f.values]
	result, targets := "struct{}", []string(nil)
	switch f.values {
	case 0:
	case 1:
		result, targets = values[0], []string{"_c.V"}
	default:
		result = fmt.Sprintf("_oasync.Tuple%d[%s]", f.values, strings.Join(values, ", "))
		for i := range values {
			targets = append(targets, fmt.Sprintf("_c.V.V%d", i+1))
		}
	}
	if f.hasErr {
		targets = append(targets, "_c.Err")
	}
	call := fmt.Sprintf("%s(%s)", callee, strings.Join(args, ", "))
	if len(targets) > 0 {
		call = strings.Join(targets, ", ") + " = " + call
	}
	fmt.Fprintf(b, "(%s) (_p *_oasync.Promise[%s]) {\n\t_c := _okit.NewCall(&_p)\n\t_c.Go(func() { %s })\n\treturn\n}\n",
		strings.Join(params, ", "), result, call)
}
