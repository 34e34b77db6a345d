package wide

// This file changes programs in ways that nobody may notice.

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"strings"
)

// Variant gives a program that traces what src does: with awaits of more promises, with statements in blocks of their own
// and behind conditions that are always true.
func Variant(src string, seed uint64) (string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "case.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	v := &varier{src: src, fset: fset, rng: rand.New(rand.NewPCG(seed, 0x3a7))}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Doc != nil && strings.Contains(f.Doc.Text()+f.Doc.List[0].Text, "goawait:async") {
			v.function(f.Body, true)
		}
	}
	text, err := format.Source([]byte(apply(src, v.edits)))
	return string(text), err
}

type varier struct {
	src   string
	fset  *token.FileSet
	rng   *rand.Rand
	edits []edit
}

func (v *varier) insert(p token.Pos, text string) {
	at := v.fset.Position(p).Offset
	v.edits = append(v.edits, edit{at, at, text})
}

// function changes the statements of a body, in which awaits may stand or not.
func (v *varier) function(body *ast.BlockStmt, awaits bool) {
	blocks := map[*ast.FuncLit]bool{} // literals that may await
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			if lit, ok := n.Call.Fun.(*ast.FuncLit); ok {
				blocks[lit] = awaits
			}
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && (s.Sel.Name == "Start" || s.Sel.Name == "Map" || s.Sel.Name == "Go") {
				if lit, ok := n.Args[len(n.Args)-1].(*ast.FuncLit); ok {
					blocks[lit] = awaits
				}
			}
		case *ast.FuncLit:
			v.function(n.Body, blocks[n])
			return false
		case *ast.BlockStmt:
			v.list(n.List, awaits)
		case *ast.CaseClause:
			v.list(n.Body, awaits)
		case *ast.CommClause:
			v.list(n.Body, awaits)
		}
		return true
	})
}

// list changes some of the statements of a list.
func (v *varier) list(list []ast.Stmt, awaits bool) {
	for _, s := range list {
		switch s.(type) {
		case *ast.CaseClause, *ast.CommClause:
			return
		}
		switch v.rng.IntN(10) {
		case 0, 1:
			if awaits {
				v.insert(s.Pos(), "async.Await(kit.Quiet(t, 0))\n")
			}
		case 2:
			if movable(s) {
				v.insert(s.Pos(), "if true {\n")
				v.insert(s.End(), "\n}\n")
			}
		case 3:
			if movable(s) {
				v.insert(s.Pos(), "{\n")
				v.insert(s.End(), "\n}\n")
			}
		}
	}
}

// movable reports whether a statement may stand in a block of its own.
func movable(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE
	case *ast.ExprStmt, *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt,
		*ast.BlockStmt, *ast.IncDecStmt, *ast.DeferStmt:
		return true
	}
	return false
}
