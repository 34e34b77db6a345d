package statemachine_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestForms has functions that wait in more and more places, with one variable to save and with many.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		awaits, vars int
		steps        bool
	}{
		{1, 1, true},
		{100, 1, true},
		{101, 1, false},
		{30, 30, true},
		{60, 60, false},
	} {
		var b strings.Builder
		b.WriteString(head + "//goawait:async\nfunc f() int {\n")
		var names []string
		for i := range c.vars {
			fmt.Fprintf(&b, "\tv%d := use(%d)\n", i, i)
			names = append(names, fmt.Sprint("v", i))
		}
		for i := range c.awaits {
			fmt.Fprintf(&b, "\tuse(async.Await(p(%d)))\n", i)
		}
		fmt.Fprintf(&b, "\treturn use(%s)\n}\n", strings.Join(names, ", "))
		if m := build(t, "", b.String()); m.Steps != c.steps || m.States != c.awaits {
			t.Errorf("%d awaits and %d variables: %d states, step function %v", c.awaits, c.vars, m.States, m.Steps)
		}
	}
}
