package rewrite

// This file decorates annotated functions: it finds the node that each comment and line break belongs to.

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"sync"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
)

// A decoration is the syntax of the annotated functions of a file with their comments at their nodes.
type decoration struct {
	nodes map[ast.Node]dst.Node
	asts  map[dst.Node]ast.Node
	err   error
}

// decorate decorates functions one by one, as the time that it takes grows faster than the text.
func decorate(fset *token.FileSet, file *ast.File, funcs []*annotation) (d decoration) {
	whole := fset.File(file.FileStart)
	lines := whole.Lines()
	dec := decorator.NewDecorator(nil)
	size := 0
	for _, f := range funcs {
		size += int(f.decl.End() - f.decl.Pos())
	}
	nodes := size / 8 // about
	dec.Dst.Nodes, dec.Ast.Nodes = make(map[ast.Node]dst.Node, nodes), make(map[dst.Node]ast.Node, nodes)
	for _, f := range funcs {
		var part *ast.File
		dec.Fset, part = alone(whole, lines, file, f.decl)
		if _, err := dec.DecorateFile(part); err != nil {
			return decoration{err: err}
		}
	}
	for n := range dec.Ast.Nodes {
		clauseEnd(n)
	}
	return decoration{dec.Dst.Nodes, dec.Ast.Nodes, nil}
}

// clauseEnd gives what package decorator puts at the end of a clause to its last statement: a comment on the same line is about that.
func clauseEnd(n dst.Node) {
	var body []dst.Stmt
	switch n := n.(type) {
	case *dst.CaseClause:
		body = n.Body
	case *dst.CommClause:
		body = n.Body
	}
	if len(body) == 0 {
		return
	}
	from, to := n.Decorations(), body[len(body)-1].Decorations()
	to.End, from.End = append(to.End, from.End...), nil
}

// alone makes a file of a declaration with the comments in it, and a file set that knows only the lines that they are on. The
// declaration keeps its positions; the package clause stands in what was before it. There are no //line directives.
func alone(whole *token.File, lines []int, file *ast.File, decl ast.Decl) (*token.FileSet, *ast.File) {
	start, end := whole.Offset(decl.Pos()), whole.Offset(decl.End())
	line, found := slices.BinarySearch(lines, start)
	if !found {
		line--
	}
	beyond, _ := slices.BinarySearch(lines, end)
	part := &ast.File{Package: file.Package, Name: file.Name, Decls: []ast.Decl{decl}}
	from, offsets := lines[line]-len("package p\n"), lines[:beyond]
	if from < 0 {
		from = 0
	} else {
		part.Package = token.Pos(whole.Base() + from)
		part.Name = &ast.Ident{NamePos: part.Package + token.Pos(len("package ")), Name: "p"}
		offsets = []int{0}
		for _, l := range lines[line:beyond] {
			offsets = append(offsets, l-from)
		}
	}
	byPos := func(c *ast.CommentGroup, pos token.Pos) int { return cmp.Compare(c.Pos(), pos) }
	first, _ := slices.BinarySearchFunc(file.Comments, decl.Pos(), byPos)
	last, _ := slices.BinarySearchFunc(file.Comments, decl.End(), byPos)
	part.Comments = file.Comments[first:last]
	fset := token.NewFileSet()
	fset.AddFile(whole.Name(), whole.Base()+from, end-from).SetLines(offsets)
	return fset, part
}

// decorateLater has the functions decorated when that is first needed, and forgets the decoration that the file has.
func (sf *SourceFile) decorateLater(fset *token.FileSet) {
	funcs := slices.Clone(sf.annotated.funcs) // those at fault are taken out of it meanwhile
	sf.decoration = sync.OnceValue(func() decoration { return decorate(fset, sf.AST, funcs) })
}
