package inspect

// This file tells why a variable lives in the frame.

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/goawait/goawait/rewrite"
	sm "github.com/goawait/goawait/statemachine"
)

// variables describes the slots of a plan.
func (d *describer) variables(p *rewrite.Plan) (vars []*Variable) {
	m := p.Machine
	names := d.names(m)
	for _, field := range p.Fields {
		for _, v := range field.Vars {
			x := &Variable{
				Name: names[v], Type: d.typ(v.Type), Kind: kindOf(m, v), Field: field.Name, Size: field.Size, Boxed: v.Boxed, Line: d.declared(m, v),
			}
			x.Why = d.reasons(m, v, x)
			vars = append(vars, x)
		}
	}
	slices.SortStableFunc(vars, func(a, b *Variable) int {
		return cmp.Compare(rank(a.Kind), rank(b.Kind))
	})
	return vars
}

func rank(kind string) int {
	return slices.Index([]string{"parameter", "captured", "result", "variable", "temporary", "promise"}, kind)
}

func kindOf(m *sm.Machine, v *sm.Var) string {
	switch {
	case awaited(m, v) != nil:
		return "promise"
	case v.Result:
		return "result"
	case v.Free:
		return "captured"
	case v.Param > 0:
		return "parameter"
	case v.Obj == nil:
		return "temporary"
	}
	return "variable"
}

// awaited is the await that waits for the promise in v; nil if there is none.
func awaited(m *sm.Machine, v *sm.Var) *sm.Op {
	for _, op := range m.Ops {
		if op.Kind == sm.OpAwait && op.Vars[0] == v {
			return op
		}
	}
	return nil
}

// declared is the line of a variable's declaration; of a temporary, that of the operation that sets it first.
func (d *describer) declared(m *sm.Machine, v *sm.Var) int {
	if v.Obj != nil {
		return d.line(v.Obj.Pos())
	}
	for _, op := range m.Ops {
		if slices.Contains(op.Defs(), v) {
			return d.opLine(op)
		}
	}
	return d.line(m.Src.Body.Pos())
}

// opLine is the line of an operation.
func (d *describer) opLine(op *sm.Op) int {
	switch {
	case op.X != nil:
		return d.line(op.X.Pos())
	case op.Stmt != nil:
		return d.line(op.Stmt.Pos())
	}
	return 0
}

// reasons says why v is in the frame.
func (d *describer) reasons(m *sm.Machine, v *sm.Var, x *Variable) (rs []Reason) {
	rs = d.uses(m, v, x)
	if op := awaited(m, v); op != nil && !m.Steps {
		line := d.await(m, op).Line
		return []Reason{{Text: fmt.Sprintf("the await at line %d waits for it, and takes the outcome from it", line), Line: line, Awaits: x.Across}}
	}
	switch {
	case v.Result && m.Defers():
		rs = append(rs, Reason{Text: "it is a result: deferred calls run when it is set, and may change it", Line: x.Line})
	case m.Steps:
	case len(m.Parts) > 0 && v.Param == 0 && !v.Free && len(rs) == 0:
		rs = append(rs, Reason{Text: "it is needed in more than one of the parts that the code is in", Line: x.Line})
	case v.Param > 0 && len(rs) == 0:
		rs = append(rs, Reason{Text: "it is a parameter: the twin hands it over in the frame, and the first state reads it", Line: x.Line})
	case v.Free && len(rs) == 0:
		rs = append(rs, Reason{Text: "it belongs to the function around the block, which hands it over in the frame", Line: x.Line})
	}
	if v.Boxed {
		rs = append(rs, Reason{Text: d.boxReason(m, v)})
	}
	return rs
}

// boxReason says why a variable has a heap cell of its own.
func (d *describer) boxReason(m *sm.Machine, v *sm.Var) string {
	var parts []string
	literals, addresses := m.Src.Sharing(v.Obj)
	for _, a := range addresses {
		how := "its address is taken at line %d"
		switch a := a.(type) {
		case *ast.SelectorExpr:
			how = "the method " + a.Sel.Name + " takes its address at line %d"
		case *ast.SliceExpr:
			how = "it is sliced at line %d"
		}
		parts = append(parts, fmt.Sprintf(how, d.line(a.Pos())))
	}
	for _, lit := range literals {
		if p := d.literal(m, lit); len(addresses) == 0 {
			parts = append(parts, "it changes, and "+p+" captures it")
		}
	}
	return "it has a heap cell of its own: " + list(parts)
}

// literal names a function literal.
func (d *describer) literal(m *sm.Machine, lit *ast.FuncLit) string {
	what := "the closure"
	if m.Src.IsBlock(lit) {
		what = "the async block"
	}
	return fmt.Sprintf("%s at line %d", what, d.line(lit.Pos()))
}

// list joins parts with commas and an and.
func list(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// uses finds, for each await across which v lives, where v is read next. Awaits with the same next use share a reason.
func (d *describer) uses(m *sm.Machine, v *sm.Var, x *Variable) (rs []Reason) {
	type use struct {
		how  string
		line int
	}
	var order []use
	awaits := map[use][]*sm.Op{}
	for i, op := range m.Ops {
		if op.Kind != sm.OpAwait || !slices.Contains(op.Live, v) {
			continue
		}
		x.Across = append(x.Across, op.State)
		how, line := d.nextUse(m, i, v)
		if line == 0 {
			continue
		}
		u := use{how, line}
		if awaits[u] == nil {
			order = append(order, u)
		}
		awaits[u] = append(awaits[u], op)
	}
	slices.SortStableFunc(order, func(a, b use) int { return cmp.Compare(a.line, b.line) })
	for _, u := range order {
		r := Reason{Line: u.line}
		before, after := []string{}, []string{}
		for _, op := range awaits[u] {
			r.Awaits = append(r.Awaits, op.State)
			line := d.await(m, op).Line
			text := fmt.Sprint(line)
			if line > u.line && !slices.Contains(before, text) {
				before = append(before, text)
			} else if line <= u.line && !slices.Contains(after, text) {
				after = append(after, text)
			}
		}
		var parts []string
		if len(after) > 0 {
			parts = append(parts, "after the "+plural("await", after))
		}
		if len(before) > 0 {
			parts = append(parts, "in the next round of the loop, after the "+plural("await", before))
		}
		r.Text = fmt.Sprintf("%s at line %d, %s", u.how, u.line, strings.Join(parts, ", and "))
		rs = append(rs, r)
	}
	return rs
}

// plural says "await at line 3", "awaits at lines 3 and 4".
func plural(what string, lines []string) string {
	if len(lines) == 1 {
		return what + " at line " + lines[0]
	}
	return what + "s at lines " + list(lines)
}

// nextUse finds the nearest operation behind the i-th that reads v. The line is 0 if there is none.
func (d *describer) nextUse(m *sm.Machine, i int, v *sm.Var) (how string, line int) {
	seen := map[int]bool{}
	level := m.Successors(i)
	bestOp := -1
	for len(level) > 0 {
		var next []int
		for _, j := range level {
			if j >= len(m.Ops) || seen[j] {
				continue
			}
			seen[j] = true
			op := m.Ops[j]
			if slices.Contains(op.Uses(), v) {
				// A use further down counts more than one in the next round of a loop.
				if bestOp < 0 || bestOp <= i && j > i || (bestOp > i) == (j > i) && j < bestOp {
					bestOp = j
				}
				continue
			}
			if !slices.Contains(op.Defs(), v) {
				next = append(next, m.Successors(j)...)
			}
		}
		level = next
	}
	if bestOp < 0 {
		return "", 0
	}
	return d.useAt(m, m.Ops[bestOp], v)
}

// useAt finds where in an operation a variable is read, and how.
func (d *describer) useAt(m *sm.Machine, op *sm.Op, v *sm.Var) (how string, line int) {
	if v.Obj == nil {
		switch {
		case op.Kind == sm.OpRange:
			return "the loop needs it", d.line(op.Range.Stmt.Pos())
		case op.Kind == sm.OpSelect:
			return "the case of the select tells what came", d.line(op.Stmt.Pos())
		case op.Stmt != nil:
			return "its value is used", max(d.opLine(op), d.line(op.Stmt.Pos()))
		}
		return "its value is used", d.opLine(op)
	}
	for _, n := range nodesOf(op) {
		if how, line = d.mention(m, n, v.Obj); line > 0 {
			return how, line
		}
	}
	if r, ok := op.Stmt.(*ast.ReturnStmt); ok && op.Kind == sm.OpReturn && v.Result {
		return "returned", d.line(r.Pos())
	}
	if op.Kind == sm.OpRange {
		return "the loop goes on from it", d.line(op.Range.Stmt.Pos())
	}
	return "used", d.opLine(op)
}

// nodesOf is the syntax that an operation computes.
func nodesOf(op *sm.Op) (ns []ast.Node) {
	switch {
	case op.Kind == sm.OpTargets:
		for _, x := range op.Targets {
			ns = append(ns, x)
		}
	case op.Kind == sm.OpComm:
		ns = append(ns, op.Comm.Stmt.Body.List[op.Index].(*ast.CommClause).Comm)
	case op.Kind == sm.OpStmt || op.Kind == sm.OpReturn || op.Kind == sm.OpSelect || op.Await == sm.AwaitSend && op.Kind == sm.OpAwait:
		if op.Stmt != nil {
			ns = append(ns, op.Stmt)
		}
	case op.Kind == sm.OpSwitch:
		if op.X != nil {
			ns = append(ns, op.X)
		}
		for i, c := range clausesOf(op.Stmt) {
			if op.Clauses[i] == nil {
				ns = append(ns, c)
			}
		}
	case op.X != nil:
		ns = append(ns, op.X)
	}
	return ns
}

// mention finds the first place in n where a variable is read.
func (d *describer) mention(m *sm.Machine, n ast.Node, obj *types.Var) (how string, line int) {
	var lits []*ast.FuncLit
	ast.Inspect(n, func(c ast.Node) bool {
		if line > 0 {
			return false
		}
		switch c := c.(type) {
		case *ast.FuncLit:
			lits = append(lits, c)
		case *ast.Ident:
			if d.info.Uses[c] != types.Object(obj) || d.assigned(n, c) {
				return true
			}
			how, line = "used", d.line(c.Pos())
			for _, lit := range lits {
				if c.Pos() >= lit.Pos() && c.End() <= lit.End() {
					how = "captured by the closure"
					if m.Src.IsBlock(lit) {
						how = "captured by the async block"
					}
					line = d.line(lit.Pos())
				}
			}
		}
		return true
	})
	return how, line
}

// assigned reports whether the identifier is only set, as a target of the assignment n.
func (d *describer) assigned(n ast.Node, id *ast.Ident) bool {
	a, ok := n.(*ast.AssignStmt)
	if !ok || a.Tok.String() != "=" && a.Tok.String() != ":=" {
		return false
	}
	return slices.ContainsFunc(a.Lhs, func(x ast.Expr) bool { return ast.Unparen(x) == ast.Expr(id) })
}
