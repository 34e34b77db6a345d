// Package wide writes random Go programs for the differential test suite that use more of the language than those of
// package progen, are larger, and know which variables a call may change. It reduces those that differ, to the last
// expression, and makes variants that must trace the same.
//
// A program is a package of several Case functions, other annotated functions whose twins they call, methods, generic
// functions, types and variables. Every program compiles, ends, and does the same however its promises settle: it keeps
// away from what Go leaves open, such as the order of blocks that run side by side, and from what gc itself does
// differently from one build to the next. What it does is traced, variables included.
//
// A seed stands for one program; the programs of a seed are the same on every machine and in every version of Go.
package wide

import (
	"fmt"
	"go/format"
	"math/rand/v2"
	"strings"

	"github.com/goawait/goawait/internal/difftest"
)

// A Config says what programs are like. The zero value is a good choice.
type Config struct {
	Cases   int            // Case functions
	Funcs   int            // other annotated functions
	Stmts   int            // statements of a function, roughly
	Depth   int            // of nested statements
	Weights map[string]int // of kinds of statements, by their name; those named override the usual ones
}

func (c Config) filled() Config {
	set := func(n *int, usual int) {
		if *n == 0 {
			*n = usual
		}
	}
	set(&c.Cases, 3)
	set(&c.Funcs, 3)
	set(&c.Stmts, 14)
	set(&c.Depth, 4)
	return c
}

// gen writes one program.
type gen struct {
	Config
	rng     *rand.Rand
	decls   []string // of package level
	structs []*typ
	ptrs    map[*typ]*typ
	slices  map[*typ]*typ // of structs
	funcs   []*function   // that may be called
	globals []*variable
	names   int
	marks   int
	reads   []*variable // that were read for the first time
	odd     bool        // variables have the names of builtins, and such as a compiler uses
	iters   bool        // the bodies of ranges over functions may await
	beside  bool        // blocks run beside others; otherwise promises may change variables while they are pending
}

// Program gives the program of a seed.
func Program(seed uint64) difftest.Program { return Config{}.Program(seed) }

// Program gives the program of a seed.
func (c Config) Program(seed uint64) difftest.Program {
	src := c.Source(seed)
	if text, err := format.Source([]byte(src)); err == nil {
		src = string(text)
	}
	return difftest.Program{Name: fmt.Sprintf("fuzz_%d", seed), Files: map[string]string{"case.go": src}}
}

// Source gives the text of the program, unformatted.
func (c Config) Source(seed uint64) string {
	g := &gen{Config: c.filled(), rng: rand.New(rand.NewPCG(seed, 0x90a)), ptrs: map[*typ]*typ{}, slices: map[*typ]*typ{}}
	g.beside, g.odd, g.iters = g.chance(50), g.chance(25), g.chance(30)
	for i := range 1 + g.n(3) {
		g.structs = append(g.structs, g.newStruct(i))
	}
	g.newGlobals()
	for i := range g.Funcs {
		g.newFunction(fmt.Sprintf("fn%d", i))
	}
	for i := range g.Cases {
		g.newCase(fmt.Sprintf("Case%d", i))
	}
	return assemble(g.decls)
}

// imported are the packages of the standard library that programs may use.
var imported = []string{"context", "errors", "fmt", "iter", "maps", "runtime", "slices", "strings"}

// assemble makes a file of declarations: it imports what they name.
func assemble(decls []string) string {
	text := prelude + "\n" + strings.Join(decls, "\n")
	var b strings.Builder
	b.WriteString("package prog\n\nimport (\n")
	for _, path := range imported {
		if strings.Contains(text, path+".") {
			fmt.Fprintf(&b, "%q\n", path)
		}
	}
	b.WriteString("\n\"github.com/goawait/goawait/internal/difftest/kit\"\nasync \"github.com/goawait/goawait/runtime\"\n)\n")
	return b.String() + text
}

// newGlobals declares variables of package level. Since Case functions run one after the other, each sets them first.
func (g *gen) newGlobals() {
	for i := range 1 + g.n(3) {
		t := one(g, []*typ{tInt, tStr, tInts, tArr})
		g.globals = append(g.globals, &variable{name: fmt.Sprintf("glob%d", i), typ: t, vol: true, global: true, used: true})
		g.decls = append(g.decls, fmt.Sprintf("var glob%d %s\n", i, t.name))
	}
}

// n gives a number below n; chance is true in so many of a hundred cases.
func (g *gen) n(n int) int             { return g.rng.IntN(n) }
func (g *gen) chance(percent int) bool { return g.rng.IntN(100) < percent }

func one[X any](g *gen, xs []X) X { return xs[g.rng.IntN(len(xs))] }

// A choice is one of several things to write.
type choice struct {
	name   string
	weight int
	write  func() string
}

// choose writes one of them.
func (g *gen) choose(cs []choice) string {
	total := 0
	for i := range cs {
		if w, ok := g.Weights[cs[i].name]; ok && cs[i].weight > 0 {
			cs[i].weight = w
		}
		total += cs[i].weight
	}
	if total == 0 {
		return ""
	}
	at := g.n(total)
	for _, c := range cs {
		if at -= c.weight; at < 0 {
			return c.write()
		}
	}
	panic("unreachable")
}
