package vet

// This file runs analyzers over packages that are type-checked already.

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/goawait/goawait/rewrite"
)

// A Finding is what a rule has to say about a place.
type Finding struct {
	Rule    string
	Package string // import path
	Fset    *token.FileSet
	analysis.Diagnostic
}

// Position is where the finding is, whatever //line directives say.
func (f Finding) Position() token.Position { return f.Fset.PositionFor(f.Pos, false) }

// Run runs rules over packages, dependencies first, as rewrite.LoadAll gives them. Packages that do not type-check are passed over, and
// of dependencies nothing is reported. The findings are sorted by position; the same one in two variants of a package comes once.
func Run(pkgs []rewrite.LoadedPackage, rules []*analysis.Analyzer) ([]Finding, error) {
	if err := analysis.Validate(rules); err != nil {
		return nil, err
	}
	d := &driver{facts: map[factKey]analysis.Fact{}}
	for _, p := range pkgs {
		if p.Broken || p.Types == nil {
			continue
		}
		if err := d.run(p, rules); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(d.findings, func(a, b Finding) int {
		p, q := a.Position(), b.Position()
		return cmp.Or(cmp.Compare(p.Filename, q.Filename), cmp.Compare(p.Offset, q.Offset), cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(d.findings, func(a, b Finding) bool {
		return a.Position() == b.Position() && a.Rule == b.Rule && a.Message == b.Message
	}), nil
}

// A driver keeps what packages tell each other.
type driver struct {
	facts    map[factKey]analysis.Fact
	findings []Finding
}

type factKey struct {
	path string
	typ  reflect.Type
}

// run runs rules over one package. Of a dependency, only facts are wanted.
func (d *driver) run(p rewrite.LoadedPackage, rules []*analysis.Analyzer) error {
	results := map[*analysis.Analyzer]any{}
	var visit func(a *analysis.Analyzer) error
	visit = func(a *analysis.Analyzer) error {
		if _, done := results[a]; done {
			return nil
		}
		for _, need := range a.Requires {
			if err := visit(need); err != nil {
				return err
			}
		}
		result, err := a.Run(d.pass(p, a, results))
		if err != nil {
			return fmt.Errorf("%s: package %s: %w", a.Name, p.Path, err)
		}
		results[a] = result
		return nil
	}
	for _, a := range rules {
		if p.Dependency {
			for _, need := range a.Requires {
				if err := visit(need); err != nil {
					return err
				}
			}
			continue
		}
		if err := visit(a); err != nil {
			return err
		}
	}
	return nil
}

func (d *driver) pass(p rewrite.LoadedPackage, a *analysis.Analyzer, results map[*analysis.Analyzer]any) *analysis.Pass {
	pass := &analysis.Pass{
		Analyzer: a, Fset: p.Fset, Files: p.Files, Pkg: p.Types, TypesInfo: p.Info, TypesSizes: p.Sizes, ResultOf: results,
		ReadFile: os.ReadFile,
		Module:   &analysis.Module{Path: p.Module, GoVersion: p.GoVersion},
		Report: func(diag analysis.Diagnostic) {
			d.findings = append(d.findings, Finding{Rule: a.Name, Package: p.Path, Fset: p.Fset, Diagnostic: diag})
		},
	}
	unsupported := func() { panic(errors.New("facts about objects are not supported")) }
	pass.ImportObjectFact = func(types.Object, analysis.Fact) bool { unsupported(); return false }
	pass.ExportObjectFact = func(types.Object, analysis.Fact) { unsupported() }
	pass.AllObjectFacts = func() []analysis.ObjectFact { return nil }
	pass.AllPackageFacts = func() (list []analysis.PackageFact) {
		for key, fact := range d.facts {
			if slices.ContainsFunc(a.FactTypes, func(f analysis.Fact) bool { return reflect.TypeOf(f) == key.typ }) && key.path != p.Path {
				list = append(list, analysis.PackageFact{Package: types.NewPackage(key.path, ""), Fact: fact})
			}
		}
		return list
	}
	pass.ImportPackageFact = func(pkg *types.Package, fact analysis.Fact) bool {
		known, ok := d.facts[factKey{pkg.Path(), reflect.TypeOf(fact)}]
		if ok {
			reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(known).Elem())
		}
		return ok
	}
	pass.ExportPackageFact = func(fact analysis.Fact) { d.facts[factKey{p.Path, reflect.TypeOf(fact)}] = fact }
	return pass
}
