package vet

// This file is what all rules know of a package: its async functions, the twins of those of other packages, and what blocks.

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/goawait/goawait/rewrite"
)

// codeAnalyzer gathers what the rules have in common. It reports nothing.
var codeAnalyzer = &analysis.Analyzer{
	Name:       "goawaitcode",
	Doc:        "find async functions and what blocks, for the rules of goawait vet",
	Run:        func(pass *analysis.Pass) (any, error) { return newCode(pass), nil },
	ResultType: reflect.TypeFor[*code](),
	FactTypes:  []analysis.Fact{new(packageFact)},
}

// packageFact is what importers need to know of a package.
type packageFact struct {
	Twins  []nameAnd // annotated function → name of its twin
	Blocks []nameAnd // other function that blocks → what it does
}

// nameAnd is a function, as T.M for a method, and something about it. Slices of them are sorted by name.
type nameAnd struct{ Name, Text string }

func (*packageFact) AFact()         {}
func (*packageFact) String() string { return "goawait" }

// code is one package.
type code struct {
	pass  *analysis.Pass
	view  *rewrite.View
	uses  bool        // the package uses package async, directly
	files []*ast.File // without twins
	decls map[*types.Func]*ast.FuncDecl
	funcs []*asyncFunc // in source order
	async map[*types.Func]*asyncFunc
	kinds map[*ast.FuncLit]rewrite.LiteralKind // of all literals of async functions
	quiet map[quietLine]bool                   // lines about which the user wants to hear nothing

	blocks map[*types.Func]*reason // of helpers; nil while it is being found, and for those that don't
	facts  map[string]*packageFact // by import path
} // Rules share it, and some drivers run them at the same time: when newCode returns, it is complete, and nothing changes it.

// An asyncFunc is an annotated function.
type asyncFunc struct {
	decl  *ast.FuncDecl
	obj   *types.Func
	twin  string
	kinds map[*ast.FuncLit]rewrite.LiteralKind
}

func newCode(pass *analysis.Pass) *code {
	c := &code{
		pass: pass, view: rewrite.NewView(pass.Fset, pass.TypesInfo),
		decls: map[*types.Func]*ast.FuncDecl{}, async: map[*types.Func]*asyncFunc{},
		kinds: map[*ast.FuncLit]rewrite.LiteralKind{}, quiet: map[quietLine]bool{},
		blocks: map[*types.Func]*reason{}, facts: map[string]*packageFact{},
	}
	for _, imp := range pass.Pkg.Imports() {
		c.uses = c.uses || imp.Path() == rewrite.AsyncPath
	}
	for _, file := range pass.Files {
		if rewrite.IsTwinFile(file) {
			continue
		}
		c.files = append(c.files, file)
		c.findQuiet(file)
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
				if fn, ok := pass.TypesInfo.Defs[fd.Name].(*types.Func); ok {
					c.decls[fn] = fd
				}
			}
		}
		for _, a := range rewrite.FindAnnotations(pass.Fset, file) {
			if fn, ok := pass.TypesInfo.Defs[a.Decl.Name].(*types.Func); ok && a.Decl.Body != nil {
				f := &asyncFunc{decl: a.Decl, obj: fn, twin: a.Twin, kinds: c.view.Literals(a.Decl)}
				c.funcs = append(c.funcs, f)
				c.async[fn] = f
				maps.Copy(c.kinds, f.kinds)
			}
		}
	}
	for _, f := range pass.AllPackageFacts() {
		if fact, ok := f.Fact.(*packageFact); ok {
			c.facts[f.Package.Path()] = fact
		}
	}
	if c.uses || len(c.funcs) > 0 {
		for fn := range c.decls {
			c.blocksIn(fn)
		}
	}
	c.exportFact()
	return c
}

// exportFact tells importers about the package. One that does not use package async has nothing to tell.
func (c *code) exportFact() {
	fact := &packageFact{}
	for _, f := range c.funcs {
		fact.Twins = append(fact.Twins, nameAnd{funcKey(f.obj), f.twin})
	}
	for fn, r := range c.blocks {
		if c.uses && r != nil {
			fact.Blocks = append(fact.Blocks, nameAnd{funcKey(fn), r.text()})
		}
	}
	if len(fact.Twins)+len(fact.Blocks) == 0 {
		return
	}
	for _, list := range [][]nameAnd{fact.Twins, fact.Blocks} {
		slices.SortFunc(list, func(a, b nameAnd) int { return compareNames(a.Name, b.Name) })
	}
	c.pass.ExportPackageFact(fact)
}

func compareNames(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// funcKey names a function within its package: F, or T.M for a method.
func funcKey(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	if named := namedType(recv.Type()); named != nil {
		return named.Obj().Name() + "." + fn.Name()
	}
	return "?." + fn.Name()
}

// namedType is the defined type that a type is or points to; nil for others.
func namedType(t types.Type) *types.Named {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

// fact is what another package told; nil if it had nothing to tell.
func (c *code) fact(pkg *types.Package) *packageFact {
	if pkg == nil || pkg == c.pass.Pkg {
		return nil
	}
	return c.facts[pkg.Path()]
}

func lookup(list []nameAnd, name string) (text string, ok bool) {
	i, ok := slices.BinarySearchFunc(list, name, func(n nameAnd, name string) int { return compareNames(n.Name, name) })
	if ok {
		text = list[i].Text
	}
	return text, ok
}

// twin is the name of a function's twin; false if the function is not annotated.
func (c *code) twin(fn *types.Func) (name string, ok bool) {
	if fn == nil {
		return "", false
	}
	fn = fn.Origin()
	if f := c.async[fn]; f != nil {
		return f.twin, true
	}
	if fact := c.fact(fn.Pkg()); fact != nil {
		return lookup(fact.Twins, funcKey(fn))
	}
	return "", false
}

// callee is the function or method that a call is known to call; nil for others. A method of an interface counts.
func (c *code) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(c.pass.TypesInfo, call).(*types.Func)
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// asyncName is the name of a function of package async, as "Group.Go" for a method; "" for other functions.
func asyncName(fn *types.Func) string {
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != rewrite.AsyncPath {
		return ""
	}
	return funcKey(fn)
}

// isPromise reports whether a type is *async.Promise[T].
func isPromise(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, ok := types.Unalias(t).(*types.Pointer); !ok {
		return false
	}
	named := namedType(t)
	return named != nil && named.Obj().Name() == "Promise" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == rewrite.AsyncPath
}

// isAwaitable reports whether a type is what markers take: a promise or something that has one.
func isAwaitable(t types.Type) bool {
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Promise")
	fn, ok := obj.(*types.Func)
	if !ok || fn.Signature().Params().Len() != 0 || fn.Signature().Results().Len() != 1 {
		return false
	}
	return isPromise(fn.Signature().Results().At(0).Type())
}

func isContext(t types.Type) bool {
	if t == nil {
		return false
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == "Context" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// line is the line of a position, as the user sees it.
func (c *code) line(pos token.Pos) int { return c.pass.Fset.Position(pos).Line }

// name is how a function is called in messages: F, T.M or (*T).M, with its package if it is another one.
func (c *code) name(fn *types.Func) string {
	if recv := fn.Signature().Recv(); recv != nil {
		return "(" + types.TypeString(recv.Type(), c.qualify) + ")." + fn.Name()
	}
	if q := c.qualify(fn.Pkg()); q != "" {
		return q + "." + fn.Name()
	}
	return fn.Name()
}

func (c *code) qualify(p *types.Package) string {
	if p == nil || p == c.pass.Pkg {
		return ""
	}
	return p.Name()
}

// report reports a finding of a rule, unless a comment forbids it.
func report(pass *analysis.Pass, d analysis.Diagnostic) {
	if at := pass.Fset.PositionFor(d.Pos, false); codeOf(pass).quiet[quietLine{at.Filename, at.Line}] {
		return
	}
	d.Category = pass.Analyzer.Name
	d.URL = pass.Analyzer.URL
	pass.Report(d)
}

// codeOf is the result of codeAnalyzer.
func codeOf(pass *analysis.Pass) *code { return pass.ResultOf[codeAnalyzer].(*code) }
