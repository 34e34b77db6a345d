package rewrite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestImports runs goawait over modules whose packages import each other in ways that matter to where their types come from.
func TestImports(t *testing.T) {
	const annotated = "\n//goawait:async\nfunc F() int { return 1 }\n"
	for _, c := range []struct {
		name, files string
		want        []string // parts of what is wrong, in order
	}{
		{"through packages without annotations", `
-- a/a.go --
package a

import "example.com/m/b"

//goawait:async
func F() b.T { return b.New() }
-- b/b.go --
package b

import (
	"container/ring"

	"example.com/m/c"
)

type T struct {
	*ring.Ring
	c.U
}

func New() T { return T{} }
-- c/c.go --
package c

import "text/scanner"

type U = map[scanner.Position]error
`, nil},
		{"one type by two ways", `
-- a/a.go --
package a

import (
	"example.com/other"

	"example.com/m/b"
)

//goawait:async
func F() b.T { return other.Pass(b.T{}) }
-- b/b.go --
package b

type T struct{}
-- other/go.mod --
module example.com/other

go 1.26.0
-- other/other.go --
package other

import "example.com/m/b"

func Pass(t b.T) b.T { return t }
`, nil},
		{"an error that others follow from", `
-- a/a.go --
package a

func f() int { return missing }
` + annotated + `
-- b/b.go --
package b

import "example.com/m/a"

var _ = a.F
` + annotated + `
-- c/c.go --
package c

import "example.com/m/b"

var _ = b.F
` + annotated + `
-- d/d.go --
package d

import "example.com/m/c"

var _ = c.F
` + annotated, []string{"a.go:3:23: undefined: missing"}},
		{"an error in a package without annotations", `
-- a/a.go --
package a

import "example.com/m/b"

var _ = b.F
` + annotated + `
-- b/b.go --
package b

func F() int { return missing }
`, []string{"a.go:3:8: could not import example.com/m/b (# example.com/m/b\nb/b.go:3:23: undefined: missing"}},
		{"a cycle", `
-- a/a.go --
package a

import "example.com/m/b"

var _ = b.F
` + annotated + `
-- b/b.go --
package b

import "example.com/m/a"

var _ = a.F

func F() {}
`, []string{"a.go:3:8: could not import example.com/m/b (import cycle not allowed)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			writeTestModule(t, dir)
			for _, f := range txtar.Parse([]byte(c.files)).Files {
				writeTestFile(t, filepath.Join(dir, filepath.FromSlash(f.Name)), string(f.Data))
			}
			if strings.Contains(c.files, "other/go.mod") {
				name := filepath.Join(dir, "go.mod")
				text, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				writeTestFile(t, name, string(text)+"require example.com/other v0.0.0\nreplace example.com/other => ./other\n")
			}
			res, err := Run(t.Context(), Options{Dir: dir, Patterns: []string{"./..."}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range res.Diagnostics {
				got = append(got, d.String())
			}
			ok := len(got) == len(c.want)
			for i := range min(len(got), len(c.want)) {
				ok = ok && strings.Contains(got[i], c.want[i])
			}
			if !ok {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}
