package difftest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCoverage fails for an entry of the catalogue that nothing covers, for an id that the catalogue does not have, and
// for a table in testdata that does not say what the archives say.
func TestCoverage(t *testing.T) {
	archives, err := ReadArchives(filepath.Join(root, "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	by := coveredBy(archives)
	known := map[string]bool{}
	for _, g := range catalogue {
		for _, e := range g.entries() {
			known[e.id] = true
			if by[e.id] == nil && elsewhere[e.id] == "" {
				t.Errorf("%s (%s): no archive names it in its ids, and no reason is given", e.id, e.name)
			}
		}
	}
	for _, a := range archives {
		if len(a.IDs) == 0 {
			t.Errorf("%s: no line with ids", a.Path)
		}
		for _, id := range a.IDs {
			if !known[id] {
				t.Errorf("%s: the catalogue has no %s", a.Path, id)
			}
		}
	}
	for id := range elsewhere {
		if !known[id] {
			t.Errorf("a reason is given for %s, which the catalogue does not have", id)
		}
	}
	checkTable(t, filepath.Join(root, "testdata", "COVERAGE.md"), Coverage(archives))
}

// checkTable compares the table with the file.
func checkTable(t *testing.T, path, want string) {
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if w, h := strings.Split(want, "\n"), strings.Split(string(have), "\n"); !slices.Equal(w, h) {
		t.Errorf("%s does not say what the archives say; run with -update: %s", path, differ(h, w))
	}
}
