package rewrite

// This file emits the frame with its methods, except for what the operations do.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// The fields that every frame has, and every one of a function with deferred calls. They are not embedded: the compiler would make
// methods of theirs for each type of frame.
const (
	callField   = "call"
	defersField = "defers"
)

// called and deferring name methods of these fields.
func (e *emitter) called(method string) dst.Expr {
	return sel(sel(dst.NewIdent(e.self), callField), method)
}

func (e *emitter) deferring(method string) dst.Expr {
	return sel(sel(dst.NewIdent(e.self), defersField), method)
}

// frameType declares the frame:
//
//	// fooFrame is a call of Foo while it waits.
//	type fooFrame struct {
//		call async.Frame[int]
//		ctx  context.Context
//	}
func (e *emitter) frameType(result dst.Expr) dst.Decl {
	fields := &dst.FieldList{Opening: true, Closing: true}
	add := func(name string, t dst.Expr) {
		f := &dst.Field{Type: t}
		if name != "" {
			f.Names = []*dst.Ident{dst.NewIdent(name)}
		}
		f.Decs.Before, f.Decs.After = dst.NewLine, dst.NewLine
		fields.List = append(fields.List, f)
	}
	if values, _ := e.resultTypes(); e.local {
		add(callField, index(e.tf.async("LocalFrame"), []dst.Expr{result}))
	} else if len(values) == 0 && e.takesRoom() {
		add(callField, e.tf.async("VoidFrame"))
	} else {
		add(callField, index(e.tf.async("Frame"), []dst.Expr{result}))
	}
	if e.m.Defers() {
		add(defersField, e.tf.async("Unwinder"))
	}
	if e.unwinder != "" {
		add(e.unwinder, star(e.tf.async("Unwinder")))
	}
	for _, f := range e.fields {
		t := e.typ(f.typ)
		if f.boxed {
			t = star(t)
		}
		add(f.name, t)
	}
	spec := &dst.TypeSpec{Name: dst.NewIdent(e.frame), Type: &dst.StructType{Fields: fields}}
	if !e.local {
		spec.TypeParams = e.typeParams()
	}
	d := &dst.GenDecl{Tok: token.TYPE, Specs: []dst.Spec{spec}}
	what := funcName(e.fl.f.Decl)
	if e.block != nil {
		what = e.block.name
	}
	d.Decs.Start.Append(fmt.Sprintf("// %s is a call of %s while it waits.", e.frame, what))
	return d
}

// takesRoom reports whether something of the frame besides the call is certain to take room.
func (e *emitter) takesRoom() bool {
	if e.m.Defers() || e.unwinder != "" {
		return true
	}
	return slices.ContainsFunc(e.fields, func(f *slotField) bool {
		_, param := types.Unalias(f.typ).(*types.TypeParam)
		switch f.typ.Underlying().(type) {
		case *types.Struct, *types.Array:
			return f.boxed // it may be without any bytes
		}
		return f.boxed || !param // so may be what that stands for
	})
}

// method declares a method of the frame.
func (e *emitter) method(name string, results []dst.Expr, body ...dst.Stmt) *dst.FuncDecl {
	d := &dst.FuncDecl{
		Recv: &dst.FieldList{Opening: true, Closing: true, List: []*dst.Field{{
			Names: []*dst.Ident{dst.NewIdent(e.self)}, Type: star(e.frameRef()),
		}}},
		Name: dst.NewIdent(name),
		Type: &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true}},
		Body: &dst.BlockStmt{List: onLines(body...)},
	}
	if len(results) > 0 {
		d.Type.Results = &dst.FieldList{Opening: true, Closing: true}
		for i, r := range results {
			d.Type.Results.List = append(d.Type.Results.List, &dst.Field{
				Names: []*dst.Ident{dst.NewIdent([]string{"function", "position"}[i])}, Type: r,
			})
		}
	}
	return d
}

// resume declares the method that runs from one suspension to the next, with its parts if the code is in parts.
func (e *emitter) resume() []dst.Decl {
	if len(e.m.Parts) > 0 {
		return e.resumeParts()
	}
	body := e.head()
	ops := e.ops()
	if s := e.dispatch(e.m.Ops); s != nil {
		body = append(body, s)
	}
	body = append(body, ops...)
	if e.m.Defers() {
		body = append(body, e.finish(e.resultRefs()))
	}
	d := e.method("Resume", nil, body...)
	e.spliceIn(d)
	e.dropLabels(d.Body)
	e.keepComments(&dst.BlockStmt{List: e.localHead}, d.Body)
	dropParens(d)
	return []dst.Decl{d}
}

// head declares constants, types and variables, and guards a function with deferred calls.
func (e *emitter) head() (body []dst.Stmt) {
	if !e.local {
		body = e.hoistedStmts()
	}
	if vars := e.varDecl(e.locals); vars != nil {
		body = append(body, vars)
	}
	for _, v := range e.locals {
		if !v.Used {
			body = append(body, assign(dst.NewIdent("_"), e.place(v)))
		}
	}
	if e.m.Defers() {
		body = append(body, e.guard())
	}
	return body
}

// hoistedStmts are hoisted as statements, which the comments of those of the source go to.
func (e *emitter) hoistedStmts() (list []dst.Stmt) {
	stmts := map[*ast.GenDecl]ast.Stmt{}
	ast.Inspect(e.m.Src.Body, func(n ast.Node) bool {
		if s, ok := n.(*ast.DeclStmt); ok {
			stmts[s.Decl.(*ast.GenDecl)] = s
		}
		return true
	})
	for i, d := range e.hoisted() {
		out := &dst.DeclStmt{Decl: d}
		list = append(list, out)
		if i >= len(e.outerConsts) {
			s := stmts[e.m.Hoisted[i-len(e.outerConsts)]]
			e.emitted[s], e.last[s] = out, out
		}
	}
	return list
}

// hoisted are the declarations of constants and types for the head.
func (e *emitter) hoisted() (decls []*dst.GenDecl) {
	for _, d := range append(e.outerConsts, e.m.Hoisted...) {
		decls = append(decls, e.tf.copy(d, e.substHoisted).(*dst.GenDecl))
	}
	return decls
}

// guard has the deferred calls run after a panic: defer f.defers.Guard(f).
func (e *emitter) guard() dst.Stmt {
	return &dst.DeferStmt{Call: call(e.deferring("Guard"), e.resumer())}
}

// varDecl declares local variables, and what a step function needs itself.
func (e *emitter) varDecl(locals []*statemachine.Var) dst.Stmt {
	d := &dst.GenDecl{Tok: token.VAR}
	add := func(name string, t dst.Expr) {
		d.Specs = append(d.Specs, &dst.ValueSpec{Names: []*dst.Ident{dst.NewIdent(name)}, Type: t})
	}
	if e.m.Steps && e.m.States > 0 {
		add(e.self, star(e.frameRef()))
	}
	for _, v := range locals {
		t := e.localTyp(v.Type)
		if v.Boxed {
			t = star(t)
		}
		add(e.names[v], t)
	}
	if e.given != "" {
		add(e.given, e.typ(e.givenType))
	}
	if e.awaits != "" {
		add(e.awaits, e.tf.async("Awaits"))
	}
	switch len(d.Specs) {
	case 0:
		return nil
	case 1:
		return &dst.DeclStmt{Decl: d}
	}
	d.Lparen, d.Rparen = true, true
	for _, s := range d.Specs {
		s.Decorations().Before, s.Decorations().After = dst.NewLine, dst.NewLine
	}
	return &dst.DeclStmt{Decl: d}
}

// dispatch is the jump to where the call stopped:
//
//	switch f.call.At() {
//	case 1:
//		goto resume1
//	}
func (e *emitter) dispatch(ops []*statemachine.Op) dst.Stmt {
	s := &dst.SwitchStmt{Tag: call(e.called("At")), Body: &dst.BlockStmt{}}
	e.resumptions(s, ops)
	if e.m.Defers() {
		addCase(s, e.tf.async("Unwinding"), jump(e.unwind))
	}
	if len(s.Body.List) == 0 {
		return nil
	}
	return s
}

// addCase adds a case of one value to a switch.
func addCase(s *dst.SwitchStmt, x dst.Expr, body ...dst.Stmt) {
	c := &dst.CaseClause{List: []dst.Expr{x}, Body: onLines(body...)}
	c.Decs.Before = dst.NewLine
	s.Body.List = append(s.Body.List, c)
}

// resumptions adds the cases of the awaits among operations.
func (e *emitter) resumptions(s *dst.SwitchStmt, ops []*statemachine.Op) {
	for _, op := range ops {
		if op.Kind != statemachine.OpAwait {
			continue
		}
		var recall []dst.Stmt
		if e.m.Recalls(op) {
			recall = append(recall, e.recall(op))
		}
		addCase(s, intLit(op.State), append(recall, jump(e.resumeLabel(op)))...)
	}
}

// recall takes what an await has waited for back from the frame.
func (e *emitter) recall(op *statemachine.Op) dst.Stmt {
	return assign(e.place(op.Vars[0]), e.recalled(op))
}

// recalled is what an await has waited for, as the frame knows it.
func (e *emitter) recalled(op *statemachine.Op) dst.Expr {
	return call(sel(e.place(op.Vars[0]), "From"), call(e.called("Awaited")))
}

// resumeLabel is the label at which an await goes on.
func (e *emitter) resumeLabel(op *statemachine.Op) string {
	if op.Target == nil {
		op.Target = &statemachine.Label{Hint: fmt.Sprintf("resume%d", op.State)}
		e.labels[op.Target] = e.stateLabel(op.State)
	}
	return e.labels[op.Target]
}

// statePrefix is how the labels of states begin, and no others that are made.
const statePrefix = "resume"

// stateLabel is resume1, resume2 and so on, or another name with that number if the function knows that one.
func (e *emitter) stateLabel(state int) string {
	for prefix := statePrefix; ; prefix += "_" {
		name := prefix + strconv.Itoa(state)
		if !e.tf.names.inFunc[e.fl.f][name] {
			return name
		}
	}
}

func jump(label string) dst.Stmt { return &dst.BranchStmt{Tok: token.GOTO, Label: dst.NewIdent(label)} }

func intLit(n int) dst.Expr { return &dst.BasicLit{Kind: token.INT, Value: strconv.Itoa(n)} }

func assign(l, r dst.Expr) dst.Stmt {
	return &dst.AssignStmt{Lhs: []dst.Expr{l}, Tok: token.ASSIGN, Rhs: []dst.Expr{r}}
}

// unwinding runs the deferred calls and ends the call:
//
//	unwind:
//		f.user, f.price = nil, nil
//		if f.Unwind() {
//			return
//		}
//		f.call.Finish(f.result, f.err)
//
// What only the body reads is dropped first, if a deferred call may wait.
func (e *emitter) unwinding() []dst.Stmt {
	return append(e.dropped(), &dst.IfStmt{
		Cond: call(e.deferring("Unwind")),
		Body: &dst.BlockStmt{List: onLines(&dst.ReturnStmt{})},
	})
}

// dropped clears the fields that are of no use behind the body, if a deferred call may wait.
func (e *emitter) dropped() []dst.Stmt {
	waits := slices.ContainsFunc(e.m.Deferred, func(d *statemachine.Deferred) bool {
		return d.Lit != nil || e.tf.pkg.marker(d.Stmt.Call) != ""
	})
	if !waits {
		return nil
	}
	return e.clears(slices.DeleteFunc(e.holders(), func(v *statemachine.Var) bool { return v.Result }))
}

// resultRefs reads the result variables.
func (e *emitter) resultRefs() (xs []dst.Expr) {
	for _, v := range e.m.Results {
		xs = append(xs, e.ref(v))
	}
	return xs
}

// finish hands the results over: f.call.Finish(value, err).
func (e *emitter) finish(xs []dst.Expr) dst.Stmt {
	v, err := e.outcome(xs)
	return &dst.ExprStmt{X: call(e.called("Finish"), v, err)}
}

// outcome makes the value and the error of the promise of the results.
func (e *emitter) outcome(xs []dst.Expr) (v, err dst.Expr) {
	values, hasErr := e.resultTypes()
	err = dst.NewIdent("nil")
	if hasErr {
		err, xs = xs[len(xs)-1], xs[:len(xs)-1]
	}
	switch len(values) {
	case 0:
		v = &dst.CompositeLit{Type: e.tf.async("Void")}
	case 1:
		v = xs[0]
	default:
		var list []dst.Expr
		for _, t := range values {
			list = append(list, e.localTyp(t))
		}
		for i, x := range xs {
			xs[i] = &dst.KeyValueExpr{Key: dst.NewIdent(fmt.Sprintf("V%d", i+1)), Value: x}
		}
		v = &dst.CompositeLit{Type: index(e.tf.async(fmt.Sprintf("Tuple%d", len(values))), list), Elts: xs}
	}
	return v, err
}

// release declares the method that drops what a finished call has kept.
func (e *emitter) release() dst.Decl {
	body := e.clears(e.holders())
	if e.unwinder != "" {
		body = append(body, assign(sel(dst.NewIdent(e.self), e.unwinder), dst.NewIdent("nil")))
	}
	return e.method("Release", nil, body...)
}

// holders are slots that hold references, one for each field.
func (e *emitter) holders() (vs []*statemachine.Var) {
	for _, f := range e.fields {
		if f.boxed || statemachine.HasPointers(f.typ) {
			vs = append(vs, f.vars[0])
		}
	}
	return vs
}

// clears sets slots to their zero values.
func (e *emitter) clears(vs []*statemachine.Var) (out []dst.Stmt) {
	all := &dst.AssignStmt{Tok: token.ASSIGN}
	var others []dst.Stmt
	for _, v := range vs {
		if zero := e.cleared(v); zero != nil {
			all.Lhs, all.Rhs = append(all.Lhs, e.field(v)), append(all.Rhs, zero)
		} else {
			others = append(others, e.clear(v))
		}
	}
	return append(appendLong(nil, all), others...)
}

// clear sets a slot to its zero value.
func (e *emitter) clear(v *statemachine.Var) dst.Stmt {
	if zero := e.cleared(v); zero != nil {
		return assign(e.field(v), zero)
	}
	return &dst.ExprStmt{X: call(e.tf.async("Clear"), addr(e.field(v)))}
}

// cleared is nil, or an empty string, for a variable of which that is the zero value.
func (e *emitter) cleared(v *statemachine.Var) dst.Expr {
	switch {
	case v.Boxed || nilable(v.Type):
		return dst.NewIdent("nil")
	case isStringType(v.Type):
		return stringLit("")
	}
	return nil
}

// field is the place of a slot in the frame.
func (e *emitter) field(v *statemachine.Var) dst.Expr { return sel(dst.NewIdent(e.self), v.Name) }

// site declares the method that tells where a call waits: the function, and the places of its beginning and its awaits.
//
//	func (f *fooFrame) Site() (function string, position string) {
//		return f.call.Site("p.Foo", "foo.go:10|foo.go:12|foo.go:20")
//	}
func (e *emitter) site() dst.Decl {
	site := call(e.called("Site"), stringLit(e.function()), placesLit(e.places()))
	str := dst.NewIdent("string")
	return e.method("Site", []dst.Expr{str, dst.NewIdent("string")}, returns(site))
}

// function is what reports call the function.
func (e *emitter) function() string { return e.tf.pkg.Name + "." + funcName(e.fl.f.Decl) }

// places are where the code begins, and where it may wait.
func (e *emitter) places() []string {
	var at ast.Node = e.fl.f.Decl.Name
	if e.block != nil {
		at = e.block.lit
	}
	places := []string{e.tf.where(at)}
	for _, op := range e.m.Ops {
		if op.Kind == statemachine.OpAwait {
			places = append(places, e.tf.where(e.awaitNode(op)))
		}
	}
	return places
}

// placesPerLine is how many places stand in a line.
const placesPerLine = 6

// placesLit is places as reports take them, which counts on |.
func placesLit(places []string) (x dst.Expr) {
	for len(places) > 0 {
		n := min(len(places), placesPerLine)
		text := strings.Join(places[:n], "|")
		if places = places[n:]; len(places) > 0 {
			text += "|"
		}
		lit := stringLit(text)
		if x == nil {
			x = lit
			continue
		}
		lit.Decorations().Before = dst.NewLine
		x = &dst.BinaryExpr{X: x, Op: token.ADD, Y: lit}
	}
	return x
}

func stringLit(s string) dst.Expr { return &dst.BasicLit{Kind: token.STRING, Value: strconv.Quote(s)} }

// awaitNode is the place of an operation in the source; nil if it has none.
func (e *emitter) awaitNode(op *statemachine.Op) ast.Node {
	switch {
	case op.X != nil:
		return op.X
	case op.Stmt != nil:
		return op.Stmt
	}
	return nil
}

// dropParens takes the parentheses off where a dereference does not need them.
func dropParens(root dst.Node) {
	bare := func(x *dst.Expr) {
		if p, ok := (*x).(*dst.ParenExpr); ok {
			if s, ok := p.X.(*dst.StarExpr); ok {
				s.Decs.NodeDecs = p.Decs.NodeDecs
				*x = s
			}
		}
	}
	dst.Inspect(root, func(n dst.Node) bool {
		switch n := n.(type) {
		case *dst.AssignStmt:
			for i := range n.Lhs {
				bare(&n.Lhs[i])
			}
			for i := range n.Rhs {
				bare(&n.Rhs[i])
			}
		case *dst.CallExpr:
			for i := range n.Args {
				bare(&n.Args[i])
			}
		case *dst.IncDecStmt:
			bare(&n.X)
		case *dst.ReturnStmt:
			for i := range n.Results {
				bare(&n.Results[i])
			}
		case *dst.BinaryExpr:
			bare(&n.X)
			bare(&n.Y)
		case *dst.CompositeLit:
			for i := range n.Elts {
				bare(&n.Elts[i])
			}
		case *dst.KeyValueExpr:
			bare(&n.Value)
		case *dst.IndexExpr:
			bare(&n.Index)
		case *dst.SendStmt:
			bare(&n.Chan)
			bare(&n.Value)
		case *dst.SwitchStmt:
			if n.Tag != nil {
				bare(&n.Tag)
			}
		}
		return true
	})
}
