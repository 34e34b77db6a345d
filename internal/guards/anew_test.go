package guards

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The compiler makes generic types and their methods anew in each package that comes across them, be it inside of other types: those that are
// not for users are to be out of sight. Each function more takes a fraction of a millisecond, in every package that imports the runtime.
// The limits are a tenth above what was measured, as other compilers may differ.
func TestLittleIsCompiledAnew(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	const head = "package guarded\n\nimport (\n\t\"context\"\n\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n\nvar _ context.Context\n\n"
	for _, c := range []struct {
		name, text string
		most       int
	}{
		{"no promise", "func F() bool { return async.Watched() }", 0},
		{"a Yield", "func F(ctx context.Context) { async.Yield(ctx) }", 33},
		{"a promise", "func F(p *async.Promise[int]) {}", 59},
		{"one more", "func F(p *async.Promise[int], q *async.Promise[string]) {}", 86},
		{"a frame", "type frame struct{ call async.Frame[int] }\n\nvar _ frame", 116},
		{"NewPromise", "func F() { async.NewPromise[int](nil) }", 68},
		{"All", "func F(p *async.Promise[int]) { async.All(p) }", 121},
		{"Then", "func F(p *async.Promise[int]) { async.Then(p, func(int) (int, error) { return 0, nil }) }", 71},
		{"a Queue", "func F(q *async.Queue[int]) {}", 222},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := module(t, root, head+c.text+"\n")
			file := strings.TrimSpace(string(command(t, dir, nil, "go", "list", "-export", "-f", "{{.Export}}")))
			anew := 0
			for symbol := range strings.Lines(string(command(t, dir, nil, "go", "tool", "nm", file))) {
				if strings.Contains(symbol, " T ") && !strings.Contains(symbol, "example.com/guarded") {
					anew++
				}
			}
			t.Logf("%d functions", anew)
			require.LessOrEqual(t, anew, c.most)
		})
	}
}

// A program that only runs calls has neither package json in it nor what lists calls.
func TestLittleIsLinked(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := module(t, root, "package main\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n\n"+
		"func main() {\n\tfmt.Println(async.Run(context.Background(), func(ctx context.Context) *async.Promise[async.Void] { return async.Yield(ctx) }))\n}\n")
	command(t, dir, nil, "go", "build", "-o", "guarded.exe")
	symbols := string(command(t, dir, nil, "go", "tool", "nm", "guarded.exe"))
	require.Contains(t, symbols, "runtime.Yield")
	for _, no := range []string{"encoding/json.Marshal", "encoding/json.(*encodeState)", "runtime.Snapshot", "runtime.DumpJSON", "runtime.Select", "reflect.MakeFunc"} {
		require.NotContains(t, symbols, " "+no)
		require.NotContains(t, symbols, "goawait/"+no)
	}
}
