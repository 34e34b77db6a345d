package main

import (
	"testing"

	"github.com/goawait/goawait/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, run, `
30ms: user 1 lives in New York
80ms: and wrote
- On engines
- On notes
`)
}
