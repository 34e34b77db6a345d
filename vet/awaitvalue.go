package vet

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/goawait/goawait/rewrite"
)

// AwaitValue finds awaits that goawait cannot see.
var AwaitValue = &analysis.Analyzer{
	Name: "awaitvalue",
	Doc: `find await markers that are stored, and calls that only look like one

goawait turns calls of async.Await and its kin into suspensions where it sees them. A marker that was stored in a variable, passed on
or wrapped is the blocking form:

	await := async.Await[int]
	n, err := await(p)                // blocks
	n, err := async.Await(p)          // suspends

Reported are markers that are not called, in every function, and in async functions calls of something else by the name of a
marker (await, Await, Await2, …) with a promise.`,
	URL:      url("awaitvalue"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runAwaitValue,
}

var markerNames = map[string]bool{"Await": true, "Await2": true, "Await3": true, "Await4": true}

func runAwaitValue(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, file := range c.files {
		called := map[*ast.Ident]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if id := calleeIdent(n.Fun); id != nil {
					called[id] = true
				}
			case *ast.Ident:
				fn, ok := pass.TypesInfo.Uses[n].(*types.Func)
				if ok && !called[n] && markerNames[asyncName(fn)] {
					report(pass, analysis.Diagnostic{
						Pos: n.Pos(), End: n.End(),
						Message: fmt.Sprintf("async.%s as a value is the blocking form, which goawait does not turn into an await; call it where you await: v, err := async.%[1]s(p)", fn.Name()),
					})
				}
			}
			return true
		})
	}
	for _, f := range c.funcs {
		c.walkAsync(f, func(n ast.Node, stack []ast.Node) {
			call, ok := n.(*ast.CallExpr)
			if !ok || !c.falseAwait(call) {
				return
			}
			id := calleeIdent(call.Fun)
			d := analysis.Diagnostic{
				Pos: call.Pos(), End: call.End(),
				Message: fmt.Sprintf("%s is not the await marker of package async, so this blocks the loop; write async.%s(%s)",
					c.text(call.Fun), markerName(id.Name), c.text(call.Args[0])),
			}
			if obj := pass.TypesInfo.Uses[id]; obj != nil && obj.Pkg() == pass.Pkg {
				d.Related = []analysis.RelatedInformation{{Pos: obj.Pos(), Message: id.Name + " is declared here"}}
			}
			report(pass, d)
		})
	}
	return nil, nil
}

// falseAwait reports whether a call looks like an await without being one: by its name and by a promise as its argument.
func (c *code) falseAwait(call *ast.CallExpr) bool {
	id := calleeIdent(call.Fun)
	if id == nil || len(call.Args) == 0 || !markerNames[markerName(id.Name)] || c.view.Marker(call) != "" {
		return false
	}
	if _, annotated := c.twin(c.callee(call)); annotated {
		return false
	}
	t := c.pass.TypesInfo.TypeOf(call.Args[0])
	return isAwaitable(t) && !isPromise(c.pass.TypesInfo.TypeOf(call))
}

// markerName is the name of the marker that a name is taken for.
func markerName(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func isAsyncPackage(p *types.Package) bool { return p.Path() == rewrite.AsyncPath }
