package wide

// This file writes the annotated functions of a program.

import (
	"fmt"
	"strings"
)

// newBody begins a function of package level.
func (g *gen) newBody(size int) *body {
	return &body{gen: g, scope: &scope{}, awaits: true, mult: 1, cost: new(int), room: &size, labels: new([]string)}
}

// newCase writes a Case function.
func (g *gen) newCase(name string) {
	b := g.newBody(g.Stmts * 3 / 2)
	b.guarded = b.chance(75)
	results := b.outcome()
	var text strings.Builder
	for _, v := range g.globals {
		fmt.Fprintf(&text, "%s = %s\n", v.name, g.global(v.typ))
	}
	fmt.Fprintf(&text, "t.Log(async.Must(async.Await(kit.A(t, %q, %q))))\n", name, "begins")
	if b.guarded {
		text.WriteString(b.guard())
	}
	text.WriteString(b.rest(true))
	if b.chance(5) {
		text.WriteString("if " + b.cond() + " {\nruntime.Goexit()\n}\n")
	}
	g.decls = append(g.decls, fmt.Sprintf("//goawait:async\nfunc %s(ctx context.Context, t *kit.T) %s {\n%s%s}\n",
		name, results, b.fueled(), text.String()+b.end()))
}

// global gives the value that a global variable has at the beginning of each Case function.
func (g *gen) global(t *typ) string {
	return map[*typ]string{tInt: "5", tStr: `"glob"`, tInts: "[]int{1, 2, 3}", tArr: "[4]int{4, 3, 2, 1}"}[t]
}

// outcome chooses the results of b, and writes them.
func (b *body) outcome() string {
	for range b.n(4) {
		if len(b.results) < 3 {
			b.results = append(b.results, one(b.gen, append(append([]*typ{}, basics...), tInts, tArr, tPair)))
		}
	}
	b.hasErr = b.chance(60) && !b.silent
	return b.signature()
}

// signature writes the results of b, and names them or not.
func (b *body) signature() string {
	if len(b.results) == 0 && !b.hasErr {
		return ""
	}
	var parts []string
	named := b.chance(50) && !b.silent
	add := func(t *typ) {
		if !named {
			parts = append(parts, t.name)
			return
		}
		v := b.variable(t)
		if !t.basic() {
			v.vol = false
		}
		if t.kind == kSlice { // nil at first
			v.typ, v.name = tOther, b.unique("res")
		}
		v.used = true
		b.declare(v)
		b.named = append(b.named, v)
		parts = append(parts, v.name+" "+t.name)
	}
	for _, t := range b.results {
		add(t)
	}
	if b.hasErr {
		add(tErr)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// rest writes the statements of a function. all variables are shown at its end.
func (b *body) rest(all bool) string {
	var text strings.Builder
	for range b.Stmts {
		if *b.room <= 0 {
			break
		}
		*b.room--
		text.WriteString(b.stmt())
	}
	text.WriteString(b.leftovers(all))
	return text.String()
}

// end writes the last return, if there have to be one.
func (b *body) end() string {
	if len(b.results) == 0 && !b.hasErr {
		return ""
	}
	return b.returning()
}

// newFunction writes an annotated function that others may call.
func (g *gen) newFunction(name string) {
	f := &function{name: name}
	b := g.newBody(g.Stmts)
	f.silent = g.beside && g.chance(40)
	b.silent = f.silent
	b.guarded = !f.silent && g.chance(60)
	head := ""
	switch g.n(6) {
	case 0:
		f.recv = one(g, g.structs)
		b.declare(&variable{name: "self", typ: f.recv, vol: true, ro: f.recv.shared(), used: true})
		head = fmt.Sprintf("(self %s) ", f.recv.name)
	case 1:
		f.recv, f.pointer = one(g, g.structs), true
		b.declare(&variable{name: "self", typ: g.ptrTo(f.recv), vol: true, used: true})
		head = fmt.Sprintf("(self *%s) ", f.recv.name)
	case 2:
		f.recv, f.generic, f.pointer = tBox, true, true
		b.extra = []*typ{tX}
		b.scope.names = append(b.scope.names, "self")
		head = "(self *box[X]) "
	case 3:
		f.generic = true
		b.extra = []*typ{tX}
	}
	head += name
	if f.generic && f.recv == nil {
		head += "[X any]"
	}
	var params []string
	param := func(t *typ, spelled string) {
		f.params = append(f.params, t)
		v := b.variable(t)
		v.used = true
		if t.shared() {
			v.vol, v.ro = true, true
		}
		b.declare(v)
		params = append(params, v.name+" "+spelled)
	}
	if f.generic {
		param(tX, "X")
	}
	for range g.n(4) {
		t := one(g, append(append([]*typ{}, basics...), tInts, tArr, tAny, tPair, tStrs))
		param(t, t.name)
	}
	if f.deep = !f.silent && g.chance(20); f.deep {
		b.scope.names = append(b.scope.names, "deep_")
		params = append(params, "deep_ int")
	} else if g.chance(20) {
		f.more = true
		param(tInts, "...int")
		b.scope.vars[len(b.scope.vars)-1].typ = tOther // may be empty
	}
	var results string
	if f.generic {
		b.results, b.hasErr = []*typ{tX}, b.chance(60) && !b.silent
		results = b.signature()
	} else {
		results = b.outcome()
	}
	f.results, f.errs = b.results, b.hasErr
	text := ""
	if b.guarded {
		text = b.guard()
	}
	text += b.rest(!f.silent && b.chance(50))
	if f.deep {
		*b.cost *= 3
		text += b.again(f)
	}
	end := b.end()
	f.cost = *b.cost
	g.decls = append(g.decls, fmt.Sprintf("//goawait:async\nfunc %s(ctx context.Context, t *kit.T%s) %s {\n%s%s}\n",
		head, strings.Join(append([]string{""}, params...), ", "), results, b.fueled(), text+end))
	g.funcs = append(g.funcs, f)
}

// again writes a call of the function itself.
func (b *body) again(f *function) string {
	callee := f.name + "Async"
	if f.recv != nil {
		callee = "self." + callee
	}
	args := []string{"ctx", "t"}
	for _, p := range f.params {
		args = append(args, b.expr(p, ex{d: 1, alias: withAny}))
	}
	args = append(args, "deep_-1")
	blank := strings.Repeat("_, ", max(1, len(f.results)))
	await := "Await"
	if n := len(f.results); n > 1 {
		await += fmt.Sprint(n)
	}
	return fmt.Sprintf("if deep_ > 0 {\n%[1]serr_ := async.%[2]s(%[3]s(%[4]s))\nt.Log(%[5]s, deep_, err_)\n}\n",
		blank, await, callee, strings.Join(args, ", "), b.mark("again"))
}
