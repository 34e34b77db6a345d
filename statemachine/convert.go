package statemachine

// This file knows which values gc copies when it comes to them, as they become values of an interface type.

import (
	"go/ast"
	"go/token"
	"go/types"
)

// into notes that the values xs become ones of the types that to gives.
func (b *builder) into(to func(i int) types.Type, xs ...ast.Expr) {
	for i, x := range xs {
		if b.src.Copied(x, to(i)) {
			b.copied[x] = true
		}
	}
}

// intoAll is into with one type for all.
func (b *builder) intoAll(t types.Type, xs ...ast.Expr) {
	b.into(func(int) types.Type { return t }, xs...)
}

// Copied reports whether gc copies x, before it makes calls to the right of x, to convert it to the type to: an interface holds a
// pointer to it, and there is no variable that could be copied later. These are findings, as those about early are, and the same with all
// builds of gc 1.26; they follow its dataWordFuncName.
func (s *Source) Copied(x ast.Expr, to types.Type) bool {
	tv := s.Info.Types[x]
	if to == nil || !isInterface(to) || tv.Type == nil || isInterface(tv.Type) || tv.Addressable() || tv.Value != nil || tv.IsNil() || tv.IsType() {
		return false
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.FuncLit: // the same at any time
		return false
	case *ast.UnaryExpr:
		if _, name := ast.Unparen(x.X).(*ast.Ident); name && x.Op == token.AND {
			return false
		}
	}
	if fn, ok := s.Info.Uses[calleeIdent(x)].(*types.Func); ok && fn.Signature().Recv() == nil {
		return false
	}
	us := underlying(tv.Type)
	for _, u := range us {
		if !copiedType(u) {
			return false
		}
	}
	return len(us) > 0
}

// isInterface reports whether t is an interface type, and no type parameter.
func isInterface(t types.Type) bool {
	_, param := types.Unalias(t).(*types.TypeParam)
	return types.IsInterface(t) && !param
}

var sizes = types.SizesFor("gc", "amd64")

// copiedType reports whether gc makes an interface value from the address of one of type t: it has a function that takes the value for
// numbers of two, four and eight bytes and what is laid out like them, for strings and for slices.
func copiedType(t types.Type) bool {
	switch sole := soleComponent(t).Underlying().(type) {
	case *types.Slice:
		return false
	case *types.Basic:
		if sole.Info()&types.IsString != 0 {
			return false
		}
	case *types.Tuple: // a call with several results
		return false
	}
	if dependsOnParam(t) {
		return soleComponent(t) == t // it has several words, most likely
	}
	size, align := sizes.Sizeof(t), sizes.Alignof(t)
	switch {
	case size == 2 && align == 2:
		return false
	case (size == 4 || size == 8) && align == size:
		return HasPointers(t)
	}
	return true
}

// passedAsNumber reports whether gc makes a number of a map key of type t, which is a struct or an array: of four or eight bytes that are
// compared as they are.
func passedAsNumber(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
	default:
		return false
	}
	if dependsOnParam(t) {
		return false
	}
	size := sizes.Sizeof(t)
	return (size == 4 || size == 8) && comparedBytes(t) == size
}

// comparedBytes is how many bytes of a value are compared as they are.
func comparedBytes(t types.Type) (n int64) {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&(types.IsInteger|types.IsBoolean) != 0 || u.Kind() == types.UnsafePointer {
			return sizes.Sizeof(u)
		}
	case *types.Pointer, *types.Chan:
		return sizes.Sizeof(u)
	case *types.Array:
		return u.Len() * comparedBytes(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if f.Name() != "_" {
				n += comparedBytes(f.Type())
			}
		}
	}
	return n
}

// soleComponent is the type of the only component of a struct or array, or of that of it; t itself if it has none or several.
func soleComponent(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if u.NumFields() == 1 {
			return soleComponent(u.Field(0).Type())
		}
	case *types.Array:
		if u.Len() == 1 {
			return soleComponent(u.Elem())
		}
	}
	return t
}

// dependsOnParam reports whether the size of t depends on a type parameter.
func dependsOnParam(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if dependsOnParam(f.Type()) {
				return true
			}
		}
	case *types.Array:
		return dependsOnParam(u.Elem())
	}
	return false
}

// ParamType is the type of the parameter that the argument i of a call of a function of type sig is given to; spread says that the last
// argument is spread. It is nil if there is none.
func ParamType(sig *types.Signature, i int, spread bool) types.Type {
	if sig == nil {
		return nil
	}
	last := sig.Params().Len() - 1
	if sig.Variadic() && i >= last && !spread {
		if s, ok := sig.Params().At(last).Type().Underlying().(*types.Slice); ok {
			return s.Elem()
		}
	}
	if i > last {
		return nil
	}
	return sig.Params().At(i).Type()
}
