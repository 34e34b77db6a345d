package main

// This file tells a state machine in words.

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goawait/goawait/inspect"
	"github.com/goawait/goawait/rewrite"
)

// explainFunc explains the function of that name.
func explainFunc(ctx context.Context, inv *invocation, name string) int {
	f, code := inv.function(ctx, name)
	if f == nil {
		return code
	}
	if inv.json {
		inv.printJSON(f)
		return exitOK
	}
	w := &wording{w: inv.out, f: f, show: newShower(inv.dir)}
	w.function()
	return exitOK
}

// function finds the function that is named. If there is none, it has said so, and the code is that of the program.
func (inv *invocation) function(ctx context.Context, name string) (*inspect.Function, int) {
	o := rewrite.Options{Dir: inv.dir, Tags: inv.tags}
	p := newProgress(inv.err)
	p.attach(&o)
	f, report, err := inspect.Find(ctx, o, name)
	p.done()
	if report != nil && f == nil {
		show := newShower(inv.dir)
		for _, d := range report.Diagnostics {
			fmt.Fprintln(inv.err, show.diagnostic(d))
		}
	}
	if err != nil {
		fmt.Fprintf(inv.err, "goawait: %v\n", err)
	}
	if f == nil {
		return nil, exitFault
	}
	return f, exitOK
}

// A wording prints the description of one function.
type wording struct {
	w      io.Writer
	f      *inspect.Function
	show   *shower
	indent string
}

func (w *wording) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if text == "" {
		fmt.Fprintln(w.w)
		return
	}
	fmt.Fprintf(w.w, "%s%s\n", w.indent, text)
}

func (w *wording) function() {
	f := w.f
	w.line("%s.%s, %s:%d; twin %s", f.PkgName, f.Name, w.show.path(f.File), f.Line, f.Twin)
	switch {
	case f.Machine != nil:
		w.machine(f.Machine)
	case f.Lowering == "stackful":
		w.line("It is no flat state machine but runs on a coroutine, on the same loop and with the same behaviour.")
		w.line("")
		w.line("Why: %s", f.Reason)
		w.line("Cost: a call that waits keeps a stack, about 3 KB in 10 allocations, where a flat state machine keeps its frame in one;")
		w.line("      its start takes about seven times as long, and each wait, which switches stacks, about three times.")
		if cure := coroutineCure(f.Reason); cure != "" {
			w.line("Instead: %s", cure)
		}
	default:
		w.line("Its twin runs the blocking form on a goroutine.")
	}
}

// coroutineCures are what to write so that a function becomes flat, by a part of the reason why it is not.
var coroutineCures = []struct{ part, cure string }{
	{"range over a function", "collect the elements first, as with slices.Collect, and range over the slice"},
	{"declared inside of a function", "declare the type at package level"},
	{"local type", "declare the type at package level"},
	{"not exported", "keep the value in a variable of an exported type or of an interface across the await"},
	{"means something else", "use another name for what hides the predeclared one"},
	{"deferred literal with awaits has results", "give the deferred literal neither results nor a variadic parameter"},
	{"takes the results of a call", "assign the results to variables first"},
	{"variadic parameter", "give the async block a slice"},
}

// coroutineCure says what to write so that a function becomes flat; "" if nothing is known.
func coroutineCure(reason string) string {
	for _, c := range coroutineCures {
		if strings.Contains(reason, c.part) {
			return c.cure
		}
	}
	return ""
}

func (w *wording) machine(m *inspect.Machine) {
	awaits := m.States - 1
	what := "A state machine"
	if m.Kind != inspect.KindFunction {
		what = fmt.Sprintf("The %s at line %d is a machine of its own", m.Kind, m.Line)
	}
	w.line("%s: %s, %s; %s, a frame of %d bytes.", what, count(m.States, "state"), count(awaits, "await"),
		count(m.AllocationCount(), "allocation"), m.Frame.Size)
	w.line("%s", formText(m))
	w.line("")
	w.line("States")
	for _, n := range m.Nodes {
		w.node(m, n)
	}
	if len(m.Deferred) > 0 {
		w.line("  On every way out the deferred calls run, last first:")
		for _, d := range slices.Backward(m.Deferred) {
			awaited := ""
			if d.Awaits {
				awaited = ", which waits: a machine of its own"
			}
			w.line("    line %d: %s%s", d.Line, short(d.Text, 80), awaited)
		}
	}
	w.frame(m)
	w.line("")
	w.line("Allocations of a call")
	for _, a := range m.Allocations {
		text := fmt.Sprintf("  line %d: %s", a.Line, a.What)
		if a.Count > 1 {
			text += fmt.Sprintf(", %d", a.Count)
		}
		if a.Bytes > 0 {
			text += fmt.Sprintf(", %d bytes", a.Bytes)
		}
		if a.Often {
			text += ", each time round"
		}
		w.line("%s", text)
	}
	w.hints("The slow way", m.Slow)
	w.hints("Hints", m.Hints)
	for _, b := range m.Blocks {
		w.line("")
		in := *w
		in.indent += "  | "
		in.machine(b)
	}
}

// formText says where the variables of a machine are.
func formText(m *inspect.Machine) string {
	why := "it waits in too many places"
	switch {
	case m.Form == inspect.FormStep && m.States == 1:
		return "It is a step function: its variables are Go variables. It never waits, so nothing is saved in the frame."
	case m.Form == inspect.FormStep:
		return "It is a step function: its variables are Go variables, and what it keeps is saved in the frame when it waits."
	case m.Frame.Local:
		why = "it has to do with types that are declared in the function"
	case m.Kind == inspect.KindDeferred:
		why = "it is a deferred call"
	case len(m.Deferred) > 0:
		why = "it has deferred calls"
	}
	text := "What it keeps is in the frame all the time, as " + why + "."
	if m.Parts > 0 {
		text += fmt.Sprintf(" Its code is in %d parts, which the compiler takes less time for.", m.Parts)
	}
	return text
}

func (w *wording) hints(title string, hs []inspect.Hint) {
	if len(hs) == 0 {
		return
	}
	w.line("")
	w.line("%s", title)
	for _, h := range hs {
		w.line("  line %d: %s", h.Line, h.Text)
	}
}

// node tells one state, or a place that several states lead to.
func (w *wording) node(m *inspect.Machine, n *inspect.Node) {
	lines := ""
	if s := spans(n.Lines); s != "" {
		lines = ", runs " + s
	}
	switch n.Kind {
	case inspect.NodeStart:
		w.line("  0: the start%s", lines)
	case inspect.NodeState:
		w.line("  %d: behind the await at line %d, %s%s", n.State, n.Await.Line, short(n.Await.Text, 60), lines)
	default:
		w.line("  %s%s", nodeName(n), lines)
	}
	for _, i := range n.Starts {
		w.line("       starts the %s at line %d", m.Blocks[i].Kind, m.Blocks[i].Line)
	}
	for _, x := range n.Exits {
		w.line("       %s", exitText(x))
	}
	for _, e := range m.Edges {
		if e.From != n.ID {
			continue
		}
		to := m.Nodes[e.To]
		text := "goes on to " + nodeName(to)
		if to.Kind == inspect.NodeState {
			text = fmt.Sprintf("waits at line %d, goes on in state %d", to.Await.Line, to.State)
		}
		if e.Back {
			text = strings.Replace(text, "goes on to", "goes back to", 1)
		}
		w.line("       %s%s", text, when(e.Cond))
	}
}

func exitText(x inspect.Exit) string {
	verb := map[string]string{"return": "returns at line %d", "panic": "panics at line %d", "end": "ends at line %d"}[x.Kind]
	return fmt.Sprintf(verb, x.Line) + when(x.Cond)
}

// when adds a condition to a sentence.
func when(cond string) string {
	switch {
	case cond == "":
		return ""
	case cond == "otherwise":
		return ", otherwise"
	}
	return " if " + short(cond, 100)
}

// nodeName is how a sentence speaks of a node.
func nodeName(n *inspect.Node) string {
	switch n.Kind {
	case inspect.NodeStart, inspect.NodeState:
		return fmt.Sprintf("state %d", n.State)
	case inspect.NodeLoop:
		return fmt.Sprintf("the loop at line %d", n.Line)
	}
	return fmt.Sprintf("line %d", n.Line)
}

// frame tells what the frame holds and why.
func (w *wording) frame(m *inspect.Machine) {
	w.line("")
	w.line("Frame: %s, %d bytes, of which the promise and what every frame has take %d, and gaps %d",
		m.Frame.Type, m.Frame.Size, m.Frame.Header, m.Frame.Padding)
	if len(m.Frame.Assumed) > 0 {
		w.line("  (a value of a type parameter, %s, is taken to be 8 bytes)", strings.Join(m.Frame.Assumed, ", "))
	}
	for _, n := range m.Nodes {
		if n.Await == nil {
			continue
		}
		keeps := strings.Join(n.Await.Live, ", ")
		if keeps == "" {
			keeps = "nothing but what it waits for"
		}
		w.line("  while it waits at line %d (state %d) it keeps %s", n.Await.Line, n.State, keeps)
	}
	done := map[string]bool{}
	for _, v := range m.Variables {
		if done[v.Field] {
			continue
		}
		done[v.Field] = true
		kind := ""
		if v.Kind != "variable" {
			kind = v.Kind + ", "
		}
		var why []string
		tenants := 0
		for _, o := range m.Variables {
			if o.Field != v.Field {
				continue
			}
			tenants++
			for _, r := range o.Why {
				if !slices.Contains(why, r.Text) {
					why = append(why, r.Text)
				}
			}
		}
		turns := ""
		if tenants > 1 {
			turns = fmt.Sprintf(", for %d in turn", tenants)
		}
		w.line("  %s %s, %s%d bytes%s:", v.Name, short(v.Type, 60), kind, v.Size, turns)
		for _, text := range why {
			w.line("      %s", text)
		}
	}
}

// spans writes lines as "line 3" or "lines 3–5, 8".
func spans(lines []int) string {
	var parts []string
	for i := 0; i < len(lines); {
		j := i
		for j+1 < len(lines) && lines[j+1] == lines[j]+1 {
			j++
		}
		if i == j {
			parts = append(parts, fmt.Sprint(lines[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", lines[i], lines[j]))
		}
		i = j + 1
	}
	switch {
	case len(lines) == 0:
		return ""
	case len(lines) == 1:
		return "line " + parts[0]
	}
	return "lines " + strings.Join(parts, ", ")
}

// count says "1 state", "2 states".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// short cuts a text after n characters.
func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return s
}
