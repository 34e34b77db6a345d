package async_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No test may leave a goroutine behind. On js, one belongs to the run-time system.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}
