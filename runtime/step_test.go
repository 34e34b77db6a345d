package async_test

import (
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// Who counts suspensions must not change how calls are made: the tests of generated code would not see what others run.
func TestCountingChangesNoCalls(t *testing.T) {
	async.CountSuspensions(true)
	defer async.CountSuspensions(false)
	if async.Watched() {
		t.Error("calls are made with frames from the beginning")
	}
	async.ForceSuspend(true)
	defer async.ForceSuspend(false)
	if !async.Watched() {
		t.Error("calls are made without frames while every await is to suspend")
	}
}
