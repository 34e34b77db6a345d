package trace_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goawait/goawait/inspect/trace"
	"github.com/goawait/goawait/rewrite"
)

const divided = `package m

import async "github.com/goawait/goawait/runtime"

func p(n int) *async.Promise[int] { return async.Resolve(n) }

//goawait:async
func sum(n int) (total int) {
	defer println("done")
	for i := range n {
		total += async.Must(async.Await(p(i)))
	}
	total += async.Must(async.Await(p(100)))
	return total
}
`

// TestParts leads lines and names of a function in parts to the source.
func TestParts(t *testing.T) {
	dir := t.TempDir()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/m\n\ngo 1.26.0\n\nrequire github.com/goawait/goawait v0.0.0\n\nreplace github.com/goawait/goawait => "+root+"\n")
	write("m.go", divided)
	o := rewrite.Options{Dir: dir, PartSize: 1}
	res, err := rewrite.Run(t.Context(), o)
	if err != nil || len(res.Diagnostics) > 0 {
		t.Fatal(res.Diagnostics, err)
	}
	text := string(res.Packages[0].Files[0].Content)
	write("m_async.go", text)
	m, notes, err := trace.Load(t.Context(), o)
	if err != nil || len(notes) > 0 {
		t.Fatal(notes, err)
	}
	for in, want := range map[string]string{
		"example.com/m.(*sumFrame).Resume(0x1)":     "example.com/m.sum (Resume)(0x1)",
		"example.com/m.(*sumFrame).part1(0x1, 0x2)": "example.com/m.sum(0x1, 0x2)",
		"example.com/m.(*sumFrame).part2.func1()":   "example.com/m.sum.func1()",
		"example.com/m.(*sumFrame).part3(0x1)":      "example.com/m.(*sumFrame).part3(0x1)",
	} {
		if got := m.Rewrite(in); got != want {
			t.Errorf("%q becomes %q, not %q", in, got, want)
		}
	}
	path := filepath.Join(dir, "m_async.go")
	line, part := 0, ""
	for l := range strings.Lines(text) {
		line++
		_, at, _ := m.Line(path, line)
		want := 0
		switch s := strings.TrimSpace(l); {
		case strings.HasPrefix(s, "if !f.defers.Unwind()"), strings.HasPrefix(s, "f.call.Finish"):
			want = 15
		case strings.HasPrefix(s, "at = f.part"):
			want = 8
		case strings.HasPrefix(s, "f.total += async.Must("):
			want = map[string]int{"part1": 11, "part2": 13}[part]
		case strings.HasPrefix(s, "func (f *sumFrame) part"):
			part = s[len("func (f *sumFrame) "):][:len("part1")]
			want = 8
		}
		if want > 0 && at != want {
			t.Errorf("line %d leads to %d, not %d: %s", line, at, want, l)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}
