package inspect

// This file describes one plan after the other.

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/goawait/goawait/rewrite"
	sm "github.com/goawait/goawait/statemachine"
)

// A describer describes the machines of one function.
type describer struct {
	f     *Function
	fset  *token.FileSet
	pkg   *types.Package
	info  *types.Info
	sizes types.Sizes

	// Of the machine in work:
	awaits map[*sm.Op]*Await
	known  map[*sm.Var]string
}

func (d *describer) line(pos token.Pos) int { return d.fset.PositionFor(pos, false).Line }

// text is syntax on one line.
func (d *describer) text(n ast.Node) string {
	if n == nil || n == ast.Node(ast.Expr(nil)) {
		return ""
	}
	var b bytes.Buffer
	if err := printer.Fprint(&b, d.fset, n); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (d *describer) typ(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == d.pkg {
			return ""
		}
		return p.Name()
	})
}

// machines describes the plans of a function and nests those of its blocks. It is nil without plans.
func (d *describer) machines(plans []*rewrite.Plan) *Machine {
	var all []*Machine
	for _, p := range plans {
		all = append(all, d.machine(p))
	}
	for i, m := range all {
		if i == 0 {
			continue
		}
		outer := all[0] // the innermost machine around the block
		for _, o := range all[1:] {
			if o != m && o.lit.Pos() <= m.lit.Pos() && m.lit.End() <= o.lit.End() && (outer.lit == nil || o.lit.Pos() > outer.lit.Pos()) {
				outer = o
			}
		}
		outer.Blocks = append(outer.Blocks, m)
	}
	for _, m := range all {
		slices.SortFunc(m.Blocks, func(a, b *Machine) int { return cmp.Compare(a.lit.Pos(), b.lit.Pos()) })
		m.place()
	}
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// place notes at the nodes of m which of its blocks they start.
func (m *Machine) place() {
	for i, b := range m.Blocks {
		if id, ok := m.starts[b.lit]; ok {
			m.Nodes[id].Starts = append(m.Nodes[id].Starts, i)
		}
	}
}

func (d *describer) machine(p *rewrite.Plan) *Machine {
	pm := p.Machine
	d.info = pm.Src.Info
	d.awaits, d.known = map[*sm.Op]*Await{}, nil
	m := &Machine{Kind: KindFunction, Name: d.f.Name, Form: FormFrame, States: pm.States + 1, Parts: len(pm.Parts), plan: p, lit: p.Block}
	if pm.Steps {
		m.Form = FormStep
	}
	m.Line, m.EndLine = d.f.Line, d.f.EndLine
	if p.Block != nil {
		m.Kind, m.Name = KindBlock, p.Start
		if p.Deferred {
			m.Kind = KindDeferred
		}
		m.Line, m.EndLine = d.line(p.Block.Pos()), d.line(p.Block.End())
	}
	m.Nodes, m.Edges, m.starts = d.graph(pm)
	for _, def := range pm.Deferred {
		text := d.text(def.Stmt.Call)
		if lit, ok := ast.Unparen(def.Stmt.Call.Fun).(*ast.FuncLit); ok {
			text = "func literal"
			if s := lit.Body.List; len(s) == 1 {
				text = d.text(s[0])
			}
		}
		m.Deferred = append(m.Deferred, Deferred{Line: d.line(def.Stmt.Pos()), Text: text, Awaits: def.Lit != nil})
	}
	m.Frame = d.frame(p)
	m.Variables = d.variables(p)
	m.Allocations = d.allocations(p)
	m.Slow = d.slow(pm)
	m.Hints = d.hints(p, m)
	return m
}

// await describes a place where the machine waits.
func (d *describer) await(m *sm.Machine, op *sm.Op) *Await {
	if d.awaits[op] == nil {
		d.awaits[op] = d.describeAwait(m, op)
	}
	return d.awaits[op]
}

func (d *describer) describeAwait(m *sm.Machine, op *sm.Op) *Await {
	a := &Await{State: op.State, What: "promise", Line: d.line(op.Stmt.Pos())}
	switch op.Await {
	case sm.AwaitStep:
		a.What = "call"
	case sm.AwaitReceive:
		a.What = "receive"
	case sm.AwaitSend:
		a.What = "send"
	case sm.AwaitSelect:
		a.What = "select"
	}
	switch {
	case op.Await == sm.AwaitSend:
		a.Text = d.text(op.Stmt)
	case op.Await == sm.AwaitSelect:
		var cases []string
		for _, c := range op.Comm.Stmt.Body.List {
			cases = append(cases, d.text(c.(*ast.CommClause).Comm))
		}
		a.Text = "select { " + strings.Join(cases, " | ") + " }"
		a.Line = d.line(op.Comm.Stmt.Pos())
	case op.Await == sm.AwaitReceive && op.X != nil:
		a.Text, a.Line = "<-"+d.text(op.X), d.line(op.X.Pos())
	case op.X != nil:
		a.Text, a.Line = d.text(op.X), d.line(op.X.Pos())
	default: // a range over a channel
		if r, ok := op.Stmt.(*ast.RangeStmt); ok {
			a.Text = "<-" + d.text(r.X)
		}
	}
	a.EndLine = a.Line
	switch op.Stmt.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.DeclStmt, *ast.SendStmt, *ast.IncDecStmt:
		a.EndLine = d.line(op.Stmt.End())
		a.Line = min(a.Line, d.line(op.Stmt.Pos()))
	default:
		if op.X != nil {
			a.EndLine = d.line(op.X.End())
		}
	}
	names := d.names(m)
	for _, v := range op.Live {
		if !slices.Contains(op.Vars, v) && !slices.Contains(a.Live, names[v]) {
			a.Live = append(a.Live, names[v])
		}
	}
	return a
}

// names are the names of the slots: those of the source, with the line of the declaration where several have the same.
func (d *describer) names(m *sm.Machine) map[*sm.Var]string {
	if d.known != nil {
		return d.known
	}
	count := map[string]int{}
	for _, v := range m.Vars {
		if v.Slot {
			count[v.Hint]++
		}
	}
	names := map[*sm.Var]string{}
	for _, v := range m.Vars {
		names[v] = v.Hint
		switch {
		case count[v.Hint] < 2:
		case v.Obj != nil:
			names[v] = fmt.Sprintf("%s:%d", v.Hint, d.line(v.Obj.Pos()))
		case v.Name != "":
			names[v] = v.Name
		}
	}
	d.known = names
	return names
}

// frame describes the frame.
func (d *describer) frame(p *rewrite.Plan) Frame {
	f := Frame{Type: p.Frame, Local: p.Local, Size: p.Size, Assumed: p.Assumed}
	end := int64(0)
	for _, field := range p.Fields {
		f.Padding += field.Offset - end
		end = field.Offset + field.Size
		if field.Common {
			f.Header += field.Size
		}
		f.Fields = append(f.Fields, Field{Name: field.Name, Type: d.typ(field.Type), Size: field.Size, Header: field.Common})
	}
	f.Padding += p.Size - end
	return f
}

// generatedLines counts the lines of the declarations of each function of a generated file.
func generatedLines(file rewrite.File) []int {
	counts := make([]int, len(file.Funcs))
	begins := map[string]int{} // name of a function's first declaration, which is its frame or its twin → its index
	for i, f := range file.Funcs {
		name := f.Twin
		if recv, _, method := cutLast(f.Name, "."); method {
			name = strings.Trim(recv, "(*)") + "." + name
		}
		if len(f.Plans) > 0 && !f.Plans[0].Local {
			name = f.Plans[0].Frame
		}
		begins[name] = i
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file.Path, file.Content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return counts
	}
	// The declarations of a function follow one another.
	current, from := -1, 0
	for _, decl := range tree.Decls {
		begin, name := decl.Pos(), ""
		switch d := decl.(type) {
		case *ast.GenDecl:
			if d.Doc != nil {
				begin = d.Doc.Pos()
			}
			if spec, ok := d.Specs[0].(*ast.TypeSpec); ok {
				name = spec.Name.Name
			}
		case *ast.FuncDecl:
			if d.Doc != nil {
				begin = d.Doc.Pos()
			}
			name = d.Name.Name
			if d.Recv != nil {
				name = receiver(d) + "." + name
			}
		}
		if i, ok := begins[name]; ok {
			current, from = i, fset.PositionFor(begin, false).Line
		}
		if current >= 0 {
			counts[current] = fset.PositionFor(decl.End(), false).Line - from + 1
		}
	}
	return counts
}

// cutLast is strings.Cut at the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// receiver is the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
