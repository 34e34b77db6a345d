package rewrite

// This file copies the decorated source, comments included, and replaces parts of it on the way.

import (
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"sync"

	"github.com/dave/dst"
)

// A subst gives what stands for a node of the source in a copy, or nil to copy the node as it is.
type subst = func(ast.Node) dst.Node

// copy gives a deep copy of the dst of n, with comments. replace is asked about each node on the way down, n included; the comments
// and the spacing around a node that is replaced stay with what replaces it. Packages that the copy refers to are
// imported under the source's names. A nil replace copies everything.
func (tf *twinFile) copy(n ast.Node, replace subst) dst.Node {
	return tf.copyNode(tf.nodes[n], replace, false)
}

// copyInner is copy, but does not ask replace about n itself, only about what is in it.
func (tf *twinFile) copyInner(n ast.Node, replace subst) dst.Node {
	return tf.copyNode(tf.nodes[n], replace, true)
}

// expr, stmt and block are copy for nodes of that kind.
func (tf *twinFile) expr(n ast.Expr, replace subst) dst.Expr { return tf.copy(n, replace).(dst.Expr) }
func (tf *twinFile) stmt(n ast.Stmt, replace subst) dst.Stmt { return tf.copy(n, replace).(dst.Stmt) }
func (tf *twinFile) block(n *ast.BlockStmt, replace subst) *dst.BlockStmt {
	return tf.copy(n, replace).(*dst.BlockStmt)
}

// stmts copies a list of statements.
func (tf *twinFile) stmts(list []ast.Stmt, replace subst) (out []dst.Stmt) {
	for _, s := range list {
		made := tf.stmt(s, replace)
		tf.line(made, s.Pos())
		out = append(out, made)
	}
	return out
}

// plain is copy without comments and line breaks around n, for what is used once more or moves into another line.
// Comments inside of function literals go, too.
func (tf *twinFile) plain(n ast.Expr, replace subst) dst.Expr {
	e := tf.expr(n, replace)
	stripComments(e)
	return e
}

// stripComments takes the comments out of a tree, and the line breaks out of its expressions. Statements keep their lines.
func stripComments(n dst.Node) {
	dst.Inspect(n, func(n dst.Node) bool {
		if n == nil {
			return false
		}
		v := reflect.ValueOf(n).Elem().FieldByName("Decs")
		if !v.IsValid() {
			return true
		}
		decs := n.Decorations()
		before, after, marks := decs.Before, decs.After, lineMarks(decs.Start)
		v.SetZero()
		switch n.(type) {
		case dst.Stmt, *dst.Field, *dst.KeyValueExpr:
			decs.Before, decs.After, decs.Start = before, after, marks
		}
		return true
	})
}

var (
	nodeType   = reflect.TypeFor[dst.Node]()
	objectType = reflect.TypeFor[*dst.Object]()
)

// A fieldCopy says what to do about a field of a node that is to be copied.
type fieldCopy struct {
	path []int // of the field in the struct, and in the decorations of it
	kind fieldKind
}

type fieldKind int

const (
	aNode   fieldKind = iota // it refers to a node
	nodes                    // it is a list of nodes
	list                     // it is a list of something else
	nothing                  // it is left out of the copy
)

// fieldCopies are what to do about the fields of a type of node, those that are copied as they are left out.
var fieldCopies sync.Map // of []fieldCopy by reflect.Type

func fieldCopiesOf(t reflect.Type) []fieldCopy {
	if known, ok := fieldCopies.Load(t); ok {
		return known.([]fieldCopy)
	}
	var out []fieldCopy
	var add func(t reflect.Type, path []int)
	add = func(t reflect.Type, path []int) {
		for i := range t.NumField() {
			path := append(path[:len(path):len(path)], i)
			switch f := t.Field(i).Type; {
			case f == objectType:
				out = append(out, fieldCopy{path, nothing})
			case f.Kind() == reflect.Slice && f.Elem().Implements(nodeType):
				out = append(out, fieldCopy{path, nodes})
			case f.Kind() == reflect.Slice:
				out = append(out, fieldCopy{path, list})
			case f.Implements(nodeType):
				out = append(out, fieldCopy{path, aNode})
			case f.Kind() == reflect.Struct: // the decorations
				add(f, path)
			}
		}
	}
	add(t, nil)
	fieldCopies.Store(t, out)
	return out
}

// copyNode copies a dst node of the source. dst.Clone would copy it, too, but forget which ast node it came from.
func (tf *twinFile) copyNode(n dst.Node, replace subst, inner bool) dst.Node {
	a := tf.asts[n]
	if replace != nil && !inner && a != nil {
		if r := replace(a); r != nil {
			adoptDecorations(r, n)
			return r
		}
	}
	if id, ok := a.(*ast.Ident); ok {
		tf.useIdent(id)
	}
	if made := tf.copyCommon(n, replace); made != nil {
		return made
	}
	old := reflect.ValueOf(n).Elem()
	pointer := reflect.New(old.Type())
	made := pointer.Elem()
	made.Set(old)
	for _, f := range fieldCopiesOf(old.Type()) {
		field := made.Field(f.path[0])
		for _, i := range f.path[1:] {
			field = field.Field(i)
		}
		tf.copyField(field, f.kind, replace)
	}
	return pointer.Interface().(dst.Node)
}

// copyCommon is copyNode for the kinds of nodes of which there are most, which takes less time; nil for the others.
func (tf *twinFile) copyCommon(n dst.Node, replace subst) dst.Node {
	expr := func(x dst.Expr) dst.Expr { return tf.copyNode(x, replace, false).(dst.Expr) }
	switch n := n.(type) {
	case *dst.Ident:
		made := *n
		made.Obj = nil
		ownDecorations(&made.Decs.Start, &made.Decs.End, &made.Decs.X)
		return &made
	case *dst.BasicLit:
		made := *n
		ownDecorations(&made.Decs.Start, &made.Decs.End)
		return &made
	case *dst.SelectorExpr:
		made := *n
		ownDecorations(&made.Decs.Start, &made.Decs.End, &made.Decs.X)
		made.X, made.Sel = expr(n.X), expr(n.Sel).(*dst.Ident)
		return &made
	case *dst.CallExpr:
		made := *n
		ownDecorations(&made.Decs.Start, &made.Decs.End, &made.Decs.Fun, &made.Decs.Lparen, &made.Decs.Ellipsis)
		made.Fun, made.Args = expr(n.Fun), slices.Clone(n.Args)
		for i, arg := range n.Args {
			made.Args[i] = expr(arg)
		}
		return &made
	}
	return nil
}

// ownDecorations gives a copy of a node decorations of its own.
func ownDecorations(list ...*dst.Decorations) {
	for _, d := range list {
		*d = slices.Clone(*d)
	}
}

// copyField replaces what a field refers to by a copy.
func (tf *twinFile) copyField(f reflect.Value, kind fieldKind, replace subst) {
	if kind == nothing {
		f.SetZero()
		return
	}
	if f.IsNil() {
		return
	}
	if kind == aNode {
		f.Set(reflect.ValueOf(tf.copyNode(f.Interface().(dst.Node), replace, false)))
		return
	}
	made := reflect.MakeSlice(f.Type(), f.Len(), f.Len())
	if kind == list {
		reflect.Copy(made, f)
	} else {
		for i := range f.Len() {
			old := f.Index(i).Interface().(dst.Node)
			n := tf.copyNode(old, replace, false)
			made.Index(i).Set(reflect.ValueOf(n))
			if s, ok := n.(dst.Stmt); ok && tf.asts[old] != nil {
				tf.line(s, tf.asts[old].Pos())
			}
		}
	}
	f.Set(made)
}

// adoptDecorations gives a node the comments and the spacing around the node that it replaces, unless it is a copy that
// has them.
func adoptDecorations(n, replaced dst.Node) {
	to, from := n.Decorations(), replaced.Decorations()
	if to.Before == dst.None {
		to.Before = from.Before
	}
	if to.After == dst.None {
		to.After = from.After
	}
	if len(to.Start) == 0 {
		to.Start = append(to.Start, from.Start...)
	}
	if len(to.End) == 0 {
		to.End = append(to.End, from.End...)
	}
}

// useIdent imports the package that an identifier of the source names, or that it comes from through a dot import.
func (tf *twinFile) useIdent(id *ast.Ident) {
	switch obj := tf.info.Uses[id].(type) {
	case nil:
	case *types.PkgName:
		tf.useImport(obj.Imported().Path(), obj.Name())
	default:
		pkg := obj.Pkg()
		if pkg != nil && pkg != tf.pkg.Types && obj.Parent() == pkg.Scope() && !tf.names.selected[id] {
			tf.useImport(pkg.Path(), ".")
		}
	}
}
