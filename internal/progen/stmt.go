package progen

// This file writes statements.

import (
	"fmt"
	"go/token"
	"strings"
)

// stmts writes statements until the room is used up.
func (g *gen) stmts(depth int) {
	for n := 4 + g.IntN(5); n > 0 && g.room > 0; n-- {
		g.stmt(depth)
	}
}

// block writes statements in a scope of their own, without braces, and shows what was declared in it.
func (g *gen) block(depth int, loop bool) {
	n := len(g.vars)
	if loop {
		g.line("if spent() { %s }", g.result)
	}
	for range 1 + g.IntN(3) {
		if g.room <= 0 {
			g.line("t.Log(%s)", g.mark())
			break
		}
		g.stmt(depth + 1)
	}
	g.show(g.vars[n:])
	g.vars = g.vars[:n]
}

// with writes the block of a statement that declares variables and may be left by a label.
func (g *gen) with(depth int, loop bool, kind string, vs ...variable) {
	n, l := len(g.vars), len(g.labels)
	g.vars = append(g.vars, vs...)
	if kind != "" {
		g.labels = append(g.labels, label{"", kind})
	}
	for _, v := range vs {
		g.line("_ = %s", v.name)
	}
	g.block(depth, loop)
	g.vars, g.labels = g.vars[:n], g.labels[:l]
}

func (g *gen) stmt(depth int) {
	g.room--
	kinds := "assign|assign|assign|assign|declare|declare|log|if|if|for|for|for|range|range|range|switch|switch|typeswitch|select|goto|goback|labelled|defer|panic|jump|jump|leave|error|later|start|all|map|assert|closure|impure|impure|pair|shadow|tuple|consts"
	if depth >= 4 {
		kinds = "assign|assign|declare|log|jump|leave|error|later|map|impure|tuple|panic"
	}
	switch kind := g.one(kinds); kind {
	case "assign":
		g.assign()
	case "declare":
		g.declare()
	case "log":
		g.line("t.Log(%s, %s, %s)", g.mark(), g.expr("int", 2), g.expr(g.one("int|string|bool|[]int|s|[4]int"), 3))
	case "if":
		g.ifs(depth)
	case "for":
		g.loop(depth)
	case "range":
		g.ranges(depth)
	case "switch":
		g.switches(depth)
	case "typeswitch":
		v := g.unique("w")
		g.line("switch %s := %s.(type) {\ncase int:\n_ = %s", v, g.expr("any", 2), v)
		g.with(depth, false, "switch", variable{v, "int", false})
		g.line("case string, bool:\nt.Log(%s, %s)\ncase num:\n_ = %s", g.mark(), v, v)
		g.with(depth, false, "switch", variable{v, "num", false})
		g.line("default:\n_ = %s\n}", v)
	case "select":
		v := g.unique("w")
		g.line("select {\ncase %s := <-full[int](%s):\n_ = %s", v, g.expr("int", 2), v)
		g.with(depth, false, "switch", variable{v, "int", false})
		g.line("case %s <- %s:\nt.Log(%s)\n}", "(chan int)(nil)", g.expr("int", 1), g.mark())
	case "goto":
		l := g.unique("L")
		g.line("{\nif %s { goto %s }\n{", g.expr("bool", 2), l)
		g.labels = append(g.labels, label{l, "goto"})
		g.block(depth, false)
		g.labels = g.labels[:len(g.labels)-1]
		g.line("}\n%s:\nt.Log(%s)\n}", l, g.mark())
	case "goback":
		l, n := g.unique("L"), g.unique("n")
		g.line("{\n%s := 0\n%s:\n%s++", n, l, n)
		g.with(depth, true, "", variable{n, "int", true})
		g.line("if %s < %d { goto %s }\n}", n, 1+g.IntN(3), l)
	case "labelled":
		l, i := g.unique("L"), g.unique("i")
		g.line("%s:\nfor %s := range %d {\nif %s { continue %s }", l, i, 1+g.IntN(3), g.expr("bool", 1), l)
		g.labels = append(g.labels, label{l, "loop"})
		g.with(depth, true, "", variable{i, "int", false})
		g.labels = g.labels[:len(g.labels)-1]
		g.line("}")
	case "defer":
		g.deferred(depth)
	case "panic":
		g.panics()
	case "jump":
		g.jump()
	case "leave":
		if g.chance(40) {
			g.line("if %s { %s }", g.expr("bool", 2), g.result)
		} else {
			g.assign()
		}
	case "start", "all":
		g.blocks(depth, kind)
	case "closure":
		f := g.unique("f")
		g.line("%s := func(k int) int {\n_ = k", f)
		old := g.vars
		g.vars = append(g.vars[:len(g.vars):len(g.vars)], variable{"k", "int", false})
		g.literalBody(depth, true, "return k")
		g.vars = old
		g.line("return k * 2\n}\nt.Log(%s, %s(%s))", g.mark(), f, g.expr("int", 2))
		if v := g.pick("int", true); v != "" {
			g.line("%s = %s(%s)", v, f, g.expr("int", 1))
		}
	case "shadow":
		g.line("{")
		if v := g.pick("int", false); token.IsIdentifier(v) && v != "len" {
			g.line("%s := %s\n_ = %s", v, g.expr("int", 2), v)
			g.with(depth, false, "", variable{v, "int", false})
		} else {
			g.block(depth, false)
		}
		g.line("}")
	default:
		g.simple(kind)
	}
}

// simple writes statements without blocks.
func (g *gen) simple(kind string) {
	switch kind {
	case "error":
		v := g.unique("e")
		if g.plain {
			break
		}
		g.line("if _, %s := async.Await(kit.E[int](t, %s, errA)); %s != nil && %s {\nt.Log(%s, %s)", v, g.mark(), v, g.expr("bool", 1), g.mark(), v)
		if g.results && strings.HasSuffix(g.result, ", nil") && g.chance(20) {
			g.line("return r, %s", v)
		}
		g.line("}")
	case "later":
		v, w := g.pick("int", true), g.pick("int", true)
		if g.plain || g.beside || v == "" {
			break
		}
		g.exact = true
		g.line("t.Later(func() { %s %s %s })", v, g.one("+=|="), g.literal("int"))
		g.line("%s %s %s", w, g.one("=|+=|-="), fmt.Sprintf(g.one("%[2]s + %[1]s|%[1]s + %[2]s|sum(%[2]s, %[1]s)|%[2]s - %[1]s * %[2]s"),
			fmt.Sprintf("async.Must(async.Await(kit.A(t, %s, %s)))", g.mark(), g.literal("int")), v))
		g.exact = false
		g.line("t.Log(%s, %s, %s)", g.mark(), v, w)
	case "map":
		m := g.pick("map[string]int", false)
		if m == "" {
			break
		}
		w := g.unique("w")
		switch g.IntN(5) {
		case 0:
			g.line("%s[%s] %s %s", m, g.expr("string", 1), g.one("=|+="), g.expr("int", 2))
		case 1:
			g.line("%s, ok%s := %s[%s]\nt.Log(%s, %s, ok%s)", w, w, m, g.expr("string", 2), g.mark(), w, w)
		case 2:
			g.line("delete(%s, %s)", m, g.expr("string", 2))
		case 3:
			g.line("%s[%s]++", m, g.expr("string", 2))
		case 4:
			g.line("t.Log(%s, slices.Sorted(maps.Keys(%s)))", g.mark(), m)
		}
	case "assert":
		w := g.unique("w")
		g.line("%s, ok%s := %s.(%s)\nt.Log(%s, %s, ok%s)", w, w, g.expr("any", 2), g.one("int|string|bool|num"), g.mark(), w, w)
	case "impure":
		g.impure()
	case "pair":
		if g.plain {
			break
		}
		a, b := g.unique("w"), g.unique("w")
		g.line("%s, %s, _ := async.Await2(kit.A2[int, string](t, %s, %s, %s))", a, b, g.mark(), g.expr("int", 2), g.expr("string", 2))
		g.line("_, _ = %s, %s", a, b)
		g.vars = append(g.vars, variable{a, "int", false}, variable{b, "string", false})
	case "tuple":
		a, b, xs := g.pick("int", true), g.pick("int", true), g.pick("[]int", false)
		if a == "" {
			break
		}
		switch {
		case xs != "" && g.chance(60):
			g.line("%s, %s[(%s)&3] = %s, %s", a, xs, g.expr("int", 1), g.expr("int", 2), g.expr("int", 2))
		case a != b:
			g.line("%s, %s = %s, %s", a, b, b, g.expr("int", 2))
		}
	case "consts":
		c := g.unique("c")
		g.line("const %s = %d", c, g.IntN(9))
		g.line("type t%s struct{ a, b int }", c)
		x := fmt.Sprintf("{%s, %s}", g.expr("int", 2), c)
		if g.chance(40) {
			g.line("t.Log(%s, t%s%s)", g.mark(), c, x)
			break
		}
		kept, field := g.unique("l"), g.one("%s.a|%s[1].a")
		if field == "%s.a" {
			g.line("%s := %st%s%s", kept, g.one("|&"), c, x)
		} else {
			g.line("%s := %st%s{1: %s}", kept, g.one("[]|[2]|map[int]*"), c, x)
		}
		g.line("_ = %s", kept)
		g.vars = append(g.vars, variable{fmt.Sprintf(field, kept), "int", false})
	}
}

// impure writes a statement with one call that changes a variable.
func (g *gen) impure() {
	w := g.pick("int", true)
	if w == "" {
		return
	}
	if f := g.pick("func() int", false); f != "" && g.chance(60) {
		g.line("%s %s %s()", w, g.one("=|+="), f)
		return
	}
	if v := g.pick("s", true); v != "" && g.chance(60) {
		g.line("%s = %s.inc(%s)", w, v, g.expr("int", 2))
	} else if v := g.pick("num", true); v != "" {
		g.line("%s = %s.up(%s)", w, v, g.expr("int", 2))
	}
}

func (g *gen) assign() {
	switch g.IntN(9) {
	case 0:
		if v := g.pick("[]int", false); v != "" {
			g.line("%s[(%s)&3] %s %s", v, g.expr("int", 2), g.one("=|+=|-=|^="), g.expr("int", 2))
			return
		}
	case 1:
		if v := g.pick("s", true); v != "" {
			g.line("%s%s %s %s", v, g.one(".N|.A[2]"), g.one("=|+=|*="), g.expr("int", 3))
			return
		}
	case 2:
		if v := g.pick("*int", false); v != "" {
			g.line("*%s %s %s", v, g.one("=|+=|-="), g.expr("int", 2))
			return
		}
	case 3:
		if v := g.pick("[4]int", true); v != "" {
			g.line("%s[(%s)&3] %s %s", v, g.expr("int", 2), g.one("=|+="), g.expr("int", 2))
			return
		}
	case 4:
		typ := g.one("[]int|[4]int|s|*int|func() int|any|map[string]int|num")
		if v := g.pick(typ, true); v != "" {
			g.line("%s = %s", v, g.expr(typ, 3))
			return
		}
	case 5:
		if v := g.pick("int", true); v != "" {
			g.line("%s++", v)
			return
		}
	case 6:
		if v := g.pick("int", true); v != "" {
			g.line("%s %s %s", v, g.one("+=|-=|^=|&=|*="), g.expr("int", 3))
			return
		}
	}
	typ := g.one("int|string|bool")
	if v := g.pick(typ, true); v != "" {
		g.line("%s = %s", v, g.expr(typ, 3))
	}
}

func (g *gen) ifs(depth int) {
	if g.chance(30) {
		w := g.unique("w")
		g.line("if %s := %s; %s > %s {", w, g.expr("int", 3), w, g.expr("int", 2))
		g.with(depth, false, "", variable{w, "int", false})
		g.line("} else if %s {\nt.Log(%s, %s)", g.expr("bool", 2), g.mark(), w)
		g.with(depth, false, "", variable{w, "int", false})
	} else {
		g.line("if %s {", g.expr("bool", 3))
		g.block(depth, false)
	}
	if g.chance(50) {
		g.line("} else {")
		g.block(depth, false)
	}
	g.line("}")
}

func (g *gen) loop(depth int) {
	i, n := g.unique("i"), 1+g.IntN(3)
	switch g.IntN(4) {
	case 0: // closures that outlive their iteration
		f := g.unique("fs")
		g.line("var %s []func() int\nfor %s := %s & 1; %s < %d; %s++ {\n%s = append(%s, func() int { %s += 10; return %s })",
			f, i, g.expr("int", 2), i, n+1, i, f, f, i, i)
		g.with(depth, true, "loop", variable{i, "int", true})
		if g.chance(30) {
			g.line("%s++", i)
		}
		g.line("}\nfor _, f := range %s { t.Log(%s, f(), f()) }", f, g.mark())
	case 1:
		g.line("for %s := 0; %s < %d && %s; %s++ {", i, i, n, g.expr("bool", 2), i)
		g.with(depth, true, "loop", variable{i, "int", true})
		g.line("}")
	case 2:
		g.line("%s := 0\nfor {\n%s++\nif %s > %d { break }", i, i, i, n)
		g.with(depth, true, "loop", variable{i, "int", true})
		g.line("}")
	case 3:
		g.line("for %s, j%s := 0, %s; %s < %d; %s, j%s = %s+1, %s {", i, i, g.expr("int", 2), i, n, i, i, i, g.expr("int", 2))
		g.with(depth, true, "loop", variable{i, "int", true}, variable{"j" + i, "int", false})
		g.line("}")
	}
}

func (g *gen) ranges(depth int) {
	i, v := g.unique("i"), g.unique("w")
	of := func(head string, vs ...variable) {
		g.line("for %s {", head)
		for _, v := range vs {
			g.line("_ = %s", v.name)
		}
		g.with(depth, true, "loop", vs...)
		g.line("}")
	}
	iv, vv := variable{i, "int", false}, variable{v, "int", false}
	switch g.IntN(9) {
	case 0:
		of(fmt.Sprintf("%s, %s := range %s[:3]", i, v, g.expr("[]int", 2)), iv, vv)
	case 1:
		of(fmt.Sprintf("%s, %s := range %s", i, v, g.expr("[4]int", 2)), iv, vv)
	case 2:
		of(fmt.Sprintf("%s, %s := range cut(%s)", i, v, g.expr("string", 2)), iv, variable{v, "rune", true})
	case 3:
		of(fmt.Sprintf("%s := range (%s) & 3", i, g.expr("int", 2)), iv)
	case 4:
		of(fmt.Sprintf("%s, %s := range map[string]int{\"k\": %s}", i, v, g.expr("int", 2)), variable{i, "string", false}, vv)
	case 5:
		of(fmt.Sprintf("%s := range full[int](%s, %s)", i, g.expr("int", 2), g.expr("int", 1)), iv)
	case 6:
		of(fmt.Sprintf("%s := range upto(t, %s, (%s)&3)", i, g.mark(), g.expr("int", 2)), iv)
	case 7:
		of(fmt.Sprintf("%s, %s := range slices.Backward(%s)", i, v, g.expr("[]int", 2)), iv, vv)
	case 8:
		if w := g.pick("int", true); w != "" {
			of(fmt.Sprintf("_, %s = range %s", w, g.expr("[]int", 2)))
		}
	}
}

func (g *gen) switches(depth int) {
	tagless := g.chance(30)
	switch {
	case tagless:
		g.line("switch {")
	case g.chance(30):
		w := g.unique("w")
		g.line("switch %s := %s; (%s) & 3 {", w, g.expr("int", 2), w)
	default:
		g.line("switch (%s) & 3 {", g.expr("int", 3))
	}
	n := 2 + g.IntN(2)
	def := g.IntN(n + 2)
	for i := range n {
		if i == def {
			g.line("default:")
			g.with(depth, false, "switch")
		}
		if tagless {
			g.line("case %s:", g.expr("bool", 2))
		} else {
			g.line("case %d, kit.V(t, %s, %s):", i, g.mark(), g.expr("int", 1))
		}
		g.with(depth, false, "switch")
		if i < n-1 && g.chance(25) {
			g.line("fallthrough")
		}
	}
	g.line("}")
}

// panics writes a panic under a condition.
func (g *gen) panics() {
	what := fmt.Sprintf("panic(%s)", g.expr(g.one("int|string"), 2))
	switch {
	case !g.plain && g.chance(40):
		what = fmt.Sprintf("async.Must(async.Await(kit.P[int](t, %s, %q)))", g.mark(), g.unique("p"))
	case g.chance(20):
		what = fmt.Sprintf("kit.X(t, %s)", g.mark())
	}
	g.line("if (%s)&3 == %d {\n%s\n}", g.expr("int", 2), g.IntN(4), what)
}

// jump writes a break, continue or goto out of an enclosing statement.
func (g *gen) jump() {
	if len(g.labels) == 0 {
		g.assign()
		return
	}
	l := g.labels[g.IntN(len(g.labels))]
	inner := g.labels[len(g.labels)-1]
	what := ""
	switch {
	case l.kind == "goto":
		what = "goto " + l.name
	case l.name != "":
		what = g.one("break |continue ") + l.name
	case inner.kind == "loop" && inner.name == "":
		what = g.one("break|continue")
	case inner.kind == "switch":
		what = "break"
	default:
		return
	}
	g.line("if %s { %s }", g.expr("bool", 2), what)
}

// blocks writes async blocks: awaited at once, or later and without a trace.
func (g *gen) blocks(depth int, kind string) {
	if g.plain {
		return
	}
	w := g.unique("w")
	quiet := func(k int) string {
		return fmt.Sprintf("async.Start(ctx, func(ctx context.Context) (int, error) { return async.Must(async.Await(kit.Quiet(t, %d))) * %d, nil })", k, 1+g.IntN(5))
	}
	switch {
	case kind == "all" && g.beside:
		g.line("%s, _ := async.Await(async.All(%s, %s))\nt.Log(%s, %s)", w, quiet(2), quiet(3), g.mark(), w)
	case g.beside:
		g.line("%s := %s", w, quiet(4))
		g.line("{")
		g.block(depth, false)
		g.line("}\nt.Log(%s, async.Must(async.Await(%s)))", g.mark(), w)
	default:
		g.line("%s, _ := async.Await(async.Start(ctx, func(ctx context.Context) (int, error) {", w)
		old := g.result
		l, room, res, n := g.labels, g.room, g.results, len(g.vars)
		g.labels, g.result, g.room, g.results = nil, "return 1, nil", 3, false
		g.block(depth+1, false)
		g.line("return %s, nil\n}))\n_ = %s", g.expr("int", 2), w)
		g.labels, g.result, g.room, g.results, g.vars = l, old, room, res, g.vars[:n]
		g.vars = append(g.vars, variable{w, "int", false})
	}
}
