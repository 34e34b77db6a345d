package rewrite

// This file turns annotations into functions with types, and finds twin names that are taken.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// names fills Declared and Reserved of the package, and finds twin names that something else has.
func (u *unit) names() {
	p := u.pkg
	p.Declared, p.Reserved = map[string]bool{}, map[string]bool{}
	folder := u.l.folder(p.Dir)
	for _, name := range folder.names {
		path := filepath.Join(p.Dir, name)
		f := u.l.parse(path, nil).ast
		if f == nil {
			continue
		}
		for _, d := range declared(f) {
			p.Declared[d.Name], p.Reserved[d.Name] = true, true
		}
		for _, imp := range f.Imports {
			if imp.Name != nil {
				p.Reserved[imp.Name.Name] = true
			}
			p.Reserved[guessName(imp)] = true
		}
	}
	for _, s := range folder.sources {
		for _, a := range s.funcs {
			if a.decl.Recv == nil {
				for _, name := range []string{a.twin, stepName(a.twin)} {
					p.Declared[name], p.Reserved[name] = true, true
				}
			}
		}
	}
	p.bases = funcBases(folder.sources)
	for _, base := range p.bases { // a block of that name would have a frame like that of the function
		p.Reserved[base] = true
	}
	u.takenNames()
}

// funcBases gives the names from which those of frames and blocks are made: f for F and tM for a method, with a number if a function before
// it has that. They are the same in all builds, as any of the folder's files may be built together, or some of them without the others.
// Tests come last, so that what is not a test does not depend on them.
func funcBases(sources []*annotated) map[*ast.FuncDecl]string {
	var order []*ast.FuncDecl
	wanted := map[string]bool{}
	for _, test := range []bool{false, true} {
		for _, s := range sources {
			for _, a := range s.funcs {
				if strings.HasSuffix(s.path, "_test.go") == test {
					order = append(order, a.decl)
					wanted[funcBase(a.decl)] = true
				}
			}
		}
	}
	bases, byName, taken := map[*ast.FuncDecl]string{}, map[string]string{}, map[string]bool{}
	for _, d := range order {
		name := funcName(d) // if two files declare it, no build has both
		if byName[name] == "" {
			base := funcBase(d)
			for i := 2; taken[base]; i++ {
				if next := fmt.Sprint(funcBase(d), i); !wanted[next] {
					base = next
				}
			}
			byName[name], taken[base] = base, true
		}
		bases[d] = byName[name]
	}
	return bases
}

func funcBase(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return lowerFirst(d.Name.Name)
	}
	name, _ := recvName(d)
	return lowerFirst(name) + upperFirst(d.Name.Name)
}

// guessName is the likely name of an import without one.
func guessName(imp *ast.ImportSpec) string {
	path := strings.Trim(imp.Path.Value, "`\"")
	return path[strings.LastIndex(path, "/")+1:]
}

// declared are the names that a file declares at package level, methods aside.
func declared(f *ast.File) (ids []*ast.Ident) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name != "init" {
				ids = append(ids, d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					ids = append(ids, spec.Name)
				case *ast.ValueSpec:
					ids = append(ids, spec.Names...)
				}
			}
		}
	}
	return ids
}

// takenNames finds twins whose name, or that of their step function, the package declares already, for something else or for another twin.
func (u *unit) takenNames() {
	owner := map[string]token.Pos{} // name of a function, or T.name of a method → where it is declared
	for _, f := range u.pkg.Files {
		for _, id := range declared(f) {
			owner[id.Name] = id.Pos()
		}
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv != nil && len(fd.Recv.List) > 0 {
				name, _ := recvName(fd)
				owner[name+"."+fd.Name.Name] = fd.Name.Pos()
			}
		}
		for _, imp := range f.Imports {
			if imp.Name != nil && imp.Name.Name != "." && imp.Name.Name != "_" {
				owner[imp.Name.Name] = imp.Name.Pos()
			}
		}
	}
	for _, s := range u.sources {
		s.funcs = slices.DeleteFunc(s.funcs, func(a *annotation) bool {
			key := a.twin
			if a.decl.Recv != nil {
				name, _ := recvName(a.decl)
				key = name + "." + a.twin
			}
			why := ", which is taken"
			at, taken := owner[key]
			if step, stepTaken := owner[stepName(key)]; !taken && stepTaken {
				why = fmt.Sprintf(": the name of its step function, %s, is taken", stepName(a.twin))
				at, taken, key = step, true, stepName(key)
			}
			if !taken {
				owner[key], owner[stepName(key)] = a.directive.Pos(), a.directive.Pos()
				return false
			}
			if u.l.fset.PositionFor(at, false).Filename == s.out { // a twin file without its header, and so not goawait's
				if !slices.ContainsFunc(s.faults, func(d Diagnostic) bool { return d.Code == CodeForeignFile }) {
					s.faults = append(s.faults, *foreignFile(u.l.fset, a.directive, s.out, noHeader))
				}
				return true
			}
			s.faults = append(s.faults, Diagnostic{
				Pos: u.l.fset.PositionFor(a.directive.Pos(), false), Code: CodeNameTaken,
				Message: fmt.Sprintf("the twin of %s cannot be named %s%s", funcName(a.decl), a.twin, why),
				Hint:    "give it another name with //goawait:async Name",
				Related: []Related{{u.l.fset.PositionFor(at, false), key + " is declared here"}},
			})
			return true
		})
	}
}

// findFuncs makes the functions of the package's sources. It notes where a stub was wrong about an error result.
func (u *unit) findFuncs(stubs []stub) {
	twins := map[*annotation]*ast.FuncDecl{}
	for _, s := range stubs {
		twins[s.annotation] = s.decl
	}
	for _, s := range u.sources {
		for _, a := range s.funcs {
			obj, ok := u.pkg.Info.Defs[a.decl.Name].(*types.Func)
			if !ok {
				continue
			}
			sig := readSignature(obj.Signature())
			if validResults(obj.Signature()) {
				u.again = u.again || sig.HasErr != u.l.endsInError(a)
				u.l.results[a] = sig.HasErr
			}
			sf := u.pkg.source(s.path)
			if sf == nil {
				continue
			}
			if len(sig.Values) > maxValues {
				u.diags = append(u.diags, Diagnostic{
					Pos: u.l.fset.PositionFor(a.directive.Pos(), false), Code: CodeValues,
					Message: fmt.Sprintf("%s returns %d values, and a promise can have %d", funcName(a.decl), len(sig.Values), maxValues),
					Hint:    "return a struct",
					Related: []Related{{u.l.fset.PositionFor(a.decl.Type.Results.Pos(), false), "the results"}},
				})
			}
			twin, _ := u.pkg.Info.Defs[twins[a].Name].(*types.Func)
			sf.Funcs = append(sf.Funcs, &Func{
				Decl: a.decl, Obj: obj, Twin: twin, TwinName: a.twin, Directive: a.directive, Sig: sig,
			})
		}
	}
	for _, sf := range u.pkg.Sources {
		sf.GoVersion = u.pkg.Info.FileVersions[sf.AST]
		slices.SortFunc(sf.Funcs, func(a, b *Func) int { return int(a.Decl.Pos() - b.Decl.Pos()) })
	}
}

// source is the package's source file at path, if it is one to generate from.
func (p *Package) source(path string) *SourceFile {
	for _, sf := range p.Sources {
		if sf.Path == path {
			return sf
		}
	}
	return nil
}

// readSignature maps results to a promise.
func readSignature(sig *types.Signature) Signature {
	s := Signature{CtxParam: -1}
	for v := range sig.Results().Variables() {
		s.Values = append(s.Values, v.Type())
	}
	if n := len(s.Values); n > 0 && isError(s.Values[n-1]) {
		s.Values, s.HasErr = s.Values[:n-1], true
	}
	for i := range sig.Params().Len() {
		if isContext(sig.Params().At(i).Type()) && !(sig.Variadic() && i == sig.Params().Len()-1) {
			s.CtxParam = i
			break
		}
	}
	return s
}

// isContext reports whether a type is context.Context.
func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == "Context" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
}

// validResults reports whether all results have types, so that nothing is concluded from an error.
func validResults(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if v.Type() == types.Typ[types.Invalid] {
			return false
		}
	}
	return true
}

// isError reports whether a type is error, or an alias of it.
func isError(t types.Type) bool {
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}
