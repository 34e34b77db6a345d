package rewrite

// This file tells of files that the go command leaves out of a package because it cannot make them out.

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// invalidFiles tells what is wrong with the files of a package that the go command cannot make out at all. Those that it takes for
// part of the package are parsed with the others.
func (l *loader) invalidFiles(p *listed) (ds []Diagnostic) {
	if p.ForTest != "" {
		return nil // the package itself has them, too
	}
	known := slices.Concat(p.files(), inFolder(p.Dir, p.TestGoFiles), inFolder(p.Dir, p.XTestGoFiles))
	for _, path := range inFolder(p.Dir, p.InvalidGoFiles) {
		if slices.Contains(known, path) {
			continue
		}
		found := l.invalidFile(path)
		if len(found) == 0 && p.Error != nil { // the go command tells of one of them
			found = []Diagnostic{{Pos: token.Position{Filename: path}, Code: CodeGo, Message: strings.TrimSpace(p.Error.Err)}}
		}
		ds = append(ds, found...)
	}
	return ds
}

func inFolder(dir string, names []string) (paths []string) {
	for _, name := range names {
		paths = append(paths, filepath.Join(dir, name))
	}
	return paths
}

// invalidFile looks for the faults for which the go command leaves out a file.
func (l *loader) invalidFile(path string) []Diagnostic {
	p := l.parse(path, nil)
	if len(p.errors) > 0 || p.ast == nil {
		return p.errors
	}
	for i, c := range buildLines(p.ast) {
		d := Diagnostic{Pos: l.fset.PositionFor(c.Pos(), false), Code: CodeGo}
		if _, err := constraint.Parse(c.Text); err != nil {
			d.Message = fmt.Sprintf("parsing //go:build line: %v", err)
			if strings.Contains(c.Text[2:], "//") {
				d.Hint = "put the comment behind it on a line of its own"
			}
			return []Diagnostic{d}
		}
		if i > 0 {
			d.Message = "multiple //go:build comments"
			return []Diagnostic{d}
		}
	}
	return nil
}

// buildLines are the //go:build lines of a file: one in a good file with a build constraint.
func buildLines(f *ast.File) (lines []*ast.Comment) {
	for _, g := range f.Comments {
		for _, c := range g.List {
			if c.Pos() < f.Package && constraint.IsGoBuild(c.Text) {
				lines = append(lines, c)
			}
		}
	}
	return lines
}

// plusLines are the // +build lines of a file without //go:build lines, to which the go command listens still.
func plusLines(f *ast.File) (lines []*ast.Comment) {
	if len(buildLines(f)) > 0 {
		return nil
	}
	for _, g := range f.Comments {
		for _, c := range g.List {
			if c.Pos() < f.Package && g != f.Doc && constraint.IsPlusBuild(c.Text) {
				lines = append(lines, c)
			}
		}
	}
	return lines
}

// buildConstraint is the build constraint of a file, as lines for its twin.
func buildConstraint(f *ast.File) (lines []string) {
	for _, c := range buildLines(f) {
		lines = append(lines, c.Text)
	}
	var all constraint.Expr
	for _, c := range plusLines(f) {
		switch x, err := constraint.Parse(c.Text); {
		case err != nil:
		case all == nil:
			all = x
		default:
			all = &constraint.AndExpr{X: all, Y: x}
		}
	}
	if all != nil {
		lines = append(lines, "//go:build "+all.String())
	}
	return lines
}

// noteInvalid reports files that the go command cannot read in packages that patterns name, if there is anything of goawait's in their
// folders, or may be.
func (l *loader) noteInvalid(p *listed) {
	if !p.root() || len(p.InvalidGoFiles) == 0 {
		return
	}
	f := l.folder(p.Dir)
	ours := len(f.sources) > 0 || len(f.twins) > 0
	for _, d := range l.invalidFiles(p) {
		if _, err := os.Stat(d.Pos.Filename); ours || err != nil {
			l.diags = append(l.diags, d)
			l.refused[p.Dir] = true
		}
	}
}
