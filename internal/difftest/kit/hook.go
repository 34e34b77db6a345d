package kit

// This file is the only one that knows the test hook of package async.

import async "github.com/goawait/goawait/runtime"

// hooked says whether the runtime has the hook: without it S5 cannot be run, and suspensions are counted by the promises
// that the kit made pending.
const hooked = true

func init() { async.CountSuspensions(true) }

// forcePending makes every await suspend, whatever its promise says, until it is called with false.
func forcePending(on bool) { async.ForceSuspend(on) }

// suspensions is the number of suspensions of the whole process so far.
func suspensions() int { return int(async.Suspensions()) }
