// Package progen writes random Go programs for the differential test suite.
//
// A program is a Case function or two and other annotated functions whose twins they call. Every program
// compiles, ends, and does the same however its promises settle: it keeps away from what Go leaves open and from what gc
// itself does differently from one build to the next. What it does is traced, variables included.
package progen

import (
	"fmt"
	"go/format"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/goawait/goawait/internal/difftest"
)

// A variable is one in scope.
type variable struct {
	name, typ string
	fixed     bool // not to be assigned
}

// gen writes one program.
type gen struct {
	*rand.Rand
	out     strings.Builder
	vars    []variable // in scope, innermost last
	funcs   [3]string  // types of results of the functions that may be called, fn0 to fn2; empty if there is none
	count   int        // of names and marks
	room    int        // statements left in the function
	result  string     // statement that leaves the function or literal
	results bool       // the function's results r and err may be named
	labels  []label
	plain   bool   // in a literal that can't await
	exact   bool   // in an operand that is not to await or call
	beside  bool   // blocks run beside their caller: promises may not change variables while they are pending
	self    string // call of the function itself
	typ     string // of its result
}

// A label may be left or gone to from inside of its statement.
type label struct{ name, kind string }

// Program gives the program of a seed. Its entries need not suspend.
func Program(seed uint64) difftest.Program {
	g := &gen{Rand: rand.New(rand.NewPCG(seed, 0x90a17)), count: 1} // v1 is a name of its own
	g.beside = g.IntN(3) == 0
	g.line(prelude)
	for _, i := range g.Perm(3)[:1+g.IntN(2)] {
		g.function(fmt.Sprintf("fn%d", i), true)
		g.funcs[i] = g.typ
	}
	p := difftest.Program{Name: fmt.Sprintf("fuzz_%d", seed)}
	for i := range 1 + g.IntN(2)*g.IntN(2) {
		name := fmt.Sprintf("Case%d", i)
		g.function(name, false)
		p.Quiet = append(p.Quiet, name)
	}
	src := g.out.String()
	if text, err := format.Source([]byte(src)); err == nil {
		src = string(text)
	}
	p.Files = map[string]string{"case.go": src}
	return p
}

// stem are the names of a program at package level, but for the prelude's.
var stem = regexp.MustCompile(`\b(?:fn|Case)\d`)

// Pack gives the programs of seeds from first on as one package: generic code that all of them need is compiled once. What
// belongs to a seed has that in its names.
func Pack(first uint64, n int) difftest.Program {
	p := difftest.Program{Name: fmt.Sprintf("fuzz_%d_%d", first, n)}
	var src strings.Builder
	for seed := range uint64(n) {
		one := Program(first + seed)
		name := fmt.Sprintf("${0}of%d", first+seed)
		head, funcs, _ := strings.Cut(one.Files["case.go"], "//goawait:async")
		if seed == 0 {
			src.WriteString(head)
		}
		src.WriteString(stem.ReplaceAllString("//goawait:async"+funcs, name))
		for _, c := range one.Quiet {
			p.Quiet = append(p.Quiet, stem.ReplaceAllString(c, name))
		}
	}
	p.Files = map[string]string{"case.go": src.String()}
	return p
}

func (g *gen) line(format string, args ...any) {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	g.out.WriteString(format + "\n")
}

func (g *gen) chance(percent int) bool { return g.IntN(100) < percent }

func (g *gen) one(words string) string {
	ws := strings.Split(words, "|")
	return ws[g.IntN(len(ws))]
}

// unique makes a name, or the text of a mark in the trace, that no other place has.
func (g *gen) unique(stem string) string {
	g.count++
	return fmt.Sprint(stem, g.count)
}

func (g *gen) mark() string { return fmt.Sprintf("%q", g.unique("m")) }

// function writes an annotated function: a Case, or a helper with a depth of recursion and an operand.
func (g *gen) function(name string, helper bool) {
	typ := g.one("int|string")
	if !helper {
		typ = "string"
	}
	g.vars, g.labels, g.room, g.plain = nil, nil, 9+g.IntN(8), false
	g.results = g.chance(60)
	res := typ + ", error"
	g.typ = typ
	zero := map[string]string{"int": "0", "string": `""`}[typ]
	if g.results {
		res = "r " + typ + ", err error"
		zero = g.one("r|" + zero)
		g.vars = append(g.vars, variable{"r", typ, false})
	}
	g.result = "return " + zero + ", nil"
	g.line("\n//goawait:async")
	switch {
	case !helper:
		g.line("func %s(ctx context.Context, t *kit.T) (%s) {\nsteps = 0", name, res)
	case name == "fn1":
		g.line("func (p s) fn1(ctx context.Context, t *kit.T, d int, q string) (%s) {", res)
		g.vars = append(g.vars, variable{"p", "s", false}, variable{"q", "string", false})
		g.self = "p.fn1Async(ctx, t, d-1, fmt.Sprint(%s))"
	case name == "fn2":
		g.line("func fn2[X any](ctx context.Context, t *kit.T, d int, q X, p int) (%s) {", res)
		g.vars = append(g.vars, variable{"p", "int", false})
		g.self = `fn2Async(ctx, t, d-1, "x", %s)`
	default:
		g.line("func %s(ctx context.Context, t *kit.T, d, p int) (%s) {", name, res)
		g.vars = append(g.vars, variable{"p", "int", false})
		g.self = "fn0Async(ctx, t, d-1, %s)"
	}
	if helper {
		g.line("if spent() || d < 0 { %s }", g.result)
	} else {
		g.self = ""
	}
	if g.chance(60) {
		g.recovering()
	}
	if g.chance(25) {
		g.deferred(1)
	}
	for range 3 {
		g.declare()
	}
	g.stmts(0)
	g.show(g.vars)
	x := g.expr(typ, 2)
	switch {
	case g.results && g.chance(30):
		g.line("r = %s\nreturn\n}", x)
	default:
		g.line("return %s, %s\n}", x, g.one("nil|nil|errA"))
	}
}

// recovering writes a deferred literal that recovers, and may await.
func (g *gen) recovering() {
	g.line("defer func() {\nif v := recover(); v != nil {\nt.Log(%s, kit.Shown(v))", g.mark())
	if g.chance(30) {
		g.line("t.Log(async.Await(kit.A(t, %s, 1)))", g.mark())
	}
	if g.results && g.chance(60) {
		g.line("r = %s", g.literal(g.vars[0].typ))
	}
	g.line("}")
	if g.chance(20) {
		g.line("async.Must(async.Await(kit.A(t, %s, 2)))", g.mark())
	}
	g.line("}()")
}

// deferred writes a defer statement.
func (g *gen) deferred(depth int) {
	switch {
	case g.plain || g.chance(40):
		g.line("defer note(t, %s, %s, %s)", g.mark(), g.expr("int", 2), g.expr("string", 1))
	case g.chance(40):
		g.line("defer func(k int) {\nt.Log(%s, k)", g.mark())
		g.literalBody(depth, false, "return")
		g.line("}(%s)", g.expr("int", 2))
	default:
		g.line("defer func() {")
		g.literalBody(depth, false, "return")
		g.line("}()")
	}
}

// literalBody writes some statements of a literal that returns by result.
func (g *gen) literalBody(depth int, plain bool, result string) {
	defer func(l []label, r string, p bool, room int, n int) {
		g.labels, g.result, g.plain, g.room, g.vars = l, r, p, room, g.vars[:n]
	}(g.labels, g.result, g.plain, g.room, len(g.vars))
	g.labels, g.result, g.plain, g.room = nil, result, g.plain || plain, 2
	g.block(depth+2, false)
}

var types = "int|int|int|string|string|bool|[]int|[4]int|s|*int|func() int|any|map[string]int|num"

func (g *gen) literal(typ string) string {
	k := g.IntN(10)
	switch typ {
	case "int":
		return fmt.Sprint(k)
	case "string":
		return fmt.Sprintf("%q", "abcdefghijkl"[k:k+g.IntN(3)])
	case "bool":
		return fmt.Sprint(k < 5)
	}
	return fmt.Sprintf("num(%d)", k)
}

// declare writes the declaration of a variable.
func (g *gen) declare() {
	typ := g.one(types)
	name := g.one("a|b|c|e|f0|g|h|i|j|x|y|z|frame|co|state|len|v1")
	if g.taken(name) || name == "len" && g.chance(80) {
		name = g.unique("v")
	}
	x := g.expr(typ, 3)
	switch {
	case g.chance(20):
		g.line("var %s %s = %s", name, typ, x)
	case typ == "int" || typ == "string" || typ == "bool":
		if g.chance(15) {
			g.line("var %s %s", name, typ)
			break
		}
		if g.chance(15) && !g.plain {
			g.line("%s, err%s := async.Await(kit.A[%s](t, %s, %s))\nt.Log(err%s)", name, name, typ, g.mark(), x, name)
			break
		}
		fallthrough
	default:
		g.line("%s := %s", name, x)
	}
	g.line("_ = %s", name)
	g.vars = append(g.vars, variable{name, typ, false})
}

// taken reports whether a variable has the name.
func (g *gen) taken(name string) bool {
	return slices.ContainsFunc(g.vars, func(v variable) bool { return v.name == name })
}

// show traces variables.
func (g *gen) show(vs []variable) {
	var parts []string
	for _, v := range vs {
		switch {
		case v.typ[0] == '*':
			parts = append(parts, "*"+v.name)
		case v.typ[0] != 'f':
			parts = append(parts, v.name)
		}
	}
	if len(parts) > 0 {
		g.line("t.Log(%s, %s)", g.mark(), strings.Join(parts, ", "))
	}
}

// pick chooses a variable of a type; "" if there is none. Shadowed ones are left out.
func (g *gen) pick(typ string, write bool) string {
	var names []string
	for i, v := range g.vars {
		hidden := write && v.fixed || v.typ != typ
		for _, w := range g.vars[i+1:] {
			hidden = hidden || w.name == v.name
		}
		if !hidden {
			names = append(names, v.name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[g.IntN(len(names))]
}

const prelude = `package prog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/goawait/goawait/internal/difftest/kit"
	async "github.com/goawait/goawait/runtime"
)

var (
	errA  = errors.New("A")
	steps int
	_     = slices.Values[[]int]
	_     = maps.Keys[map[string]int]
)

// spent bounds what a program does.
func spent() bool { steps++; return steps > 250 }

type num int

func (n num) twice() num   { return n*2 + 1 }
func (n *num) up(k int) int { *n += num(k); return int(*n) }

type s struct {
	N int
	T string
	A [4]int
}

func (x s) val(k int) int   { return x.N*3 + k }
func (x *s) inc(k int) int  { x.N += k; return x.N }

type shape interface{ val(k int) int }

func note(t *kit.T, m string, args ...any) { t.Log(m, fmt.Sprint(args...)) }

func grow(xs []int, more ...int) []int { return append(xs[:len(xs):len(xs)], more...) }

func sum(a int, more ...int) int {
	for i, m := range more {
		a += m * (i + 2)
	}
	return a
}

func ref[X any](x X) *X { return &x }

func full[X any](xs ...X) chan X {
	c := make(chan X, len(xs))
	for _, x := range xs {
		c <- x
	}
	close(c)
	return c
}

func upto(t *kit.T, m string, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer t.Log(m, "cleaned up")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func cut(x string) string { return x[:min(len(x), 12)] }`
