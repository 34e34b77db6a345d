package main

import (
	"path/filepath"
	"testing"

	"github.com/goawait/goawait/inspect"
	"github.com/goawait/goawait/rewrite"
)

// TestCoroutineCures looks for advice for each thing that makes a function a coroutine.
func TestCoroutineCures(t *testing.T) {
	r, err := inspect.Load(t.Context(), rewrite.Options{Dir: filepath.Join("..", "..", "internal", "docs", "testdata", "fallback")})
	if err != nil || len(r.Functions) < 6 {
		t.Fatal(r, err)
	}
	used := map[string]bool{}
	for _, f := range r.Functions {
		cure := coroutineCure(f.Reason)
		if f.Lowering != "stackful" || cure == "" {
			t.Errorf("%s: no advice about %q", f.Name, f.Reason)
		}
		used[cure] = true
	}
	if len(used) < 5 {
		t.Errorf("the same advice for all: %v", used)
	}
	if coroutineCure("something new") != "" {
		t.Error("advice about nothing")
	}
}
