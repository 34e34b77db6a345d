package rewrite

// This file keeps the state machines of a run, with their frames as the compiler lays them out, for those who explain them.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/goawait/goawait/statemachine"
)

// A Plan is the state machine of an annotated function, or of an async block in one, as it was emitted.
type Plan struct {
	Machine  *statemachine.Machine
	Start    string       // name of the function that starts it: the twin, or that of a block
	Step     string       // name of its step function; "" if it has another form
	Frame    string       // name of the type of its frame
	Local    bool         // the frame and its methods are declared in the function that starts it
	Inside   bool         // that is declared in the one around it, then
	Parts    []string     // names of the methods of the frame that its code is divided into; nil if it is in one piece
	Block    *ast.FuncLit // the literal of a block; nil for the function itself
	Deferred bool         // the block is a deferred call
	Member   bool         // the block is begun as a call of a group, which alone knows it
	Size     int64        // of the frame in bytes
	Fields   []FrameField // in the order of the frame
	Assumed  []string     // type parameters that Size takes to be a word
}

// A FrameField is a field of a frame.
type FrameField struct {
	Name   string
	Type   types.Type
	Common bool // what every frame has: its promise, the list of deferred calls
	Offset int64
	Size   int64
	Vars   []*statemachine.Var // the variables that live in it, one after the other; nil for what is not a variable's
}

func planOf(e *emitter) *Plan {
	p := &Plan{Machine: e.m, Frame: e.frame, Local: e.local, Start: e.fl.f.TwinName}
	if e.m.Steps {
		p.Step = stepName(p.Start)
	}
	for i := range e.m.Parts {
		p.Parts = append(p.Parts, e.partName(i))
	}
	if e.block != nil {
		p.Step = e.block.step
		p.Start, p.Block, p.Deferred, p.Member, p.Inside = e.block.name, e.block.lit, e.block.deferred, e.block.member, e.block.inside
	}
	return p
}

// notePlans adds the plans of a function to its report, if the options ask for them.
func (tf *twinFile) notePlans(f *Func, plans []*Plan) {
	if tf.opts.Plans {
		tf.report.Plans = plans
	}
}

// measure lays the frames of the plans out. pkg is the package with its twins.
func (p *Package) measure(pkg *types.Package) {
	for _, plan := range p.plans {
		obj := frameNamed(pkg.Scope(), plan.Frame)
		if obj == nil {
			continue
		}
		of := obj.Type().Underlying().(*types.Struct)
		st := plan.sized(of).(*types.Struct)
		fields := slices.Collect(st.Fields())
		plan.Size = p.Sizes.Sizeof(st)
		plan.Fields = nil
		offsets := p.Sizes.Offsetsof(fields)
		for i, f := range fields {
			ff := FrameField{Name: f.Name(), Type: of.Field(i).Type(), Common: f.Name() == callField || f.Name() == defersField, Offset: offsets[i], Size: p.Sizes.Sizeof(f.Type())}
			for _, v := range plan.Machine.Vars {
				if v.Slot && v.Name == f.Name() {
					ff.Vars = append(ff.Vars, v)
				}
			}
			plan.Fields = append(plan.Fields, ff)
		}
	}
}

// frameNamed finds a type of a frame in a scope, or in one inside of it.
func frameNamed(s *types.Scope, name string) *types.TypeName {
	if t, ok := s.Lookup(name).(*types.TypeName); ok {
		return t
	}
	for inner := range s.Children() {
		if t := frameNamed(inner, name); t != nil {
			return t
		}
	}
	return nil
}

// sized is a type as far as its size matters: an int stands in for each type parameter.
func (plan *Plan) sized(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		if name := p.Obj().Name(); !slices.Contains(plan.Assumed, name) {
			plan.Assumed = append(plan.Assumed, name)
		}
		return types.Typ[types.Int]
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return types.NewArray(plan.sized(u.Elem()), u.Len())
	case *types.Struct:
		var fields []*types.Var
		for f := range u.Fields() {
			fields = append(fields, types.NewField(f.Pos(), f.Pkg(), f.Name(), plan.sized(f.Type()), f.Embedded()))
		}
		return types.NewStruct(fields, nil)
	}
	return t
}

// Waits counts the places of an annotated function, its async blocks included, where its twin may wait: awaits, receives, sends, selects
// without default and ranges over channels. What stands in other literals does not count, nor what is never evaluated.
func (p *Package) Waits(f *Func) int {
	w := &waitCount{p: p, kinds: p.literals(f)}
	ast.Inspect(f.Decl.Body, w.visit)
	return w.n
}

type waitCount struct {
	p     *Package
	kinds map[*ast.FuncLit]literalKind
	plain bool // in a literal of which only the async blocks count
	n     int
}

func (w *waitCount) add() {
	if !w.plain {
		w.n++
	}
}

func (w *waitCount) visit(c ast.Node) bool {
	if x, ok := c.(ast.Expr); ok {
		if tv, known := w.p.Info.Types[x]; known && tv.Value != nil {
			return false
		}
	}
	switch c := c.(type) {
	case *ast.FuncLit:
		kind := w.kinds[c]
		if kind == goLiteral {
			return false
		}
		plain := w.plain
		w.plain = kind != blockLiteral && (kind != deferredLiteral || !w.p.waits(c.Body))
		ast.Inspect(c.Body, w.visit)
		w.plain = plain
		return false
	case *ast.GoStmt:
		if w.p.marker(c.Call) != "" { // waits on a goroutine of its own
			for _, x := range c.Call.Args {
				ast.Inspect(x, w.visit)
			}
			return false
		}
	case *ast.CallExpr:
		if w.p.marker(c) != "" {
			w.add()
		}
	case *ast.UnaryExpr:
		if c.Op == token.ARROW {
			w.add()
		}
	case *ast.SendStmt:
		w.add()
	case *ast.RangeStmt:
		if t := w.p.Info.TypeOf(c.X); t != nil {
			if _, ok := statemachine.Core(t).(*types.Chan); ok {
				w.add()
			}
		}
	case *ast.SelectStmt:
		w.selects(c)
		return false
	}
	return true
}

// selects counts a select as one place, unless it has a default. Its communications are no places of their own.
func (w *waitCount) selects(s *ast.SelectStmt) {
	waits := true
	for _, c := range s.Body.List {
		c := c.(*ast.CommClause)
		waits = waits && c.Comm != nil
		for _, x := range commOperands(c.Comm) {
			ast.Inspect(x, w.visit)
		}
		for _, b := range c.Body {
			ast.Inspect(b, w.visit)
		}
	}
	if waits {
		w.add()
	}
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
