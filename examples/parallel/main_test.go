package main

import (
	"testing"

	"github.com/goawait/goawait/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, run, `
with callbacks: Ada, Grace, Edsger, Barbara, Niklaus
with callbacks: nobody: user 0: service unavailable
with await: Ada, Grace, Edsger, Barbara, Niklaus
`)
}
