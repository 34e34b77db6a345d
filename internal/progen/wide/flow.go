package wide

// This file writes statements that contain others.

import (
	"fmt"
	"strings"
)

// flows are the statements that contain others.
func (b *body) flows() []choice {
	cs := []choice{
		{"if", 10, b.ifs},
		{"switch", 5, b.switches},
		{"typeswitch", 3, b.typeSwitch},
		{"block", 3, func() string { return b.block(3) + "\n" }},
		{"forward", 3, b.forward},
		{"closure", 3, b.closure},
		{"defer", 3, b.deferred},
	}
	if b.mult <= 12 {
		cs = append(cs,
			choice{"for", 6, func() string { return b.labelled(b.counted) }},
			choice{"while", 3, func() string { return b.labelled(b.while) }},
			choice{"range", 7, func() string { return b.labelled(b.ranged) }},
			choice{"rangefunc", 5, func() string { return b.labelled(b.rangeFunc) }},
			choice{"back", 2, b.back},
		)
	}
	if b.rich(6) && !b.silent {
		cs = append(cs, choice{"protect", 4, b.protected})
	}
	if !b.silent && b.rich(3) {
		cs = append(cs, choice{"select", 4, b.selects})
	}
	return cs
}

// label makes a name for a label that the function does not have yet. It may be that of a variable.
func (b *body) label() string {
	for {
		name := one(b.gen, plainNames)
		if b.chance(30) {
			name = one(b.gen, []string{"L", "outer", "next", "again", "end", "s1", "loop", "resume"}) + fmt.Sprint(b.n(4))
		}
		taken := false
		for _, l := range *b.labels {
			taken = taken || l == name
		}
		if !taken {
			*b.labels = append(*b.labels, name)
			return name
		}
	}
}

// labelled writes a statement with a label before it, if anything inside names it.
func (b *body) labelled(write func(t *target) string) string {
	t := &target{kind: "loop"}
	if b.chance(60) && len(*b.labels) < 20 {
		t.label = b.label()
	}
	text := write(t)
	if t.used {
		text = t.label + ":\n" + text
	}
	return text
}

func (b *body) ifs() string {
	text := ""
	b.inside(func() {
		text = "if "
		if b.chance(25) {
			v := b.variable(one(b.gen, basics))
			text += fmt.Sprintf("%s := %s; ", v.name, b.expr(v.typ, b.top()))
			b.declare(v)
			v.used = true
			text += fmt.Sprintf("%s == %s && ", v.name, b.expr(v.typ, b.top())) + "(" + b.condition() + ")"
		} else {
			text += b.condition()
		}
		text += " " + b.block(3)
		for b.chance(20) && *b.room > 0 {
			text += " else if " + b.condition() + " " + b.block(2)
		}
		if b.chance(50) {
			text += " else " + b.block(3)
		}
	})
	return text + "\n"
}

// counted writes a loop with three clauses, of which some may be missing.
func (b *body) counted(t *target) string {
	n := 2 + b.n(3)
	i := b.variable(tInt)
	i.up = true
	text := ""
	b.inside(func() {
		init := fmt.Sprintf("%s := %d", i.name, b.n(2))
		var j *variable
		if b.chance(25) {
			j = b.variable(one(b.gen, []*typ{tInt, tStr}))
			if j.name == i.name {
				j.name = b.unique("j")
			}
			init = fmt.Sprintf("%s, %s := 0, %s", i.name, j.name, b.expr(j.typ, b.top()))
			b.declare(j)
		}
		b.declare(i)
		i.used = true
		b.repeated(n, func() {
			cond := fmt.Sprintf("%s < %d", i.name, n)
			switch {
			case b.chance(15):
				cond += " && " + b.cond()
			case b.chance(15) && b.awaits:
				cond = fmt.Sprintf("%s < %s", i.name, b.await(tInt, fmt.Sprint(n)))
			}
			post := i.name + "++"
			switch {
			case j != nil && b.chance(70):
				post = fmt.Sprintf("%s, %s = %s+1, %s", i.name, j.name, i.name, b.expr(j.typ, b.top()))
			case b.chance(15):
				post = fmt.Sprintf("%s += 1 + (%s)&1", i.name, b.expr(tInt, b.top()))
			}
			blk := ""
			b.aiming(t, func() { blk = b.block(4) })
			if j != nil && !j.used {
				blk = "{\n_ = " + j.name + blk[1:]
			}
			text = fmt.Sprintf("for %s; %s; %s %s\n", init, cond, post, blk)
		})
	})
	return text
}

// while writes a loop with a condition alone, or without one.
func (b *body) while(t *target) string {
	text := ""
	b.repeated(5, func() {
		fuel := b.bound()
		cond, head := "", ""
		if b.chance(50) {
			cond = fmt.Sprintf("%s > 0 && %s", fuel, b.condition())
		} else {
			head = fmt.Sprintf("if %s <= 0 || %s {\nbreak\n}\n", fuel, b.cond())
		}
		b.aiming(t, func() { text = fmt.Sprintf("for %s {\n%s%s--\n%s", cond, head, fuel, b.block(3)[1:]) })
	})
	return text + "\n"
}

// over writes a range over x, which gives up to n values of the types of v and w; nil for none.
func (b *body) over(v, w *variable, x string, t *target, n int) string {
	text := ""
	b.repeated(n, func() {
		vars := ""
		var vs []*variable
		switch b.n(6) {
		case 0: // none
		case 1: // existing ones
			n := len(b.reads)
			p, ok := b.place(ex{d: 1, call: b.chance(50)})
			if v != nil && ok && p.typ == v.typ && p.kind != "map" {
				vars = p.text + " = "
				n := len(b.reads)
				if q, ok := b.place(ex{d: 1}); w != nil && ok && q.typ == w.typ && q.kind != "map" {
					vars = p.text + ", " + q.text + " = "
				} else {
					b.unread(n)
				}
				break
			}
			b.unread(n)
			fallthrough
		case 2:
			if v != nil {
				vs, vars = []*variable{v}, v.name+" := "
				break
			}
			fallthrough
		default:
			switch {
			case v == nil:
			case w == nil:
				vs, vars = []*variable{v}, v.name+" := "
			case b.chance(30):
				vs, vars = []*variable{w}, "_, "+w.name+" := "
			default:
				if v.name == w.name {
					w.name = b.unique("w")
				}
				vs, vars = []*variable{v, w}, v.name+", "+w.name+" := "
			}
		}
		b.inside(func() {
			b.declare(vs...)
			blk := ""
			if t.native {
				defer func(old bool) { b.awaits = old }(b.awaits)
				b.awaits = false
			}
			b.aiming(t, func() { blk = b.block(4) })
			heads := b.heads(vs)
			if heads != "" && !b.silent && b.rich(1) {
				b.spend(1)
				heads = fmt.Sprintf("t.Log(%s, %s)\n", b.mark("each"), shown(vs))
			}
			text = fmt.Sprintf("for %srange %s {\n%s%s\n", vars, x, heads, blk[2:])
		})
	})
	return text
}

// ranged writes a loop over anything but functions.
func (b *body) ranged(t *target) string {
	e := b.top()
	i := b.variable(tInt)
	switch b.n(8) {
	case 0:
		return b.over(i, nil, fmt.Sprintf("2 + (%s)&1", b.expr(tInt, e)), t, 3)
	case 1:
		if v := b.read(tRows, e); v != nil && b.chance(50) {
			return b.over(i, b.variable(tArr), v.get(), t, 2)
		}
		if v := b.read(tArr, e); v != nil && b.chance(60) {
			return b.over(i, b.variable(tInt), v.get(), t, 4)
		}
		return b.over(i, b.variable(tStr), b.expr(tArrS, e), t, 2)
	case 2:
		if v := b.addressable(tArr); v != nil {
			return b.over(i, b.variable(tInt), "&"+v.get(), t, 4)
		}
		return b.over(i, b.variable(tInt), "(&"+b.composite(tArr, e)+")", t, 4)
	case 3:
		var x string
		if b.chance(60) {
			x = fmt.Sprintf("%q", one(b.gen, []string{"ab", "é!", "a\x80b", "日本"}))
		} else {
			x = fmt.Sprintf("(%s + \"xyz\")[:3]", b.expr(tStr, e))
		}
		return b.over(i, b.variable(tRune), x, t, 3)
	case 4:
		m := one(b.gen, []*typ{tMapSI, tMapIS})
		x := fmt.Sprintf("%s{%s: %s}", m.name, b.expr(m.key, e.deeper()), b.lit(m.elem))
		return b.over(b.variable(m.key), b.variable(m.elem), x, t, 1)
	case 5:
		of := one(b.gen, basics)
		return b.over(b.variable(of), nil, b.filled(of, 3, e, b.awaits && b.chance(60)), t, 3)
	}
	s := one(b.gen, []*typ{tInts, tStrs})
	x := b.expr(s, e.as(withAny))
	return b.over(i, b.variable(s.elem), "("+x+")[:2]", t, 2)
}

// filled writes a channel with up to n values, which are there already or, if it may wait, come when somebody waits.
func (b *body) filled(t *typ, n int, e ex, wait bool) string {
	x := strings.Join(b.exprs(t, 1+b.n(n), e), ", ")
	if wait && !b.silent {
		b.spend(1)
		return fmt.Sprintf("soon[%s](t, %s, %s)", t.name, b.mark("soon"), x)
	}
	return fmt.Sprintf("full[%s](%s)", t.name, x)
}

// rangeFunc writes a loop over a function.
func (b *body) rangeFunc(t *target) string {
	e := b.top()
	k := func() string { return fmt.Sprintf("2 + (%s)&1", b.expr(tInt, e)) }
	if b.silent || !b.rich(4) {
		t.native = !b.iters
		return b.over(nil, nil, "times("+k()+")", t, 3)
	}
	s := one(b.gen, []*typ{tInts, tStrs})
	t.native = !b.iters
	switch b.n(6) {
	case 0:
		return b.over(nil, nil, "times("+k()+")", t, 3)
	case 1:
		b.repeated(3, func() { b.spend(2) })
		return b.over(b.variable(tStr), b.variable(tInt), fmt.Sprintf("words(t, %s, %s)", b.mark("words"), k()), t, 3)
	case 2:
		f := one(b.gen, []string{"slices.All", "slices.Backward"})
		return b.over(b.variable(tInt), b.variable(s.elem), fmt.Sprintf("%s((%s)[:2])", f, b.expr(s, e.as(withAny))), t, 2)
	case 3:
		return b.over(b.variable(s.elem), nil, fmt.Sprintf("slices.Values((%s)[:2])", b.expr(s, e.as(withAny))), t, 2)
	}
	b.repeated(3, func() { b.spend(2) })
	return b.over(b.variable(tInt), nil, fmt.Sprintf("count(t, %s, %s)", b.mark("count"), k()), t, 3)
}

// switches writes an expression switch.
func (b *body) switches() string {
	tag := one(b.gen, []*typ{tInt, tStr, tInt, nil, nil, tNum})
	if tag == nil {
		tag = tBool
	}
	text := ""
	t := &target{kind: "switch"}
	if b.chance(25) && len(*b.labels) < 20 {
		t.label = b.label()
	}
	b.inside(func() {
		head := "switch "
		if b.chance(20) {
			v := b.variable(tInt)
			head += fmt.Sprintf("%s := %s; ", v.name, b.expr(tInt, b.top()))
			b.declare(v)
			v.used = true
			head += fmt.Sprintf("either(%s < 3, ", v.name) + b.expr(tag, b.top().settledIf(tag)) + ", " + b.lit(tag) + ")"
		} else if tag != tBool {
			head += b.expr(tag, b.top())
		}
		text = head + " {\n" + b.clauses(t, func(lits map[string]bool) string {
			if tag == tBool {
				return b.cond()
			}
			return b.caseExpr(tag, lits)
		}) + "}\n"
	})
	if t.used {
		text = t.label + ":\n" + text
	}
	return text
}

// caseExpr writes an expression of a case; constants are none that lits has.
func (b *body) caseExpr(t *typ, lits map[string]bool) string {
	if b.chance(50) {
		if x := b.lit(t); !lits[x] {
			lits[x] = true
			return x
		}
	}
	if v := b.read(t, ex{}); v != nil && b.chance(50) {
		return v.get()
	}
	x := "same[" + t.name + "](" + b.expr(t, b.top()) + ")"
	if b.awaits && b.chance(60) && (b.silent || b.rich(1)) {
		x = b.await(t, x)
	}
	return x
}

// clauses writes the clauses of an expression switch.
func (b *body) clauses(t *target, expr func(lits map[string]bool) string) string {
	n, text := 2+b.n(3), ""
	def := b.n(n + 2)
	lits := map[string]bool{}
	for i := range n {
		if i == def {
			text += "default:\n"
		} else {
			text += "case " + expr(lits)
			for b.chance(25) {
				text += ", " + expr(lits)
			}
			text += ":\n"
		}
		b.inside(func() {
			b.aiming(t, func() { text += b.list(1 + b.n(3)) })
		})
		if i < n-1 && b.chance(20) {
			text += "fallthrough\n"
		}
	}
	return text
}

// typeSwitch writes a type switch.
func (b *body) typeSwitch() string {
	of, cases := tAny, []string{"int", "string, bool", "pair[int, string]", "num, float64", "nil", "fmt.Stringer", "[2]string"}
	if b.chance(25) {
		of, cases = tErr, []string{"failure", "interface{ Unwrap() error }", "nil"}
	}
	x := b.expr(of, b.top().settled())
	text := ""
	b.inside(func() {
		name := ""
		if b.chance(70) && !b.silent && b.rich(1) {
			name = b.fresh()
		}
		text = "switch "
		if name != "" {
			text += name + " := "
		}
		text += "(" + x + ").(type) {\n"
		t := &target{kind: "switch"}
		def := b.n(4)
		b.rng.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
		for i, c := range cases[:3] {
			if i == def {
				text += "default:\n"
			} else {
				text += "case " + c + ":\n"
			}
			b.inside(func() {
				if name != "" {
					b.spend(1)
					text += fmt.Sprintf("t.Log(%s, %s)\n", b.mark("is"), name)
					b.declare(&variable{name: name, typ: tOther, ro: true, vol: true, used: true})
				}
				b.aiming(t, func() { text += b.list(1 + b.n(3)) })
			})
		}
	})
	return text + "}\n"
}

// forward writes a block that a goto inside of it may leave.
func (b *body) forward() string {
	if len(*b.labels) >= 20 {
		return b.block(3) + "\n"
	}
	t := &target{kind: "forward", label: b.label()}
	text := ""
	b.aiming(t, func() { text = b.block(4) + "\n" })
	if !t.used {
		return text
	}
	text += t.label + ":\n"
	if b.silent || b.chance(20) {
		return text + ";\n"
	}
	return "{\n" + text + b.log() + "}\n"
}

// back writes a block to whose beginning a goto inside of it may go.
func (b *body) back() string {
	if len(*b.labels) >= 20 {
		return b.block(3) + "\n"
	}
	t := &target{kind: "back", label: b.label()}
	text := ""
	b.repeated(4, func() {
		b.inside(func() {
			b.aiming(t, func() {
				text = b.list(1 + b.n(4))
				if b.chance(70) {
					t.used = true
					fuel := b.bound()
					text += fmt.Sprintf("if %[1]s > 0 && %[2]s {\n%[1]s--\ngoto %[3]s\n}\n", fuel, b.condition(), t.label)
				}
			})
		})
	})
	if !t.used {
		return "{\n" + text + "}\n"
	}
	return "{\n" + t.label + ":\n" + text + "}\n"
}

// selects writes a select of which exactly one case can go on.
func (b *body) selects() string {
	e := b.top()
	of := one(b.gen, []*typ{tInt, tStr, tNum})
	c, none := b.unique("ch"), b.unique("nc")
	waits := b.awaits && b.chance(50)
	made := c + " := " + b.filled(of, 1, e, waits) + "\n"
	made += fmt.Sprintf("var %s chan %s\n", none, of.name)
	t := &target{kind: "switch"}
	clause := func(head string, vs ...*variable) string {
		text := ""
		b.inside(func() {
			b.declare(vs...)
			b.aiming(t, func() { text = b.list(1 + b.n(3)) })
		})
		return "case " + head + ":\n" + b.heads(vs) + text
	}
	var cases []string
	v, ok := b.variable(of), b.variable(tBool)
	if v.name == ok.name {
		ok.name = b.unique("ok")
	}
	at := len(b.reads)
	p, found := b.place(ex{d: 2, call: true})
	n := b.n(6)
	if found = found && n == 2 && p.typ == of && p.kind != "map"; !found {
		b.unread(at)
	}
	switch {
	case n == 0:
		cases = append(cases, clause("<-"+c))
	case n == 1:
		cases = append(cases, clause(v.name+", "+ok.name+" := <-"+c, v, ok))
	case found:
		cases = append(cases, clause(p.text+" = <-"+c))
	case n == 3 && !waits && b.has("make"):
		room := b.unique("room")
		made += fmt.Sprintf("%s := make(chan %s, 1)\n", room, of.name)
		cases = append(cases, clause(fmt.Sprintf("%s <- %s", room, b.expr(of, e))))
		made += "_ = " + c + "\n"
	default:
		cases = append(cases, clause(v.name+" := <-"+c, v))
	}
	switch b.n(4) {
	case 0:
		cases = append(cases, clause(fmt.Sprintf("%s <- %s", none, b.expr(of, e))))
	case 1:
		cases = append(cases, clause("<-same("+none+")"))
	case 2:
		if !waits {
			cases = append(cases, "default:\n"+strings.SplitN(clause("x"), ":\n", 2)[1])
		}
	}
	b.rng.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
	return made + "_ = " + none + "\nselect {\n" + strings.Join(cases, "") + "}\n"
}

// channel writes channel operations outside of expressions.
func (b *body) channel() string {
	b.spend(2)
	e := b.top()
	of := one(b.gen, basics)
	c, d := b.unique("ch"), b.unique("done")
	if !b.has("make") {
		return b.log()
	}
	switch b.n(3) {
	case 0: // a send that waits
		return fmt.Sprintf("%[1]s, %[2]s := make(chan %[3]s), make(chan string)\nt.Soon(func() { %[2]s <- fmt.Sprint(<-%[1]s) })\n"+
			"%[1]s <- %[4]s\nt.Log(%[5]s, <-%[2]s)\n", c, d, of.name, b.expr(of, e), b.mark("sent"))
	case 1: // a goroutine
		v := b.variable(of)
		x := b.expr(of, e)
		defer func() { b.declare(v) }()
		return fmt.Sprintf("%[1]s := make(chan %[2]s, %[3]d)\ngo func(k %[2]s) { %[1]s <- k }(%[4]s)\n%[5]s := <-%[1]s\n",
			c, of.name, b.n(2), x, v.name)
	}
	v := b.variable(of)
	x, y := b.expr(of, e), b.expr(of, e)
	defer func() { b.declare(v) }()
	return fmt.Sprintf("%[1]s := make(chan %[2]s, 2)\n%[1]s <- %[3]s\n%[1]s <- %[4]s\n<-%[1]s\n%[5]s := <-%[1]s\n", c, of.name, x, y, v.name)
}
