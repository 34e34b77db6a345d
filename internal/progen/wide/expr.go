package wide

// This file writes expressions.
//
// gc makes the calls of an expression first and reads variables after them, but not everywhere: a conversion to an
// interface, a map read or a comparison of structs beside a call may come before or after it. There, only such things are
// read as no call can change.

import (
	"fmt"
	"strings"
)

// An ex says what an expression may be.
type ex struct {
	d     int   // depth left
	call  bool  // calls, and awaits where the body allows them
	firm  bool  // reads nothing that a call could change
	alias alias // of which values it may be
}

// An alias says with which variables a slice or a map may share its elements.
type alias int

const (
	fresh alias = iota // with none
	withVol
	withFirm
	withAny
)

func (e ex) deeper() ex          { e.d--; return e }
func (e ex) settled() ex         { e.firm = e.firm || e.call; return e.deeper() } // beside calls, only what is firm
func (e ex) as(a alias) ex       { e.alias = a; return e }
func (e ex) plain() ex           { e.call = false; return e }
func aliasOf(v *variable) ex     { return ex{alias: map[bool]alias{true: withVol, false: withFirm}[v.vol]} }
func (e ex) like(v *variable) ex { return e.as(aliasOf(v).alias) }

// may reports whether a variable may be read.
func (e ex) may(v *variable) bool {
	if e.firm && v.vol {
		return false
	}
	if v.typ.kind == kPtr || v.typ.kind == kFunc || !v.typ.shared() || e.alias == withAny {
		return true
	}
	return !v.ro && (e.alias == withVol && v.vol || e.alias == withFirm && !v.vol)
}

// top is the beginning of an expression in a statement of b.
func (b *body) top() ex { return ex{d: 1 + b.n(4), call: b.chance(80)} }

// lit writes a constant, or the simplest value there is.
func (b *body) lit(t *typ) string {
	k := b.n(10)
	switch t.kind {
	case kInt:
		if t == tInt {
			return fmt.Sprint(k)
		}
		return fmt.Sprintf("%s(%d)", t.name, k)
	case kFloat:
		return fmt.Sprintf("float64(%d.5)", k)
	case kString:
		return fmt.Sprintf("%q", strings.Repeat(string("abcdefghij"[k]), 1+b.n(2)))
	case kBool:
		return fmt.Sprint(k < 5)
	case kAny:
		return fmt.Sprintf("any(%d)", k)
	case kShape:
		return fmt.Sprintf("shape(square{%d})", k)
	case kErr:
		return one(b.gen, []string{"errA", "errB", fmt.Sprintf("error(failure{%d})", k)})
	case kPtr:
		if t.elem.kind == kStruct || t.elem.kind == kArray {
			return "&" + b.lit(t.elem)
		}
		return fmt.Sprintf("ref[%s](%s)", t.elem.name, b.lit(t.elem))
	case kFunc:
		if t.key != nil {
			return fmt.Sprintf("func(k int) string { return fmt.Sprint(%d, k) }", k)
		}
		return fmt.Sprintf("func() int { return %d }", k)
	case kSlice:
		return fmt.Sprintf("%s{%s, %s}", t.name, b.lit(t.elem), b.lit(t.elem))
	case kArray:
		return fmt.Sprintf("%s{%s, 1: %s}", t.name, b.lit(t.elem), b.lit(t.elem))
	case kMap:
		return fmt.Sprintf("%s{%s: %s}", t.name, b.lit(t.key), b.lit(t.elem))
	}
	if t.kind == kOpaque {
		return fmt.Sprintf("zero[%s]()", t.name)
	}
	var parts []string
	for _, f := range t.fields {
		if f.typ.basic() || f.typ.kind == kSlice {
			parts = append(parts, f.name+": "+b.lit(f.typ))
		}
	}
	return fmt.Sprintf("%s{%s}", t.name, strings.Join(parts, ", "))
}

// leaf writes an expression without operands.
func (b *body) leaf(t *typ, e ex) string {
	if b.chance(75) {
		if v := b.read(t, e); v != nil {
			return v.get()
		}
	}
	if t == tPtr && b.chance(25) {
		c := one(b.gen, []*typ{tInts, tArr})
		if v := b.addressable(c); v != nil {
			return "&" + v.get() + "[" + b.index(2, e.deeper()) + "]"
		}
	}
	if t.kind == kPtr && b.chance(60) {
		if v := b.addressable(t.elem); v != nil {
			return "&" + v.get()
		}
	}
	if e.call && b.awaits && b.chance(30) && b.rich(1) && !t.shared() {
		return b.await(t, b.lit(t))
	}
	return b.lit(t)
}

// addressable chooses a variable whose address may be taken.
func (b *body) addressable(t *typ) *variable {
	return b.pick(func(v *variable) bool { return v.typ == t && v.vol && !v.ro && !v.up })
}

// await writes the await of a promise of x.
func (b *body) await(t *typ, x string) string {
	return "async.Must(async.Await(" + b.promise(t, x) + "))"
}

// promise writes a promise of x that does not fail.
func (b *body) promise(t *typ, x string) string { // awaited at once
	if b.silent {
		return fmt.Sprintf("kit.Quiet[%s](t, %s)", t.name, x)
	}
	b.spend(1)
	if !b.beside && b.chance(12) {
		if text := b.change(); text != "" {
			return fmt.Sprintf("later[%s](t, %s, %s, func() { %s })", t.name, b.mark("late"), x, text)
		}
	}
	of := ""
	if t != tInt && t != tStr && t != tBool || b.chance(30) {
		of = "[" + t.name + "]"
	}
	return fmt.Sprintf("kit.A%s(t, %s, %s)", of, b.mark("a"), x)
}

// change writes a statement for a literal that changes a variable.
func (b *body) change() string {
	v := b.pick(func(v *variable) bool { return v.vol && !v.ro && !v.up && (v.typ.basic() || v.typ.kind == kArray) })
	if v == nil {
		return ""
	}
	switch v.typ.kind {
	case kInt:
		return fmt.Sprintf("%s %s %s", v.name, one(b.gen, []string{"=", "+=", "^="}), b.lit(v.typ))
	case kString:
		return fmt.Sprintf("%s %s %s", v.name, one(b.gen, []string{"=", "+="}), b.lit(v.typ))
	case kArray:
		return fmt.Sprintf("%s[%d] = %s", v.name, b.n(v.typ.n), b.lit(v.typ.elem))
	}
	return fmt.Sprintf("%s = %s", v.name, b.lit(v.typ))
}

// expr writes an expression of type t.
func (b *body) expr(t *typ, e ex) string {
	if e.d <= 0 || b.chance(12) {
		return b.leaf(t, e)
	}
	cs := b.paths(t, e)
	cs = append(cs, choice{"var", 3, func() string { return b.leaf(t, e) }})
	cs = append(cs, b.calls(t, e)...)
	switch t.kind {
	case kInt:
		cs = append(cs, b.ints(t, e)...)
	case kFloat:
		cs = append(cs, choice{"float", 6, func() string {
			return fmt.Sprintf("(%s %s %s)", b.expr(t, e.deeper()), one(b.gen, []string{"+", "-", "*"}), b.expr(t, e.deeper()))
		}}, choice{"convert", 3, func() string { return "float64(int(" + b.expr(tInt, e.deeper()) + "))" }})
	case kString:
		cs = append(cs, b.strings(e)...)
	case kBool:
		cs = append(cs, b.bools(e)...)
	default:
		cs = append(cs, b.others(t, e)...)
	}
	return b.choose(cs)
}

// index writes an index that is always in range.
func (b *body) index(n int, e ex) string {
	if b.chance(40) {
		return fmt.Sprint(b.n(n))
	}
	return fmt.Sprintf("(%s)&%d", b.expr(tInt, e), n-1)
}

// paths are reads of elements, fields and what pointers point to.
func (b *body) paths(t *typ, e ex) []choice {
	var cs []choice
	any := e.as(withAny)
	if t.basic() {
		add := func(c *typ) {
			if b.readable(c, any) {
				cs = append(cs, choice{"index", 3, func() string {
					n := 2
					if c.kind == kArray {
						n = c.n
					}
					v := b.read(c, any)
					return fmt.Sprintf("%s[%s]", v.get(), b.index(n, e.deeper()))
				}})
			}
		}
		switch t {
		case tInt:
			add(tInts)
			add(tArr)
			if m := any.settled(); b.readable(tMapSI, m) {
				cs = append(cs, choice{"mapread", 2, func() string { return b.read(tMapSI, m).get() + "[" + b.expr(tStr, m) + "]" }})
			}
			if !e.firm && b.readable(tPtrA, e) {
				cs = append(cs, choice{"index", 2, func() string { return b.read(tPtrA, e).get() + "[" + b.index(4, e.deeper()) + "]" }})
			}
		case tStr:
			add(tStrs)
			add(tArrS)
			if m := any.settled(); b.readable(tMapIS, m) {
				cs = append(cs, choice{"mapread", 2, func() string { return b.read(tMapIS, m).get() + "[" + b.expr(tInt, m) + "]" }})
			}
		}
	}
	cs = append(cs, b.inner(t, e)...)
	for _, s := range append(b.structs[:len(b.structs):len(b.structs)], tPair, tBoxed) {
		for _, f := range s.fields {
			if f.typ == t && b.readable(s, e) {
				cs = append(cs, choice{"field", 2, func() string { return b.read(s, e).get() + "." + f.name }})
			}
			if p := b.ptrs[s]; f.typ == t && p != nil && !t.shared() && !e.firm && b.readable(p, e) {
				cs = append(cs, choice{"field", 2, func() string { return b.read(p, e).get() + "." + f.name }})
			}
		}
	}
	for _, p := range []*typ{tPtr, tPtrS, tPtrA} {
		if p.elem == t && !e.firm && b.readable(p, e) {
			cs = append(cs, choice{"deref", 3, func() string { return "*" + b.read(p, e).get() }})
		}
	}
	if e.call && !e.firm && !b.silent && (t == tInt || t == tStr) && b.rich(1) {
		if b.addressable(t) != nil {
			cs = append(cs, choice{"deref", 1, func() string {
				b.spend(1)
				return fmt.Sprintf("*at(t, %s, &%s)", b.mark("at"), b.addressable(t).get())
			}})
		}
	}
	return cs
}

// inner are reads of what is in elements.
func (b *body) inner(t *typ, e ex) (cs []choice) {
	if t.basic() {
		e = e.as(withAny)
	}
	add := func(c *typ, rest func() string) {
		if b.readable(c, e) {
			cs = append(cs, choice{"index", 3, func() string {
				return b.read(c, e).get() + "[" + b.index(2, e.deeper()) + "]" + rest()
			}})
		}
	}
	switch t {
	case tInt:
		add(tGrid, func() string { return "[" + b.index(2, e.deeper()) + "]" })
		add(tRows, func() string { return "[" + b.index(4, e.deeper()) + "]" })
	case tInts:
		add(tGrid, func() string { return "" })
	case tArr:
		add(tRows, func() string { return "" })
	}
	for _, s := range b.structs {
		if b.slices[s] == nil {
			continue
		}
		for _, f := range s.fields {
			if f.typ == t {
				add(b.slices[s], func() string { return "." + f.name })
			}
		}
	}
	return cs
}

// readable reports whether a variable of the type may be read.
func (b *body) readable(t *typ, e ex) bool { return b.read(t, e) != nil }

func (b *body) binary(t *typ, ops []string, e ex) string {
	op := one(b.gen, ops)
	return fmt.Sprintf("(%s %s %s)", b.expr(t, e.deeper()), op, b.expr(t, e.deeper()))
}

// ints are expressions of integer types.
func (b *body) ints(t *typ, e ex) []choice {
	d := e.deeper()
	cs := []choice{
		{"convert", 2, func() string {
			if t == tInt {
				from := one(b.gen, []*typ{tInt64, tByte, tNum})
				return "int(" + b.expr(from, d) + ")"
			}
			return fmt.Sprintf("%s(int(%s) & 127)", t.name, b.expr(tInt, d))
		}},
	}
	if t == tByte { // constant operands would overflow
		if v := b.read(t, e); v != nil {
			cs = append(cs, choice{"arith", 5, func() string {
				return fmt.Sprintf("(%s %s %s)", v.get(), one(b.gen, []string{"+", "-", "*", "|", "&^"}), b.expr(t, d))
			}})
		}
		return cs
	}
	cs = append(cs,
		choice{"arith", 8, func() string { return b.binary(t, []string{"+", "-", "+", "-", "*", "&", "|", "^", "&^"}, e) }},
		choice{"divide", 2, func() string {
			return fmt.Sprintf("(%s %s ((%s)&7 + 1))", b.expr(t, d), one(b.gen, []string{"/", "%"}), b.expr(t, d))
		}},
		choice{"shift", 1, func() string {
			return fmt.Sprintf("(%s %s ((%s) & 3))", b.expr(t, d), one(b.gen, []string{"<<", ">>"}), b.expr(one(b.gen, []*typ{tInt, tByte}), d))
		}},
		choice{"unary", 1, func() string { return "(" + one(b.gen, []string{"-", "^", "+"}) + b.expr(t, d) + ")" }},
	)
	if t == tNum {
		if e.call {
			cs = append(cs, choice{"method", 3, func() string { return "(" + b.expr(t, d) + ").twice()" }})
			if b.addressable(t) != nil {
				cs = append(cs, choice{"method", 3, func() string { return b.addressable(t).get() + ".up(" + b.expr(t, d) + ")" }})
			}
		}
		return cs
	}
	if t != tInt {
		return cs
	}
	if b.has("len") {
		cs = append(cs, choice{"len", 2, func() string {
			return "len(" + b.expr(one(b.gen, []*typ{tStr, tInts, tStrs, tMapSI, tArr}), d.as(withAny)) + ")"
		}})
	}
	if b.has("cap") && b.readable(tArr, e) {
		cs = append(cs, choice{"cap", 1, func() string { return "cap(" + b.read(tArr, e).get() + ")" }})
	}
	if b.has("min") && b.has("max") {
		cs = append(cs, choice{"minmax", 2, func() string {
			return fmt.Sprintf("%s(%s, %s)", one(b.gen, []string{"min", "max"}), b.expr(t, d), b.expr(t, d))
		}})
	}
	cs = append(cs,
		choice{"literal", 1, func() string {
			return fmt.Sprintf("[4]int{%s, 2: %s}[%s]", b.expr(t, d), b.expr(t, d), b.index(4, d))
		}},
		choice{"assert", 1, func() string { return "any(" + b.expr(t, e.settled()) + ").(int)" }},
	)
	if e.call {
		cs = append(cs,
			choice{"variadic", 2, func() string {
				if b.chance(30) {
					return fmt.Sprintf("sum(%s, %s...)", b.expr(t, d), b.expr(tInts, e.settled().as(withAny)))
				}
				return fmt.Sprintf("sum(%s)", strings.Join(b.exprs(t, 1+b.n(3), d), ", "))
			}},
			choice{"method", 2, func() string { return "(" + b.expr(tShape, e.settled()) + ").area(" + b.expr(t, d) + ")" }},
		)
		for _, s := range b.structs {
			cs = append(cs, choice{"method", 2, func() string {
				if v := b.addressable(s); v != nil && b.chance(60) {
					return v.get() + ".inc(" + b.expr(t, d) + ")"
				}
				if v := b.read(s, e.as(withAny)); v != nil && b.chance(60) {
					return v.get() + ".val(" + b.expr(t, d) + ")"
				}
				return "(" + b.expr(s, d.as(fresh)) + ").val(" + b.expr(t, d) + ")"
			}})
		}
		if b.readable(tFunc, e) {
			cs = append(cs, choice{"closure", 4, func() string { return b.read(tFunc, e).get() + "()" }})
		}
	}
	return cs
}

func (b *body) exprs(t *typ, n int, e ex) []string {
	var parts []string
	for range n {
		parts = append(parts, b.expr(t, e))
	}
	return parts
}

// strings are expressions of type string.
func (b *body) strings(e ex) []choice {
	d := e.deeper()
	cs := []choice{
		{"concat", 7, func() string {
			return "(" + strings.Join(b.exprs(tStr, 2+b.n(2), d), " + ") + ")"
		}},
		{"convert", 2, func() string { return "string(rune('a' + (" + b.expr(tInt, d) + ")&7))" }},
		{"convert", 1, func() string { return "string([]byte(" + b.expr(tStr, d) + "))" }},
		{"assert", 1, func() string { return "any(" + b.expr(tStr, e.settled()) + ").(string)" }},
	}
	if v := b.read(tStr, e); v != nil && b.has("len") && b.has("min") {
		cs = append(cs, choice{"slice", 2, func() string {
			return fmt.Sprintf("%s[:min(%d, len(%s))]", v.get(), b.n(4), v.get())
		}})
	}
	if e.call {
		cs = append(cs,
			choice{"sprint", 2, func() string {
				of := one(b.gen, []*typ{tInt, tStr, tBool, tArr, tInts, tAny})
				return fmt.Sprintf("fmt.Sprint(%s, %s)", b.expr(of, e.settled().as(withAny)), b.expr(tInt, e.settled()))
			}},
			choice{"plain", 2, func() string { return fmt.Sprintf("join(%s, %s)", b.expr(tInt, d), b.expr(tStr, d)) }},
			choice{"plain", 1, func() string { return fmt.Sprintf("strings.ToUpper(%s)", b.expr(tStr, d)) }},
		)
		if b.readable(tFunc1, e) {
			cs = append(cs, choice{"closure", 3, func() string { return b.read(tFunc1, e).get() + "(" + b.expr(tInt, d) + ")" }})
		}
		if b.awaits && !b.silent && b.rich(2) {
			cs = append(cs, choice{"spread", 1, func() string {
				return fmt.Sprintf("join(async.Must2(async.Await2(%s)))", b.promise2(tInt, tStr, e))
			}})
		}
		if v := b.addressable(tPair); v != nil {
			cs = append(cs, choice{"method", 1, func() string { return "join(" + v.get() + ".swap(" + b.expr(tInt, d) + "), \"\")" }})
		}
	}
	return cs
}

// promise2 writes a promise of a pair.
func (b *body) promise2(x, y *typ, e ex) string {
	b.spend(1)
	d := e.deeper()
	return fmt.Sprintf("kit.A2[%s, %s](t, %s, %s, %s)", x.name, y.name, b.mark("pair"), b.expr(x, d), b.expr(y, d))
}

// bools are expressions of type bool.
func (b *body) bools(e ex) []choice {
	d := e.deeper()
	cs := []choice{
		{"compare", 8, func() string {
			t := one(b.gen, []*typ{tInt, tInt, tStr, tInt64, tNum, tFloat})
			return b.binary(t, []string{"==", "!=", "<", "<=", ">", ">="}, e)
		}},
		{"circuit", 6, func() string { return b.binary(tBool, []string{"&&", "||"}, e) }},
		{"unary", 2, func() string { return "!" + b.expr(tBool, d) }},
		{"compare", 1, func() string { return b.binary(tArr, []string{"==", "!="}, e.settled()) }},
		{"compare", 1, func() string { return b.binary(tAny, []string{"==", "!="}, e.settled()) }},
	}
	if e.call {
		cs = append(cs, choice{"plain", 1, func() string {
			return fmt.Sprintf("errors.Is(%s, errA)", b.expr(tErr, e.settled()))
		}}, choice{"plain", 1, func() string {
			return fmt.Sprintf("strings.Contains(%s, %s)", b.expr(tStr, d), b.expr(tStr, d))
		}})
	}
	return cs
}

// others are expressions of composite types.
func (b *body) others(t *typ, e ex) []choice {
	d := e.deeper()
	values := func(n int) string { return strings.Join(b.exprs(t.elem, n, d), ", ") }
	switch t.kind {
	case kSlice:
		deep := t.elem.shared() // what elements refer to is shared by a copy, and not there in an element without a value
		cs := []choice{{"literal", 5, func() string { return fmt.Sprintf("%s{%s}", t.name, values(2+b.n(2))) }}}
		if !deep {
			cs = append(cs, choice{"literal", 1, func() string {
				return fmt.Sprintf("%s{%s, 3: %s}", t.name, b.expr(t.elem, d), b.expr(t.elem, d))
			}})
		}
		if v := b.read(t, e.as(withAny)); v != nil && b.has("append") && !deep {
			cs = append(cs, choice{"append", 4, func() string {
				from := fmt.Sprintf("%s[:2:2]", v.get())
				if b.chance(50) && e.call {
					from = fmt.Sprintf("slices.Clone(%s)", v.get())
				}
				if b.chance(25) {
					return fmt.Sprintf("append(%s, %s...)", from, b.expr(t, d.as(withAny)))
				}
				return fmt.Sprintf("append(%s, %s)", from, values(1+b.n(2)))
			}})
		}
		if v := b.read(t, e); v != nil {
			cs = append(cs, choice{"slice", 2, func() string { return v.get() + one(b.gen, []string{"[:2]", "[:]", "[0:2:2]"}) }})
		}
		if t == tInts && b.has("cap") && !e.firm && e.alias >= withVol && e.alias != withFirm {
			if v := b.addressable(tArr); v != nil {
				cs = append(cs, choice{"slice", 2, func() string { return v.get() + "[1:]" }})
			}
		}
		if e.call {
			helper := map[*typ]string{tInts: "ints", tStrs: "strs"}[t]
			if v := b.read(t, e.as(withAny)); v != nil && !deep {
				cs = append(cs, choice{"plain", 1, func() string { return "slices.Clone(" + v.get() + ")" }})
			}
			cs = append(cs, choice{"pad", 2, func() string { return fmt.Sprintf("%s(%s)", helper, b.expr(t, d)) }})
		}
		if b.has("make") && !deep {
			cs = append(cs, choice{"make", 1, func() string { return fmt.Sprintf("make(%s, 2+(%s)&1)", t.name, b.expr(tInt, d)) }})
		}
		return cs
	case kArray:
		return []choice{
			{"literal", 4, func() string { return fmt.Sprintf("%s{%s}", t.name, values(t.n)) }},
			{"literal", 2, func() string { return fmt.Sprintf("%s{1: %s}", t.name, b.expr(t.elem, d)) }},
			{"literal", 1, func() string { return fmt.Sprintf("[...]%s{%d: %s}", t.elem.name, t.n-1, b.expr(t.elem, d)) }},
		}
	case kMap:
		cs := []choice{
			{"literal", 4, func() string {
				return fmt.Sprintf("%s{%s: %s}", t.name, b.lit(t.key), b.expr(t.elem, d))
			}},
			{"literal", 2, func() string {
				keys := map[*typ][2]string{tStr: {`"one"`, `"two"`}, tInt: {"1001", "1002"}}[t.key]
				return fmt.Sprintf("%s{%s: %s, %s: %s}", t.name, keys[0], b.expr(t.elem, d), keys[1], b.expr(t.elem, d))
			}},
			{"literal", 1, func() string { return fmt.Sprintf("%s{%s: %s}", t.name, b.expr(t.key, d), b.lit(t.elem)) }},
		}
		if v := b.read(t, e.settled().as(withAny)); v != nil && e.call {
			cs = append(cs, choice{"plain", 1, func() string { return "maps.Clone(" + v.get() + ")" }})
		}
		return cs
	case kStruct:
		return []choice{{"literal", 6, func() string { return b.structure(t, e) }}}
	case kPtr:
		cs := []choice{{"new", 2, func() string {
			if t.elem.kind == kStruct || t.elem.kind == kArray {
				return "&" + b.composite(t.elem, e)
			}
			if !b.has("new") {
				return b.leaf(t, e)
			}
			return fmt.Sprintf("new(%s(%s))", t.elem.name, b.expr(t.elem, d))
		}}}
		if b.addressable(t.elem) != nil {
			cs = append(cs, choice{"address", 4, func() string { return "&" + b.addressable(t.elem).get() }})
		}
		return cs
	case kFunc:
		return []choice{{"funclit", 8, func() string { return b.funcLit(t) }}}
	case kAny:
		return []choice{{"convert", 6, func() string {
			return "any(" + b.expr(one(b.gen, []*typ{tInt, tStr, tBool, tPair, tNum, tArrS, tFloat}), e.settled().as(fresh)) + ")"
		}}}
	case kShape:
		return []choice{
			{"convert", 2, func() string { return "shape(square{" + b.expr(tInt, e.settled()) + "})" }},
			{"convert", 2, func() string { return "shape(&disc{N: " + b.expr(tInt, e.settled()) + "})" }},
		}
	case kOpaque:
		return nil
	case kErr:
		cs := []choice{{"error", 2, func() string { return b.lit(t) }}}
		if e.call {
			cs = append(cs, choice{"error", 2, func() string { return fmt.Sprintf("fmt.Errorf(\"%%d: %%w\", %s, errA)", b.expr(tInt, e.settled())) }})
		}
		return cs
	}
	panic("no expression of type " + t.name)
}

// composite writes a literal of an array or a struct type.
func (b *body) composite(t *typ, e ex) string {
	if t.kind == kStruct {
		return b.structure(t, e.as(fresh))
	}
	return fmt.Sprintf("%s{%s, 1: %s}", t.name, b.expr(t.elem, e.deeper()), b.expr(t.elem, e.deeper()))
}

// structure writes a literal of a struct type.
func (b *body) structure(t *typ, e ex) string {
	keyed := b.chance(60)
	var parts []string
	for _, f := range t.fields {
		if keyed && b.chance(30) && f.typ.kind != kSlice && f.typ.kind != kStruct {
			continue
		}
		if keyed {
			parts = append(parts, f.name+": "+b.expr(f.typ, e.deeper()))
			continue
		}
		parts = append(parts, b.expr(f.typ, e.deeper()))
	}
	return fmt.Sprintf("%s{%s}", t.name, strings.Join(parts, ", "))
}

// calls are expressions of any type that call or wait.
func (b *body) calls(t *typ, e ex) []choice {
	if !e.call || t.kind == kFunc || t.kind == kPtr || t.kind == kShape || t.kind == kErr {
		return nil
	}
	d := e.deeper()
	if t.shared() || t.kind == kAny {
		d = d.settled() // so that what is handed on can be read at any time
	}
	cs := []choice{
		{"generic", 1, func() string { return fmt.Sprintf("same[%s](%s)", t.name, b.expr(t, d)) }},
		{"generic", 1, func() string {
			return fmt.Sprintf("either[%s](%s, %s, %s)", t.name, b.expr(tBool, d), b.expr(t, d), b.expr(t, d))
		}},
	}
	if *b.room > 0 && e.d > 1 {
		cs = append(cs, choice{"iife", 1, func() string { return b.immediate(t, e) }})
	}
	if !b.silent && b.rich(2) {
		cs = append(cs, choice{"traced", 3, func() string {
			b.spend(1)
			return fmt.Sprintf("kit.V[%s](t, %s, %s)", t.name, b.mark("v"), b.expr(t, d))
		}})
	}
	if !t.shared() && b.chance(30) {
		cs = append(cs, choice{"receive", 1, func() string { return fmt.Sprintf("<-full[%s](%s)", t.name, b.expr(t, d)) }})
	}
	if !b.awaits {
		return cs
	}
	if b.rich(2) || b.silent {
		cs = append(cs, choice{"await", 9, func() string { return b.await(t, b.expr(t, d)) }})
	}
	if !b.silent && !t.shared() && b.rich(2) {
		cs = append(cs, choice{"receive", 1, func() string {
			b.spend(1)
			return fmt.Sprintf("<-soon[%s](t, %s, %s)", t.name, b.mark("soon"), b.expr(t, d))
		}})
	}
	for _, f := range b.callable([]*typ{t}) {
		if f.errs && !b.guarded {
			continue
		}
		cs = append(cs, choice{"twin", 4, func() string {
			x := "async.Must(async.Await(" + b.twinCallFor(f, t, d) + "))"
			if t.kind == kSlice {
				x = map[*typ]string{tInts: "ints", tStrs: "strs"}[t] + "(" + x + ")"
			}
			return x
		}})
	}
	if e.d > 1 && *b.room > 3 && !b.silent && b.rich(8) && !t.shared() {
		cs = append(cs, choice{"block", 1, func() string { return "async.Must(async.Await(" + b.startNow(t) + "))" }})
	}
	return cs
}
