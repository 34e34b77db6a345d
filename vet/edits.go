package vet

// This file applies suggested fixes.

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/goawait/goawait/rewrite"
)

// An Edited file is one that fixes have changed.
type Edited struct {
	Path     string
	Old, New []byte
}

// Fix applies the first fix of each finding, to copies of the files. A fix that would touch what another one has changed already is
// left out: run again to get it. The findings that are not fixed come back, in the same order.
func Fix(findings []Finding) (files []Edited, rest []Finding, err error) {
	f := fixer{edits: map[string][]edit{}}
	for _, finding := range findings {
		if len(finding.SuggestedFixes) == 0 || !f.add(finding) {
			rest = append(rest, finding)
		}
	}
	for path, edits := range f.edits {
		old, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		text, err := apply(bytes.ReplaceAll(old, crlf, lf), edits) // as it was parsed
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		if bytes.Contains(old, crlf) {
			text = bytes.ReplaceAll(text, lf, crlf)
		}
		files = append(files, Edited{path, old, text})
	}
	slices.SortFunc(files, func(a, b Edited) int { return cmp.Compare(a.Path, b.Path) })
	return files, rest, nil
}

var crlf, lf = []byte("\r\n"), []byte("\n")

// An edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

type fixer struct{ edits map[string][]edit }

// add accepts all edits of a fix, or none.
func (f *fixer) add(finding Finding) bool {
	accepted := map[string][]edit{}
	for _, e := range finding.SuggestedFixes[0].TextEdits {
		start, end := finding.Fset.PositionFor(e.Pos, false), finding.Fset.PositionFor(e.End, false)
		if !e.End.IsValid() {
			end = start
		}
		path := start.Filename
		this := edit{start.Offset, end.Offset, string(e.NewText)}
		same := false
		for _, other := range f.edits[path] {
			switch {
			case other == this && strings.Contains(this.text, strconv.Quote(rewrite.AsyncPath)): // both need the import
				same = true
			case this.start < other.end && other.start < this.end, this.start == other.start && this.end == other.end:
				return false
			}
		}
		if !same {
			accepted[path] = append(accepted[path], this)
		}
	}
	for path, edits := range accepted {
		f.edits[path] = append(f.edits[path], edits...)
	}
	return true
}

// apply makes edits that do not overlap, and formats the result.
func apply(src []byte, edits []edit) ([]byte, error) {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var out []byte
	last := 0
	for _, e := range edits {
		if e.start < last || e.end > len(src) {
			return nil, fmt.Errorf("a fix at byte %d does not fit", e.start)
		}
		out = append(append(out, src[last:e.start]...), e.text...)
		last = e.end
	}
	return format.Source(append(out, src[last:]...))
}
