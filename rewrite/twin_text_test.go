package rewrite

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// linedUp has what gofmt lines up.
const linedUp = `func f(a, b int) (int, error) {
	x := []int{
		1,
		2,
	}
	m := map[string]int{
		"a":   1,
		"bcd": 2,
	}
	if a > b {
		return g(a, b), nil
	}
	switch a {
	case 1, 2:
		a++
	default:
		b++
	}
	return a + b*2, nil
}`

// TestSteady breaks functions at random places into lines, puts comments there, and runs gofmt twice over those that are said to be steady.
func TestSteady(t *testing.T) {
	sources := slices.Repeat([]string{linedUp}, 1500)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				sources = append(sources, string(text[fset.Position(d.Pos()).Offset:fset.Position(d.End()).Offset]))
			}
		}
	}
	r := rand.New(rand.NewSource(1))
	steadyOnes, unsteadyOnes, changed := 0, 0, 0
	for _, src := range sources {
		for _, with := range [][]string{{""}, {"\n", "\n\n", " "}, {"\n", "/* c */ ", "// c\n", "/* c\n\nd */", "// a.go:1\n"}} {
			once, err := format.Source([]byte("package p\n\n" + broken(r, src, with) + "\n"))
			if err != nil {
				continue // it is none of Go any more
			}
			again := checkSteady(once)
			if !steady(bytes.TrimPrefix(once, []byte("package p\n"))) {
				if unsteadyOnes++; again != nil {
					changed++
				}
			} else if steadyOnes++; again != nil {
				t.Errorf("%v:\n%s", again, once)
			}
		}
	}
	t.Logf("%d steady, %d not, of which gofmt changed %d", steadyOnes, unsteadyOnes, changed)
	if min(steadyOnes, unsteadyOnes) < 100 || changed == 0 {
		t.Error("the programs show too little")
	}
}

// broken inserts some of the texts into src, between tokens.
func broken(r *rand.Rand, src string, texts []string) string {
	file := token.NewFileSet().AddFile("", 1, len(src))
	var s scanner.Scanner
	s.Init(file, []byte(src), nil, 0)
	var places []int
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			break
		}
		places = append(places, file.Offset(pos))
	}
	chosen := make([]int, 4)
	for i := range chosen {
		chosen[i] = places[r.Intn(len(places))]
	}
	slices.Sort(chosen)
	var b strings.Builder
	from := 0
	for _, at := range chosen {
		b.WriteString(src[from:at] + texts[r.Intn(len(texts))])
		from = at
	}
	return b.String() + src[from:]
}

// TestUnsteady has comments that gofmt moves in its second pass, too.
func TestUnsteady(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), `package p

import async "github.com/goawait/goawait/runtime"

//goawait:async
func F(p *async.Promise[int]) (int, error) {
	x := [ // a
	]int{
		1,
		2,
	}
	m := map[ // b
	string]int{
		"a":   1,
		"bcd": 2,
	}
	n, err := async.Await(p)
	return n + x[0] + m["a"], err
}
`)
	res, err := Run(t.Context(), Options{Dir: dir})
	require.NoError(t, err)
	require.Empty(t, res.Diagnostics)
	content := res.Packages[0].Files[0].Content
	require.NoError(t, checkSteady(content), "%s", content)
}
