package statemachine

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCore(t *testing.T) {
	const decls = `package p
type (
	integer interface{ ~int | ~int64 }
	ints    interface{ ~chan int }
	celsius int
	method  interface{ M() }
)
`
	tests := []struct{ constraint, core string }{
		{"any", ""},
		{"comparable", ""},
		{"method", ""},
		{"~int", "int"},
		{"celsius", "int"},
		{"int | celsius", "int"},
		{"integer | ~string", ""},
		{"interface{ integer; ~int }", "int"},
		{"interface{ ~int; integer }", "int"},
		{"interface{ ~int; celsius }", "int"},
		{"interface{ int; celsius }", ""},
		{"interface{ interface{ ints }; any }", "chan int"},
		{"interface{ any; ints; M() }", "chan int"},
		{"interface{ ints } | chan int", "chan int"},
		{"chan int | <-chan int", "<-chan int"},
		{"chan<- int | chan int", "chan<- int"},
		{"chan<- int | <-chan int", ""},
		{"chan int | chan string", ""},
		{"interface{ ~[]int | ~[3]int }", ""},
		{"interface{ ~[]int | ~[3]int; comparable }", "[3]int"},
		{"interface{ ~[3]any | ~[3]int; comparable }", "[3]int"},
		{"[]E", "[]E"},
	}
	for _, test := range tests {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "p.go", decls+"func f[T "+test.constraint+", E any]() {}", 0)
		require.NoError(t, err)
		conf := types.Config{Importer: importer.Default()}
		p, err := conf.Check("p", fset, []*ast.File{f}, nil)
		require.NoError(t, err)
		param := p.Scope().Lookup("f").(*types.Func).Signature().TypeParams().At(0)
		core := Core(param)
		if test.core == "" {
			assert.Equal(t, param.Underlying(), core, test.constraint)
		} else {
			assert.Equal(t, test.core, core.String(), test.constraint)
		}
	}
}
