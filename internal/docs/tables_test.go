package docs

// This file checks the tables of docs/language.md.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goawait/goawait/rewrite"
)

// rows gives the rows of a table of docs/language.md, as cells.
func rows(t *testing.T, name string) (rows [][]string) {
	t.Helper()
	_, rest, ok := strings.Cut(read(t, "docs/language.md"), "<!-- table: "+name+" -->\n")
	if !ok {
		t.Fatalf("docs/language.md has no table %s", name)
	}
	table, _, _ := strings.Cut(rest, "<!-- end -->")
	for i, line := range strings.Split(strings.TrimSpace(table), "\n") {
		if i < 2 {
			continue
		}
		line = strings.ReplaceAll(line, `\|`, "¦")
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 2 {
			t.Fatalf("row %q of table %s has %d cells", line, name, len(cells))
		}
		rows = append(rows, []string{strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1])})
	}
	if len(rows) == 0 {
		t.Fatalf("table %s is empty", name)
	}
	return rows
}

// TestArchives looks for the archives that the table of constructs names.
func TestArchives(t *testing.T) {
	for _, row := range rows(t, "archives") {
		for name := range strings.SplitSeq(row[1], ", ") {
			if _, err := os.Stat(filepath.Join(root, "testdata", name+".txtar")); err != nil {
				t.Errorf("row %q: %v", row[0], err)
			}
		}
	}
}

// TestFallback lowers the examples of the table of coroutines: each must be one, for a reason, and be in the table.
func TestFallback(t *testing.T) {
	named := map[string]bool{}
	for _, row := range rows(t, "fallback") {
		named[strings.Trim(row[1], "`")] = true
	}
	res, err := rewrite.Run(t.Context(), rewrite.Options{Patterns: []string{"./testdata/fallback"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Error(d)
	}
	for _, p := range res.Packages {
		for _, f := range p.Files {
			for _, fn := range f.Funcs {
				if fn.Lowering != "stackful" || fn.Reason == "" {
					t.Errorf("%s is %s, reason %q", fn.Name, fn.Lowering, fn.Reason)
				}
				if !named[fn.Name] {
					t.Errorf("%s is not in the table of docs/language.md", fn.Name)
				}
				delete(named, fn.Name)
			}
		}
	}
	for name := range named {
		t.Errorf("docs/language.md names %s, which is not in testdata/fallback", name)
	}
}
