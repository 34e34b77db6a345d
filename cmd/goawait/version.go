package main

// This file is the version command.

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

func versionCommand() *command {
	return &command{
		name:  "version",
		short: "print the version",
		long:  "Version prints the version of goawait and of the Go that built it:\n\n\tgoawait version\n",
		execute: func(_ context.Context, inv *invocation) int {
			if len(inv.args) > 0 {
				return inv.usage(find("version"), "version takes no arguments")
			}
			fmt.Fprintf(inv.out, "goawait %s %s\n", version(), runtime.Version())
			return exitOK
		},
	}
}

// version is the version of the module that the command was built of.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
