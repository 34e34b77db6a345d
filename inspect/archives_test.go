package inspect_test

// This file describes and draws every function of the repository's archives, and compares each description with the plan it was made of.

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goawait/goawait/inspect"
	"github.com/goawait/goawait/inspect/picture"
	"github.com/goawait/goawait/rewrite"
	sm "github.com/goawait/goawait/statemachine"
)

var all = flag.Bool("archives", false, "describe the functions of all archives, not only of those about control flow")

// extract lays the sources of the archives out below testdata, a folder for each, and gives the folder of all.
func extract(t *testing.T) string {
	t.Helper()
	if err := os.MkdirAll("testdata", 0o777); err != nil {
		t.Fatal(err)
	}
	// The names of the folders come again, so that the build cache knows them.
	dir := ""
	for i := 0; dir == ""; i++ {
		name := filepath.Join("testdata", fmt.Sprintf("tmp-%d", i))
		if err := os.Mkdir(name, 0o777); err == nil {
			dir = name
		} else if !errors.Is(err, os.ErrExist) {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	var paths []string
	for _, pattern := range []string{"blocks_*", "flow_*", "select_*", "*"} {
		if found, _ := filepath.Glob(filepath.Join("..", "testdata", pattern+".txtar")); pattern != "*" {
			paths = append(paths, found...)
		} else if *all {
			paths = found
		}
	}
	if len(paths) < 10 {
		t.Fatalf("%d archives", len(paths))
	}
	for _, path := range paths {
		ar, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			if !strings.HasSuffix(f.Name, ".go") || strings.Contains(f.Name, "_async") {
				continue
			}
			name := filepath.Join(dir, strings.TrimSuffix(filepath.Base(path), ".txtar"), filepath.FromSlash(f.Name))
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(string(f.Data), "PKGPATH", "prog")
			if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func TestArchives(t *testing.T) {
	dir := extract(t)
	for _, size := range []int{0, sm.EachOperation} {
		t.Run(fmt.Sprint("parts of ", size), func(t *testing.T) {
			describeAll(t, rewrite.Options{Dir: dir, Patterns: []string{"./..."}, PartSize: size})
		})
	}
}

func describeAll(t *testing.T, o rewrite.Options) {
	r, err := inspect.Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Diagnostics { // of programs that consist of several packages
		t.Log(d)
	}
	flat := 0
	for _, f := range r.Functions {
		if f.Machine == nil {
			if f.Reason == "" {
				t.Errorf("%s: neither flat nor a reason", f.Name)
			}
			continue
		}
		if n := f.States() - len(f.Machines()); n != f.Awaits {
			t.Errorf("%s in %s: %d awaits, but %d in its machines", f.Name, f.File, f.Awaits, n)
		}
		for _, m := range f.Machines() {
			flat++
			at := filepath.Base(filepath.Dir(f.File)) + "." + f.Name
			if m.Kind != inspect.KindFunction {
				at += fmt.Sprintf(" line %d", m.Line)
			}
			checkGraph(t, at, m)
			checkVariables(t, at, f, m)
		}
		checkPicture(t, f)
	}
	if flat < 150 {
		t.Errorf("only %d machines", flat)
	}
	t.Logf("%d functions, %d machines", len(r.Functions), flat)
}

// checkGraph compares the graph with the operations: the same states are reachable, and from each the same states.
func checkGraph(t *testing.T, at string, m *inspect.Machine) {
	pm := inspect.PlanOf(m).Machine
	next := map[int][]int{}
	for _, e := range m.Edges {
		next[e.From] = append(next[e.From], e.To)
	}
	var states func(id int, seen map[int]bool, found map[int]bool)
	states = func(id int, seen, found map[int]bool) {
		for _, to := range next[id] {
			if s := m.Nodes[to].State; s > 0 {
				found[s] = true
			} else if !seen[to] {
				seen[to] = true
				states(to, seen, found)
			}
		}
	}
	for _, n := range m.Nodes {
		if n.State < 0 {
			continue
		}
		got := map[int]bool{}
		states(n.ID, map[int]bool{}, got)
		want := followers(pm, n.State)
		if precise[at] {
			maps.DeleteFunc(want, func(s int, _ bool) bool { return !got[s] })
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: behind state %d come %v, not %v\n%s", at, n.State, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)), pm)
		}
		if !leaves(m, next, n.ID, map[int]bool{}) && !endless[at] {
			t.Errorf("%s: state %d leads nowhere\n%s", at, n.State, pm)
		}
		if len(n.Lines) == 0 && n.State > 0 && len(n.Exits) == 0 && len(next[n.ID]) == 0 && !endless[at] {
			t.Errorf("%s: state %d covers no line", at, n.State)
		}
	}
}

// precise are functions of which the description knows, and the plan does not, that control never comes to what follows a panic, a
// block that returns, or a switch whose clauses are all that can happen.
var precise = set(`flow_dead.afterPanic flow_labels.CaseBreakInnermost flow_labels.CaseLabelledSwitch flow_typeswitch.CaseGuardAwait
	goexit.inDefer results.bare select_body.CaseReceived select_body.CaseBreakOut select_body.CaseShadows select_body.CaseDefer
	select_body.CaseNestedSelects select_waits.echo`)

// endless are functions with code that never ends.
var endless = set("flow_dead.endsInEmptySelect")

func set(names string) map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields(names) {
		m[n] = true
	}
	return m
}

// leaves reports whether the machine can be left from a node.
func leaves(m *inspect.Machine, next map[int][]int, id int, seen map[int]bool) bool {
	if seen[id] {
		return false
	}
	seen[id] = true
	if len(m.Nodes[id].Exits) > 0 {
		return true
	}
	return slices.ContainsFunc(next[id], func(to int) bool { return leaves(m, next, to, seen) })
}

// followers are the states that control can come to from a state without waiting in between.
func followers(m *sm.Machine, state int) map[int]bool {
	start := 0
	for i, op := range m.Ops {
		if op.Kind == sm.OpAwait && op.State == state {
			start = i + 1
		}
	}
	seen, found := map[int]bool{}, map[int]bool{}
	work := []int{start}
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if i >= len(m.Ops) || seen[i] {
			continue
		}
		seen[i] = true
		if op := m.Ops[i]; op.Kind == sm.OpAwait {
			found[op.State] = true
			continue
		}
		work = append(work, m.Successors(i)...)
	}
	return found
}

func checkVariables(t *testing.T, at string, f *inspect.Function, m *inspect.Machine) {
	sum := m.Frame.Padding
	for _, field := range m.Frame.Fields {
		sum += field.Size
	}
	if sum != m.Frame.Size || m.Frame.Header <= 0 || m.Frame.Padding < 0 {
		t.Errorf("%s: frame of %d bytes, but its parts are %d", at, m.Frame.Size, sum)
	}
	across := map[string][]int{} // temporaries that take turns in a field have one name
	for _, v := range m.Variables {
		across[v.Name] = append(across[v.Name], v.Across...)
		if len(v.Why) == 0 {
			t.Errorf("%s: no reason for %s", at, v.Name)
		}
		for _, r := range v.Why {
			if r.Line != 0 && (r.Line < f.Line || r.Line > f.EndLine) {
				t.Errorf("%s: %s: %s: line %d is outside of the function, %d to %d", at, v.Name, r.Text, r.Line, f.Line, f.EndLine)
			}
			if strings.HasSuffix(r.Text, ": ") {
				t.Errorf("%s: %s: no reason for its heap cell", at, v.Name)
			}
		}
	}
	for _, n := range m.Nodes {
		if n.Await == nil {
			continue
		}
		if n.Await.Text == "" || n.Await.Line < f.Line || n.Await.Line > f.EndLine {
			t.Errorf("%s: await %d: line %d, text %q", at, n.State, n.Await.Line, n.Await.Text)
		}
		for _, name := range n.Await.Live {
			if !slices.Contains(across[name], n.State) {
				t.Errorf("%s: await %d keeps %s, which does not say so: %v", at, n.State, name, across[name])
			}
		}
	}
}

// A shape is an element of a picture.
type shape struct{ x, y, w, h int }

func (a shape) overlaps(b shape) bool {
	return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h
}

// checkPicture draws a function: the picture is well-formed, nothing lies outside of it, and no box over another.
func checkPicture(t *testing.T, f *inspect.Function) {
	d := xml.NewDecoder(strings.NewReader(string(picture.SVG(f))))
	var page shape
	var boxes []shape
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range e.Attr {
			attr[a.Name.Local] = a.Value
		}
		n := func(name string) int { i, _ := strconv.Atoi(attr[name]); return i }
		switch {
		case e.Name.Local == "svg":
			page = shape{0, 0, n("width"), n("height")}
		case e.Name.Local == "rect" && (attr["class"] == "box" || attr["class"] == "pill" || attr["class"] == "chip"):
			s := shape{n("x"), n("y"), n("width"), n("height")}
			if s.x < 0 || s.y < 0 || s.x+s.w > page.w || s.y+s.h > page.h || s.w <= 0 || s.h <= 0 {
				t.Errorf("%s: %v lies outside of %v", f.Name, s, page)
			}
			for _, o := range boxes {
				if s.overlaps(o) {
					t.Errorf("%s in %s: %v lies over %v", f.Name, f.File, s, o)
				}
			}
			boxes = append(boxes, s)
		}
	}
	if len(boxes) < len(f.Machine.Nodes) {
		t.Errorf("%s: %d boxes for %d nodes", f.Name, len(boxes), len(f.Machine.Nodes))
	}
}
