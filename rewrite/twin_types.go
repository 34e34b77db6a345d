package rewrite

// This file spells types.

import (
	"fmt"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"github.com/dave/dst"
)

// A typeSubst names type parameters. Nil stands for their own names.
type typeSubst func(*types.TypeParam) string

// typeExpr spells a type as it can be written at package level of the twin file. The error says why it cannot be: the type is local
// to a function, or another package keeps it or a part of it to itself. An alias is spelled as such where it can be.
func (tf *twinFile) typeExpr(t types.Type, names ...typeSubst) (dst.Expr, error) {
	s := speller{tf: tf}
	for _, n := range names {
		s.names = n
	}
	return s.try(func(s *speller) dst.Expr { return s.spell(t) })
}

// localTypeExpr is typeExpr inside of a function, where the types that local approves of can be named, too.
func (tf *twinFile) localTypeExpr(t types.Type, names typeSubst, local func(*types.TypeName) bool) (dst.Expr, error) {
	s := speller{tf: tf, names: names, local: local}
	return s.try(func(s *speller) dst.Expr { return s.spell(t) })
}

// try runs spell on its own; what a failure had imported by then is not imported.
func (s *speller) try(spell func(*speller) dst.Expr) (dst.Expr, error) {
	before := len(s.tf.imports.list)
	try := speller{tf: s.tf, names: s.names, local: s.local}
	e := spell(&try)
	if try.err != nil {
		s.tf.imports.keep(before)
	}
	return e, try.err
}

type speller struct {
	tf    *twinFile
	names typeSubst
	local func(*types.TypeName) bool // types of the function that can be named; nil for none
	err   error
}

func (s *speller) fail(format string, args ...any) dst.Expr {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
	return dst.NewIdent("_")
}

func (s *speller) spell(t types.Type) dst.Expr {
	if s.err != nil {
		return dst.NewIdent("_")
	}
	switch t := t.(type) {
	case *types.Basic:
		return s.basic(t)
	case *types.Alias:
		return s.alias(t)
	case *types.Named:
		return s.instance(s.object(t.Obj()), t.TypeArgs())
	case *types.TypeParam:
		return s.typeParam(t)
	case *types.Pointer:
		return &dst.StarExpr{X: s.spell(t.Elem())}
	case *types.Slice:
		return &dst.ArrayType{Elt: s.spell(t.Elem())}
	case *types.Array:
		n := &dst.BasicLit{Kind: token.INT, Value: strconv.FormatInt(t.Len(), 10)}
		return &dst.ArrayType{Len: n, Elt: s.spell(t.Elem())}
	case *types.Map:
		return &dst.MapType{Key: s.spell(t.Key()), Value: s.spell(t.Elem())}
	case *types.Chan:
		return s.channel(t)
	case *types.Signature:
		return s.function(t)
	case *types.Struct:
		return s.structure(t)
	case *types.Interface:
		return s.iface(t)
	case *types.Union:
		return s.union(t)
	}
	return s.fail("a value of type %s has no type that can be written", t)
}

func (s *speller) basic(t *types.Basic) dst.Expr {
	if t.Kind() == types.UnsafePointer {
		return s.tf.pkgRef("unsafe", "unsafe", "Pointer")
	}
	if t.Info()&types.IsUntyped != 0 {
		if t.Kind() == types.UntypedNil {
			return s.fail("nil has no type")
		}
		t = types.Default(t).(*types.Basic)
	}
	return s.universe(t.Name())
}

// universe is a predeclared name, unless the package gives it to something else.
func (s *speller) universe(name string) dst.Expr {
	if !s.tf.isPredeclared(name) {
		return s.fail("the package gives the name %s to something else", name)
	}
	return dst.NewIdent(name)
}

func (s *speller) typeParam(t *types.TypeParam) dst.Expr {
	if s.names != nil {
		return dst.NewIdent(s.names(t))
	}
	return dst.NewIdent(t.Obj().Name())
}

// alias spells the alias, or else the type that it stands for.
func (s *speller) alias(t *types.Alias) dst.Expr {
	e, err := s.try(func(s *speller) dst.Expr { return s.instance(s.object(t.Obj()), t.TypeArgs()) })
	if err == nil {
		return e
	}
	return s.spell(t.Rhs())
}

// object is the name of a type.
func (s *speller) object(obj *types.TypeName) dst.Expr {
	pkg := obj.Pkg()
	switch {
	case pkg == nil:
		return s.universe(obj.Name())
	case obj.Parent() != pkg.Scope() && s.local != nil && s.local(obj):
		return dst.NewIdent(obj.Name())
	case obj.Parent() != pkg.Scope():
		return s.fail("type %s is declared inside of a function", obj.Name())
	case pkg == s.tf.pkg.Types && strings.HasPrefix(obj.Name(), "_C"):
		return s.cgo(obj.Name())
	case pkg == s.tf.pkg.Types && s.tf.typeParams[obj.Name()]:
		return s.fail("the function gives the name of type %s to a type parameter", obj.Name())
	case pkg == s.tf.pkg.Types:
		return dst.NewIdent(obj.Name())
	case !obj.Exported():
		return s.fail("type %s.%s is not exported", pkg.Name(), obj.Name())
	case !importable(pkg, s.tf.pkg.Path):
		return s.fail("type %s.%s is of package %s, which cannot be imported here", pkg.Name(), obj.Name(), pkg.Path())
	}
	return s.tf.pkgRef(pkg.Path(), pkg.Name(), obj.Name())
}

// cgo spells a type of C's, which only a file with import "C" can.
func (s *speller) cgo(name string) dst.Expr {
	c, ok := strings.CutPrefix(name, "_Ctype_")
	if !ok || !s.tf.src.Cgo {
		return s.fail("type %s is of C", name)
	}
	s.tf.useImport("C", "C")
	return &dst.SelectorExpr{X: dst.NewIdent("C"), Sel: dst.NewIdent(c)}
}

// importable reports whether the package at path may import pkg.
func importable(pkg *types.Package, path string) bool {
	if pkg.Name() == "main" || strings.HasPrefix(pkg.Path(), "vendor/") || strings.Contains(pkg.Path(), "/vendor/") {
		return false
	}
	for p := pkg.Path(); ; {
		i := strings.LastIndex("/"+p+"/", "/internal/")
		if i < 0 {
			return true
		}
		parent := strings.TrimSuffix(p[:max(0, i-1)], "/")
		if parent == "" {
			return false // of the standard library, or malformed
		}
		if path != parent && !strings.HasPrefix(path, parent+"/") {
			return false
		}
		p = parent
	}
}

func (s *speller) instance(e dst.Expr, args *types.TypeList) dst.Expr {
	var list []dst.Expr
	for t := range args.Types() {
		list = append(list, s.spell(t))
	}
	return index(e, list)
}

// index is e[args], or e without any.
func index(e dst.Expr, args []dst.Expr) dst.Expr {
	switch len(args) {
	case 0:
		return e
	case 1:
		return &dst.IndexExpr{X: e, Index: args[0]}
	}
	return &dst.IndexListExpr{X: e, Indices: args}
}

func (s *speller) channel(t *types.Chan) dst.Expr {
	dir := map[types.ChanDir]dst.ChanDir{
		types.SendRecv: dst.SEND | dst.RECV, types.SendOnly: dst.SEND, types.RecvOnly: dst.RECV,
	}[t.Dir()]
	elem := s.spell(t.Elem())
	if c, ok := elem.(*dst.ChanType); ok && c.Dir == dst.RECV && dir != dst.SEND {
		elem = &dst.ParenExpr{X: elem} // chan <-chan T would be chan<- (chan T)
	}
	return &dst.ChanType{Dir: dir, Value: elem}
}

func (s *speller) function(t *types.Signature) *dst.FuncType {
	f := &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true}}
	for i := range t.Params().Len() {
		p := t.Params().At(i).Type()
		var e dst.Expr
		if t.Variadic() && i == t.Params().Len()-1 {
			e = &dst.Ellipsis{Elt: s.spell(p.(*types.Slice).Elem())}
		} else {
			e = s.spell(p)
		}
		f.Params.List = append(f.Params.List, &dst.Field{Type: e})
	}
	if n := t.Results().Len(); n > 0 {
		f.Results = &dst.FieldList{Opening: n > 1, Closing: n > 1}
		for r := range t.Results().Variables() {
			f.Results.List = append(f.Results.List, &dst.Field{Type: s.spell(r.Type())})
		}
	}
	return f
}

func (s *speller) structure(t *types.Struct) dst.Expr {
	list := &dst.FieldList{Opening: true, Closing: true}
	for i := range t.NumFields() {
		v := t.Field(i)
		if !v.Exported() && v.Pkg() != s.tf.pkg.Types {
			return s.fail("a struct type has the field %s, which package %s keeps to itself", v.Name(), v.Pkg().Name())
		}
		f := &dst.Field{Type: s.spell(v.Type())}
		if !v.Embedded() {
			f.Names = []*dst.Ident{dst.NewIdent(v.Name())}
		}
		if tag := t.Tag(i); tag != "" {
			f.Tag = &dst.BasicLit{Kind: token.STRING, Value: strconv.Quote(tag)}
		}
		f.Decs.Before, f.Decs.After = dst.NewLine, dst.NewLine
		list.List = append(list.List, f)
	}
	return &dst.StructType{Fields: list}
}

func (s *speller) iface(t *types.Interface) dst.Expr {
	if t.IsImplicit() && t.NumEmbeddeds() == 1 {
		return s.spell(t.EmbeddedType(0))
	}
	list := &dst.FieldList{Opening: true, Closing: true}
	for m := range t.ExplicitMethods() {
		if !m.Exported() && m.Pkg() != s.tf.pkg.Types {
			return s.fail("an interface type has the method %s, which package %s keeps to itself", m.Name(), m.Pkg().Name())
		}
		sig := s.function(m.Signature())
		sig.Func = false
		list.List = append(list.List, &dst.Field{Names: []*dst.Ident{dst.NewIdent(m.Name())}, Type: sig})
	}
	for e := range t.EmbeddedTypes() {
		list.List = append(list.List, &dst.Field{Type: s.spell(e)})
	}
	for _, f := range list.List {
		f.Decs.Before, f.Decs.After = dst.NewLine, dst.NewLine
	}
	return &dst.InterfaceType{Methods: list}
}

func (s *speller) union(t *types.Union) (e dst.Expr) {
	for term := range t.Terms() {
		x := s.spell(term.Type())
		if term.Tilde() {
			x = &dst.UnaryExpr{Op: token.TILDE, X: x}
		}
		if e == nil {
			e = x
			continue
		}
		e = &dst.BinaryExpr{X: e, Op: token.OR, Y: x}
	}
	return e
}
