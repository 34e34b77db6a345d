package rewrite

// This file names what a step function or a resume function declares: fields of the frame, variables at its head, labels.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/dst"

	"github.com/goawait/goawait/statemachine"
)

// An emitter makes the declarations of one plan.
type emitter struct {
	tf    *twinFile
	fl    *flatFunc
	m     *statemachine.Machine
	block *block // nil for the annotated function itself
	local bool   // the frame is declared in the start function: see flat_local.go

	localHead []dst.Stmt // declarations of the source that are repeated there
	sig       *twinSig

	frame    string // type
	self     string // the frame: receiver of the resume function, parameter of the step function
	unwind   string // label of the unwinding state
	unwinder string // field that holds the unwinder of the function whose deferred block this is

	fields      []*slotField
	fieldsOf    map[string][]*slotField // of variables of the source by their name; of temporaries under ""
	fieldNamed  map[string]*slotField
	fieldNumber map[string]int // number of the last field made of a hint: all names before it are taken
	locals      []*statemachine.Var
	renamed     map[types.Object]string      // local constants whose names are taken
	outerConsts []*ast.GenDecl               // constants of the functions around a block
	names       map[*statemachine.Var]string // of Go variables
	labels      map[*statemachine.Label]string
	splice      map[*dst.BlockStmt]bool       // blocks that stand for a list of statements
	taken       map[*statemachine.Op]dst.Stmt // how a call that goes on takes the outcome of an await: see take
	aliases     map[*statemachine.Var]string  // names under which literals know variables that moved
	runNames    map[string]bool               // declared in the native block in the making
	literals    int                           // depth of function literals around
	part        *statemachine.Part            // in the making; nil for code in one piece
	emitted     map[ast.Stmt]dst.Stmt         // the first statement emitted for one of the source
	last        map[ast.Stmt]dst.Stmt         // the last one so far
	making      *statemachine.Op              // in the making; nil at the head
	here        token.Pos                     // in the source, of what is in the making

	// Of a step function:
	stepSig   *twinSig // nil for a block
	task      string   // parameter with the task of the frame
	group     string   // parameter of the start function of a member of a group
	params    []stepParam
	ctx       string // parameter with the context that the call was given; "nil" if it has none
	given     string // variable that keeps it, if that parameter changes; "" if not
	givenType types.Type
	awaits    string   // variable that counts awaits in loops; "" if there are none
	watched   dst.Expr // what is returned if somebody watches; nil for a block
}

// A slotField is a field of the frame: a slot, or several that are never in use at the same time.
type slotField struct {
	name  string
	typ   types.Type
	boxed bool
	vars  []*statemachine.Var
	alone bool // nothing else may live in it

	tenants statemachine.Tenants // vars
}

func (e *emitter) addToField(f *slotField, v *statemachine.Var) {
	f.vars = append(f.vars, v)
	e.m.Admit(&f.tenants, v)
	f.alone = f.alone || v.Param > 0 || v.Free || v.Result
	v.Name = f.name
}

// framed are the names that a frame has already.
var framed = set(callField + " " + defersField + " Resume Release Site")

// nameSlots makes the fields of the frame: variables of the source under their own names, and temporaries.
func (e *emitter) nameSlots() {
	for _, temps := range []bool{false, true} {
		for _, v := range e.m.Vars {
			if v.Slot && (v.Obj == nil) == temps {
				e.nameSlot(v)
			}
		}
	}
}

func (e *emitter) nameSlot(v *statemachine.Var) {
	kind := ""
	if v.Obj != nil {
		kind = v.Hint
	}
	for _, f := range e.fieldsOf[kind] {
		if e.shares(f, v) {
			e.addToField(f, v)
			return
		}
	}
	hint := v.Hint
	if !named(hint) {
		hint = "v"
	}
	free := func(s string) bool { return !framed[s] && !e.fieldTaken(s) }
	name := hint
	if !free(name) {
		name, e.fieldNumber[hint] = numberFrom(e.fieldNumber[hint]+1, hint, free)
	}
	f := &slotField{name: name, typ: v.Type, boxed: v.Boxed}
	e.addToField(f, v)
	e.fields, e.fieldsOf[kind], e.fieldNamed[name] = append(e.fields, f), append(e.fieldsOf[kind], f), f
}

// shares reports whether v can live in a field of its kind.
func (e *emitter) shares(f *slotField, v *statemachine.Var) bool {
	return f.boxed == v.Boxed && types.Identical(f.typ, v.Type) && !f.alone && !v.Result && e.m.Fits(&f.tenants, v)
}

func (e *emitter) fieldTaken(name string) bool { return e.fieldNamed[name] != nil }

// shared reports whether the variable's field has other tenants.
func (e *emitter) shared(v *statemachine.Var) bool {
	f := e.fieldNamed[v.Name]
	return f != nil && len(f.vars) > 1
}

// nameLocals names the variables that live at the head of the step function or the resume function, and its constants.
func (e *emitter) nameLocals() {
	taken := map[string]bool{}
	if e.m.Steps {
		e.nameParams()
		e.nameStepVars(taken)
		e.keepCtx()
	}
	if e.block != nil && e.block.inside {
		for _, d := range e.fl.hoisted {
			for _, id := range declaredNames(d) {
				taken[id.Name] = true
			}
		}
	}
	own := func(name string) bool {
		return isIdent(name) && !taken[name] && !e.fl.foreign[name] && !e.hides(name)
	}
	for _, d := range e.m.Hoisted {
		for _, id := range declaredNames(d) {
			if id.Name == "_" {
				continue
			}
			if own(id.Name) && !(e.local && e.startParams()[id.Name]) {
				taken[id.Name] = true
				continue
			}
			if _, isType := e.tf.info.Defs[id].(*types.TypeName); isType {
				cannot("the name of the local type %s means something else, too", id.Name)
			}
			e.renamed[e.tf.info.Defs[id]] = e.tf.freshIn(e.fl.f, id.Name)
		}
	}
	for _, v := range e.m.Vars {
		if v.Slot && !e.m.Steps || !v.Used && !v.Set || e.names[v] != "" {
			continue
		}
		if v.As != nil {
			e.names[v] = e.names[v.As]
			if !v.Slot {
				v.Name = e.names[v]
			}
			continue
		}
		name := v.Hint
		switch {
		case v.Obj != nil && !v.Clause && own(v.Hint) && !(v.Result && e.sharedResults() && e.declaredAgain(v)):
		case named(v.Hint):
			name = e.tf.freshIn(e.fl.f, v.Hint)
		default:
			name = e.tf.freshIn(e.fl.f, "v")
		}
		taken[name], e.names[v] = true, name
		if !v.Slot {
			v.Name = name
		}
		e.locals = append(e.locals, v)
	}
}

// declaredAgain reports whether something else in the body has the name of a result. A return statement sets the result there, too.
func (e *emitter) declaredAgain(v *statemachine.Var) (again bool) {
	ast.Inspect(e.m.Src.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == v.Hint && e.tf.info.Defs[id] != nil {
			again = true
		}
		return !again
	})
	return again
}

// named reports whether a hint says anything.
func named(hint string) bool { return token.IsIdentifier(hint) && hint != "_" }

func isIdent(s string) bool { return s != "" && s != "_" && usable(s) }

// hides reports whether a local name would hide something that emitted code may mention: a package, or a type of a variable.
func (e *emitter) hides(name string) bool {
	return name == e.self || e.tf.pkg.Declared[name] && e.fl.mentions(name) || e.tf.names.made[name] || e.tf.names.userName[name] != "" ||
		types.Universe.Lookup(name) != nil || e.fl.typeParams[name]
}

// spells reports whether types may be spelled with the name in the function: predeclared ones, those of the package, and those declared in
// the function.
func (e *emitter) spells(name string) bool {
	_, isType := e.tf.pkg.Types.Scope().Lookup(name).(*types.TypeName)
	return isType || types.Universe.Lookup(name) != nil || e.fl.types[name]
}

// mentions reports whether types of the package by that name may be spelled in the function.
func (fl *flatFunc) mentions(name string) bool {
	_, isType := fl.tf.pkg.Types.Scope().Lookup(name).(*types.TypeName)
	return isType || fl.foreign[name]
}

func declaredNames(d *ast.GenDecl) (ids []*ast.Ident) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.ValueSpec:
			ids = append(ids, s.Names...)
		case *ast.TypeSpec:
			ids = append(ids, s.Name)
		}
	}
	return ids
}

// label gives the name of a label.
func (e *emitter) label(l *statemachine.Label) string {
	name := e.labels[l]
	if name == "" {
		hint := nonBlank(l.Hint, "here")
		switch {
		case strings.TrimRight(hint, "0123456789_") == statePrefix:
			name = e.tf.freshIn(e.fl.f, "again") // the states have those names
		case l.Own:
			name = hint
		default:
			name = e.tf.freshIn(e.fl.f, hint)
		}
		e.labels[l] = name
	}
	return name
}

// typeArgNames are the names of the type parameters of the frame: those of the receiver, then those of the function.
func (e *emitter) typeArgNames() []string {
	return append(append([]string{}, e.sig.RecvArgs...), e.sig.TypeArgs...)
}

// frameRef is the type of the frame, with its type arguments.
func (e *emitter) frameRef() dst.Expr {
	if e.local {
		return dst.NewIdent(e.frame)
	}
	return index(dst.NewIdent(e.frame), idents(e.typeArgNames()))
}

// typeParams declares the type parameters of the frame.
func (e *emitter) typeParams() *dst.FieldList {
	sig := e.fl.f.Obj.Signature()
	names := map[*types.TypeParam]string{}
	var params []*types.TypeParam
	add := func(list *types.TypeParamList, as []string) {
		for i := range list.Len() {
			names[list.At(i)] = as[i]
			params = append(params, list.At(i))
		}
	}
	add(sig.RecvTypeParams(), e.sig.RecvArgs)
	add(sig.TypeParams(), e.sig.TypeArgs)
	if len(params) == 0 {
		return nil
	}
	list := &dst.FieldList{Opening: true, Closing: true}
	for _, p := range params {
		t, err := e.tf.typeExpr(p.Constraint(), func(t *types.TypeParam) string { return names[t] })
		if err != nil {
			cannot("%v", err)
		}
		list.List = append(list.List, &dst.Field{Names: []*dst.Ident{dst.NewIdent(names[p])}, Type: t})
	}
	return list
}

// typ spells a type where the frame is declared: at package level, in general.
func (e *emitter) typ(t types.Type) dst.Expr {
	if e.local {
		return e.localTyp(t)
	}
	x, err := e.tf.typeExpr(t, e.typeParamName)
	if err != nil {
		cannot("%v", err)
	}
	e.checkVisible(x)
	return x
}

func (e *emitter) typeParamName(t *types.TypeParam) string {
	sig := e.fl.f.Obj.Signature()
	for i := range sig.RecvTypeParams().Len() {
		if sig.RecvTypeParams().At(i) == t {
			return e.sig.RecvArgs[i]
		}
	}
	for i := range sig.TypeParams().Len() {
		if sig.TypeParams().At(i) == t {
			return e.sig.TypeArgs[i]
		}
	}
	return t.Obj().Name()
}

// localTyp spells a type inside of the step function or the resume function, where local types at its head can be named.
func (e *emitter) localTyp(t types.Type) dst.Expr {
	x, err := e.tf.localTypeExpr(t, e.typeParamName, e.tf.declaredIn(e.hoistedAround()))
	if err != nil {
		cannot("%v", err)
	}
	e.checkVisible(x)
	return x
}

// checkVisible refuses to spell a type where native code around it has given one of its names to something else.
func (e *emitter) checkVisible(x dst.Expr) {
	if e.making == nil {
		return
	}
	dst.Inspect(x, func(n dst.Node) bool {
		switch n := n.(type) {
		case *dst.SelectorExpr: // packages have names that nothing local has
			return false
		case *dst.Ident:
			if e.hidden(n.Name) {
				cannot("a type is needed where its name %s means something else", n.Name)
			}
		}
		return true
	})
}

// hidden reports whether, at the place in the making, a name is that of something declared in the native code around it. Variables that moved
// hide no type: see hides.
func (e *emitter) hidden(name string) bool {
	obj := e.tf.localAt(name, e.here)
	if obj == nil || e.m.ByObj[obj] != nil || e.renamed[obj] != "" {
		return false
	}
	in := func(s ast.Stmt) bool { return s != nil && s.Pos() <= obj.Pos() && obj.Pos() < s.End() }
	run := e.making.Run
	return in(e.making.Stmt) || run != nil && slices.ContainsFunc(run.Stmts, in)
}

func call(fun dst.Expr, args ...dst.Expr) *dst.CallExpr { return &dst.CallExpr{Fun: fun, Args: args} }

func sel(x dst.Expr, name string) *dst.SelectorExpr {
	return &dst.SelectorExpr{X: x, Sel: dst.NewIdent(name)}
}

func star(x dst.Expr) dst.Expr { return &dst.StarExpr{X: x} }

func addr(x dst.Expr) dst.Expr { return &dst.UnaryExpr{Op: token.AND, X: x} }

// deref is what a pointer points to, as an operand.
func deref(x dst.Expr) dst.Expr { return &dst.ParenExpr{X: star(x)} }

func idents(names []string) (xs []dst.Expr) {
	for _, n := range names {
		xs = append(xs, dst.NewIdent(n))
	}
	return xs
}
