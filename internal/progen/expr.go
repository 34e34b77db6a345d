package progen

// This file writes expressions. A call that changes a variable stands alone or in an integer expression, where gc reads
// variables after all calls; maps and assertions are never read beside a call.

import "fmt"

// await writes an await of x.
func (g *gen) await(typ, x string) string {
	return fmt.Sprintf("async.Must(async.Await(kit.A[%s](t, %s, %s)))", typ, g.mark(), x)
}

// expr writes an expression of a type with so many levels.
func (g *gen) expr(typ string, d int) string {
	awaits := !g.plain && !g.exact
	if awaits && d > 0 && typ != "func() int" && typ != "*int" && g.chance(22) {
		return g.await(typ, g.expr(typ, d-1))
	}
	if !g.exact && d > 0 && typ[0] != 'f' && typ[0] != '*' && g.chance(8) {
		return fmt.Sprintf("kit.V[%s](t, %s, %s)", typ, g.mark(), g.expr(typ, d-1))
	}
	if v := g.pick(typ, false); v != "" && (d <= 0 || g.chance(25)) {
		return v
	}
	if awaits && d > 0 && (typ == "int" || typ == "string") && g.chance(12) {
		if call := g.twin(typ); call != "" {
			return "async.Must(async.Await(" + call + "))"
		}
	}
	switch typ {
	case "int":
		return g.integer(d)
	case "string":
		return g.text(d)
	case "bool":
		return g.truth(d)
	}
	return g.other(typ, d)
}

// twin writes a call of a twin with results of a type.
func (g *gen) twin(typ string) string {
	var calls []string
	for i, res := range g.funcs {
		if res != typ {
			continue
		}
		calls = append(calls, [...]string{"fn0Async(ctx, t, 1, %s)", "s{N: %s}.fn1Async(ctx, t, 1, \"q\")", "fn2Async(ctx, t, 1, true, %s)"}[i])
	}
	if g.self != "" && g.typ == typ {
		calls = append(calls, g.self)
	}
	if len(calls) == 0 {
		return ""
	}
	return fmt.Sprintf(calls[g.IntN(len(calls))], g.expr("int", 1))
}

func (g *gen) integer(d int) string {
	if d <= 0 {
		return g.literal("int")
	}
	x := func() string { return g.expr("int", d-1) }
	switch g.IntN(17) {
	case 0, 1, 2:
		return fmt.Sprintf("(%s %s %s)", x(), g.one("+|-|*|&|^|&^"), x())
	case 3:
		return fmt.Sprintf("(%s %s %d)", x(), g.one("/|%|>>"), 2+g.IntN(4))
	case 4:
		if v := g.pick("[]int", false); v != "" {
			return fmt.Sprintf("%s[(%s)&3]", v, x())
		}
	case 5:
		if v := g.pick("[4]int", false); v != "" {
			return fmt.Sprintf("%s[(%s)&3]", v, x())
		}
	case 6:
		if v := g.pick("s", false); v != "" {
			return v + g.one(".N|.A[1]")
		}
	case 7:
		if v := g.pick("*int", false); v != "" {
			return "*" + v
		}
	case 8:
		if v := g.pick("s", false); v != "" {
			return fmt.Sprintf("%s.val(%s)", v, x())
		}
	case 9:
		return fmt.Sprintf("int(%s)", g.expr("num", d-1))
	case 10:
		return fmt.Sprintf("sum(%s, %s, %s)", x(), x(), x())
	case 11:
		return fmt.Sprintf("%s(%s, %s)", g.one("min|max"), x(), x())
	case 12:
		return fmt.Sprintf("[4]int{%s, 2: %s}[%d]", x(), x(), g.IntN(4))
	case 13:
		return fmt.Sprintf("(s{N: %s, T: %s}).N", x(), g.expr("string", d-1))
	case 14:
		return fmt.Sprintf("(-%s)", x())
	case 15:
		if g.pick("int", false) != "len" {
			return fmt.Sprintf("sum(0, %s[1:3]...)", g.expr("[]int", d-1))
		}
	}
	return g.literal("int")
}

func (g *gen) text(d int) string {
	if d <= 0 {
		return g.literal("string")
	}
	x := func() string { return g.expr("string", d-1) }
	switch g.IntN(7) {
	case 0:
		return fmt.Sprintf("cut(%s + %s)", x(), x())
	case 1:
		return fmt.Sprintf("(%s + %s)", g.literal("string"), x())
	case 2:
		return fmt.Sprintf("cut(fmt.Sprint(%s, %s))", g.expr("int", d-1), g.expr("bool", d-1))
	case 3:
		if v := g.pick("s", false); v != "" {
			return v + ".T"
		}
	case 4:
		return fmt.Sprintf("string(rune('a' + (%s)&15))", g.expr("int", d-1))
	case 5:
		return fmt.Sprintf("string([]byte(%s))", x())
	}
	return g.literal("string")
}

func (g *gen) truth(d int) string {
	if d <= 0 {
		return fmt.Sprintf("(%s > %s)", g.expr("int", 0), g.literal("int"))
	}
	switch g.IntN(5) {
	case 0, 1:
		return fmt.Sprintf("(%s %s %s)", g.expr("bool", d-1), []string{"&&", "||"}[g.IntN(2)], g.expr("bool", d-1))
	case 2:
		return "!" + g.expr("bool", d-1)
	case 3:
		return fmt.Sprintf("(%s %s %s)", g.expr("string", d-1), g.one("==|<|!="), g.expr("string", d-1))
	}
	return fmt.Sprintf("(%s %s %s)", g.expr("int", d-1), g.one("==|<|!=|>="), g.expr("int", d-1))
}

func (g *gen) other(typ string, d int) string {
	x := func() string { return g.expr("int", d-1) }
	switch typ {
	case "[]int":
		if v := g.pick(typ, false); v != "" && g.chance(40) {
			return fmt.Sprintf("grow(%s, %s)", v, x())
		}
		return fmt.Sprintf("[]int{%s, %s, %s, 4}", x(), x(), x())
	case "[4]int":
		return fmt.Sprintf("[4]int{%s, 3: %s}", x(), x())
	case "s":
		return fmt.Sprintf("(s{N: %s, T: %s, A: [4]int{1: %s}})", x(), g.expr("string", d-1), x())
	case "*int":
		if v := g.pick("int", true); v != "" && g.chance(60) {
			return "&" + v
		}
		return fmt.Sprintf("ref[int](%s)", x())
	case "num":
		if g.chance(50) {
			return fmt.Sprintf("num(%s)", x())
		}
		return fmt.Sprintf("num(%s).twice()", x())
	case "any":
		return fmt.Sprintf("any(%s)", g.expr(g.one("int|string|bool|num"), d-1))
	case "map[string]int":
		return fmt.Sprintf("map[string]int{\"a\": %s}", x())
	}
	if v := g.pick("s", false); v != "" && g.chance(30) { // a method value
		return fmt.Sprintf("func(f func(int) int) func() int { return func() int { return f(%d) } }(%s.val)", g.IntN(9), v)
	}
	defer func(p bool) { g.plain = p }(g.plain)
	g.plain = true
	if v := g.pick("int", true); v != "" && g.chance(70) {
		return fmt.Sprintf("func() int { %s %s %s; return %s }", v, g.one("+=|=|^="), g.literal("int"), v)
	}
	return fmt.Sprintf("func() int { return %s }", g.expr("int", 1))
}
