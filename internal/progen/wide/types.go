package wide

// This file holds the types of generated programs: a fixed stock, and the struct types that a program declares itself.

import (
	"fmt"
	"strings"
)

type kind int

const (
	kInt kind = iota // all integer types, see bits
	kFloat
	kString
	kBool
	kSlice
	kArray
	kMap
	kPtr
	kStruct
	kFunc
	kAny
	kShape // the interface type of the prelude
	kErr
	kOpaque // a type parameter
)

// A typ is a type. Equal types are one pointer.
type typ struct {
	kind   kind
	name   string // as a program spells it
	elem   *typ   // of slices, arrays, maps, pointers; result of functions
	key    *typ   // of maps; parameter of functions, if any
	n      int    // length of arrays, a power of two
	fields []field
}

type field struct {
	name string
	typ  *typ
}

var (
	tInt   = &typ{kind: kInt, name: "int"}
	tInt64 = &typ{kind: kInt, name: "int64"}
	tByte  = &typ{kind: kInt, name: "uint8"}
	tNum   = &typ{kind: kInt, name: "num"} // of the prelude, with methods
	tFloat = &typ{kind: kFloat, name: "float64"}
	tStr   = &typ{kind: kString, name: "string"}
	tBool  = &typ{kind: kBool, name: "bool"}
	tInts  = &typ{kind: kSlice, name: "[]int", elem: tInt}
	tStrs  = &typ{kind: kSlice, name: "[]string", elem: tStr}
	tArr   = &typ{kind: kArray, name: "[4]int", elem: tInt, n: 4}
	tArrS  = &typ{kind: kArray, name: "[2]string", elem: tStr, n: 2}
	tGrid  = &typ{kind: kSlice, name: "[][]int", elem: tInts}
	tRows  = &typ{kind: kArray, name: "[2][4]int", elem: tArr, n: 2}
	tMapSI = &typ{kind: kMap, name: "map[string]int", key: tStr, elem: tInt}
	tMapIS = &typ{kind: kMap, name: "map[int]string", key: tInt, elem: tStr}
	tPtr   = &typ{kind: kPtr, name: "*int", elem: tInt}
	tPtrS  = &typ{kind: kPtr, name: "*string", elem: tStr}
	tPtrA  = &typ{kind: kPtr, name: "*[4]int", elem: tArr}
	tFunc  = &typ{kind: kFunc, name: "func() int", elem: tInt}
	tFunc1 = &typ{kind: kFunc, name: "func(int) string", elem: tStr, key: tInt}
	tAny   = &typ{kind: kAny, name: "any"}
	tShape = &typ{kind: kShape, name: "shape"}
	tErr   = &typ{kind: kErr, name: "error"}
	tPair  = &typ{kind: kStruct, name: "pair[int, string]", fields: []field{{"A", tInt}, {"B", tStr}}}
	tBoxed = &typ{kind: kStruct, name: "pair[string, [4]int]", fields: []field{{"A", tStr}, {"B", tArr}}}
)

// basics may stand anywhere; values are all types that may be stored, handed on and shown.
var (
	basics = []*typ{tInt, tInt, tInt, tStr, tStr, tBool, tInt64, tByte, tNum, tFloat}
	values = []*typ{tInts, tInts, tStrs, tArr, tArrS, tMapSI, tMapIS, tAny, tPair, tBoxed, tGrid, tRows}
	locals = []*typ{tPtr, tPtrS, tPtrA, tFunc, tFunc, tFunc1, tShape, tErr} // of variables only
)

func (t *typ) basic() bool { return t.kind <= kBool }

// shared reports that a value of the type may be changed through a copy of it.
func (t *typ) shared() bool {
	switch t.kind {
	case kSlice, kMap, kPtr, kFunc, kShape:
		return true
	case kStruct:
		for _, f := range t.fields {
			if f.typ.shared() {
				return true
			}
		}
	}
	return false
}

// newStruct declares a struct type with a few fields, and two methods:
//
//	func (x rec0) val(k int) int     reads x
//	func (x *rec0) inc(k int) int    changes x
func (g *gen) newStruct(i int) *typ {
	s := &typ{kind: kStruct, name: fmt.Sprintf("rec%d", i), fields: []field{{"N", tInt}}}
	for _, name := range []string{"A", "B", "C"}[:1+g.n(3)] {
		t := one(g, basics)
		if g.chance(40) {
			t = one(g, []*typ{tInts, tArr, tStr, tArrS})
		}
		s.fields = append(s.fields, field{name, t})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "type %s struct {\n", s.name)
	for _, f := range s.fields {
		fmt.Fprintf(&b, "%s %s\n", f.name, f.typ.name)
	}
	if len(g.structs) > 0 && g.chance(50) {
		in := one(g, g.structs)
		s.fields = append(s.fields, field{in.name, in})
		fmt.Fprintf(&b, "%s\n", in.name)
	}
	fmt.Fprintf(&b, "}\n\nfunc (x %s) val(k int) int { return x.N*%d + k }\n", s.name, 2+g.n(5))
	fmt.Fprintf(&b, "func (x *%s) inc(k int) int { x.N += k; return x.N }\n\n", s.name)
	g.decls = append(g.decls, b.String())
	return s
}

// sliceOf gives the type of slices of a struct type of the program.
func (g *gen) sliceOf(s *typ) *typ {
	if g.slices[s] == nil {
		g.slices[s] = &typ{kind: kSlice, name: "[]" + s.name, elem: s}
	}
	return g.slices[s]
}

// ptrTo gives the type of pointers to a struct type of the program.
func (g *gen) ptrTo(s *typ) *typ {
	if g.ptrs[s] == nil {
		g.ptrs[s] = &typ{kind: kPtr, name: "*" + s.name, elem: s}
	}
	return g.ptrs[s]
}

// prelude is what every program may use. ints and strs make up for slices that a failed call left nil.
const prelude = `
type num int

func (n num) twice() num { return n * 2 }
func (n *num) up(k num) num { *n += k; return *n }

type pair[X, Y any] struct {
	A X
	B Y
}

func (p pair[X, Y]) first() X { return p.A }
func (p *pair[X, Y]) swap(x X) X { x, p.A = p.A, x; return x }

type shape interface{ area(k int) int }

type square struct{ N int }
type disc struct{ N int }

func (s square) area(k int) int { return s.N*s.N + k }
func (d *disc) area(k int) int { d.N += k; return d.N * 3 }

var (
	errA = errors.New("A")
	errB = fmt.Errorf("B of %w", errA)
)

type failure struct{ code int }

func (f failure) Error() string { return fmt.Sprint("failure ", f.code) }

func ints(s []int) []int {
	if len(s) < 2 {
		return append(slices.Clone(s), 71, 72)
	}
	return s
}

func strs(s []string) []string {
	if len(s) < 2 {
		return append(slices.Clone(s), "y", "z")
	}
	return s
}

func ref[X any](x X) *X { return &x }

func zero[X any]() X { return *new(X) }

type box[X any] struct {
	v X
	n int
}

func same[X any](x X) X { return x }

func same2[X, Y any](x X, y Y) (X, Y) { return x, y }

func cut(s string) string { return s[:min(len(s), 24)] }

func either[X any](c bool, x, y X) X {
	if c {
		return x
	}
	return y
}

func join(a int, s string) string { return fmt.Sprint(a, s) }

func sum(a int, more ...int) int {
	for i, m := range more {
		a += m * (i + 2)
	}
	return a
}

func at[X any](t *kit.T, s string, p *X) *X {
	t.Log(s)
	return p
}

// later makes a promise that changes something while it is pending.
func later[X any](t *kit.T, s string, v X, f func()) *async.Promise[X] {
	t.Later(f)
	return kit.A(t, s, v)
}

func count(t *kit.T, s string, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer t.Log(s, "cleaned up")
		for i := range n {
			if !yield(i) {
				t.Log(s, "stopped at", i)
				return
			}
		}
	}
}

func words(t *kit.T, s string, n int) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for i := range n {
			if !yield(s+"abcd"[i&3:], i*i) {
				t.Log(s, "stopped")
				return
			}
		}
		t.Log(s, "exhausted")
	}
}

func times(n int) func(func() bool) {
	return func(yield func() bool) {
		for range n {
			if !yield() {
				return
			}
		}
	}
}

func recovered(t *kit.T, s string, v any) {
	if v != nil {
		t.Log(s, kit.Shown(v))
	}
}

func full[X any](xs ...X) chan X {
	c := make(chan X, len(xs))
	for _, x := range xs {
		c <- x
	}
	close(c)
	return c
}

// soon makes a channel that gives its values when somebody waits for them.
func soon[X any](t *kit.T, s string, xs ...X) chan X {
	t.Log(s)
	c := make(chan X)
	t.Soon(func() {
		for _, x := range xs {
			c <- x
		}
		close(c)
	})
	return c
}

func note(t *kit.T, s string, args ...any) { t.Log(s, fmt.Sprint(args...), recover() == nil) }

type closer struct {
	t *kit.T
	s string
}

func (c closer) close(k int) { c.t.Log(c.s, "closed", k) }
func (c *closer) rescue()    { recovered(c.t, c.s, recover()) }
`
