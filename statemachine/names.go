package statemachine

import (
	"go/ast"
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameWith makes a variable's name of a word and what x is called, or gives another one if it is called nothing.
func nameWith(word string, x ast.Expr, other string) string {
	name := nameOf(x)
	if name == "" {
		return other
	}
	r, n := utf8.DecodeRuneInString(name)
	return word + string(unicode.ToUpper(r)) + name[n:]
}

// nameOf is what a variable, a field or a called function is called; empty for other expressions.
func nameOf(x ast.Expr) string {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return trimName(x.Name)
	case *ast.SelectorExpr:
		return trimName(x.Sel.Name)
	case *ast.CallExpr:
		return trimName(calleeName(x.Fun))
	}
	return ""
}

// trimName makes a variable's name of a function's: lower case, without get, Async and the like.
func trimName(s string) string {
	if t := strings.TrimSuffix(s, "Async"); t != "" {
		s = t
	}
	for _, p := range []string{"Get", "Fetch", "Load", "Read", "get", "fetch", "load", "read"} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			if r, _ := utf8.DecodeRuneInString(rest); unicode.IsUpper(r) {
				s = rest
				break
			}
		}
	}
	n := 0 // an initialism goes to lower case as a whole
	for _, r := range s {
		if !unicode.IsUpper(r) {
			if n > 1 && unicode.IsLower(r) {
				n--
			}
			break
		}
		n++
	}
	rs := []rune(s)
	for i := range min(max(n, 1), len(rs)) {
		rs[i] = unicode.ToLower(rs[i])
	}
	return string(rs)
}
