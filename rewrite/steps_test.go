package rewrite

// This file holds that the name of a step function has to be free, and what is said if it is not.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStepNameTaken(t *testing.T) {
	const (
		twin   = "the twin of F cannot be named FAsync: the name of its step function, FAsyncStep, is taken"
		method = "the twin of T.M cannot be named MAsync: the name of its step function, MAsyncStep, is taken"
	)
	for _, test := range []struct {
		name, source string
		line         int    // of the directive
		want         string // "" if nothing is wrong
		related      int    // line of what has the name; 0 if it is not told
	}{
		{"function", "//goawait:async\nfunc F() {}\n\nfunc FAsyncStep() {}\n", 5, twin, 8},
		{"variable", "//goawait:async\nfunc F() {}\n\nvar a, FAsyncStep int\n", 5, twin, 8},
		{"type", "//goawait:async\nfunc F() {}\n\ntype FAsyncStep int\n", 5, twin, 8},
		{"twin of another", "//goawait:async FAsyncStep\nfunc G() {}\n\n//goawait:async\nfunc F() {}\n", 8, twin, 5},
		{
			"step function of another", "//goawait:async\nfunc F() {}\n\n//goawait:async FAsyncStep\nfunc G() {}\n", 8,
			"the twin of G cannot be named FAsyncStep, which is taken", 5,
		},
		{"method", "type T int\n\n//goawait:async\nfunc (T) M() {}\n\nfunc (T) MAsyncStep() {}\n", 7, method, 10},
		{
			"field", "type T struct{ MAsyncStep int }\n\n//goawait:async\nfunc (T) M() {}\n", 7,
			"there can be no twin MAsync: field and method with the same name MAsyncStep", 5,
		},
		{"named otherwise", "//goawait:async FLater\nfunc F() {}\n\nfunc FAsyncStep() {}\n", 0, "", 0},
		{"method and function", "type T int\n\n//goawait:async\nfunc (T) F() {}\n\nfunc FAsyncStep() {}\n", 0, "", 0},
		{"of another type", "type T int\n\ntype U int\n\n//goawait:async\nfunc (T) M() {}\n\nfunc (U) MAsyncStep() {}\n", 0, "", 0},
		{"local", "//goawait:async\nfunc F() int {\n\tFAsyncStep := 1\n\treturn FAsyncStep\n}\n", 0, "", 0},
		{"frame", "type FFrame int\n\n//goawait:async\nfunc F() (f FFrame) {\n\tasync.Await(FAsync())\n\treturn f\n}\n", 0, "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeTestModule(t, dir)
			text := "package p\n\nimport async \"github.com/goawait/goawait/runtime\"\n\n" + test.source + "\nvar _ = async.Resolve[int]\n"
			if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			r, err := Run(t.Context(), Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if len(r.Diagnostics) > 0 {
					t.Errorf("unexpected: %v", r.Diagnostics)
				}
				return
			}
			if len(r.Diagnostics) != 1 {
				t.Fatalf("%d faults: %v", len(r.Diagnostics), r.Diagnostics)
			}
			d := r.Diagnostics[0]
			if d.Code != CodeNameTaken || d.Pos.Line != test.line || d.Message != test.want || !strings.Contains(d.Hint, "//goawait:async Name") {
				t.Errorf("unexpected: %v", d)
			}
			if related := len(d.Related) > 0; related != (test.related > 0) || related && d.Related[0].Pos.Line != test.related {
				t.Errorf("unexpected: %v", d.Related)
			}
		})
	}
}
