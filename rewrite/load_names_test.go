package rewrite

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestFileNames checks the names of files in the table of docs/reference.md.
func TestFileNames(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "reference.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `(\\w+\\.go)` \\| `(\\w+\\.go)` \\|$").FindAllStringSubmatch(string(text), -1)
	if len(rows) < 4 {
		t.Fatalf("docs/reference.md has %d rows of files", len(rows))
	}
	for _, row := range rows {
		if got := outPath(row[1]); got != row[2] {
			t.Errorf("%s gives %s, and the reference says %s", row[1], got, row[2])
		}
	}
}
