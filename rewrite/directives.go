package rewrite

// This file lists the comments that goawait acts upon, for its messages and for documentation.

import "strings"

// A Directive is a comment in a source file that means something to goawait.
type Directive struct {
	Form  string // as one writes it
	Place string // where it stands
	What  string // what it does
}

// Directives are the forms of goawait's own directive.
var Directives = []Directive{
	{
		"//goawait:async", "in the doc comment of a function or method with a body",
		"makes the twin, which is called the name of the function and `Async`",
	},
	{"//goawait:async Name", "in the same place", "makes the twin under that name, as a method if the function is one"},
}

// writeDirective is the hint of faults in directives.
func writeDirective() string {
	forms := make([]string, len(Directives))
	for i, d := range Directives {
		forms[i] = d.Form
	}
	return "write " + strings.Join(forms, " or ")
}
