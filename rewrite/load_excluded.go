package rewrite

// This file is about files that are not part of the build: it tells of those that a pattern names, and keeps their twins out of it, too.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/format"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// noteExcluded reports files with annotations that patterns name and that are not part of the build.
func (l *loader) noteExcluded() {
	built := l.builtFiles()
	for _, path := range sortedKeys(l.only) {
		dir := filepath.Dir(path)
		if base := filepath.Base(path); built[dir] != nil && (base[0] == '_' || base[0] == '.') {
			l.diags = append(l.diags, Diagnostic{
				Pos: token.Position{Filename: path}, Code: CodeExcluded,
				Message: base + " is not part of any build, as its name begins with " + base[:1], Hint: "rename it",
			})
			l.refused[dir] = true
			continue
		}
		if s := l.folder(dir).source(path); s != nil && built[dir] != nil && !built[dir][path] {
			l.diags = append(l.diags, l.excluded(s))
			l.refused[dir] = true
		}
	}
}

// builtFiles gives, by folder, the files of packages that patterns name, tests included, and those that would be if they could be read.
func (l *loader) builtFiles() map[string]map[string]bool {
	built := map[string]map[string]bool{}
	for _, p := range l.listed {
		if !p.root() || p.Dir == "" {
			continue
		}
		if built[p.Dir] == nil {
			built[p.Dir] = map[string]bool{}
		}
		for _, path := range append(p.files(), inFolder(p.Dir, p.InvalidGoFiles)...) {
			built[p.Dir][path] = true
		}
	}
	return built
}

// excluded tells why a file is not part of the build, and how it would be.
func (l *loader) excluded(s *annotated) Diagnostic {
	name := filepath.Base(s.path)
	d := Diagnostic{
		Pos: token.Position{Filename: s.path}, Code: CodeExcluded,
		Message: name + " is not part of this build", Hint: "run goawait with GOOS and GOARCH as the name of the file says",
	}
	if s.ast == nil {
		return d
	}
	d.Pos = l.fset.PositionFor(s.ast.Package, false)
	_, rest := splitName(name)
	switch lines := append(buildLines(s.ast), plusLines(s.ast)...); {
	case len(lines) > 0:
		d.Pos = l.fset.PositionFor(lines[0].Pos(), false)
		d.Message += fmt.Sprintf(", as %s says", lines[0].Text)
		d.Hint = hintExcluded
		if slices.Contains(strings.Fields(lines[0].Text), "ignore") {
			d.Hint = "put it into a folder of its own, without that line"
		}
	case importsC(s.ast) && strings.TrimPrefix(rest, "_test") == ".go":
		d.Message += ", as it imports C and cgo is off"
		d.Hint = "run goawait with CGO_ENABLED=1, where there is a C compiler"
	}
	return d
}

// hintExcluded is what to do about build constraints.
const hintExcluded = "run goawait with -tags, or with GOOS and GOARCH, so that it is built"

// rebuilt gives the twin file of a source that is not part of the build with the build constraint of the source, if it has another one:
// what was excluded after it was generated would leave its twin behind, in a build without the source.
func rebuilt(s *annotated, twin []byte) (content []byte, changed bool) {
	if s.ast == nil || len(s.errors) > 0 || len(s.funcs) == 0 {
		return nil, false
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", twin, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil || sameConstraint(s.ast, file) {
		return nil, false
	}
	var b bytes.Buffer
	b.WriteString(Header + "\n\n")
	for _, line := range buildConstraint(s.ast) {
		b.WriteString(line + "\n\n")
	}
	b.Write(twin[fset.Position(file.Package).Offset:])
	content, err = format.Source(b.Bytes())
	return content, err == nil
}

// sameConstraint compares //go:build lines, however they are spelled.
func sameConstraint(a, b *ast.File) bool {
	text := func(f *ast.File) (lines []string) {
		for _, line := range buildConstraint(f) {
			if x, err := constraint.Parse(line); err == nil {
				line = x.String()
			}
			lines = append(lines, line)
		}
		return lines
	}
	return slices.Equal(text(a), text(b))
}
