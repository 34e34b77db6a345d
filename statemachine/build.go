package statemachine

// This file drives the steps and takes lists of statements apart: what has no suspension point in it stays as written.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// Build makes the plan of a function. The error is an *Unsupported if the flat lowering cannot express it.
//
// Gather or Share has been called before. Nothing of the source is changed.
//
// The plan is one of a step function, unless that has deferred calls or would have to save too much in too many places. A very large
// function that is none is in parts.
func Build(src *Source) (m *Machine, err error) {
	m, err = build(src, !src.Framed && !src.defers())
	if err == nil && m.Steps && (m.States > maxStates || m.saves() > maxSaves || m.States > 0 && src.PartSize != 0) {
		return build(src, false)
	}
	return m, err
}

// What a step function has at most: the compiler takes time with the square of it, as all variables meet at all places where the function
// goes on. Where variables are in the frame all the time, it does so only for much larger functions, which are in parts.
const (
	maxStates = 100  // suspension points
	maxSaves  = 1000 // variables saved, over all suspension points
)

// saves counts the variables that are saved, over all places where the function suspends.
func (m *Machine) saves() (n int) {
	for _, op := range m.Ops {
		n += len(op.Live)
	}
	return n
}

func build(src *Source, steps bool) (m *Machine, err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *Unsupported:
			m, err = nil, v
		default:
			panic(v)
		}
	}()
	b := newBuilder(src)
	b.m.Steps = steps
	b.signature()
	b.findDefers()
	b.list(src.Body.List)
	b.emit(&Op{Kind: OpReturn})
	b.m.thread()
	b.m.resolve()
	b.m.check()
	b.m.liveness()
	b.m.keep()
	b.m.divide(src.PartSize)
	b.m.layout()
	b.m.merge()
	return b.m, nil
}

type builder struct {
	src     *Source
	m       *Machine
	targets []*target                 // enclosing breakable statements that were taken apart, innermost last
	users   map[types.Object]*Label   // labels of the source that became ours
	labels  map[ast.Stmt]types.Object // loop or switch → its label
	run     *Run
	copied  map[ast.Expr]bool // operands that gc copies to convert them to interfaces
	leads   []ast.Stmt        // statements whose first operation is still to come
	stmt    ast.Stmt
}

// A target is a statement that break and continue may mean.
type target struct {
	label types.Object // of the source; nil if it has none
	brk   *Label
	cont  *Label // nil for switch and select
}

func newBuilder(src *Source) *builder {
	return &builder{
		src: src,
		m: &Machine{
			Src: src, ByObj: map[types.Object]*Var{}, Subst: map[ast.Expr]*Value{}, Branch: map[*ast.BranchStmt]*Label{},
		},
		users:  map[types.Object]*Label{},
		labels: map[ast.Stmt]types.Object{},
		copied: map[ast.Expr]bool{},
	}
}

// signature declares receiver, parameters and results.
func (b *builder) signature() {
	n := 0
	params := func(list *ast.FieldList) {
		if list == nil {
			return
		}
		for _, f := range list.List {
			n += max(1, len(f.Names)) - len(f.Names)
			for _, name := range f.Names {
				n++
				if v, ok := b.src.Info.Defs[name].(*types.Var); ok && name.Name != "_" {
					b.track(v).Param = n
				}
			}
		}
	}
	params(b.src.Recv)
	params(b.src.Type.Params)
	b.free()
	b.results()
}

// free declares the variables of the functions around a block that it refers to.
func (b *builder) free() {
	if b.src.Lit == nil {
		return
	}
	lit := b.src.Lit
	ast.Inspect(lit, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj, ok := b.src.Info.Uses[id].(*types.Var)
		if !ok || b.src.facts.owner[obj] == nil || obj.Pos() >= lit.Pos() && obj.Pos() < lit.End() {
			return true
		}
		b.track(obj).Free = true
		return true
	})
}

// results declares the variables that hold the results: the named ones, and all of them if deferred calls run after
// a return statement has set them.
func (b *builder) results() {
	list := b.src.Type.Results
	if list == nil {
		return
	}
	defers := b.src.defers()
	for _, f := range list.List {
		t := b.src.Info.TypeOf(f.Type)
		if len(f.Names) == 0 {
			if defers {
				v := b.temp("result", t)
				v.Result = true
				b.m.Results = append(b.m.Results, v)
			}
			continue
		}
		for _, name := range f.Names {
			obj, _ := b.src.Info.Defs[name].(*types.Var)
			var v *Var
			if obj == nil || name.Name == "_" {
				v = b.temp("result", t)
			} else {
				v = b.track(obj)
			}
			v.Result = true
			b.m.Results = append(b.m.Results, v)
		}
	}
}

// defers reports whether the function itself has defer statements.
func (s *Source) defers() (found bool) {
	s.own(func(n ast.Node) {
		if _, ok := n.(*ast.DeferStmt); ok {
			found = true
		}
	})
	return found
}

// own calls f for every node of the body that stands in no literal.
func (s *Source) own(f func(ast.Node)) {
	ast.Inspect(s.Body, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		f(n)
		_, lit := n.(*ast.FuncLit)
		return !lit
	})
}

func (b *builder) findDefers() {
	b.src.own(func(n ast.Node) {
		d, ok := n.(*ast.DeferStmt)
		if !ok {
			return
		}
		def := &Deferred{Stmt: d}
		if lit, ok := ast.Unparen(d.Call.Fun).(*ast.FuncLit); ok && b.src.IsBlock(lit) {
			def.Lit = lit
		}
		b.m.Deferred = append(b.m.Deferred, def)
	})
}

// track makes a variable of the source one of the machine.
func (b *builder) track(obj *types.Var) *Var {
	if v := b.m.ByObj[obj]; v != nil {
		return v
	}
	v := &Var{Obj: obj, Hint: obj.Name(), Type: obj.Type(), Boxed: b.src.boxed(obj), index: len(b.m.Vars)}
	b.m.Vars = append(b.m.Vars, v)
	b.m.ByObj[obj] = v
	return v
}

// temp makes a temporary.
func (b *builder) temp(hint string, t types.Type) *Var {
	v := &Var{Hint: hint, Type: t, index: len(b.m.Vars)}
	b.m.Vars = append(b.m.Vars, v)
	return v
}

func (b *builder) label(hint string) *Label { return &Label{Hint: hint, op: -1} }

// loop makes the label at which a loop begins.
func (b *builder) loop() *Label { return &Label{Hint: "loop", Starts: true, op: -1} }

// use marks a label as jumped to.
func (b *builder) use(l *Label) *Label {
	l.Used = true
	return l
}

func (b *builder) place(l *Label) { b.emit(&Op{Kind: OpLabel, Target: l}) }

func (b *builder) jump(l *Label) { b.emit(&Op{Kind: OpJump, Target: b.use(l)}) }

func (b *builder) emit(op *Op) {
	if op.Stmt == nil {
		op.Stmt = b.stmt
	}
	if len(b.leads) > 0 {
		op.Leads, b.leads = b.leads, nil
	}
	op.Run = b.run
	b.m.Ops = append(b.m.Ops, op)
}

// list takes a list of statements apart.
func (b *builder) list(stmts []ast.Stmt) {
	for i := 0; i < len(stmts); {
		if b.splits(stmts[i]) || hoists(stmts[i]) {
			b.split(stmts[i])
			i++
			continue
		}
		j := i + 1
		for j < len(stmts) && !b.splits(stmts[j]) && !hoists(stmts[j]) {
			j++
		}
		b.native(stmts[i:j])
		i = j
	}
}

// hoists reports whether s declares constants or types.
func hoists(s ast.Stmt) bool {
	d, ok := s.(*ast.DeclStmt)
	return ok && d.Decl.(*ast.GenDecl).Tok != token.VAR
}

// splits reports whether a statement must be taken apart: it suspends, or a goto from elsewhere leads to it.
func (b *builder) splits(s ast.Stmt) bool {
	if b.src.suspends(s) {
		return true
	}
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok {
			for _, g := range b.src.facts.gotos[b.src.Info.Defs[l.Label]] {
				found = found || n == ast.Node(s) || g.Pos() < s.Pos() || g.Pos() > s.End()
			}
		}
		_, lit := n.(*ast.FuncLit)
		return !found && !lit
	})
	return found
}

// native emits statements that stay as they are. Variables that they declare and nobody else needs stay, too, in a block.
func (b *builder) native(stmts []ast.Stmt) {
	from, to := stmts[0].Pos(), stmts[len(stmts)-1].End()
	inside := func(id *ast.Ident) bool {
		for _, pos := range b.src.facts.refs[b.src.Info.Defs[id]] {
			if pos < from || pos > to {
				return false
			}
		}
		return true
	}
	var run *Run
	for _, s := range stmts {
		names := declared(b.src.Info, s)
		all := !b.redeclares(s)
		for _, id := range names {
			all = all && inside(id)
		}
		switch {
		case len(names) == 0 && !isVarDecl(s):
		case all && run == nil:
			run = &Run{}
		case !all:
			b.run = run
			b.split(s)
			continue
		}
		if run != nil {
			run.Stmts = append(run.Stmts, s)
		}
		b.run = run
		b.nativeStmt(s)
	}
	b.run = nil
}

// redeclares reports whether a short variable declaration also assigns to a variable that moved.
func (b *builder) redeclares(s ast.Stmt) bool {
	if l, ok := s.(*ast.LabeledStmt); ok {
		s = l.Stmt
	}
	a, ok := s.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE {
		return false
	}
	for _, x := range a.Lhs {
		if obj := b.src.Info.Uses[x.(*ast.Ident)]; obj != nil && b.m.ByObj[obj] != nil {
			return true
		}
	}
	return false
}

func declaresTypes(d *ast.GenDecl) bool { return d.Tok == token.TYPE }

func isVarDecl(s ast.Stmt) bool {
	_, ok := s.(*ast.DeclStmt)
	return ok
}

// nativeStmt emits one statement that stays as it is.
func (b *builder) nativeStmt(s ast.Stmt) {
	if _, ok := s.(*ast.EmptyStmt); ok {
		return
	}
	outer := b.stmt
	b.begin(s)
	defer func() { b.end(s); b.stmt = outer }()
	if r, ok := s.(*ast.ReturnStmt); ok {
		b.emit(&Op{Kind: OpReturn, Stmt: r})
		return
	}
	op := &Op{Kind: OpStmt, Stmt: s}
	b.branches(op, s)
	if br, ok := s.(*ast.BranchStmt); ok && b.m.Branch[br] != nil {
		op.Kind, op.Target = OpJump, b.m.Branch[br]
	}
	b.emit(op)
}

// declared lists the names that a statement declares in the block it stands in.
func declared(info *types.Info, s ast.Stmt) (ids []*ast.Ident) {
	add := func(id *ast.Ident) {
		if obj := info.Defs[id]; obj != nil && id.Name != "_" {
			ids = append(ids, id)
		}
	}
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, x := range s.Lhs {
				add(x.(*ast.Ident))
			}
		}
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if spec, ok := spec.(*ast.ValueSpec); ok {
				for _, id := range spec.Names {
					add(id)
				}
			}
		}
	case *ast.LabeledStmt:
		return declared(info, s.Stmt)
	}
	return ids
}

// split takes one statement apart.
func (b *builder) split(s ast.Stmt) {
	outer := b.stmt
	b.begin(s)
	defer func() { b.end(s); b.stmt = outer }()
	switch s := s.(type) {
	case *ast.BlockStmt:
		b.list(s.List)
	case *ast.LabeledStmt:
		b.splitLabeled(s)
	case *ast.IfStmt:
		b.splitIf(s)
	case *ast.ForStmt:
		b.splitFor(s)
	case *ast.RangeStmt:
		b.splitRange(s)
	case *ast.SwitchStmt:
		b.splitSwitch(s)
	case *ast.TypeSwitchStmt:
		b.splitTypeSwitch(s)
	case *ast.SelectStmt:
		b.splitSelect(s)
	case *ast.AssignStmt:
		b.splitAssign(s)
	case *ast.DeclStmt:
		b.splitDecl(s)
	case *ast.ReturnStmt:
		b.intoResults(s)
		b.liftOperands(s.Results...)
		b.emit(&Op{Kind: OpReturn, Stmt: s})
	case *ast.ExprStmt:
		b.splitExpr(s)
	case *ast.SendStmt:
		b.splitSend(s)
	case *ast.IncDecStmt:
		b.lift(s.X)
		b.emit(&Op{Kind: OpStmt, Stmt: s})
	case *ast.GoStmt:
		b.liftOperands(b.callOperands(s.Call)...)
		b.emit(&Op{Kind: OpStmt, Stmt: s})
	case *ast.DeferStmt:
		b.liftOperands(b.callOperands(s.Call)...)
		b.emit(&Op{Kind: OpStmt, Stmt: s})
	default:
		b.nativeStmt(s)
	}
}

// intoResults notes that the operands of a return statement become values of the types of the results.
func (b *builder) intoResults(s *ast.ReturnStmt) {
	var ts []types.Type
	if b.src.Type.Results != nil {
		for _, f := range b.src.Type.Results.List {
			for range max(1, len(f.Names)) {
				ts = append(ts, b.src.Info.TypeOf(f.Type))
			}
		}
	}
	if len(ts) == len(s.Results) {
		b.into(func(i int) types.Type { return ts[i] }, s.Results...)
	}
}

// begin says that what is emitted from now on comes from s.
func (b *builder) begin(s ast.Stmt) {
	b.stmt = s
	b.leads = append(b.leads, s)
}

// end forgets a statement for which nothing was emitted.
func (b *builder) end(s ast.Stmt) {
	b.leads = slices.DeleteFunc(b.leads, func(l ast.Stmt) bool { return l == s })
}

// splitExpr takes an expression statement apart. One that is nothing but an await only takes its outcome.
func (b *builder) splitExpr(s *ast.ExprStmt) {
	b.lift(s.X)
	if v := b.m.Subst[ast.Unparen(s.X)]; v != nil && v.Promise == nil {
		return // its value is in a temporary already
	}
	b.emit(&Op{Kind: OpStmt, Stmt: s})
}

// splitAssign takes an assignment apart: calls in the operands of the targets come first, then those of the values. The
// assignment itself is made in one piece when all is there.
func (b *builder) splitAssign(s *ast.AssignStmt) {
	if len(s.Lhs) == 2 && len(s.Rhs) == 1 {
		if u, ok := ast.Unparen(s.Rhs[0]).(*ast.UnaryExpr); ok && u.Op == token.ARROW {
			b.liftTargets(s)
			b.lift(u.X)
			b.liftReceive(u, GetRecv2)
			b.assign(s)
			return
		}
	}
	b.liftOperands(b.assignOperands(s)...)
	b.assign(s)
}

// assignOperands lists what an assignment evaluates, in order.
func (b *builder) assignOperands(s *ast.AssignStmt) (xs []ast.Expr) {
	if s.Tok != token.DEFINE {
		for _, x := range s.Lhs {
			xs = append(xs, b.targetOperands(x)...)
		}
		if len(s.Lhs) == len(s.Rhs) {
			b.into(func(i int) types.Type { return b.src.Info.TypeOf(s.Lhs[i]) }, s.Rhs...)
		}
	}
	return append(xs, s.Rhs...)
}

// targetOperands lists the operands of the target of an assignment.
func (b *builder) targetOperands(x ast.Expr) []ast.Expr {
	switch x := ast.Unparen(x).(type) {
	case *ast.IndexExpr:
		if mayBeArray(b.src.Info.TypeOf(x.X)) {
			return append(b.targetOperands(x.X), x.Index)
		}
		return b.operands(x)
	case *ast.StarExpr:
		return []ast.Expr{x.X}
	case *ast.SelectorExpr:
		if b.src.Info.Selections[x] == nil {
			return nil
		}
		return b.targetOperands(x.X)
	case *ast.Ident:
		return nil
	default:
		return []ast.Expr{x}
	}
}

// liftTargets settles the operands of the targets of s before what is assigned is evaluated, which suspends.
func (b *builder) liftTargets(s *ast.AssignStmt) {
	if s.Tok == token.DEFINE {
		return
	}
	for _, x := range s.Lhs {
		for _, o := range b.targetOperands(x) {
			b.settle(o)
		}
	}
}

// assign emits an assignment whose operands have been lifted.
func (b *builder) assign(s *ast.AssignStmt) {
	if s.Tok == token.DEFINE {
		for _, x := range s.Lhs {
			if obj, ok := b.src.Info.Defs[x.(*ast.Ident)].(*types.Var); ok && obj.Name() != "_" {
				b.track(obj)
			}
		}
	}
	op := &Op{Kind: OpStmt, Stmt: s}
	b.branches(op, s)
	b.emit(op)
}

// splitDecl takes a declaration apart: variables become assignments, constants and types go to the head of the function.
func (b *builder) splitDecl(s *ast.DeclStmt) {
	d := s.Decl.(*ast.GenDecl)
	if d.Tok != token.VAR {
		b.m.Hoisted = append(b.m.Hoisted, d)
		return
	}
	for _, spec := range d.Specs {
		spec := spec.(*ast.ValueSpec)
		if len(spec.Names) == 2 && len(spec.Values) == 1 {
			if u, ok := ast.Unparen(spec.Values[0]).(*ast.UnaryExpr); ok && u.Op == token.ARROW {
				b.lift(u.X)
				b.liftReceive(u, GetRecv2)
			} else {
				b.lift(spec.Values[0])
			}
		} else {
			if spec.Type != nil {
				b.intoAll(b.src.Info.TypeOf(spec.Type), spec.Values...)
			}
			b.liftOperands(spec.Values...)
		}
		var vars []*Var
		for _, id := range spec.Names {
			if obj, ok := b.src.Info.Defs[id].(*types.Var); ok && id.Name != "_" {
				vars = append(vars, b.track(obj))
			} else {
				vars = append(vars, nil)
			}
		}
		if len(spec.Values) > 0 {
			b.emit(&Op{Kind: OpStmt, Stmt: s, Spec: spec, Vars: vars})
			continue
		}
		for _, v := range vars {
			if v != nil {
				b.emit(&Op{Kind: OpZero, Stmt: s, Vars: []*Var{v}})
			}
		}
	}
}
