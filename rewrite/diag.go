package rewrite

// This file holds what goawait says about a user's source: the diagnostic, its order and its text.

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// A Diagnostic is one fault, with the place it is at and the cure.
type Diagnostic struct {
	Pos     token.Position // of the physical file: //line directives don't count
	Code    string         // stable slug, as listed in Catalog
	Message string         // what is wrong
	Hint    string         // what to write instead; may be empty
	Related []Related      // other places that matter
}

// Related is a second place of a diagnostic.
type Related struct {
	Pos     token.Position
	Message string
}

// String gives the diagnostic as "file:line:col: what is wrong; what to write instead", and a line, indented, for
// each related place.
func (d Diagnostic) String() string {
	var b strings.Builder
	if at := d.Pos.String(); at != "-" {
		b.WriteString(at + ": ")
	}
	b.WriteString(d.Text())
	for _, r := range d.Related {
		fmt.Fprintf(&b, "\n\t%s: %s", r.Pos, r.Message)
	}
	return b.String()
}

// Text is what is wrong and what to write instead, without the place.
func (d Diagnostic) Text() string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + "; " + d.Hint
}

// sortDiagnostics orders by file, then by position, and drops repetitions.
func sortDiagnostics(ds []Diagnostic) []Diagnostic {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(
			strings.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			strings.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(ds, func(a, b Diagnostic) bool { return a.Pos == b.Pos && a.Message == b.Message })
}
