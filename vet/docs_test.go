package vet

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const docsHead = `# What goawait vet finds

<!-- Made from the rules in the folder vet by 'make update'; a test compares them. -->

Goawait vet finds what compiles and still goes wrong:

	goawait vet ./...
	goawait vet -fix ./...                              # apply the fixes that are safe
	goawait vet -blocking -dropped ./internal/users     # these rules only
	goawait vet -noawait=false ./...                    # all rules but this

A finding is printed as file:line:col: what is wrong, and what to write instead [rule], with the source line. ` + "`goawait explain RULE`" + `
prints what stands here about a rule. The exit code is 1 if there are findings; with -json, which prints them as go vet -json does, only
if goawait could not look. Twins may be missing or stale.

Findings on a line with the comment ` + "`//nolint:goawait`" + `, or below such a comment that has a line of its own, are left out.

The same rules run under the go command, on packages whose twins are up to date:

	go vet -vettool=$(go tool -n goawait) ./...

and as a [linter of golangci-lint](../vet/golangci/golangci.go), which ` + "`golangci-lint custom`" + ` builds with the module
github.com/goawait/goawait/vet/golangci. Each rule is an analyzer of golang.org/x/tools/go/analysis, in package vet, for other drivers.

| rule | finds | fixes |
|---|---|---|
`

// TestDocs compares docs/vet.md with the rules.
func TestDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString(docsHead)
	for _, a := range Analyzers() {
		title, text, _ := strings.Cut(a.Doc, "\n")
		fixes := ""
		if strings.Contains(text, "The fix ") {
			fixes = "yes"
		}
		fmt.Fprintf(&b, "| [%s](#%[1]s) | %s | %s |\n", a.Name, strings.TrimPrefix(title, "find "), fixes)
	}
	for _, a := range Analyzers() {
		title, text, ok := strings.Cut(a.Doc, "\n\n")
		if !ok || !strings.HasPrefix(title, "find ") || strings.Contains(title, "\n") {
			t.Errorf("the doc of %s does not begin with a line 'find …' and an empty line", a.Name)
		}
		if !strings.Contains(text, "\n\n\t") {
			t.Errorf("the doc of %s has no example", a.Name)
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n%s\n", a.Name, strings.ToUpper(title[:1])+title[1:], text)
		a.Flags.VisitAll(func(f *flag.Flag) {
			fmt.Fprintf(&b, "\n`-%s.%s`: %s.\n", a.Name, f.Name, strings.ReplaceAll(f.Usage, "`", ""))
		})
	}
	name := filepath.Join("..", "docs", "vet.md")
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(name)
	if err != nil || string(have) != b.String() {
		t.Errorf("docs/vet.md is not what the rules say (%v); run 'make update'", err)
	}
}

// TestFixesAreTold compares what the docs say about fixes with testdata.
func TestFixesAreTold(t *testing.T) {
	for _, a := range Analyzers() {
		golden, _ := filepath.Glob(filepath.Join("testdata", a.Name, "*.golden"))
		if told := strings.Contains(a.Doc, "The fix "); told != (len(golden) > 0) {
			t.Errorf("the doc of %s says so about a fix: %t; there are %d files that show one", a.Name, told, len(golden))
		}
	}
}
