package difftest

// This file makes the programs of the matrix: every form of expression and statement × every choice of the operands that
// are awaited × every operand that fails × with and without a deferred recover. Nothing is sampled: all comes from the
// tables in matrix_exprs.go and matrix_stmts.go.

import (
	"fmt"
	"go/format"
	"slices"
	"strings"
)

// A form is one kind of expression or statement, with holes for its operands:
//
//	‹int|3›        an operand of that type and value
//	‹int|3|30›     the same; where it is filled with a variable, that is changed to 30 while another operand is awaited
//
// The code is "= expr", whose value is shown, or statements that return (string, error).
type form struct {
	name string
	code string
}

// A hole is an operand of a form.
type hole struct {
	typ, value, later string
}

// holes splits the code of a form at its holes: text[i] stands before hole i.
func (f form) holes() (text []string, holes []hole) {
	rest := f.body()
	for {
		before, after, ok := strings.Cut(rest, "‹")
		text = append(text, before)
		if !ok {
			return text, holes
		}
		inside, tail, _ := strings.Cut(after, "›")
		parts := append(strings.Split(inside, "|"), "")
		holes = append(holes, hole{typ: parts[0], value: parts[1], later: parts[2]})
		rest = tail
	}
}

// body is the code of a function with the form in it.
func (f form) body() string {
	if expr, ok := strings.CutPrefix(f.code, "= "); ok {
		return "r := " + expr + "\nreturn shown(r), nil"
	}
	return f.code
}

// A filling says what stands in each hole of a form.
type filling struct {
	awaited  []bool
	variable []bool // where it is not awaited; otherwise it is a call
	deferred bool   // the function has a deferred recover
	place    place
}

// A place is where the code of a form stands.
type place int

const (
	inFunc place = iota
	inMethod
	inGeneric // in a method of a generic type
	inLoop
	inBlock // in an async block
	places
)

var placeNames = [places]string{"", " in method", " in generic", " in loop", " in block"}

// around is the code of a function that has the form in that place, before the form and after it.
var around = [places][2]string{
	inFunc:    {"func %s(ctx context.Context, t *kit.T, fl fail) (s string, err error) {\n", "\n}\n\n"},
	inMethod:  {"func (self *holder) %s(ctx context.Context, t *kit.T, fl fail) (s string, err error) {\n", "\n}\n\n"},
	inGeneric: {"func (self holderOf[E]) %s(ctx context.Context, t *kit.T, fl fail) (s string, err error) {\n", "\n}\n\n"},
	inLoop: {"func %s(ctx context.Context, t *kit.T, fl fail) (s string, err error) {\nfor again := true; again; again = false {\n",
		"\n}\nreturn \"after the loop\", nil\n}\n\n"},
	inBlock: {"func %s(ctx context.Context, t *kit.T, fl fail) (string, error) {\n" +
		"return async.Await(async.Start(ctx, func(ctx context.Context) (s string, err error) {\n", "\n}))\n}\n\n"},
}

// receiver is what a twin in that place is selected from.
func (p place) receiver() string {
	switch p {
	case inMethod:
		return "(&holder{})."
	case inGeneric:
		return "holderOf[string]{}."
	}
	return ""
}

// fillings lists all fillings of a form with those holes.
func fillings(holes []hole) []filling {
	var fs []filling
	n := len(holes)
	for _, awaited := range subsets(n) {
		for _, deferred := range []bool{false, true} {
			fs = append(fs, filling{awaited: awaited, variable: make([]bool, n), deferred: deferred})
		}
	}
	for p := inMethod; p < places; p++ {
		f := filling{awaited: make([]bool, n), variable: make([]bool, n), place: p}
		for i := range f.awaited {
			f.awaited[i] = true
		}
		fs = append(fs, f)
	}
	for k := range n {
		f := filling{awaited: make([]bool, n), variable: make([]bool, n)}
		f.awaited[k] = true
		for i, h := range holes {
			f.variable[i] = i != k && h.later != ""
		}
		if slices.Contains(f.variable, true) {
			fs = append(fs, f)
		}
	}
	return fs
}

// subsets lists the sets of operands that are awaited: all that are not empty; of more than three operands each one
// alone, and all together.
func subsets(n int) [][]bool {
	var all [][]bool
	for bits := 1; bits < 1<<n; bits++ {
		if n > 3 && bits&(bits-1) != 0 && bits != 1<<n-1 {
			continue
		}
		set := make([]bool, n)
		for i := range set {
			set[i] = bits&(1<<i) != 0
		}
		all = append(all, set)
	}
	return all
}

// label names a filling in the trace.
func (f filling) label() string {
	var b strings.Builder
	for i := range f.awaited {
		switch {
		case f.awaited[i]:
			b.WriteByte('A')
		case f.variable[i]:
			b.WriteByte('x')
		default:
			b.WriteByte('v')
		}
	}
	if f.deferred {
		b.WriteString(" deferred")
	}
	b.WriteString(placeNames[f.place])
	return b.String()
}

// mask has a bit for each operand that is awaited.
func (f filling) mask() int {
	m := 0
	for i, on := range f.awaited {
		if on {
			m |= 1 << i
		}
	}
	return m
}

// writeFunc writes the annotated function of one filling of a form.
func (f filling) writeFunc(b *strings.Builder, name string, text []string, holes []hole) {
	fmt.Fprintf(b, "//goawait:async\n"+around[f.place][0], name)
	if f.deferred {
		b.WriteString("defer func() {\nif v := recover(); v != nil {\ns, err = \"recovered \"+kit.Shown(v)+s, errRecovered\n}\n}()\n")
	}
	for i, h := range holes {
		if f.variable[i] {
			fmt.Fprintf(b, "var x%d %s = %s\nt.Later(func() { x%d = %s })\n", i, h.typ, h.value, i, h.later)
		}
	}
	for i, h := range holes {
		b.WriteString(text[i])
		switch {
		case f.variable[i]:
			fmt.Fprintf(b, "x%d", i)
		case f.awaited[i]:
			fmt.Fprintf(b, "async.Must(async.Await(awaited[%s](t, fl, %d, %s)))", h.typ, i, h.value)
		default:
			fmt.Fprintf(b, "plain[%s](t, fl, %d, %s)", h.typ, i, h.value)
		}
	}
	b.WriteString(text[len(holes)] + around[f.place][1])
}

// writeForm writes all functions of a form, and the Case function that runs them.
func writeForm(b *strings.Builder, f form) {
	text, holes := f.holes()
	var runs strings.Builder
	for i, fill := range fillings(holes) {
		name := fmt.Sprintf("%c%s%d", f.name[0]|0x20, f.name[1:], i)
		fill.writeFunc(b, name, text, holes)
		fmt.Fprintf(&runs, "{%q, %d, %s%sAsync},\n", fill.label(), fill.mask(), fill.place.receiver(), name)
	}
	fmt.Fprintf(b, "//goawait:async\nfunc Case%s(ctx context.Context, t *kit.T) error {\n_, err := async.Await(allAsync(ctx, t, %d, []run{\n%s}))\nreturn err\n}\n\n",
		f.name, len(holes), runs.String())
}

// matrixPrograms packs the forms into programs of so many forms each.
func matrixPrograms(name string, forms []form, perProgram int) ([]Program, error) {
	var ps []Program
	for chunk := range slices.Chunk(forms, perProgram) {
		var b strings.Builder
		b.WriteString(matrixHeader)
		for _, f := range chunk {
			writeForm(&b, f)
		}
		src, err := format.Source([]byte(b.String()))
		if err != nil {
			return nil, fmt.Errorf("%v\n%s", err, b.String())
		}
		support, err := format.Source([]byte(matrixSupport))
		if err != nil {
			return nil, err
		}
		ps = append(ps, Program{
			Name:  fmt.Sprintf("%s_%d", name, len(ps)),
			Files: map[string]string{"case.go": string(src), "support.go": string(support)},
		})
	}
	return ps, nil
}

const matrixHeader = `package prog

import (
	"context"
	"errors"
	"fmt"

	"github.com/goawait/goawait/internal/difftest/kit"
	async "github.com/goawait/goawait/runtime"
)

var (
	_ = errors.New
	_ = fmt.Sprint
)

`

// matrixSupport is what the forms are written with.
const matrixSupport = `package prog

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/goawait/goawait/internal/difftest/kit"
	async "github.com/goawait/goawait/runtime"
)

// A fail says which operand fails, and how.
type fail struct {
	at  int // -1: none
	err bool // the promise is rejected with an error, instead of carrying a panic
}

// A run is one filling of a form.
type run struct {
	label   string
	awaited int
	twin    func(context.Context, *kit.T, fail) *async.Promise[string]
}

var (
	errNo        = errors.New("no")
	errRecovered = errors.New("recovered")
)

// all runs a form in every filling, each with every failure.
//
//goawait:async
func all(ctx context.Context, t *kit.T, holes int, runs []run) error {
	for _, r := range runs {
		t.Log("---", r.label)
		async.Await(guardedAsync(ctx, t, r, fail{-1, false}))
		for i := range holes {
			t.Log("- fails:", i)
			async.Await(guardedAsync(ctx, t, r, fail{i, false}))
			if r.awaited&(1<<i) != 0 {
				t.Log("- rejected:", i)
				async.Await(guardedAsync(ctx, t, r, fail{i, true}))
			}
		}
	}
	return nil
}

// guarded runs one filling and traces how it ends.
//
//goawait:async
func guarded(ctx context.Context, t *kit.T, r run, f fail) {
	defer func() {
		if v := recover(); v != nil {
			t.Log("= panic", kit.Shown(v))
		}
	}()
	s, err := async.Await(r.twin(ctx, t, f))
	t.Log("=", s, err)
}

// plain is an operand that is not awaited.
//
//go:noinline
func plain[X any](t *kit.T, f fail, i int, x X) X {
	if f.at == i {
		kit.X(t, fmt.Sprint("boom ", i))
	}
	return kit.V(t, fmt.Sprint("v", i), x)
}

// awaited is the promise of an operand.
//
//go:noinline
func awaited[X any](t *kit.T, f fail, i int, x X) *async.Promise[X] {
	s := fmt.Sprint("A", i)
	switch {
	case f.at == i && f.err:
		return kit.E[X](t, s, errNo)
	case f.at == i:
		return kit.P[X](t, s, fmt.Sprint("boom ", i))
	}
	return kit.A(t, s, x)
}

// A holder has the forms as methods.
type holder struct{ n int }

// A holderOf has them too.
type holderOf[E any] struct{ e E }

// shown is a text of the values.
func shown(vs ...any) string { return fmt.Sprintf("%v", vs) }

type point struct{ x, y int }

func (p point) Val(k int) int  { return p.x*100 + p.y*10 + k }
func (p *point) Ptr(k int) int { p.x++; return p.x*100 + k }

type adder interface{ Add(int) int }

type plus int

func (p plus) Add(n int) int { return int(p) + n }

type minus struct{ n int }

func (m *minus) Add(n int) int { return n - m.n }

type outer struct {
	point
	in *point
}

type flag bool

type text string

type list[E any] []E

func (l list[E]) at(i int) E { return l[i] }

func two(a, b int) int          { return a*10 + b }
func three(a, b, c int) int     { return a*100 + b*10 + c }
func pair(n int) (int, int)     { return n, n + 1 }
func many(n int, xs ...int) int { return n*1000 + len(xs)*100 + sum(xs) }

func sum(xs []int) (n int) {
	for _, x := range xs {
		n += x
	}
	return
}

func same[T any](a, b T) []T { return []T{a, b} }

func key[K comparable, V any](k K, v V) map[K]V { return map[K]V{k: v} }

func curried(a int) func(int) int { return func(b int) int { return a*10 + b } }

func array(p *[3]int) *[3]int { return p }

func buffered(xs ...int) chan int {
	c := make(chan int, len(xs)+2)
	for _, x := range xs {
		c <- x
	}
	return c
}

func closed(xs ...int) chan int {
	c := buffered(xs...)
	close(c)
	return c
}

func seq(t *kit.T, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer t.Log("seq ends")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}
`
