package vet

// This file reads the comments that silence findings.

import (
	"go/ast"
	"strings"

	"github.com/goawait/goawait/rewrite"
)

// Directive is the comment that silences findings.
var Directive = rewrite.Directive{
	Form:  "//nolint:goawait",
	Place: "on the line of a finding, or alone on the line above it",
	What:  "leaves out what `goawait vet` finds there; other names of linters may stand beside goawait, with commas",
}

// A quietLine is a line with a comment that names goawait in the form of golangci-lint's comments,
//
//	mu.Lock() //nolint:goawait // nobody ever has it for long
//
// or the line below such a comment that has a line of its own.
type quietLine struct {
	file string
	line int
}

// findQuiet notes the lines of a file that comments silence.
func (c *code) findQuiet(file *ast.File) {
	var lines []string
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if !silences(comment.Text) {
				continue
			}
			at := c.pass.Fset.PositionFor(comment.Pos(), false)
			c.quiet[quietLine{at.Filename, at.Line}] = true
			if lines == nil {
				src, err := c.pass.ReadFile(at.Filename)
				if err != nil {
					continue
				}
				lines = strings.Split(string(src), "\n")
			}
			if at.Line <= len(lines) && strings.HasPrefix(strings.TrimSpace(lines[at.Line-1]), "//nolint") {
				c.quiet[quietLine{at.Filename, at.Line + 1}] = true
			}
		}
	}
}

// silences reports whether a comment is nolint, for all linters or for goawait among others.
func silences(text string) bool {
	rest, ok := strings.CutPrefix(text, "//nolint")
	if !ok {
		return false
	}
	rest, _, _ = strings.Cut(rest, " ")
	names, ok := strings.CutPrefix(rest, ":")
	if !ok {
		return rest == ""
	}
	for name := range strings.SplitSeq(names, ",") {
		if name == "goawait" || name == "all" {
			return true
		}
	}
	return false
}
