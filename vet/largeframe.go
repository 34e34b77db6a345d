package vet

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/goawait/goawait/rewrite"
	"github.com/goawait/goawait/statemachine"
)

// LargeFrame finds large values that calls keep while they wait.
var LargeFrame = &analysis.Analyzer{
	Name: "largeframe",
	Doc: `find large values that live across an await

What is needed behind an await is kept while the call waits: in its frame, or beside it if something shares it. Every call that waits has
its own, so that a large value counts as often as there are calls:

	var buf [16384]byte
	n, err := async.Await(readAsync(ctx, buf[:]))     // every reader that waits holds 16 KiB
	use(buf[:n])

A slice from a sync.Pool, a pointer to what others hold already, or a value that is fetched behind the await needs less. The flag
-largeframe.bytes sets the size from which on a variable is reported.`,
	URL:      url("largeframe"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runLargeFrame,
}

var largeBytes int64

func init() {
	LargeFrame.Flags.Int64Var(&largeBytes, "bytes", 1024, "report variables of this `size` or more, in bytes")
}

func runLargeFrame(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, f := range c.funcs {
		if !c.hasLarge(f) {
			continue // most functions: no need to take them apart
		}
		c.largeOf(pass, f)
	}
	return nil, nil
}

// largeOf looks at a function and at its blocks.
func (c *code) largeOf(pass *analysis.Pass, f *asyncFunc) {
	defer func() { _ = recover() }() // what cannot be taken apart is for goawait generate to complain about
	outer := c.source(f)
	if outer.Async == nil {
		return
	}
	outer.Gather()
	seen := map[*types.Var]bool{}
	c.largeIn(pass, outer, seen)
	for _, lit := range sortedLiterals(f) {
		if c.isBlock(f, lit) {
			block := c.source(f)
			block.Type, block.Body, block.Recv, block.Lit = lit.Type, lit.Body, nil, lit
			block.Share(outer)
			c.largeIn(pass, block, seen)
		}
	}
}

// hasLarge reports whether a function has a large variable at all.
func (c *code) hasLarge(f *asyncFunc) (found bool) {
	ast.Inspect(f.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := c.pass.TypesInfo.Defs[id].(*types.Var); ok && c.size(v.Type()) >= largeBytes {
				found = true
			}
		}
		return !found
	})
	return found
}

// size is the size of a type in bytes; 0 if it depends on type parameters.
func (c *code) size(t types.Type) (n int64) {
	defer func() {
		if recover() != nil {
			n = 0
		}
	}()
	return c.pass.TypesSizes.Sizeof(t)
}

func sortedLiterals(f *asyncFunc) (lits []*ast.FuncLit) {
	for lit := range f.kinds {
		lits = append(lits, lit)
	}
	slices.SortFunc(lits, func(a, b *ast.FuncLit) int { return int(a.Pos() - b.Pos()) })
	return lits
}

func (c *code) isBlock(f *asyncFunc, lit *ast.FuncLit) bool {
	switch f.kinds[lit] {
	case rewrite.BlockLiteral:
		return true
	case rewrite.DeferredLiteral:
		return c.view.Awaits(lit.Body)
	}
	return false
}

// source is what the state machine of a function is made of.
func (c *code) source(f *asyncFunc) *statemachine.Source {
	return &statemachine.Source{
		Name: f.decl.Name.Name, Fset: c.pass.Fset, Info: c.pass.TypesInfo, Pkg: c.pass.Pkg, Decl: f.decl, Recv: f.decl.Recv,
		Type: f.decl.Type, Body: f.decl.Body, Arity: c.view.Arity,
		IsBlock:      func(lit *ast.FuncLit) bool { return c.isBlock(f, lit) },
		Async:        c.asyncPackage(),
		PerIteration: true,
	}
}

// asyncPackage is package async; nil if nothing of it is imported.
func (c *code) asyncPackage() *types.Package {
	for _, imp := range c.pass.Pkg.Imports() {
		if isAsyncPackage(imp) {
			return imp
		}
	}
	return nil
}

// largeIn reports the large variables that are live behind an await, each once. A function that is no flat state machine keeps its
// variables on a stack, and none is reported.
func (c *code) largeIn(pass *analysis.Pass, src *statemachine.Source, seen map[*types.Var]bool) {
	m, err := statemachine.Build(src)
	if err != nil {
		return
	}
	for _, op := range m.Ops {
		if op.Kind != statemachine.OpAwait {
			continue
		}
		for _, v := range op.Live {
			obj, ok := v.Obj, v.Obj != nil
			if !ok || seen[obj] {
				continue
			}
			size := c.size(v.Type)
			if size < largeBytes {
				continue
			}
			seen[obj] = true
			await := op.Stmt
			d := analysis.Diagnostic{
				Pos: obj.Pos(), End: obj.Pos() + 1,
				Message: fmt.Sprintf("%s lives across the %s at line %d and takes %d bytes of every call that waits there; keep a pointer or a slice, or get it behind the %[2]s",
					obj.Name(), waits(op), c.line(await.Pos()), size),
				Related: []analysis.RelatedInformation{{Pos: await.Pos(), End: await.End(), Message: "the " + waits(op)}},
			}
			report(pass, d)
		}
	}
}

// waits is what an operation that suspends is called.
func waits(op *statemachine.Op) string {
	switch op.Await {
	case statemachine.AwaitReceive:
		return "receive"
	case statemachine.AwaitSend:
		return "send"
	case statemachine.AwaitSelect:
		return "select"
	}
	return "await"
}
