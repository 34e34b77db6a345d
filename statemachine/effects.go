package statemachine

// This file says what each operation reads and sets.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// effects fills in uses, defs and mayDefs of an operation. What is set only on some ways through a native statement is
// in mayDefs alone: the variable stays as live as it was.
func (m *Machine) effects(op *Op) {
	e := &effects{m: m, op: op}
	switch op.Kind {
	case OpStmt:
		e.statement(op)
	case OpSet:
		switch {
		case op.Spill && op.Old == nil:
			e.inside(op.X)
		case op.Old != nil:
			e.value(op.Old)
		default:
			e.read(op.X)
		}
		e.set(op.Vars...)
	case OpZero, OpLabel: // a clause has its variables from the jump to it
		e.set(op.Vars...)
	case OpAwait:
		e.read(op.X)
		if op.From != nil {
			e.use(op.From)
		}
		if send, ok := op.Stmt.(*ast.SendStmt); ok && op.Await == AwaitSend {
			e.read(send.Value)
		}
		if op.Comm != nil {
			e.use(op.Comm.Cases...)
		}
		e.set(op.Vars...)
	case OpBranch:
		e.read(op.X)
		e.use(op.Vars...)
	case OpCase:
		e.use(op.Vars...)
		e.read(op.X)
	case OpReturn:
		e.returned(op)
	case OpSwitch:
		e.read(op.X)
		e.clauses(op)
	case OpSelect:
		if op.Comm.Promise != nil {
			e.use(op.Comm.Promise)
			e.use(op.Comm.Cases...)
		}
		e.clauses(op)
	case OpComm:
		for _, x := range entryOperands(op.Comm.Stmt.Body.List[op.Index].(*ast.CommClause).Comm) {
			e.read(x)
		}
		e.set(op.Vars...)
	case OpTargets:
		e.use(op.Vars...)
		for _, x := range op.Targets {
			e.target(x)
		}
	case OpRebox:
		e.use(op.Vars...)
		e.set(op.Vars...)
	case OpRange:
		e.rangeStep(op)
	}
}

// Sets are the variables that an operation sets, or may set.
func (op *Op) Sets() []*Var {
	if len(op.mayDefs) == 0 {
		return op.defs
	}
	return append(slices.Clip(op.defs), op.mayDefs...)
}

type effects struct {
	m  *Machine
	op *Op
}

func (e *effects) use(vs ...*Var) {
	for _, v := range vs {
		if v != nil {
			e.op.uses = append(e.op.uses, v)
		}
	}
}

func (e *effects) set(vs ...*Var) {
	for _, v := range vs {
		if v != nil {
			e.op.defs = append(e.op.defs, v)
		}
	}
}

func (e *effects) value(v *Value) {
	e.use(v.Vars...)
	e.use(v.Promise)
}

// read notes what is read when n is computed.
func (e *effects) read(n ast.Node) {
	if n == nil {
		return
	}
	ast.Inspect(n, func(c ast.Node) bool {
		if x, ok := c.(ast.Expr); ok {
			if v := e.m.Subst[x]; v != nil {
				e.value(v)
				return false
			}
		}
		switch c := c.(type) {
		case *ast.FuncLit:
			e.literal(c)
			return false
		case *ast.AssignStmt: // in a literal or a native statement
			if c.Tok == token.ASSIGN {
				for _, x := range c.Lhs {
					if v := e.plain(x); v != nil {
						e.op.mayDefs = append(e.op.mayDefs, v)
					} else {
						e.read(x)
					}
				}
				for _, x := range c.Rhs {
					e.read(x)
				}
				return false
			}
		case *ast.ReturnStmt:
			if len(c.Results) == 0 {
				e.use(e.m.Results...)
			}
		case *ast.Ident:
			e.use(e.m.ByObj[e.m.Src.Info.Uses[c]])
		}
		return true
	})
}

// literal notes the variables that a function literal refers to.
func (e *effects) literal(lit *ast.FuncLit) {
	ast.Inspect(lit.Body, func(c ast.Node) bool {
		if id, ok := c.(*ast.Ident); ok {
			e.use(e.m.ByObj[e.m.Src.Info.Uses[id]])
		}
		return true
	})
}

// inside notes what is read to compute x, which itself is spilled.
func (e *effects) inside(x ast.Expr) {
	ast.Inspect(x, func(c ast.Node) bool {
		if c == nil || c == ast.Node(x) {
			return true
		}
		e.read(c)
		return false
	})
	if id, ok := x.(*ast.Ident); ok {
		e.use(e.m.ByObj[e.m.Src.Info.Uses[id]])
	}
}

// plain gives the tracked variable that an assignment to x sets as a whole; nil if x is something else.
func (e *effects) plain(x ast.Expr) *Var {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		if v := e.m.ByObj[e.m.Src.Info.Uses[id]]; v != nil && !v.Boxed {
			return v
		}
	}
	return nil
}

// target notes what assigning to x reads and sets.
func (e *effects) target(x ast.Expr) {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		if obj := e.m.Src.Info.Defs[id]; obj != nil {
			e.set(e.m.ByObj[obj])
			return
		}
	}
	if v := e.plain(x); v != nil {
		e.set(v)
		return
	}
	e.read(x)
}

func (e *effects) statement(op *Op) {
	if op.Spec != nil {
		for _, x := range op.Spec.Values {
			e.read(x)
		}
		e.set(op.Vars...)
		return
	}
	switch s := op.Stmt.(type) {
	case *ast.AssignStmt:
		for _, x := range s.Rhs {
			e.read(x)
		}
		for _, x := range s.Lhs {
			if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
				e.read(x)
			}
			e.target(x)
		}
	case *ast.IncDecStmt:
		e.read(s.X)
		e.target(s.X)
	case *ast.IfStmt:
		if !op.NoInit {
			e.read(orNil(s.Init))
		}
		e.read(s.Cond)
		e.read(s.Body)
		e.read(orNil(s.Else))
	case *ast.ForStmt:
		if !op.NoInit {
			e.read(orNil(s.Init))
		}
		if s.Cond != nil {
			e.read(s.Cond)
		}
		e.read(orNil(s.Post))
		e.read(s.Body)
	case *ast.SwitchStmt:
		if !op.NoInit {
			e.read(orNil(s.Init))
		}
		if s.Tag != nil {
			e.read(s.Tag)
		}
		e.read(s.Body)
	case *ast.TypeSwitchStmt:
		if !op.NoInit {
			e.read(orNil(s.Init))
		}
		e.read(s.Assign)
		e.read(s.Body)
	default:
		e.read(s)
	}
}

// orNil makes a nil interface of a nil statement.
func orNil(s ast.Stmt) ast.Node {
	if s == nil {
		return nil
	}
	return s
}

func (e *effects) returned(op *Op) {
	r, ok := op.Stmt.(*ast.ReturnStmt)
	if !ok {
		return // the end of the body, which a function with results cannot reach
	}
	if len(r.Results) == 0 {
		e.use(e.m.Results...)
		return
	}
	for _, x := range r.Results {
		e.read(x)
	}
	for _, v := range e.m.Results {
		if v.Boxed {
			e.use(v)
		}
	}
}

// clauses notes what the clauses that stay in a switch or select read.
func (e *effects) clauses(op *Op) {
	for i, c := range clausesOf(op.Stmt) {
		switch c := c.(type) {
		case *ast.CaseClause:
			for _, x := range c.List {
				if !e.m.Src.isType(x) {
					e.read(x)
				}
			}
			if op.Clauses[i] == nil {
				for _, s := range c.Body {
					e.read(s)
				}
			}
		case *ast.CommClause:
			if op.Clauses[i] == nil {
				e.read(orNil(c.Comm))
				for _, s := range c.Body {
					e.read(s)
				}
			} else if op.Comm.Promise == nil {
				for _, x := range entryOperands(c.Comm) {
					e.read(x)
				}
			}
		}
	}
}

func clausesOf(s ast.Stmt) []ast.Stmt {
	switch s := s.(type) {
	case *ast.SwitchStmt:
		return s.Body.List
	case *ast.TypeSwitchStmt:
		return s.Body.List
	case *ast.SelectStmt:
		return s.Body.List
	}
	return nil
}

func (e *effects) rangeStep(op *Op) {
	r := op.Range
	switch op.Step {
	case RangeInit:
		if r.Over != nil || r.Limit != nil || r.Kind == RangeInt || e.m.Evaluates(r) {
			e.read(op.X)
		}
		e.set(r.Over, r.Index, r.Limit)
		for _, v := range []*Var{r.Key, r.Value} {
			if r.SharedBox(v) {
				e.set(v)
			}
		}
	case RangeTest:
		e.use(r.Over, r.Index, r.Limit, r.Promise)
		if r.Promise != nil {
			e.bind(r, r.Key)
			e.set(r.OK, r.Got)
		}
	case RangeBind:
		e.use(r.Over, r.Index)
		if r.Key != r.Index {
			e.bind(r, r.Key)
		}
		e.bind(r, r.Value)
		e.set(r.Width)
	case RangeNext:
		e.use(r.Index, r.Width)
		e.set(r.Index)
		if r.Kind == RangeMap || r.Index == nil {
			op.uses, op.defs = nil, nil
		}
	}
}

// SharedBox reports whether an iteration variable has one box for all iterations.
func (r *Range) SharedBox(v *Var) bool { return r.Shared && v != nil && v.Boxed }

// bind notes that an iteration variable gets a value: a new one, or the one it shares with all iterations.
func (e *effects) bind(r *Range, v *Var) {
	if r.SharedBox(v) {
		e.use(v)
		return
	}
	e.set(v)
}

// HasPointers reports whether a value of the type may keep something else alive.
func HasPointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0 || u.Kind() == types.UnsafePointer
	case *types.Struct:
		for i := range u.NumFields() {
			if HasPointers(u.Field(i).Type()) {
				return true
			}
		}
		return false
	case *types.Array:
		return u.Len() > 0 && HasPointers(u.Elem())
	}
	return true
}
