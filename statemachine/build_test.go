package statemachine

import (
	"go/ast"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A fault of the package comes out of Build as it is.
func TestBuildPanics(t *testing.T) {
	src := &Source{
		Info: &types.Info{}, Pkg: types.NewPackage("p", "p"), Type: &ast.FuncType{},
		Body: &ast.BlockStmt{List: []ast.Stmt{&ast.ReturnStmt{}}}, facts: &facts{suspends: map[ast.Node]bool{}},
		Commented: func(*ast.BranchStmt) bool { return false },
	}
	_, err := Build(src)
	assert.NoError(t, err)
	src.Body.List = []ast.Stmt{&ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent("f")}}}
	src.Arity = func(*ast.CallExpr) int { panic("a fault") }
	assert.PanicsWithValue(t, "a fault", func() { _, _ = Build(src) })
	src.Arity = func(*ast.CallExpr) int { panic(&Unsupported{token.NoPos, "not possible"}) }
	_, err = Build(src)
	assert.EqualError(t, err, "not possible")
}
