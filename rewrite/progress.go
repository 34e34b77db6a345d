package rewrite

// This file tells how far a run has come.

import "fmt"

// A Step is a point that a run has come to: it begins with the package, after Done of Total. Both are 0 while that is not known.
type Step struct {
	What        string // "listing packages", "checking", "generating" or "compiling"
	Package     string // import path; may be empty
	Done, Total int
}

// String gives the step as "generating 3/12 example.com/m/users".
func (s Step) String() string {
	text := s.What
	if s.Total > 0 {
		text += fmt.Sprintf(" %d/%d", s.Done+1, s.Total)
	}
	if s.Package != "" {
		text += " " + s.Package
	}
	return text
}

func (o *Options) step(what, pkg string, done, total int) {
	if o.Progress != nil {
		o.Progress(Step{what, pkg, done, total})
	}
}
