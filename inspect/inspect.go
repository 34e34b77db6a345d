// Package inspect describes the state machines that goawait makes of annotated functions, as data: states with the source lines that
// they cover, ways between them with their conditions, awaits, what the frame holds and why, what is allocated, and what would make it
// smaller. Nothing here prints.
package inspect

// This file declares the description, and loads the packages that it is made of.

import (
	"cmp"
	"context"
	"go/ast"
	"slices"
	"strings"

	"github.com/goawait/goawait/rewrite"
)

// A Report describes all annotated functions of some packages.
type Report struct {
	Functions   []*Function          // sorted by file and line
	Diagnostics []rewrite.Diagnostic // faults; functions of faulty packages are missing
}

// A Function describes an annotated function and its twin.
type Function struct {
	Name      string   `json:"name"`    // as in the source, (*T).M for a method
	Package   string   `json:"package"` // import path
	PkgName   string   `json:"-"`
	Twin      string   `json:"twin"`
	File      string   `json:"file"` // absolute
	Generated string   `json:"generated"`
	Line      int      `json:"line"`
	EndLine   int      `json:"endLine"`
	Lowering  string   `json:"lowering"`         // "flat", "stackful" or "goroutine"
	Reason    string   `json:"reason,omitempty"` // why it is not flat
	Awaits    int      `json:"awaits"`           // places where it may wait, those of its async blocks included
	Lines     int      `json:"lines"`            // of generated code
	Machine   *Machine `json:"machine,omitempty"`

	source []string // lines of the source file
}

// SourceLine is a line of the function's file, without its end; "" beyond the file.
func (f *Function) SourceLine(n int) string {
	if n < 1 || n > len(f.source) {
		return ""
	}
	return strings.TrimSuffix(f.source[n-1], "\r")
}

// Machines are all state machines of the function: its own, then those of its async blocks, outer ones first. There is none if it
// is not flat.
func (f *Function) Machines() (all []*Machine) {
	var add func(m *Machine)
	add = func(m *Machine) {
		all = append(all, m)
		for _, b := range m.Blocks {
			add(b)
		}
	}
	if f.Machine != nil {
		add(f.Machine)
	}
	return all
}

// States is the number of states of all its machines; each has a start beside its awaits.
func (f *Function) States() (n int) {
	for _, m := range f.Machines() {
		n += m.States
	}
	return n
}

// FrameSize is the size of the frames of all its machines together, in bytes.
func (f *Function) FrameSize() (n int64) {
	for _, m := range f.Machines() {
		n += m.Frame.Size
	}
	return n
}

// Allocations counts what a call allocates by itself, with each of its async blocks started once.
func (f *Function) Allocations() (n int) {
	for _, m := range f.Machines() {
		n += m.AllocationCount()
	}
	return n
}

// The kinds of machines.
const (
	KindFunction = "function"
	KindBlock    = "async block"
	KindDeferred = "deferred block"
)

// The forms of machines.
const (
	FormStep  = "step"  // a step function: variables are Go variables, and what it needs later is saved in the frame when it waits
	FormFrame = "frame" // variables that it needs behind an await are in the frame all the time
)

// A Machine is one state machine.
type Machine struct {
	Kind        string       `json:"kind"`
	Name        string       `json:"name"` // of the function that starts it
	Form        string       `json:"form"`
	Line        int          `json:"line"`
	EndLine     int          `json:"endLine"`
	States      int          `json:"states"`          // the start and one for each await
	Parts       int          `json:"parts,omitempty"` // methods that the code of a very large function is divided into; 0 for one in one piece
	Nodes       []*Node      `json:"nodes"`           // in the order of the source, the start first
	Edges       []*Edge      `json:"edges"`
	Variables   []*Variable  `json:"variables"` // those that live in the frame
	Frame       Frame        `json:"frame"`
	Allocations []Allocation `json:"allocations"`
	Deferred    []Deferred   `json:"deferred,omitempty"`
	Slow        []Hint       `json:"slow,omitempty"` // what costs more than in plain Go
	Hints       []Hint       `json:"hints,omitempty"`
	Blocks      []*Machine   `json:"blocks,omitempty"` // async blocks in it, each a machine of its own

	plan   *rewrite.Plan
	lit    *ast.FuncLit
	starts map[*ast.FuncLit]int // node that starts a block
}

// AllocationCount counts what a call of the machine allocates by itself.
func (m *Machine) AllocationCount() (n int) {
	for _, a := range m.Allocations {
		n += a.Count
	}
	return n
}

// The kinds of nodes.
const (
	NodeStart = "start" // the call begins
	NodeState = "state" // it goes on after an await
	NodeLoop  = "loop"  // the head of a loop that awaits
	NodeJoin  = "join"  // ways meet here and part again
)

// A Node is a piece of code that runs without waiting: a state, or a part that several states lead to.
type Node struct {
	ID     int    `json:"id"`
	Kind   string `json:"kind"`
	State  int    `json:"state"`           // number of the state; -1 for loops and joins
	Await  *Await `json:"await,omitempty"` // what the state goes on after
	Line   int    `json:"line"`            // of the await, or of the first line
	Lines  []int  `json:"lines"`           // of the source, that it covers
	Exits  []Exit `json:"exits,omitempty"` // where the machine ends
	Starts []int  `json:"starts,omitempty"`
}

// An Await is a place where the machine waits.
type Await struct {
	State   int      `json:"state"`
	What    string   `json:"what"` // "promise", "receive", "send", "select", or "call": a plain call of a step function
	Text    string   `json:"text"` // the source of the promise or channel operation, on one line
	Line    int      `json:"line"`
	EndLine int      `json:"endLine"` // of the statement, if that is a simple one
	Live    []string `json:"live"`    // names of variables that the frame keeps while it waits
}

// An Exit is a way out of the machine.
type Exit struct {
	Kind string `json:"kind"` // "return", "panic" or "end"
	Line int    `json:"line"`
	Cond string `json:"condition,omitempty"`
}

// An Edge leads from one node to another.
type Edge struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Cond string `json:"condition,omitempty"` // when control goes this way; "" if always, or if it cannot be told in short
	Back bool   `json:"back,omitempty"`      // leads to an earlier place: the next round of a loop
}

// A Variable lives in the frame.
type Variable struct {
	Name   string   `json:"name"`
	Type   string   `json:"type"`
	Kind   string   `json:"kind"` // "parameter", "result", "variable", "captured", "temporary" or "promise"
	Line   int      `json:"line"` // of its declaration
	Field  string   `json:"field"`
	Size   int64    `json:"size"`            // of its field
	Boxed  bool     `json:"boxed,omitempty"` // the field points to a heap cell
	Across []int    `json:"across"`          // states behind whose awaits it is needed
	Why    []Reason `json:"why"`
}

// A Reason says why a variable is in the frame.
type Reason struct {
	Text   string `json:"text"`
	Line   int    `json:"line,omitempty"`   // where it is used
	Awaits []int  `json:"awaits,omitempty"` // states behind whose awaits that is the next use
}

// A Frame is what one call takes while it waits, and from the beginning if it was started as a promise or has [FormFrame].
type Frame struct {
	Type    string   `json:"type"`
	Local   bool     `json:"local,omitempty"` // it is declared in the function, as only there the types can be named that it has to do with
	Size    int64    `json:"size"`            // in bytes
	Header  int64    `json:"header"`          // of that, what every frame has: the promise and the list of deferred calls
	Padding int64    `json:"padding"`         // of that, gaps between fields
	Fields  []Field  `json:"fields"`
	Assumed []string `json:"assumed,omitempty"` // type parameters that are taken to be a word
}

// A Field is a field of a frame.
type Field struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Header bool   `json:"header,omitempty"`
}

// An Allocation is something that the machine allocates.
type Allocation struct {
	What  string `json:"what"`
	Line  int    `json:"line"`
	Count int    `json:"count"`
	Bytes int64  `json:"bytes,omitempty"` // of all; 0 if it cannot be told
	Often bool   `json:"often,omitempty"` // stands in a loop
}

// A Deferred is a deferred call.
type Deferred struct {
	Line   int    `json:"line"`
	Text   string `json:"text"`
	Awaits bool   `json:"awaits,omitempty"` // it is a block of its own
}

// A Hint says something about a line: what costs more there, or how to make a frame smaller or a call cheaper.
type Hint struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// Load describes the annotated functions of packages. The error is about the run as a whole. Nothing is written.
func Load(ctx context.Context, o rewrite.Options) (*Report, error) {
	o.Plans = true
	res, err := rewrite.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	r := &Report{Diagnostics: res.Diagnostics}
	for _, p := range res.Packages {
		if p.Faulty {
			continue
		}
		for _, file := range p.Files {
			r.Functions = append(r.Functions, describeFile(p, file)...)
		}
	}
	slices.SortStableFunc(r.Functions, func(a, b *Function) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return r, nil
}

// describeFile describes the functions of one source file.
func describeFile(p *rewrite.PackageResult, file rewrite.File) (fs []*Function) {
	lines := generatedLines(file)
	for i, fn := range file.Funcs {
		if fn.Func == nil {
			continue
		}
		f := &Function{
			Name: fn.Name, Package: p.Path, PkgName: fn.Package.Name, Twin: fn.Twin,
			File: file.Source, Generated: file.Path, Line: fn.Pos.Line,
			EndLine:  fn.Package.Fset.PositionFor(fn.Func.Decl.End(), false).Line,
			Lowering: fn.Lowering, Reason: fn.Reason, Lines: lines[i],
			source: strings.Split(string(fn.Source.Src), "\n"),
		}
		d := &describer{f: f, fset: fn.Package.Fset, pkg: fn.Package.Types, sizes: fn.Package.Sizes}
		f.Machine = d.machines(fn.Plans)
		f.Awaits = fn.Package.Waits(fn.Func)
		fs = append(fs, f)
	}
	return fs
}
