package main

// This file is the graph command.

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/goawait/goawait/inspect/picture"
)

func graphCommand() *command {
	return &command{
		name:  "graph",
		args:  "[flags] [package.]Func",
		short: "draw the state machine of a function",
		long: `Graph draws the state machine of an annotated function: what 'goawait explain' says, as a picture. Boxes
are states with their source lines; yellow are the awaits, and below each stands what the frame keeps while
it waits. Async blocks are drawn beside the function, each a machine of its own.

The picture is SVG, which every browser opens; -format gives text for Graphviz or Mermaid instead:

	goawait graph -o fetch.svg FetchUser
	goawait graph users.Store.Load > load.svg
	goawait graph -format=dot FetchUser | dot -Tpdf > fetch.pdf
	goawait graph -format=mermaid FetchUser
`,
		flags: func(fs *flag.FlagSet, inv *invocation) {
			inv.placeFlags(fs)
			fs.StringVar(&inv.format, "format", "svg", "`form` of the picture: svg, dot or mermaid")
			fs.StringVar(&inv.output, "o", "", "write to `file` instead of the standard output")
		},
		execute: graph,
	}
}

func graph(ctx context.Context, inv *invocation) int {
	if len(inv.args) != 1 {
		return inv.usage(find("graph"), "graph takes one argument, the name of a function")
	}
	draw := picture.Format(inv.format)
	if draw == nil {
		return inv.usage(find("graph"), fmt.Sprintf("no format %q; there are svg, dot and mermaid", inv.format))
	}
	f, code := inv.function(ctx, inv.args[0])
	if f == nil {
		return code
	}
	if f.Machine == nil {
		fmt.Fprintf(inv.err, "goawait: %s is no flat state machine, so there is nothing to draw; 'goawait explain %s' tells why\n", f.Name, inv.args[0])
		return exitFault
	}
	text := draw(f)
	if inv.output == "" {
		if _, err := inv.out.Write(text); err != nil {
			fmt.Fprintf(inv.err, "goawait: %v\n", err)
			return exitFault
		}
		return exitOK
	}
	if err := os.WriteFile(inv.output, text, 0o666); err != nil {
		fmt.Fprintf(inv.err, "goawait: %v\n", err)
		return exitFault
	}
	return exitOK
}
