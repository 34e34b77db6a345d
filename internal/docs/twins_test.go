package docs

// This file compares the twins in the repository with what goawait makes.

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/goawait/goawait/rewrite"
)

// The twins in the repository are those that goawait makes now.
func TestTwinsAreUpToDate(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	res, err := rewrite.Run(t.Context(), rewrite.Options{
		Dir: root, Patterns: []string{"./examples/...", "./docs/...", "./internal/guards", "./statemachine/testdata/walk"},
	})
	require.NoError(t, err)
	require.Empty(t, res.Diagnostics)
	files := 0
	for _, p := range res.Packages {
		for _, f := range p.Files {
			if files++; !bytes.Equal(f.Old, f.Content) {
				t.Errorf("%s is not what goawait makes; run 'make update'", f.Path)
			}
		}
	}
	if files < 15 {
		t.Errorf("there are only %d twin files", files)
	}
}
