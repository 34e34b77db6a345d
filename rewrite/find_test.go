package rewrite

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestNearMisses makes sure that a comment that was meant to be a directive is a fault, where it could be one, and prose is none.
func TestNearMisses(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	for comment, want := range map[string]string{
		"// goawait:async":                           "no space after the slashes",
		"//\tgoawait:async FAsync":                   "no space after the slashes",
		"/*goawait:async*/":                          "two slashes",
		"/*\n goawait:async Name\n*/":                "two slashes",
		"//GoAwait:async":                            "small letters",
		"// Goawait:async Name":                      "small letters",
		"//go:await async":                           "begins with //goawait:",
		"//go:await async Name":                      "begins with //goawait:",
		"//goawait:Async":                            "unknown directive //goawait:Async",
		"// goawait:async makes a twin":              "",
		"// F is like //go:await async and the like": "",
		"// GoAwait:async\n":                         "",
		"//go:await":                                 "",
		"//go:noinline":                              "",
	} {
		writeTestFile(t, filepath.Join(dir, "p.go"), "package p\n\n"+comment+"\nfunc F() {}\n")
		res, err := Run(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case want == "" && len(res.Diagnostics) > 0:
			t.Errorf("%s: %v", comment, res.Diagnostics)
		case want != "" && (len(res.Diagnostics) != 1 || res.Diagnostics[0].Code != CodeDirective || !strings.Contains(res.Diagnostics[0].Message, want)):
			t.Errorf("%s: %v, want one that says %q", comment, res.Diagnostics, want)
		}
	}
}
