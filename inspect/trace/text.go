package trace

// This file finds places and names of generated code in text.

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
)

var (
	stackPlace = regexp.MustCompile(`^(\s*\t)(.*_async[\w.]*\.go):(\d+)(.*)$`) // a line of a stack
	place      = regexp.MustCompile(`[^\s"'()\[\],;=]+_async[\w.]*\.go:\d+`)   // anywhere else
	symbol     = regexp.MustCompile(`[\pL\pN_./%~\-]+(\.\(\*?[\pL\pN_]+(\[[^\]\s]*\])?\))?\.[\pL\pN_]+(\[[^\]\s]*\])?(\.[\pL\pN_.\-]+)?`)
	closure    = regexp.MustCompile(`^(\.(func)?\d+|\.gowrap\d+|-range\d+)+$`) // what a closure has behind the name of its function
	typeArgs   = regexp.MustCompile(`\[[^\]\s]*\]`)
)

// Mentions reports whether a line may speak of generated code.
func Mentions(line string) bool {
	return strings.Contains(line, "_async") || strings.Contains(line, "Frame") || strings.Contains(line, "Async") || strings.Contains(line, "Block") ||
		strings.Contains(line, "Step")
}

// Rewrite leads what a line says of generated code to the source. The place in the generated code stands behind it in parentheses. A
// line that does not speak of generated code stays as it is.
func (m *Map) Rewrite(line string) string {
	if !Mentions(line) {
		return line
	}
	if s := stackPlace.FindStringSubmatch(line); s != nil && !strings.ContainsAny(s[2], `"`) {
		n, _ := strconv.Atoi(s[3])
		if source, l, ok := m.Line(s[2], n); ok {
			return fmt.Sprintf("%s%s:%d%s (%s:%d)", s[1], source, l, s[4], path.Base(strings.ReplaceAll(s[2], `\`, "/")), n)
		}
	}
	line = place.ReplaceAllStringFunc(line, func(at string) string {
		i := strings.LastIndex(at, ":")
		n, _ := strconv.Atoi(at[i+1:])
		source, l, ok := m.Line(at[:i], n)
		if !ok {
			return at
		}
		return fmt.Sprintf("%s:%d (%s)", source, l, path.Base(strings.ReplaceAll(at, `\`, "/")))
	})
	return symbol.ReplaceAllStringFunc(line, m.Name)
}

// Name gives the name in the source of a name in generated code, and any other name as it is. The closures of a function keep
// their numbers.
func (m *Map) Name(name string) string {
	bare := typeArgs.ReplaceAllString(name, "")
	if s, ok := m.symbols[bare]; ok {
		return s
	}
	for _, b := range m.bodies {
		if found := b.symbol.FindStringSubmatch(bare); found != nil {
			return b.name + found[1]
		}
	}
	for i := len(bare) - 1; i > 0; i-- {
		if bare[i] != '.' || !closure.MatchString(bare[i:]) {
			continue
		}
		if s, ok := m.symbols[bare[:i]]; ok {
			return s + bare[i:]
		}
		if s, ok := m.inlined(bare[:i]); ok {
			return s + bare[i:]
		}
	}
	return name
}

// inlined gives the name of a function that was inlined into others of its package: those stand before it in the names of its closures.
func (m *Map) inlined(bare string) (name string, ok bool) {
	slash := strings.LastIndex(bare, "/") + 1
	dot := strings.Index(bare[slash:], ".")
	if dot < 0 {
		return "", false
	}
	pkg, rest := bare[:slash+dot], bare[slash+dot+1:]
	for i, c := range rest {
		if c == '.' {
			if name, ok = m.symbols[pkg+rest[i:]]; ok {
				return name, true
			}
		}
	}
	return "", false
}
