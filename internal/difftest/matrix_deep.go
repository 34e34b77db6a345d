package difftest

// This file makes programs with one very large expression each: deep nests and long chains.

import (
	"fmt"
	"go/format"
	"strings"
)

// deepProgram is a program whose expressions have size operands each.
func deepProgram(name string, size int) (Program, error) {
	var b strings.Builder
	b.WriteString(deepHeader)
	for _, d := range deepForms {
		fmt.Fprintf(&b, "//goawait:async\nfunc Case%s(ctx context.Context, t *kit.T) (%s, error) {\nx := %s\nreturn x, nil\n}\n\n", d.name, d.typ, d.expr(size))
	}
	src, err := format.Source([]byte(b.String()))
	return Program{Name: name, Files: map[string]string{"case.go": string(src)}}, err
}

const deepHeader = `package prog

import (
	"context"
	"fmt"

	"github.com/goawait/goawait/internal/difftest/kit"
	async "github.com/goawait/goawait/runtime"
)

var _ = fmt.Errorf

func two(a, b int) int { return (a + 2*b) % 1000 }

`

// awaitOf awaits the expression x, which is traced as s.
func awaitOf(s, x any) string {
	return fmt.Sprintf("async.Must(async.Await(kit.A(t, %q, %v)))", fmt.Sprint(s), x)
}

// deepForms are the shapes of the expressions.
var deepForms = []struct {
	name, typ string
	expr      func(size int) string
}{
	{"Calls", "int", func(n int) string { // two(await, two(await, …))
		x := "1"
		for i := range n / 25 {
			x = fmt.Sprintf("two(%s, %s)", awaitOf(i, i), x)
		}
		return x
	}},
	{"Awaits", "int", func(n int) string { // await(await(await …))
		x := "1"
		for i := range n / 25 {
			x = awaitOf(i, x+" + 1")
		}
		return x
	}},
	{"Right", "int", func(n int) string { // await - (await - (await - …))
		x := "1"
		for i := range n / 25 {
			x = fmt.Sprintf("%s - (%s)", awaitOf(i, i), x)
		}
		return x
	}},
	{"Chain", "int", func(n int) string { // 1 + k + k + … + await
		return "two(1, 1)" + strings.Repeat(" + 1 - two(1, 2)", n/2) + " + " + awaitOf("a", 1)
	}},
	{"Terms", "int", func(n int) string { // v + v + … with an await now and then
		terms := make([]string, n)
		for i := range terms {
			terms[i] = "two(1, 2)"
			if i%25 == 24 {
				terms[i] = awaitOf(i, i)
			}
		}
		return strings.Join(terms, " +\n")
	}},
	{"Conditions", "bool", func(n int) string { // await && v && …
		terms := make([]string, n/5)
		for i := range terms {
			terms[i] = fmt.Sprintf("kit.V(t, %q, true)", fmt.Sprint(i))
			if i%5 == 0 {
				terms[i] = awaitOf(i, true)
			}
		}
		return strings.Join(terms, " &&\n")
	}},
	{"Elements", "[]int", func(n int) string { // []int{await, v, …}
		terms := make([]string, n/5)
		for i := range terms {
			terms[i] = fmt.Sprint(i)
			if i%5 == 0 {
				terms[i] = awaitOf(i, i)
			}
		}
		return "[]int{" + strings.Join(terms, ",\n") + "}"
	}},
}
