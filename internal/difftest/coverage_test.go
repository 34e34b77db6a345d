package difftest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// complete are the groups that have to be covered whole.
const complete = "ABCDV"

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
			if by[e.id] == nil && elsewhere[e.id] == "" && strings.Contains(complete, e.id[:1]) {
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

// checkTable compares the rows of the groups that are complete.
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
	if w, h := rows(want), rows(string(have)); !slices.Equal(w, h) {
		t.Errorf("%s does not say what the archives say; run with -update: %s", path, differ(h, w))
	}
}

// rows are the rows of the complete groups.
func rows(table string) []string {
	var rs []string
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| ") && strings.Contains(complete, line[2:3]) {
			rs = append(rs, line)
		}
	}
	return rs
}
