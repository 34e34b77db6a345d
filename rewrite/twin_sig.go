package rewrite

// This file makes the head of a twin: doc comment, receiver, type parameters, parameters, and the type of the promise.

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"github.com/dave/dst"
)

// A twinSig is the head of a twin in the making. Its trees are new, and each may be used once.
type twinSig struct {
	Recv       *dst.FieldList // nil for a function
	RecvName   string         // "" without a receiver, or if it has no name
	TypeParams *dst.FieldList // nil without
	TypeArgs   []string       // names of the type parameters of the function, not those of its receiver
	RecvArgs   []string       // names of the type parameters of the receiver
	Params     *dst.FieldList
	Args       []twinParam // the parameters, one by one
	Ctx        string      // name of the parameter of type context.Context, or "nil"
	Renamed    [][2]string // source name and twin's name of what sigOptions.hide renamed
}

// A twinParam is one parameter.
type twinParam struct {
	Name     string // "_" for a blank one that needs no name
	Variadic bool
	Var      *types.Var // of the blocking form
}

// sigOptions say which names the parameters get.
type sigOptions struct {
	nameAll bool            // name blank and unnamed ones, the receiver too
	hide    map[string]bool // a parameter or receiver with such a name gets another one
}

// signature makes the head of f's twin. The context parameter always has a name.
func (tf *twinFile) signature(f *Func, o sigOptions) *twinSig {
	b := sigBuilder{tf: tf, f: f, o: o, sig: &twinSig{Ctx: "nil"}}
	b.receiver()
	b.typeParams()
	b.params()
	return b.sig
}

type sigBuilder struct {
	tf  *twinFile
	f   *Func
	o   sigOptions
	sig *twinSig
}

// name is the twin's name for a parameter or the receiver.
func (b *sigBuilder) name(id *ast.Ident, need bool, hint string) string {
	switch {
	case id != nil && id.Name != "_" && !b.o.hide[id.Name]:
		return id.Name
	case id != nil && id.Name != "_":
		name := b.tf.paramName(b.f, id.Name)
		b.sig.Renamed = append(b.sig.Renamed, [2]string{id.Name, name})
		return name
	case need || b.o.nameAll:
		return b.tf.paramName(b.f, hint)
	}
	return "_"
}

// paramName names a parameter that has no name, or cannot keep it: the same in all heads.
func (tf *twinFile) paramName(f *Func, hint string) string {
	key := paramKey{f, hint}
	if tf.names.params[key] == "" {
		tf.names.params[key] = tf.freshIn(f, hint)
	}
	return tf.names.params[key]
}

func (b *sigBuilder) receiver() {
	recv := b.f.Decl.Recv
	if recv == nil {
		return
	}
	field := recv.List[0]
	var id *ast.Ident
	if len(field.Names) > 0 {
		id = field.Names[0]
	}
	out := &dst.Field{Type: b.tf.plain(field.Type, b.nameRecvParams(field.Type))}
	if name := b.name(id, false, "recv"); name != "_" {
		out.Names, b.sig.RecvName = []*dst.Ident{dst.NewIdent(name)}, name
	}
	b.sig.Recv = &dst.FieldList{Opening: true, List: []*dst.Field{out}, Closing: true}
}

// nameRecvParams notes the type parameters of a receiver, and names the blank ones.
func (b *sigBuilder) nameRecvParams(recv ast.Expr) subst {
	if star, ok := ast.Unparen(recv).(*ast.StarExpr); ok {
		recv = star.X
	}
	var params []ast.Expr
	switch x := ast.Unparen(recv).(type) {
	case *ast.IndexExpr:
		params = []ast.Expr{x.Index}
	case *ast.IndexListExpr:
		params = x.Indices
	}
	named := map[ast.Node]string{}
	for _, p := range params {
		id := p.(*ast.Ident)
		named[id] = id.Name
		if id.Name == "_" {
			named[id] = b.tf.blankTypeParam(b.f, id)
		}
		b.sig.RecvArgs = append(b.sig.RecvArgs, named[id])
	}
	return func(n ast.Node) dst.Node {
		if name, ok := named[n]; ok {
			return dst.NewIdent(name)
		}
		return nil
	}
}

func (b *sigBuilder) typeParams() {
	list := b.f.Decl.Type.TypeParams
	if list == nil {
		return
	}
	b.sig.TypeParams = &dst.FieldList{Opening: true, Closing: true}
	for _, field := range list.List {
		out := &dst.Field{Type: b.tf.plain(field.Type, nil)}
		for _, id := range field.Names {
			name := id.Name
			if name == "_" {
				name = b.tf.blankTypeParam(b.f, id)
			}
			b.sig.TypeArgs = append(b.sig.TypeArgs, name)
			out.Names = append(out.Names, dst.NewIdent(name))
		}
		b.sig.TypeParams.List = append(b.sig.TypeParams.List, out)
	}
}

// blankTypeParam names a type parameter that has no name: the same in all heads.
func (tf *twinFile) blankTypeParam(f *Func, id *ast.Ident) string {
	name := tf.names.blanks[id]
	if name == "" {
		name = tf.freshIn(f, "T")
		tf.names.blanks[id] = name
	}
	return name
}

func (b *sigBuilder) params() {
	vars := b.f.Obj.Signature().Params()
	b.sig.Params = &dst.FieldList{Opening: true, Closing: true}
	for _, field := range b.f.Decl.Type.Params.List {
		ids := field.Names
		if len(ids) == 0 {
			ids = []*ast.Ident{nil}
		}
		out := &dst.Field{Type: b.tf.plain(field.Type, nil)}
		for _, id := range ids {
			i := len(b.sig.Args)
			hint := fmt.Sprintf("arg%d", i)
			if i == b.f.Sig.CtxParam {
				hint = "ctx"
			}
			p := twinParam{Name: b.name(id, i == b.f.Sig.CtxParam, hint), Var: vars.At(i)}
			_, p.Variadic = field.Type.(*ast.Ellipsis)
			if i == b.f.Sig.CtxParam {
				b.sig.Ctx = p.Name
			}
			b.sig.Args = append(b.sig.Args, p)
			out.Names = append(out.Names, dst.NewIdent(p.Name))
		}
		b.sig.Params.List = append(b.sig.Params.List, out)
	}
	b.dropNames()
}

// dropNames makes the parameters of the twin unnamed if none has a name, as they are in the source then.
func (b *sigBuilder) dropNames() {
	for _, p := range b.sig.Args {
		if p.Name != "_" {
			return
		}
	}
	if list := b.f.Decl.Type.Params.List; len(list) > 0 && len(list[0].Names) > 0 {
		return
	}
	for _, field := range b.sig.Params.List {
		field.Names = nil
	}
}

// resultTypes are the types of the results as the source writes them, one by one.
func resultTypes(t *ast.FuncType) (types []ast.Expr) {
	if t.Results == nil {
		return nil
	}
	for _, field := range t.Results.List {
		for range max(1, len(field.Names)) {
			types = append(types, field.Type)
		}
	}
	return types
}

// valueExpr is the type of the promise's value for results of those types: Void, T, or a tuple.
func (tf *twinFile) valueExpr(values []ast.Expr) dst.Expr {
	var list []dst.Expr
	for _, v := range values {
		list = append(list, tf.plain(v, nil))
	}
	switch len(list) {
	case 0:
		return tf.async("Void")
	case 1:
		return list[0]
	}
	return index(tf.async(fmt.Sprintf("Tuple%d", len(list))), list)
}

// value is the type of the value that f's promise has.
func (tf *twinFile) value(f *Func) dst.Expr {
	return tf.valueExpr(resultTypes(f.Decl.Type)[:len(f.Sig.Values)])
}

// promise is the type *async.Promise[R].
func (tf *twinFile) promise(value dst.Expr) dst.Expr {
	return &dst.StarExpr{X: index(tf.async("Promise"), []dst.Expr{value})}
}

// start is the declaration of f's twin with that head and that body.
func (tf *twinFile) start(f *Func, sig *twinSig, body ...dst.Stmt) *dst.FuncDecl {
	d := &dst.FuncDecl{
		Recv: sig.Recv,
		Name: dst.NewIdent(f.TwinName),
		Type: &dst.FuncType{
			Func:       true,
			TypeParams: sig.TypeParams,
			Params:     sig.Params,
			Results:    &dst.FieldList{List: []*dst.Field{{Type: tf.promise(tf.value(f))}}},
		},
		Body: &dst.BlockStmt{List: onLines(body...)},
	}
	d.Decs.Start.Append(tf.doc(f)...)
	return d
}

// onLines puts each statement on a line of its own.
func onLines(list ...dst.Stmt) []dst.Stmt {
	for _, s := range list {
		d := s.Decorations()
		d.Before, d.After = max(d.Before, dst.NewLine), max(d.After, dst.NewLine)
	}
	return list
}

// doc is the doc comment of the twin: what it is the twin of, and then what the source says, without directives: those
// are for the blocking form.
func (tf *twinFile) doc(f *Func) []string {
	lines := []string{fmt.Sprintf("// %s is the async form of [%s].", f.TwinName, docLink(f.Decl))}
	var text []string
	for _, c := range f.Decl.Doc.List {
		if !isDirective(c.Text) {
			text = append(text, c.Text)
		}
	}
	for len(text) > 0 && strings.TrimSpace(strings.TrimPrefix(text[len(text)-1], "//")) == "" {
		text = text[:len(text)-1]
	}
	if len(text) > 0 {
		lines = append(append(lines, "//"), text...)
	}
	return lines
}

// isDirective reports whether a line comment is for a tool: //go:noinline, //export f, //line.
func isDirective(text string) bool {
	rest, ok := strings.CutPrefix(text, "//")
	if !ok {
		return false
	}
	if strings.HasPrefix(rest, "line ") || strings.HasPrefix(rest, "export ") || strings.HasPrefix(rest, "extern ") {
		return true
	}
	tool, arg, ok := strings.Cut(rest, ":")
	if !ok || tool == "" || arg == "" {
		return false
	}
	for _, r := range tool + arg[:1] {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}

// funcName is the name of a function as in the source: F, T.M or (*T).M.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	name, ptr := recvName(d)
	if ptr {
		name = "(*" + name + ")"
	}
	return name + "." + d.Name.Name
}

// recvName is the name of the receiver's type.
func recvName(d *ast.FuncDecl) (name string, ptr bool) {
	t := ast.Unparen(d.Recv.List[0].Type)
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t, ptr = ast.Unparen(x.X), true
		case *ast.IndexExpr:
			t = ast.Unparen(x.X)
		case *ast.IndexListExpr:
			t = ast.Unparen(x.X)
		case *ast.Ident:
			return x.Name, ptr
		default:
			return "", ptr
		}
	}
}

// docLink is the name of a function as a doc comment links to it.
func docLink(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	name, _ := recvName(d)
	return name + "." + d.Name.Name
}
