package statemachine

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
