package rewrite

// This file emits expressions: copies of the source's, with variables that moved, awaits that became results, and statements
// that leave the function or defer a call replaced.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// expr copies an expression of the source with everything replaced that has to be.
func (e *emitter) expr(x ast.Expr) dst.Expr { return e.tf.plain(x, e.subst) }

// substConst replaces the names of renamed constants.
func (e *emitter) substConst(n ast.Node) dst.Node {
	id, ok := n.(*ast.Ident)
	if !ok {
		return nil
	}
	obj := e.tf.info.Defs[id]
	if obj == nil {
		obj = e.tf.info.Uses[id]
	}
	if name := e.renamed[obj]; name != "" && obj != nil {
		return dst.NewIdent(name)
	}
	return nil
}

// substHoisted is substConst for a declaration that moves to the head. Of a variable the type alone matters there, as in unsafe.Sizeof(v) or
// len(array).
func (e *emitter) substHoisted(n ast.Node) dst.Node {
	if id, ok := n.(*ast.Ident); ok {
		if v, ok := e.tf.info.Uses[id].(*types.Var); ok && e.fl.outer.Declares(v) {
			return e.constant(v.Type())
		}
	}
	return e.substConst(n)
}

// constant is an expression of a type in which no function is called, so that constants may refer to it.
func (e *emitter) constant(t types.Type) dst.Expr {
	var zero dst.Expr = dst.NewIdent("nil")
	switch u := t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return &dst.CompositeLit{Type: e.localTyp(t)}
	case *types.Basic:
		if u.Kind() != types.UnsafePointer {
			zero = e.zero(t)
		}
	}
	return call(&dst.ParenExpr{X: e.localTyp(t)}, zero)
}

// subst says what stands for a node of the source; nil for a plain copy.
func (e *emitter) subst(n ast.Node) dst.Node {
	outer := e.here
	e.here = n.Pos()
	defer func() { e.here = outer }()
	if x, ok := n.(ast.Expr); ok {
		if v := e.m.Subst[x]; v != nil {
			return e.value(v)
		}
	}
	return e.substText(n)
}

// substText is subst for a node that still has its text, also if a value stands for it from here on.
func (e *emitter) substText(n ast.Node) dst.Node {
	switch n := n.(type) {
	case *ast.Ident:
		return e.ident(n)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			if v := e.boxedVar(n.X); v != nil {
				return e.pointer(v)
			}
		}
	case *ast.SelectorExpr:
		if v := e.boxedVar(n.X); v != nil && autoDeref(v.Type) {
			return sel(e.pointer(v), n.Sel.Name)
		}
	case *ast.CallExpr:
		return e.call(n)
	case *ast.FuncLit:
		return e.literal(n)
	case ast.Stmt:
		return e.substStmt(n)
	}
	return nil
}

// ident replaces a variable that moved, and a constant whose name was taken. It gives nil for everything else.
func (e *emitter) ident(id *ast.Ident) dst.Node {
	obj := e.tf.info.Uses[id]
	if obj == nil {
		return nil
	}
	if v := e.m.ByObj[obj]; v != nil {
		return e.ref(v)
	}
	return e.substConst(id)
}

// place is where the variable is kept: f.x or x. For one with a box that is the pointer to it.
func (e *emitter) place(v *statemachine.Var) dst.Expr {
	if name := e.names[v]; name != "" {
		return dst.NewIdent(name)
	}
	return e.field(v)
}

// pointer is the pointer to a variable with a box.
func (e *emitter) pointer(v *statemachine.Var) dst.Expr {
	if e.literals > 0 && e.aliases[v] != "" {
		return dst.NewIdent(e.aliases[v])
	}
	return e.place(v)
}

// ref is the variable itself, to be read or set.
func (e *emitter) ref(v *statemachine.Var) dst.Expr {
	if v.Boxed {
		return deref(e.pointer(v))
	}
	return e.pointer(v)
}

// boxedVar gives the variable with a box that x names; nil for every other expression.
func (e *emitter) boxedVar(x ast.Expr) *statemachine.Var {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return nil
	}
	obj := e.tf.info.Uses[id]
	if obj == nil {
		return nil
	}
	if v := e.m.ByObj[obj]; v != nil && v.Boxed {
		return v
	}
	return nil
}

// autoDeref reports whether a selector on a pointer to a variable of the type means the same as one on the variable.
func autoDeref(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface:
		return false
	}
	return true
}

// value is what an expression has become, where it has one value.
func (e *emitter) value(v *statemachine.Value) dst.Expr {
	if v.Promise == nil {
		return e.ref(v.Vars[0])
	}
	p := e.ref(v.Promise)
	switch v.Get {
	case statemachine.Get2, statemachine.Get3, statemachine.Get4:
		n := fmt.Sprint(int(v.Get-statemachine.Get2) + 2)
		if _, promise := v.Promise.Type.(*types.Pointer); !promise {
			return call(e.tf.async("Spread"+n), call(sel(p, "Get")))
		}
		return call(e.tf.async("Get"+n), p)
	case statemachine.GetRecv:
		return call(e.tf.async("Taken"), p)
	case statemachine.GetRecv2:
		return call(e.tf.async("Taken2"), p)
	case statemachine.GetIndex:
		return call(e.tf.async("Chosen"), p)
	}
	return call(sel(p, "Get"))
}

// values are the temporaries that hold a tuple; nil if x is something else.
func (e *emitter) values(x ast.Expr) (xs []dst.Expr) {
	v := e.m.Subst[ast.Unparen(x)]
	if v == nil || v.Promise != nil || len(v.Vars) < 2 {
		return nil
	}
	for _, t := range v.Vars {
		xs = append(xs, e.ref(t))
	}
	return xs
}

// call replaces calls that start async blocks, calls with a tuple that has become temporaries, and recover in a deferred block.
func (e *emitter) call(c *ast.CallExpr) dst.Node {
	if x := e.blockCall(c); x != nil {
		return x
	}
	if len(c.Args) == 1 {
		if xs := e.values(c.Args[0]); xs != nil {
			return &dst.CallExpr{Fun: e.expr(c.Fun), Args: xs}
		}
	}
	if e.unwinder != "" && e.literals == 0 && e.isRecover(c) {
		return call(sel(sel(dst.NewIdent(e.self), e.unwinder), "Recover"))
	}
	return nil
}

func (e *emitter) isRecover(c *ast.CallExpr) bool {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := e.tf.info.Uses[id].(*types.Builtin)
	return ok && b.Name() == "recover"
}

// literal copies a function literal. It refers to variables of the frame by the names that the operation gave them.
func (e *emitter) literal(lit *ast.FuncLit) dst.Node {
	e.literals++
	defer func() { e.literals-- }()
	return e.tf.copyInner(lit, e.subst)
}

// captured lists the variables that function literals in the nodes refer to, in the order of the variables.
func (e *emitter) captured(nodes ...ast.Node) (vs []*statemachine.Var) {
	found := map[*statemachine.Var]bool{}
	var walk func(n ast.Node, inside bool)
	walk = func(n ast.Node, inside bool) {
		ast.Inspect(n, func(c ast.Node) bool {
			if x, ok := c.(ast.Expr); ok && c != n && e.m.Subst[x] != nil {
				return false // lifted: it is not emitted here
			}
			switch c := c.(type) {
			case *ast.FuncLit:
				if c == n {
					return true
				}
				if inside || e.fl.blocks[c] == nil || !e.startsDirectly(c, n) {
					walk(c, true)
				}
				return false
			case *ast.Ident:
				if inside {
					if v := e.m.ByObj[e.tf.info.Uses[c]]; v != nil {
						found[v] = true
					}
				}
			}
			return true
		})
	}
	for _, n := range nodes {
		_, inside := n.(*ast.FuncLit)
		walk(n, inside)
	}
	if len(found) == 0 {
		return nil // mostly
	}
	for _, v := range e.m.Vars {
		if found[v] {
			vs = append(vs, v)
		}
	}
	return vs
}

// startsDirectly reports whether the block is started where it stands, so that its variables are passed at once.
func (e *emitter) startsDirectly(lit *ast.FuncLit, root ast.Node) (direct bool) {
	if e.fl.blocks[lit].later {
		return false
	}
	ast.Inspect(root, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && e.tf.pkg.blockLiteral(c) == lit {
			direct = e.tf.pkg.asyncFunc(c.Fun) == "Start" || e.fl.beginsIn(c, lit)
		}
		return true
	})
	return direct
}

// nilable reports whether nil is the zero value of the type.
func nilable(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	}
	return false
}

func isStringType(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// zero is the zero value of a type.
func (e *emitter) zero(t types.Type) dst.Expr { return e.zeroAt(t, e.localTyp) }

// zeroAt is the zero value of a type where types are spelled so.
func (e *emitter) zeroAt(t types.Type, spell func(types.Type) dst.Expr) dst.Expr {
	if nilable(t) {
		return dst.NewIdent("nil")
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); !ok {
		switch u := t.Underlying().(type) {
		case *types.Basic:
			switch {
			case u.Info()&types.IsString != 0:
				return &dst.BasicLit{Kind: token.STRING, Value: `""`}
			case u.Info()&types.IsBoolean != 0:
				return dst.NewIdent("false")
			case u.Info()&types.IsNumeric != 0:
				return intLit(0)
			}
		case *types.Struct, *types.Array:
			return &dst.CompositeLit{Type: spell(t)}
		}
	}
	if e.fl.hidden["new"] {
		return call(index(e.tf.async("Zero"), []dst.Expr{spell(t)}))
	}
	return star(call(dst.NewIdent("new"), spell(t)))
}

// builtin is a predeclared function at the place of an operation.
func (e *emitter) builtin(name string) dst.Expr {
	if e.runNames[name] {
		e.fl.cannotUse(name)
	}
	return dst.NewIdent(name)
}

// not negates a condition of the source. Only floating-point numbers are neither less nor greater nor equal.
func (e *emitter) not(x ast.Expr, cond dst.Expr) dst.Expr {
	c, ok := cond.(*dst.BinaryExpr)
	var b *ast.BinaryExpr
	isBinary := false
	if x != nil {
		b, isBinary = ast.Unparen(x).(*ast.BinaryExpr)
	}
	if !ok || !isBinary || c.Op != b.Op {
		return not(cond)
	}
	inverse := map[token.Token]token.Token{token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR}
	basic, ok := statemachine.Core(e.tf.info.TypeOf(b.X)).(*types.Basic)
	if op, found := inverse[c.Op]; found && ok && basic.Info()&(types.IsInteger|types.IsString) != 0 {
		c.Op = op
		return c
	}
	return not(cond)
}

// not negates a condition.
func not(x dst.Expr) dst.Expr {
	switch c := x.(type) {
	case *dst.ParenExpr:
		return not(c.X)
	case *dst.UnaryExpr:
		if c.Op == token.NOT {
			return c.X
		}
	case *dst.BinaryExpr:
		switch c.Op {
		case token.EQL:
			c.Op = token.NEQ
			return c
		case token.NEQ:
			c.Op = token.EQL
			return c
		}
		return &dst.UnaryExpr{Op: token.NOT, X: &dst.ParenExpr{X: x}}
	}
	return &dst.UnaryExpr{Op: token.NOT, X: x}
}
