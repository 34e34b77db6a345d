package rewrite

// This file finds names for what goawait adds to a package, so that nothing of the user's is hidden or declared twice.

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// fileNames knows the names of one source file and of its twin file.
type fileNames struct {
	pkg      *Package
	src      *SourceFile
	spelled  map[string]bool           // every identifier in the source file
	locals   map[string]bool           // declared inside an annotated function, parameters included
	selected map[*ast.Ident]bool       // right of a dot, or a key: no use of a dot import
	own      map[string]string         // import path → the source's name for it, if generated code can use it
	userName map[string]string         // name of an import of the source → its path
	realName map[string]string         // import path → name of the package, of those that the source imports
	imports  map[string]string         // import path → name chosen for generated code
	made     map[string]bool           // package-level names made so far, and names of imports
	inFunc   map[*Func]map[string]bool // names in each function: spelled and made
	madeIn   map[string]bool           // names made in functions so far
	blanks   map[*ast.Ident]string     // names of type parameters that have none
	params   map[paramKey]string       // names made for parameters
	numbered map[*Func]map[string]int  // number of the last name made of a hint there: all before it are taken
	asked    map[string]bool           // package-level names that were of interest: another file's names must not be among them
	taken    []string                  // package-level names made for the package
}

// A paramKey is a parameter of a function: its name in the source, or what it would be called.
type paramKey struct {
	f    *Func
	hint string
}

func newFileNames(p *Package, sf *SourceFile) *fileNames {
	n := &fileNames{
		pkg: p, src: sf,
		spelled: map[string]bool{}, locals: map[string]bool{}, selected: map[*ast.Ident]bool{},
		own: map[string]string{}, userName: map[string]string{}, realName: map[string]string{}, imports: map[string]string{},
		made: map[string]bool{}, inFunc: map[*Func]map[string]bool{}, madeIn: map[string]bool{},
		numbered: map[*Func]map[string]int{}, blanks: map[*ast.Ident]string{}, params: map[paramKey]string{}, asked: map[string]bool{},
	}
	ast.Inspect(sf.AST, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.Ident:
			n.spelled[m.Name] = true
		case *ast.SelectorExpr:
			n.selected[m.Sel] = true
		}
		return true
	})
	for _, f := range sf.Funcs {
		ast.Inspect(f.Decl, func(m ast.Node) bool {
			if id, ok := m.(*ast.Ident); ok && id != f.Decl.Name && !n.locals[id.Name] {
				if _, use := p.Info.Uses[id]; !use || p.Info.Defs[id] != nil {
					n.locals[id.Name] = true
				}
			}
			return true
		})
	}
	for _, spec := range sf.AST.Imports {
		n.addUserImport(spec)
	}
	return n
}

func (n *fileNames) addUserImport(spec *ast.ImportSpec) {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return
	}
	obj := n.pkg.Info.Implicits[spec]
	if spec.Name != nil {
		obj = n.pkg.Info.Defs[spec.Name]
	}
	pkgName, ok := obj.(*types.PkgName)
	if !ok || pkgName.Name() == "." || pkgName.Name() == "_" {
		return // one of these, or "C"
	}
	n.realName[path] = pkgName.Imported().Name()
	if n.userName[pkgName.Name()] = path; n.own[path] == "" && !n.locals[pkgName.Name()] {
		n.own[path] = pkgName.Name()
	}
}

// chooseImport finds a name for a package in generated code.
func (n *fileNames) chooseImport(path, name string) string {
	if own := n.own[path]; own != "" {
		return own
	}
	imp := number(name, func(s string) bool {
		p, taken := n.userName[s]
		return !n.pkg.Declared[s] && !n.locals[s] && !n.made[s] && !n.madeIn[s] && (!taken || p == path) && !n.dotImported(s) && usable(s)
	})
	n.made[imp] = true
	return imp
}

// dotImported reports whether the name comes into the source file by a dot import.
func (n *fileNames) dotImported(s string) bool {
	scope := n.pkg.Info.Scopes[n.src.AST]
	if scope == nil {
		return false
	}
	obj := scope.Lookup(s)
	_, isImport := obj.(*types.PkgName)
	return obj != nil && !isImport
}

// fresh makes a package-level name like hint: free in the package, whatever files are built, and not used in the source file
// for anything else.
func (tf *twinFile) fresh(hint string) string {
	n := tf.names
	name := number(hint, func(s string) bool {
		n.asked[s] = true
		return !tf.pkg.Reserved[s] && !n.spelled[s] && !n.made[s] && !n.dotImported(s) && usable(s)
	})
	n.made[name] = true
	n.taken = append(n.taken, name)
	return name
}

// freshIn makes a name like hint for use inside of one function: no identifier in the function has it, nor does anything
// that generated code may refer to there.
func (tf *twinFile) freshIn(f *Func, hint string) string {
	n := tf.names
	in := n.inFunc[f]
	if in == nil {
		in = map[string]bool{}
		ast.Inspect(f.Decl, func(m ast.Node) bool {
			if id, ok := m.(*ast.Ident); ok {
				in[id.Name] = true
			}
			return true
		})
		n.inFunc[f], n.numbered[f] = in, map[string]int{}
	}
	name, last := numberFrom(n.numbered[f][hint]+1, hint, func(s string) bool {
		_, isImport := n.userName[s]
		return !in[s] && !isImport && !n.made[s] && !tf.pkg.Declared[s] && !n.dotImported(s) && usable(s)
	})
	in[name], n.madeIn[name], n.numbered[f][hint] = true, true, last
	return name
}

// isPredeclared reports whether a predeclared name has its meaning in the file, and in the head of the function in the making.
func (tf *twinFile) isPredeclared(name string) bool {
	return !tf.typeParams[name] && !tf.pkg.Declared[name] && !tf.names.dotImported(name) && tf.names.userName[name] == ""
}

// localAt is what a name stands for at a place in the source, if a function declares that; nil if not.
func (tf *twinFile) localAt(name string, pos token.Pos) types.Object {
	if !tf.names.locals[name] {
		return nil
	}
	inner := tf.pkg.Types.Scope().Innermost(pos)
	if inner == nil {
		return nil
	}
	scope, obj := inner.LookupParent(name, pos)
	if scope == nil || scope == types.Universe || scope == tf.pkg.Types.Scope() || scope.Parent() == tf.pkg.Types.Scope() {
		return nil
	}
	return obj
}

// number gives the hint, or else hint2, hint3 and so on, whichever is the first that is free.
func number(hint string, free func(string) bool) string {
	name, _ := numberFrom(1, hint, free)
	return name
}

// numberFrom is number for a hint of which the names before the i-th are known to be taken. It gives the place of the name, too.
func numberFrom(i int, hint string, free func(string) bool) (string, int) {
	hint = strings.TrimRight(hint, "0123456789")
	if !token.IsIdentifier(hint) && !token.IsKeyword(hint) {
		hint = "x"
	}
	for ; ; i++ {
		s := hint
		if i > 1 {
			s += strconv.Itoa(i)
		}
		if token.IsIdentifier(s) && free(s) {
			return s, i
		}
	}
}

// usable reports whether a name can be given to something without hiding a predeclared one.
func usable(s string) bool {
	return token.IsIdentifier(s) && s != "_" && s != "init" && s != "main" && types.Universe.Lookup(s) == nil
}
