package inspect

// This file tells what a machine allocates, and what would make it cheaper.

import (
	"fmt"
	"go/ast"
	"go/types"
	"math/bits"
	"slices"
	"strings"

	"github.com/goawait/goawait/rewrite"
	sm "github.com/goawait/goawait/statemachine"
)

// allocations lists what a call of the machine allocates by itself, when it finds channels ready: the frame, what the frame points to, and what
// package async needs. What the code of the function allocates in any form is not in it. A script of cmd/goawait compares the counts
// with what is measured.
func (d *describer) allocations(p *rewrite.Plan) (as []Allocation) {
	m := p.Machine
	add := func(what string, line, count int, bytes int64, often bool) {
		as = append(as, Allocation{What: what, Line: line, Count: count, Bytes: bytes, Often: often})
	}
	line := d.f.Line
	if p.Block != nil {
		line = d.line(p.Block.Pos())
	}
	frame := "the frame"
	switch {
	case m.Steps && p.Block == nil:
		frame = "the frame; if the call need not wait, its promise alone, and where an async function awaits it at once, nothing"
	case p.Member:
		frame = "the frame; if the call need not wait, nothing"
	case m.Steps:
		frame = "the frame; if the call need not wait, its promise alone"
	}
	add(frame, line, 1, p.Size, false)
	if p.Local {
		add("the functions that run it and release it", line, 2, 0, false)
	}
	names := d.names(m)
	for _, v := range m.Vars {
		if v.Boxed && !v.Free && (v.Used || v.Set) && d.outlives(m, v) {
			add("a heap cell for "+names[v], d.declared(m, v), 1, d.size(v.Type), d.inLoop(m, v))
		}
	}
	for _, def := range m.Deferred {
		what := "the deferred call"
		switch {
		case def.Lit != nil:
			what = "the deferred block, until it runs"
		case d.isFuncValue(def.Stmt.Call.Fun):
			continue // the list keeps the function itself
		}
		add(what, d.line(def.Stmt.Pos()), 1, 0, d.stmtInLoop(m, def.Stmt))
	}
	if n := len(m.Deferred); n > 0 {
		add("the list of deferred calls, as it grows", d.line(m.Deferred[0].Stmt.Pos()), 1+bits.Len(uint(n-1)), 0, false)
	}
	for _, op := range m.Ops {
		switch {
		case op.Kind == sm.OpAwait && op.Await == sm.AwaitSelect:
			add("the cases of the select; none where it comes again and nothing else was awaited between", d.await(m, op).Line, len(op.Comm.Cases), 0, op.InCycle)
		case op.Kind == sm.OpRange && op.Step == sm.RangeInit && op.Range.Over != nil && strings.Contains(d.typ(op.Range.Over.Type), "MapRange"):
			add("the state of the loop over the map", d.line(op.Range.Stmt.Pos()), 2, 0, op.InCycle)
		}
	}
	for _, op := range m.Ops { // closures that a stack would hold
		if lit := d.kept(m, op); lit != nil {
			add("the closure, which the frame keeps", d.line(lit.Pos()), 1, 0, op.InCycle)
		}
	}
	return as
}

// isFuncValue reports whether fun is a func() that is there already: neither a literal nor a method of a value.
func (d *describer) isFuncValue(fun ast.Expr) bool {
	sig, ok := d.info.TypeOf(fun).(*types.Signature)
	if !ok || sig.Params().Len()+sig.Results().Len() > 0 {
		return false
	}
	switch fun := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		return false
	case *ast.Ident:
		_, builtin := d.info.Uses[fun].(*types.Builtin)
		return !builtin
	case *ast.SelectorExpr:
		s := d.info.Selections[fun]
		return s == nil || s.Kind() != types.MethodVal
	}
	return true
}

// slow lists what a flat state machine does at a higher price than plain Go, and the price.
func (d *describer) slow(m *sm.Machine) (hs []Hint) {
	add := func(line int, text string) {
		if h := (Hint{line, text}); !slices.Contains(hs, h) {
			hs = append(hs, h)
		}
	}
	for _, op := range m.Ops {
		switch {
		case op.Kind == sm.OpAwait && op.Await == sm.AwaitSelect:
			add(d.await(m, op).Line, "where no case is ready and no call on the same loop makes one so, a goroutine with its stack waits for them, by way of package reflect")
		case op.Kind == sm.OpAwait && op.Await == sm.AwaitReceive:
			add(d.await(m, op).Line, "where no value is there and no call on the same loop sends one, a goroutine with its stack waits for it: async.Queue waits without one")
		case op.Kind == sm.OpAwait && op.Await == sm.AwaitSend:
			add(d.await(m, op).Line, "where the channel has no room and no call on the same loop receives, a goroutine with its stack waits for it: async.Queue waits without one")
		case op.Kind == sm.OpRange && op.Step == sm.RangeInit && op.Range.Over != nil && strings.Contains(d.typ(op.Range.Over.Type), "MapRange"):
			add(d.line(op.Range.Stmt.Pos()), "a loop over a map that awaits goes through package reflect")
		}
	}
	return hs
}

// size is the size of a type; 0 if it depends on a type parameter.
func (d *describer) size(t types.Type) (n int64) {
	defer func() {
		if recover() != nil {
			n = 0
		}
	}()
	return d.sizes.Sizeof(t)
}

// kept is the function literal that an operation stores in a variable of the frame, if it captures something; nil if there is none.
func (d *describer) kept(m *sm.Machine, op *sm.Op) *ast.FuncLit {
	if op.Kind != sm.OpStmt {
		return nil
	}
	var values []ast.Expr
	switch s := op.Stmt.(type) {
	case *ast.AssignStmt:
		values = s.Rhs
	case *ast.DeclStmt:
		if op.Spec != nil {
			values = op.Spec.Values
		}
	}
	for i, x := range values {
		lit, ok := ast.Unparen(x).(*ast.FuncLit)
		if !ok || i >= len(op.Defs()) || !op.Defs()[i].Slot {
			continue
		}
		captures := false
		ast.Inspect(lit.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				v, isVar := d.info.Uses[id].(*types.Var)
				captures = captures || isVar && !v.IsField() && v.Parent() != v.Pkg().Scope() && (v.Pos() < lit.Pos() || v.Pos() > lit.End())
			}
			return !captures
		})
		if captures {
			return lit
		}
	}
	return nil
}

// outlives reports whether the frame keeps the heap cell of a variable, or may keep what refers to it. In a step function, others are on the
// stack, unless the code as written allocates them, too.
func (d *describer) outlives(m *sm.Machine, v *sm.Var) bool {
	if !m.Steps || v.Slot {
		return true
	}
	literals, addresses := m.Src.Sharing(v.Obj)
	if slices.ContainsFunc(literals, m.Src.IsBlock) {
		return true
	}
	for _, op := range m.Ops {
		if op.Stmt == nil || !slices.ContainsFunc(op.Defs(), func(w *sm.Var) bool { return w.Slot }) {
			continue
		}
		inside := func(n ast.Node) bool { return op.Stmt.Pos() <= n.Pos() && n.End() <= op.Stmt.End() }
		for _, lit := range literals {
			if inside(lit) {
				return true
			}
		}
		for _, a := range addresses {
			if inside(a) {
				return true
			}
		}
	}
	return false
}

// inLoop reports whether a variable may be made more than once in a call.
func (d *describer) inLoop(m *sm.Machine, v *sm.Var) bool {
	for _, op := range m.Ops {
		if op.InCycle && op.Kind != sm.OpLabel && (slices.Contains(op.Defs(), v) || op.Kind == sm.OpRebox && slices.Contains(op.Vars, v)) {
			return v.Param == 0 && !v.Result
		}
	}
	return false
}

func (d *describer) stmtInLoop(m *sm.Machine, s ast.Stmt) bool {
	for _, op := range m.Ops {
		if op.Stmt != nil && op.InCycle && op.Stmt.Pos() <= s.Pos() && s.End() <= op.Stmt.End() {
			return true
		}
	}
	found := false
	ast.Inspect(m.Src.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt:
			found = found || n.Body.Pos() <= s.Pos() && s.End() <= n.Body.End()
		case *ast.RangeStmt:
			found = found || n.Body.Pos() <= s.Pos() && s.End() <= n.Body.End()
		}
		return !found
	})
	return found
}

// large is the size in bytes from which a variable in the frame is worth a hint.
const large = 64

// hints says what would make the machine smaller or cheaper.
func (d *describer) hints(p *rewrite.Plan, m *Machine) (hs []Hint) {
	add := func(line int, format string, args ...any) { hs = append(hs, Hint{line, fmt.Sprintf(format, args...)}) }
	if p.Machine.States == 0 && p.Block == nil {
		add(d.f.Line, "it never waits: without the annotation it is an ordinary function, which costs no frame")
	}
	for _, field := range p.Fields {
		for _, v := range field.Vars {
			if len(v.Name) == 0 || v.Obj == nil && !v.Result {
				continue
			}
			d.hint(p.Machine, v, field.Size, add)
		}
	}
	return hs
}

// hint says what to do about one variable.
func (d *describer) hint(m *sm.Machine, v *sm.Var, size int64, add func(line int, format string, args ...any)) {
	across := d.across(m, v)
	switch {
	case v.Boxed && !v.Free && !v.Result && v.Obj != nil:
		literals, addresses := m.Src.Sharing(v.Obj)
		if len(addresses) == 0 && len(literals) > 0 {
			add(d.line(v.Obj.Pos()), "%s has a heap cell because it changes and %s captures it: a copy that does not change, or a parameter "+
				"of the literal, needs none", v.Hint, d.literal(m, literals[0]))
		}
	case len(across) == 0 || size < large || v.Obj == nil:
	default:
		if fields, bytes := d.fieldsUsed(m, v, across); len(fields) > 0 && bytes*2 <= size {
			add(d.line(v.Obj.Pos()), "%s takes %d bytes of the frame, but behind the %s only %s is read: copy that into a variable before, "+
				"and the frame is %d bytes smaller", v.Hint, size, d.awaitLines(across), list(fields), size-bytes)
			return
		}
		if size >= 4*large {
			add(d.line(v.Obj.Pos()), "%s takes %d bytes of the frame across the %s: a pointer takes 8", v.Hint, size, d.awaitLines(across))
		}
	}
}

// across lists the awaits across which v lives.
func (d *describer) across(m *sm.Machine, v *sm.Var) (ops []*sm.Op) {
	for _, op := range m.Ops {
		if op.Kind == sm.OpAwait && slices.Contains(op.Live, v) {
			ops = append(ops, op)
		}
	}
	return ops
}

func (d *describer) awaitLines(ops []*sm.Op) string {
	var lines []string
	for _, op := range ops {
		if l := fmt.Sprint(d.opLine(op)); !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	return plural("await", lines)
}

// fieldsUsed lists the fields of a struct variable that are read behind the awaits, if nothing else of it is, with their size.
func (d *describer) fieldsUsed(m *sm.Machine, v *sm.Var, across []*sm.Op) (fields []string, bytes int64) {
	if _, ok := v.Type.Underlying().(*types.Struct); !ok {
		return nil, 0
	}
	behind := map[int]bool{}
	var visit func(i int)
	visit = func(i int) {
		for _, j := range m.Successors(i) {
			if j < len(m.Ops) && !behind[j] {
				behind[j] = true
				if !slices.Contains(m.Ops[j].Defs(), v) {
					visit(j)
				}
			}
		}
	}
	for _, op := range across {
		visit(slices.Index(m.Ops, op))
	}
	for j := range m.Ops {
		if !behind[j] || !slices.Contains(m.Ops[j].Uses(), v) {
			continue
		}
		for _, n := range nodesOf(m.Ops[j]) {
			whole := false
			ast.Inspect(n, func(c ast.Node) bool {
				switch c := c.(type) {
				case *ast.SelectorExpr:
					id, ok := c.X.(*ast.Ident)
					if !ok || d.info.Uses[id] != types.Object(v.Obj) {
						return true
					}
					sel := d.info.Selections[c]
					if sel == nil || sel.Kind() != types.FieldVal {
						whole = true
						return false
					}
					if name := v.Hint + "." + c.Sel.Name; !slices.Contains(fields, name) {
						fields = append(fields, name)
						bytes += d.sizes.Sizeof(sel.Type())
					}
					return false
				case *ast.Ident:
					whole = whole || d.info.Uses[c] == types.Object(v.Obj)
				}
				return true
			})
			if whole {
				return nil, 0
			}
		}
	}
	return fields, bytes
}
