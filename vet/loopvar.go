package vet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// LoopVar finds async blocks that capture a variable which all iterations of a loop share.
var LoopVar = &analysis.Analyzer{
	Name: "loopvar",
	Doc: `find loop variables of Go before 1.22 that async blocks and callbacks capture

In files whose language version is older than Go 1.22, by their module's go line or a //go:build line, all iterations of a loop have
the same variables. A block or callback that runs on after the iteration sees what they hold by then:

	for _, id := range ids {
		ps = append(ps, async.Start(ctx, func(ctx context.Context) (User, error) {
			return async.Await(FetchUserAsync(ctx, id))     // perhaps the last id
		}))
	}

A copy inside the loop, id := id, gives each iteration its own; so does a newer language version. A block that is awaited where it is
started is fine.

The fix makes the copy, unless the body of the loop changes the variable.`,
	URL:      url("loopvar"),
	Requires: []*analysis.Analyzer{codeAnalyzer},
	Run:      runLoopVar,
}

// takesLater are the functions of package async that call a function they are given when the statement may be over.
var takesLater = map[string]bool{
	"Start": true, "Go": true, "Map": true, "MapAsync": true, "Then": true, "Catch": true, "Finally": true,
	"Group.Go": true, "Group.GoAsync": true, "Loop.Post": true, "Pool.Post": true,
}

func runLoopVar(pass *analysis.Pass) (any, error) {
	c := codeOf(pass)
	for _, file := range c.files {
		v := pass.TypesInfo.FileVersions[file]
		if v == "" {
			v = pass.Pkg.GoVersion()
		}
		if v == "" || version.Compare(v, "go1.22") >= 0 {
			continue
		}
		ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !takesLater[asyncName(c.callee(call))] {
				return true
			}
			for _, arg := range call.Args {
				if lit, ok := ast.Unparen(arg).(*ast.FuncLit); ok {
					c.captures(pass, lit, version.Lang(v), stack)
				}
			}
			return true
		})
	}
	return nil, nil
}

// captures reports the loop variables that a literal captures.
func (c *code) captures(pass *analysis.Pass, lit *ast.FuncLit, lang string, stack []ast.Node) {
	shared := c.sharedVars(stack)
	if len(shared) == 0 {
		return
	}
	var vars []types.Object
	var places []*ast.Ident
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if obj := pass.TypesInfo.Uses[id]; shared[obj] != nil && !slices.Contains(vars, obj) {
				vars, places = append(vars, obj), append(places, id)
			}
		}
		return true
	})
	fixed := map[*ast.BlockStmt]bool{}
	for i, obj := range vars {
		d := analysis.Diagnostic{
			Pos: places[i].Pos(), End: places[i].End(),
			Message: fmt.Sprintf("%s is one variable for all iterations of the loop in %s, and this runs on after the iteration; write %[1]s := %[1]s in the loop",
				obj.Name(), lang),
			Related: []analysis.RelatedInformation{{Pos: obj.Pos(), Message: "the variable of the loop"}},
		}
		if body := shared[obj]; !fixed[body] {
			fixed[body] = true
			d.SuggestedFixes = c.copyFix(body, slices.DeleteFunc(slices.Clone(vars), func(v types.Object) bool { return shared[v] != body }))
		}
		report(pass, d)
	}
}

// copyFix copies variables at the beginning of the body of a loop, those that it does not change.
func (c *code) copyFix(body *ast.BlockStmt, vars []types.Object) []analysis.SuggestedFix {
	var names []string
	for _, v := range vars {
		if !c.changes(body, v) {
			names = append(names, v.Name())
		}
	}
	if len(names) == 0 {
		return nil
	}
	list := strings.Join(names, ", ")
	return []analysis.SuggestedFix{{
		Message:   "Copy " + list + " in each iteration",
		TextEdits: []analysis.TextEdit{insert(body.Lbrace+1, fmt.Sprintf("\n%s := %[1]s", list))},
	}}
}

// sharedVars are the variables of the loops around a call that outlives an iteration, with the bodies of the loops.
func (c *code) sharedVars(stack []ast.Node) map[types.Object]*ast.BlockStmt {
	shared := map[types.Object]*ast.BlockStmt{}
	add := func(body *ast.BlockStmt, xs ...ast.Expr) {
		for _, x := range xs {
			if id, ok := x.(*ast.Ident); ok {
				if obj := c.pass.TypesInfo.Defs[id]; obj != nil {
					shared[obj] = body
				}
			}
		}
	}
	for i := len(stack) - 1; i >= 0; i-- {
		switch s := stack[i].(type) {
		case *ast.CallExpr:
			if c.view.Marker(s) != "" {
				return nil // awaited at once
			}
		case *ast.RangeStmt:
			if s.Tok == token.DEFINE {
				add(s.Body, s.Key, s.Value)
			}
		case *ast.ForStmt:
			if init, ok := s.Init.(*ast.AssignStmt); ok && init.Tok == token.DEFINE {
				add(s.Body, init.Lhs...)
			}
		}
	}
	return shared
}

// changes reports whether code assigns to a variable or takes its address.
func (c *code) changes(body ast.Node, obj types.Object) (found bool) {
	is := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && c.pass.TypesInfo.ObjectOf(id) == obj
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				found = found || is(x)
			}
		case *ast.IncDecStmt:
			found = found || is(n.X)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && is(n.X)
		case *ast.RangeStmt:
			found = found || n.Key != nil && is(n.Key) || n.Value != nil && is(n.Value)
		}
		return !found
	})
	return found
}
