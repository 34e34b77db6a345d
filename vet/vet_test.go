package vet

import (
	"bytes"
	"context"
	"flag"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/packages"

	"github.com/goawait/goawait/rewrite"

	_ "github.com/goawait/goawait/runtime" // what is tested reads its source
)

var update = flag.Bool("update", false, "rewrite the files that show what fixes make of testdata")

// TestRules runs each rule over its folder of testdata, with real twins, and compares what its fixes make of it.
func TestRules(t *testing.T) {
	dir := workspace(t)
	if *update {
		updateGolden(t, dir)
	}
	for _, a := range Analyzers() {
		t.Run(a.Name, func(t *testing.T) {
			analysistest.RunWithSuggestedFixes(t, dir, a, "./"+a.Name)
		})
	}
}

// updateGolden writes what the fixes of each rule make of the files of its folder.
func updateGolden(t *testing.T, dir string) {
	for _, a := range Analyzers() {
		files, _, err := Fix(findings(t, filepath.Join(dir, a.Name), a))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			name := filepath.Join(a.Name, filepath.Base(f.Path)+".golden")
			for _, to := range []string{dir, "testdata"} {
				if err := os.WriteFile(filepath.Join(to, name), f.New, 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// findings are what rules say about the package in a folder.
func findings(t *testing.T, dir string, rules ...*analysis.Analyzer) []Finding {
	t.Helper()
	loaded, err := rewrite.LoadAll(t.Context(), rewrite.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	found, err := Run(loaded.Packages, rules)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestFewAlarms runs all rules over code that has nothing wrong with it.
func TestFewAlarms(t *testing.T) {
	for _, f := range findings(t, filepath.Join(workspace(t), "fine"), Analyzers()...) {
		t.Errorf("%v: %s [%s]", f.Position(), f.Message, f.Rule)
	}
}

// TestShared runs the rules and makes sure that they change nothing of what they share, since drivers run them at the same time.
func TestShared(t *testing.T) {
	dir := workspace(t)
	loaded, err := rewrite.LoadAll(t.Context(), rewrite.Options{Dir: dir, Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	d := &driver{facts: map[factKey]analysis.Fact{}}
	for _, p := range loaded.Packages {
		if err := d.run(p, []*analysis.Analyzer{{Requires: []*analysis.Analyzer{codeAnalyzer}, Run: func(pass *analysis.Pass) (any, error) {
			c := codeOf(pass)
			facts, blocks, kinds := maps.Clone(c.facts), maps.Clone(c.blocks), maps.Clone(c.kinds)
			for _, a := range Analyzers() {
				if _, err := a.Run(pass); err != nil {
					return nil, err
				}
			}
			if !maps.Equal(facts, c.facts) || !maps.Equal(blocks, c.blocks) || !maps.Equal(kinds, c.kinds) {
				t.Errorf("the rules changed what they share about %s", p.Path)
			}
			if p.Name == "blocking" && len(blocks) == 0 {
				t.Error("nothing is known to block")
			}
			return nil, nil
		}}}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestValidate(t *testing.T) {
	if err := analysis.Validate(Analyzers()); err != nil {
		t.Error(err)
	}
}

// workspace is a copy of testdata that is a module, with twins.
func workspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod := "module example.com/t\n\ngo 1.26.0\n\nrequire github.com/goawait/goawait v0.0.0\n\nreplace github.com/goawait/goawait => " + root + "\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666); err != nil {
		t.Fatal(err)
	}
	res, err := rewrite.Run(context.Background(), rewrite.Options{Dir: dir, Patterns: []string{"./..."}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Log(d)
	}
	for _, p := range res.Packages {
		if p.Faulty {
			t.Fatalf("package %s is faulty", p.Path)
		}
		for _, f := range p.Files {
			text := bytes.ReplaceAll(f.Content, []byte(" want `"), []byte(" (want) `")) // those of the source are enough
			if err := os.WriteFile(f.Path, text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// TestTable looks every function of the table up in its package.
func TestTable(t *testing.T) {
	names := []string{}
	paths := map[string]bool{}
	for _, group := range blockerTable {
		names = append(names, group.names...)
	}
	for name := range readers {
		names = append(names, name)
	}
	for name := range streamReaders {
		names = append(names, name)
	}
	for name := range bufferMakers {
		names = append(names, name)
	}
	for _, name := range names {
		paths[tablePath(name)] = true
	}
	var patterns []string
	for path := range paths {
		patterns = append(patterns, path)
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedExportFile}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, p := range pkgs {
		for _, fn := range functions(p.Types) {
			have[fn.FullName()] = true
		}
	}
	for _, name := range names {
		if !have[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

// tablePath is the package of a full name.
func tablePath(name string) string {
	name = strings.TrimLeft(name, "(*")
	slash := strings.LastIndex(name, "/")
	dot := strings.Index(name[slash+1:], ".")
	return name[:slash+1+dot]
}

// functions are all functions and methods of a package, those of unexported types included.
func functions(p *types.Package) (list []*types.Func) {
	for _, name := range p.Scope().Names() {
		switch obj := p.Scope().Lookup(name).(type) {
		case *types.Func:
			list = append(list, obj)
		case *types.TypeName:
			for _, t := range []types.Type{obj.Type(), types.NewPointer(obj.Type())} {
				set := types.NewMethodSet(t)
				for sel := range set.Methods() {
					list = append(list, sel.Obj().(*types.Func))
				}
			}
		}
	}
	return list
}
