// Package vet finds what compiles and still goes wrong in programs that use goawait: promises that nobody awaits, calls that
// block a loop, locks that are held while others run, and so on.
//
// Each rule is an analyzer of its own. The rules run by themselves (goawait vet), under the go command (go vet -vettool), and in
// every other driver of golang.org/x/tools/go/analysis. They look at the source, never at twins.
package vet

import "golang.org/x/tools/go/analysis"

// Analyzers are the rules, sorted by name. The caller may change the slice, and flags of the analyzers before they run.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		AwaitValue,
		Blocking,
		BlockingForm,
		Dropped,
		HeldLock,
		LargeFrame,
		LoopVar,
		LostCtx,
		NoAwait,
	}
}

// url is where the documentation of a rule is.
func url(rule string) string {
	return "https://github.com/goawait/goawait/blob/main/docs/vet.md#" + rule
}
