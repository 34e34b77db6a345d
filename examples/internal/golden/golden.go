// Package golden runs an example and compares its output.
package golden

import (
	"context"
	"io"
	"strings"
	"testing"
)

// Check runs an example and reports if it fails or prints anything else than want, which begins on a line of its own.
func Check(t *testing.T, run func(context.Context, io.Writer) error, want string) {
	t.Helper()
	want = strings.TrimPrefix(want, "\n")
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != want {
		t.Errorf("the example prints\n%s\nand should print\n%s", got, want)
	}
}
