// Package docs has no code but tests: they compare the README with what it speaks of.
package docs

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goawait/goawait/rewrite"
)

var update = flag.Bool("update", false, "rewrite the parts of the README that are made from other files")

var root = filepath.Join("..", "..")

func readme(t *testing.T) string {
	t.Helper()
	return read(t, "README.md")
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var (
	fileBlock  = regexp.MustCompile("(?s)<!-- file: (\\S+) -->\n```go\n.*?```\n")
	faultBlock = regexp.MustCompile(`(?s)<!-- faults -->\n.*?<!-- end -->\n`)
)

// TestBlocks compares the blocks of code with the files that they show, and the table of refusals with the catalogue.
func TestBlocks(t *testing.T) {
	have := readme(t)
	files := 0
	want := fileBlock.ReplaceAllStringFunc(have, func(block string) string {
		files++
		name := fileBlock.FindStringSubmatch(block)[1]
		return "<!-- file: " + name + " -->\n```go\n" + read(t, name) + "```\n"
	})
	tables := 0
	want = faultBlock.ReplaceAllStringFunc(want, func(string) string {
		tables++
		return "<!-- faults -->\n" + rewrite.CatalogMarkdown() + "<!-- end -->\n"
	})
	if files < 3 || tables != 1 {
		t.Fatalf("the README shows %d files and %d tables of refusals", files, tables)
	}
	if have == want {
		return
	}
	if !*update {
		t.Fatal("the README does not show its files as they are; run 'make update'")
	}
	if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(want), 0o666); err != nil {
		t.Fatal(err)
	}
}

// rows gives the rows of a table of the README, as cells.
func rows(t *testing.T, name string) (rows [][]string) {
	t.Helper()
	_, rest, ok := strings.Cut(readme(t), "<!-- table: "+name+" -->\n")
	if !ok {
		t.Fatalf("the README has no table %s", name)
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
					t.Errorf("%s is not in the README's table", fn.Name)
				}
				delete(named, fn.Name)
			}
		}
	}
	for name := range named {
		t.Errorf("the README names %s, which is not in testdata/fallback", name)
	}
}

// TestStart transpiles the program of the README's first steps.
func TestStart(t *testing.T) {
	res, err := rewrite.Run(t.Context(), rewrite.Options{Patterns: []string{"./testdata/start"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Error(d)
	}
	if len(res.Packages) != 1 || len(res.Packages[0].Files) != 1 || !bytes.Contains(res.Packages[0].Files[0].Content, []byte("func greetAsync(")) {
		t.Errorf("no twin in %+v", res.Packages)
	}
}

var (
	linked = regexp.MustCompile(`\]\(([^)#:]+)\)`)
	target = regexp.MustCompile("`make ([a-z]+)`")
)

// TestLinks looks for the files that the README links to and the targets that it names.
func TestLinks(t *testing.T) {
	for _, m := range linked.FindAllStringSubmatch(readme(t), -1) {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1]))); err != nil {
			t.Error(err)
		}
	}
	targets := read(t, "Makefile")
	for _, m := range target.FindAllStringSubmatch(readme(t), -1) {
		if !strings.Contains(targets, "\n"+m[1]+":") {
			t.Errorf("the Makefile has no target %s", m[1])
		}
	}
}

// TestCI looks for the README's test command in the script of the CI.
func TestCI(t *testing.T) {
	const command = "\ngo test -timeout 60m ./...\n"
	for _, name := range []string{"README.md", ".ci/run"} {
		if !strings.Contains(read(t, name), command) {
			t.Errorf("%s does not run %s", name, command)
		}
	}
}
