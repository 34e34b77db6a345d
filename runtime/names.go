package async

// This file looks at names of functions.

import (
	"path"
	"strings"
)

const packagePath = "github.com/goawait/goawait/runtime"

func ofThisPackage(function string) bool {
	rest, ok := strings.CutPrefix(function, packagePath)
	return ok && strings.HasPrefix(rest, ".") && !strings.HasPrefix(rest, ".Test") && !strings.HasPrefix(rest, ".Example")
}

// twinName is the name that the twin of a function has, or of the one that encloses it, if it is a literal, without its package.
func twinName(function string) string {
	name := strings.ReplaceAll(function[strings.LastIndexByte(function, '/')+1:], "[...]", "") // type arguments
	_, name, _ = strings.Cut(name, ".")
	name = strings.TrimSuffix(name, "-fm") // a method value
	for {
		enclosing, last := "", name
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			enclosing, last = name[:i], name[i+1:]
		}
		last, body := cutNumbered(last, "-range") // the body of a range over a function
		switch {
		case body:
			name = name[:strings.LastIndex(name, "-range")]
		case enclosing == "" || strings.HasSuffix(enclosing, ")") || !isLiteral(last):
			return last + "Async"
		default:
			name = enclosing
		}
	}
}

// isGenerated tells whether a file has a name that goawait gives, as x_async.go or x_async_linux_test.go.
func isGenerated(file string) bool {
	return strings.Contains(strings.Replace(path.Base(file), ".", "_", 1), "_async_")
}

// isLiteral tells whether the compiler gives such a name to a function literal in another function.
func isLiteral(name string) bool {
	for _, prefix := range []string{"func", "gowrap", "deferwrap", ""} {
		if rest, ok := cutNumbered(name, prefix); ok && rest == "" {
			return true
		}
	}
	return false
}

// cutNumbered cuts the last mark off the end of name, if a number is behind it.
func cutNumbered(name, mark string) (before string, ok bool) {
	digits := len(name) - len(strings.TrimRight(name, "0123456789"))
	before, ok = strings.CutSuffix(name[:len(name)-digits], mark)
	if !ok || digits == 0 {
		return name, false
	}
	return before, true
}
