package rewrite

// This file refuses functions that are nested too deep.

import (
	"fmt"
	"go/ast"
)

// maxNesting is how deep blocks may be nested. Indentation alone makes the time of gofmt grow with the square of it.
const maxNesting = 2000

// nesting checks how deep the blocks of a function are nested.
func (u *unit) nesting(f *Func) []Diagnostic {
	deep := deepBlock(f.Decl)
	if deep == nil {
		return nil
	}
	return []Diagnostic{{
		Pos: u.l.fset.PositionFor(deep.Pos(), false), Code: CodeNesting,
		Message: fmt.Sprintf("blocks of %s are nested more than %d deep", funcName(f.Decl), maxNesting),
		Hint:    "move the inner part into a function of its own",
	}}
}

// deepBlock is the first block below the limit; nil if there is none.
func deepBlock(f *ast.FuncDecl) (found *ast.BlockStmt) {
	var open []bool // for each node on the way down, whether it is a block
	depth := 0
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			if open[len(open)-1] {
				depth--
			}
			open = open[:len(open)-1]
			return false
		}
		b, isBlock := n.(*ast.BlockStmt)
		if found != nil || isBlock && depth > maxNesting {
			if found == nil {
				found = b
			}
			return false
		}
		if open = append(open, isBlock); isBlock {
			depth++
		}
		return true
	})
	return found
}
