package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestUnifiedDiff applies diffs by their line numbers alone, on the old side and the new one.
func TestUnifiedDiff(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 500 {
		var before, after []string
		for n := range rnd.IntN(80) {
			line := fmt.Sprintf("line %d\n", n)
			before = append(before, line)
			switch rnd.IntN(12) {
			case 0: // removed
			case 1:
				after = append(after, line, "new\n", "newer\n")
			case 2:
				after = append(after, "changed\n")
			default:
				after = append(after, line)
			}
		}
		if i%5 == 0 {
			after = append(after, "no newline")
		}
		if i%50 == 0 {
			before = nil
		}
		if i%50 == 1 {
			after = nil
		}
		old, want := strings.Join(before, ""), strings.Join(after, "")
		diff := unifiedDiff("a/x", "b/x", old, want)
		if got, err := applyDiff(before, diff); err != nil || got != want {
			t.Fatalf("%v\n%s\nold:\n%s\ngot:\n%s\nwant:\n%s", err, diff, old, got, want)
		}
	}
}

// applyDiff applies a unified diff without any fuzz.
func applyDiff(before []string, diff string) (string, error) {
	var after []string
	left := before
	hunks := false
	for line := range strings.Lines(diff) {
		var oldStart, newStart int
		if m := hunkHeader.FindStringSubmatch(line); m != nil {
			fmt.Sscan(m[1], &oldStart)
			fmt.Sscan(m[3], &newStart)
			for len(before)-len(left) < oldStart-1 {
				after, left = append(after, left[0]), left[1:]
			}
			if newStart != len(after)+1 && lineCount(m[5]) > 0 {
				return "", fmt.Errorf("%q stands at line %d of the new text", line, len(after)+1)
			}
			hunks = true
			continue
		}
		if !hunks {
			continue
		}
		switch text := line[1:]; line[0] {
		case '+':
			after = append(after, text)
		case '\\':
			after[len(after)-1] = strings.TrimSuffix(after[len(after)-1], "\n")
		default:
			if len(left) == 0 || left[0] != text {
				return "", fmt.Errorf("%q is not in the old text there", text)
			}
			if left = left[1:]; line[0] == ' ' {
				after = append(after, text)
			}
		}
	}
	return strings.Join(append(after, left...), ""), nil
}
