package main

// This file prints differences in the form that patch and git apply read.

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

var hunkHeader = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)((?:,(\d+))?) @@`)

// unifiedDiff is the unified diff of two texts; "" if they are equal. The library forgets the lines between changes that share a hunk
// when it counts where the next hunk begins in the new text, so those numbers are counted here.
func unifiedDiff(from, to, before, after string) string {
	var b strings.Builder
	grown, first := 0, true // by how many lines the hunks so far make the text longer
	for line := range strings.Lines(udiff.Unified(from, to, before, after)) {
		m := hunkHeader.FindStringSubmatch(line)
		if m == nil { // lines of the texts begin with another character
			b.WriteString(line)
			continue
		}
		start, _ := strconv.Atoi(m[1])
		if first { // an empty text has no first line
			b.WriteString(line)
		} else {
			old, _, _ := strings.Cut(line, " +")
			fmt.Fprintf(&b, "%s +%d%s @@\n", old, start+grown, m[4])
		}
		grown += lineCount(m[5]) - lineCount(m[2])
		first = false
	}
	return b.String()
}

// lineCount reads the number of lines in the header of a hunk, where one is left out.
func lineCount(text string) int {
	if text == "" {
		return 1
	}
	n, _ := strconv.Atoi(text)
	return n
}
