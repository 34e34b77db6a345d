package rewrite

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lined calls hit with the number of its line in many statements, of which some are taken apart.
func lined() string {
	text := `package p

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

func hit(n int) *async.Promise[int] { return async.Resolve(n) }

func called(f func()) *async.Promise[int] { f(); return async.Resolve(1) }

//goawait:async
func %s(ctx context.Context, ch chan int) (int, error) {
	n := 0
	for i := 0; i < 2; i++ {
		async.Await(hit(LINE))
		n += i
		hit(LINE)
	}
	if n > 0 {
		hit(LINE)
	} else {
		n = async.Must(async.Await(hit(LINE)))
	}
	switch n {
	case 3:
		hit(LINE)
	default:
		async.Await(hit(LINE))
		hit(LINE)
	}
	for v := range ch {
		n += v
		hit(LINE)
	}
	p := async.Start(ctx, func(ctx context.Context) (int, error) {
		hit(LINE)
		return async.Await(hit(LINE))
	})
	%s
	async.Await(p)
	async.Await(called(func() {
		// This goes elsewhere.
		hit(LINE)
	}))
	return async.Await(hit(LINE))
}
`
	var out []string
	for i, line := range strings.Split(text, "\n") {
		out = append(out, strings.ReplaceAll(line, "LINE", strconv.Itoa(i+1)))
	}
	return strings.Join(out, "\n")
}

// TestLineDirectives puts comments before statements, on the same line, and looks where the directives lead.
func TestLineDirectives(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	dir := t.TempDir()
	writeTestModule(t, dir)
	for i := range 20 {
		src := lined()
		body := strings.Index(src, "func %s") + len("func ")
		deferred := [...]string{"hit(n)", "defer hit(n)"}[i%2]
		text := src[:body] + broken(r, fmt.Sprintf(src[body:], "F", deferred), []string{"/* c */ ", "/* d */"})
		writeTestFile(t, filepath.Join(dir, "a.go"), text)
		for _, o := range []Options{{}, {Stackful: true}} {
			o.Dir, o.Line = dir, true
			res, err := Run(t.Context(), o)
			require.NoError(t, err)
			require.Empty(t, res.Diagnostics, "%s", text)
			checkLines(t, string(res.Packages[0].Files[0].Content))
		}
	}
}

func checkLines(t *testing.T, twin string) {
	t.Helper()
	require.NotContains(t, twin, lineMark)
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "a_async.go", twin, 0)
	require.NoError(t, err)
	hits := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && len(c.Args) == 1 {
			fun, _ := c.Fun.(*ast.Ident)
			arg, ok := c.Args[0].(*ast.BasicLit)
			if ok && fun != nil && fun.Name == "hit" {
				at := fset.Position(c.Pos())
				require.Equal(t, "a.go:"+arg.Value, fmt.Sprintf("%s:%d", at.Filename, at.Line), "%s", twin)
				hits++
			}
		}
		return true
	})
	require.Equal(t, 12, hits)
}
