package main

// This file is the explain command. What it explains tells how: the code of a fault, or a function.

import (
	"context"
	"flag"
)

func explainCommand() *command {
	return &command{
		name:  "explain",
		args:  "[flags] code | [package.]Func",
		short: "explain a fault or rule, or the state machine of a function",
		long: `Explain with the code of a fault or the name of a rule, as generate and vet print it in brackets, explains it
with an example:

	goawait explain literal

Explain with the name of an annotated function tells its state machine in words: the states with the
source lines that they cover and where they lead; what the frame keeps at each await, and why; what a call
allocates; what is done in a slower way than elsewhere, and why a function is no flat state machine,
with the price; and what would make it smaller. Methods are named T.Method. The package is a name,
the end of an import path, or a folder:

	goawait explain FetchUser
	goawait explain users.Store.Load
	goawait explain './internal/users.(*Store).Load'
`,
		flags: func(fs *flag.FlagSet, inv *invocation) {
			inv.placeFlags(fs)
			fs.BoolVar(&inv.json, "json", false, "print the description of a function as JSON, as package inspect has it")
		},
		execute: explain,
	}
}

// placeFlags are the flags that say where a command works.
func (inv *invocation) placeFlags(fs *flag.FlagSet) {
	fs.StringVar(&inv.dir, "C", "", "work in `dir`; packages and messages are relative to it")
	fs.StringVar(&inv.tags, "tags", "", "build with these `tags`, separated by commas")
}

func explain(ctx context.Context, inv *invocation) int {
	if len(inv.args) != 1 {
		return inv.usage(find("explain"), "explain takes one argument: the code of a fault, or the name of a function")
	}
	arg := inv.args[0]
	if explainCode(inv.out, arg) {
		return exitOK
	}
	return explainFunc(ctx, inv, arg)
}
