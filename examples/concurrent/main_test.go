package main

import (
	"testing"

	"github.com/goawait/goawait/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, run, `
30ms: Ada
110ms: 2 posts, 3 comments
posts take 50ms, comments 80ms, both 80ms
`)
}
