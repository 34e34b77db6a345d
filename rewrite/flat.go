package rewrite

// This file turns the plan of an async function into declarations: the frame, the start function, which is the twin, and the
// step function or, where there are deferred calls, the resume function. What a plan is, package statemachine explains.

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"path/filepath"
	"slices"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// flat lowers f to a state machine. A reason says why it cannot be done.
func flat(tf *twinFile, f *Func) (decls []dst.Decl, reason string, diags []Diagnostic) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *notFlat:
			decls, reason = nil, v.reason
		default:
			panic(v)
		}
	}()
	fl := &flatFunc{tf: tf, f: f, blocks: map[*ast.FuncLit]*block{}, base: tf.pkg.bases[f.Decl]}
	fl.findBlocks()
	fl.findForeign()
	fl.checkPredeclared()
	fl.self = tf.freshIn(f, "f")
	src := fl.source(f.Decl.Name.Name, f.Decl.Type, f.Decl.Body)
	src.Recv = f.Decl.Recv
	src.Gather()
	fl.outer = src
	m, local, err := fl.build(src, fl.shared())
	if err != nil {
		return nil, unsupportedReason(tf, err), nil
	}
	fl.hoisted = m.Hoisted
	e := fl.emitter(m, fl.base+"Frame", nil, local)
	e.sig = tf.signature(f, sigOptions{hide: e.namesInStart()})
	var start *dst.FuncDecl
	switch {
	case m.Steps:
		decls = append(decls, fl.steps(e)...)
	case local:
		start = fl.twin(e)
		decls = append(decls, start, tf.stepWrapper(f))
	default:
		decls = append(decls, e.frameType(tf.value(f)), fl.twin(e), tf.stepWrapper(f))
		decls = append(append(decls, e.resume()...), e.release(), e.site())
	}
	for len(fl.queue) > 0 {
		b := fl.queue[0]
		fl.queue = fl.queue[1:]
		blockDecls := fl.blockDecls(b)
		if !b.inside {
			decls = append(decls, blockDecls...)
			continue
		}
		head := len(e.localHead) // before those that start it
		start.Body.List = slices.Insert(start.Body.List, head, asVariable(blockDecls[0].(*dst.FuncDecl)))
	}
	tf.report.States = fl.states
	tf.notePlans(f, fl.plans)
	return decls, "", nil
}

// build makes the plan of the function or of a block. local says that its frame has to be declared in its start function, as it keeps values
// of types that can be named only there, or as other says so.
func (fl *flatFunc) build(src *statemachine.Source, other bool) (m *statemachine.Machine, local bool, err error) {
	m, err = statemachine.Build(src)
	if err != nil || !other && !fl.keepsLocalTypes(m) {
		return m, false, err
	}
	if m.Steps {
		src.Framed = true
		m, err = statemachine.Build(src)
	}
	return m, true, err
}

// notFlat ends a flat lowering that turns out to be impossible.
type notFlat struct{ reason string }

func cannot(format string, args ...any) { panic(&notFlat{fmt.Sprintf(format, args...)}) }

func unsupportedReason(tf *twinFile, err error) string {
	var u *statemachine.Unsupported
	if errors.As(err, &u) {
		p := tf.position(u.Pos)
		return fmt.Sprintf("%s (%s:%d)", u.Reason, filepath.Base(p.Filename), p.Line)
	}
	return err.Error()
}

var markerArity = map[string]int{"Await": 1, "Await2": 2, "Await3": 3, "Await4": 4}

// flatFunc is an annotated function with its blocks, in the making.
type flatFunc struct {
	tf         *twinFile
	f          *Func
	base       string
	self       string // the frame: receiver of the resume functions, parameter of the step functions
	outer      *statemachine.Source
	blocks     map[*ast.FuncLit]*block
	queue      []*block // started somewhere, still to be emitted
	foreign    map[string]bool
	hidden     map[string]bool               // names of variables declared in the function
	types      map[string]bool               // names of types declared in the function, of type parameters, too
	typeParams map[string]bool               // of these the type parameters
	consts     map[types.Object]*ast.GenDecl // constants declared in the function
	hoisted    []*ast.GenDecl                // of the function itself
	states     int
	plans      []*Plan
}

// A block is a literal that becomes a state machine of its own.
type block struct {
	lit      *ast.FuncLit
	deferred bool   // the literal itself is
	later    bool   // the call that starts it is deferred
	name     string // of its start function
	step     string // name of its step function; "" if it has another form
	local    bool   // see emitter
	inside   bool   // its start function is a function literal in that of the function around it: see flat_local.go
	member   bool   // its start function begins it as a call of a group: see beginsIn
	src      *statemachine.Source
	m        *statemachine.Machine
	e        *emitter
}

func (fl *flatFunc) source(name string, t *ast.FuncType, body *ast.BlockStmt) *statemachine.Source {
	return &statemachine.Source{
		Name: name, Fset: fl.tf.pkg.Fset, Info: fl.tf.info, Pkg: fl.tf.pkg.Types, Decl: fl.f.Decl, Type: t, Body: body,
		Arity:        func(c *ast.CallExpr) int { return markerArity[fl.tf.pkg.marker(c)] },
		Step:         fl.hasStep,
		Commented:    fl.tf.commented,
		IsBlock:      func(l *ast.FuncLit) bool { return fl.blocks[l] != nil },
		Async:        fl.asyncPackage(),
		PerIteration: perIteration(fl.tf.src.GoVersion),
		PartSize:     fl.tf.opts.PartSize,
	}
}

func perIteration(v string) bool { return v == "" || version.Compare(v, "go1.22") >= 0 }

// asyncPackage is the type-checked runtime.
func (fl *flatFunc) asyncPackage() *types.Package {
	t := fl.f.Twin.Signature().Results().At(0).Type()
	return types.Unalias(t).(*types.Pointer).Elem().(*types.Named).Obj().Pkg()
}

// findForeign notes the names that stand for something outside of the function, so that no variable at the head of the
// step function or the resume function may have them.
func (fl *flatFunc) findForeign() {
	fl.foreign, fl.consts = map[string]bool{}, map[types.Object]*ast.GenDecl{}
	info := fl.tf.info
	ast.Inspect(fl.f.Decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			obj := info.Uses[n]
			if obj == nil || fl.tf.names.selected[n] {
				break
			}
			if obj.Pkg() == nil || obj.Parent() == obj.Pkg().Scope() || isPkgName(obj) {
				fl.foreign[n.Name] = true
			}
		case *ast.GenDecl:
			for _, s := range n.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && n.Tok == token.CONST {
					for _, id := range v.Names {
						fl.consts[info.Defs[id]] = n
					}
				}
			}
		}
		return true
	})
}

// checkPredeclared refuses functions in which a predeclared name that emitted code uses means something else. Where only variables of
// the function itself have the name of a function, they get another one at the head, and what is emitted where they have it does without.
func (fl *flatFunc) checkPredeclared() {
	declares := map[string]bool{}
	fl.hidden, fl.types, fl.typeParams = map[string]bool{}, map[string]bool{}, map[string]bool{}
	ast.Inspect(fl.f.Decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			switch obj := fl.tf.info.Defs[id].(type) {
			case nil, *types.Label:
			case *types.Var:
				if obj.IsField() {
					break
				}
				if fl.hidden[id.Name] = true; !replaced[id.Name] {
					declares[id.Name] = true
				}
			default:
				declares[id.Name] = declares[id.Name] || obj.Parent() != nil
				if t, ok := obj.(*types.TypeName); ok {
					fl.types[id.Name] = true
					if _, param := t.Type().(*types.TypeParam); param {
						if fl.typeParams[id.Name] = true; types.Universe.Lookup(id.Name) != nil {
							fl.cannotUse(id.Name)
						}
					}
				}
			}
		}
		return true
	})
	for _, name := range []string{"nil", "new", "len", "string", "false", "panic"} {
		if declares[name] || !fl.tf.isPredeclared(name) {
			fl.cannotUse(name)
		}
	}
}

// replaced are the functions of which variables may have the names.
var replaced = set("new len panic")

// mayMention reports whether emitted code may mention something outside of the function by a name.
func (e *emitter) mayMention(name string) bool {
	return e.hides(name) || e.tf.pkg.Types.Scope().Lookup(name) != nil
}

// paramNames are the names of the parameters and the receiver.
func (fl *flatFunc) paramNames() map[string]bool {
	names := map[string]bool{}
	sig := fl.f.Obj.Signature()
	for v := range sig.Params().Variables() {
		names[v.Name()] = true
	}
	if sig.Recv() != nil {
		names[sig.Recv().Name()] = true
	}
	return names
}

func (fl *flatFunc) cannotUse(name string) { cannot("the name %s means something else here", name) }

func isPkgName(obj types.Object) bool {
	_, ok := obj.(*types.PkgName)
	return ok
}

// emitter makes an emitter for a plan.
func (fl *flatFunc) emitter(m *statemachine.Machine, frame string, b *block, local bool) *emitter {
	fl.states += m.States + 1
	e := &emitter{
		tf: fl.tf, fl: fl, m: m, block: b, local: local,
		frame: fl.tf.fresh(frame), self: fl.self,
		emitted: map[ast.Stmt]dst.Stmt{}, last: map[ast.Stmt]dst.Stmt{}, names: map[*statemachine.Var]string{},
		renamed: map[types.Object]string{}, labels: map[*statemachine.Label]string{},
		splice: map[*dst.BlockStmt]bool{}, taken: map[*statemachine.Op]dst.Stmt{}, aliases: map[*statemachine.Var]string{},
		fieldsOf: map[string][]*slotField{}, fieldNamed: map[string]*slotField{}, fieldNumber: map[string]int{},
	}
	if m.Defers() {
		e.unwind = fl.tf.freshIn(fl.f, "unwind")
	}
	e.nameSlots()
	e.nameLocals()
	fl.plans = append(fl.plans, planOf(e))
	return e
}

// twin is the start function of an annotated function.
func (fl *flatFunc) twin(e *emitter) *dst.FuncDecl {
	init := &dst.CompositeLit{Type: e.frameRef()}
	for _, v := range e.m.Vars {
		if v.Param > 0 && v.Slot {
			name := v.Obj.Name()
			for _, r := range e.sig.Renamed {
				if r[0] == name {
					name = r[1]
				}
			}
			e.initField(init, v, name)
		}
	}
	e.initResults(init)
	return fl.tf.start(fl.f, e.sig, e.startBody(init, e.sig.Ctx)...)
}

// startBody makes the frame and starts it:
//
//	f := &fooFrame{ctx: ctx, id: id}
//	return f.call.Start(f, ctx)
func (e *emitter) startBody(init *dst.CompositeLit, ctx string) (body []dst.Stmt) {
	start := call(e.called("Start"), e.resumer(), dst.NewIdent(ctx))
	if e.m.Defers() {
		start = call(e.called("StartDeferring"), e.resumer(), dst.NewIdent(ctx), addr(sel(dst.NewIdent(e.self), defersField)))
	}
	if e.local {
		body = e.localDecls()
	}
	body = append(body, &dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent(e.self)}, Tok: token.DEFINE, Rhs: []dst.Expr{addr(init)}})
	if e.local {
		body = append(body, e.localMethods())
	}
	return append(body, &dst.ReturnStmt{Results: []dst.Expr{start}})
}

// initField adds "name: param", or its address where the variable has a box: the parameter itself is the box.
func (e *emitter) initField(lit *dst.CompositeLit, v *statemachine.Var, param string) {
	var x dst.Expr = dst.NewIdent(param)
	if v.Boxed && !v.Free {
		x = addr(x)
	}
	lit.Elts = append(lit.Elts, &dst.KeyValueExpr{Key: dst.NewIdent(v.Name), Value: x})
}

// namesInStart are the names that no parameter of the start function may hide: those of the types that initResults spells and, where the
// whole code stands in there, any that it may mention.
func (e *emitter) namesInStart() map[string]bool {
	names := map[string]bool{}
	if e.local {
		for name := range e.fl.paramNames() {
			names[name] = e.mayMention(name)
		}
	}
	if !e.m.Steps && e.sharedResults() {
		namesIn(names, resultTypes(e.fl.f.Decl.Type))
	}
	return names
}

// initResults makes the boxes of result variables that something shares.
func (e *emitter) initResults(lit *dst.CompositeLit) {
	for _, v := range e.m.Vars {
		if v.Result && v.Slot && v.Boxed {
			box := call(dst.NewIdent("new"), e.typ(v.Type))
			if e.block == nil && !e.local && e.fl.paramNames()["new"] { // the parameters of a start function keep their names
				box = call(index(e.tf.async("Box"), []dst.Expr{e.typ(v.Type)}), e.zeroAt(v.Type, e.typ))
			}
			lit.Elts = append(lit.Elts, &dst.KeyValueExpr{Key: dst.NewIdent(v.Name), Value: box})
		}
	}
}
