package rewrite

// This file makes the twin file of one source file: it chooses a lowering for each function and puts the parts together.

import (
	"go/ast"
	"go/token"
	"go/types"
	"time"

	"github.com/dave/dst"
)

// The names of the lowerings.
const (
	loweredFlat      = "flat"
	loweredStackful  = "stackful"
	loweredGoroutine = "goroutine"
)

// flatLowering makes the declarations of a twin as a flat state machine. Without declarations and diagnostics, the reason
// says why it cannot, and the function becomes a coroutine.
var flatLowering func(tf *twinFile, f *Func) (decls []dst.Decl, reason string, diags []Diagnostic) = flat

// A madeFile is a twin file as generated. Without diagnostics, it has content.
type madeFile struct {
	content []byte
	syntax  *ast.File // of the content, in the file set of the package
	funcs   []FuncReport
	names   *fileNames
	diags   []Diagnostic
}

// generate makes the twin file of one source file. It returns diagnostics instead of a file if any function is at fault. It only
// reads the package, so that several files may be made at once.
func generate(p *Package, sf *SourceFile, o Options) (made madeFile) {
	tf, err := newTwinFile(p, sf, o)
	if err != nil {
		made.diags = []Diagnostic{internalError(p, sf.AST.Package, "decorating the source: %v", err)}
		return made
	}
	tf.add(tf.versionGuard())
	for _, f := range sf.Funcs {
		report, faults := tf.generate(f)
		made.funcs, made.diags = append(made.funcs, report), append(made.diags, faults...)
	}
	if made.names = tf.names; len(made.diags) > 0 {
		return made
	}
	if made.content, made.syntax, err = tf.text(); err != nil {
		made.diags = []Diagnostic{internalError(p, sf.AST.Package, "writing the twin file: %v", err)}
	}
	return made
}

// generate adds the declarations of one twin. A panic of a lowering is a diagnostic.
func (tf *twinFile) generate(f *Func) (report FuncReport, diags []Diagnostic) {
	start := time.Now()
	report = FuncReport{Name: funcName(f.Decl), Twin: f.TwinName, Pos: tf.position(f.Decl.Name.Pos())}
	if tf.opts.Plans {
		report.Func, report.Package, report.Source, report.Step = f, tf.pkg, tf.src, stepName(f.TwinName)
	}
	tf.report, tf.typeParams = &report, typeParamNames(f)
	defer func() {
		if v := recover(); v != nil {
			diags = append(diags, internalError(tf.pkg, f.Decl.Pos(), "%s: %v", report.Name, v))
		}
	}()
	decls, diags := tf.lower(f)
	if len(diags) == 0 {
		tf.add(decls...)
		if tf.report.Lowering != loweredFlat {
			tf.add(tf.stepWrapper(f))
		}
		tf.add(tf.signatureGuard(f)...)
	}
	report.Elapsed = time.Since(start)
	return report, diags
}

// typeParamNames are the names of the type parameters of a function and of its receiver.
func typeParamNames(f *Func) map[string]bool {
	names := map[string]bool{}
	sig := f.Obj.Signature()
	for _, params := range []*types.TypeParamList{sig.RecvTypeParams(), sig.TypeParams()} {
		for p := range params.TypeParams() {
			names[p.Obj().Name()] = true
		}
	}
	return names
}

// lower chooses the lowering of a function.
func (tf *twinFile) lower(f *Func) ([]dst.Decl, []Diagnostic) {
	if tf.opts.Goroutine {
		tf.report.Lowering = loweredGoroutine
		return tf.goroutine(f)
	}
	if flatLowering != nil && !tf.opts.Stackful {
		imports := len(tf.imports.list)
		decls, reason, diags := flatLowering(tf, f)
		if len(decls) > 0 || len(diags) > 0 {
			tf.report.Lowering = loweredFlat
			return decls, diags
		}
		tf.imports.keep(imports)
		tf.report.Reason = reason
	}
	tf.report.Lowering = loweredStackful
	return tf.stackful(f), nil
}

// generatedVersion is the constant of package async that says that it can run the code that is generated here.
const generatedVersion = "GeneratedV9"

// versionGuard refers to a constant of package async that says which code it can run.
func (tf *twinFile) versionGuard() dst.Decl {
	d := constDecl("_", tf.async(generatedVersion))
	d.Decs.Start.Append("// If this does not compile, the module's goawait is older or newer than the one that wrote this file.")
	return d
}

func constDecl(name string, value dst.Expr) *dst.GenDecl {
	return &dst.GenDecl{Tok: token.CONST, Specs: []dst.Spec{
		&dst.ValueSpec{Names: []*dst.Ident{dst.NewIdent(name)}, Values: []dst.Expr{value}},
	}}
}

// signatureGuard is a function that nothing calls and that stops compiling when the blocking form's signature changes:
//
//	func _() {
//		type runGoawaitAgain func(int) (string, error)
//		var _ runGoawaitAgain = F
//	}
func (tf *twinFile) signatureGuard(f *Func) []dst.Decl {
	if f.Decl.Name.Name == "init" {
		return nil // nothing may refer to it
	}
	sig := tf.signature(f, sigOptions{})
	typ := &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true}}
	var value dst.Expr = dst.NewIdent(f.Decl.Name.Name)
	params := sig.TypeParams
	if sig.Recv != nil {
		recv := sig.Recv.List[0].Type
		typ.Params.List = append(typ.Params.List, &dst.Field{Type: recv})
		value = &dst.SelectorExpr{X: parenPointer(dst.Clone(recv).(dst.Expr)), Sel: dst.NewIdent(f.Decl.Name.Name)}
		var ok bool
		if params, ok = tf.recvTypeParams(f, sig); !ok {
			return nil
		}
	}
	var args []dst.Expr
	for _, a := range sig.TypeArgs {
		args = append(args, dst.NewIdent(a))
	}
	for _, field := range sig.Params.List {
		for range max(1, len(field.Names)) {
			typ.Params.List = append(typ.Params.List, &dst.Field{Type: dst.Clone(field.Type).(dst.Expr)})
		}
	}
	typ.Results = tf.plainResults(f.Decl.Type)
	guard := tf.freshIn(f, "runGoawaitAgain")
	return []dst.Decl{&dst.FuncDecl{
		Name: dst.NewIdent("_"),
		Type: &dst.FuncType{Func: true, TypeParams: params, Params: &dst.FieldList{Opening: true, Closing: true}},
		Body: &dst.BlockStmt{List: onLines(
			&dst.DeclStmt{Decl: &dst.GenDecl{Tok: token.TYPE, Specs: []dst.Spec{
				&dst.TypeSpec{Name: dst.NewIdent(guard), Type: typ},
			}}},
			&dst.DeclStmt{Decl: &dst.GenDecl{Tok: token.VAR, Specs: []dst.Spec{
				&dst.ValueSpec{Names: []*dst.Ident{dst.NewIdent("_")}, Type: dst.NewIdent(guard), Values: []dst.Expr{index(value, args)}},
			}}},
		)},
	}}
}

// plainResults are the results of a function without names and comments.
func (tf *twinFile) plainResults(t *ast.FuncType) *dst.FieldList {
	types := resultTypes(t)
	if len(types) == 0 {
		return nil
	}
	list := &dst.FieldList{Opening: len(types) > 1, Closing: len(types) > 1}
	for _, e := range types {
		list.List = append(list.List, &dst.Field{Type: tf.plain(e, nil)})
	}
	return list
}

// recvTypeParams declares the type parameters of a method's receiver for a function; nil if it has none. It cannot where one of them has the name
// of a type that a constraint mentions.
func (tf *twinFile) recvTypeParams(f *Func, sig *twinSig) (list *dst.FieldList, ok bool) {
	params := f.Obj.Signature().RecvTypeParams()
	if params.Len() == 0 {
		return nil, true
	}
	list = &dst.FieldList{Opening: true, Closing: true}
	for i := range params.Len() {
		constraint, err := tf.typeExpr(params.At(i).Constraint(), func(t *types.TypeParam) string { return sig.RecvArgs[t.Index()] })
		if err != nil {
			return nil, false
		}
		list.List = append(list.List, &dst.Field{Names: []*dst.Ident{dst.NewIdent(sig.RecvArgs[i])}, Type: constraint})
	}
	return list, true
}

// parenPointer puts a pointer type into parentheses, as a method expression needs it.
func parenPointer(t dst.Expr) dst.Expr {
	if _, ok := t.(*dst.StarExpr); ok {
		return &dst.ParenExpr{X: t}
	}
	return t
}
