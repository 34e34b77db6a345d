package rewrite

// This file names twin files.

import (
	"path/filepath"
	"strings"
)

// outPath is the path of the twin file of a source file: x.go gives x_async.go, and what the go command reads in a name stays
// last: x_linux_amd64_test.go gives x_async_linux_amd64_test.go.
func outPath(source string) string {
	dir, name := filepath.Split(source)
	return dir + outName(name)
}

func outName(name string) string {
	stem, rest := splitName(name)
	return stem + "_async" + rest
}

// splitName splits off the part of a file name that the go command gives a meaning.
func splitName(name string) (stem, rest string) {
	stem, rest = strings.TrimSuffix(name, ".go"), ".go"
	if s, ok := strings.CutSuffix(stem, "_test"); ok && s != "" {
		stem, rest = s, "_test"+rest
	}
	if strings.Contains(stem, ".") {
		return stem, rest // the go command reads constraints only before the first dot
	}
	s, last := cutLast(stem)
	switch {
	case knownArch[last]:
		stem, rest = s, "_"+last+rest
		if s, last := cutLast(stem); knownOS[last] {
			stem, rest = s, "_"+last+rest
		}
	case knownOS[last]:
		stem, rest = s, "_"+last+rest
	}
	return stem, rest
}

// cutLast cuts at the last underscore; last is empty if that would leave nothing before it.
func cutLast(s string) (before, last string) {
	if i := strings.LastIndexByte(s, '_'); i > 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// isTwinName reports whether a source file could have a twin file of that name.
func isTwinName(name string) bool {
	stem, _ := splitName(name)
	return strings.HasSuffix(stem, "_async")
}

// sourceName is the name whose twin file has the name.
func sourceName(twin string) string {
	stem, rest := splitName(twin)
	return strings.TrimSuffix(stem, "_async") + rest
}

// knownOS and knownArch are the names that the go command takes for constraints at the end of a file name
// (internal/syslist).
var (
	knownOS = set("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris" +
		" wasip1 windows zos")
	knownArch = set("386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32" +
		" mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm")
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
