package rewrite

import (
	"crypto/sha256"
	"fmt"
	"go/token"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// program is the source of these tests: two packages that call each other's twins, tests, and much that is kept in maps on the way.
const program = `
-- a.go --
package m

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.com/m/sub"
	async "github.com/goawait/goawait/runtime"
)

// Load loads.
//
//goawait:async
func Load[K comparable, V any](ctx context.Context, keys []K, get func(K) *async.Promise[V]) (m map[K]V, err error) {
	m = map[K]V{}
	for _, k := range keys {
		v, err := async.Await(get(k)) // one by one
		if err != nil {
			return m, fmt.Errorf("%v: %w", k, err)
		}
		m[k] = v
	}
	defer func() {
		async.Await(async.Sleep(ctx, time.Nanosecond))
	}()
	return
}

type T struct{ b strings.Builder }

//goawait:async
func (t *T) Add(s string, ch chan string) (int, bool) {
	select {
	case x := <-ch:
		s += x
	case ch <- s:
	}
	n, _ := async.Await(sub.LenAsync(s))
	t.b.WriteString(s)
	return n, n == len(s)
}
-- b.go --
package m

import async "github.com/goawait/goawait/runtime"

//goawait:async
func pair(f func(string) *async.Promise[async.Tuple2[int, string]]) (string, int, error) {
	n, s, err := async.Await2(f("x"))
	if n, s := n+1, s+"!"; n > 0 {
		return s, n, err
	}
	return s, n, nil
}
-- b_test.go --
package m

import async "github.com/goawait/goawait/runtime"

//goawait:async
func inTest() int { _, n, _ := async.Await2(pairAsync(nil)); return n }
-- sub/sub.go --
package sub

//goawait:async
func Len(s string) int { return len(s) }
`

// generated runs goawait over the program in a new folder and gives the contents by their names. prepare may change the folder before.
func generated(t *testing.T, o Options) map[string]string {
	t.Helper()
	o.Dir = t.TempDir()
	writeTestModule(t, o.Dir)
	for _, f := range txtar.Parse([]byte(program)).Files {
		writeTestFile(t, filepath.Join(o.Dir, f.Name), string(f.Data))
	}
	return runIn(t, o)
}

func runIn(t *testing.T, o Options) map[string]string {
	t.Helper()
	res, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Error(d)
	}
	out := map[string]string{}
	for _, p := range res.Packages {
		for _, f := range p.Files {
			rel, err := filepath.Rel(o.Dir, f.Path)
			if err != nil {
				t.Fatal(err)
			}
			out[rel] = string(f.Content)
		}
	}
	return out
}

// TestDeterminism compares the bytes of 20 runs in folders of their own, with one processor and several, and with the patterns in
// another order.
func TestDeterminism(t *testing.T) {
	for _, o := range []Options{{Formatted: true}, {Stackful: true, Formatted: true}, {Goroutine: true, Formatted: true}, {Line: true}} {
		name := fmt.Sprintf("stackful=%v,goroutine=%v,line=%v", o.Stackful, o.Goroutine, o.Line)
		t.Run(name, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
			hashes := map[[32]byte]int{}
			for i := range 5 {
				runtime.GOMAXPROCS(1 + i%2*3)
				o.Patterns = []string{"./...", "./sub"}
				if i%2 == 1 {
					slices.Reverse(o.Patterns)
				}
				files := generated(t, o)
				if len(files) != 4 {
					t.Fatalf("%d files, want 4: %v", len(files), sortedKeys(files))
				}
				h := sha256.New()
				for _, name := range sortedKeys(files) {
					fmt.Fprintf(h, "%s\n%s\n", name, files[name])
				}
				hashes[[32]byte(h.Sum(nil))]++
			}
			if len(hashes) != 1 {
				t.Errorf("%d different results", len(hashes))
			}
		})
	}
}

// TestIdempotence generates with the output of an earlier run in place, which changes nothing, and looks into the text.
func TestIdempotence(t *testing.T) {
	o := Options{Dir: t.TempDir(), Patterns: []string{"./..."}}
	writeTestModule(t, o.Dir)
	for _, f := range txtar.Parse([]byte(program)).Files {
		writeTestFile(t, filepath.Join(o.Dir, f.Name), string(f.Data))
	}
	first := runIn(t, o)
	for name, text := range first {
		writeTestFile(t, filepath.Join(o.Dir, name), text)
		if !strings.HasPrefix(text, Header+"\n") {
			t.Errorf("%s does not begin with the header", name)
		}
		if strings.Contains(text, o.Dir) {
			t.Errorf("%s has the folder in it", name)
		}
		if again, _, err := formatted(token.NewFileSet(), name, []byte(text)); err != nil || string(again) != text {
			t.Errorf("%s is not as gofmt has it (%v)", name, err)
		}
	}
	second := runIn(t, o)
	for name := range first {
		if second[name] != first[name] {
			t.Errorf("%s differs in the second run", name)
		}
	}
	if len(second) != len(first) {
		t.Errorf("%d files in the second run, %d in the first", len(second), len(first))
	}
}

// TestComments looks for the comments of a function at their statements, in every lowering.
func TestComments(t *testing.T) {
	for _, o := range []Options{{}, {Stackful: true}} {
		o.Patterns = []string{"."}
		text := generated(t, o)["a_async.go"]
		if n := strings.Count(text, "// one by one"); n != 1 {
			t.Errorf("stackful=%v: the comment stands there %d times, want once:\n%s", o.Stackful, n, text)
		}
		if !strings.Contains(text, "// LoadAsync is the async form of [Load].\n//\n// Load loads.\nfunc LoadAsync[") {
			t.Errorf("stackful=%v: no doc comment:\n%s", o.Stackful, text)
		}
	}
}

// TestRunLeavesSourceAlone makes sure that the lowerings only read the source's syntax: the same package generates the
// same text again.
func TestRunLeavesSourceAlone(t *testing.T) {
	o := Options{Dir: t.TempDir()}
	writeTestModule(t, o.Dir)
	for _, f := range txtar.Parse([]byte(program)).Files {
		writeTestFile(t, filepath.Join(o.Dir, f.Name), string(f.Data))
	}
	l, err := newLoader(o)
	if err != nil {
		t.Fatal(err)
	}
	pkgs, err := l.load(t.Context())
	if err != nil || len(l.diags) > 0 {
		t.Fatal(err, l.diags)
	}
	for _, p := range pkgs {
		for _, sf := range p.Sources {
			for _, o := range []Options{{}, {Stackful: true}, {Goroutine: true}} {
				p.unit.names() // forgets the names that the run before has taken
				first := generate(p, sf, o)
				if len(first.diags) > 0 {
					t.Fatal(first.diags)
				}
				p.unit.names()
				second := generate(p, sf, o)
				if string(first.content) != string(second.content) {
					t.Errorf("%s: the second time differs:\n%s\n%s", sf.Path, first.content, second.content)
				}
			}
		}
	}
}
