package wide

// This file writes statements that are no control flow: declarations, assignments, calls and awaits.

import (
	"fmt"
	"slices"
	"strings"
)

// list writes up to n statements in the innermost scope, and uses what is left unused.
func (b *body) list(n int) string {
	var text strings.Builder
	for range n {
		if *b.room <= 0 {
			break
		}
		*b.room--
		text.WriteString(b.stmt())
	}
	end := ""
	if b.chance(12) && b.depth > 1 {
		end = b.leave()
	}
	text.WriteString(b.leftovers(false))
	text.WriteString(end)
	return text.String()
}

// block writes a block of up to n statements, with braces. vs are declared at its beginning by what stands before it.
func (b *body) block(n int, vs ...*variable) string {
	text := ""
	b.inside(func() {
		b.declare(vs...)
		text = b.list(1 + b.n(n))
	})
	return "{\n" + b.heads(vs) + text + "}"
}

// heads uses variables that nothing has read.
func (b *body) heads(vs []*variable) string {
	text := ""
	for _, v := range vs {
		if !v.used && v.name != "_" {
			text += "_ = " + v.get() + "\n"
		}
	}
	return text
}

// stmt writes a statement.
func (b *body) stmt() string {
	cs := []choice{
		{"declare", 14, b.declaration},
		{"assign", 16, b.assignment},
		{"tuple", 4, b.tuple},
		{"commaok", 4, b.commaOK},
		{"call", 4, b.call},
		{"const", 1, b.constants},
	}
	if !b.silent && b.rich(1) {
		cs = append(cs, choice{"log", 5, b.log})
	}
	if b.awaits {
		if b.rich(2) {
			cs = append(cs, choice{"await", 8, b.awaitErr})
			if !b.silent {
				cs = append(cs, choice{"await2", 3, b.await2})
			}
		}
		if !b.silent && b.rich(4) {
			cs = append(cs, choice{"channel", 3, b.channel})
		}
		if b.beside && !b.silent {
			cs = append(cs, choice{"beside", 6, b.besides})
		}
	}
	if b.guarded && !b.silent {
		cs = append(cs, choice{"panic", 2, func() string { return "if " + b.cond() + " {\n" + b.panicking() + "}\n" }})
	}
	if b.depth < b.Depth && *b.room > 0 {
		cs = append(cs, b.flows()...)
	}
	return b.choose(cs)
}

// typed chooses a type of a variable.
func (b *body) typed() *typ {
	switch n := b.n(100); {
	case n < 55:
		return one(b.gen, basics)
	case n < 75:
		return one(b.gen, values)
	case n < 85:
		return one(b.gen, b.structs)
	case n < 88:
		return b.ptrTo(one(b.gen, b.structs))
	case n < 90:
		return b.sliceOf(one(b.gen, b.structs))
	case n < 93 && len(b.extra) > 0:
		return one(b.gen, b.extra)
	}
	return one(b.gen, locals)
}

func (b *body) declaration() string {
	v := b.variable(b.typed())
	e := b.top().like(v)
	defer func() { b.declare(v) }()
	zero := v.typ.basic() || v.typ.kind == kArray || v.typ.kind == kAny || v.typ.kind == kOpaque
	switch {
	case b.chance(15) && zero:
		return fmt.Sprintf("var %s %s\n", v.name, v.typ.name)
	case b.chance(15):
		return fmt.Sprintf("var %s %s = %s\n", v.name, v.typ.name, b.expr(v.typ, e))
	case b.chance(15):
		w := b.variable(one(b.gen, basics))
		if w.name == v.name {
			w.name = b.unique("w")
		}
		x := b.expr(v.typ, e)
		text := fmt.Sprintf("%s, %s := %s, %s\n", v.name, w.name, x, b.expr(w.typ, e.deeper().settledIf(v.typ)))
		b.declare(w)
		return text
	}
	return fmt.Sprintf("%s := %s\n", v.name, b.expr(v.typ, e))
}

// settledIf makes reads beside a value of a type that conversions or copies may be made of firm.
func (e ex) settledIf(t *typ) ex {
	if !t.basic() {
		return e.settled()
	}
	return e
}

// constants declares constants or a type of the function, and a variable that comes from them.
func (b *body) constants() string {
	v := b.variable(tInt)
	name := b.unique("c")
	x := b.expr(tInt, b.top())
	defer func() { b.declare(v) }()
	switch n := b.n(5); {
	case n == 0:
		return fmt.Sprintf("const (\n%[1]s = iota + %[2]d\n%[1]sb\n)\n%[3]s := %[1]sb<<%[1]s + %[4]s\n", name, b.n(4), v.name, x)
	case n == 1:
		return fmt.Sprintf("type %s struct{ a, b int }\n%s := %s{b: %s}.b\n", name, v.name, name, x)
	case n < 4 && b.awaits:
		kept := b.unique("k")
		return fmt.Sprintf("type %[1]s struct{ a, b int }\n%[2]s := %[3]s%[1]s{b: %[4]s}\n%[2]s.a += async.Must(async.Await(kit.Quiet(t, %[2]s.b)))\n%[5]s := %[2]s.a\n",
			name, kept, []string{"", "&"}[b.n(2)], x, v.name)
	}
	return fmt.Sprintf("type %s []int\n%s := %s{1, %s}[1]\n", name, v.name, name, x)
}

// log traces some variables, or a call beside those that no call can change.
func (b *body) log() string {
	b.spend(1)
	e := b.top()
	e.firm = e.call
	var parts []string
	for range 1 + b.n(3) {
		t := one(b.gen, append(append([]*typ{}, basics...), values...))
		parts = append(parts, b.expr(t, e.as(withAny)))
	}
	return fmt.Sprintf("t.Log(%s, %s)\n", b.mark("log"), strings.Join(parts, ", "))
}

// A place is what may stand left of an assignment.
type place struct {
	text string
	typ  *typ
	v    *variable
	kind string // var, element, field, deref or map
}

// place chooses what to assign: a variable or what is in it, in elements of elements, too.
func (b *body) place(e ex) (place, bool) {
	p, ok := b.near(e)
	if !ok || p.kind == "var" || p.kind == "map" {
		return p, ok
	}
	e = ex{d: min(e.d, 2), call: e.call}
	for b.chance(70) {
		switch p.typ.kind {
		case kSlice:
			p = place{p.text + "[" + b.index(2, e) + "]", p.typ.elem, p.v, "element"}
		case kArray:
			p = place{p.text + "[" + b.index(p.typ.n, e) + "]", p.typ.elem, p.v, "element"}
		case kStruct:
			f := one(b.gen, p.typ.fields)
			p = place{p.text + "." + f.name, f.typ, p.v, "field"}
		default:
			return p, true
		}
	}
	return p, true
}

// near chooses a variable, or what is in one, to be assigned.
func (b *body) near(e ex) (place, bool) {
	v := b.pick(func(v *variable) bool {
		switch v.typ.kind {
		case kPtr:
			return v.typ.elem.kind != kStruct || !v.ro
		case kOpaque:
			return false
		}
		return b.owns(v)
	})
	if v == nil {
		return place{}, false
	}
	whole := place{v.name, v.typ, v, "var"}
	if b.owns(v) && b.chance(35) && v.typ.kind != kMap && v.typ.kind != kFunc && v.typ.kind != kShape {
		return whole, true
	}
	e = ex{d: min(e.d, 2), call: e.call}
	switch v.typ.kind {
	case kPtr:
		switch v.typ.elem.kind {
		case kStruct:
			return place{v.get() + ".N", tInt, v, "field"}, true
		case kArray:
			return place{v.get() + "[" + b.index(4, e) + "]", tInt, v, "element"}, true
		}
		return place{"*" + v.get(), v.typ.elem, v, "deref"}, true
	case kSlice:
		return place{v.get() + "[" + b.index(2, e) + "]", v.typ.elem, v, "element"}, true
	case kArray:
		return place{v.get() + "[" + b.index(v.typ.n, e) + "]", v.typ.elem, v, "element"}, true
	case kStruct:
		f := one(b.gen, v.typ.fields)
		return place{v.get() + "." + f.name, f.typ, v, "field"}, true
	case kMap:
		e = e.settled()
		if v.vol {
			e.call, e.firm = false, false
		}
		return place{v.get() + "[" + b.expr(v.typ.key, e) + "]", v.typ.elem, v, "map"}, true
	}
	return whole, b.owns(v)
}

func (b *body) assignment() string {
	e := b.top()
	if v := b.pick(func(v *variable) bool { return v.up }); v != nil && b.chance(6) {
		return v.name + one(b.gen, []string{"++", "++", " += 2"}) + "\n"
	}
	p, ok := b.place(e)
	if !ok {
		return b.declaration()
	}
	if p.kind == "map" {
		if e = e.settled(); p.v.vol {
			e.call, e.firm = false, false
		}
	}
	e = e.like(p.v)
	if p.typ.shared() && (p.kind == "field" || p.kind == "element") {
		e.alias = fresh
	}
	op := "="
	switch p.typ.kind {
	case kInt:
		if b.chance(12) {
			return p.text + one(b.gen, []string{"++", "--"}) + "\n"
		}
		if b.chance(50) {
			op = one(b.gen, []string{"+=", "-=", "*=", "|=", "&=", "^=", "&^="})
		}
		if b.chance(8) {
			return fmt.Sprintf("%s %s (%s)&3\n", p.text, one(b.gen, []string{"<<=", ">>="}), b.expr(tInt, e))
		}
		if b.chance(5) {
			return fmt.Sprintf("%s %s (%s)&7 + 1\n", p.text, one(b.gen, []string{"/=", "%="}), b.expr(p.typ, e))
		}
	case kFloat:
		if b.chance(50) {
			op = one(b.gen, []string{"+=", "-=", "*="})
		}
	case kString:
		if b.chance(50) && b.mult < 20 {
			op = "+="
		}
		if e.call { // a string that is made of itself several times must not grow with each round
			return fmt.Sprintf("%s %s cut(%s)\n", p.text, op, b.expr(p.typ, e))
		}
	case kSlice:
		if p.kind == "var" && b.chance(40) && b.has("append") && b.mult < 20 {
			return fmt.Sprintf("%s = append(%s, %s)\n", p.text, p.text, strings.Join(b.exprs(p.typ.elem, 1+b.n(2), e), ", "))
		}
	}
	return fmt.Sprintf("%s %s %s\n", p.text, op, b.expr(p.typ, e))
}

// tuple writes an assignment of several values.
func (b *body) tuple() string {
	e := b.top()
	var left, right []string
	var ps []place
	for range 2 + b.n(2) {
		n := len(b.reads)
		p, ok := b.place(e)
		if !ok || p.kind == "map" || p.typ.shared() {
			b.unread(n)
			continue
		}
		if !p.typ.basic() {
			e.firm = e.firm || e.call
		}
		ps = append(ps, p)
	}
	for i, p := range ps {
		left = append(left, p.text)
		if j := (i + 1) % len(ps); b.chance(30) && ps[j].typ == p.typ {
			if v := ps[j].v; ps[j].kind == "var" && e.may(v) {
				right = append(right, v.get())
				continue
			}
		}
		x := b.expr(p.typ, e.deeper())
		if p.typ.kind == kString && e.call { // as in an assignment
			x = "cut(" + x + ")"
		}
		right = append(right, x)
	}
	if len(ps) == 0 {
		return b.declaration()
	}
	return fmt.Sprintf("%s = %s\n", strings.Join(left, ", "), strings.Join(right, ", "))
}

// commaOK writes one of the forms with a second value that tells whether there is a first.
func (b *body) commaOK() string {
	e := b.top().settled().as(withAny)
	var x string
	var t *typ
	switch b.n(4) {
	case 0:
		t = tInt
		x = b.expr(tMapSI, e)
		x = "(" + x + ")[" + b.expr(tStr, e) + "]"
	case 1:
		t = tStr
		x = "(" + b.expr(tMapIS, e) + ")[" + b.expr(tInt, e) + "]"
	case 2:
		t = one(b.gen, []*typ{tInt, tStr, tBool, tPair, tNum, tFloat})
		x = "(" + b.expr(tAny, e) + ").(" + t.name + ")"
	case 3:
		t = one(b.gen, basics)
		x = "<-" + b.filled(t, 1, e, b.awaits)
	}
	return b.two(t, tBool, x)
}

// two stores a pair of values that x gives.
func (b *body) two(t, u *typ, x string) string {
	if p, q := b.write(t), b.write(u); p != nil && q != nil && !t.shared() && b.chance(40) {
		if b.chance(20) {
			return fmt.Sprintf("_, %s = %s\n", q.name, x)
		}
		return fmt.Sprintf("%s, %s = %s\n", p.name, q.name, x)
	}
	v, w := b.variable(t), b.variable(u)
	if t.shared() {
		v.vol = true
	}
	if v.name == w.name {
		w.name = b.unique("w")
	}
	b.declare(v, w)
	if b.chance(20) {
		return fmt.Sprintf("var %s, %s = %s\n", v.name, w.name, x)
	}
	return fmt.Sprintf("%s, %s := %s\n", v.name, w.name, x)
}

// call writes a call for its own sake.
func (b *body) call() string {
	e := b.top()
	e.call = true
	if v := b.read(tFunc, e); v != nil && b.chance(50) {
		return v.get() + "()\n"
	}
	if b.awaits && b.chance(15) {
		return fmt.Sprintf("async.Must(async.Await(async.Sleep(ctx, %d)))\n", b.n(3))
	}
	if b.awaits && b.chance(50) && b.rich(1) {
		t := one(b.gen, basics)
		return one(b.gen, []string{"", "_, _ = "}) + "async.Await(" + b.promise(t, b.expr(t, e)) + ")\n"
	}
	if v := b.addressable(one(b.gen, b.structs)); v != nil {
		return v.get() + ".inc(" + b.expr(tInt, e) + ")\n"
	}
	if v := b.addressable(tInt); v != nil {
		name := b.unique("m")
		x := b.expr(tInt, e)
		s := one(b.gen, b.structs)
		return fmt.Sprintf("%s := (&%s{N: %s}).%s\n%s = %s(%s)\n", name, s.name, x, one(b.gen, []string{"inc", "val"}),
			v.name, name, b.expr(tInt, e))
	}
	return "same(" + b.expr(tInt, e) + ")\n"
}

// awaitErr awaits a promise that may be rejected, and looks at the error.
func (b *body) awaitErr() string {
	t := one(b.gen, basics)
	e := b.top()
	var p string
	fails := true
	switch n := b.n(10); {
	case b.silent:
		p, fails = b.promise(t, b.expr(t, e)), false
	case n < 3:
		p, fails = b.promise(t, b.expr(t, e)), false
	case n < 5:
		b.spend(1)
		p = fmt.Sprintf("kit.E[%s](t, %s, %s)", t.name, b.mark("e"), one(b.gen, []string{"errA", "errB", "failure{3}"}))
	case n < 6:
		b.spend(1)
		p = fmt.Sprintf("kit.Both[%s](t, %s, %s, %s)", t.name, b.mark("both"), b.lit(t), one(b.gen, []string{"errA", "errB", "nil"}))
	case n < 8 && b.rich(10) && *b.room > 3:
		p = b.startNow(t)
	default:
		f := b.anyTwin()
		if f == nil {
			p, fails = b.promise(t, b.expr(t, e)), false
			break
		}
		return b.twinStmt(f)
	}
	return b.handled(t, p, fails)
}

// handled awaits p and handles its error.
func (b *body) handled(t *typ, p string, fails bool) string {
	if b.chance(15) {
		v := b.variable(t)
		err := b.variable(tErr)
		if v.name == err.name {
			err.name = b.unique("err")
		}
		text := fmt.Sprintf("if %s, %s := async.Await(%s); %s ", v.name, err.name, p, err.get()+one(b.gen, []string{" != nil", " == nil"}))
		b.inside(func() {
			b.declare(v, err)
			then := b.block(2)
			els := ""
			if b.chance(50) {
				els = " else " + b.block(2)
			}
			if !v.used {
				then = "{\n_ = " + v.name + then[1:]
			}
			text += then + els + "\n"
		})
		return text
	}
	text := b.two(t, tErr, "async.Await("+p+")")
	if v := b.read(tErr, ex{}); v != nil && fails && b.chance(60) {
		text += "if " + v.get() + " != nil " + b.block(2) + "\n"
	}
	return text
}

// await2 awaits a promise of a tuple.
func (b *body) await2() string {
	t, u := one(b.gen, basics), one(b.gen, basics)
	p := b.promise2(t, u, b.top())
	switch b.n(3) {
	case 0:
		return b.two(t, u, "async.Must2(async.Await2("+p+"))")
	case 1:
		v := b.variable(tErr)
		if x, y := b.write(t), b.write(u); x != nil && y != nil {
			v.name = b.unique("err")
			b.declare(v)
			return fmt.Sprintf("var %s error\n%s, %s, %s = async.Await2(%s)\n", v.name, x.name, y.name, v.name, p)
		}
	}
	a, c, v := b.unique("a"), b.unique("b"), b.variable(tErr)
	va, vc := &variable{name: a, typ: t}, &variable{name: c, typ: u, vol: true}
	b.declare(va, vc, v)
	return fmt.Sprintf("%s, %s, %s := async.Await2(%s)\n", a, c, v.name, p)
}

// cond writes a condition that is no constant.
func (b *body) cond() string {
	e := b.top()
	e.call = true
	x := b.expr(tBool, e)
	switch {
	case b.silent || !b.rich(1) || b.chance(35):
		return "same(" + x + ")"
	case b.awaits && b.chance(60):
		return b.await(tBool, x)
	}
	b.spend(1)
	return fmt.Sprintf("kit.V(t, %s, %s)", b.mark("c"), x)
}

// condition is like cond, and may be a constant.
func (b *body) condition() string {
	if b.chance(25) {
		return b.cond()
	}
	return b.expr(tBool, b.top())
}

// leave writes a statement that ends the block it stands in, if there is one.
func (b *body) leave() string {
	var cs []choice
	for i, t := range slices.Backward(b.targets) {
		if t.kind == "forward" {
			cs = append(cs, choice{"goto", 3, func() string { t.used = true; return "goto " + t.label + "\n" }})
			continue
		}
		if t.kind == "back" {
			cs = append(cs, choice{"goto", 3, func() string {
				t.used = true
				return fmt.Sprintf("if %[1]s > 0 {\n%[1]s--\ngoto %[2]s\n}\n", b.bound(), t.label)
			}})
			continue
		}
		innermost := true
		loop := t.kind == "loop"
		for _, in := range b.targets[i+1:] {
			innermost = innermost && (in.kind == "forward" || in.kind == "back" || in.kind == "switch" && loop)
		}
		inner := innermost && !slices.ContainsFunc(b.targets[i+1:], func(in *target) bool { return in.kind == "switch" || in.kind == "loop" })
		if inner {
			cs = append(cs, choice{"break", 3, func() string { return "break\n" }})
		}
		if innermost && loop {
			cs = append(cs, choice{"continue", 3, func() string { return "continue\n" }})
		}
		if t.label != "" {
			cs = append(cs, choice{"break", 3, func() string { t.used = true; return "break " + t.label + "\n" }})
			if loop {
				cs = append(cs, choice{"continue", 3, func() string { t.used = true; return "continue " + t.label + "\n" }})
			}
		}
	}
	cs = append(cs, choice{"return", 3, b.returning})
	if b.guarded && !b.silent {
		cs = append(cs, choice{"panic", 1, b.panicking})
	}
	return b.choose(cs)
}

// returning writes a return statement.
func (b *body) returning() string {
	if len(b.results) == 0 && !b.hasErr {
		return "return\n"
	}
	if len(b.named) > 0 && b.chance(40) &&
		!slices.ContainsFunc(b.named, func(r *variable) bool { return b.pick(func(v *variable) bool { return v == r }) == nil }) {
		return "return\n"
	}
	e := b.top()
	var parts []string
	for _, t := range b.results {
		if !t.basic() {
			e.firm = e.firm || e.call
		}
	}
	for _, t := range b.results {
		parts = append(parts, b.expr(t, e.as(fresh)))
	}
	if b.hasErr {
		err := "nil"
		if b.chance(12) {
			err = one(b.gen, []string{"errA", "errB", "failure{5}"})
		}
		parts = append(parts, err)
	}
	return "return " + strings.Join(parts, ", ") + "\n"
}

// bound names the variable that bounds the loops of the function.
func (b *body) bound() string {
	if b.fuel == "" {
		b.fuel = b.unique("fuel")
	}
	return b.fuel
}

// panicking writes a statement that panics.
func (b *body) panicking() string {
	e := b.top()
	e.call = true
	z := b.unique("z")
	x, any := "‹int›", "‹any›"
	texts := []string{
		"panic(" + any + ")\n",
		fmt.Sprintf("panic(%s)\n", one(b.gen, []string{"errA", "failure{7}", "nil", "\"text\"", "3.5"})),
		fmt.Sprintf("var %s *int\n*%s = %s\n", z, z, x),
		fmt.Sprintf("var %s map[string]int\n%s[\"k\"] = %s\n", z, z, x),
		fmt.Sprintf("var %s []int\n%s[2] = %s\n", z, z, x),
		fmt.Sprintf("var %s int\nt.Log(1/%s + %s)\n", z, z, x),
		fmt.Sprintf("var %s any = %s\nt.Log(%s.(fmt.Stringer))\n", z, b.lit(tInt), z),
		fmt.Sprintf("var %s any = %s\nt.Log(%s.(int))\n", z, b.lit(tStr), z),
		fmt.Sprintf("var %s func(int) int\n%s(%s)\n", z, z, x),
		fmt.Sprintf("var %s shape\n%s.area(%s)\n", z, z, x),
		fmt.Sprintf("%s := []int{1, 2}\nt.Log([4]int(%s))\n", z, z),
		fmt.Sprintf("%s := -1\nt.Log(1 << %s)\n", z, z),
		fmt.Sprintf("%s := 9\nt.Log(\"abc\"[%s:])\n", z, z),
		fmt.Sprintf("var %s any = []int{1}\nt.Log(%s == %s)\n", z, z, z),
	}
	if b.has("close") {
		texts = append(texts, fmt.Sprintf("var %s chan int\nclose(%s)\n", z, z), fmt.Sprintf("%s := full(1)\nclose(%s)\n", z, z),
			fmt.Sprintf("%s := full[int]()\n%s <- %s\n", z, z, x))
	}
	if b.awaits {
		b.spend(1)
		texts = append(texts,
			fmt.Sprintf("async.Must(async.Await(kit.E[int](t, %s, %s)))\n", b.mark("e"), one(b.gen, []string{"errA", "errB", "failure{9}"})),
			fmt.Sprintf("async.Await(kit.P[int](t, %s, %s))\n", b.mark("p"), one(b.gen, []string{"errA", "\"boom\"", "failure{9}", "77"})),
			fmt.Sprintf("%s := async.Must(async.Await(kit.P[string](t, %s, %s)))\nt.Log(%s)\n", z, b.mark("p"), one(b.gen, []string{"errA", "\"boom\""}), z))
	}
	b.spend(1)
	texts = append(texts, fmt.Sprintf("kit.X(t, %s)\n", b.mark("x")))
	text := one(b.gen, texts)
	if strings.Contains(text, x) {
		text = strings.Replace(text, x, b.expr(tInt, e), 1)
	}
	if strings.Contains(text, any) {
		text = strings.Replace(text, any, b.expr(one(b.gen, []*typ{tAny, tErr, tInt, tStr}), e.settled()), 1)
	}
	return text
}
