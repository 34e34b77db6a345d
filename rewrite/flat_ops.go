package rewrite

// This file emits the operations of a plan, one after the other.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// ops emits all operations.
func (e *emitter) ops() []dst.Stmt { return e.opsFrom(0, len(e.m.Ops)) }

// opsFrom emits the operations of the code, or of the part in the making: labels become labelled statements, native runs blocks.
func (e *emitter) opsFrom(from, to int) (out []dst.Stmt) {
	var labels []*dst.LabeledStmt
	var run *statemachine.Run
	var inRun []dst.Stmt
	add := func(s dst.Stmt) {
		for i := len(labels) - 1; i >= 0; i-- {
			if d := s.Decorations(); d.Before == dst.EmptyLine { // rather before the label
				d.Before, labels[i].Decs.Before = dst.NewLine, dst.EmptyLine
			}
			labels[i].Stmt = s
			s = labels[i]
		}
		labels = nil
		out = append(out, s)
	}
	flush := func() {
		if run != nil && len(inRun) > 0 {
			b := &dst.BlockStmt{List: onLines(inRun...)}
			first, last := inRun[0].Decorations(), inRun[len(inRun)-1].Decorations()
			b.Decs.Before, first.Before, last.After = first.Before, dst.NewLine, dst.NewLine // blank lines stand around the block
			add(b)
		}
		run, inRun = nil, nil
	}
	e.inRun(nil)
	ops := e.m.Ops[:to]
	dead := from // jumps before this are never come to
	for i := from; i < to; i++ {
		op := ops[i]
		if op.Run != run {
			flush()
			run = op.Run
			e.inRun(run)
		}
		if op.Kind == statemachine.OpLabel {
			if op.Target.Used {
				if len(labels) == 0 && run == nil && endsInClause(ops[from:i]) && terminates(out[len(out)-1]) {
					fallTo(e.label(op.Target), out[len(out)-1])
				}
				labels = append(labels, &dst.LabeledStmt{Label: dst.NewIdent(e.label(op.Target))})
			}
			continue
		}
		if op.Kind == statemachine.OpJump && run == nil {
			br, _ := op.Stmt.(*ast.BranchStmt)
			reached := len(labels) > 0 || len(out) == 0 || !terminates(out[len(out)-1])
			if !reached || i < dead {
				continue
			}
			if n := jumpsToNext(ops[i+1:], op.Target); n >= 0 && (br == nil || !e.tf.commented(br)) {
				dead = i + 1 + n
				continue
			}
		}
		if _, real := op.Stmt.(*ast.ReturnStmt); op.Kind == statemachine.OpReturn && !real && len(labels) == 0 &&
			len(out) > 0 && terminates(out[len(out)-1]) {
			continue // the end cannot be reached
		}
		stmts, after := e.emit(op, i)
		for _, s := range stmts {
			if run != nil {
				inRun = append(inRun, s)
				continue
			}
			add(s)
		}
		if after == nil {
			continue
		}
		var rest []dst.Stmt
		if i+1 < to && e.takes(op, ops[i+1]) { // who did not wait has it before the label, who did where he is sent there
			i++
			if rest, _ = e.emit(ops[i], i); e.take(op, rest) {
				add(rest[0])
				rest = nil
			}
		}
		labels = append(labels, after)
		for _, s := range rest {
			add(s)
		}
	}
	flush()
	if e.part != nil {
		if len(labels) > 0 || len(out) == 0 || !terminates(out[len(out)-1]) {
			s := e.next()
			e.tf.ownLine(s)
			add(s)
		}
	} else if e.m.Defers() {
		stmts := e.unwinding()
		stmts[0] = &dst.LabeledStmt{Label: dst.NewIdent(e.unwind), Stmt: stmts[0]}
		for _, s := range onLines(stmts...) {
			e.tf.ownLine(s)
			add(s)
		}
	} else if len(labels) > 0 {
		add(&dst.EmptyStmt{Implicit: true})
	}
	return out
}

// emit emits one operation with its comments and its line. An await gives the label behind it.
func (e *emitter) emit(op *statemachine.Op, i int) ([]dst.Stmt, *dst.LabeledStmt) {
	n := e.awaitNode(op)
	if n != nil {
		e.making, e.here = op, n.Pos()
	}
	stmts, after := e.op(op, i)
	e.making = nil
	e.comments(op, stmts)
	stmts = onLines(stmts...)
	if n != nil {
		for _, s := range stmts {
			e.tf.line(s, n.Pos())
		}
	}
	return stmts, after
}

// terminates reports whether a statement is a terminating one, as the language has it.
func terminates(s dst.Stmt) bool {
	last := func(list []dst.Stmt) bool { return len(list) > 0 && terminates(list[len(list)-1]) }
	switch s := s.(type) {
	case *dst.ReturnStmt:
		return true
	case *dst.BranchStmt:
		return s.Tok == token.GOTO
	case *dst.ExprStmt:
		c, ok := s.X.(*dst.CallExpr)
		if !ok {
			return false
		}
		id, ok := c.Fun.(*dst.Ident)
		return ok && id.Name == "panic"
	case *dst.BlockStmt:
		return last(s.List)
	case *dst.IfStmt:
		return s.Else != nil && last(s.Body.List) && terminates(s.Else)
	case *dst.ForStmt:
		return s.Cond == nil && !breaksOut(s.Body)
	case *dst.LabeledStmt:
		return terminates(s.Stmt)
	case *dst.SwitchStmt:
		return clausesTerminate(s.Body)
	case *dst.TypeSwitchStmt:
		return clausesTerminate(s.Body)
	case *dst.SelectStmt:
		for _, c := range s.Body.List {
			c := c.(*dst.CommClause)
			if !last(c.Body) || breaksOut(c) {
				return false
			}
		}
		return true
	}
	return false
}

func clausesTerminate(b *dst.BlockStmt) bool {
	other := false
	for _, c := range b.List {
		c := c.(*dst.CaseClause)
		other = other || len(c.List) == 0
		if len(c.Body) == 0 || !terminates(c.Body[len(c.Body)-1]) || breaks(c) {
			return false
		}
	}
	return other
}

// breaks reports whether a clause may leave its switch by a break statement.
func breaks(c *dst.CaseClause) bool { return breaksOut(c) }

func breaksOut(n dst.Node) (found bool) {
	dst.Inspect(n, func(n dst.Node) bool {
		b, ok := n.(*dst.BranchStmt)
		found = found || ok && b.Tok == token.BREAK
		return !found
	})
	return found
}

// endsInClause reports whether the last operation is a switch or select with one clause whose body comes behind it.
func endsInClause(ops []*statemachine.Op) bool {
	last := len(ops) - 1
	if last >= 0 && ops[last].Kind == statemachine.OpJump {
		last--
	}
	if last < 0 {
		return false
	}
	n := 0
	for _, l := range ops[last].Clauses {
		if l != nil {
			n++
		}
	}
	return n == 1
}

// fallTo takes the jump to the label right behind a switch or select out of the clause that ends with it. Control gets there without it,
// if the other clauses lead elsewhere.
func fallTo(label string, s dst.Stmt) {
	var body *dst.BlockStmt
	switch s := s.(type) {
	case *dst.LabeledStmt:
		fallTo(label, s.Stmt)
		return
	case *dst.SwitchStmt:
		body = s.Body
	case *dst.TypeSwitchStmt:
		body = s.Body
	case *dst.SelectStmt:
		body = s.Body
	default:
		return
	}
	cut := func(list []dst.Stmt) []dst.Stmt {
		last := len(list) - 1
		if br, ok := list[last].(*dst.BranchStmt); ok && br.Tok == token.GOTO && br.Label.Name == label && len(br.Decs.Start)+len(br.Decs.End) == 0 {
			return list[:last]
		}
		return list
	}
	for _, c := range body.List {
		switch c := c.(type) {
		case *dst.CaseClause:
			c.Body = cut(c.Body)
		case *dst.CommClause:
			c.Body = cut(c.Body)
		}
	}
}

// jumpsToNext gives how many operations there are between a jump and the label that it leads to, if that is placed right behind it or behind
// jumps that nothing leads to; otherwise -1.
func jumpsToNext(rest []*statemachine.Op, l *statemachine.Label) int {
	dead := true
	for i, op := range rest {
		switch {
		case op.Kind == statemachine.OpLabel && op.Target == l:
			return i
		case op.Kind == statemachine.OpLabel:
			dead = dead && !op.Target.Used
		case op.Kind != statemachine.OpJump || op.Run != nil || !dead:
			return -1
		}
	}
	return -1
}

// comments puts the comments before the statements that begin with op before what was emitted for it.
func (e *emitter) comments(op *statemachine.Op, out []dst.Stmt) {
	if len(out) == 0 {
		return
	}
	d := out[0].Decorations()
	for i, s := range out {
		d := s.Decorations()
		d.Start = nil
		if (i > 0 || len(op.Leads) == 0) && d.Before == dst.EmptyLine {
			d.Before = dst.NewLine
		}
	}
	e.last[op.Stmt] = out[len(out)-1]
	for _, l := range op.Leads {
		e.emitted[l] = out[0]
		from := e.tf.nodes[l]
		if from == nil {
			continue
		}
		fd := from.Decorations()
		if fd.Before == dst.EmptyLine {
			d.Before = dst.EmptyLine
		}
		for _, text := range fd.Start {
			d.Start.Append(text)
		}
	}
}

// op is emit without comments.
func (e *emitter) op(op *statemachine.Op, i int) ([]dst.Stmt, *dst.LabeledStmt) {
	switch op.Kind {
	case statemachine.OpAwait:
		return e.await(op)
	case statemachine.OpReturn:
		return e.returnOp(op, i), nil
	case statemachine.OpJump:
		s := e.goTo(op.Target)
		if br, ok := op.Stmt.(*ast.BranchStmt); ok && e.tf.nodes[br] != nil {
			s.Decorations().End.Append(e.tf.nodes[br].Decorations().End...)
		}
		return []dst.Stmt{s}, nil
	}
	return e.withAliases(op, func() []dst.Stmt { return e.plainOp(op) }), nil
}

func (e *emitter) plainOp(op *statemachine.Op) []dst.Stmt {
	switch op.Kind {
	case statemachine.OpStmt:
		return e.stmtOp(op)
	case statemachine.OpSet:
		return e.set(op)
	case statemachine.OpZero:
		return e.zeroOp(op)
	case statemachine.OpBranch:
		var cond dst.Expr
		if op.X != nil {
			cond = e.expr(op.X)
		} else {
			cond = e.ref(op.Vars[0])
		}
		if op.Negated {
			cond = e.not(op.X, cond)
		}
		return []dst.Stmt{e.jumpIf(cond, op.Target)}
	case statemachine.OpCase:
		var tag dst.Expr
		if len(op.Vars) > 0 {
			tag = e.ref(op.Vars[0])
		} else {
			tag = &dst.UnaryExpr{Op: token.NOT, X: dst.NewIdent("false")} // true may mean something else
		}
		return []dst.Stmt{e.jumpIf(&dst.BinaryExpr{X: tag, Op: token.EQL, Y: e.operand(op.X)}, op.Target)}
	case statemachine.OpSwitch:
		return e.switchOp(op)
	case statemachine.OpSelect:
		return e.selectOp(op)
	case statemachine.OpRebox:
		v := op.Vars[0]
		return []dst.Stmt{assign(e.place(v), call(e.tf.async("Box"), star(e.place(v))))}
	case statemachine.OpRange:
		return e.rangeOp(op)
	case statemachine.OpComm:
		return e.comm(op)
	case statemachine.OpTargets:
		return e.targets(op)
	}
	panic("unknown operation")
}

// operand is an expression as an operand of a comparison.
func (e *emitter) operand(x ast.Expr) dst.Expr {
	d := e.expr(x)
	if _, ok := d.(*dst.BinaryExpr); ok {
		return &dst.ParenExpr{X: d}
	}
	return d
}

func (e *emitter) jumpIf(cond dst.Expr, l *statemachine.Label) dst.Stmt {
	if opens(cond) {
		cond = &dst.ParenExpr{X: cond}
	}
	return &dst.IfStmt{Cond: cond, Body: &dst.BlockStmt{List: onLines(e.goTo(l))}}
}

// opens reports whether the parser would take a brace in x for that of the block, if x were a condition.
func opens(x dst.Expr) bool {
	switch x := x.(type) {
	case *dst.CompositeLit:
		switch x.Type.(type) {
		case *dst.Ident, *dst.SelectorExpr, *dst.IndexExpr, *dst.IndexListExpr:
			return true
		}
	case *dst.BinaryExpr:
		return opens(x.X) || opens(x.Y)
	case *dst.UnaryExpr:
		return opens(x.X)
	case *dst.StarExpr:
		return opens(x.X)
	case *dst.SelectorExpr:
		return opens(x.X)
	case *dst.CallExpr:
		return opens(x.Fun)
	case *dst.IndexExpr:
		return opens(x.X)
	case *dst.SliceExpr:
		return opens(x.X)
	case *dst.TypeAssertExpr:
		return opens(x.X)
	}
	return false
}

// withAliases makes copies of the variables that literals in op refer to, so that each literal keeps those of its time:
//
//	{
//		total := f.total
//		add = func(n int) { *total += n }
//	}
func (e *emitter) withAliases(op *statemachine.Op, emit func() []dst.Stmt) []dst.Stmt {
	vs := e.captured(e.nodesOf(op)...)
	if op.Run == nil {
		e.aliases = map[*statemachine.Var]string{}
	}
	var out []dst.Stmt
	for _, v := range vs {
		if e.aliases[v] != "" {
			continue // by an earlier statement of the same block
		}
		e.aliases[v] = v.Hint
		if e.runNames[v.Hint] || replaced[v.Hint] || e.spells(v.Hint) || e.isAlias(v.Hint, v) || e.namesOther(op, v) {
			e.aliases[v] = e.tf.freshIn(e.fl.f, v.Hint)
		}
		out = append(out, define([]string{e.aliases[v]}, e.place(v)))
	}
	n := len(out)
	stmts := emit()
	if _, deferred := op.Stmt.(*ast.DeferStmt); deferred && n > 0 && op.Run == nil && len(stmts) == 1 {
		if b, ok := stmts[0].(*dst.BlockStmt); ok { // one block for the copies and for what is kept of the call
			stmts = b.List
		}
	}
	out = append(out, stmts...)
	if n > 0 && op.Run == nil {
		for _, s := range out {
			s.Decorations().Start = nil // the comments before op are those of the block
			s.Decorations().Before, s.Decorations().After = dst.NewLine, dst.NewLine
		}
		return []dst.Stmt{&dst.BlockStmt{List: out}}
	}
	return out
}

// isAlias reports whether the name is an alias of another variable than v.
func (e *emitter) isAlias(name string, v *statemachine.Var) bool {
	for w, alias := range e.aliases {
		if w != v && alias == name {
			return true
		}
	}
	return false
}

// namesOther reports whether op, or what stands in a block with it, refers to another Go variable by the name that v has in the source.
func (e *emitter) namesOther(op *statemachine.Op, v *statemachine.Var) bool {
	ops := []*statemachine.Op{op}
	if op.Run != nil {
		ops = e.m.Ops
	}
	for _, o := range ops {
		if o.Run != op.Run {
			continue
		}
		for _, w := range append(slices.Clip(o.Uses()), o.Sets()...) {
			if w != v && e.names[w] == v.Hint {
				return true
			}
		}
	}
	return false
}

// inRun begins a native block, or ends one with nil. Its statements share their aliases; an alias must not have the name of a
// variable that the block declares.
func (e *emitter) inRun(run *statemachine.Run) {
	e.aliases, e.runNames = map[*statemachine.Var]string{}, map[string]bool{}
	if run == nil {
		return
	}
	for _, s := range run.Stmts {
		ast.Inspect(s, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && e.tf.info.Defs[id] != nil {
				e.runNames[id.Name] = true
			}
			_, nested := n.(*ast.BlockStmt)
			_, lit := n.(*ast.FuncLit)
			return !nested && !lit
		})
	}
}

// nodesOf lists the parts of the source that op emits.
func (e *emitter) nodesOf(op *statemachine.Op) (ns []ast.Node) {
	add := func(xs ...ast.Expr) {
		for _, x := range xs {
			if x != nil {
				ns = append(ns, e.unreplaced(x)...)
			}
		}
	}
	switch op.Kind {
	case statemachine.OpStmt, statemachine.OpReturn:
		if op.Spec != nil {
			add(op.Spec.Values...)
			break
		}
		for _, n := range afterInit(op) {
			ns = append(ns, e.unreplaced(n)...)
		}
	case statemachine.OpSet:
		if op.Old == nil && op.X != nil {
			if op.Spill {
				ns = append(ns, e.unreplacedInside(op.X)...)
			} else {
				add(op.X)
			}
		}
	case statemachine.OpAwait:
		add(op.X)
		if s, ok := op.Stmt.(*ast.SendStmt); ok && op.Await == statemachine.AwaitSend {
			add(s.Value)
		}
	case statemachine.OpSwitch, statemachine.OpSelect:
		add(op.X)
		for i, c := range clauseList(op.Stmt) {
			switch c := c.(type) {
			case *ast.CaseClause:
				add(c.List...)
				if op.Clauses[i] == nil {
					for _, s := range c.Body {
						ns = append(ns, s)
					}
				}
			case *ast.CommClause:
				if a, ok := c.Comm.(*ast.AssignStmt); ok && op.Comm.Promise != nil {
					if op.Clauses[i] == nil {
						add(a.Lhs...)
					}
				} else if ok && op.Clauses[i] != nil { // the clause sets what is on the left
					add(a.Rhs...)
				} else if c.Comm != nil && op.Comm.Promise == nil {
					ns = append(ns, c.Comm)
				}
				if op.Clauses[i] == nil {
					for _, s := range c.Body {
						ns = append(ns, s)
					}
				}
			}
		}
	case statemachine.OpComm:
		switch c := op.Comm.Stmt.Body.List[op.Index].(*ast.CommClause).Comm.(type) {
		case *ast.SendStmt:
			add(c.Chan, c.Value)
		case *ast.ExprStmt:
			add(c.X)
		case *ast.AssignStmt: // the clause sets what is on the left
			add(c.Rhs...)
		}
	case statemachine.OpTargets:
		add(op.Targets...)
	default:
		add(op.X)
	}
	return ns
}

// afterInit lists the parts of the statement of op: without its init statement, where that is an operation of its own.
func afterInit(op *statemachine.Op) (ns []ast.Node) {
	add := func(list ...ast.Node) {
		for _, n := range list {
			if n != nil {
				ns = append(ns, n)
			}
		}
	}
	if !op.NoInit {
		add(op.Stmt)
		return ns
	}
	switch s := op.Stmt.(type) {
	case *ast.IfStmt:
		add(s.Cond, s.Body, s.Else)
	case *ast.ForStmt:
		add(s.Cond, s.Post, s.Body)
	case *ast.SwitchStmt:
		add(s.Tag, s.Body)
	case *ast.TypeSwitchStmt:
		add(s.Assign, s.Body)
	default:
		add(op.Stmt)
	}
	return ns
}

// unreplaced lists the parts of n that are still to be computed: n itself, unless parts of it were lifted.
func (e *emitter) unreplaced(n ast.Node) (ns []ast.Node) {
	if x, ok := n.(ast.Expr); ok && e.m.Subst[x] != nil {
		return nil
	}
	lifted := false
	ast.Inspect(n, func(c ast.Node) bool {
		if x, ok := c.(ast.Expr); ok && e.m.Subst[x] != nil {
			lifted = true
		}
		return !lifted
	})
	if !lifted {
		return []ast.Node{n}
	}
	if _, ok := n.(*ast.FuncLit); ok {
		return []ast.Node{n}
	}
	return e.unreplacedInside(n)
}

func (e *emitter) unreplacedInside(n ast.Node) (ns []ast.Node) {
	if c, ok := n.(*ast.CallExpr); ok && e.tf.pkg.blockLiteral(c) != nil {
		return []ast.Node{n}
	}
	ast.Inspect(n, func(c ast.Node) bool {
		if c == nil || c == n {
			return true
		}
		ns = append(ns, e.unreplaced(c)...)
		return false
	})
	if _, lit := n.(*ast.FuncLit); lit {
		ns = append(ns, n)
	}
	return ns
}

func clauseList(s ast.Stmt) []ast.Stmt {
	if b := clauseBlock(s); b != nil {
		return b.List
	}
	return nil
}

func clauseBlock(s ast.Stmt) *ast.BlockStmt {
	switch s := s.(type) {
	case *ast.SwitchStmt:
		return s.Body
	case *ast.TypeSwitchStmt:
		return s.Body
	case *ast.SelectStmt:
		return s.Body
	}
	return nil
}

// await emits a suspension point:
//
//	f.userPromise = promise(f.ctx, f.id)
//	if f.userPromise.Suspends(f.call.Task(), 1) {
//		return
//	}
//	resume1: // users.go:20
//
// or, for a call that has a step function,
//
//	userStep = FetchUserAsyncStep(async.Spare(f), f.ctx, f.id)
//	if userStep.Suspends(f.call.Task(), 1) {
//		return
//	}
func (e *emitter) await(op *statemachine.Op) ([]dst.Stmt, *dst.LabeledStmt) {
	p := op.Vars[0]
	out := e.withAliases(op, func() []dst.Stmt { return []dst.Stmt{assign(e.ref(p), e.promise(op))} })
	if e.m.Steps {
		out = e.stepAwait(op, out)
		return out, e.resumption(op)
	}
	cleared := map[string]bool{p.Name: true}
	for _, v := range op.Live {
		cleared[v.Name] = true // its field may have had another tenant
	}
	var dead []*statemachine.Var
	for _, v := range op.Dead {
		if !cleared[v.Name] {
			cleared[v.Name] = true
			dead = append(dead, v)
		}
	}
	out = append(out, e.clears(dead)...)
	suspend := call(sel(e.ref(p), "Suspends"), call(e.called("Task")), intLit(op.State))
	out = append(out, &dst.IfStmt{Cond: suspend, Body: &dst.BlockStmt{List: onLines(e.stop())}})
	return out, e.resumption(op)
}

// resumption is the label at which a call goes on.
func (e *emitter) resumption(op *statemachine.Op) *dst.LabeledStmt {
	l := &dst.LabeledStmt{Label: dst.NewIdent(e.resumeLabel(op))}
	l.Decs.Colon.Append("// " + e.tf.where(e.awaitNode(op)))
	return l
}

// promise is the promise that an await waits for.
func (e *emitter) promise(op *statemachine.Op) dst.Expr {
	switch op.Await {
	case statemachine.AwaitStep:
		return e.stepOf(op.X)
	case statemachine.AwaitCustom:
		return call(e.instantiated("PromiseOf", op), e.expr(op.X))
	case statemachine.AwaitReceive:
		if op.From != nil {
			return call(e.tf.async("Receive"), e.ref(op.From))
		}
		return call(e.tf.async("Receive"), e.expr(op.X))
	case statemachine.AwaitSend:
		s := op.Stmt.(*ast.SendStmt)
		return call(index(e.tf.async("Deliver"), []dst.Expr{e.localTyp(chanElem(e.tf.info.TypeOf(s.Chan)))}), e.expr(s.Chan), e.expr(s.Value))
	case statemachine.AwaitSelect:
		var cases []dst.Expr
		for _, v := range op.Comm.Cases {
			cases = append(cases, e.ref(v))
		}
		return call(e.tf.async("Select"), cases...)
	}
	return e.expr(op.X)
}

// instantiated is a generic function of the runtime with the type of the promise's value.
func (e *emitter) instantiated(name string, op *statemachine.Op) dst.Expr {
	p := op.Vars[0].Type.(*types.Pointer).Elem().(*types.Named)
	return index(e.tf.async(name), []dst.Expr{e.localTyp(p.TypeArgs().At(0))})
}

// chanElem is the type of the elements of a channel.
func chanElem(t types.Type) types.Type {
	if c, ok := statemachine.Core(t).(*types.Chan); ok {
		return c.Elem()
	}
	return t
}

// set emits the computation of temporaries.
func (e *emitter) set(op *statemachine.Op) []dst.Stmt {
	var x dst.Expr
	switch {
	case op.Old != nil:
		x = e.value(op.Old)
	case op.Spill:
		x = e.spilled(op.X)
	default:
		x = e.expr(op.X)
	}
	if len(op.Vars) == 0 {
		return []dst.Stmt{&dst.ExprStmt{X: x}}
	}
	s := &dst.AssignStmt{Tok: token.ASSIGN, Rhs: []dst.Expr{x}}
	for _, v := range op.Vars {
		s.Lhs = append(s.Lhs, e.ref(v))
	}
	return []dst.Stmt{s}
}

// spilled is an expression that is computed now and replaced by temporaries from here on.
func (e *emitter) spilled(x ast.Expr) dst.Expr {
	if y := e.substText(x); y != nil {
		return y.(dst.Expr)
	}
	y := e.tf.copyInner(x, e.subst).(dst.Expr)
	if lit, ok := y.(*dst.CompositeLit); ok && lit.Type == nil { // it was an element, and its type that of the elements
		t := e.tf.info.TypeOf(x)
		if p, ok := statemachine.Core(t).(*types.Pointer); ok {
			t, y = p.Elem(), &dst.UnaryExpr{Op: token.AND, X: lit}
		}
		lit.Type = e.localTyp(t)
	}
	stripComments(y)
	return y
}

// zeroOp makes a new, zero variable. A slot that nothing has used yet is one already.
func (e *emitter) zeroOp(op *statemachine.Op) []dst.Stmt {
	v := op.Vars[0]
	switch {
	case !v.Used && !v.Set:
		return nil
	case v.Boxed:
		return []dst.Stmt{assign(e.place(v), call(e.builtin("new"), e.localTyp(v.Type)))}
	case !op.InCycle && !v.Merged && (e.m.Steps || !(v.Slot && e.shared(v))):
		return nil
	}
	return []dst.Stmt{assign(e.place(v), e.zero(v.Type))}
}

// define gives the target for a new variable, and the statement that makes its box.
func (e *emitter) define(v *statemachine.Var) (target dst.Expr, box []dst.Stmt) {
	if v.Boxed {
		return star(e.place(v)), []dst.Stmt{assign(e.place(v), call(e.builtin("new"), e.localTyp(v.Type)))}
	}
	return e.place(v), nil
}

// target is the left side of an assignment: a new variable, or an expression.
func (e *emitter) target(x ast.Expr) (target dst.Expr, box []dst.Stmt) {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		if obj := e.tf.info.Defs[id]; obj != nil {
			if v := e.m.ByObj[obj]; v != nil {
				return e.define(v)
			}
		}
		if id.Name == "_" {
			return dst.NewIdent("_"), nil
		}
	}
	return e.expr(x), nil
}

// targets emits the assignment of values that the machine holds.
func (e *emitter) targets(op *statemachine.Op) []dst.Stmt {
	s := &dst.AssignStmt{Tok: token.ASSIGN}
	var out []dst.Stmt
	for i, x := range op.Targets {
		t, box := e.target(x)
		out = append(out, box...)
		s.Lhs = append(s.Lhs, t)
		s.Rhs = append(s.Rhs, e.ref(op.Vars[i]))
	}
	return append(out, s)
}

// stmtOp emits a statement of the source.
func (e *emitter) stmtOp(op *statemachine.Op) (out []dst.Stmt) {
	if op.Spec != nil {
		return e.spec(op)
	}
	switch s := op.Stmt.(type) {
	case *ast.AssignStmt:
		if len(s.Lhs) == 2 {
			if x := e.namedOK(s.Rhs[0], e.tf.info.TypeOf(s.Lhs[1])); x != nil {
				defer func() { out[len(out)-1].(*dst.AssignStmt).Rhs[0] = x }()
			}
		}
		if s.Tok == token.DEFINE && e.definesTracked(s) {
			return e.defineStmt(s)
		}
	case *ast.DeferStmt:
		return e.deferStmt(s)
	}
	if op.NoInit {
		out := e.withoutInit(op.Stmt)
		if op.Label != "" {
			out = &dst.LabeledStmt{Label: dst.NewIdent(op.Label), Stmt: out}
		}
		return []dst.Stmt{out}
	}
	n := e.tf.copy(op.Stmt, e.subst)
	if b, ok := n.(*dst.BlockStmt); ok && e.splice[b] {
		return b.List
	}
	return []dst.Stmt{n.(dst.Stmt)}
}

// namedOK is the receive x of v, ok = x with an ok of type t, if that is a type of the user's; nil for anything else.
func (e *emitter) namedOK(x ast.Expr, t types.Type) dst.Expr {
	v := e.m.Subst[ast.Unparen(x)]
	if v == nil || v.Get != statemachine.GetRecv2 || !ownBool(t) {
		return nil
	}
	elem := v.Promise.Type.(*types.Named).TypeArgs().At(0).(*types.Named).TypeArgs().At(0)
	return call(index(e.tf.async("TakenAs"), []dst.Expr{e.localTyp(elem), e.localTyp(t)}), e.ref(v.Promise))
}

// ownBool reports whether t is a boolean type, but not bool, so that a bool has to be converted to it. The type of a blank is nil.
func ownBool(t types.Type) bool {
	if isBool(t) {
		return false
	}
	_, basic := statemachine.Core(t).(*types.Basic)
	return basic
}

func (e *emitter) definesTracked(s *ast.AssignStmt) bool {
	for _, x := range s.Lhs {
		if id, ok := x.(*ast.Ident); ok && e.m.ByObj[e.tf.info.Defs[id]] != nil && e.tf.info.Defs[id] != nil {
			return true
		}
	}
	blank := true
	for _, x := range s.Lhs {
		id, ok := x.(*ast.Ident)
		blank = blank && ok && (e.tf.info.Defs[id] == nil || id.Name == "_")
	}
	return blank
}

// defineStmt emits a short variable declaration whose variables are the machine's.
func (e *emitter) defineStmt(s *ast.AssignStmt) []dst.Stmt {
	out := e.tf.copyInner(s, e.subst).(*dst.AssignStmt)
	out.Tok = token.ASSIGN
	var boxes []dst.Stmt
	for i, x := range s.Lhs {
		t, box := e.target(x)
		if box != nil && len(s.Lhs) == 1 && len(s.Rhs) == 1 {
			v := e.m.ByObj[e.tf.info.Defs[x.(*ast.Ident)]]
			out.Lhs[0], out.Rhs[0] = e.place(v), call(e.tf.async("Box"), out.Rhs[0])
			return []dst.Stmt{out}
		}
		boxes = append(boxes, box...)
		out.Lhs[i] = t
	}
	return append(boxes, out)
}

// spec emits a variable declaration with values as an assignment.
func (e *emitter) spec(op *statemachine.Op) []dst.Stmt {
	s := &dst.AssignStmt{Tok: token.ASSIGN}
	var boxes []dst.Stmt
	typed := op.Spec.Type != nil
	for _, v := range op.Vars {
		if v == nil {
			s.Lhs = append(s.Lhs, dst.NewIdent("_"))
			continue
		}
		t, box := e.define(v)
		boxes = append(boxes, box...)
		s.Lhs = append(s.Lhs, t)
	}
	for i, x := range op.Spec.Values {
		y := e.expr(x)
		if i < len(op.Vars) && op.Vars[i] == nil && typed && len(op.Vars) == len(op.Spec.Values) { // var _ T = x converts
			y = call(&dst.ParenExpr{X: e.expr(op.Spec.Type)}, y)
		}
		s.Rhs = append(s.Rhs, y)
	}
	if len(op.Vars) == 2 && op.Vars[1] != nil {
		if x := e.namedOK(op.Spec.Values[0], op.Vars[1].Type); x != nil {
			s.Rhs[0] = x
		}
	}
	if n := e.tf.nodes[op.Stmt]; n != nil {
		s.Decs.End = append(s.Decs.End, n.Decorations().End...)
	}
	return append(boxes, s)
}

// withoutInit emits a statement whose init statement came before.
func (e *emitter) withoutInit(s ast.Stmt) dst.Stmt {
	switch s := s.(type) {
	case *ast.IfStmt:
		out := e.tf.copyInner(s, e.skip(s.Init)).(*dst.IfStmt)
		out.Init = nil
		return out
	case *ast.ForStmt:
		out := e.tf.copyInner(s, e.skip(s.Init)).(*dst.ForStmt)
		out.Init = nil
		return out
	case *ast.SwitchStmt:
		out := e.tf.copyInner(s, e.skip(s.Init)).(*dst.SwitchStmt)
		out.Init = nil
		return out
	case *ast.TypeSwitchStmt:
		out := e.tf.copyInner(s, e.skip(s.Init)).(*dst.TypeSwitchStmt)
		out.Init = nil
		return out
	}
	return e.tf.copyInner(s, e.subst).(dst.Stmt)
}

// skip is subst, but does not emit one statement.
func (e *emitter) skip(init ast.Stmt) subst {
	return func(n ast.Node) dst.Node {
		if init != nil && n == ast.Node(init) {
			return &dst.EmptyStmt{}
		}
		return e.subst(n)
	}
}

// returnOp emits a return statement, or the end of the body.
func (e *emitter) returnOp(op *statemachine.Op, i int) []dst.Stmt {
	r, ok := op.Stmt.(*ast.ReturnStmt)
	if !ok {
		if i > 0 && e.endsBefore(i) {
			return nil
		}
		if e.hasResults() {
			return nil // the end cannot be reached
		}
		if e.m.Defers() {
			return nil // the unwinding state follows
		}
		if e.m.Steps {
			return []dst.Stmt{e.done(nil, nil)}
		}
		return []dst.Stmt{e.finish(nil)}
	}
	out := e.withAliases(op, func() []dst.Stmt { return e.leave(r) })
	last := i == len(e.m.Ops)-1 || i == len(e.m.Ops)-2 && e.endsBefore(len(e.m.Ops)-1)
	if n := len(out); last && n > 0 && !e.m.Steps {
		switch out[n-1].(type) {
		case *dst.ReturnStmt, *dst.BranchStmt: // says nothing at the very end of the function
			return out[:n-1]
		}
	}
	return out
}

// endsBefore reports whether control cannot come to operation i from the one before.
func (e *emitter) endsBefore(i int) bool {
	switch e.m.Ops[i-1].Kind {
	case statemachine.OpReturn, statemachine.OpJump:
		return true
	}
	return false
}

func (e *emitter) hasResults() bool {
	values, hasErr := e.resultTypes()
	return len(values) > 0 || hasErr
}

// leave emits what a return statement does: it hands the results over and returns, or goes on to the deferred calls.
func (e *emitter) leave(r *ast.ReturnStmt) []dst.Stmt {
	values, hasErr := e.resultTypes()
	n := len(values)
	if hasErr {
		n++
	}
	viaVars := e.m.Defers() || e.sharedResults()
	var pre []dst.Stmt
	var xs []dst.Expr
	var spread dst.Expr
	switch {
	case len(r.Results) == 0:
		xs = e.resultRefs()
	case len(r.Results) == n:
		for _, x := range r.Results {
			xs = append(xs, e.expr(x))
		}
	default:
		if xs = e.values(r.Results[0]); xs == nil {
			spread = e.expr(r.Results[0])
		}
	}
	if viaVars && len(r.Results) > 0 {
		s := &dst.AssignStmt{Lhs: e.resultRefs(), Tok: token.ASSIGN, Rhs: xs}
		if spread != nil {
			s.Rhs = []dst.Expr{spread}
		}
		if len(xs) == len(r.Results) {
			e.dropSelves(s, r.Results)
		}
		if len(s.Lhs) > 0 {
			pre = append(pre, s)
		}
		xs, spread = e.resultRefs(), nil
	}
	if e.m.Defers() {
		return append(pre, e.toUnwind())
	}
	if spread != nil {
		if len(values) == 1 && hasErr && e.m.Steps {
			fun := e.tf.async("Done")
			if t, ok := e.tf.info.TypeOf(r.Results[0]).(*types.Tuple); !ok || !types.Identical(t.At(0).Type(), values[0]) {
				fun = index(fun, []dst.Expr{e.localTyp(values[0])})
			}
			return append(pre, returns(call(fun, spread)))
		}
		if len(values) == 1 && hasErr {
			return []dst.Stmt{
				&dst.ExprStmt{X: call(e.called("Finish"), spread)},
				e.stop(),
			}
		}
		s := &dst.AssignStmt{Tok: token.DEFINE, Rhs: []dst.Expr{spread}}
		for range n {
			name := e.tf.freshIn(e.fl.f, "v")
			s.Lhs = append(s.Lhs, dst.NewIdent(name))
			xs = append(xs, dst.NewIdent(name))
		}
		b := &dst.BlockStmt{List: onLines(append([]dst.Stmt{s}, e.ending(xs, nil)...)...)}
		return append(pre, b)
	}
	results := r.Results
	if viaVars {
		results = nil
	}
	return append(pre, e.ending(xs, results)...)
}

// ending ends the call with these results. Where they stand in the source as they are, that is given, too.
func (e *emitter) ending(xs []dst.Expr, results []ast.Expr) []dst.Stmt {
	if e.m.Steps {
		return []dst.Stmt{e.done(xs, results)}
	}
	return []dst.Stmt{e.finish(xs), e.stop()}
}

// dropSelves takes the results out that are returned as they are.
func (e *emitter) dropSelves(s *dst.AssignStmt, results []ast.Expr) {
	var lhs, rhs []dst.Expr
	for i, x := range results {
		if id, ok := ast.Unparen(x).(*ast.Ident); ok && e.m.Results[i].Obj != nil && e.tf.info.Uses[id] == types.Object(e.m.Results[i].Obj) {
			continue
		}
		lhs, rhs = append(lhs, s.Lhs[i]), append(rhs, s.Rhs[i])
	}
	s.Lhs, s.Rhs = lhs, rhs
}

// sharedResults reports whether something else may see the named results.
func (e *emitter) sharedResults() bool {
	for _, v := range e.m.Results {
		if v.Boxed {
			return true
		}
	}
	return false
}

// substStmt replaces statements in native code that leave the function, jump out of it, or defer a call.
func (e *emitter) substStmt(s ast.Stmt) dst.Node {
	if e.literals > 0 {
		return nil
	}
	var list []dst.Stmt
	switch s := s.(type) {
	case *ast.ReturnStmt:
		list = e.leave(s)
	case *ast.DeferStmt:
		list = e.deferStmt(s)
	case *ast.BranchStmt:
		l := e.m.Branch[s]
		if l == nil {
			return nil
		}
		return e.goTo(l)
	default:
		return nil
	}
	b := &dst.BlockStmt{List: onLines(list...)}
	e.splice[b] = true
	return b
}

// dropLabels takes out our labels that no jump leads to.
func (e *emitter) dropLabels(body *dst.BlockStmt) {
	used, ours := map[string]bool{}, map[string]bool{}
	dst.Inspect(body, func(n dst.Node) bool {
		if b, ok := n.(*dst.BranchStmt); ok && b.Label != nil {
			used[b.Label.Name] = true
		}
		return true
	})
	for _, name := range e.labels {
		ours[name] = true
	}
	for i, s := range body.List {
		for {
			l, ok := s.(*dst.LabeledStmt)
			if !ok || used[l.Label.Name] || !ours[l.Label.Name] {
				break
			}
			l.Stmt.Decorations().Start = append(append(dst.Decorations{}, l.Decs.Start...), l.Stmt.Decorations().Start...)
			s = l.Stmt
		}
		for l, ok := s.(*dst.LabeledStmt); ok; l, ok = l.Stmt.(*dst.LabeledStmt) {
			if in, ok := l.Stmt.(*dst.LabeledStmt); ok && !used[in.Label.Name] && ours[in.Label.Name] {
				l.Stmt = in.Stmt
			}
		}
		body.List[i] = s
	}
}

// spliceIn puts the statements of marked blocks in the place of the blocks.
func (e *emitter) spliceIn(root dst.Node) {
	dst.Inspect(root, func(n dst.Node) bool {
		switch n := n.(type) {
		case *dst.BlockStmt:
			n.List = e.spliced(n.List)
		case *dst.CaseClause:
			n.Body = e.spliced(n.Body)
		case *dst.CommClause:
			n.Body = e.spliced(n.Body)
		}
		return true
	})
}

func (e *emitter) spliced(list []dst.Stmt) (out []dst.Stmt) {
	for _, s := range list {
		b, ok := s.(*dst.BlockStmt)
		if !ok || !e.splice[b] || len(b.List) == 0 {
			out = append(out, s)
			continue
		}
		first, last := b.List[0].Decorations(), b.List[len(b.List)-1].Decorations()
		first.Start = append(append(dst.Decorations{}, b.Decs.Start...), first.Start...)
		first.Before = max(first.Before, b.Decs.Before)
		last.End = append(last.End, b.Decs.End...)
		out = append(out, e.spliced(b.List)...)
	}
	return out
}
