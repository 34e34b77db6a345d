package rewrite

// This file emits step functions: the form of a state machine whose variables are Go variables while it runs. It saves what it needs
// later in the frame when it suspends, and has no frame before. A caller that awaits the call at once runs the step function itself.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/dstutil"

	"github.com/goawait/goawait/statemachine"
)

// stepName is the name of the step function that belongs to a twin.
func stepName(twin string) string { return twin + "Step" }

// A stepParam is a parameter of a step function: the receiver, a parameter of the source, or a variable around a block.
type stepParam struct {
	name string
	typ  types.Type
	v    *statemachine.Var // nil if the machine does not need it
}

// ownNames are the names that the start function and the step function refer to each other by. A method is no name in a block.
func ownNames(f *Func) map[string]bool {
	if f.Decl.Recv != nil {
		return map[string]bool{}
	}
	return map[string]bool{f.TwinName: true, stepName(f.TwinName): true}
}

// steps are the declarations of a function in this form: start function, step function, and the methods of the frame.
//
//	func fooAsync(ctx context.Context, id int) *async.Promise[int] {
//		return async.Begin((*fooFrame)(nil), ctx, func(t *async.Task) async.Step[int] { return fooAsyncStep(t, ctx, id) })
//	}
//
//	func fooAsyncStep(t *async.Task, ctx context.Context, id int) async.Step[int] { … }
//
//	func (f *fooFrame) Resume() { f.call.End(fooAsyncStep(f.call.Task(), f.ctx, 0)) }
func (fl *flatFunc) steps(e *emitter) []dst.Decl {
	hide := ownNames(fl.f)
	namesIn(hide, resultTypes(fl.f.Decl.Type)) // stand in the body, too
	sig := fl.tf.signature(fl.f, sigOptions{nameAll: fl.hasBlank(), hide: hide})
	twin := fl.tf.start(fl.f, sig, e.beginBody(sig.Ctx, fl.stepCall(sig, dst.NewIdent(e.task)))...)

	head := e.stepSig
	step := &dst.FuncDecl{
		Recv: head.Recv, Name: dst.NewIdent(stepName(fl.f.TwinName)),
		Type: &dst.FuncType{Func: true, TypeParams: head.TypeParams, Params: e.withTask(head.Params)},
	}
	step.Decs.Start.Append(fmt.Sprintf("// %s runs a call of [%s] from where it stands. It is for generated code.", step.Name.Name, docLink(fl.f.Decl)))
	e.watched = call(e.tf.async("Begun"), fl.twinCall(head))
	e.stepBody(step)

	zeros := map[string]dst.Expr{}
	for _, p := range e.params {
		zeros[p.name] = e.resumed(p)
	}
	resume := e.method("Resume", nil, &dst.ExprStmt{X: call(e.called("End"), fl.resumeCall(e, zeros))})
	return []dst.Decl{e.frameType(fl.tf.value(fl.f)), twin, step, resume, e.release(), e.site()}
}

// hasBlank reports whether a parameter, or the receiver, has no name.
func (fl *flatFunc) hasBlank() bool {
	lists := []*ast.FieldList{fl.f.Decl.Type.Params}
	if fl.f.Decl.Recv != nil {
		lists = append(lists, fl.f.Decl.Recv)
	}
	for _, l := range lists {
		for _, field := range l.List {
			if len(field.Names) == 0 || slices.ContainsFunc(field.Names, func(id *ast.Ident) bool { return id.Name == "_" }) {
				return true
			}
		}
	}
	return false
}

// stepCall calls the step function with the task of the frame and with what the start function got.
func (fl *flatFunc) stepCall(sig *twinSig, task dst.Expr) *dst.CallExpr {
	c := fl.ownCall(sig, stepName(fl.f.TwinName))
	c.Args = append([]dst.Expr{task}, c.Args...)
	return c
}

// twinCall calls the twin with the parameters of the step function.
func (fl *flatFunc) twinCall(sig *twinSig) *dst.CallExpr { return fl.ownCall(sig, fl.f.TwinName) }

func (fl *flatFunc) ownCall(sig *twinSig, name string) *dst.CallExpr {
	var fun dst.Expr = dst.NewIdent(name)
	if sig.Recv != nil {
		fun = sel(dst.NewIdent(sig.RecvName), name)
	}
	c := &dst.CallExpr{Fun: index(fun, idents(sig.TypeArgs))}
	for _, a := range sig.Args {
		c.Args = append(c.Args, dst.NewIdent(a.Name))
		c.Ellipsis = c.Ellipsis || a.Variadic
	}
	return c
}

// resumeCall calls the step function for a call that goes on.
func (fl *flatFunc) resumeCall(e *emitter, values map[string]dst.Expr) *dst.CallExpr {
	sig := e.stepSig
	c := fl.stepCall(sig, call(e.called("Task")))
	for i, a := range sig.Args {
		c.Args[i+1] = values[a.Name]
	}
	if sig.Recv != nil {
		recv := values[sig.RecvName]
		t := fl.f.Obj.Signature().Recv().Type()
		_, basic := t.Underlying().(*types.Basic)
		switch x := recv.(type) {
		case *dst.StarExpr:
			recv = &dst.ParenExpr{X: x}
		case *dst.Ident:
			if x.Name == "nil" {
				recv = call(&dst.ParenExpr{X: e.typ(t)}, recv)
			} else if basic { // false
				recv = call(e.typ(t), recv)
			}
		case *dst.BasicLit:
			recv = call(e.typ(t), recv)
		}
		fun := c.Fun.(*dst.SelectorExpr)
		fun.X = recv
	}
	return c
}

// resumed is what the step function gets for a parameter when a call goes on: what was saved, or nothing.
func (e *emitter) resumed(p stepParam) dst.Expr {
	if v := p.v; v != nil && v.Slot && (!v.Boxed || v.Free) {
		return sel(dst.NewIdent(e.self), v.Name)
	}
	if p.v != nil && p.v.Free && p.v.Boxed {
		return dst.NewIdent("nil")
	}
	return e.zeroAt(p.typ, e.typ)
}

// beginBody is the body of a start function.
func (e *emitter) beginBody(ctx string, step *dst.CallExpr) []dst.Stmt {
	lit := e.stepLit(&dst.FieldList{Opening: true, Closing: true}, step)
	return []dst.Stmt{&dst.ReturnStmt{Results: []dst.Expr{call(e.tf.async("Begin"), e.noFrame(), dst.NewIdent(ctx), lit)}}}
}

// beginInBody is the body of the start function of a member of a group, which gives it its context.
func (e *emitter) beginInBody(ctx *dst.FieldList, step *dst.CallExpr) dst.Stmt {
	return &dst.ExprStmt{X: call(e.tf.async("BeginIn"), dst.NewIdent(e.group), e.noFrame(), e.stepLit(ctx, step))}
}

// stepLit is a literal that calls the step function, for Begin and BeginIn.
func (e *emitter) stepLit(params *dst.FieldList, step *dst.CallExpr) *dst.FuncLit {
	return &dst.FuncLit{
		Type: &dst.FuncType{Func: true, Params: e.withTask(params), Results: &dst.FieldList{List: []*dst.Field{{Type: e.stepType()}}}},
		Body: &dst.BlockStmt{List: []dst.Stmt{&dst.ReturnStmt{Results: []dst.Expr{step}}}},
	}
}

// noFrame is a nil frame, which tells Begin its type.
func (e *emitter) noFrame() dst.Expr {
	return call(&dst.ParenExpr{X: star(e.frameRef())}, dst.NewIdent("nil"))
}

// stepType is the type async.Step[R].
func (e *emitter) stepType() dst.Expr { return index(e.tf.async("Step"), []dst.Expr{e.resultType()}) }

// withTask puts the task of the frame before the parameters.
func (e *emitter) withTask(params *dst.FieldList) *dst.FieldList {
	f := &dst.Field{Names: []*dst.Ident{dst.NewIdent(e.task)}, Type: star(e.tf.async("Task"))}
	params.List = append([]*dst.Field{f}, params.List...)
	return params
}

// nameParams names the parameters of the step function. None may hide what the code in it refers to.
func (e *emitter) nameParams() {
	e.task = e.tf.freshIn(e.fl.f, "t")
	if e.block != nil {
		e.nameBlockParams()
		return
	}
	hide := ownNames(e.fl.f)
	d := e.fl.f.Decl
	for _, list := range []*ast.FieldList{d.Recv, d.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for _, id := range field.Names {
				hide[id.Name] = hide[id.Name] || !isIdent(id.Name) || e.fl.foreign[id.Name] || e.hides(id.Name)
			}
		}
	}
	e.stepSig = e.tf.signature(e.fl.f, sigOptions{nameAll: true, hide: hide})
	vars := map[int]*statemachine.Var{}
	for _, v := range e.m.Vars {
		if v.Param > 0 {
			vars[v.Param] = v
		}
	}
	n := 0
	add := func(name string, t types.Type) {
		n++
		e.params = append(e.params, stepParam{name, t, vars[n]})
	}
	if e.stepSig.Recv != nil {
		add(e.stepSig.RecvName, e.fl.f.Obj.Signature().Recv().Type())
	}
	for _, a := range e.stepSig.Args {
		add(a.Name, a.Var.Type())
	}
	e.ctx = e.stepSig.Ctx
}

// nameBlockParams names those of a block: its own, and then the variables around it.
func (e *emitter) nameBlockParams() {
	used := map[string]bool{}
	name := func(hint string) string {
		n := hint
		if !isIdent(n) || used[n] || e.fl.foreign[n] || e.hides(n) {
			n = e.tf.freshIn(e.fl.f, nonBlank(hint, "v"))
		}
		used[n] = true
		return n
	}
	e.ctx = "nil"
	for i, p := range litParams(e.tf.info, e.block.lit) {
		if p.variadic {
			cannot("an async block has a variadic parameter")
		}
		hint := p.name
		if i == 0 {
			hint = nonBlank(hint, "ctx")
		}
		e.params = append(e.params, stepParam{name(hint), p.typ, e.m.ByObj[p.obj]})
		if i == 0 {
			e.ctx = e.params[0].name
		}
	}
	for _, v := range e.block.free() {
		e.params = append(e.params, stepParam{name(v.Hint), v.Type, v})
	}
	if e.block.member {
		e.group = name("g")
	}
}

// nameStepVars gives each variable a name in the step function. A parameter is one; if it has a box, the box is another one.
func (e *emitter) nameStepVars(taken map[string]bool) {
	for _, p := range e.params {
		taken[p.name] = true
		if p.v != nil && (!p.v.Boxed || p.v.Free) {
			e.names[p.v] = p.name
		}
	}
}

// keptCtx is the context that the call was given, where the variable changes before the call suspends for the first time.
func (e *emitter) keepCtx() {
	for _, p := range e.params {
		if p.name == e.ctx && e.m.States > 0 && p.v != nil && (p.v.Set || p.v.Boxed) {
			e.given = e.tf.freshIn(e.fl.f, "given")
			e.givenType = p.typ
		}
	}
}

// stepBody fills a step function.
func (e *emitter) stepBody(d *dst.FuncDecl) {
	d.Type.Results = &dst.FieldList{List: []*dst.Field{{Type: e.stepType()}}}
	ops := e.ops()
	body := append(e.head(), e.stepDispatch()...)
	if e.given != "" {
		body = append(body, assign(dst.NewIdent(e.given), dst.NewIdent(e.ctx)))
	}
	for _, p := range e.params {
		if v := p.v; v != nil && v.Boxed && !v.Free && (v.Used || v.Set) {
			body = append(body, assign(e.place(v), call(e.tf.async("Box"), dst.NewIdent(p.name))))
		}
	}
	for _, v := range e.m.Results {
		if v.Boxed {
			body = append(body, assign(e.place(v), call(dst.NewIdent("new"), e.localTyp(v.Type))))
		}
	}
	body = append(body, ops...)
	d.Body = &dst.BlockStmt{List: onLines(body...)}
	e.spliceIn(d)
	e.dropLabels(d.Body)
	if n := len(d.Body.List); n == 0 || !terminates(d.Body.List[n-1]) {
		d.Body.List = append(d.Body.List, onLines(&dst.ExprStmt{X: call(dst.NewIdent("panic"), stringLit("unreachable"))})...)
	}
	e.keepComments(d.Body)
	dropParens(d)
}

// stepDispatch takes what was saved back and jumps to where the call stopped. If somebody watches calls, it leaves a new one to the start
// function, which makes a frame:
//
//	if r == nil {
//		if async.Watched() {
//			return async.Begun(fooAsync(ctx, id))
//		}
//	} else if f, _ = t.Frame().(*fooFrame); f != nil {
//		switch f.call.At() {
//		case 1:
//			sum, i = f.sum, f.i
//			user, err = userStep.From(f.call.Awaited()).Get()
//			goto resume1
//		}
//	}
func (e *emitter) stepDispatch() []dst.Stmt {
	isNil := &dst.BinaryExpr{X: dst.NewIdent(e.task), Op: token.EQL, Y: dst.NewIdent("nil")}
	watched := &dst.IfStmt{Cond: call(e.tf.async("Watched")), Body: &dst.BlockStmt{List: onLines(returns(e.watched))}}
	if e.m.States == 0 {
		if e.watched == nil {
			return nil
		}
		watched.Cond = &dst.BinaryExpr{X: isNil, Op: token.LAND, Y: watched.Cond}
		return []dst.Stmt{watched}
	}
	frame := &dst.AssignStmt{
		Lhs: []dst.Expr{dst.NewIdent(e.self), dst.NewIdent("_")}, Tok: token.ASSIGN,
		Rhs: []dst.Expr{&dst.TypeAssertExpr{X: call(sel(dst.NewIdent(e.task), "Frame")), Type: star(e.frameRef())}},
	}
	resumed := &dst.IfStmt{
		Init: frame,
		Cond: &dst.BinaryExpr{X: dst.NewIdent(e.self), Op: token.NEQ, Y: dst.NewIdent("nil")},
		Body: &dst.BlockStmt{List: onLines(e.stepSwitch())},
	}
	if e.watched == nil {
		return []dst.Stmt{resumed}
	}
	return []dst.Stmt{&dst.IfStmt{Cond: isNil, Body: &dst.BlockStmt{List: onLines(watched)}, Else: resumed}}
}

// stepSwitch is the switch of stepDispatch.
func (e *emitter) stepSwitch() dst.Stmt {
	s := &dst.SwitchStmt{Tag: call(e.called("At")), Body: &dst.BlockStmt{}}
	passed := map[*statemachine.Var]bool{}
	for _, p := range e.params {
		if p.v != nil && e.names[p.v] == p.name {
			passed[p.v] = true
		}
	}
	for _, op := range e.m.Ops {
		if op.Kind != statemachine.OpAwait {
			continue
		}
		c := &dst.CaseClause{List: []dst.Expr{intLit(op.State)}}
		load := &dst.AssignStmt{Tok: token.ASSIGN}
		for _, v := range op.Live {
			if !passed[v] {
				load.Lhs = append(load.Lhs, e.place(v))
				load.Rhs = append(load.Rhs, e.field(v))
			}
		}
		c.Body = appendLong(c.Body, load)
		again := jump(e.resumeLabel(op))
		if take := e.taken[op]; take != nil {
			if n := e.awaitNode(op); n != nil {
				e.tf.line(take, n.Pos())
				e.tf.ownLine(again)
			}
			c.Body = append(c.Body, take)
		} else {
			c.Body = append(c.Body, e.recall(op))
		}
		c.Body = onLines(append(c.Body, again)...)
		c.Decs.Before = dst.NewLine
		s.Body.List = append(s.Body.List, c)
	}
	return s
}

// longest is how many variables are saved in one line.
const longest = 6

// appendLong adds an assignment, in several lines if it is long.
func appendLong(out []dst.Stmt, s *dst.AssignStmt) []dst.Stmt {
	for len(s.Lhs) > longest {
		out = append(out, &dst.AssignStmt{Tok: s.Tok, Lhs: s.Lhs[:longest:longest], Rhs: s.Rhs[:longest:longest]})
		s.Lhs, s.Rhs = s.Lhs[longest:], s.Rhs[longest:]
	}
	if len(s.Lhs) > 0 {
		out = append(out, s)
	}
	return out
}

// stepAwait emits a suspension point:
//
//	userStep = FetchUserAsyncStep(async.Spare(f), ctx, id)
//	if userStep.Pending() {
//		f = async.Made(f, ctx)
//		f.ctx, f.sum = ctx, sum
//		return f.call.Pause(1, userStep.Core())
//	}
//
// What takes the outcome follows, if [emitter.takes] says so, and then the label:
//
//	user, err = userStep.Get()
//	resume1: // users.go:20
func (e *emitter) stepAwait(op *statemachine.Op, make []dst.Stmt) []dst.Stmt {
	p := op.Vars[0]
	waits := map[bool]string{false: "Waits", true: "Pending"}[op.Await.IsStep()]
	s, core := &dst.IfStmt{}, "Core"
	if op.InCycle {
		e.needAwaits()
		s.Init = &dst.IncDecStmt{X: dst.NewIdent(e.awaits), Tok: token.INC}
		s.Cond = call(sel(e.ref(p), waits+"After"), dst.NewIdent(e.awaits))
		if op.Await.IsStep() {
			core = "CoreAfter"
		}
	} else {
		s.Cond = call(sel(e.ref(p), waits))
	}
	given := e.given
	if given == "" {
		given = e.ctx
	}
	body := []dst.Stmt{assign(dst.NewIdent(e.self), call(e.tf.async("Made"), dst.NewIdent(e.self), dst.NewIdent(given)))}
	save := &dst.AssignStmt{Tok: token.ASSIGN}
	var clears []dst.Stmt
	done := map[string]bool{}
	for _, v := range op.Live {
		done[v.Name] = true
		save.Lhs, save.Rhs = append(save.Lhs, e.field(v)), append(save.Rhs, e.place(v))
	}
	for _, v := range op.Dead {
		if done[v.Name] {
			continue // its field has another tenant
		}
		done[v.Name] = true
		if zero := e.cleared(v); zero != nil {
			save.Lhs, save.Rhs = append(save.Lhs, e.field(v)), append(save.Rhs, zero)
		} else {
			clears = append(clears, e.clear(v))
		}
	}
	body = appendLong(body, save)
	body = append(body, clears...)
	pause := call(e.called("Pause"), intLit(op.State), call(sel(e.ref(p), core)))
	body = append(body, returns(pause))
	s.Body = &dst.BlockStmt{List: onLines(body...)}
	return append(make, s)
}

// takes reports whether next does nothing but take the outcome of the await op, at the top of a statement. A step function does that
// at two places: behind the check that there is nothing to wait for, where it is then known that there is no promise to look at, and where
// a call that has waited goes on.
func (e *emitter) takes(op, next *statemachine.Op) bool {
	if !e.m.Steps || next.Run != nil || next.NoInit || next.Spec != nil {
		return false
	}
	var x ast.Expr
	switch {
	case next.Kind == statemachine.OpSet && next.Old != nil:
		return next.Old.Promise == op.Vars[0]
	case next.Kind == statemachine.OpSet:
		x = next.X
	case next.Kind == statemachine.OpStmt:
		switch s := next.Stmt.(type) {
		case *ast.AssignStmt:
			if len(s.Rhs) == 1 {
				x = s.Rhs[0]
			}
		case *ast.ExprStmt:
			x = s.X
		}
	}
	if x == nil {
		return false
	}
	if c, ok := ast.Unparen(x).(*ast.CallExpr); ok && e.m.Subst[c] == nil && len(c.Args) == 1 && strings.HasPrefix(e.tf.pkg.asyncFunc(c.Fun), "Must") {
		x = c.Args[0]
	}
	v := e.m.Subst[ast.Unparen(x)]
	return v != nil && v.Promise == op.Vars[0]
}

// take notes for stepSwitch how a call that has waited takes the outcome of the await op, where stmts do that for one that has not. It
// returns false if they are something else than an assignment of it to Go variables.
func (e *emitter) take(op *statemachine.Op, stmts []dst.Stmt) bool {
	if len(stmts) != 1 {
		return false
	}
	switch s := stmts[0].(type) {
	case *dst.ExprStmt:
	case *dst.AssignStmt:
		for _, x := range s.Lhs {
			if id, ok := x.(*dst.Ident); !ok || id.Path != "" || s.Tok == token.DEFINE {
				return false
			}
		}
	default:
		return false
	}
	name, found := e.names[op.Vars[0]], false
	taken := dstutil.Apply(dst.Clone(stmts[0]), func(c *dstutil.Cursor) bool {
		if id, ok := c.Node().(*dst.Ident); ok && id.Name == name && id.Path == "" && c.Name() != "Sel" && c.Name() != "Lhs" {
			c.Replace(e.recalled(op))
			found = true
			return false
		}
		return true
	}, nil).(dst.Stmt)
	if !found {
		return false
	}
	d := taken.Decorations()
	d.Start, d.End, d.Before, d.After = nil, nil, dst.NewLine, dst.NewLine
	e.taken[op] = taken
	return true
}

// needAwaits names the variable that counts awaits in loops.
func (e *emitter) needAwaits() {
	if e.awaits == "" {
		e.awaits = e.tf.freshIn(e.fl.f, "awaits")
	}
}

// done ends a call in a step function: return async.Done(value, err).
func (e *emitter) done(xs []dst.Expr, results []ast.Expr) dst.Stmt {
	v, err := e.outcome(xs)
	fun := e.tf.async("Done")
	if values, _ := e.resultTypes(); len(values) == 1 && len(results) > 0 && !e.infers(results[0], values[0]) {
		fun = index(fun, []dst.Expr{e.localTyp(values[0])})
	}
	return returns(call(fun, v, err))
}

// infers reports whether x, as an argument, tells that a type parameter is t.
func (e *emitter) infers(x ast.Expr, t types.Type) bool {
	tv, ok := e.tf.info.Types[x]
	return ok && types.Identical(tv.Type, t) && e.typed(x, t)
}

// typed reports whether x has a type of its own, which is t, and did not get that from where it stands.
func (e *emitter) typed(x ast.Expr, t types.Type) bool {
	if lit, ok := x.(*ast.BasicLit); ok {
		return types.Identical(t, types.Typ[map[token.Token]types.BasicKind{
			token.INT: types.Int, token.FLOAT: types.Float64, token.IMAG: types.Complex128, token.CHAR: types.Int32, token.STRING: types.String,
		}[lit.Kind]])
	}
	if tv := e.tf.info.Types[x]; tv.Value != nil || tv.IsNil() || e.m.Subst[x] != nil {
		return false
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.UnaryExpr:
		return x.Op == token.AND || e.typed(x.X, t)
	case *ast.BinaryExpr:
		switch x.Op {
		case token.SHL, token.SHR:
			return e.typed(x.X, t)
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return types.Identical(t, types.Typ[types.Bool])
		}
		return e.typed(x.X, t) || e.typed(x.Y, t)
	}
	return true
}

// stepWrapper is the step function of a twin that has no such form: it runs the twin.
func (tf *twinFile) stepWrapper(f *Func) dst.Decl {
	sig := tf.signature(f, sigOptions{nameAll: true, hide: ownNames(f)})
	fl := &flatFunc{tf: tf, f: f}
	task := &dst.Field{Names: []*dst.Ident{dst.NewIdent("_")}, Type: star(tf.async("Task"))}
	sig.Params.List = append([]*dst.Field{task}, sig.Params.List...)
	d := &dst.FuncDecl{
		Recv: sig.Recv, Name: dst.NewIdent(stepName(f.TwinName)),
		Type: &dst.FuncType{
			Func: true, TypeParams: sig.TypeParams, Params: sig.Params,
			Results: &dst.FieldList{List: []*dst.Field{{Type: index(tf.async("Step"), []dst.Expr{tf.value(f)})}}},
		},
		Body: &dst.BlockStmt{List: onLines(returns(call(tf.async("Begun"), fl.twinCall(sig))))},
	}
	d.Decs.Start.Append(fmt.Sprintf("// %s runs a call of [%s]. It is for generated code.", d.Name.Name, docLink(f.Decl)))
	return d
}

// blockSteps are the declarations of an async block in this form.
func (fl *flatFunc) blockSteps(b *block, e *emitter) []dst.Decl {
	params := func(ps []stepParam) *dst.FieldList {
		list := &dst.FieldList{Opening: true, Closing: true}
		for _, p := range ps {
			t := e.typ(p.typ)
			if p.v != nil && p.v.Free && p.v.Boxed {
				t = star(t)
			}
			list.List = append(list.List, &dst.Field{Names: []*dst.Ident{dst.NewIdent(p.name)}, Type: t})
		}
		return list
	}
	stepCall := func(task dst.Expr, arg func(stepParam) dst.Expr) *dst.CallExpr {
		c := call(index(dst.NewIdent(b.step), idents(e.typeArgNames())), task)
		for _, p := range e.params {
			c.Args = append(c.Args, arg(p))
		}
		return c
	}
	start := &dst.FuncDecl{
		Name: dst.NewIdent(b.name),
		Type: &dst.FuncType{Func: true, TypeParams: e.typeParams()},
	}
	first := stepCall(dst.NewIdent(e.task), func(p stepParam) dst.Expr { return dst.NewIdent(p.name) })
	if b.member {
		start.Type.Params = params(e.params[1:])
		g := &dst.Field{Names: []*dst.Ident{dst.NewIdent(e.group)}, Type: star(fl.tf.async("Group"))}
		start.Type.Params.List = append([]*dst.Field{g}, start.Type.Params.List...)
		start.Body = &dst.BlockStmt{List: onLines(e.beginInBody(params(e.params[:1]), first))}
	} else {
		start.Type.Params = params(e.params)
		start.Type.Results = &dst.FieldList{List: []*dst.Field{{Type: fl.tf.promise(e.resultType())}}}
		start.Body = &dst.BlockStmt{List: onLines(e.beginBody(e.ctx, first)...)}
	}
	start.Decs.Start.Append(fl.blockDoc(b))
	step := &dst.FuncDecl{
		Name: dst.NewIdent(b.step),
		Type: &dst.FuncType{Func: true, TypeParams: e.typeParams(), Params: e.withTask(params(e.params))},
	}
	e.stepBody(step)
	resume := e.method("Resume", nil, &dst.ExprStmt{X: call(e.called("End"), stepCall(call(e.called("Task")), e.resumed))})
	return []dst.Decl{e.frameType(e.resultType()), start, step, resume, e.release(), e.site()}
}
