package picture_test

// This file compares pictures with what they were when somebody looked at them.

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/goawait/goawait/inspect"
	"github.com/goawait/goawait/inspect/picture"
	"github.com/goawait/goawait/rewrite"
)

var update = flag.Bool("update", false, "rewrite the pictures of testdata")

func TestGolden(t *testing.T) {
	r, err := inspect.Load(t.Context(), rewrite.Options{Dir: filepath.Join("..", "testdata", "shop")})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Diagnostics) > 0 {
		t.Fatal(r.Diagnostics)
	}
	for _, name := range []string{"fetch.svg", "Report.svg", "Report.dot", "Report.mermaid", "Big.svg"} {
		t.Run(name, func(t *testing.T) {
			fn, format := name[:len(name)-len(filepath.Ext(name))], filepath.Ext(name)[1:]
			for _, f := range r.Functions {
				if f.Name == fn {
					compare(t, filepath.Join("testdata", name), picture.Format(format)(f))
					return
				}
			}
			t.Fatal("no such function")
		})
	}
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
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
		t.Errorf("%s is not what is drawn now; look at it after 'go test ./inspect/... -update'", path)
	}
}

func TestFormats(t *testing.T) {
	for _, name := range []string{"svg", "dot", "mermaid"} {
		if picture.Format(name) == nil {
			t.Errorf("no format %s", name)
		}
	}
	if picture.Format("png") != nil {
		t.Error("a format png")
	}
}
