package progen

// This file makes a program that differs smaller.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"testing"

	"github.com/goawait/goawait/internal/difftest"
)

// reduce deletes statements and functions as long as the same kind of fault remains. All deletions of a round are tried
// in one run, one program each; then those that were good on their own are made together, or half of them.
func reduce(t *testing.T, p difftest.Program, fault string) (text, last string) {
	text, kind := p.Files["case.go"], kindOf(fault)
	for range 8 {
		var tries []string
		for i := range parts(text, nil) {
			if len(tries) < 40 {
				tries = append(tries, parts(text, []int{i})...)
			}
		}
		good := survivors(t, p, tries, kind)
		if len(good) == 0 {
			break
		}
		next := tries[good[0]]
		var joint []string
		for n := len(good); n > 1; n /= 2 {
			joint = append(joint, parts(text, good[:n])...)
		}
		if both := survivors(t, p, joint, kind); len(both) > 0 {
			next = joint[both[0]]
		}
		text = next
	}
	return text, fault
}

// kindOf is what faults that are alike have in common.
func kindOf(fault string) string {
	fault = regexp.MustCompile(`fuzz_[0-9_]+|Case\d S?|S\d|line \d+|[0-9:]+|\s(flat|stackful)\s`).ReplaceAllString(fault, "")
	return fault[:min(len(fault), 34)]
}

// survivors tells which of the texts have that kind of fault.
func survivors(t *testing.T, p difftest.Program, texts []string, kind string) (good []int) {
	var ps []difftest.Program
	for i, text := range texts {
		ps = append(ps, difftest.Program{Name: fmt.Sprintf("%s_%d", p.Name, i), Files: map[string]string{"case.go": text}, Quiet: p.Quiet})
	}
	if len(ps) == 0 {
		return nil
	}
	results := run(t, ps)
	for i, q := range ps {
		if slices.ContainsFunc(results[q.Name].Faults, func(f string) bool { return kindOf(f) == kind }) {
			good = append(good, i)
		}
	}
	return good
}

// parts gives, without numbers, one string for each thing that can be deleted, the largest first; with numbers, the text
// without those things.
func parts(text string, without []int) []string {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "case.go", text, parser.ParseComments)
	if err != nil {
		return nil
	}
	type part struct{ from, to int }
	var found []part
	add := func(n ast.Node, from token.Pos) {
		found = append(found, part{fset.Position(from).Offset, fset.Position(n.End()).Offset})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Doc != nil {
				add(n, n.Doc.Pos())
				return true
			}
			return false
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		for _, s := range list {
			if _, ok := s.(*ast.ReturnStmt); !ok {
				add(s, s.Pos())
			}
		}
		return true
	})
	slices.SortStableFunc(found, func(a, b part) int { return (b.to - b.from) - (a.to - a.from) })
	if without == nil {
		return make([]string, len(found))
	}
	var out bytes.Buffer
	for i := range len(text) {
		if !slices.ContainsFunc(without, func(k int) bool { return found[k].from <= i && i < found[k].to }) {
			out.WriteByte(text[i])
		}
	}
	if src, err := format.Source(out.Bytes()); err == nil {
		return []string{string(src)}
	}
	return []string{out.String()}
}
