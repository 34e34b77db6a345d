package inspect

// This file tells when control goes one way or another, in the words of the source.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A decision is an operation from which control may go several ways; each way has a text, which is "" if it cannot be told.
type decision struct{ ways []string }

// A choice is one way of a decision. A way is a list of choices, all of which have to be made; a condition a list of ways, one of which
// has to be gone. The empty way is always open.
type choice struct {
	d   *decision
	way int
}

type way []choice

type condition []way

var always = condition{way{}}

// otherwise is the way of a switch or select that no clause with a jump takes.
const otherwise = "otherwise"

// maxWays bounds how exact a condition is: one with more ways is not told.
const maxWays = 6

// and is the condition for going one way and then another.
func (c condition) and(d condition) (out condition) {
	for _, a := range c {
		for _, b := range d {
			w := slices.Clone(a)
			for _, x := range b {
				if !slices.Contains(w, x) {
					w = append(w, x)
				}
			}
			out = append(out, w)
		}
	}
	return out.simplified()
}

func (c condition) or(d condition) condition {
	return append(slices.Clone(c), d...).simplified()
}

// simplified merges ways that together make a decision in every way, and drops repetitions.
func (c condition) simplified() condition {
	if len(c) > 8*maxWays {
		return always
	}
	for again := true; again; {
		again = false
		var out condition
		for _, w := range c {
			if !slices.ContainsFunc(out, func(v way) bool { return sameWay(v, w) }) {
				out = append(out, w)
			}
		}
		c = out
		for i, w := range c {
			for k, x := range w {
				if c.everyWay(w, k, x.d) {
					c[i] = slices.Delete(slices.Clone(w), k, k+1)
					again = true
					break
				}
			}
			if again {
				break
			}
		}
	}
	for _, w := range c {
		if len(w) == 0 {
			return always
		}
	}
	return c
}

// everyWay reports whether, for each way of the decision d, there is a way that is like w but for its k-th choice.
func (c condition) everyWay(w way, k int, d *decision) bool {
	for i := range d.ways {
		other := slices.Clone(w)
		other[k].way = i
		if !slices.ContainsFunc(c, func(v way) bool { return sameWay(v, other) }) {
			return false
		}
	}
	return true
}

func sameWay(a, b way) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}

func (c condition) String() string {
	var terms []string
	for _, w := range c {
		var parts []string
		for _, x := range w {
			if t := x.d.ways[x.way]; t != "" && !slices.Contains(parts, t) {
				parts = append(parts, t)
			}
		}
		if len(parts) > 1 {
			parts = slices.DeleteFunc(parts, func(p string) bool { return p == otherwise })
		}
		t := strings.Join(parts, " and ")
		if t == "" {
			return "" // one of the ways cannot be told
		}
		if !slices.Contains(terms, t) {
			terms = append(terms, t)
		}
	}
	if len(terms) > maxWays {
		return ""
	}
	return strings.Join(terms, " or ")
}

// negated is the text of a condition that is not met.
func (d *describer) negated(x ast.Expr) string {
	flip := map[token.Token]token.Token{
		token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
	}
	switch e := ast.Unparen(x).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return d.text(ast.Unparen(e.X))
		}
	case *ast.BinaryExpr:
		op, ok := flip[e.Op]
		if ok && (e.Op == token.EQL || e.Op == token.NEQ || d.ordered(e.X)) {
			return d.text(&ast.BinaryExpr{X: e.X, OpPos: e.OpPos, Op: op, Y: e.Y})
		}
		return "!(" + d.text(e) + ")"
	}
	return "!" + d.text(ast.Unparen(x))
}

// ordered reports whether of two values of the expression's type one is less than the other unless they are equal: no floats.
func (d *describer) ordered(x ast.Expr) bool {
	t := d.info.TypeOf(x)
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsInteger|types.IsString) != 0
}

// terminates reports whether control never comes to what follows a statement.
func terminates(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok != token.FALLTHROUGH
	case *ast.ExprStmt:
		return isPanic(s)
	case *ast.BlockStmt:
		return len(s.List) > 0 && terminates(s.List[len(s.List)-1])
	case *ast.IfStmt:
		return s.Else != nil && terminates(s.Body) && terminates(s.Else)
	case *ast.ForStmt:
		return s.Cond == nil && !hasBreak(s.Body)
	case *ast.LabeledStmt:
		return terminates(s.Stmt)
	case *ast.SwitchStmt:
		return clausesTerminate(s.Body)
	case *ast.TypeSwitchStmt:
		return clausesTerminate(s.Body)
	case *ast.SelectStmt:
		return !hasBreak(s.Body) && clausesEnd(s.Body)
	}
	return false
}

func isPanic(s ast.Stmt) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := e.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := c.Fun.(*ast.Ident)
	return ok && id.Name == "panic"
}

func clausesTerminate(b *ast.BlockStmt) bool {
	other := false
	for _, c := range b.List {
		other = other || c.(*ast.CaseClause).List == nil
	}
	return other && !hasBreak(b) && clausesEnd(b)
}

func clausesEnd(b *ast.BlockStmt) bool {
	for _, c := range b.List {
		var body []ast.Stmt
		switch c := c.(type) {
		case *ast.CaseClause:
			body = c.Body
		case *ast.CommClause:
			body = c.Body
		}
		if len(body) == 0 {
			return false
		}
		last := body[len(body)-1]
		if br, ok := last.(*ast.BranchStmt); !terminates(last) && !(ok && br.Tok == token.FALLTHROUGH) {
			return false
		}
	}
	return true
}

// hasBreak reports whether a break statement is in the body that may mean the statement around it.
func hasBreak(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			found = found || n.Tok == token.BREAK
		}
		return !found
	})
	return found
}
