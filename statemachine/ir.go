package statemachine

// This file declares the intermediate form: a linear list of operations with labels, and the variables it works on.

import (
	"go/ast"
	"go/types"
)

// A Machine is the plan of one async function or block: what Build makes and the emitter prints as Go.
type Machine struct {
	Src   *Source
	Ops   []*Op
	Vars  []*Var // all tracked variables: parameters and results first, then in order of appearance
	ByObj map[types.Object]*Var

	// Subst gives what an expression of the source has become: the value of an await or a temporary.
	Subst map[ast.Expr]*Value
	// Branch has the break, continue and goto statements that became jumps, those in native statements included.
	Branch map[*ast.BranchStmt]*Label
	// Hoisted has the const and type declarations to be repeated at the head of the function.
	Hoisted []*ast.GenDecl

	// Steps says that the code is a step function: its variables are those of a Go function while it runs, and what it needs later is
	// saved in the frame when it suspends. Otherwise, slots are in the frame all the time.
	Steps bool

	Results  []*Var      // variables that hold the results until the function ends; nil if returns need none
	Deferred []*Deferred // defer statements, in source order
	States   int         // number of suspension points; their states are 1 to States
	Parts    []*Part     // of the code of a large function, in its order; nil if it is in one piece

	conflicts []bitset
}

// Defers reports whether the function has defer statements, so that it needs an unwinding state.
func (m *Machine) Defers() bool { return len(m.Deferred) > 0 }

// A Var is a variable that the emitted code declares itself, at the head of the function or in the frame: one of the
// source whose scope contains a suspension point, or a temporary.
type Var struct {
	Obj    *types.Var // nil for a temporary
	Hint   string     // name in the source, or a proposal for a temporary
	Type   types.Type
	Param  int  // index among receiver and parameters, counted from 1; 0 for others
	Result bool // a result variable
	Boxed  bool // lives in a heap cell of its own, as it is shared: the variable holds the pointer
	Free   bool // belongs to an enclosing function; the frame holds a copy or its box
	Clause bool // of a clause of a type switch, which sets it

	// Decided by the layout:
	Slot   bool   // has a place in the frame, since it is needed after a suspension
	Name   string // of the slot or the local variable
	As     *Var   // another Go variable that stands for it, too; nil if it is one itself
	Merged bool   // it has one Go variable together with others
	Used   bool   // some operation reads it
	Set    bool   // some operation sets it

	index int
}

// A Value is what stands in place of an expression of the source.
type Value struct {
	Vars    []*Var // temporaries that hold it; more than one for a tuple
	Promise *Var   // or: the promise whose result it is
	Get     Get    // how the result is taken from the promise
}

// Get says how the outcome of a promise is taken.
type Get int

const (
	GetNone  Get = iota
	Get1         // (T, error)
	Get2         // (A, B, error)
	Get3         // (A, B, C, error)
	Get4         // (A, B, C, D, error)
	GetRecv      // the value received
	GetRecv2     // (value, ok)
	GetSend      // no value: panics if the channel was closed
	GetIndex     // the case chosen by a select
)

// A Label is a place that operations jump to.
type Label struct {
	Hint string
	Own  bool // it takes the place of a label of the source, and can have its name
	Used bool
	// Starts says that a statement begins here, a loop or what the source has given a label. Others stand where one ends, or a clause begins.
	Starts bool
	op     int
}

// OpKind says what an operation does.
type OpKind int

const (
	OpStmt    OpKind = iota // a statement of the source, as written but for Subst
	OpSet                   // Vars = X
	OpZero                  // Vars[0] becomes a new, zero variable
	OpAwait                 // Vars[0] = promise made of X; suspend in State while it is pending
	OpBranch                // if X, or not X with Negated, jump to Target
	OpJump                  // jump to Target
	OpLabel                 // Target is here
	OpReturn                // return statement Stmt, or the end of the body with a nil Stmt
	OpSwitch                // expression or type switch whose clauses are jumps
	OpSelect                // select with default whose clauses are jumps
	OpRebox                 // Vars[0] becomes a new box with a copy of the old: a new iteration
	OpCase                  // if tag Vars[0], or true if there is none, equals X, jump to Target
	OpRange                 // a step of a range loop; see RangeStep
	OpComm                  // the case object Vars[0] for clause Index of a select is made
	OpTargets               // Targets, which are expressions of the source, = Vars
)

// An Op is an operation.
type Op struct {
	Kind    OpKind
	Stmt    ast.Stmt // the statement it comes from, for position and comments; of OpStmt and OpReturn the text, too
	X       ast.Expr
	Spill   bool   // of OpSet: Vars take the place of X from here on
	Old     *Value // of a spill: what X has been before, nil if the source text
	Vars    []*Var
	Target  *Label
	Negated bool
	State   int            // of an await
	Await   AwaitKind      // of an await
	Run     *Run           // the native block it stands in
	Leads   []ast.Stmt     // statements that begin with this operation: it carries the comments before them
	Spec    *ast.ValueSpec // of OpStmt: the part of a declaration meant; Vars are its variables, nil for _
	NoInit  bool           // of OpStmt: Stmt without its init statement, which came before
	Label   string         // of OpStmt: a label that Stmt keeps
	Targets []ast.Expr     // of OpTargets
	From    *Var           // of OpAwait: holds the channel instead of X

	Clauses []*Label // of OpSwitch and OpSelect: the label of each clause, in source order; nil if its body stays in place
	Binds   [][]*Var // of OpSwitch: the variable of each clause of a type switch; of OpSelect what is received, nil where that is dropped
	Range   *Range   // of OpRange
	Step    RangeStep
	Comm    *Comm // of OpComm, of the await of a select and of OpSelect
	Index   int   // of OpComm: the clause

	succs   []*Label // where native code of this op may jump to
	uses    []*Var
	defs    []*Var
	mayDefs []*Var // set on some ways through it
	liveOut bitset
	Live    []*Var // of an await: what is live behind it, without its promise if that is recalled
	Dead    []*Var // of an await: slots that may hold what nobody reads any more
	InCycle bool   // may run more than once in a call
}

// Recalls reports whether the frame knows what an await has waited for, so that the variable with its promise need not be kept.
func (m *Machine) Recalls(op *Op) bool { return m.Steps || op.Await.IsStep() }

// A Run is a sequence of statements without suspension points that declare variables of their own: it is emitted as a block.
type Run struct{ Stmts []ast.Stmt }

// AwaitKind says what an await waits for.
type AwaitKind int

const (
	AwaitPromise AwaitKind = iota // X is a *Promise
	AwaitStep                     // X is a call with a step function
	AwaitCustom                   // X is an Awaitable
	AwaitReceive                  // X is a channel
	AwaitSend                     // Stmt is the send
	AwaitSelect                   // Comm has the cases
)

// IsStep reports whether what is awaited is a Step of the runtime, which may be over without a promise, and not a promise.
func (k AwaitKind) IsStep() bool { return k == AwaitStep || k >= AwaitReceive }

// RangeKind is what a range loop goes over.
type RangeKind int

const (
	RangeSlice RangeKind = iota
	RangeArray
	RangeArrayPtr
	RangeString
	RangeInt
	RangeMap
	RangeChan
	RangeSeq // a known iterator of the standard library, over the operand of its call
)

// A Range is a range loop that was taken apart.
type Range struct {
	Shared  bool // the iteration variables are the same for all iterations (before Go 1.22)
	Kind    RangeKind
	Stmt    *ast.RangeStmt
	X       ast.Expr // what it goes over
	Seq     string   // for RangeSeq: which iterator
	Over    *Var     // holds X
	Index   *Var     // position
	Limit   *Var     // length at the beginning
	Width   *Var     // next position in a string
	Promise *Var     // of what is received
	OK      *Var     // whether something was received
	Got     *Var     // what was received, if that is to be kept from Key until OK is known; nil if not
	Key     *Var     // iteration variables, if they are declared by the loop
	Value   *Var
	IntT    types.Type // of an integer range
}

// RangeStep is a step of a range loop.
type RangeStep int

const (
	RangeInit RangeStep = iota // evaluate the operand, go before the first element
	RangeTest                  // jump to Target if there is no further element
	RangeBind                  // set key and value
	RangeNext                  // go on to the next element
)

// A Comm is a select statement that was taken apart.
type Comm struct {
	Stmt    *ast.SelectStmt
	Cases   []*Var // case objects of a select that waits; nil for one with a default clause
	Promise *Var   // of the index of the case chosen
}

// A Deferred is a defer statement.
type Deferred struct {
	Stmt *ast.DeferStmt
	Lit  *ast.FuncLit // a deferred literal that awaits
}
