package rewrite

// This file lets other packages see type-checked syntax as goawait does: what is annotated, what awaits, and what becomes of the
// function literals of an async function.

import (
	"go/ast"
	"go/token"
	"go/types"
)

// An Annotation is a directive that makes a twin.
type Annotation struct {
	Decl      *ast.FuncDecl
	Directive *ast.Comment
	Twin      string // name of the twin
}

// FindAnnotations gives the directives of a file that was parsed with its comments, in source order. Faulty ones are left out.
func FindAnnotations(fset *token.FileSet, file *ast.File) (found []Annotation) {
	list, _ := findAnnotations(fset, &parsedFile{path: fset.PositionFor(file.Package, false).Filename, ast: file})
	for _, a := range list {
		found = append(found, Annotation{a.decl, a.directive, a.twin})
	}
	return found
}

// IsTwinFile reports whether goawait wrote a file, which was parsed with its comments.
func IsTwinFile(file *ast.File) bool {
	return len(file.Comments) > 0 && file.Comments[0].Pos() == file.FileStart && file.Comments[0].List[0].Text == Header
}

// A LiteralKind says what a function literal in an annotated function is.
type LiteralKind = literalKind

const (
	PlainLiteral    = plainLiteral    // an ordinary closure: no marker may stand in it
	BlockLiteral    = blockLiteral    // an async block
	DeferredLiteral = deferredLiteral // the literal of a defer statement of async code: it may await
	GoLiteral       = goLiteral       // the literal of a go statement: left alone with all that is in it
)

// A View is type-checked syntax of one package as goawait sees it. It may be used from several goroutines.
type View struct{ p *Package }

// NewView needs the Uses and Defs of info.
func NewView(fset *token.FileSet, info *types.Info) *View {
	return &View{&Package{Fset: fset, Info: info, AsyncPath: AsyncPath}}
}

// Marker is the name of the await marker that a call is, as "Await2"; "" for any other call.
func (v *View) Marker(call *ast.CallExpr) string { return v.p.marker(call) }

// Arity is the number of values of the await that a call is; 0 for any other call.
func (v *View) Arity(call *ast.CallExpr) int { return markerArity[v.p.marker(call)] }

// Awaits reports whether the code of a literal, or of one that it defers, awaits.
func (v *View) Awaits(body ast.Node) bool { return v.p.awaits(body) }

// Literals are the function literals of an annotated function. Those inside of a go statement's are not among them.
func (v *View) Literals(decl *ast.FuncDecl) map[*ast.FuncLit]LiteralKind {
	return v.p.literals(&Func{Decl: decl})
}
