package hosts

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGuide runs the code of docs/guide under node, with its part for browsers.
func TestGuide(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed: the code of the guide was not tested for GOOS=js")
	}
	reads(t, "../../runtime/*.go")
	reads(t, "../../docs/guide/*.go")
	bin := filepath.Join(t.TempDir(), "guide.wasm")
	build := exec.Command("go", "test", "-c", "-o", bin, "github.com/goawait/goawait/docs/guide")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build.Args, err, out)
	}
	out, err := node(t, bin, "-test.v", "-test.timeout=2m")
	if err != nil || !strings.Contains(string(out), "--- PASS: TestBrowser") {
		t.Errorf("%v\n%s", err, out)
	}
}
