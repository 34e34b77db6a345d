package rewrite

// This file sees to it that no comment of the source is lost: those behind statements that were taken apart go before them, the others to
// the next statement.

import (
	"go/ast"
	"slices"
	"sort"

	"github.com/dave/dst"
	"github.com/dave/dst/dstutil"
)

// keepComments adds the comments of the machine's part of the source that the bodies do not have.
func (e *emitter) keepComments(bodies ...*dst.BlockStmt) {
	comments := e.sourceComments()
	if len(comments) == 0 {
		return
	}
	have := map[string]int{}
	for _, body := range bodies {
		dst.Inspect(body, func(n dst.Node) bool {
			if n != nil {
				_, _, points := dstutil.Decorations(n)
				for _, p := range points {
					for _, text := range p.Decs {
						have[text]++
					}
				}
			}
			return true
		})
	}
	pending := map[dst.Stmt][]string{}
	var order []dst.Stmt
	for _, c := range comments {
		if have[c.Text] > 0 {
			have[c.Text]--
			continue
		}
		if s := e.at(c); s != nil {
			s.Decorations().Start.Append(c.Text)
			continue
		}
		s := e.after(c, bodies[len(bodies)-1])
		if pending[s] == nil {
			order = append(order, s)
		}
		pending[s] = append(pending[s], c.Text)
	}
	for _, s := range order {
		d := s.Decorations()
		d.Start = append(append(dst.Decorations{}, pending[s]...), d.Start...)
		d.Before = max(d.Before, dst.NewLine)
	}
}

// sourceComments are the comments inside of the function or block, without those of blocks in it.
func (e *emitter) sourceComments() (cs []*ast.Comment) {
	body := e.m.Src.Body
	var inner []*ast.BlockStmt
	for lit := range e.fl.blocks {
		if lit.Body != body && lit.Pos() >= body.Pos() && lit.End() <= body.End() {
			inner = append(inner, lit.Body)
		}
	}
	groups := e.tf.src.AST.Comments // in order
	first := sort.Search(len(groups), func(i int) bool { return groups[i].End() > body.Pos() })
	for _, g := range groups[first:] {
		if g.Pos() > body.End() {
			break
		}
		for _, c := range g.List {
			elsewhere := slices.ContainsFunc(inner, func(b *ast.BlockStmt) bool { return c.Pos() > b.Pos() && c.Pos() < b.End() })
			if c.Pos() > body.Pos() && c.Pos() < body.End() && !elsewhere {
				cs = append(cs, c)
			}
		}
	}
	return cs
}

// commented reports whether comments stand at a jump.
func (tf *twinFile) commented(s *ast.BranchStmt) bool {
	n := tf.nodes[s]
	if n == nil {
		return false
	}
	d := n.Decorations()
	return len(d.Start) > 0 || len(d.End) > 0
}

// at is what was emitted for the statement without a body that ends on the line of the comment, before it; nil if there is none.
func (e *emitter) at(c *ast.Comment) dst.Stmt {
	var best ast.Stmt
	line := e.tf.position(c.Pos()).Line
	for s := range e.emitted {
		if s.End() > c.Pos() || best != nil && s.End() < best.End() || e.tf.position(s.End()).Line != line {
			continue
		}
		if best == nil || s.End() > best.End() || s.Pos() < best.Pos() {
			best = s
		}
	}
	switch best.(type) {
	case *ast.AssignStmt, *ast.BranchStmt, *ast.DeclStmt, *ast.DeferStmt, *ast.ExprStmt, *ast.GoStmt, *ast.IncDecStmt, *ast.ReturnStmt, *ast.SendStmt:
		return e.emitted[best]
	}
	return nil
}

// after is the first emitted statement whose source begins behind the comment; the last of all if there is none.
func (e *emitter) after(c *ast.Comment, body *dst.BlockStmt) dst.Stmt {
	var best ast.Stmt
	for s := range e.emitted {
		if s.Pos() > c.Pos() && (best == nil || s.Pos() < best.Pos() || s.Pos() == best.Pos() && s.End() > best.End()) {
			best = s
		}
	}
	if best != nil {
		return e.emitted[best]
	}
	return body.List[len(body.List)-1]
}
