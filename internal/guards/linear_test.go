package guards

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What goawait does grows with the size of its input, and not with its square. What it does is counted by the coverage counters of a binary
// that has them: how often each statement ran.
func TestTranspilingIsLinear(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	tool := filepath.Join(t.TempDir(), "goawait.exe")
	command(t, root, nil, "go", "build", "-cover", "-covermode=atomic", "-coverpkg=./cmd/goawait,./rewrite,./statemachine", "-o", tool, "./cmd/goawait")
	for name, write := range map[string]func(n int) string{"functions": functions, "awaits": awaits, "variables": variables} {
		t.Run(name, func(t *testing.T) {
			const small, times = 200, 4 // past the size at which functions keep their variables in the frame
			few, many := statements(t, root, tool, write(small)), statements(t, root, tool, write(small*times))
			t.Logf("%d statements for %d, %d for %d", few, small, many, small*times)
			require.Greater(t, few, 1000*small)
			require.Less(t, many, few*times*11/10)
		})
	}
}

// statements is how many statements of the compiler run for a file.
func statements(t *testing.T, root, tool, text string) (n int) {
	dir, counters := module(t, root, text), t.TempDir()
	command(t, dir, []string{"GOCOVERDIR=" + counters, "GOAWAIT_CACHE=off"}, tool)
	profile := filepath.Join(counters, "profile")
	command(t, dir, nil, "go", "tool", "covdata", "textfmt", "-i="+counters, "-o="+profile)
	out, err := os.ReadFile(profile)
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) { // file.go:1.2,3.4 statements times
		if f := strings.Fields(line); len(f) == 3 {
			in, err := strconv.Atoi(f[1])
			require.NoError(t, err)
			times, err := strconv.Atoi(f[2])
			require.NoError(t, err)
			n += in * times
		}
	}
	return n
}

// module is the folder of a module with one file, which uses the one in root.
func module(t *testing.T, root, text string) string {
	dir := t.TempDir()
	mod := "module example.com/guarded\n\ngo 1.26.0\n\nrequire github.com/goawait/goawait v0.0.0\n\nreplace github.com/goawait/goawait => " + root + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "guarded.go"), []byte(text), 0o666))
	return dir
}

func command(t *testing.T, dir string, env []string, name string, args ...string) (out []byte) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return out
}

const linearHead = "package linear\n\nimport (\n\t\"context\"\n\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n"

// functions is a file with n annotated functions.
func functions(n int) string {
	var b strings.Builder
	b.WriteString(linearHead)
	for i := range n {
		fmt.Fprintf(&b, `
//goawait:async
func work%d(ctx context.Context, price func(ctx context.Context, part int) *async.Promise[int], parts ...int) (total int, err error) {
	defer func() { total += %[1]d }()
	for _, part := range parts {
		v, err := async.Await(price(ctx, part))
		if err != nil {
			return total, err
		}
		total += v + async.Must(async.Await(price(ctx, v)))
	}
	return total, nil
}
`, i)
	}
	return b.String()
}

// awaits is a file with one function with n awaits.
func awaits(n int) string {
	return function("total", n, func(b *strings.Builder, i int) {
		fmt.Fprintf(b, "\tif v, err := async.Await(price(%d)); err != nil {\n\t\treturn total, err\n\t} else if v > total {\n\t\ttotal += v\n\t}\n", i)
	})
}

// variables is a file with one function with n variables that live across an await or two each.
func variables(n int) string {
	return function("v0", n, func(b *strings.Builder, i int) {
		fmt.Fprintf(b, "\tv%d := async.Must(async.Await(price(v%d)))\n\tif v%[1]d > v%[2]d {\n\t\tv%[1]d += v%[2]d\n\t}\n", i+1, i)
	})
}

// function is a file with one function of n parts that returns its first variable.
func function(first string, n int, part func(b *strings.Builder, i int)) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n//goawait:async\nfunc work(ctx context.Context, price func(part int) *async.Promise[int]) (int, error) {\n\t%s := 1\n", linearHead, first)
	for i := range n {
		part(&b, i)
	}
	fmt.Fprintf(&b, "\treturn %s, nil\n}\n", first)
	return b.String()
}
