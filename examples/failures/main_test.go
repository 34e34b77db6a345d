package main

import (
	"testing"

	"github.com/goawait/goawait/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, run, `
user 1: service unavailable
user 3: service unavailable
user 11: service unavailable
27 of 30 calls succeeded
`)
}
