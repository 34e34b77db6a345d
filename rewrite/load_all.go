package rewrite

// This file loads packages for analysis: all that patterns name, and those that they need to know.

import (
	"context"
	"slices"
	"strings"
)

// Loaded is what LoadAll found.
type Loaded struct {
	Packages    []LoadedPackage // dependencies come first
	Diagnostics []Diagnostic    // what goawait generate would say, and what else does not compile, sorted
}

// A LoadedPackage is a package of the user's, or one that it depends on.
type LoadedPackage struct {
	*Package
	Module     string // path of its module; may be empty
	Dependency bool   // no pattern names it, or another entry has it together with its tests
	Broken     bool   // it does not type-check
}

// LoadAll type-checks the packages that patterns name with their tests, annotated or not, and the dependencies that use package
// async. As in Run, stubs stand for the twins of the user's packages, whatever is on disk.
func LoadAll(ctx context.Context, o Options) (*Loaded, error) {
	l, err := newLoader(o)
	if err != nil {
		return nil, err
	}
	defer l.close()
	l.all = true
	loaded := &Loaded{}
	if _, err := l.loadWith(ctx, func() ([]*Package, bool) {
		var again bool
		loaded.Packages, again = l.checkAll()
		return nil, again
	}); err != nil {
		return nil, err
	}
	loaded.Diagnostics = sortDiagnostics(l.diags)
	return loaded, nil
}

// checkAll type-checks packages in the order of go list: dependencies first.
func (l *loader) checkAll() (pkgs []LoadedPackage, again bool) {
	l.diags, l.broken, l.refused = nil, map[string]bool{}, map[string]bool{}
	l.noteExcluded()
	c := newChecker(l)
	for _, p := range l.listed {
		l.noteListError(p)
		dependency, ok := c.wanted(p)
		if !ok {
			continue
		}
		u := c.bareUnit(p)
		for _, s := range u.sources {
			u.pkg.Sources = append(u.pkg.Sources, u.sourceFile(s))
		}
		u.check()
		again = again || u.again
		broken := u.pkg.Types == nil || slices.ContainsFunc(u.diags, func(d Diagnostic) bool { return d.Code == CodeGo }) || u.faulty
		if p.local() || !dependency {
			l.diags = append(l.diags, u.diags...)
		}
		if len(u.pkg.Files) == 0 {
			continue
		}
		loaded := LoadedPackage{Package: u.pkg, Dependency: dependency, Broken: broken}
		if p.Module != nil {
			loaded.Module = p.Module.Path
		}
		pkgs = append(pkgs, loaded)
	}
	return pkgs, again
}

// wanted reports whether a listed package is to be type-checked, and if so, whether as a dependency.
func (c *checker) wanted(p *listed) (dependency, ok bool) {
	switch {
	case p.Dir == "" || strings.HasSuffix(p.ImportPath, ".test"):
		return false, false
	case p.ForTest != "":
		return false, p.root() && (p.path() == p.ForTest || p.path() == p.ForTest+"_test")
	case p.root():
		return c.byID[p.ImportPath+" ["+p.ImportPath+".test]"] != nil, true
	}
	return true, !p.Standard && p.ImportPath != AsyncPath &&
		(slices.Contains(p.Imports, AsyncPath) || p.local() && len(c.l.folder(p.Dir).sources) > 0)
}
