package wide

// This file writes functions and literals, and the calls of them.

import (
	"fmt"
	"slices"
	"strings"
)

// A function is an annotated one whose twin may be called.
type function struct {
	name    string
	recv    *typ // of a method; tBox for that of the generic type
	pointer bool // its receiver is a pointer
	params  []*typ
	more    bool // []int is the type of a variadic last parameter
	results []*typ
	errs    bool // its last result is an error
	generic bool // it has the type parameter X
	deep    bool // it calls itself, as deep as its last parameter says
	silent  bool
	cost    int
}

var (
	tBox   = &typ{kind: kStruct, name: "box[X]"}
	tX     = &typ{kind: kOpaque, name: "X"}
	tRune  = &typ{kind: kInt, name: "rune"}
	tOther = &typ{kind: kOpaque, name: "?"} // of a variable that is shown and nothing else
)

// funcLit writes a literal of a function type, whose calls change variables.
func (b *body) funcLit(t *typ) string {
	l := b.literal([]*typ{t.elem}, false, false)
	l.valued = true
	params := ""
	if t.key != nil {
		v := &variable{name: l.fresh(), typ: t.key, vol: b.chance(50), used: true}
		l.declare(v)
		params = v.name + " " + t.key.name
	}
	if b.chance(25) && *b.room > 2 {
		return fmt.Sprintf("func(%s) %s %s", params, t.elem.name, l.whole(2))
	}
	var text string
	if v := l.pick(func(v *variable) bool { return v.vol && v.up }); v != nil && b.chance(20) {
		text = v.name + "++\n"
	} else if text = l.change(); text != "" {
		text += "\n"
	}
	if !b.silent && b.rich(3) && b.chance(40) {
		b.repeated(3, func() { b.spend(1) })
		text += fmt.Sprintf("t.Log(%s)\n", b.mark("closure"))
	}
	return fmt.Sprintf("func(%s) %s {\n%sreturn %s\n}", params, t.elem.name, text, l.expr(t.elem, ex{d: 1 + b.n(2)}))
}

// whole writes the body of a literal, with braces, that ends in a return.
func (b *body) whole(n int) string {
	text := b.list(1 + b.n(n))
	if len(b.results) > 0 || b.hasErr {
		text += b.returning()
	}
	return "{\n" + b.fueled() + text + "}"
}

// fueled declares what bounds the loops.
func (b *body) fueled() string {
	if b.fuel == "" {
		return ""
	}
	return b.fuel + " := 4\n"
}

// immediate writes a literal that is called at once.
func (b *body) immediate(t *typ, e ex) string {
	l := b.literal([]*typ{t}, false, false)
	v := &variable{name: l.fresh(), typ: tInt, vol: b.chance(50), used: true}
	x := b.expr(tInt, e.deeper())
	l.declare(v)
	guard := ""
	if b.chance(20) && !b.silent && b.rich(3) {
		l.guarded = true
		b.spend(1)
		guard = fmt.Sprintf("defer func() { recovered(t, %s, recover()) }()\n", b.mark("iife"))
	}
	if t.shared() {
		guard, l.guarded = "", b.guarded
	}
	return fmt.Sprintf("func(%s int) %s {\n%s%s(%s)", v.name, t.name, guard, l.whole(2)[2:], x)
}

// closure declares a literal that is called later, or several of a loop.
func (b *body) closure() string {
	v := b.variable(tFunc)
	if b.chance(30) && b.mult <= 12 && b.has("append") {
		fs, i := b.unique("fs"), &variable{name: b.fresh(), typ: tInt, vol: true}
		text := fmt.Sprintf("var %s []func() int\nfor %s := range 3 {\n", fs, i.name)
		b.inside(func() {
			b.declare(i)
			b.inside(func() {
				b.repeated(3, func() {
					inner := fmt.Sprintf("%s = append(%s, %s)\n", fs, fs, b.funcLit(tFunc))
					inner += b.list(2)
					text += b.heads([]*variable{i}) + inner
				})
			})
		})
		text += "}\n"
		if b.silent {
			return text + fmt.Sprintf("for _, f := range %s {\n_ = f()\n}\n", fs)
		}
		b.spend(3)
		return text + fmt.Sprintf("for _, f := range %s {\nt.Log(%s, f())\n}\n", fs, b.mark("fs"))
	}
	text := fmt.Sprintf("%s := %s\n", v.name, b.funcLit(tFunc))
	b.declare(v)
	return text
}

// startNow writes a promise of an async block that shares the variables and is awaited at once.
func (b *body) startNow(t *typ) string {
	l := b.literal([]*typ{t}, true, true)
	l.scope.names = append(l.scope.names, "ctx")
	return fmt.Sprintf("async.Start(ctx, func(ctx context.Context) (%s, error) %s)", t.name, l.whole(4))
}

// protected writes statements that may panic, in a literal that recovers.
func (b *body) protected() string {
	b.spend(2)
	if !b.awaits || b.chance(30) {
		l := b.literal(nil, false, false)
		l.guarded = true
		return fmt.Sprintf("func() {\ndefer func() { recovered(t, %s, recover()) }()\n%s}()\n", b.mark("recovered"), l.risky())
	}
	t := one(b.gen, basics)
	l := b.literal([]*typ{t}, true, true)
	l.guarded = true
	l.scope.names = append(l.scope.names, "ctx")
	head := fmt.Sprintf("(%s, error) {\n", t.name)
	if b.chance(60) {
		r, err := l.variable(t), l.variable(tErr)
		if r.name == err.name {
			err.name = b.unique("err")
		}
		r.used, err.used = true, true
		l.declare(r, err)
		l.named = []*variable{r, err}
		head = fmt.Sprintf("(%s %s, %s error) {\n", r.name, t.name, err.name)
	}
	guard := l.guard()
	rest := l.risky() + l.returning()
	return b.handled(t, "async.Start(ctx, func(ctx context.Context) "+head+guard+rest+"})", true)
}

// risky writes statements of which one panics, or may.
func (b *body) risky() string {
	text := b.list(3)
	if b.chance(70) {
		text += b.panicking()
	}
	return b.fueled() + text
}

// guard writes a deferred literal that recovers, and may await and change results.
func (b *body) guard() string {
	l := b.literal(nil, false, b.awaits)
	b.spend(1)
	before, after := "", ""
	if b.awaits && b.chance(40) {
		after = "async.Await(" + l.promise(tInt, "1") + ")\n"
		if b.chance(30) {
			before, after = after, ""
		}
	}
	if r := l.result(); r != nil && b.chance(60) {
		after += fmt.Sprintf("%s = %s\n", r.name, l.expr(r.typ, l.top().as(fresh)))
	}
	if b.chance(20) {
		v := b.unique("v")
		return fmt.Sprintf("defer func() {\n%[1]sif %[2]s := recover(); %[2]s != nil {\nt.Log(%[3]s, kit.Shown(%[2]s))\n%[4]s}\n}()\n", before, v, b.mark("guard"), after)
	}
	return fmt.Sprintf("defer func() {\n%srecovered(t, %s, recover())\n%s}()\n", before, b.mark("guard"), after)
}

// result chooses a result of the function around a deferred literal that it may change.
func (b *body) result() *variable {
	return b.pick(func(v *variable) bool { return slices.Contains(b.outer.named, v) && v.typ.basic() })
}

// deferred writes a defer statement.
func (b *body) deferred() string {
	e := b.top().settled().as(withAny)
	if b.silent {
		l := b.literal(nil, false, false)
		return "defer func() {\n" + strings.TrimSuffix(l.change(), "\n") + "\n}()\n"
	}
	b.spend(2)
	switch b.n(9) {
	case 0:
		return fmt.Sprintf("defer t.Log(%s, %s)\n", b.mark("defer"), strings.Join(b.exprs(one(b.gen, basics), 1+b.n(2), e), ", "))
	case 1:
		return fmt.Sprintf("defer closer{t, %s}.close(%s)\n", b.mark("closer"), b.expr(tInt, e))
	case 2:
		return fmt.Sprintf("defer (&closer{t, %s}).rescue()\n", b.mark("rescue"))
	case 3:
		return fmt.Sprintf("defer note(t, %s, %s)\n", b.mark("note"), b.expr(tInt, e))
	case 4:
		if v := b.read(tFunc, e); v != nil {
			return "defer " + v.get() + "()\n"
		}
		if b.has("recover") && b.chance(50) {
			return "defer recover()\n"
		}
		fallthrough
	case 5:
		l := b.literal(nil, false, b.awaits)
		v := &variable{name: l.fresh(), typ: one(b.gen, basics), vol: b.chance(50), used: true}
		l.declare(v)
		x := b.expr(v.typ, b.top())
		return fmt.Sprintf("defer func(%s %s) %s(%s)\n", v.name, v.typ.name, l.whole(3), x)
	}
	if len(b.named) > 0 && b.chance(50) {
		return b.guard()
	}
	l := b.literal(nil, false, b.awaits)
	rec := ""
	if b.chance(30) {
		rec = fmt.Sprintf("recovered(t, %s, recover())\n", b.mark("recovered"))
	}
	return "defer func() {\n" + rec + l.whole(3)[2:] + "()\n"
}

// callable lists the functions with those results whose twins can be called here.
func (b *body) callable(results []*typ) []*function {
	var fs []*function
	for _, f := range b.funcs {
		fits := slices.Equal(f.results, results)
		if f.generic {
			fits = len(results) == 1 && results[0].basic()
		}
		if fits && b.affords(f) {
			fs = append(fs, f)
		}
	}
	return fs
}

func (b *body) affords(f *function) bool {
	return f.silent || !b.silent && b.rich(f.cost)
}

// anyTwin chooses a function whose twin can be called here.
func (b *body) anyTwin() *function {
	var fs []*function
	for _, f := range b.funcs {
		if b.affords(f) {
			fs = append(fs, f)
		}
	}
	if len(fs) == 0 {
		return nil
	}
	return one(b.gen, fs)
}

// twinCallFor writes a call of a twin; a generic one is called for x.
func (b *body) twinCallFor(f *function, x *typ, e ex) string {
	if !f.silent {
		b.spend(f.cost)
	}
	callee := f.name + "Async"
	switch {
	case f.recv == tBox:
		callee = fmt.Sprintf("(&box[%s]{v: %s}).%s", x.name, b.expr(x, e), callee)
	case f.recv != nil && f.pointer:
		if v := b.addressable(f.recv); v != nil && !b.silent {
			callee = v.get() + "." + callee
			break
		}
		callee = fmt.Sprintf("(&%s{N: %s}).%s", f.recv.name, b.expr(tInt, e), callee)
	case f.recv != nil:
		callee = "(" + b.expr(f.recv, e.settled().as(withAny)) + ")." + callee
	case f.generic && b.chance(50):
		callee += "[" + x.name + "]"
	}
	args := []string{"ctx", "t"}
	for i, p := range f.params {
		if p == tX {
			p = x
		}
		if i == len(f.params)-1 && f.more {
			args = append(args, b.exprs(tInt, b.n(3), e)...)
			continue
		}
		ae := e.as(withAny)
		if !p.basic() {
			ae = ae.settled()
		}
		args = append(args, b.expr(p, ae))
	}
	if f.deep {
		args = append(args, "2")
	}
	return callee + "(" + strings.Join(args, ", ") + ")"
}

// twinStmt awaits a twin and stores what it gives.
func (b *body) twinStmt(f *function) string {
	x := one(b.gen, []*typ{tInt, tStr, tNum})
	p := b.twinCallFor(f, x, b.top())
	var ts []*typ
	for _, r := range f.results {
		if r == tX {
			r = x
		}
		ts = append(ts, r)
	}
	switch len(ts) {
	case 0:
		if b.chance(40) && b.guarded {
			return "async.Must(async.Await(" + p + "))\n"
		}
		v := b.variable(tErr)
		b.declare(v)
		return fmt.Sprintf("_, %s := async.Await(%s)\n", v.name, p)
	case 1:
		if ts[0].kind == kSlice { // may be nil
			v := b.variable(tErr)
			n := b.unique("s")
			b.declare(v, &variable{name: n, typ: ts[0]})
			pad := map[*typ]string{tInts: "ints", tStrs: "strs"}[ts[0]]
			return fmt.Sprintf("%[1]s, %[2]s := async.Await(%[3]s)\n%[1]s = %[4]s(%[1]s)\n", n, v.name, p, pad)
		}
		return b.handled(ts[0], p, f.errs)
	}
	v := b.variable(tErr)
	var names []string
	var vs []*variable
	for _, t := range ts {
		n := b.unique("r")
		names = append(names, n)
		vs = append(vs, &variable{name: n, typ: t, vol: b.chance(50)})
	}
	vs = append(vs, v)
	b.declare(vs...)
	text := fmt.Sprintf("%s, %s := async.Await%d(%s)\n", strings.Join(names, ", "), v.name, len(ts), p)
	for i, t := range ts {
		if t.kind == kSlice {
			text += fmt.Sprintf("%[1]s = %[2]s(%[1]s)\n", names[i], map[*typ]string{tInts: "ints", tStrs: "strs"}[t])
		}
	}
	return text
}
