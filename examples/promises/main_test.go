package main

import (
	"testing"

	"github.com/goawait/goawait/examples/internal/golden"
)

func TestOutput(t *testing.T) {
	golden.Check(t, run, `
dispatched
then: hello, Barbara
finally
greeted
dispatched
catch: user 3: service unavailable
finally
not greeted
`)
}
