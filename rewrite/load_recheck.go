package rewrite

// This file type-checks what was generated.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// recheck type-checks the user's files with the twins in place of the stubs.
func (u *unit) recheck(outputs map[string]madeFile) (diags []Diagnostic) {
	var files []*ast.File
	for _, s := range u.sources {
		if len(s.funcs) == 0 {
			continue
		}
		made, ok := outputs[s.out]
		if !ok {
			return nil // of another unit that is faulty
		}
		files = append(files, made.syntax)
	}
	pkg, errs := u.checkParts(u.pkg.Files, files)
	for _, e := range errs {
		diags = append(diags, u.blame(e))
	}
	if len(diags) > 0 {
		for path, made := range outputs {
			keepRejected(path, made.content)
		}
		return diags
	}
	u.pkg.measure(pkg)
	return u.compareSignatures(pkg)
}

// partSize is how many bytes of function bodies are worth a type checker of their own.
const partSize = 64 << 10

// checkParts type-checks the user's files with the twin files. The bodies in the user's files are left out: they have been type-checked with
// the stubs, and what generated code declares is hidden from them, but for twins, which are as the stubs said. As most of the rest is the
// bodies of functions, which don't depend on each other, several type checkers do it at once: each sees all declarations, but only a
// part of the bodies.
func (u *unit) checkParts(users, twins []*ast.File) (*types.Package, []Diagnostic) {
	parts := u.parts(users, twins)
	own := map[string]bool{}
	for _, f := range users {
		own[u.l.fset.PositionFor(f.FileStart, false).Filename] = true
	}
	pkgs, errs := make([]*types.Package, len(parts)), make([][]Diagnostic, len(parts))
	parallel(len(parts), func(i int) { pkgs[i], errs[i] = u.typeCheck(parts[i], nil, nil) })
	var all []Diagnostic
	unused := map[token.Position]int{} // how many parts do not use an import
	for _, list := range errs {
		for _, e := range list {
			if strings.HasSuffix(e.Message, " and not used") && strings.Contains(e.Message, " imported ") {
				if unused[e.Pos]++; own[e.Pos.Filename] || unused[e.Pos] < len(parts) {
					continue
				}
			}
			all = append(all, e)
		}
	}
	return pkgs[0], all
}

// parts gives the files for each type checker: the user's, and the twin files.
func (u *unit) parts(users, twins []*ast.File) [][]*ast.File {
	files := slices.Concat(users, twins)
	if u.callsAtInit(files) {
		return [][]*ast.File{files}
	}
	for i, f := range users {
		files[i] = withoutBodies(f)
	}
	return split(files)
}

// withoutBodies gives a file without the bodies of its functions.
func withoutBodies(f *ast.File) *ast.File {
	c := *f
	c.Decls = slices.Clone(f.Decls)
	for i, d := range c.Decls {
		if bodySize(d) > 0 {
			c.Decls[i] = withoutBody(d)
		}
	}
	return &c
}

func withoutBody(d ast.Decl) *ast.FuncDecl {
	without := *d.(*ast.FuncDecl)
	without.Body = noBody
	return &without
}

// split gives the files once for each part.
func split(files []*ast.File) [][]*ast.File {
	total := 0
	for _, f := range files {
		for _, d := range f.Decls {
			total += bodySize(d)
		}
	}
	n := min(runtime.GOMAXPROCS(0), total/partSize)
	if n < 2 {
		return [][]*ast.File{files}
	}
	parts := make([][]*ast.File, n)
	seen := 0
	for _, f := range files {
		copies := make([]*ast.File, n)
		for i := range copies {
			c := *f
			c.Decls = slices.Clone(f.Decls)
			copies[i] = &c
			parts[i] = append(parts[i], &c)
		}
		for j, d := range f.Decls {
			size := bodySize(d)
			if size == 0 {
				continue
			}
			without := withoutBody(d)
			for i := range copies {
				if i != seen*n/total {
					copies[i].Decls[j] = without
				}
			}
			seen += size
		}
	}
	return parts
}

// noBody stands for the body of a function that is left out: whatever its results, it compiles.
var noBody = &ast.BlockStmt{List: []ast.Stmt{&ast.ForStmt{Body: &ast.BlockStmt{}}}}

func bodySize(d ast.Decl) int {
	if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
		return int(f.Body.End() - f.Body.Pos())
	}
	return 0
}

// callsAtInit reports whether a package-level variable refers to a function of the package, which may refer to the variable: that is an
// error that can be seen only with all bodies. What a twin file refers to is known by its name alone.
func (u *unit) callsAtInit(files []*ast.File) (found bool) {
	funcs := map[string]bool{}
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				funcs[d.Name.Name] = true
			}
		}
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.VAR {
				ast.Inspect(d, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok && funcs[id.Name] {
						fn, isFunc := u.pkg.Info.Uses[id].(*types.Func)
						found = found || u.pkg.Info.Uses[id] == nil || isFunc && fn.Pkg() == u.pkg.Types
					}
					return !found
				})
			}
		}
	}
	return found
}

// keepRejected writes a twin file that is at fault to the folder that the environment variable GOAWAIT_KEEP names, for who
// mends goawait.
func keepRejected(path string, text []byte) {
	if dir := os.Getenv("GOAWAIT_KEEP"); dir != "" {
		os.WriteFile(filepath.Join(dir, filepath.Base(path)), text, 0o666)
	}
}

// blame finds the function whose twin has the error.
func (u *unit) blame(e Diagnostic) Diagnostic {
	d := Diagnostic{
		Pos: e.Pos, Code: CodeInternal, Message: "internal error of goawait: the twin does not compile: " + e.Message,
		Hint: "-backend=goroutine may get around it; please report the function",
	}
	for _, s := range u.sources {
		if s.out != e.Pos.Filename || len(s.funcs) == 0 {
			continue
		}
		a := s.funcs[0]
		d.Message = fmt.Sprintf("internal error of goawait: the twin of %s does not compile: %s:%d:%d: %s",
			u.blamed(s, e.Pos.Line, &a), filepath.Base(e.Pos.Filename), e.Pos.Line, e.Pos.Column, e.Message)
		d.Pos = u.l.fset.PositionFor(a.decl.Pos(), false)
	}
	return d
}

// blamed is the name of the function whose twin is at a line of the output: the last start function before it, as its
// declarations follow one another.
func (u *unit) blamed(s *annotated, line int, a **annotation) string {
	for i, l := range strings.Split(string(u.outputs[s.out]), "\n") {
		if i >= line {
			break
		}
		for _, b := range s.funcs {
			if strings.HasPrefix(l, "// "+b.twin+" is the async form of ["+docLink(b.decl)+"]") {
				*a = b
			}
		}
	}
	return funcName((*a).decl)
}

// compareSignatures makes sure that the twins are what the stubs said.
func (u *unit) compareSignatures(pkg *types.Package) []Diagnostic {
	return u.eachFunc(func(f *Func) []Diagnostic {
		var got types.Object
		if f.Decl.Recv == nil {
			got = pkg.Scope().Lookup(f.TwinName)
		} else if name, _ := recvName(f.Decl); name != "" {
			recv := pkg.Scope().Lookup(name)
			if recv != nil {
				got, _, _ = types.LookupFieldOrMethod(recv.Type(), true, pkg, f.TwinName)
			}
		}
		if got == nil {
			return []Diagnostic{internalError(u.pkg, f.Decl.Pos(), "%s has no twin %s", funcName(f.Decl), f.TwinName)}
		}
		is, should := types.ObjectString(got, types.RelativeTo(pkg)), types.ObjectString(f.Twin, types.RelativeTo(u.pkg.Types))
		if sameSignature(should, is) {
			return nil
		}
		return []Diagnostic{internalError(u.pkg, f.Decl.Pos(), "the twin of %s should be %s and is %s", funcName(f.Decl), should, is)}
	})
}

// sameSignature compares what follows the parameters: their names and those of type parameters may differ.
func sameSignature(a, b string) bool {
	return a[strings.LastIndex(a, ") ")+1:] == b[strings.LastIndex(b, ") ")+1:]
}
