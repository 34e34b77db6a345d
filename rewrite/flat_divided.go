package rewrite

// This file emits the code of large functions in parts, each of which is a method of the frame. The part in the making decides how control
// goes on: by a jump, or by a return to the method that runs the parts.

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// stopped is what a part returns if the call waits or is over. No part leads to the start.
const stopped = 0

// resumeParts declares the method that runs the parts, and the parts:
//
//	func (f *fooFrame) Resume() {
//		at := f.call.At()
//		for {
//			switch {
//			case at <= 150:
//				at = f.part1(at)
//			case at <= 300:
//				at = f.part2(at)
//			case at <= 301: // an entry, behind the states
//				at = f.part2(at)
//			}
//			if at == 0 {
//				return
//			}
//		}
//	}
func (e *emitter) resumeParts() (decls []dst.Decl) {
	if !e.tf.isPredeclared("int32") {
		e.fl.cannotUse("int32")
	}
	at := e.tf.freshIn(e.fl.f, "at")
	run := &dst.SwitchStmt{Body: &dst.BlockStmt{}}
	if e.m.Defers() {
		unwound := &dst.IfStmt{
			Cond: not(call(e.deferring("Unwind"))),
			Body: &dst.BlockStmt{List: onLines(e.finish(e.resultRefs()))},
		}
		addCase(run, compare(at, token.EQL, e.tf.async("Unwinding")), append(e.dropped(), unwound, &dst.ReturnStmt{})...)
	}
	upTo := func(number int, part string) {
		goOn := call(sel(dst.NewIdent(e.self), part), dst.NewIdent(at))
		addCase(run, compare(at, token.LEQ, intLit(number)), assign(dst.NewIdent(at), goOn))
	}
	state := 0
	for i, p := range e.m.Parts {
		if last := e.m.LastState(p); last > state || i == 0 {
			upTo(last, e.partName(i))
			state = last
		}
	}
	for i, p := range e.m.Parts {
		if n := len(p.Entries); n > 0 {
			upTo(p.Entries[n-1].At, e.partName(i))
		}
	}
	var body []dst.Stmt
	if e.m.Defers() {
		body = append(body, e.guard())
	}
	body = append(body,
		define([]string{at}, call(e.called("At"))),
		&dst.ForStmt{Body: &dst.BlockStmt{List: onLines(run, &dst.IfStmt{
			Cond: compare(at, token.EQL, intLit(stopped)),
			Body: &dst.BlockStmt{List: onLines(&dst.ReturnStmt{})},
		})}},
	)
	resume := e.method("Resume", nil, body...)
	resume.Decs.Start.Append(fmt.Sprintf("// Resume runs the code, which is in parts. Places are states and, from %d on, others that one part leads to in another.", e.m.States+1))
	decls = append(decls, resume)
	var bodies []*dst.BlockStmt
	for i := range e.m.Parts {
		d := e.partMethod(i, at)
		decls, bodies = append(decls, d), append(bodies, d.Body)
	}
	e.keepComments(bodies...)
	for _, d := range decls {
		dropParens(d)
	}
	return decls
}

func compare(x string, op token.Token, y dst.Expr) dst.Expr {
	return &dst.BinaryExpr{X: dst.NewIdent(x), Op: op, Y: y}
}

// partName is the name of the method of the i-th part: part1 and so on, or another name if a variable has that one.
func (e *emitter) partName(i int) string {
	for name := "part"; ; name += "_" {
		if name := fmt.Sprint(name, i+1); !e.fieldTaken(name) {
			return name
		}
	}
}

// partMethod declares the method of the i-th part:
//
//	func (f *fooFrame) part2(at int32) int32 {
//		switch at {
//		case 151:
//			goto resume151
//		case 302:
//			goto loop
//		}
//		…
//		return 303
//	}
//
// The entry at the head needs no case.
func (e *emitter) partMethod(i int, at string) *dst.FuncDecl {
	p := e.m.Parts[i]
	e.part = p
	defer func() { e.part = nil }()
	ops := e.opsFrom(p.From, p.To)
	if s := e.partDispatch(p, at); s != nil {
		ops = append([]dst.Stmt{s}, ops...)
	}
	d := e.method(e.partName(i), nil, ops...)
	int32Field := func(name string) *dst.Field {
		f := &dst.Field{Type: dst.NewIdent("int32")}
		if name != "" {
			f.Names = []*dst.Ident{dst.NewIdent(name)}
		}
		return f
	}
	d.Type.Params.List = []*dst.Field{int32Field(at)}
	d.Type.Results = &dst.FieldList{List: []*dst.Field{int32Field("")}}
	e.spliceIn(d)
	e.dropLabels(d.Body)
	d.Body.List = append(onLines(e.partHead(p, d.Body)...), d.Body.List...)
	d.Decs.Start.Append(fmt.Sprintf("// %s runs from at on. It gives the place in another part where the call goes on; %d if the call waits or is over.", d.Name.Name, stopped))
	return d
}

// partDispatch is the jump to where the part begins; nil if that is its head in any case.
func (e *emitter) partDispatch(p *statemachine.Part, at string) dst.Stmt {
	s := &dst.SwitchStmt{Tag: dst.NewIdent(at), Body: &dst.BlockStmt{}}
	e.resumptions(s, e.m.Ops[p.From:p.To])
	for _, entry := range p.Entries {
		if entry.Label != nil {
			addCase(s, intLit(entry.At), jump(e.label(entry.Label)))
		}
	}
	if len(s.Body.List) == 0 {
		return nil
	}
	return s
}

// partHead declares what the body of a part mentions of the constants and variables of the function.
func (e *emitter) partHead(p *statemachine.Part, body *dst.BlockStmt) (head []dst.Stmt) {
	mentioned := map[string]bool{}
	e.mention(mentioned, body)
	decls := e.hoisted()
	for _, d := range slices.Backward(decls) {
		for _, id := range constNames(d) {
			if mentioned[id] {
				e.mention(mentioned, d) // the constants of its values are declared before it
				head = append(head, &dst.DeclStmt{Decl: d})
				break
			}
		}
	}
	slices.Reverse(head)

	read, set := e.variablesOf(p)
	var locals []*statemachine.Var
	var unread []dst.Stmt
	for _, v := range e.locals {
		if !read[v] && !(set[v] && mentioned[e.names[v]]) {
			continue
		}
		if locals = append(locals, v); !read[v] {
			unread = append(unread, assign(dst.NewIdent("_"), e.place(v)))
		}
	}
	if vars := e.varDecl(locals); vars != nil {
		head = append(head, vars)
	}
	return append(head, unread...)
}

// mention notes the names in a tree.
func (e *emitter) mention(names map[string]bool, root dst.Node) {
	dst.Inspect(root, func(n dst.Node) bool {
		if id, ok := n.(*dst.Ident); ok {
			names[id.Name] = true
		}
		return true
	})
}

func constNames(d *dst.GenDecl) (names []string) {
	for _, s := range d.Specs {
		if v, ok := s.(*dst.ValueSpec); ok {
			for _, id := range v.Names {
				names = append(names, id.Name)
			}
		}
	}
	return names
}

// variablesOf tells which Go variables the code of a part reads, and which it sets.
func (e *emitter) variablesOf(p *statemachine.Part) (read, set map[*statemachine.Var]bool) {
	read, set = map[*statemachine.Var]bool{}, map[*statemachine.Var]bool{}
	note := func(in map[*statemachine.Var]bool, vs ...*statemachine.Var) {
		for _, v := range vs {
			switch {
			case v == nil:
			case v.As != nil:
				in[v.As] = true
			default:
				in[v] = true
			}
		}
	}
	for _, op := range e.m.Ops[p.From:p.To] {
		note(read, op.Uses()...)
		note(set, op.Sets()...)
		for _, vs := range op.Binds {
			note(set, vs...)
		}
		if op.Kind == statemachine.OpRange && op.Step == statemachine.RangeTest {
			note(read, op.Range.OK, op.Range.Got)
		}
		if op.Kind == statemachine.OpAwait {
			note(read, op.Vars...)
		}
		if e.sharedResults() && e.returns(op) {
			note(read, e.m.Results...)
		}
	}
	return read, set
}

// returns reports whether there is a return statement in what an operation emits.
func (e *emitter) returns(op *statemachine.Op) (found bool) {
	if op.Kind == statemachine.OpReturn { // its operands may have been lifted
		_, found = op.Stmt.(*ast.ReturnStmt)
		return found
	}
	for _, n := range e.nodesOf(op) {
		ast.Inspect(n, func(c ast.Node) bool {
			_, lit := c.(*ast.FuncLit)
			_, ret := c.(*ast.ReturnStmt)
			found = found || ret
			return !found && !lit
		})
	}
	return found
}

// goTo leads to a label: goto loop, or if that stands in another part
//
//	return 302 // to loop
//
// The label at the head of a part has no name there.
func (e *emitter) goTo(l *statemachine.Label) dst.Stmt {
	if e.part == nil || e.part.Has(l) {
		return jump(e.label(l))
	}
	at, head := e.m.Entry(l)
	s := returns(intLit(at))
	if !head {
		s.Decs.End.Append("// to " + e.label(l))
	}
	return s
}

// stop ends Resume, as the call waits or is over.
func (e *emitter) stop() dst.Stmt {
	if e.part != nil {
		return returns(intLit(stopped))
	}
	return &dst.ReturnStmt{}
}

// toUnwind leads to the deferred calls.
func (e *emitter) toUnwind() dst.Stmt {
	if e.part != nil {
		return returns(e.tf.async("Unwinding"))
	}
	return jump(e.unwind)
}

// next leads from the end of the part in the making to the next one, or ends the function.
func (e *emitter) next() dst.Stmt {
	at := e.m.Next(e.part)
	switch {
	case at > 0:
		return returns(intLit(at))
	case e.m.Defers():
		return e.toUnwind()
	}
	return e.stop()
}
