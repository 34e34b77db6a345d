package vet

// This file makes edits of source text.

import (
	"bytes"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/goawait/goawait/rewrite"
)

// text is the source of a node on one line; the tail of a long one is left out.
func (c *code) text(n ast.Node) string {
	var b bytes.Buffer
	printer.Fprint(&b, token.NewFileSet(), n)
	text := strings.Join(strings.Fields(b.String()), " ")
	if call, ok := n.(*ast.CallExpr); ok && len(text) > 60 {
		return c.text(call.Fun) + "(…)"
	}
	return text
}

// typeText is a type as a file of the package would write it.
func (c *code) typeText(t types.Type) string { return types.TypeString(t, c.qualify) }

// file is the file that a position is in; nil if there is none.
func (c *code) file(pos token.Pos) *ast.File {
	for _, f := range c.files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return f
		}
	}
	return nil
}

// importName is what the file at pos calls package async, with a dot where one is needed: "async." or "". The edits import it if the
// file does not; ok is false if the name means something else there.
func (c *code) importName(pos token.Pos) (prefix string, edits []analysis.TextEdit, ok bool) {
	file := c.file(pos)
	if file == nil {
		return "", nil, false
	}
	for _, imp := range file.Imports {
		if strings.Trim(imp.Path.Value, "`\"") != rewrite.AsyncPath {
			continue
		}
		name := "async"
		if imp.Name != nil {
			name = imp.Name.Name
		}
		switch name {
		case "_":
			continue
		case ".":
			return "", nil, true
		}
		obj := c.visible(name, pos)
		pkg, _ := obj.(*types.PkgName)
		return name + ".", nil, pkg != nil && pkg.Imported().Path() == rewrite.AsyncPath
	}
	if c.visible("async", pos) != nil || c.pass.Pkg.Scope().Lookup("async") != nil {
		return "", nil, false
	}
	return "async.", []analysis.TextEdit{importEdit(file, `async "`+rewrite.AsyncPath+`"`)}, true
}

// importEdit adds an import to a file.
func importEdit(file *ast.File, spec string) analysis.TextEdit {
	for _, d := range file.Decls {
		gd, ok := d.(*ast.GenDecl)
		if !ok || gd.Tok != token.IMPORT {
			break
		}
		if gd.Rparen.IsValid() && len(gd.Specs) > 0 {
			end := gd.Specs[len(gd.Specs)-1].End()
			return analysis.TextEdit{Pos: end, End: end, NewText: []byte("\n\n\t" + spec)}
		}
		return analysis.TextEdit{Pos: gd.Pos(), End: gd.Pos(), NewText: []byte("import " + spec + "\n")}
	}
	end := file.Name.End()
	return analysis.TextEdit{Pos: end, End: end, NewText: []byte("\n\nimport " + spec)}
}

// visible is what a name means at a position; nil for nothing.
func (c *code) visible(name string, pos token.Pos) types.Object {
	scope := c.scopeAt(pos)
	if scope == nil {
		return nil
	}
	_, obj := scope.LookupParent(name, pos)
	return obj
}

// scopeAt is the innermost scope around a position.
func (c *code) scopeAt(pos token.Pos) *types.Scope {
	file := c.file(pos)
	if file == nil {
		return nil
	}
	if scope := c.pass.TypesInfo.Scopes[file]; scope != nil {
		if inner := scope.Innermost(pos); inner != nil {
			return inner
		}
	}
	return nil
}

// ctxName is the name of the context that the innermost function with one was given, if that is what the name means at pos; "" if
// there is none.
func (c *code) ctxName(stack []ast.Node, pos token.Pos) string {
	param := c.ctxParam(stack)
	if param == nil || param.Name == "_" || !isContext(c.typeOf(c.visible(param.Name, pos))) {
		return ""
	}
	return param.Name
}

func (c *code) typeOf(obj types.Object) types.Type {
	if v, ok := obj.(*types.Var); ok {
		return v.Type()
	}
	return nil
}

// ctxParam is the parameter of type context.Context of the innermost function around that has one; nil if there is none.
func (c *code) ctxParam(stack []ast.Node) *ast.Ident {
	for i := len(stack) - 1; i >= 0; i-- {
		t := funcType(stack[i])
		if t == nil {
			continue
		}
		for _, field := range t.Params.List {
			if isContext(c.pass.TypesInfo.TypeOf(field.Type)) {
				if len(field.Names) == 0 {
					return ast.NewIdent("_")
				}
				return field.Names[0]
			}
		}
	}
	return nil
}

// funcType is the type of a function or a literal; nil for other nodes.
func funcType(n ast.Node) *ast.FuncType {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return n.Type
	case *ast.FuncLit:
		return n.Type
	}
	return nil
}

// returnError is a statement that returns err from the function around, with zero values beside it; "" if it has no error result, or
// a value whose zero cannot be written simply.
func (c *code) returnError(stack []ast.Node) string {
	for i := len(stack) - 1; i >= 0; i-- {
		t := funcType(stack[i])
		if t == nil {
			continue
		}
		if t.Results == nil {
			return ""
		}
		var values []string
		for _, field := range t.Results.List {
			for range max(1, len(field.Names)) {
				values = append(values, c.zero(c.pass.TypesInfo.TypeOf(field.Type)))
			}
			last := field == t.Results.List[len(t.Results.List)-1]
			if last && !isError(c.pass.TypesInfo.TypeOf(field.Type)) {
				return ""
			}
		}
		values[len(values)-1] = "err"
		for _, v := range values {
			if v == "" {
				return ""
			}
		}
		return "return " + strings.Join(values, ", ")
	}
	return ""
}

// zero is the zero value of a type as an expression; "" if it cannot be written simply.
func (c *code) zero(t types.Type) string {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return "false"
		case u.Info()&types.IsNumeric != 0:
			return "0"
		case u.Info()&types.IsString != 0:
			return `""`
		}
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return "nil"
	case *types.Struct:
		if named, ok := types.Unalias(t).(*types.Named); ok && named.Obj().Pkg() == c.pass.Pkg && named.TypeArgs() == nil {
			return named.Obj().Name() + "{}"
		}
	}
	return ""
}

// usesBeyond reports whether a file uses an imported package other than by calling that function, so that the import remains
// in use when all such calls are gone. What stands inside of kept counts, too.
func (c *code) usesBeyond(file *ast.File, pkg *types.PkgName, function string) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return !found
		}
		if id, ok := sel.X.(*ast.Ident); ok && c.pass.TypesInfo.Uses[id] == pkg && sel.Sel.Name != function {
			found = true
		}
		return !found
	})
	return found
}

// mayAwait reports whether an await may stand in a place of an async function: not in a plain literal.
func (c *code) mayAwait(stack []ast.Node) bool {
	for i := len(stack) - 1; i >= 0; i-- {
		if lit, ok := stack[i].(*ast.FuncLit); ok {
			kind, known := c.kinds[lit]
			return known && (kind == rewrite.BlockLiteral || kind == rewrite.DeferredLiteral)
		}
	}
	return true
}

// inList reports whether the innermost node of a stack is a statement of a list, so that any other statement may take its place.
func inList(stack []ast.Node) bool {
	if len(stack) < 2 {
		return false
	}
	switch p := stack[len(stack)-2].(type) {
	case *ast.BlockStmt, *ast.CaseClause:
		return true
	case *ast.CommClause:
		return p.Comm != stack[len(stack)-1]
	}
	return false
}

// parent is the node directly around the one whose stack it is.
func parent(stack []ast.Node) ast.Node {
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

func insert(pos token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: pos, End: pos, NewText: []byte(text)}
}

func replace(n ast.Node, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: []byte(text)}
}
