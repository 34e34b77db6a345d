package rewrite

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestNamesAcrossFiles generates files that want the same name: the first has it, however many are made at once.
func TestNamesAcrossFiles(t *testing.T) {
	const imports = "package m\n\nimport (\n\t\"context\"\n\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n\n"
	const body = "(ctx context.Context) { async.Await(async.Yield(ctx)) }\n\n"
	o := Options{Dir: t.TempDir()}
	writeTestModule(t, o.Dir)
	const n = 8
	for i := range n {
		text := imports + fmt.Sprintf("type %[2]s%[1]d struct{}\n\n//goawait:async\nfunc (%[2]s%[1]d) Get%[3]s", i, "T", body)
		if i > 0 {
			text += fmt.Sprintf("//goawait:async\nfunc t%dGet%s", i-1, body) // its frame is named like that of a method of the file before
		}
		writeTestFile(t, filepath.Join(o.Dir, fmt.Sprintf("f%d.go", i)), text)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.GOMAXPROCS(1)
	want := runIn(t, o)
	for i := 1; i < n; i++ {
		if name := fmt.Sprintf("type t%dGet2Frame struct", i-1); !strings.Contains(want[fmt.Sprintf("f%d_async.go", i)], name) {
			t.Fatalf("no %s in file %d", name, i)
		}
	}
	runtime.GOMAXPROCS(n)
	got := runIn(t, o)
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s is not what it is if one file is made after the other", name)
		}
	}
}

// TestInterrupted cancels runs in the middle of their work.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), "package m\n\n//goawait:async\nfunc F() {}\n")
	for _, during := range []string{"checking", "generating", "compiling"} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		seen := false
		res, err := Run(ctx, Options{Dir: dir, Progress: func(s Step) {
			if s.What == during {
				seen = true
				cancel()
			}
		}})
		if !seen || err != context.Canceled || res != nil {
			t.Errorf("%s: %v, %v, %v", during, seen, res, err)
		}
	}
}

// TestCheckParts compares what several type checkers find in parts of a package with what one finds in the whole.
func TestCheckParts(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.GOMAXPROCS(4)
	padding := strings.Repeat("\tprintln(\"padding\")\n", partSize/16)
	first := "func First() {\n\tfmt.Println(1)\n" + padding + "}\n"
	last := "func Last() int {\n" + padding + "\treturn 1\n}\n"
	user := "import \"fmt\"\ntype U int\nfunc (U) m() int {\n\tfmt.Println(0)\n\treturn Last()\n}\nfunc external()\n"
	for _, c := range []struct {
		name, imports, a, b string
		user                string // a file of the user's
		whole               bool   // one type checker sees all
	}{
		{name: "sound", imports: "import \"fmt\"\n", a: first, b: last},
		{name: "errors in bodies", a: first + "func f() { missing1() }\n", b: "func g() { missing2() }\n" + last + "func h() int { }\n"},
		{name: "unused imports", imports: "import \"fmt\"\nimport \"os\"\nimport str \"strings\"\n", a: first, b: last},
		{name: "errors in declarations", imports: "import \"fmt\"\n", a: first + "type T struct{ x missing }\n", b: last + "func First() {}\n"},
		{name: "initialization cycle", imports: "import \"fmt\"\n", a: first + "var x = f()\n", b: "func f() int { return x }\n" + last, whole: true},
		{name: "and through a method", imports: "import \"fmt\"\n", a: first + "type T struct{}\nvar x = T.f\n",
			b: "func (T) f() { println(x) }\n" + last, whole: true},
		{name: "sound beside a user's file", imports: "import \"fmt\"\n", a: first, b: last, user: user},
		{name: "clash with a user's file", imports: "import \"fmt\"\n", a: first + "type U int\n", b: last + "func (U) m() {}\n", user: user},
		{name: "cycle through a user's file", imports: "import \"fmt\"\n", a: first, b: strings.Replace(last, "return 1", "return y", 1),
			user: user + "var y = U(0).m()\n", whole: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			writeTestModule(t, dir)
			writeTestFile(t, filepath.Join(dir, "a.go"), "package m\n\n//goawait:async\nfunc F() {}\n")
			l, err := newLoader(Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer l.close()
			pkgs, err := l.load(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			u := pkgs[0].unit
			var files []*ast.File
			for i, text := range []string{c.imports + c.a, c.b, c.user} {
				f, err := parser.ParseFile(l.fset, fmt.Sprintf("x%d.go", i), "package m\n"+text, parser.SkipObjectResolution)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, f)
			}
			twins, users := files[:2], files[2:]
			u.pkg.Info = newInfo(nil)
			var want []Diagnostic
			u.pkg.Types, want = u.typeCheck(slices.Concat(users, twins), nil, u.pkg.Info)
			parts := u.parts(users, twins)
			if (len(parts) == 1) != c.whole {
				t.Errorf("%d parts", len(parts))
			}
			pkg, got := u.checkParts(users, twins)
			if pkg.Scope().Lookup("Last") == nil {
				t.Error("the package does not have all declarations")
			}
			text := func(ds []Diagnostic) (lines []string) {
				for _, d := range sortDiagnostics(slices.Clone(ds)) {
					lines = append(lines, d.String())
				}
				return lines
			}
			if g, w := text(got), text(want); !slices.Equal(g, w) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(g, "\n"), strings.Join(w, "\n"))
			}
			if (len(want) == 0) != strings.HasPrefix(c.name, "sound") {
				t.Errorf("the whole has %d errors", len(want))
			}
		})
	}
}
