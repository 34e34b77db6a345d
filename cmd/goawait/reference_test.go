package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// reference is docs/commands.md: what the commands say about themselves.
func reference() string {
	var b bytes.Buffer
	b.WriteString("# Commands\n\nThis is what `goawait help` says, command by command. All exit with 0 if all is well, with 1 for faults, findings " +
		"and stale files, and with 2 for wrong usage.\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "\n## %s\n\n```text\n", c.name)
		c.help(&b)
		b.WriteString("```\n")
	}
	return b.String()
}

// TestReference compares docs/commands.md with the commands.
func TestReference(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "commands.md")
	want := reference()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Error("docs/commands.md is not what the commands say; run 'make update'")
	}
}

var commandTable = regexp.MustCompile(`(?s)<!-- commands -->\n.*?<!-- end -->\n`)

// TestReadme compares the README's table of commands with the commands.
func TestReadme(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("<!-- commands -->\n| command | what it does |\n|---|---|\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(c.usageLine(), "|", `\|`), c.short)
	}
	b.WriteString("<!-- end -->\n")
	if !commandTable.Match(have) {
		t.Fatal("the README has no table of commands")
	}
	want := commandTable.ReplaceAllLiteral(have, []byte(b.String()))
	switch {
	case bytes.Equal(have, want):
	case *update:
		if err := os.WriteFile(path, want, 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("the README's table of commands is not what the commands say; run 'make update'")
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
