package inspect

// This file finds the function that somebody names.

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goawait/goawait/rewrite"
)

// Find describes the function called name, which is [package.]Func, or [package.]T.M or [package.](*T).M for a method. The package is
// the name of one, the end of its import path or a folder; without it, it is the one in o.Dir. The patterns of the options are
// not used. If there is no such function, the error says what there is instead, and faults in the report may be why.
func Find(ctx context.Context, o rewrite.Options, name string) (*Function, *Report, error) {
	pkg, fn := splitName(name)
	isDir := pkg == "." || pkg == ".." || strings.HasPrefix(pkg, "./") || strings.HasPrefix(pkg, "../") || filepath.IsAbs(pkg)
	if !isDir && !strings.Contains(pkg, "/") { // perhaps a function or method of the current package
		o.Patterns = []string{"."}
		r, err := Load(ctx, o)
		if err != nil && pkg == "" {
			return nil, nil, err
		}
		if err == nil {
			all := func(*Function) bool { return true }
			if f, err := r.one(name, all); f != nil || err != nil || pkg == "" {
				return f, r, cmp.Or(err, r.missing(f, name, all))
			}
		}
	}
	o.Patterns = []string{rewrite.Everything(o.Dir)}
	if isDir {
		o.Patterns = []string{pkg}
	}
	r, err := Load(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	in := func(f *Function) bool {
		return isDir || f.PkgName == pkg || f.Package == pkg || strings.HasSuffix(f.Package, "/"+pkg)
	}
	f, err := r.one(fn, in)
	return f, r, cmp.Or(err, r.missing(f, fn, in))
}

// splitName takes the package off. The dot that separates it is the first one behind the last slash, unless the name has just one
// part.
func splitName(name string) (pkg, fn string) {
	slash := strings.LastIndex(name, "/") + 1
	rest := name[slash:]
	if i := strings.Index(rest, ".(*"); i >= 0 {
		return name[:slash+i], rest[i+1:]
	}
	for strings.HasPrefix(rest, ".") { // a folder: . or ..
		rest = rest[1:]
	}
	i := strings.Index(rest, ".")
	if i < 0 || strings.HasPrefix(rest, "(") {
		return strings.TrimSuffix(name[:len(name)-len(rest)], "."), rest
	}
	return name[:len(name)-len(rest)+i], rest[i+1:]
}

// sameName compares names of functions; a method is T.M, (*T).M or (T).M.
func sameName(a, b string) bool {
	plain := strings.NewReplacer("(", "", ")", "", "*", "")
	return plain.Replace(a) == plain.Replace(b)
}

// one finds the only function of that name. There may be none.
func (r *Report) one(name string, in func(*Function) bool) (found *Function, err error) {
	for _, f := range r.Functions {
		if !in(f) || !sameName(f.Name, name) && f.Twin != name {
			continue
		}
		if found != nil && found.Package != f.Package {
			return nil, fmt.Errorf("%s may be %s.%s or %s.%s: write one of them", name, found.Package, found.Name, f.Package, f.Name)
		}
		found = f
	}
	return found, nil
}

// missing says which functions there are, if f is nil: those of the package, if it has any.
func (r *Report) missing(f *Function, name string, in func(*Function) bool) error {
	if f != nil {
		return nil
	}
	var all, near []string
	for _, f := range r.Functions {
		full := f.PkgName + "." + f.Name
		all = append(all, full)
		if in(f) {
			near = append(near, full)
		}
	}
	if len(near) == 0 {
		near = all
	}
	if len(near) == 0 {
		return fmt.Errorf("no function %s: no function here has the annotation //goawait:async", name)
	}
	slices.Sort(near)
	near = slices.Compact(near)
	more := ""
	if n := len(near) - 10; n > 0 {
		near, more = near[:10], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("no annotated function %s; there are %s%s", name, strings.Join(near, ", "), more)
}
