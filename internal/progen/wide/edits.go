package wide

// This file knows what can be left out of a program.

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// tiers are how much edits take away: declarations, statements, expressions.
const tiers = 3

// edits lists what may make a program smaller: those that take most away come first.
func (c *Checker) edits(src string, tier int) []edit {
	file, info, errs := c.Check(src)
	if errs != nil {
		return nil
	}
	e := &editor{c: c, src: src, info: info}
	e.tier = tier
	if tier == 0 {
		for _, d := range file.Decls {
			e.add(d, "")
		}
		return removeDuplicates(e.edits)
	}
	ast.Inspect(file, e.visit)
	return removeDuplicates(e.edits)
}

type editor struct {
	c     *Checker
	src   string
	info  *types.Info
	edits []edit
	tier  int
}

func (e *editor) at(p token.Pos) int { return e.c.fset.Position(p).Offset }

// add replaces a node, unless that bounds a loop.
func (e *editor) add(n ast.Node, text string) {
	from := n.Pos()
	switch d := n.(type) {
	case *ast.FuncDecl:
		if d.Doc != nil {
			from = d.Doc.Pos()
		}
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return
		}
	}
	old := e.src[e.at(from):e.at(n.End())]
	if old == text || strings.Contains(old, "//goawait") && text != "" {
		return
	}
	if strings.HasPrefix(old, "fuel") {
		return
	}
	e.edits = append(e.edits, edit{e.at(from), e.at(n.End()), text})
}

func (e *editor) text(n ast.Node) string { return e.src[e.at(n.Pos()):e.at(n.End())] }

func (e *editor) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BlockStmt:
		e.stmts(n.List)
	case *ast.CaseClause:
		e.add(n, "")
		e.stmts(n.Body)
		e.list(n.List)
	case *ast.CommClause:
		e.add(n, "")
		e.stmts(n.Body)
	case *ast.LabeledStmt:
		e.add(n, e.text(n.Stmt))
	case *ast.ForStmt:
		ast.Inspect(n.Body, e.visit)
		if n.Init != nil {
			ast.Inspect(n.Init, e.visit)
		}
		return false // the rest bounds it
	case *ast.CallExpr:
		if n.Ellipsis == 0 && len(n.Args) > 1 {
			e.list(n.Args)
		}
	case *ast.CompositeLit:
		e.list(n.Elts)
	case *ast.FuncDecl:
		if n.Recv == nil && n.Type.Results != nil && strings.HasPrefix(n.Name.Name, "Case") {
			e.add(n.Type.Results, "")
		}
	case *ast.ReturnStmt:
		if len(n.Results) > 0 {
			e.add(n, "return")
		}
	}
	if x, ok := n.(ast.Expr); ok && e.tier == 2 {
		e.expr(x)
	}
	return true
}

// list leaves out each element of a list.
func (e *editor) list(xs []ast.Expr) {
	if e.tier < 2 {
		return
	}
	for i, x := range xs {
		from, to := e.at(x.Pos()), e.at(x.End())
		switch {
		case i+1 < len(xs):
			to = e.at(xs[i+1].Pos())
		case i > 0:
			from = e.at(xs[i-1].End())
		}
		e.edits = append(e.edits, edit{from, to, ""})
	}
}

// stmts leaves out statements, or what is around others.
func (e *editor) stmts(list []ast.Stmt) {
	if e.tier != 1 {
		return
	}
	for _, s := range list {
		e.add(s, "")
		switch s := s.(type) {
		case *ast.IfStmt:
			e.add(s, e.text(s.Body))
			if s.Else != nil {
				e.add(s, e.text(s.Else))
				e.edits = append(e.edits, edit{e.at(s.Body.End()), e.at(s.Else.End()), ""})
			}
			if s.Init != nil {
				e.edits = append(e.edits, edit{e.at(s.Init.Pos()), e.at(s.Cond.Pos()), ""})
			}
		case *ast.ForStmt:
			e.add(s, e.text(s.Body))
		case *ast.RangeStmt:
			e.add(s, e.text(s.Body))
			if s.Key != nil {
				e.edits = append(e.edits, edit{e.at(s.Key.Pos()), e.at(s.Range), ""})
			}
		case *ast.BlockStmt:
			e.add(s, e.text(s)[1:len(e.text(s))-1])
		case *ast.SwitchStmt:
			e.clauses(s, s.Body)
		case *ast.TypeSwitchStmt:
			e.clauses(s, s.Body)
		case *ast.SelectStmt:
			e.clauses(s, s.Body)
		case *ast.DeferStmt:
			e.add(s, e.text(s.Call))
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE && s.Tok != token.ASSIGN {
				e.edits = append(e.edits, edit{e.at(s.TokPos), e.at(s.TokPos) + len(s.Tok.String()), "="})
			}
			if n := len(s.Lhs); n > 1 && n == len(s.Rhs) {
				for i := range n {
					e.add(s, e.text(s.Lhs[i])+" "+s.Tok.String()+" "+e.text(s.Rhs[i]))
				}
			}
			e.literalBody(s, s.Rhs)
		case *ast.ExprStmt:
			e.literalBody(s, []ast.Expr{s.X})
		}
	}
}

// literalBody puts the statements of a literal in the place of the statement that has it.
func (e *editor) literalBody(s ast.Stmt, xs []ast.Expr) {
	for _, x := range xs {
		ast.Inspect(x, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok {
				body := lit.Body.List
				if len(body) > 0 {
					if _, ok := body[len(body)-1].(*ast.ReturnStmt); ok {
						body = body[:len(body)-1]
					}
				}
				if len(body) > 0 {
					e.add(s, "{\n"+e.src[e.at(body[0].Pos()):e.at(body[len(body)-1].End())]+"\n}")
				}
				return false
			}
			return true
		})
	}
}

func (e *editor) clauses(s ast.Stmt, body *ast.BlockStmt) {
	for _, c := range body.List {
		var list []ast.Stmt
		switch c := c.(type) {
		case *ast.CaseClause:
			list = c.Body
		case *ast.CommClause:
			list = c.Body
		}
		if len(list) > 0 {
			e.add(s, "{\n"+e.src[e.at(list[0].Pos()):e.at(list[len(list)-1].End())]+"\n}")
		}
	}
}

// expr replaces an expression by a constant, or by a part of it that has the same type.
func (e *editor) expr(x ast.Expr) {
	tv, ok := e.info.Types[x]
	if !ok || !tv.IsValue() || tv.Value != nil && tv.Value.Kind() != constant.Unknown {
		return
	}
	switch x.(type) {
	case *ast.Ident:
		return
	}
	if b, ok := tv.Type.(*types.Basic); ok {
		switch info := b.Info(); {
		case info&types.IsInteger != 0:
			e.add(x, map[bool]string{true: "1", false: b.Name() + "(1)"}[b.Name() == "int"])
		case info&types.IsString != 0:
			e.add(x, `"s"`)
		case info&types.IsBoolean != 0:
			e.add(x, "true")
			e.add(x, "false")
		}
	}
	n := 0
	ast.Inspect(x, func(y ast.Node) bool {
		part, ok := y.(ast.Expr)
		if _, lit := y.(*ast.FuncLit); lit && y != ast.Node(x) {
			return false
		}
		if !ok || part == x || n > 6 {
			return true
		}
		if t, ok := e.info.Types[part]; ok && t.IsValue() && types.Identical(t.Type, tv.Type) {
			e.add(x, e.text(part))
			n++
		}
		return true
	})
}

var (
	unusedVar    = regexp.MustCompile(`declared and not used: (\S+)`)
	unusedImport = regexp.MustCompile(`"\S+" imported and not used`)
	unusedLabel  = regexp.MustCompile(`label (\S+) declared and not used`)
)

// mend takes away what nothing uses any more. It gives up on other errors.
func (c *Checker) mend(text string, errs []error) (string, bool) {
	var edits []edit
	for _, err := range errs {
		te, ok := err.(types.Error)
		if !ok {
			return "", false
		}
		at := c.fset.Position(te.Pos).Offset
		switch {
		case unusedLabel.MatchString(te.Msg):
			end := at + strings.Index(text[at:], ":") + 1
			edits = append(edits, edit{at, end, ""})
		case unusedImport.MatchString(te.Msg):
			edits = append(edits, edit{at, at + strings.Index(text[at:], "\n"), ""})
		case unusedVar.MatchString(te.Msg):
			name := unusedVar.FindStringSubmatch(te.Msg)[1]
			edits = append(edits, blank(text, at, name)...)
		case strings.HasPrefix(te.Msg, "missing return"):
			edits = append(edits, edit{at, at, "panic(0)\n"})
		case strings.Contains(te.Msg, "no new variables"):
			i := strings.LastIndex(text[:at+2], "\n")
			j := strings.Index(text[i+1:], ":=")
			if j < 0 {
				return "", false
			}
			edits = append(edits, edit{i + 1 + j, i + 3 + j, "="})
		default:
			return "", false
		}
	}
	edits = slices.Compact(edits)
	return apply(text, edits), true
}

// blank makes a variable that nothing uses the blank identifier.
func blank(text string, at int, name string) []edit {
	rest := text[at+len(name):]
	if strings.HasPrefix(rest, " := ") {
		if line, _, _ := strings.Cut(rest, "\n"); strings.HasSuffix(line, ".(type) {") {
			return []edit{{at, at + len(name) + 4, ""}}
		}
	}
	return []edit{{at, at + len(name), "_"}}
}
