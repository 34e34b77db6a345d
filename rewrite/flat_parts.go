package rewrite

// This file emits the operations of switch, select, range and defer statements.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// switchOp emits a switch whose clauses with suspensions jump to their bodies.
func (e *emitter) switchOp(op *statemachine.Op) []dst.Stmt {
	body := e.clauses(op.Stmt)
	used, name := false, e.switchVar(op)
	for i, c := range clauseList(op.Stmt) {
		c := c.(*ast.CaseClause)
		out := &dst.CaseClause{}
		for _, x := range c.List {
			out.List = append(out.List, e.expr(x))
		}
		obj := e.tf.info.Implicits[c]
		if op.Clauses[i] == nil {
			out.Body = e.tf.stmts(c.Body, e.subst)
			used = used || obj != nil && e.refersTo(c, obj)
		} else {
			for _, v := range op.Binds[i] {
				used = true
				t, box := e.define(v)
				out.Body = append(out.Body, box...)
				out.Body = append(out.Body, assign(t, dst.NewIdent(name)))
			}
			out.Body = append(out.Body, e.goTo(op.Clauses[i]))
		}
		onLines(out.Body...)
		e.clauseDecs(out, c, len(out.Body) == 0, op.Clauses[i] == nil)
		body.List = append(body.List, out)
	}
	switch op.Stmt.(type) {
	case *ast.TypeSwitchStmt:
		assert := &dst.TypeAssertExpr{X: e.expr(op.X)}
		out := &dst.TypeSwitchStmt{Body: body, Assign: &dst.ExprStmt{X: assert}}
		if used {
			out.Assign = define([]string{name}, assert)
		}
		return []dst.Stmt{out}
	default:
		out := &dst.SwitchStmt{Body: body}
		if op.X != nil {
			out.Tag = e.expr(op.X)
		}
		return []dst.Stmt{out}
	}
}

// switchVar is the name of the variable of a type switch; "" if it has none. It does not hide a type that the clauses may mention.
func (e *emitter) switchVar(op *statemachine.Op) string {
	s, ok := op.Stmt.(*ast.TypeSwitchStmt)
	if !ok {
		return ""
	}
	a, ok := s.Assign.(*ast.AssignStmt)
	if !ok {
		return ""
	}
	name := a.Lhs[0].(*ast.Ident).Name
	if e.spells(name) {
		name = e.tf.freshIn(e.fl.f, name)
		for _, c := range s.Body.List {
			if obj := e.tf.info.Implicits[c]; obj != nil && e.m.ByObj[obj] == nil {
				e.renamed[obj] = name
			}
		}
	}
	return name
}

// clauseDecs keeps the comments at a clause: those at its end, which are otherwise of its body, if that is empty, and those behind the colon
// if its body is here.
func (e *emitter) clauseDecs(out dst.Node, c ast.Node, empty, here bool) {
	d := out.Decorations()
	d.Before = dst.NewLine
	from := e.tf.nodes[c]
	if from == nil {
		return
	}
	d.Before = max(d.Before, from.Decorations().Before)
	d.Start = append(d.Start, from.Decorations().Start...)
	if empty {
		d.End = append(d.End, from.Decorations().End...)
	}
	if from, to := colonDecs(from), colonDecs(out); here && from != nil {
		*to = slices.Clone(*from)
	}
}

func colonDecs(clause dst.Node) *dst.Decorations {
	switch c := clause.(type) {
	case *dst.CaseClause:
		return &c.Decs.Colon
	case *dst.CommClause:
		return &c.Decs.Colon
	}
	return nil
}

// clauses is the body of the statement that becomes of a switch or select, with the comments behind the opening brace of that.
func (e *emitter) clauses(s ast.Stmt) *dst.BlockStmt {
	out := &dst.BlockStmt{}
	if from, ok := e.tf.nodes[clauseBlock(s)].(*dst.BlockStmt); ok {
		out.Decs.Lbrace = slices.Clone(from.Decs.Lbrace)
	}
	return out
}

func (e *emitter) refersTo(n ast.Node, obj types.Object) (found bool) {
	ast.Inspect(n, func(c ast.Node) bool {
		if id, ok := c.(*ast.Ident); ok && e.tf.info.Uses[id] == obj {
			found = true
		}
		return !found
	})
	return found
}

// selectOp emits a select with default, or the switch over the case that a waiting select has chosen.
func (e *emitter) selectOp(op *statemachine.Op) []dst.Stmt {
	if op.Comm.Promise == nil {
		return e.nativeSelect(op)
	}
	out := &dst.SwitchStmt{Tag: call(e.tf.async("Chosen"), e.ref(op.Comm.Promise)), Body: e.clauses(op.Stmt)}
	for i, c := range clauseList(op.Stmt) {
		c := c.(*ast.CommClause)
		clause := &dst.CaseClause{List: []dst.Expr{intLit(i)}}
		received := func(t types.Type) []dst.Expr { // with an ok of type t
			ok := dst.Expr(sel(e.ref(op.Comm.Cases[i]), "OK"))
			if ownBool(t) {
				ok = call(e.localTyp(t), ok)
			}
			return []dst.Expr{sel(e.ref(op.Comm.Cases[i]), "Value"), ok}
		}
		if op.Clauses[i] != nil {
			s := &dst.AssignStmt{Tok: token.ASSIGN}
			for j, v := range op.Binds[i] {
				if v != nil {
					s.Lhs, s.Rhs = append(s.Lhs, e.ref(v)), append(s.Rhs, received(v.Type)[j])
				}
			}
			if len(s.Lhs) > 0 {
				clause.Body = append(clause.Body, s)
			}
			clause.Body = append(clause.Body, e.goTo(op.Clauses[i]))
		} else {
			if a, ok := c.Comm.(*ast.AssignStmt); ok {
				n := len(a.Lhs)
				s := &dst.AssignStmt{Tok: a.Tok, Rhs: received(e.tf.info.TypeOf(a.Lhs[n-1]))[:n]}
				for _, x := range a.Lhs {
					if id, ok := x.(*ast.Ident); ok && a.Tok == token.DEFINE {
						s.Lhs = append(s.Lhs, dst.NewIdent(id.Name))
						continue
					}
					t, _ := e.target(x)
					s.Lhs = append(s.Lhs, t)
				}
				clause.Body = append(clause.Body, s)
			}
			clause.Body = append(clause.Body, e.tf.stmts(c.Body, e.subst)...)
		}
		onLines(clause.Body...)
		e.clauseDecs(clause, c, len(clause.Body) == 0, op.Clauses[i] == nil)
		out.Body.List = append(out.Body.List, clause)
	}
	return []dst.Stmt{out}
}

// nativeSelect emits a select with a default clause.
func (e *emitter) nativeSelect(op *statemachine.Op) []dst.Stmt {
	out := &dst.SelectStmt{Body: e.clauses(op.Stmt)}
	for i, c := range clauseList(op.Stmt) {
		c := c.(*ast.CommClause)
		clause := &dst.CommClause{}
		if op.Clauses[i] == nil {
			if c.Comm != nil {
				clause.Comm = e.tf.stmt(c.Comm, e.subst)
			}
			clause.Body = e.tf.stmts(c.Body, e.subst)
		} else {
			clause.Comm = e.commTo(c.Comm, op.Binds[i])
			clause.Body = []dst.Stmt{e.goTo(op.Clauses[i])}
		}
		onLines(clause.Body...)
		e.clauseDecs(clause, c, len(clause.Body) == 0, op.Clauses[i] == nil)
		out.Body.List = append(out.Body.List, clause)
	}
	return []dst.Stmt{out}
}

// commTo is a communication that receives into variables; nil for a blank one.
func (e *emitter) commTo(comm ast.Stmt, to []*statemachine.Var) dst.Stmt {
	a, ok := comm.(*ast.AssignStmt)
	if !ok {
		if comm == nil {
			return nil
		}
		return e.tf.stmt(comm, e.subst)
	}
	s := &dst.AssignStmt{Tok: token.ASSIGN, Rhs: []dst.Expr{e.expr(a.Rhs[0])}}
	for _, v := range to {
		if v == nil {
			s.Lhs = append(s.Lhs, dst.NewIdent("_"))
			continue
		}
		s.Lhs = append(s.Lhs, e.ref(v))
	}
	return s
}

// comm makes the case object of a clause. If the variable has one already, that is of a select that is over.
func (e *emitter) comm(op *statemachine.Op) []dst.Stmt {
	var args []dst.Expr
	switch c := op.Comm.Stmt.Body.List[op.Index].(*ast.CommClause).Comm.(type) {
	case *ast.SendStmt:
		args = []dst.Expr{e.expr(c.Chan), e.expr(c.Value)}
	case *ast.ExprStmt:
		args = []dst.Expr{e.expr(ast.Unparen(c.X).(*ast.UnaryExpr).X)}
	case *ast.AssignStmt:
		args = []dst.Expr{e.expr(ast.Unparen(c.Rhs[0]).(*ast.UnaryExpr).X)}
	}
	v := op.Vars[0]
	return []dst.Stmt{assign(e.ref(v), call(sel(e.ref(v), "Again"), args...))}
}

// rangeOp emits a step of a range loop.
func (e *emitter) rangeOp(op *statemachine.Op) []dst.Stmt {
	r := op.Range
	switch op.Step {
	case statemachine.RangeInit:
		return e.rangeInit(op, r)
	case statemachine.RangeTest:
		return e.rangeTest(op, r)
	case statemachine.RangeBind:
		return e.rangeBind(r)
	}
	return e.rangeNext(r)
}

func (e *emitter) rangeInit(op *statemachine.Op, r *statemachine.Range) (out []dst.Stmt) {
	set := func(v *statemachine.Var, x dst.Expr) { out = append(out, assign(e.ref(v), x)) }
	for _, v := range []*statemachine.Var{r.Key, r.Value} {
		if r.SharedBox(v) {
			_, box := e.define(v)
			out = append(out, box...)
		}
	}
	switch r.Kind {
	case statemachine.RangeMap:
		set(r.Over, call(e.tf.async("RangeMap"), e.expr(op.X)))
		return out
	case statemachine.RangeInt:
		if r.Limit != nil {
			set(r.Limit, e.expr(op.X))
		}
		set(r.Index, intLit(0))
		return out
	case statemachine.RangeSeq:
		if r.OverMap() {
			set(r.Over, call(e.tf.async("RangeMap"), e.expr(op.X)))
			return out
		}
	}
	switch {
	case r.Over != nil:
		set(r.Over, e.expr(op.X))
	case e.m.Evaluates(r): // a mere name, too, so that its variable is used
		out = append(out, assign(dst.NewIdent("_"), e.expr(op.X)))
	}
	length := func() dst.Expr { return call(e.builtin("len"), e.ref(r.Over)) }
	switch {
	case r.Seq == "slices.Backward":
		set(r.Index, &dst.BinaryExpr{X: length(), Op: token.SUB, Y: intLit(1)})
	default:
		if r.Limit != nil {
			set(r.Limit, length())
		}
		if r.Index != nil {
			set(r.Index, intLit(0))
		}
	}
	return out
}

func (e *emitter) rangeTest(op *statemachine.Op, r *statemachine.Range) []dst.Stmt {
	binary := func(x dst.Expr, o token.Token, y dst.Expr) dst.Expr { return &dst.BinaryExpr{X: x, Op: o, Y: y} }
	switch {
	case r.Kind == statemachine.RangeChan:
		var out, after []dst.Stmt
		s := &dst.AssignStmt{Tok: token.ASSIGN, Rhs: []dst.Expr{call(e.tf.async("Taken2"), e.ref(r.Promise))}}
		switch {
		case r.Key == nil:
			s.Lhs = append(s.Lhs, dst.NewIdent("_"))
		case r.Got != nil:
			s.Lhs = append(s.Lhs, e.ref(r.Got))
			after = append(after, assign(e.ref(r.Key), e.ref(r.Got)))
		default:
			t, box := e.define(r.Key)
			out = append(out, box...)
			s.Lhs = append(s.Lhs, t)
		}
		s.Lhs = append(s.Lhs, e.ref(r.OK))
		return append(append(out, s, e.jumpIf(not(e.ref(r.OK)), op.Target)), after...)
	case r.OverMap():
		return []dst.Stmt{e.jumpIf(not(call(sel(e.ref(r.Over), "Next"))), op.Target)}
	case r.Kind == statemachine.RangeString:
		return []dst.Stmt{e.jumpIf(binary(e.ref(r.Index), token.GEQ, call(e.builtin("len"), e.ref(r.Over))), op.Target)}
	case r.Kind == statemachine.RangeArray || r.Kind == statemachine.RangeArrayPtr:
		return []dst.Stmt{e.jumpIf(binary(e.ref(r.Index), token.GEQ, intLit(e.arrayLen(r))), op.Target)}
	case r.Seq == "slices.Backward":
		return []dst.Stmt{e.jumpIf(binary(e.ref(r.Index), token.LSS, intLit(0)), op.Target)}
	case r.Limit == nil: // a constant
		return []dst.Stmt{e.jumpIf(binary(e.ref(r.Index), token.GEQ, e.operand(r.X)), op.Target)}
	}
	return []dst.Stmt{e.jumpIf(binary(e.ref(r.Index), token.GEQ, e.ref(r.Limit)), op.Target)}
}

func (e *emitter) arrayLen(r *statemachine.Range) int {
	t := statemachine.Core(e.tf.info.TypeOf(r.X))
	if p, ok := t.(*types.Pointer); ok {
		t = statemachine.Core(p.Elem())
	}
	return int(t.(*types.Array).Len())
}

// iteration gives the target for an iteration variable, and the statement that makes its box.
func (e *emitter) iteration(r *statemachine.Range, v *statemachine.Var) (dst.Expr, []dst.Stmt) {
	if r.SharedBox(v) {
		return e.ref(v), nil
	}
	return e.define(v)
}

// rangeBind sets the iteration variables.
func (e *emitter) rangeBind(r *statemachine.Range) (out []dst.Stmt) {
	s := &dst.AssignStmt{Tok: token.ASSIGN}
	set := func(v *statemachine.Var, x dst.Expr) {
		if v == nil {
			return
		}
		t, box := e.iteration(r, v)
		out = append(out, box...)
		s.Lhs, s.Rhs = append(s.Lhs, t), append(s.Rhs, x)
	}
	switch {
	case r.Kind == statemachine.RangeString:
		if r.Key != nil && r.Key != r.Index {
			set(r.Key, e.ref(r.Index))
			out = append(out, s)
			s = &dst.AssignStmt{Tok: token.ASSIGN}
		}
		if r.Value == nil {
			s.Lhs = append(s.Lhs, dst.NewIdent("_"))
		} else {
			t, box := e.iteration(r, r.Value)
			out = append(out, box...)
			s.Lhs = append(s.Lhs, t)
		}
		s.Lhs = append(s.Lhs, e.ref(r.Width))
		var over dst.Expr = e.ref(r.Over)
		if !types.Identical(types.Default(r.Over.Type), types.Typ[types.String]) {
			over = call(e.builtin("string"), over)
		}
		s.Rhs = append(s.Rhs, call(e.tf.async("NextRune"), over, e.ref(r.Index)))
		return append(out, s)
	case r.OverMap():
		key, value := call(sel(e.ref(r.Over), "Key")), call(sel(e.ref(r.Over), "Value"))
		if r.Seq == "maps.Values" {
			key = value
		}
		set(r.Key, key)
		set(r.Value, value)
	default:
		elem := func() dst.Expr { return &dst.IndexExpr{X: e.ref(r.Over), Index: e.ref(r.Index)} }
		switch {
		case r.Seq == "slices.Values":
			if r.Key != nil {
				set(r.Key, elem())
			}
		default:
			if r.Key != nil && r.Key != r.Index {
				set(r.Key, e.ref(r.Index))
			}
			if r.Value != nil {
				set(r.Value, elem())
			}
		}
	}
	if len(s.Lhs) == 0 {
		return nil
	}
	return append(out, s)
}

func (e *emitter) rangeNext(r *statemachine.Range) []dst.Stmt {
	switch {
	case r.Index == nil:
		return nil
	case r.Kind == statemachine.RangeString:
		return []dst.Stmt{assign(e.ref(r.Index), e.ref(r.Width))}
	case r.Seq == "slices.Backward":
		return []dst.Stmt{&dst.IncDecStmt{X: e.ref(r.Index), Tok: token.DEC}}
	}
	return []dst.Stmt{&dst.IncDecStmt{X: e.ref(r.Index), Tok: token.INC}}
}

// deferStmt emits a defer statement: function and arguments are evaluated, the call is kept. It is made by a real defer
// statement, so that recover works in it, which package async has for a function without parameters and results:
//
//	f.defers.DeferFunc(f.cancel)
//	{
//		file, arg := f.file, f.n
//		f.defers.Defer(func(u *async.Unwinder) {
//			defer file.Seek(arg, 0)
//			u.Raise()
//		})
//	}
//
// A call that starts a block, as of Start, is kept likewise: with defer fooBlock(ctx, …) in the literal.
func (e *emitter) deferStmt(s *ast.DeferStmt) []dst.Stmt {
	lit, _ := ast.Unparen(s.Call.Fun).(*ast.FuncLit)
	if lit != nil && e.fl.blocks[lit] != nil {
		return e.deferBlock(s, lit)
	}
	if e.tf.pkg.marker(s.Call) != "" {
		return []dst.Stmt{&dst.ExprStmt{X: e.deferAwait(s.Call)}}
	}
	if e.isPlain(s.Call.Fun) {
		return []dst.Stmt{&dst.ExprStmt{X: call(e.deferring("DeferFunc"), e.deferredFunc(s.Call.Fun, lit))}}
	}
	var k keeper
	if b := e.fl.blocks[e.tf.pkg.blockLiteral(s.Call)]; b != nil {
		c := e.laterBlockCall(s.Call, b.lit, func(x dst.Expr, hint string) dst.Expr { return e.keepValue(&k, x, hint) })
		return e.deferred(k.stmts(), c)
	}
	c := &dst.CallExpr{Ellipsis: s.Call.Ellipsis.IsValid()}
	keepFun := func() {
		switch {
		case lit != nil:
			c.Fun = e.literal(lit).(dst.Expr)
		case e.stays(s.Call.Fun):
			c.Fun = e.expr(s.Call.Fun)
		default:
			c.Fun = e.keep(&k, s.Call.Fun, nil, nonBlank(lowerFirst(calleeName(s.Call.Fun)), "call"))
		}
	}
	if len(s.Call.Args) == 1 {
		if tuple, ok := e.tf.info.TypeOf(s.Call.Args[0]).(*types.Tuple); ok {
			var pre []dst.Stmt
			if calls(e.tf.info, s.Call.Fun) {
				keepFun()
				pre, k = k.stmts(), keeper{}
			}
			c.Args = e.keepTuple(s.Call.Args[0], tuple.Len(), &pre)
			if c.Fun == nil { // what is not called is read behind what is
				keepFun()
			}
			return e.deferred(append(pre, k.stmts()...), c)
		}
	}
	keepFun()
	c.Args = e.keepArgs(&k, s.Call)
	return e.deferred(k.stmts(), c)
}

// A keeper is an assignment that keeps the operands of a deferred call. It is one for all, as gc makes one in the plain function: calls come
// first, and variables are read behind them.
type keeper struct{ names, values []dst.Expr }

func (k *keeper) stmts() []dst.Stmt {
	if len(k.names) == 0 {
		return nil
	}
	return []dst.Stmt{&dst.AssignStmt{Lhs: k.names, Tok: token.DEFINE, Rhs: k.values}}
}

// keep keeps an operand, with the type that it has in the source, for a parameter of type to.
func (e *emitter) keep(k *keeper, x ast.Expr, to types.Type, hint string) dst.Expr {
	y := e.expr(x)
	if e.adapts(x) {
		y = call(e.localTyp(e.tf.info.TypeOf(x)), y)
	}
	if e.m.Src.Copied(x, to) { // at once, as in the plain function
		y = call(e.localTyp(to), y)
	}
	return e.keepValue(k, y, hint)
}

func (e *emitter) keepValue(k *keeper, x dst.Expr, hint string) dst.Expr {
	name := e.tf.freshIn(e.fl.f, hint)
	k.names, k.values = append(k.names, dst.NewIdent(name)), append(k.values, x)
	return dst.NewIdent(name)
}

// keepArgs keeps the arguments of a deferred call, but for those that are the same later.
func (e *emitter) keepArgs(k *keeper, c *ast.CallExpr) (out []dst.Expr) {
	sig, _ := statemachine.Core(e.tf.info.TypeOf(c.Fun)).(*types.Signature)
	for i, x := range c.Args {
		_, isLit := ast.Unparen(x).(*ast.FuncLit)
		_, generic := e.tf.info.Instances[calleeIdent(x)] // its type arguments may be inferred from the parameter
		if e.isFixed(x) || isLit || generic && e.stays(x) {
			out = append(out, e.expr(x))
			continue
		}
		out = append(out, e.keep(k, x, statemachine.ParamType(sig, i, c.Ellipsis.IsValid()), "arg"))
	}
	return out
}

// adapts reports whether the type of x, which is not constant, may be another where x stands elsewhere: the shift of an untyped constant
// may be, and a comparison.
func (e *emitter) adapts(x ast.Expr) bool {
	if e.tf.info.Types[x].Value != nil {
		return true // it may be untyped
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.UnaryExpr:
		return x.Op != token.AND && x.Op != token.ARROW && e.adapts(x.X)
	case *ast.BinaryExpr:
		switch x.Op {
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return !isBool(e.tf.info.TypeOf(x))
		case token.SHL, token.SHR:
			return e.adapts(x.X)
		}
		return e.adapts(x.X) && e.adapts(x.Y)
	}
	return false
}

// calls reports whether a function is called to compute x, or a value received.
func calls(info *types.Info, x ast.Expr) (found bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			found = found || !info.Types[n.Fun].IsType()
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

// isFixed reports whether an argument is the same whenever it is evaluated.
func (e *emitter) isFixed(x ast.Expr) bool {
	tv := e.tf.info.Types[x]
	return tv.Value != nil || tv.IsNil() || tv.IsType()
}

// isPlain reports whether a function is of type func(), or of one like that, as context.CancelFunc, and no builtin.
func (e *emitter) isPlain(fun ast.Expr) bool {
	tv := e.tf.info.Types[fun]
	sig, ok := tv.Type.Underlying().(*types.Signature)
	return ok && !tv.IsBuiltin() && sig.Params().Len()+sig.Results().Len() == 0
}

// deferredFunc is a function that is called later.
func (e *emitter) deferredFunc(fun ast.Expr, lit *ast.FuncLit) dst.Expr {
	if lit != nil {
		return e.literal(lit).(dst.Expr)
	}
	return e.expr(fun)
}

// keepTuple keeps the values of a call that is the argument of another.
func (e *emitter) keepTuple(x ast.Expr, n int, pre *[]dst.Stmt) []dst.Expr {
	if xs := e.values(x); xs != nil {
		var names []string
		for range xs {
			names = append(names, e.tf.freshIn(e.fl.f, "arg"))
		}
		s := define(names, xs[0])
		s.Rhs = xs
		*pre = append(*pre, s)
		return idents(names)
	}
	var names []string
	for range n {
		names = append(names, e.tf.freshIn(e.fl.f, "arg"))
	}
	*pre = append(*pre, define(names, e.expr(x)))
	return idents(names)
}

func define(names []string, x dst.Expr) *dst.AssignStmt {
	return &dst.AssignStmt{Lhs: idents(names), Tok: token.DEFINE, Rhs: []dst.Expr{x}}
}

// stays reports whether a function can be named later as well as now: it is declared, or built in.
func (e *emitter) stays(fun ast.Expr) bool {
	if tv := e.tf.info.Types[fun]; tv.IsBuiltin() {
		return true
	}
	id := calleeIdent(fun)
	if id == nil {
		return false
	}
	if s, ok := ast.Unparen(fun).(*ast.SelectorExpr); ok && e.tf.info.Selections[s] != nil {
		return e.tf.info.Selections[s].Kind() == types.MethodExpr
	}
	fn, ok := e.tf.info.Uses[id].(*types.Func)
	return ok && fn.Signature().Recv() == nil
}

// deferred keeps a call.
func (e *emitter) deferred(pre []dst.Stmt, c dst.Expr) []dst.Stmt {
	u := e.tf.freshIn(e.fl.f, "u")
	body := onLines(
		&dst.DeferStmt{Call: c.(*dst.CallExpr)},
		&dst.ExprStmt{X: call(sel(dst.NewIdent(u), "Raise"))},
	)
	fn := &dst.FuncLit{Type: e.unwinderFunc(u, nil), Body: &dst.BlockStmt{List: body}}
	return behind(pre, &dst.ExprStmt{X: call(e.deferring("Defer"), fn)})
}

// behind puts a statement and what comes before it into a block, if anything does.
func behind(pre []dst.Stmt, s dst.Stmt) []dst.Stmt {
	if len(pre) == 0 {
		return []dst.Stmt{s}
	}
	return []dst.Stmt{&dst.BlockStmt{List: onLines(append(pre, s)...)}}
}

func (e *emitter) unwinderFunc(u string, result dst.Expr) *dst.FuncType {
	t := &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true, List: []*dst.Field{{
		Names: []*dst.Ident{dst.NewIdent(u)}, Type: star(e.tf.async("Unwinder")),
	}}}}
	if result != nil {
		t.Results = &dst.FieldList{List: []*dst.Field{{Type: result}}}
	}
	return t
}

// deferBlock keeps a deferred literal that awaits.
func (e *emitter) deferBlock(s *ast.DeferStmt, lit *ast.FuncLit) []dst.Stmt {
	u := e.tf.freshIn(e.fl.f, "u")
	if sig := e.tf.info.TypeOf(lit).(*types.Signature); sig.Results().Len() > 0 || sig.Variadic() {
		cannot("a deferred literal with awaits has results or takes any number of arguments")
	}
	for _, x := range s.Call.Args {
		if _, ok := e.tf.info.TypeOf(x).(*types.Tuple); ok {
			cannot("a deferred literal with awaits takes the results of a call")
		}
	}
	var k keeper
	args := append([]dst.Expr{dst.NewIdent(u)}, e.keepArgs(&k, s.Call)...)
	e.literals++
	start := e.startCall(lit, args...)
	e.literals--
	fn := &dst.FuncLit{
		Type: e.unwinderFunc(u, e.tf.promise(e.tf.async("Void"))),
		Body: &dst.BlockStmt{List: onLines(&dst.ReturnStmt{Results: []dst.Expr{start}})},
	}
	return behind(k.stmts(), &dst.ExprStmt{X: call(e.deferring("DeferAsync"), fn)})
}

// deferAwait keeps what is awaited when the function ends:
//
//	async.DeferAwait[int](&f.defers, f.price)
func (e *emitter) deferAwait(c *ast.CallExpr) dst.Expr {
	awaitable := e.tf.info.TypeOf(c.Fun).(*types.Signature).Params().At(0).Type()
	fun := index(e.tf.async("DeferAwait"), []dst.Expr{e.localTyp(types.Unalias(awaitable).(*types.Named).TypeArgs().At(0))})
	return call(fun, &dst.UnaryExpr{Op: token.AND, X: sel(dst.NewIdent(e.self), defersField)}, e.expr(c.Args[0]))
}

// calleeName is the name of a called function; "" if it has none.
func calleeName(fun ast.Expr) string {
	if id := calleeIdent(fun); id != nil {
		return id.Name
	}
	return ""
}
