package rewrite

// This file sees to it that no comment of the source is lost: those in and behind statements that were taken apart go before them, those at the
// end of a block behind its last statement, and the others to the next one.

import (
	"go/ast"
	"go/token"
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
	lists := e.stmtLists()
	pending := map[dst.Stmt][]string{}
	var order []dst.Stmt
	for _, c := range comments {
		if have[c.Text] > 0 {
			have[c.Text]--
			continue
		}
		if s := e.around(c); s != nil {
			s.Decorations().Start.Append(c.Text)
			continue
		}
		if s, all := e.at(c); all {
			s.Decorations().End.Append(c.Text)
			continue
		} else if s != nil {
			s.Decorations().Start.Append(c.Text)
			continue
		}
		if s := e.behind(c, lists); s != nil {
			d := s.Decorations()
			if len(d.End) == 0 {
				d.End.Append("\n")
			}
			d.End.Append(c.Text)
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

// around is what was emitted first for the simple statement that the comment is in; nil if there is none.
func (e *emitter) around(c *ast.Comment) dst.Stmt {
	var best ast.Stmt
	for s := range e.emitted {
		if isSimple(s) && s.Pos() < c.Pos() && c.Pos() < s.End() && (best == nil || s.Pos() > best.Pos()) {
			best = s
		}
	}
	return e.emitted[best]
}

// at is what was emitted first for the simple statement that ends on the line of the comment, before it; nil if there is none. If that is all
// that was emitted for it, the comment can stand at its end, too.
func (e *emitter) at(c *ast.Comment) (s dst.Stmt, all bool) {
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
	if !isSimple(best) {
		return nil, false
	}
	s = e.emitted[best]
	_, block := s.(*dst.BlockStmt)
	return s, s == e.last[best] && !block && len(s.Decorations().End) == 0
}

// isSimple reports whether a statement has no other in it, but in literals.
func isSimple(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.AssignStmt, *ast.BranchStmt, *ast.DeclStmt, *ast.DeferStmt, *ast.ExprStmt, *ast.GoStmt, *ast.IncDecStmt, *ast.ReturnStmt, *ast.SendStmt:
		return true
	}
	return false
}

// A stmtList is the inside of a block or clause.
type stmtList struct {
	from, to token.Pos
	list     []ast.Stmt
}

// stmtLists are those of the machine's part of the source, but for blocks and clauses in literals, outer ones first.
func (e *emitter) stmtLists() (lists []stmtList) {
	ast.Inspect(e.m.Src.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BlockStmt:
			lists = append(lists, stmtList{n.Lbrace, n.Rbrace, n.List})
			for i, s := range n.List { // clauses go on up to the next one
				to := n.Rbrace
				if i+1 < len(n.List) {
					to = n.List[i+1].Pos()
				}
				switch c := s.(type) {
				case *ast.CaseClause:
					lists = append(lists, stmtList{c.Colon, to, c.Body})
				case *ast.CommClause:
					lists = append(lists, stmtList{c.Colon, to, c.Body})
				}
			}
		}
		return true
	})
	return lists
}

// behind is the last thing emitted for the last statement before the comment, if none follows in its block, and if it is a simple one; otherwise
// nil.
func (e *emitter) behind(c *ast.Comment, lists []stmtList) dst.Stmt {
	var in stmtList
	for _, l := range lists {
		if l.from < c.Pos() && c.Pos() < l.to {
			in = l // the last one is the innermost
		}
	}
	if n := len(in.list); n > 0 && in.list[n-1].End() <= c.Pos() && isSimple(in.list[n-1]) {
		return e.last[in.list[n-1]]
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
