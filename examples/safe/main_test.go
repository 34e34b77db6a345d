package main

import (
	"testing"

	"github.com/goawait/goawait/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, run, `
hello, Grace
hello, guest
error: safe: user 1: the program is ending
`)
}
