package rewrite

// This file makes stubs: declarations of twins with the right signature and without a body to speak of, for the go command and
// for the type checker. They stand in the source file itself, where every name in a signature means what it should.

import (
	"bytes"
	"fmt"
	"go/ast"
	"strings"
)

// stubImport is the name of package async in stubs.
const stubImport = "goawait_runtime_of_stubs"

// withStubs is the source of a file with the stubs of its twins at its end. Lines keep their numbers.
func (l *loader) withStubs(s *annotated) []byte {
	at := l.fset.File(s.ast.FileStart).Offset(s.ast.Name.End())
	var b bytes.Buffer
	b.Write(s.text[:at])
	fmt.Fprintf(&b, "; import %s %q", stubImport, AsyncPath)
	b.Write(s.text[at:])
	b.WriteString("\n\n")
	b.WriteString(l.stubs(s))
	return b.Bytes()
}

// stubs are the declarations of a file's twins and their step functions, one a line as far as their types allow.
func (l *loader) stubs(s *annotated) string {
	var b strings.Builder
	for _, a := range s.funcs {
		l.writeStub(&b, s, a, a.twin, "*"+stubImport+".Promise", "")
		l.writeStub(&b, s, a, stepName(a.twin), stubImport+".Step", "*"+stubImport+".Task")
	}
	return b.String()
}

// writeStub writes
//
//	func (r T) FAsync[P C](a A) *async.Promise[R] { for {} }
//
// or the like with another name, another generic type for the result and one more parameter at the beginning.
func (l *loader) writeStub(b *strings.Builder, s *annotated, a *annotation, name, result, first string) {
	d := a.decl
	b.WriteString("func ")
	if d.Recv != nil {
		fmt.Fprintf(b, "(%s) ", l.source(s, d.Recv.List[0].Type))
	}
	b.WriteString(name)
	if d.Type.TypeParams != nil {
		fmt.Fprintf(b, "[%s]", strings.Join(l.fields(s, d.Type.TypeParams), ", "))
	}
	params := l.fields(s, d.Type.Params)
	if first != "" {
		if list := d.Type.Params.List; len(list) > 0 && len(list[0].Names) > 0 {
			first = "_ " + first
		}
		params = append([]string{first}, params...)
	}
	fmt.Fprintf(b, "(%s) ", strings.Join(params, ", "))
	values := resultTypes(d.Type)
	if l.endsInError(a) {
		values = values[:len(values)-1]
	}
	var list []string
	for _, v := range values {
		list = append(list, l.source(s, v))
	}
	value := strings.Join(list, ", ")
	switch len(list) {
	case 0:
		value = stubImport + ".Void"
	case 1:
	default:
		value = fmt.Sprintf("%s.Tuple%d[%s]", stubImport, min(len(list), maxValues), strings.Join(list[:min(len(list), maxValues)], ", "))
	}
	fmt.Fprintf(b, "%s[%s] { for {} }\n", result, value)
}

// maxValues is how many values a promise can have.
const maxValues = 4

// fields are the fields of a list as in the source.
func (l *loader) fields(s *annotated, list *ast.FieldList) (out []string) {
	for _, f := range list.List {
		var names []string
		for _, n := range f.Names {
			names = append(names, n.Name)
		}
		out = append(out, strings.TrimSpace(strings.Join(names, ", ")+" "+l.source(s, f.Type)))
	}
	return out
}

// source is the text of a type, which may have comments and several lines.
func (l *loader) source(s *annotated, e ast.Expr) string {
	f := l.fset.File(s.ast.FileStart)
	return string(s.text[f.Offset(e.Pos()):f.Offset(e.End())])
}

// endsInError reports whether the last result is an error. Syntax mostly tells; where it does not, the type
// checker has, or will.
func (l *loader) endsInError(a *annotation) bool {
	if is, known := l.results[a]; known {
		return is
	}
	types := resultTypes(a.decl.Type)
	if len(types) == 0 {
		return false
	}
	id, ok := ast.Unparen(types[len(types)-1]).(*ast.Ident)
	return ok && id.Name == "error"
}
