// Package trace leads from generated code to the source: it rewrites the stacks of panics and goroutines, and the text of profiles.
package trace

// This file makes the map: for each line of a generated file the line of the source, and for each name in it that of the function.

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goawait/goawait/rewrite"
)

// A Map knows the generated files of some packages.
type Map struct {
	files   map[string][]*file // by base name
	symbols map[string]string  // as the linker has them, without type arguments → as the source has them
	bodies  []body
}

// A body is the literal that a coroutine runs. Where its twin was inlined, its symbol begins with that of the caller.
type body struct {
	symbol *regexp.Regexp
	name   string
}

// A file is a generated file.
type file struct {
	pkg    string // import path
	path   string // absolute
	source string // base name of the source
	lines  map[int]int
	stale  bool // what is on disk is not what is generated now: lines only has states
}

// Load makes the map of packages. Files with faults and those that are not there are missing; notes say which maps are rough.
func Load(ctx context.Context, o rewrite.Options) (m *Map, notes []string, err error) {
	o.Plans, o.Line = true, false
	plain, err := rewrite.Run(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	o.Plans, o.Line = false, true
	marked, err := rewrite.Run(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	withMarks := map[string][]byte{}
	for _, p := range marked.Packages {
		for _, f := range p.Files {
			withMarks[f.Path] = f.Content
		}
	}
	m = &Map{files: map[string][]*file{}, symbols: map[string]string{}}
	for _, p := range plain.Packages {
		for _, f := range p.Files {
			if f.Content == nil || f.Old == nil {
				continue
			}
			g := &file{pkg: p.Path, path: f.Path, source: filepath.Base(f.Source)}
			switch {
			case bytes.Equal(f.Old, f.Content):
				g.lines = sourceLines(f.Content, withMarks[f.Path])
			case bytes.Equal(f.Old, withMarks[f.Path]):
				g.lines = sourceLines(f.Old, f.Old)
			default:
				g.stale = true
				g.lines = stateLines(f.Old)
				notes = append(notes, fmt.Sprintf("%s is not what goawait generates now, so lines in it lead only to the await before them", f.Path))
			}
			m.files[filepath.Base(f.Path)] = append(m.files[filepath.Base(f.Path)], g)
			m.addSymbols(f)
			g.addHeads(f)
		}
	}
	for _, d := range plain.Diagnostics {
		notes = append(notes, d.String())
	}
	return m, notes, nil
}

// sourceLines maps the lines of a generated file to the source, with the help of the same file with //line directives: token by token,
// they are the same.
func sourceLines(plain, marked []byte) map[int]int {
	a, b := tokens(plain), tokens(marked)
	if len(a) != len(b) {
		return stateLines(plain)
	}
	lines := map[int]int{}
	for i := range a {
		if a[i].text != b[i].text {
			return stateLines(plain)
		}
		if _, seen := lines[a[i].line]; !seen && b[i].mapped > 0 {
			lines[a[i].line] = b[i].mapped
		}
	}
	return lines
}

type tok struct {
	text   string
	line   int // in the file
	mapped int // as directives say; 0 without
}

func tokens(text []byte) (list []tok) {
	fset := token.NewFileSet()
	f := fset.AddFile("generated", -1, len(text))
	var s scanner.Scanner
	s.Init(f, text, func(token.Position, string) {}, 0)
	for {
		pos, t, lit := s.Scan()
		if t == token.EOF {
			return list
		}
		if t == token.SEMICOLON {
			continue
		}
		x := tok{text: t.String() + " " + lit, line: f.PositionFor(pos, false).Line}
		if p := f.PositionFor(pos, true); p.Filename != "generated" && !strings.Contains(filepath.Base(p.Filename), "_async") {
			x.mapped = p.Line
		}
		list = append(list, x)
	}
}

var stateComment = regexp.MustCompile(`^\s*[\pL_][\pL\pN_]*:\s*// (\S+\.go):(\d+)$`)

var takesOutcome = regexp.MustCompile(`\.Get\(\)|\.(Get|Taken)\d?\(`)

// stateLines maps the lines of a generated file to the awaits that its comments at labels name: each line to the one before it, but for what
// takes the outcome of an await right before its label.
func stateLines(text []byte) map[int]int {
	lines := map[int]int{}
	current, n, last := 0, 0, ""
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimRight(line, "\n")
		if m := stateComment.FindStringSubmatch(line); m != nil {
			fmt.Sscan(m[2], &current)
			if takesOutcome.MatchString(last) {
				lines[n-1] = current
			}
		}
		last = line
		if line == "}" {
			current = 0
		}
		if current > 0 {
			lines[n] = current
		}
	}
	return lines
}

// A span is where a function or an async block stands in the source.
type span struct{ first, last int }

// addHeads maps what is left of the functions in the file: what starts a call, what finds out where one goes on, and what runs deferred
// calls, which belongs to the end of the function.
func (g *file) addHeads(f rewrite.File) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, "", f.Old, parser.SkipObjectResolution)
	if err != nil {
		return
	}
	spans := map[string]span{} // by the name of a start function, a step function or a frame
	for _, fn := range f.Funcs {
		line := func(pos token.Pos) int { return fn.Package.Fset.PositionFor(pos, false).Line }
		whole := span{fn.Pos.Line, line(fn.Func.Decl.End())}
		recv := receiver(fn.Func.Decl)
		spans[recv+fn.Twin], spans[recv+fn.Step] = whole, whole
		for _, p := range fn.Plans {
			s := whole
			if p.Block != nil {
				s = span{line(p.Block.Pos()), line(p.Block.End())}
			}
			if p.Block != nil {
				spans[p.Start], spans[p.Step] = s, s
			}
			spans[p.Frame] = s
		}
	}
	for _, d := range tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		s, ok := spans[receiver(fn)+fn.Name.Name]
		if fn.Recv != nil && !ok {
			s, ok = spans[typeName(fn.Recv.List[0].Type)]
		}
		if !ok {
			continue
		}
		line := func(pos token.Pos) int { return fset.PositionFor(pos, false).Line }
		unwind, unwound := unwinding(fn.Body)
		for l := line(fn.Pos()); l <= line(fn.End()); l++ {
			at, ok := g.lines[l]
			switch {
			case unwind != nil && l >= line(unwind.Pos()) && l < line(unwound), ok && (at < s.first || at > s.last):
				g.lines[l] = s.last
			case !ok:
				g.lines[l] = s.first
			}
		}
	}
}

// unwinding is the statement that runs deferred calls, and where what belongs to it ends: with the body, or with a case of the loop that runs
// the parts of the code. It is nil if there is none.
func unwinding(body *ast.BlockStmt) (found ast.Stmt, end token.Pos) {
	for _, s := range body.List {
		ast.Inspect(s, func(n ast.Node) bool {
			if c, ok := n.(*ast.CaseClause); ok && unwinds(c) {
				found, end = c, c.End()
			}
			return found == nil
		})
		if found == nil && unwinds(s) {
			return s, body.End()
		}
	}
	return found, end
}

func unwinds(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		found = found || ok && sel.Sel.Name == "Unwind"
		return !found
	})
	return found
}

// receiver is what stands before the name of a method: its type and a dot; "" for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	return typeName(d.Recv.List[0].Type) + "."
}

func typeName(x ast.Expr) string {
	for {
		switch t := x.(type) {
		case *ast.StarExpr:
			x = t.X
		case *ast.ParenExpr:
			x = t.X
		case *ast.IndexExpr:
			x = t.X
		case *ast.IndexListExpr:
			x = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// addSymbols notes the names of what is in a generated file. A package main has its import path in the binaries of its tests.
func (m *Map) addSymbols(f rewrite.File) {
	for _, fn := range f.Funcs {
		if fn.Package == nil {
			continue
		}
		prefixes := []string{escapePath(fn.Package.Path)}
		if fn.Package.Name == "main" {
			prefixes = append(prefixes, "main")
		}
		for _, prefix := range prefixes {
			m.addFunc(prefix, fn)
		}
	}
}

func (m *Map) addFunc(prefix string, fn rewrite.FuncReport) {
	name := prefix + "." + fn.Name
	for _, p := range fn.Plans {
		shown := name
		if p.Block != nil {
			kind := "async block"
			if p.Deferred {
				kind = "deferred block"
			}
			shown = fmt.Sprintf("%s (%s at line %d)", name, kind, fn.Package.Fset.PositionFor(p.Block.Pos(), false).Line)
			m.symbols[prefix+"."+p.Start] = shown
		}
		frame := []string{"Release", "Site"}
		switch {
		case len(p.Parts) > 0:
			for _, part := range p.Parts {
				m.symbols[prefix+".(*"+p.Frame+")."+part] = shown
			}
			frame = append(frame, "Resume")
		case p.Step == "":
			m.symbols[prefix+".(*"+p.Frame+").Resume"] = shown
		case p.Block != nil:
			m.symbols[prefix+"."+p.Start] = shown + " (start)"
			m.symbols[prefix+"."+p.Step] = shown
			frame = append(frame, "Resume")
		default:
			m.symbols[prefix+"."+strings.TrimSuffix(fn.Name, fn.Func.Decl.Name.Name)+p.Step] = shown
			frame = append(frame, "Resume")
		}
		for _, method := range frame {
			m.symbols[prefix+".(*"+p.Frame+")."+method] = shown + " (" + method + ")"
		}
	}
	if len(fn.Plans) == 0 {
		m.bodies = append(m.bodies, body{
			regexp.MustCompile(`^` + regexp.QuoteMeta(prefix) + `\.(?:.*\.)?` + regexp.QuoteMeta(fn.Twin) + `\.(?:func)?\d+(.*)$`), name,
		})
	}
}

// escapePath writes an import path as it stands in symbols: a dot behind the last slash is %2e.
func escapePath(pkg string) string {
	dir, last := path.Split(pkg)
	return dir + strings.NewReplacer(".", "%2e", "%", "%25", `"`, "%22").Replace(last)
}

// Line gives the place in the source of a line of a generated file. The path may be that of another machine, or begin with an import
// path, as in programs that were built with -trimpath.
func (m *Map) Line(name string, line int) (source string, sourceLine int, ok bool) {
	slashed := strings.ReplaceAll(name, `\`, "/")
	var best *file
	most, same := 0, false
	for _, f := range m.files[path.Base(slashed)] {
		n := max(commonSuffix(slashed, filepath.ToSlash(f.path)), commonSuffix(slashed, f.pkg+"/"+path.Base(slashed)))
		if n > most {
			best, most, same = f, n, false
		} else if n == most {
			same = true
		}
	}
	if best == nil || same || most < 2 && strings.Contains(slashed, "/") {
		return "", 0, false
	}
	l, ok := best.lines[line]
	return name[:len(name)-len(path.Base(slashed))] + best.source, l, ok
}

// commonSuffix counts the elements that two paths end in.
func commonSuffix(a, b string) (n int) {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	slices.Reverse(x)
	slices.Reverse(y)
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// Empty reports whether the map knows no file.
func (m *Map) Empty() bool { return len(m.files) == 0 }
