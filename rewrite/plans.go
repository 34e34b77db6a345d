package rewrite

// This file keeps the state machines of a run, with their frames as the compiler lays them out, for those who explain them.

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/goawait/goawait/statemachine"
)

// A Plan is the state machine of an annotated function, or of an async block in one, as it was emitted.
type Plan struct {
	Machine  *statemachine.Machine
	Start    string       // name of the function that starts it: the twin, or that of a block
	Frame    string       // name of the type of its frame
	Block    *ast.FuncLit // the literal of a block; nil for the function itself
	Deferred bool         // the block is a deferred call
	Size     int64        // of the frame in bytes
	Fields   []FrameField // in the order of the frame
	Assumed  []string     // type parameters that Size takes to be a word
}

// A FrameField is a field of a frame.
type FrameField struct {
	Name     string
	Type     types.Type
	Embedded bool // what every frame has: its promise, the list of deferred calls
	Offset   int64
	Size     int64
	Vars     []*statemachine.Var // the variables that live in it, one after the other; nil for what is not a variable's
}

func planOf(e *emitter) *Plan {
	p := &Plan{Machine: e.m, Frame: e.frame, Start: e.fl.f.TwinName}
	if e.block != nil {
		p.Start, p.Block, p.Deferred = e.block.name, e.block.lit, e.block.deferred
	}
	return p
}

// notePlans adds the plans of a function to its report, if the options ask for them.
func (tf *twinFile) notePlans(f *Func, plans []*Plan) {
	if tf.opts.Plans {
		tf.report.Plans = plans
		tf.pkg.plans = append(tf.pkg.plans, plans...)
	}
}

// measure lays the frames of the plans out. pkg is the package with its twins.
func (p *Package) measure(pkg *types.Package) {
	for _, plan := range p.plans {
		obj, ok := pkg.Scope().Lookup(plan.Frame).(*types.TypeName)
		if !ok {
			continue
		}
		t := plan.instance(obj.Type())
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			continue
		}
		var fields []*types.Var
		for f := range st.Fields() {
			fields = append(fields, f)
		}
		plan.Size = p.Sizes.Sizeof(st)
		plan.Fields = nil
		offsets := p.Sizes.Offsetsof(fields)
		for i, f := range fields {
			ff := FrameField{Name: f.Name(), Type: f.Type(), Embedded: f.Embedded(), Offset: offsets[i], Size: p.Sizes.Sizeof(f.Type())}
			for _, v := range plan.Machine.Vars {
				if v.Slot && !f.Embedded() && v.Name == f.Name() {
					ff.Vars = append(ff.Vars, v)
				}
			}
			plan.Fields = append(plan.Fields, ff)
		}
	}
}

// instance gives a frame without type parameters: an int stands in for each.
func (plan *Plan) instance(t types.Type) types.Type {
	named, ok := t.(*types.Named)
	if !ok || named.TypeParams().Len() == 0 {
		return t
	}
	var args []types.Type
	for i := range named.TypeParams().Len() {
		plan.Assumed = append(plan.Assumed, named.TypeParams().At(i).Obj().Name())
		args = append(args, types.Typ[types.Int])
	}
	inst, err := types.Instantiate(nil, named, args, false)
	if err != nil {
		return t
	}
	return inst
}

// Waits counts the places of an annotated function, its async blocks included, where its twin may wait: awaits, receives, sends, selects
// without default and ranges over channels. What stands in other literals does not count.
func (p *Package) Waits(f *Func) (n int) {
	kinds := p.literals(f)
	var walk func(n ast.Node) bool
	walk = func(c ast.Node) bool {
		switch c := c.(type) {
		case *ast.FuncLit:
			return kinds[c] == blockLiteral || kinds[c] == deferredLiteral && p.awaits(c.Body)
		case *ast.GoStmt:
			if p.marker(c.Call) != "" { // waits on a goroutine of its own
				for _, x := range c.Call.Args {
					ast.Inspect(x, walk)
				}
				return false
			}
		case *ast.CallExpr:
			if p.marker(c) != "" {
				n++
			}
		case *ast.UnaryExpr:
			if c.Op == token.ARROW {
				n++
			}
		case *ast.SendStmt:
			n++
		case *ast.RangeStmt:
			if t := p.Info.TypeOf(c.X); t != nil {
				if _, ok := statemachine.Core(t).(*types.Chan); ok {
					n++
				}
			}
		case *ast.SelectStmt:
			waits := 1
			for _, cl := range c.Body.List {
				if cl.(*ast.CommClause).Comm == nil {
					waits = 0
				}
			}
			n += waits
			for _, cl := range c.Body.List { // its communications are no waits of their own
				cl := cl.(*ast.CommClause)
				for _, x := range commOperands(cl.Comm) {
					ast.Inspect(x, walk)
				}
				for _, s := range cl.Body {
					ast.Inspect(s, walk)
				}
			}
			return false
		}
		return true
	}
	ast.Inspect(f.Decl.Body, walk)
	return n
}

// commOperands lists what a communication of a select evaluates.
func commOperands(comm ast.Stmt) []ast.Expr {
	recv := func(x ast.Expr) ast.Expr {
		if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok {
			return u.X
		}
		return x
	}
	switch c := comm.(type) {
	case *ast.SendStmt:
		return []ast.Expr{c.Chan, c.Value}
	case *ast.ExprStmt:
		return []ast.Expr{recv(c.X)}
	case *ast.AssignStmt:
		return append([]ast.Expr{recv(c.Rhs[0])}, c.Lhs...)
	}
	return nil
}
