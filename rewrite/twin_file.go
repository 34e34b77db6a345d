package rewrite

// This file holds the twin file while it is made: its declarations and its imports.

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/dst"
)

// A twinFile is one output file in the making. What adds to it:
//
//	copy, copyInner, plain   dst copies of the source's syntax, with comments or without (twin_copy.go)
//	pkgRef, async            references to other packages, imported when first used
//	typeExpr                 a types.Type in the source's spelling (twin_types.go)
//	fresh, freshIn           names that nothing else has (twin_names.go)
//	signature, doc           the head of a twin (twin_sig.go)
//	text                     what becomes of all (twin_text.go)
//
// The source's syntax is only read. Every dst node that these give is new, and may stand in one place only.
type twinFile struct {
	pkg    *Package
	src    *SourceFile
	opts   Options
	info   *types.Info
	report *FuncReport // of the function in the making; a lowering fills Reason and States

	typeParams map[string]bool // names of the type parameters of that function

	nodes   map[ast.Node]dst.Node // the decorated source
	asts    map[dst.Node]ast.Node
	decls   []dst.Decl
	imports importSet // in use so far
	names   *fileNames
}

// A twinImport is an import of the twin file. The name is how the file refers to the package; "." for a dot import.
type twinImport struct{ path, name string }

// An importSet is a set of imports that knows in which order they came.
type importSet struct {
	has  map[twinImport]bool
	list []twinImport
}

func (s *importSet) add(imp twinImport) {
	if s.has[imp] {
		return
	}
	if s.has == nil {
		s.has = map[twinImport]bool{}
	}
	s.has[imp], s.list = true, append(s.list, imp)
}

// keep forgets all imports but the first n.
func (s *importSet) keep(n int) {
	for _, imp := range s.list[n:] {
		delete(s.has, imp)
	}
	s.list = s.list[:n]
}

// newTwinFile begins a twin file. The source file is decorated once for all its functions.
func newTwinFile(p *Package, sf *SourceFile, o Options) (*twinFile, error) {
	d := sf.decoration()
	if d.err != nil {
		return nil, d.err
	}
	return &twinFile{
		pkg: p, src: sf, opts: o, info: p.Info, nodes: d.nodes, asts: d.asts,
		names: newFileNames(p, sf),
	}, nil
}

// add appends declarations.
func (tf *twinFile) add(decls ...dst.Decl) { tf.decls = append(tf.decls, decls...) }

// position is the place of a node in the physical source file.
func (tf *twinFile) position(pos token.Pos) token.Position {
	return tf.pkg.Fset.PositionFor(pos, false)
}

// where is a place in the source, as generated code mentions it.
func (tf *twinFile) where(n ast.Node) string {
	p := tf.position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// pkgRef is a reference to a package-level object of another package: name.ident, imported under the source's own name
// for that package if nothing in an annotated function hides it. name is the package's name.
func (tf *twinFile) pkgRef(path, name, ident string) dst.Expr {
	return &dst.SelectorExpr{X: dst.NewIdent(tf.importName(path, name)), Sel: dst.NewIdent(ident)}
}

// async is a reference to an object of package async.
func (tf *twinFile) async(ident string) dst.Expr { return tf.pkgRef(tf.pkg.AsyncPath, "async", ident) }

// importName is the name by which generated code refers to a package, and imports it.
func (tf *twinFile) importName(path, name string) string {
	imp, ok := tf.names.imports[path]
	if !ok {
		imp = tf.names.chooseImport(path, name)
		tf.names.imports[path] = imp
	}
	tf.imports.add(twinImport{path, imp})
	return imp
}

// useImport imports a package under the very name that the source has for it.
func (tf *twinFile) useImport(path, name string) { tf.imports.add(twinImport{path, name}) }

// importDecls are the imports, those of the standard library first, as goimports has them. The import of "C" stands
// apart, below its preamble.
func (tf *twinFile) importDecls() (decls []dst.Decl) {
	var std, other []twinImport
	for _, imp := range tf.imports.list {
		first, _, _ := strings.Cut(imp.path, "/")
		switch {
		case imp.path == "C":
			decls = append(decls, tf.cgoImport())
		case strings.Contains(first, "."):
			other = append(other, imp)
		default:
			std = append(std, imp)
		}
	}
	group := &dst.GenDecl{Tok: token.IMPORT, Lparen: true, Rparen: true}
	for _, imps := range [][]twinImport{std, other} {
		slices.SortFunc(imps, func(a, b twinImport) int {
			return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.name, b.name))
		})
		for i, imp := range imps {
			spec := tf.importSpec(imp)
			spec.Decs.Before, spec.Decs.After = dst.NewLine, dst.NewLine
			if i == 0 && len(group.Specs) > 0 {
				spec.Decs.Before = dst.EmptyLine
			}
			group.Specs = append(group.Specs, spec)
		}
	}
	switch len(group.Specs) {
	case 0:
		return decls
	case 1:
		group.Lparen, group.Rparen = false, false
		group.Specs[0].Decorations().Before, group.Specs[0].Decorations().After = dst.None, dst.None
	}
	group.Decs.Before = dst.EmptyLine
	return append(decls, group)
}

// importSpec writes the name only where it differs from the end of the path, or from that of the package.
func (tf *twinFile) importSpec(imp twinImport) *dst.ImportSpec {
	spec := &dst.ImportSpec{Path: &dst.BasicLit{Kind: token.STRING, Value: strconv.Quote(imp.path)}}
	if real := tf.names.realName[imp.path]; imp.name != path.Base(imp.path) || real != "" && imp.name != real {
		spec.Name = dst.NewIdent(imp.name)
	}
	return spec
}

// cgoImport is the source's import of "C" with its preamble.
func (tf *twinFile) cgoImport() dst.Decl {
	decl := &dst.GenDecl{Tok: token.IMPORT, Specs: []dst.Spec{tf.importSpec(twinImport{"C", "C"})}}
	decl.Decs.Before = dst.EmptyLine
	for _, d := range tf.src.AST.Decls {
		gd, ok := d.(*ast.GenDecl)
		if !ok || gd.Tok != token.IMPORT {
			continue
		}
		for _, s := range gd.Specs {
			if s := s.(*ast.ImportSpec); s.Path.Value == `"C"` {
				for _, doc := range []*ast.CommentGroup{gd.Doc, s.Doc} {
					if doc != nil && (doc == s.Doc || len(gd.Specs) == 1) {
						for _, c := range doc.List {
							decl.Decs.Start.Append(c.Text)
							if c.Text[1] == '*' {
								decl.Decs.Start.Append("\n")
							}
						}
					}
				}
			}
		}
	}
	return decl
}

// internalError is a diagnostic about a defect of goawait.
func internalError(p *Package, pos token.Pos, format string, args ...any) Diagnostic {
	return Diagnostic{
		Pos:     p.Fset.PositionFor(pos, false),
		Code:    CodeInternal,
		Message: "internal error of goawait: " + fmt.Sprintf(format, args...),
		Hint:    "-backend=goroutine may get around it; please report the function",
	}
}
