package rewrite

// This file is the catalogue of what goawait says about a source: each kind of fault with its cure and an example.

import (
	"fmt"
	"strings"
)

// The codes of diagnostics.
const (
	CodeGo           = "go"
	CodeInternal     = "internal"
	CodeDirective    = "directive"
	CodeMisplaced    = "misplaced"
	CodeNoBody       = "no-body"
	CodeBlank        = "blank"
	CodeName         = "name"
	CodeTestName     = "test-name"
	CodeNameTaken    = "name-taken"
	CodeValues       = "values"
	CodeLiteral      = "literal"
	CodeMarkerValue  = "marker-value"
	CodeNesting      = "nesting"
	CodeForeignFile  = "foreign-file"
	CodeForeignPlace = "foreign-place"
	CodeVersion      = "version"
	CodeExcluded     = "excluded"
	CodeInit         = "init"
)

// A CatalogEntry is one kind of fault.
type CatalogEntry struct {
	Code    string
	What    string // the fault
	Reason  string // why it is one
	Cure    string // what to write instead
	Example string // a file with the fault in the line above "// fault"; more files as in a txtar archive; may be empty
	Fixed   string // the same as it should be; empty without an example
}

// Catalog lists every kind of fault that a Diagnostic can be about.
var Catalog = []CatalogEntry{
	{
		CodeGo, "the source does not parse or does not type-check",
		"goawait works on Go that compiles; twins that are missing or stale are no errors",
		"what Go's own tools say",
		`package p

//goawait:async
func F() int { return "one" }
// fault
`,
		`package p

//goawait:async
func F() int { return 1 }
`,
	},
	{
		CodeDirective, "a directive that goawait does not know",
		"a directive with a typing error would be passed over in silence",
		"//goawait:async or //goawait:async Name",
		`package p

//goawait:asynk
// fault
func F() {}
`,
		`package p

//goawait:async
func F() {}
`,
	},
	{
		CodeMisplaced, "a directive that belongs to no function",
		"only the doc comment of a function or method is read; a blank line ends it",
		"move it directly above func",
		`package p

//goawait:async
// fault

func F() {}
`,
		`package p

//goawait:async
func F() {}
`,
	},
	{
		CodeNoBody, "an annotated function without a body",
		"there is nothing to make a state machine of",
		"annotate a function written in Go",
		`package p

//goawait:async
// fault
func F()
`,
		`package p

func F()

// G calls it.
//
//goawait:async
func G() { F() }
-- f.s --
`,
	},
	{
		CodeBlank, "an annotated function named _",
		"nothing can call it",
		"a name",
		`package p

//goawait:async blank
// fault
func _() {}
`,
		`package p

//goawait:async
func start() {}
`,
	},
	{
		CodeName, "a twin name that is no identifier, or that Go gives a meaning of its own",
		"the twin is a function like any other",
		"another name",
		`package p

//goawait:async fetch-async
// fault
func F() {}
`,
		`package p

//goawait:async fetchLater
func F() {}
`,
	},
	{
		CodeTestName, "in a test file, a twin name that the go command takes for a test",
		"TestXAsync would be run, or rejected, as a test",
		"a name in the directive: //goawait:async testX",
		`package p
-- p_test.go --
package p

import "testing"

//goawait:async
// fault
func TestF(t *testing.T) {}
`,
		`package p
-- p_test.go --
package p

import "testing"

//goawait:async testF
func TestF(t *testing.T) {}
`,
	},
	{
		CodeNameTaken, "a twin name that is taken",
		"the package declares it, or that name with Step behind it, which generated code needs, or another twin has it",
		"a name in the directive",
		`package p

//goawait:async
// fault
func F() {}

var FAsync int
`,
		`package p

//goawait:async FLater
func F() {}

var FAsync int
`,
	},
	{
		CodeValues, "more than four values",
		"tuples have two to four",
		"a struct",
		`package p

//goawait:async
// fault
func F() (a, b, c, d, e int, err error) { return }
`,
		`package p

type five struct{ a, b, c, d, e int }

//goawait:async
func F() (five, error) { return five{}, nil }
`,
	},
	{
		CodeLiteral, "an await in a plain function literal",
		"whoever calls the literal expects it to return, not to wait; it would block the loop",
		"an await outside of it, an annotated function whose twin is awaited, or async.Start, Group.Go or async.Map",
		`package p

import async "github.com/goawait/goawait/runtime"

//goawait:async
func F() {
	g := func() int { return async.Must(async.Await(async.Resolve(1))) }
	// fault
	g()
}
`,
		`package p

import async "github.com/goawait/goawait/runtime"

//goawait:async
func F() {
	g := func() *async.Promise[int] { return async.Resolve(1) }
	async.Await(g())
}
`,
	},
	{
		CodeMarkerValue, "an await marker that is not called",
		"as a value it is the blocking form, which has no business in the async form",
		"a call",
		`package p

import async "github.com/goawait/goawait/runtime"

//goawait:async
func F() {
	await := async.Await[int]
	// fault
	_ = await
}
`,
		`package p

import async "github.com/goawait/goawait/runtime"

//goawait:async
func F() {
	n, err := async.Await(async.Resolve(1))
	_, _ = n, err
}
`,
	},
	{
		CodeNesting, fmt.Sprintf("blocks nested more than %d deep", maxNesting),
		"gofmt takes minutes for such code",
		"a function for the inner part",
		"package p\n\n//goawait:async\nfunc F() {" + strings.Repeat("{", maxNesting+1) + strings.Repeat("}", maxNesting+1) + "}\n// fault\n",
		"package p\n\n//goawait:async\nfunc F() { inner() }\n\nfunc inner() {}\n",
	},
	{
		CodeVersion, "a package async of another version than goawait",
		"generated code and package async work hand in hand, and change together",
		"the goawait that the module requires: go tool goawait",
		"", "",
	},
	{
		CodeForeignFile, "something else in place of the twin's file",
		"goawait replaces only files that begin with its header",
		"move the file, or rename the source",
		`package p

//goawait:async
// fault
func F() {}
-- p_async.go --
package p
`,
		`package p

//goawait:async
func F() {}
-- other.go --
package p
`,
	},
	{
		CodeForeignPlace, "a package of another module",
		"goawait never writes into vendor folders, the module cache or GOROOT",
		"a replace directive or a copy in your module",
		`// Package p is not the user's.
package p
// fault

//goawait:async
func F() {}
-- go.mod --
module example.com/vendoring

go 1.26.0

require example.com/p v1.0.0
-- main.go --
package main

import _ "example.com/p"

func main() {}
-- vendor/modules.txt --
# example.com/p v1.0.0
## explicit
example.com/p
`,
		`// Package p is a copy, in your own module.
package p

//goawait:async
func F() {}
`,
	},
	{
		CodeExcluded, "a file or folder named on the command line that is not part of the build",
		"what other tags or another system choose cannot be type-checked under these",
		"-tags, or GOOS and GOARCH in the environment; a folder of its own for a file that no build has",
		`//go:build integration
// fault

package p

//goawait:async
func F() {}
`,
		`package p

//goawait:async
func F() {}
`,
	},
	{
		CodeInit, "with -backend=goroutine, an annotated init",
		"nothing can call init, so no goroutine can run it",
		"a function that init calls",
		`package p

//goawait:async
// fault
func init() {}
`,
		`package p

func init() { start() }

//goawait:async
func start() {}
`,
	},
	{
		CodeInternal, "an internal error: the twin does not compile, or its lowering panicked",
		"a defect of goawait",
		"-backend=goroutine until it is mended; please report it",
		"", "",
	},
}

// CatalogMarkdown is the catalogue as a table for documentation.
func CatalogMarkdown() string {
	var b strings.Builder
	b.WriteString("| code | fault | why | write instead |\n|---|---|---|---|\n")
	for _, e := range Catalog {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", e.Code, e.What, e.Reason, e.Cure)
	}
	return b.String()
}
