package docs

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/goawait/goawait/inspect"
	"github.com/goawait/goawait/inspect/picture"
	"github.com/goawait/goawait/rewrite"
)

// TestPicture draws the README's example and compares it with the picture that the README shows.
func TestPicture(t *testing.T) {
	f, _, err := inspect.Find(t.Context(), rewrite.Options{Dir: filepath.Join(root, "examples", "fetchuserdata")}, "fetchUserData")
	if err != nil || f == nil {
		t.Fatal(f, err)
	}
	path := filepath.Join(root, "docs", "fetchuserdata.svg")
	got := picture.SVG(f)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/fetchuserdata.svg is not what is drawn now; run 'make update'")
	}
}
