package statemachine

// This file tells which types a type parameter may stand for.

import (
	"go/types"
	"slices"
)

// Core is the underlying type, of a type parameter that of all its type set, if there is one: else it is the constraint.
func Core(t types.Type) types.Type {
	us := underlying(t)
	if len(us) == 0 {
		return t.Underlying()
	}
	core := us[0]
	for _, u := range us[1:] {
		if core = common(core, u); core == nil {
			return t.Underlying()
		}
	}
	return core
}

// common is the type that stands for both: of channels that differ in direction the one that allows less. It is nil if there is none.
func common(x, y types.Type) types.Type {
	if types.Identical(x, y) {
		return x
	}
	c, ok := x.(*types.Chan)
	d, ok2 := y.(*types.Chan)
	switch {
	case !ok || !ok2 || !types.Identical(c.Elem(), d.Elem()):
		return nil
	case c.Dir() == types.SendRecv:
		return d
	case d.Dir() == types.SendRecv:
		return c
	}
	return nil
}

func isChan(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := Core(t).(*types.Chan)
	return ok
}

// mayBeArray reports whether t is an array type, or a type parameter that may stand for one.
func mayBeArray(t types.Type) bool {
	return slices.ContainsFunc(underlying(t), func(u types.Type) bool { _, ok := u.(*types.Array); return ok })
}

// underlying lists the underlying types of what t may stand for: it is one if t is no type parameter. There is none if the constraint
// allows any type, or no type at all.
func underlying(t types.Type) (us []types.Type) {
	if _, ok := types.Unalias(t).(*types.TypeParam); !ok {
		return []types.Type{t.Underlying()}
	}
	terms, _ := typeSet(t.Underlying())
	for _, x := range terms {
		us = append(us, x.Type().Underlying())
	}
	return us
}

// typeSet gives the types that belong to what an interface embeds, or to any type at all. Methods leave none of them out.
//
//	interface{ Integer | Float }       the terms of Integer, and those of Float
//	interface{ ~chan int; any }        ~chan int
//	interface{ ~[]int | ~[3]int; comparable }    ~[3]int
func typeSet(t types.Type) (terms []*types.Term, all bool) {
	if u, ok := types.Unalias(t).(*types.Union); ok {
		for term := range u.Terms() {
			if !types.IsInterface(term.Type()) {
				terms = append(terms, term)
				continue
			}
			more, all := typeSet(term.Type())
			if all {
				return nil, true
			}
			terms = append(terms, more...)
		}
		return terms, false
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return []*types.Term{types.NewTerm(false, t)}, false
	}
	all = true
	for e := range i.EmbeddedTypes() {
		more, any := typeSet(e)
		switch {
		case any:
		case all:
			terms, all = more, false
		default:
			terms = intersect(terms, more)
		}
	}
	if i.IsComparable() { // if it says so, or if all are
		terms = slices.DeleteFunc(slices.Clone(terms), func(x *types.Term) bool { return !types.Implements(x.Type(), strictlyComparable) })
	}
	return terms, all
}

var strictlyComparable = types.Universe.Lookup("comparable").Type().Underlying().(*types.Interface)

// intersect gives the terms of what belongs to both.
func intersect(xs, ys []*types.Term) (both []*types.Term) {
	for _, x := range xs {
		for _, y := range ys {
			switch {
			case types.Identical(x.Type(), y.Type()):
				both = append(both, types.NewTerm(x.Tilde() && y.Tilde(), x.Type()))
			case x.Tilde() && types.Identical(x.Type(), y.Type().Underlying()):
				both = append(both, y)
			case y.Tilde() && types.Identical(y.Type(), x.Type().Underlying()):
				both = append(both, x)
			}
		}
	}
	return both
}
