package statemachine

// This file prints a plan as text, for tests, for a debugging eye and for the documentation.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// String gives the plan: variables with their homes, then the operations, with what is live behind each await.
func (m *Machine) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "func %s: %d suspension points\n", m.Src.Name, m.States)
	for _, v := range m.Vars {
		if !v.Used && !v.Set && !v.Slot {
			continue
		}
		fmt.Fprintf(&b, "\tvar %s %s%s\n", m.name(v), types.TypeString(v.Type, types.RelativeTo(m.Src.Pkg)), v.home())
	}
	for i, op := range m.Ops {
		m.printPart(&b, i)
		if op.Kind == OpLabel {
			if op.Target.Used {
				fmt.Fprintf(&b, "%s:\n", m.labelName(op.Target))
			}
			continue
		}
		fmt.Fprintf(&b, "\t%s\n", m.text(op))
	}
	return b.String()
}

// printPart prints the head of the part that begins with the i-th operation.
func (m *Machine) printPart(b *strings.Builder, i int) {
	n := slices.IndexFunc(m.Parts, func(p *Part) bool { return p.From == i })
	if n < 0 {
		return
	}
	fmt.Fprintf(b, "part %d", n+1)
	for _, e := range m.Parts[n].Entries {
		where := "here"
		if e.Label != nil {
			where = m.labelName(e.Label)
		}
		fmt.Fprintf(b, ", %d %s", e.At, where)
	}
	b.WriteString(":\n")
}

func (v *Var) home() string {
	s := " (local)"
	if v.Slot {
		s = " (slot)"
	}
	if v.Boxed {
		s += " boxed"
	}
	return s
}

// name is the variable's name, with its number where several have the same.
func (m *Machine) name(v *Var) string {
	if v == nil {
		return "_"
	}
	for _, w := range m.Vars {
		if w != v && w.Hint == v.Hint {
			return fmt.Sprintf("%s#%d", v.Hint, v.index)
		}
	}
	return v.Hint
}

func (m *Machine) names(vs []*Var) string {
	var list []string
	for _, v := range vs {
		list = append(list, m.name(v))
	}
	return strings.Join(list, ", ")
}

func (m *Machine) labelName(l *Label) string { return fmt.Sprintf("%s%d", l.Hint, l.op) }

// text prints one operation.
func (m *Machine) text(op *Op) string {
	switch op.Kind {
	case OpStmt, OpReturn:
		s := m.remainder(op.Stmt)
		if op.NoInit {
			s = "rest of " + s
		}
		if op.Stmt == nil {
			s = "end"
		}
		return s
	case OpSet:
		if op.Old != nil {
			return fmt.Sprintf("%s = %s", m.names(op.Vars), m.valueText(op.Old))
		}
		return fmt.Sprintf("%s = %s", m.names(op.Vars), m.remainder(op.X))
	case OpZero:
		return fmt.Sprintf("new %s", m.names(op.Vars))
	case OpAwait:
		s := fmt.Sprintf("await %d: %s = %s", op.State, m.names(op.Vars), m.remainder(op.X))
		if len(op.Live) > 0 {
			s += "; live: " + m.names(op.Live)
		}
		if len(op.Dead) > 0 {
			s += "; dead: " + m.names(op.Dead)
		}
		return s
	case OpBranch, OpCase:
		cond := m.names(op.Vars)
		if op.X != nil {
			cond = strings.TrimPrefix(cond+" == "+m.remainder(op.X), " == ")
		}
		if op.Negated {
			cond = "not " + cond
		}
		return fmt.Sprintf("if %s jump %s", cond, m.labelName(op.Target))
	case OpJump:
		return "jump " + m.labelName(op.Target)
	case OpSwitch, OpSelect:
		var list []string
		for _, l := range op.Clauses {
			if l == nil {
				list = append(list, "in place")
				continue
			}
			list = append(list, m.labelName(l))
		}
		return fmt.Sprintf("switch %s: %s", m.remainder(op.X), strings.Join(list, ", "))
	case OpRebox:
		return "new copy of " + m.names(op.Vars)
	case OpRange:
		s := "range " + [...]string{"init", "test", "bind", "next"}[op.Step]
		if op.Target != nil {
			s += ", at the end jump " + m.labelName(op.Target)
		}
		return s
	case OpComm:
		return fmt.Sprintf("%s = case %d", m.names(op.Vars), op.Index)
	case OpTargets:
		var list []string
		for _, x := range op.Targets {
			list = append(list, m.remainder(x))
		}
		return fmt.Sprintf("%s = %s", strings.Join(list, ", "), m.names(op.Vars))
	}
	return fmt.Sprintf("operation %d", op.Kind)
}

func (m *Machine) valueText(v *Value) string {
	if v.Promise != nil {
		return "outcome(" + m.name(v.Promise) + ")"
	}
	return m.names(v.Vars)
}

// remainder prints what is left of syntax when names stand for what was lifted out of it.
func (m *Machine) remainder(n ast.Node) string {
	if !isNil(n) && len(m.Subst) > 0 {
		n = m.copied(reflect.ValueOf(n), true).Interface().(ast.Node)
	}
	return m.source(n)
}

// source prints syntax on one line.
func (m *Machine) source(n ast.Node) string {
	if isNil(n) {
		return ""
	}
	var b bytes.Buffer
	if err := printer.Fprint(&b, m.Src.Fset, n); err != nil {
		return err.Error()
	}
	s := strings.Join(strings.Fields(b.String()), " ")
	if len(s) > 100 {
		s = s[:100] + " …"
	}
	return s
}

func isNil(n ast.Node) bool {
	return n == nil || n == ast.Node(ast.Expr(nil)) || n == ast.Node(ast.Stmt(nil))
}

// copied copies syntax, with names for what was lifted out of it, the root itself excepted.
func (m *Machine) copied(v reflect.Value, root bool) reflect.Value {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type()).Elem()
		c.Set(m.copied(v.Elem(), root))
		return c
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			c.Index(i).Set(m.copied(v.Index(i), false))
		}
		return c
	case reflect.Pointer:
		node, ok := v.Interface().(ast.Node)
		if !ok || v.IsNil() { // of the old resolution of names
			return v
		}
		if x, ok := node.(ast.Expr); ok && !root && m.Subst[x] != nil {
			return reflect.ValueOf(ast.NewIdent(m.valueText(m.Subst[x])))
		}
		c := reflect.New(v.Type().Elem())
		for i := range v.Elem().NumField() {
			c.Elem().Field(i).Set(m.copied(v.Elem().Field(i), false))
		}
		return c
	}
	return v
}
