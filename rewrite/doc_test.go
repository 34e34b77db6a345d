package rewrite

// This file compares the documentation of the package with the package.

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docTwin is where the documentation shows the twin of its function: from the first line to the line before an empty comment.
var docTwin = regexp.MustCompile(`(?s)//\t// totalFrame is .*?\n//\n// The frame has`)

// TestDocShowsTheTwin generates the function of the documentation.
func TestDocShowsTheTwin(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	source := regexp.MustCompile(`(?s)(//\t// total adds.*?\n//\t})\n`).FindSubmatch(doc)
	if source == nil {
		t.Fatal("the documentation shows no function")
	}
	dir := t.TempDir()
	writeTestModule(t, dir)
	text := "package shop\n\nimport (\n\t\"context\"\n\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n\n" +
		"type store interface {\n\tprice(ctx context.Context, item string) *async.Promise[int]\n}\n\n" +
		regexp.MustCompile(`(?m)^//\t?`).ReplaceAllString(string(source[1]), "") + "\n"
	if err := os.WriteFile(filepath.Join(dir, "shop.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), Options{Dir: dir})
	if err != nil || len(r.Diagnostics) > 0 {
		t.Fatal(err, r.Diagnostics, text)
	}
	twin := string(r.Packages[0].Files[0].Content)
	twin = twin[strings.Index(twin, "// totalFrame is"):strings.Index(twin, "\nfunc _() {")]
	shown := regexp.MustCompile(`(?m)^`).ReplaceAllString(strings.TrimSpace(twin), "//\t") + "\n//\n// The frame has"
	shown = regexp.MustCompile(`(?m)^//\t$`).ReplaceAllString(shown, "//")
	want := docTwin.ReplaceAllLiteral(doc, []byte(shown))
	if string(want) == string(doc) {
		return
	}
	if !*update {
		t.Fatalf("the documentation does not show the twin as it is; run 'go test ./rewrite -update'")
	}
	if err := os.WriteFile("doc.go", want, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestDocNamesFiles compares the files that the documentation names with those that there are.
func TestDocNamesFiles(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{"doc.go": true}
	for _, pattern := range regexp.MustCompile(`[a-z_*]+\.go\b`).FindAllString(string(doc), -1) {
		files, _ := filepath.Glob(pattern)
		if len(files) == 0 && pattern != "shop.go" {
			t.Errorf("there is no %s", pattern)
		}
		for _, f := range files {
			named[f] = true
		}
	}
	files, _ := filepath.Glob("*.go")
	for _, f := range files {
		if !named[f] && !strings.HasSuffix(f, "_test.go") {
			t.Errorf("the documentation does not name %s: say in which step it takes part", f)
		}
	}
}
