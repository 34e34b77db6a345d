package main

// This file makes the tables of docs/reference.md, and checks the help texts.

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goawait/goawait/rewrite"
	"github.com/goawait/goawait/vet"
)

// generated are the parts of documents that are made from the commands, by the names of the comments around them.
var generated = map[string]func() string{
	"commands":   commandTable,
	"directives": directiveTable,
	"flags":      flagTable,
	"help":       helpTexts,
}

// commandTable says in a line what each command does.
func commandTable() string {
	var b strings.Builder
	b.WriteString("| command | what it does |\n|---|---|\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(c.usageLine(), "|", `\|`), c.short)
	}
	return b.String()
}

// directiveTable lists the comments that mean something to the commands.
func directiveTable() string {
	var b strings.Builder
	b.WriteString("| comment | where | what it does |\n|---|---|---|\n")
	for _, d := range append(rewrite.Directives, vet.Directive) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", d.Form, d.Place, d.What)
	}
	return b.String()
}

// flagTable lists the flags of all commands, by name.
func flagTable() string {
	type key struct{ name, what string }
	users := map[key][]string{}
	for _, c := range commands() {
		if c.flags == nil {
			continue
		}
		fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
		c.flags(fs, &invocation{})
		fs.VisitAll(func(f *flag.Flag) {
			arg, what := flag.UnquoteUsage(f)
			k := key{strings.TrimSpace("-" + f.Name + " " + arg), what}
			if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
				k.what += " (default " + f.DefValue + ")"
			}
			users[k] = append(users[k], c.name)
		})
	}
	var b strings.Builder
	b.WriteString("| flag | commands | what it does |\n|---|---|---|\n")
	for _, k := range slices.SortedFunc(maps.Keys(users), func(a, b key) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), strings.Compare(a.what, b.what))
	}) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.name, strings.Join(users[k], ", "), k.what)
	}
	return b.String()
}

// helpTexts are what the commands say about themselves.
func helpTexts() string {
	var b bytes.Buffer
	for _, c := range commands() {
		fmt.Fprintf(&b, "\n### %s\n\n```text\n", c.name)
		c.help(&b)
		b.WriteString("```\n")
	}
	return b.String() + "\n"
}

var generatedPart = regexp.MustCompile(`(?ms)^<!-- (commands|directives|flags|help) -->\n.*?^<!-- end -->$`)

// TestReference compares the tables of commands, directives and flags in the documents with the commands.
func TestReference(t *testing.T) {
	found := map[string]bool{}
	for _, name := range []string{"README.md", "docs/reference.md"} {
		path := filepath.Join("..", "..", filepath.FromSlash(name))
		have, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := generatedPart.ReplaceAllFunc(have, func(part []byte) []byte {
			kind := string(generatedPart.FindSubmatch(part)[1])
			found[kind] = true
			return fmt.Appendf(nil, "<!-- %s -->\n%s<!-- end -->", kind, generated[kind]())
		})
		switch {
		case bytes.Equal(have, want):
		case *update:
			if err := os.WriteFile(path, want, 0o666); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is not what the commands say; run 'make update'", name)
		}
	}
	for kind := range generated {
		if !found[kind] {
			t.Errorf("no document shows the %s", kind)
		}
	}
}

// TestExamples looks for an example in the help of each command.
func TestExamples(t *testing.T) {
	for _, c := range commands() {
		want := "\tgoawait " + c.name
		if c.name == "generate" {
			want = "\tgoawait ./..."
		}
		if !strings.Contains(c.long, want) {
			t.Errorf("the help of %s shows no example", c.name)
		}
		for line := range strings.Lines(c.long) {
			if len(line) > 130 {
				t.Errorf("the help of %s has a long line: %s", c.name, line)
			}
		}
	}
}
