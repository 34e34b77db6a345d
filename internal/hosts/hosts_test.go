package hosts

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental/sysfs"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

// testArgs are the arguments of a test binary: short, as these hosts are ten times slower, and without what skip matches.
func testArgs(skip string) []string {
	return []string{"-test.short", "-test.v", "-test.skip=" + skip, "-test.timeout=8m"}
}

// buildTests builds the tests of package async for a host and returns the path of the binary.
func buildTests(t *testing.T, goos string) string {
	t.Helper()
	reads(t, "../../runtime/*.go")
	bin := filepath.Join(t.TempDir(), "async_"+goos+".wasm")
	cmd := exec.Command("go", "test", "-c", "-o", bin, "github.com/goawait/goawait/runtime")
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	return bin
}

// reads opens the files that match, so that go test knows that t depends on them, and runs it again when one has changed.
func reads(t *testing.T, pattern string) {
	t.Helper()
	names, _ := filepath.Glob(pattern)
	if len(names) == 0 {
		t.Fatalf("no files match %s", pattern)
	}
	for _, name := range names {
		if _, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
}

// node runs a test binary under node. A goroutine there that never waits stops all of them, and with them the timeout of the
// tests, so node is killed after some minutes.
func node(t *testing.T, bin string, args ...string) ([]byte, error) {
	t.Helper()
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	host := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec_node.js")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{"--stack-size=8192", host, bin}, args...)...)
	// The host copies the environment into a space of 8 KB, with the arguments.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}
	return cmd.CombinedOutput()
}

// passed fails t unless out is what passing tests print, many of them.
func passed(t *testing.T, out string, err error) {
	t.Helper()
	n := len(regexp.MustCompile(`(?m)^--- PASS: `).FindAllString(out, -1))
	if err != nil || !strings.HasSuffix(out, "PASS\n") || n < 30 {
		t.Fatalf("%v after %d tests\n%s", err, n, out)
	}
	t.Logf("%d tests pass", n)
}

func TestJS(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed: package async was not tested for GOOS=js")
	}
	out, err := node(t, buildTests(t, "js"), testArgs("Stress")...)
	passed(t, string(out), err)
}

func TestWASIP1(t *testing.T) {
	t.Parallel()
	code, err := os.ReadFile(buildTests(t, "wasip1"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	host := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCloseOnContextDone(true))
	defer host.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, host)
	var out bytes.Buffer
	fs := wazero.NewFSConfig().(sysfs.FSConfig).WithSysFSMount(sysfs.DirFS(t.TempDir()), "/")
	config := wazero.NewModuleConfig().
		WithArgs(append([]string{"async.test"}, testArgs("Stress|LongChains")...)...).
		WithStdout(&out).WithStderr(&out).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().
		WithFSConfig(fs).WithEnv("TMPDIR", "/")
	_, err = host.InstantiateWithConfig(ctx, code, config)
	if exit, ok := err.(*sys.ExitError); ok && exit.ExitCode() == 0 {
		err = nil
	}
	passed(t, out.String(), err)
}
