package main

import (
	"testing"

	"github.com/goawait/goawait/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, run, `
loading profile 2
lives in Rotterdam
done with profile 2
loading profile 3
done with profile 3
failed: profile 3: service unavailable
`)
}
