package rewrite

// This file lowers select statements for coroutines.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/dave/dst"
)

// selects makes
//
//	switch c, c2 := async.RecvCase(ch), async.SendCase(ch2, v); async.CoSelect(co.At(1), c, c2) {
//	case 0:
//		x, ok := c.Value, c.OK
//		…
//	default:
//		…
//	}
//
// of a select without a default; the last case is the default of the switch, which is a terminating statement then where the select was one.
// A select with a default never waits and stays; one without any case becomes a loop, which is a terminating statement as well.
func (b *coBody) selects(n *ast.SelectStmt) dst.Node {
	if slices.ContainsFunc(n.Body.List, func(c ast.Stmt) bool { return c.(*ast.CommClause).Comm == nil }) {
		return b.nativeSelect(n)
	}
	out := &dst.SwitchStmt{Body: &dst.BlockStmt{}}
	set := &dst.AssignStmt{Tok: token.DEFINE}
	call := call(b.tf.async("CoSelect"), b.here(n))
	for i, c := range n.Body.List {
		c := c.(*ast.CommClause)
		name := b.tf.freshIn(b.f, "c")
		set.Lhs = append(set.Lhs, dst.NewIdent(name))
		set.Rhs = append(set.Rhs, b.selectCase(c.Comm))
		call.Args = append(call.Args, dst.NewIdent(name))
		clause := &dst.CaseClause{List: []dst.Expr{&dst.BasicLit{Kind: token.INT, Value: strconv.Itoa(i)}}}
		if i == len(n.Body.List)-1 {
			clause.List = nil
		}
		old := b.tf.nodes[c].(*dst.CommClause).Decs
		clause.Decs.NodeDecs, clause.Decs.Colon = cloneDecs(old.NodeDecs), slices.Clone(old.Colon)
		clause.Body = append(b.received(c.Comm, name), b.tf.stmts(c.Body, b.async)...)
		out.Body.List = append(out.Body.List, clause)
	}
	if len(set.Lhs) == 0 {
		return &dst.ForStmt{Body: &dst.BlockStmt{List: onLines(&dst.ExprStmt{X: call})}}
	}
	old := b.tf.nodes[n.Body].(*dst.BlockStmt).Decs
	out.Body.Decs.Lbrace = slices.Clone(old.Lbrace)
	out.Init, out.Tag = set, call
	return out
}

func cloneDecs(d dst.NodeDecs) dst.NodeDecs {
	d.Start, d.End = slices.Clone(d.Start), slices.Clone(d.End)
	return d
}

// nativeSelect copies a select with a default.
func (b *coBody) nativeSelect(n *ast.SelectStmt) dst.Node {
	for _, c := range n.Body.List {
		switch comm := c.(*ast.CommClause).Comm.(type) {
		case nil:
		case *ast.SendStmt:
			b.native[comm] = true
		default:
			b.native[received(comm)] = true
		}
	}
	return b.tf.copyInner(n, b.async)
}

// received is the receive operation of a case.
func received(comm ast.Stmt) *ast.UnaryExpr {
	var e ast.Expr
	switch comm := comm.(type) {
	case *ast.ExprStmt:
		e = comm.X
	case *ast.AssignStmt:
		e = comm.Rhs[0]
	}
	return ast.Unparen(e).(*ast.UnaryExpr)
}

// selectCase makes the case of package async for a case of a select.
func (b *coBody) selectCase(comm ast.Stmt) dst.Expr {
	if s, ok := comm.(*ast.SendStmt); ok {
		if calls(b.tf.info, s.Value) { // gc copies the channel before
			return call(call(b.tf.async("SendCaseTo"), b.tf.expr(s.Chan, b.async)), b.tf.expr(s.Value, b.async))
		}
		return b.sending("SendCase", s)
	}
	return &dst.CallExpr{Fun: b.tf.async("RecvCase"), Args: []dst.Expr{b.tf.expr(received(comm).X, b.async)}}
}

// received gives the left side of a case what the case received.
func (b *coBody) received(comm ast.Stmt, name string) []dst.Stmt {
	a, ok := comm.(*ast.AssignStmt)
	if !ok {
		return nil
	}
	set := &dst.AssignStmt{Tok: a.Tok}
	field := func(f string) dst.Expr { return &dst.SelectorExpr{X: dst.NewIdent(name), Sel: dst.NewIdent(f)} }
	for i, lhs := range a.Lhs {
		set.Lhs = append(set.Lhs, b.tf.expr(lhs, b.async))
		switch {
		case i == 0:
			set.Rhs = append(set.Rhs, field("Value"))
		case a.Tok == token.ASSIGN && !isBool(b.tf.info.TypeOf(lhs)): // a comparison fits any boolean type
			set.Rhs = append(set.Rhs, &dst.BinaryExpr{X: field("OK"), Op: token.EQL, Y: b.truth(a.Pos())})
		default:
			set.Rhs = append(set.Rhs, field("OK"))
		}
	}
	return onLines(set)
}

// truth is true, by its name or, where that means something else, by a comparison.
func (b *coBody) truth(pos token.Pos) dst.Expr {
	if b.tf.isPredeclared("true") && b.tf.localAt("true", pos) == nil {
		return dst.NewIdent("true")
	}
	return &dst.ParenExpr{X: &dst.BinaryExpr{X: intLit(0), Op: token.EQL, Y: intLit(0)}}
}

// isBool reports whether a type is bool itself; nil, the type of a blank left side, passes for it.
func isBool(t types.Type) bool { return t == nil || types.Identical(t, types.Typ[types.Bool]) }
