package difftest

// This file holds the catalogue of constructs, and the map from each to the archives that cover it: testdata/COVERAGE.md.

import (
	"fmt"
	"slices"
	"strings"
)

// A group is a chapter of the catalogue.
type group struct {
	title string
	ids   string // a line for each entry: its id and its name
}

// elsewhere names what covers an entry that no archive can, or says why it does not apply.
var elsewhere = map[string]string{
	"A14": "the judge would wait for ever; runtime/ tests the report of a deadlock",
	"B45": "TestDeep of internal/difftest, whose programs are too long for an archive",
	"B46": "TestDeep of internal/difftest, whose programs are too long for an archive",
	"R25": "a suspended call cannot be dropped: cancelling rejects what it waits for, and the body ends by return or panic (range_func); tests of runtime/ look for leaked goroutines",
	"H39": "cmd/goawait/testdata/process.txtar",
	"H40": "tests of runtime/: unhandled rejections and panics",
	"H46": "cmd/goawait/testdata/process.txtar",
	"H47": "a deferred call is one of the blocking form, which recovers (recover); recover in a twin finds a panic only in its own deferred calls",
	"H49": "tests of runtime/: a frame that has ended is not resumed",
	"S11": "the lock blocks the loop: vet's rule on locks held across awaits",
	"S12": "the call blocks the loop: vet's rule on blocking calls",
	"J10": "cmd/goawait/testdata/cgo.txtar",
	"J20": "cmd/goawait/testdata/files.txtar and process.txtar",
	"J22": "determinism tests of rewrite/",
}

// catalogue lists all groups.
var catalogue = []group{
	{"Protocol of a call", `
A01 no await
A02 void
A03 eager start
A04 return after await
A05 error after await
A06 panic before await
A07 panic after await
A08 await rejected
A09 await same twice
A10 await already done
A11 await nil promise
A12 two awaiters
A13 resume once
A14 self await
A15 return promise
A16 discard result
A17 nested async calls
A18 dependent out of order
A19 many awaits
A20 interleaving
`},
	{"Expressions and the order of evaluation", `
B01 binary right
B02 binary left
B03 binary both
B04 nested arith
B05 unary
B06 call args
B07 call args prefix only
B08 callee expr
B09 callee reassigned
B10 callee from await
B11 curried
B12 chained calls
B13 recv pointer late
B14 recv value late
B15 recv interface late
B16 var read late
B17 arg var late
B18 return var late
B19 string concat
B20 typeassert before
B21 index panic after
B22 div zero after
B23 nil deref after
B24 composite struct
B25 composite array
B26 composite slice nested
B27 composite map
B28 addr composite
B29 conversion
B30 slice expr
B31 comma ok
B32 spread
B33 variadic
B34 shift untyped
B35 untyped const args
B36 compare iface
B37 funclit arg
B38 iife
B39 method value
B40 method expr
B41 builtins
B42 append late
B43 sizeof
B44 await of await
B45 deep nesting
B46 long left chain
B47 panic arg
B48 generic call inferred
B49 swap temps
B50 struct chain
`},
	{"Short circuit", `
C01 and false
C02 or true
C03 and left await
C04 mixed
C05 operand not overwritten
C06 in call arg
C07 named bool
C08 guard nil
C09 in for cond
C10 negated
`},
	{"Assignment", `
D01 index from call
D02 both await
D03 slice replaced
D04 index var changed
D05 oob after
D06 nilmap after
D07 nilptr after
D08 ptr replaced
D09 compound index
D10 compound var
D11 compound map
D12 compound nested
D13 compound field of call
D14 incdec
D15 string compound
D16 shift compound
D17 tuple
D18 tuple index phase
D19 tuple index phase2
D20 tuple same target
D21 tuple partial panic
D22 tuple map calls
D23 multi from call
D24 define mixed
D25 blank
D26 var decl
D27 assign to await field
D28 rejected keeps old
D29 implicit addr
D30 array copy
D31 embedded promoted
`},
	{"Control flow", `
F01 if cond / if init
F02 if no else join
F03 for all parts
F04 for cond only / infinite
F05 continue runs post
F06 nested loops labels
F07 continue outer from select/switch
F08 break in switch in loop
F09 break in select in loop
F10 switch tag await
F11 switch case await
F12 switch tagless
F13 switch default first/middle
F14 fallthrough
F15 switch init shadow
F16 switch interface uncomparable
F17 switch no match / empty
F18 typeswitch guard await
F19 typeswitch multi
F20 typeswitch generic
F21 goto forward
F22 goto backward retry
F23 goto into same block label
F24 labeled block
F25 label same as var / unused after lowering
F26 dead code
F27 return in loop
F28 terminating analysis
F29 empty loops
F30 block scopes
F31 loop var modified in body
F32 zero iterations
F33 state count large
F34 native loop inside
F35 switch on const dup
`},
	{"Range", `
R01 slice live
R02 array copy
R03 array index only
R04 range call
R05 string
R06 int
R07 int var modified
R08 map delete
R09 map insert / clear
R10 map values live
R11 map nan
R12 map nil / empty / struct keys / interface keys
R13 map keyless
R14 map concurrent between
R15 chan
R16 assign form
R17 range expr await
R18 per iter capture
R19 func seq0/1/2
R20 func break/continue/return/goto/labels
R21 func defer in body
R22 func panic in iterator
R23 func panic in body
R24 func goexit
R25 func abandoned
R26 func yield after false
R27 func locked thread
R28 stdlib iters
`},
	{"Variables, scopes, closures", `
V01 live across
V02 dead param
V03 param reassigned
V04 3 clause capture
V05 3 clause address
V06 old semantics file
V07 zero each iteration
V08 capture then write after
V09 closure outlives
V10 goroutine capture
V11 closure return
V12 async closure
V13 recursive closure
V14 uncaptured block var
V15 shadow param/result/receiver/package
V16 package level shadow
V17 const local iota
V18 local type
V19 local type generic
V20 address stable
V21 array slicing
V22 method ptr implicit
V23 struct with mutex
V24 uninitialised path
V25 two vars same type disjoint
V26 reuse vs capture
V27 unused after lowering
V28 many locals
V29 interface nil vs typed
V30 goto redeclare capture
`},
	{"Defer, panic, recover, results", `
H01 defer order
H02 defer args now
H03 defer in loop
H04 defer conditional
H05 defer closure sees result
H06 defer unnamed result
H07 recover direct
H08 recover named func
H09 recover method
H10 recover indirect
H11 recover nested defer
H12 defer recover builtin
H13 recover no panic
H14 recover twice
H15 repanic
H16 panic in defer
H17 panic in defer normal
H18 recover sets result
H19 runtime error kind
H20 panic nil
H21 panic value identity
H22 panic through 3 frames
H23 catch in caller
H24 await in deferred closure
H25 await in defer on panic
H26 await then recover in defer
H27 recover then await in defer
H28 defer await panics
H29 nested finally
H30 return operands once
H31 void call before return
H32 matrix 3x3
H33 bare return
H34 named result captured
H35 blank named results
H36 result shadowed
H37 goexit in body
H38 goexit in defer / panic during goexit
H39 failnow
H40 fatal unobserved
H41 defer nil func
H42 defer builtins
H43 defer method value copy
H44 defer loop variable
H45 stack in handler
H46 os exit / log.Fatal
H47 recover in async body
H48 panic in continuation
H49 poisoned
`},
	{"Channels, select, goroutines", `
S01 select operands once
S02 select await operand
S03 select await body
S04 select recv ok / define
S05 select nil / closed / empty
S06 select fairness
S07 select break/continue/return/goto
S08 send/recv
S09 go args
S10 go closure
S11 waitgroup/mutex across await
S12 blocking call warning
S13 close in defer
`},
	{"Types, generics, names", `
J01 generic func
J02 generic method
J03 generic constraint ops
J04 generic recursion
J05 recursive async
J06 hidden foreign type
J07 internal path type
J08 anonymous struct / func / chan types
J09 named import / dot import / clashing names
J10 cgo type
J11 embed interface / struct embedding
J12 alias / generic alias / type param alias
J13 untyped bool/rune/float temps
J14 unused import
J15 build tags / go:build / go:generate / embed directives
J16 comments / doc / //line
J17 init and globals
J18 method set
J19 exported API
J20 test files
J21 very long names / unicode identifiers / keyword like
J22 determinism
J23 variadic generic interface args, nil func args
J24 method on local alias, struct tags reflect
J25 huge array local
`},
}

// An entry is one construct of the catalogue.
type entry struct{ id, name string }

func (g group) entries() []entry {
	var es []entry
	for line := range strings.Lines(g.ids) {
		if id, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			es = append(es, entry{id, name})
		}
	}
	return es
}

// coveredBy maps each id that the archives name to the archives that name it, in their order.
func coveredBy(archives []*Archive) map[string][]string {
	by := map[string][]string{}
	for _, a := range archives {
		for _, id := range a.IDs {
			if !slices.Contains(by[id], a.Program.Name) {
				by[id] = append(by[id], a.Program.Name)
			}
		}
	}
	return by
}

// Coverage is the text of testdata/COVERAGE.md for the archives.
func Coverage(archives []*Archive) string {
	by := coveredBy(archives)
	var b strings.Builder
	b.WriteString("# What the archives cover\n\n" +
		"Each construct, with the archives of this folder whose programs put it through every lowering and mode.\n" +
		"`go test ./internal/difftest -run TestCoverage -update` writes this file.\n")
	for _, g := range catalogue {
		fmt.Fprintf(&b, "\n## %s\n\n| id | construct | archives |\n|---|---|---|\n", g.title)
		for _, e := range g.entries() {
			where := slices.Clone(by[e.id])
			if reason := elsewhere[e.id]; reason != "" {
				where = append(where, reason)
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", e.id, e.name, strings.Join(where, ", "))
		}
	}
	return b.String()
}
