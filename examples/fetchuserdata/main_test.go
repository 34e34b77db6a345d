package main

import (
	"testing"

	"github.com/goawait/goawait/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, run, `
asked for the user; the promise is pending
Ada wrote 2 posts
`)
}
