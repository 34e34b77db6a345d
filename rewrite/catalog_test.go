package rewrite

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite FAULTS.md")

// TestCatalog puts each example through Run: it has its fault, at the line before the mark, and no other.
func TestCatalog(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Catalog {
		if seen[e.Code] {
			t.Errorf("%s is listed twice", e.Code)
		}
		seen[e.Code] = true
		if e.Example == "" {
			if e.Code != CodeInternal && e.Code != CodeVersion { // which need another goawait
				t.Errorf("%s has no example", e.Code)
			}
			continue
		}
		t.Run(e.Code, func(t *testing.T) {
			checkExample(t, e)
			checkFixed(t, e)
		})
	}
}

func checkExample(t *testing.T, e CatalogEntry) {
	dir := t.TempDir()
	ar := txtar.Parse([]byte("-- p.go --\n" + e.Example))
	foreign := slices.ContainsFunc(ar.Files, func(f txtar.File) bool { return f.Name == "go.mod" })
	if !foreign {
		writeTestModule(t, dir)
	}
	o := Options{Dir: dir, Goroutine: e.Code == CodeInit}
	if e.Code == CodeExcluded {
		o.Patterns = []string{"p.go"}
	}
	var file string
	var line int
	for _, f := range ar.Files {
		if foreign && f.Name == "p.go" {
			f.Name = "vendor/example.com/p/p.go"
			o.Patterns = []string{"example.com/p"}
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		writeTestFile(t, path, string(f.Data))
		for i, l := range strings.Split(string(f.Data), "\n") {
			if strings.TrimSpace(l) == "// fault" {
				file, line = path, i
			}
		}
	}
	res, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Diagnostics) != 1 {
		t.Fatalf("%d diagnostics, want one: %v", len(res.Diagnostics), res.Diagnostics)
	}
	d := res.Diagnostics[0]
	if d.Code != e.Code || d.Pos.Filename != file || d.Pos.Line != line {
		t.Errorf("got [%s] %v\nwant [%s] at line %d of %s", d.Code, d, e.Code, line, file)
	}
	if d.Hint == "" && e.Code != CodeGo {
		t.Errorf("no cure: %v", d)
	}
	for _, p := range res.Packages {
		if !p.Faulty {
			t.Errorf("package %s is not faulty", p.Path)
		}
	}
}

// checkFixed makes sure that nothing is wrong with an example as it should be.
func checkFixed(t *testing.T, e CatalogEntry) {
	if e.Fixed == "" {
		t.Fatal("the example is not shown as it should be")
	}
	dir := t.TempDir()
	writeTestModule(t, dir)
	for _, f := range txtar.Parse([]byte("-- p.go --\n" + e.Fixed)).Files {
		writeTestFile(t, filepath.Join(dir, f.Name), string(f.Data))
	}
	res, err := Run(t.Context(), Options{Dir: dir, Goroutine: e.Code == CodeInit})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Diagnostics) > 0 || len(res.Packages) != 1 || len(res.Packages[0].Files) != 1 {
		t.Errorf("what the catalogue recommends is not right: %v, %v", res.Diagnostics, res.Packages)
	}
}

// TestCatalogText compares FAULTS.md with the catalogue.
func TestCatalogText(t *testing.T) {
	want := "# What goawait refuses\n\nEvery fault is reported with its place and what to write instead, all of them at once. " +
		"The table is made from the catalogue in catalog.go,\nwhich has an example for each that is tested.\n\n" + CatalogMarkdown()
	if *update {
		writeTestFile(t, "FAULTS.md", want)
	}
	got, err := os.ReadFile("FAULTS.md")
	if err != nil || string(got) != want {
		t.Errorf("FAULTS.md is not what the catalogue says (%v); run with -update", err)
	}
}

// writeTestModule makes a folder a module that uses this one.
func writeTestModule(t *testing.T, dir string) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	writeTestFile(t, filepath.Join(dir, "go.mod"), "module example.com/m\n\ngo 1.26.0\n\nrequire github.com/goawait/goawait v0.0.0\n\n"+
		"replace github.com/goawait/goawait => "+root+"\n")
}

func writeTestFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
