package main

// This file prints the catalogue of faults.

import (
	"fmt"
	"io"
	"strings"

	"github.com/goawait/goawait/rewrite"
)

// faults prints the catalogue, or the entry with that code with its example.
func faults(inv *invocation, args []string) int {
	found := false
	for _, e := range rewrite.Catalog {
		switch {
		case len(args) == 0:
			fmt.Fprintf(inv.out, "  %-14s %s\n", e.Code, e.What)
			found = true
		case e.Code == args[0]:
			fault(inv.out, e)
			found = true
		}
	}
	if !found {
		fmt.Fprintf(inv.err, "goawait: no fault %s; run 'goawait help faults'\n", args[0])
		return exitUsage
	}
	if len(args) == 0 {
		fmt.Fprint(inv.out, "\nRun 'goawait help faults CODE' for an example.\n")
	}
	return exitOK
}

func fault(w io.Writer, e rewrite.CatalogEntry) {
	fmt.Fprintf(w, "%s: %s\n\nwhy: %s\nwrite instead: %s\n", e.Code, e.What, e.Reason, e.Cure)
	if e.Example != "" && len(e.Example) < 1000 {
		fmt.Fprintf(w, "\n\t%s\n", strings.ReplaceAll(strings.TrimSpace(e.Example), "\n", "\n\t"))
	}
}
