package rewrite

// This file gives the type checker the packages that are imported: from export data, which the go command compiles, or, within the
// main modules, type-checked from source. To compile all of a module takes long, and nobody needs it: the go command will compile
// it again with the twins.

import (
	"errors"
	"go/types"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/gcexportdata"
)

// imports are the packages imported so far.
type imports struct {
	mu         sync.Mutex
	worlds     map[string]map[string]*types.Package // for each test binary, and for "": packages by import path
	fromSource map[*listed]bool                     // packages that are not imported from export data
	checked    map[*listed]*types.Package           // those that were type-checked, with stubs, and have no errors
	busy       map[*listed]bool                     // those that fromFiles type-checks
}

func newImports(c *checker) *imports {
	i := &imports{
		worlds: map[string]map[string]*types.Package{}, fromSource: map[*listed]bool{}, checked: map[*listed]*types.Package{},
		busy: map[*listed]bool{},
	}
	if c.l.tests {
		return i
	}
	for _, p := range c.l.listed {
		i.fromSource[p] = p.Module != nil && p.Module.Main && p.local() && p.ForTest == "" && len(p.CgoFiles) == 0 && p.ImportPath != AsyncPath
	}
	for _, p := range c.l.listed {
		if !i.fromSource[p] && slices.ContainsFunc(c.dependencies(p), func(d *listed) bool { return i.fromSource[d] }) {
			clear(i.fromSource) // types would be there twice
			break
		}
	}
	return i
}

// dependencies are what a package imports.
func (c *checker) dependencies(p *listed) (list []*listed) {
	for _, path := range p.Imports {
		if mapped := p.ImportMap[path]; mapped != "" {
			path = mapped
		}
		if d := c.byID[path]; d != nil {
			list = append(list, d)
		}
	}
	return list
}

// fromFiles type-checks a package for those that import it. It gives nothing if it has errors: the go command says which.
func (u *unit) fromFiles(p *listed) (*types.Package, error) {
	if pkg := u.checked[p]; pkg != nil {
		return pkg, nil
	}
	if u.l.broken[p.path()] {
		return nil, errors.New("it does not compile")
	}
	if u.busy[p] {
		return nil, nil // a cycle
	}
	u.busy[p] = true
	defer delete(u.busy, p)
	d := u.bareUnit(p)
	d.importing = true
	if d.syntax(); len(d.diags) > 0 {
		return nil, nil
	}
	files, stubs := d.withStubs()
	pkg, errs := d.typeCheck(files, stubs, nil)
	if len(errs) > 0 || len(files) == 0 {
		return nil, nil
	}
	u.checked[p] = pkg
	return pkg, nil
}

// askForAll asks for the export data that the units need, all at once, as far as it was not asked for.
func (c *checker) askForAll(units []*unit) error {
	seen := map[*listed]bool{}
	var missing []*listed
	var visit func(p *listed)
	visit = func(p *listed) {
		for _, d := range c.dependencies(p) {
			if seen[d] {
				continue
			}
			seen[d] = true
			switch {
			case c.fromSource[d]:
				visit(d)
			case d.Export == "" && !d.exportAsked && d.ForTest == "" && d.ImportPath != "unsafe" && d.ImportPath != "C":
				missing = append(missing, d)
			}
		}
	}
	for _, u := range units {
		visit(u.listed)
	}
	if len(missing) == 0 {
		return nil
	}
	return c.askExports(missing)
}

// askExports asks for export data.
func (c *checker) askExports(list []*listed) error {
	if c.l.temp == "" { // the listing is that of an earlier run
		if err := c.l.writeOverlay(); err != nil {
			return err
		}
	}
	var paths []string
	for _, p := range list {
		paths = append(paths, p.ImportPath)
	}
	pkgs, err := c.l.listExports(c.l.ctx, paths)
	if err != nil {
		return err
	}
	for _, p := range list {
		p.exportAsked = true
		for _, e := range pkgs {
			if e.ImportPath == p.ImportPath {
				p.addExport(e)
			}
		}
	}
	return nil
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// importer imports for the type checker, which may be one of several.
func (u *unit) importer() types.Importer {
	if u.importing {
		return importerFunc(u.importPackage) // for one that imports itself
	}
	return importerFunc(func(path string) (*types.Package, error) {
		u.mu.Lock()
		defer u.mu.Unlock()
		return u.importPackage(path)
	})
}

// importPackage gives a dependency.
func (u *unit) importPackage(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	id := path
	if mapped := u.listed.ImportMap[path]; mapped != "" {
		id = mapped
	}
	p := u.byID[id]
	if p == nil {
		return nil, errors.New("go list does not know it")
	}
	world := u.worlds[u.listed.ForTest]
	if world == nil {
		world = map[string]*types.Package{}
		u.worlds[u.listed.ForTest] = world
	}
	if pkg := world[p.path()]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	if u.fromSource[p] {
		pkg, err := u.fromFiles(p)
		if pkg != nil || err != nil {
			if err == nil {
				world[p.path()] = pkg
			}
			return pkg, err
		}
	}
	if p.Export == "" && !p.exportAsked && p.ForTest == "" { // twins may mention what no source file imports
		if err := u.askExports([]*listed{p}); err != nil {
			return nil, err
		}
	}
	if p.Export == "" {
		if p.Error != nil {
			return nil, errors.New(strings.TrimSpace(p.Error.Err))
		}
		return nil, errors.New("it does not compile")
	}
	f, err := os.Open(p.Export)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(r, u.l.fset, world, p.path())
}
