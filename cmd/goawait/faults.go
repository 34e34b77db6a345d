package main

// This file explains codes: the catalogue of faults, and the rules of vet.

import (
	"fmt"
	"io"
	"strings"

	"github.com/goawait/goawait/rewrite"
	"github.com/goawait/goawait/vet"
)

// explainCode explains a fault or a rule, with an example; false if there is none of that code.
func explainCode(w io.Writer, code string) bool {
	for _, e := range rewrite.Catalog {
		if e.Code == code {
			fault(w, e)
			return true
		}
	}
	for _, a := range vet.Analyzers() {
		if a.Name == code {
			fmt.Fprintf(w, "%s: %s\n", a.Name, a.Doc)
			return true
		}
	}
	return false
}

// faults lists the codes, or explains the one that is asked for.
func faults(inv *invocation, args []string) int {
	if len(args) > 0 {
		if !explainCode(inv.out, args[0]) {
			fmt.Fprintf(inv.err, "goawait: no fault %s; run 'goawait help faults'\n", args[0])
			return exitUsage
		}
		return exitOK
	}
	fmt.Fprint(inv.out, "Goawait generate refuses:\n\n")
	for _, e := range rewrite.Catalog {
		fmt.Fprintf(inv.out, "  %-14s %s\n", e.Code, e.What)
	}
	fmt.Fprint(inv.out, "\nGoawait vet reports:\n\n")
	for _, a := range vet.Analyzers() {
		title, _, _ := strings.Cut(a.Doc, "\n")
		fmt.Fprintf(inv.out, "  %-14s %s\n", a.Name, strings.TrimPrefix(title, "find "))
	}
	fmt.Fprint(inv.out, "\nRun 'goawait explain CODE' for the rule with an example.\n")
	return exitOK
}

func fault(w io.Writer, e rewrite.CatalogEntry) {
	fmt.Fprintf(w, "%s: %s\n\nwhy: %s\nwrite instead: %s\n", e.Code, e.What, e.Reason, e.Cure)
	if e.Example != "" && len(e.Example) < 1000 {
		fmt.Fprintf(w, "\nbefore:\n\n%s\nafter:\n\n%s", example(e.Example), example(e.Fixed))
	}
}

// example indents an example, and points at the line with the fault.
func example(text string) string {
	var b strings.Builder
	above := ""
	for line := range strings.Lines(strings.TrimSpace(text) + "\n") {
		if strings.TrimSpace(line) == "// fault" {
			line = above[:len(above)-len(strings.TrimLeft(above, "\t"))] + "// ^ here\n"
		}
		if line != "\n" {
			b.WriteByte('\t')
		}
		b.WriteString(line)
		above = line
	}
	return b.String()
}
