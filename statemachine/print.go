package statemachine

// This file prints a plan as text, for tests, for a debugging eye and for the documentation.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/types"
	"strings"
)

// String gives the plan: variables with their homes, then the operations, with what is live behind each await.
func (m *Machine) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "func %s: %d states\n", m.Src.Name, m.States)
	for _, v := range m.Vars {
		if !v.Used && !v.Set {
			continue
		}
		fmt.Fprintf(&b, "\tvar %s %s%s\n", m.name(v), types.TypeString(v.Type, types.RelativeTo(m.Src.Pkg)), v.home())
	}
	for _, op := range m.Ops {
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
		s := m.source(op.Stmt)
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
		return fmt.Sprintf("%s = %s", m.names(op.Vars), m.source(op.X))
	case OpZero:
		return fmt.Sprintf("new %s", m.names(op.Vars))
	case OpAwait:
		return fmt.Sprintf("await %d: %s = %s; live: %s; dead: %s", op.State, m.names(op.Vars), m.source(op.X), m.names(op.Live), m.names(op.Dead))
	case OpBranch, OpCase:
		cond := m.names(op.Vars)
		if op.X != nil {
			cond = strings.TrimPrefix(cond+" == "+m.source(op.X), " == ")
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
		return fmt.Sprintf("switch %s: %s", m.source(op.X), strings.Join(list, ", "))
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
			list = append(list, m.source(x))
		}
		return fmt.Sprintf("%s = %s", strings.Join(list, ", "), m.names(op.Vars))
	}
	return fmt.Sprintf("operation %d", op.Kind)
}

func (m *Machine) valueText(v *Value) string {
	if v.Promise != nil {
		return "outcome of " + m.name(v.Promise)
	}
	return m.names(v.Vars)
}

// source prints syntax on one line.
func (m *Machine) source(n ast.Node) string {
	if n == nil || n == ast.Node(ast.Expr(nil)) || n == ast.Node(ast.Stmt(nil)) {
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
