package corpus

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goawait/goawait/rewrite"
	"github.com/stretchr/testify/require"

	_ "github.com/goawait/goawait/runtime" // what is tested reads its source
)

var (
	seed   = flag.Uint64("seed", 1, "what chooses the awaits")
	paths  = flag.String("packages", "text/template/parse,encoding/csv,text/tabwriter", "packages, separated by commas, or all")
	quick  = flag.Bool("compile", false, "only compile the twins")
	module = flag.String("module", "", "path of a module, with @version unless goawait requires it, in place of packages")
	keep   = flag.String("keep", "", "folder for the module, which is kept")
)

// TestCorpus runs the tests of packages on the twins of their functions.
func TestCorpus(t *testing.T) {
	list := strings.Split(*paths, ",")
	if *paths == "all" {
		list = slices.Concat(Tested, Compiled)
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := *keep
	if dir == "" {
		dir = t.TempDir()
	}
	if *module == "" {
		require.NoError(t, Write(dir, root, list, *seed))
	} else {
		out, err := exec.Command("go", "mod", "download", "-json", *module).Output()
		require.NoError(t, err)
		var from struct{ Dir string }
		require.NoError(t, json.Unmarshal(out, &from))
		require.NoError(t, WriteModule(dir, root, from.Dir, *seed))
	}
	res, err := rewrite.Run(context.Background(), rewrite.Options{Dir: dir, Patterns: []string{"./..."}, Formatted: true, Env: append(os.Environ(), "GOFLAGS=-mod=mod")})
	require.NoError(t, err)
	for _, d := range res.Diagnostics {
		t.Errorf("%s: %s", d.Pos, d.Message)
	}
	flat, other := 0, 0
	for _, p := range res.Packages {
		for _, f := range p.Files {
			require.NoError(t, os.WriteFile(f.Path, f.Content, 0o666))
			for _, r := range f.Funcs {
				if r.Lowering == "flat" {
					flat++
					continue
				}
				other++
				t.Logf("%s: %s is %s: %s", r.Pos, r.Name, r.Lowering, r.Reason)
			}
		}
	}
	t.Logf("%d functions flat, %d not", flat, other)
	require.Greater(t, flat, 20*other, "most functions should be flat")
	if *quick || t.Failed() {
		return
	}
	cmd := exec.Command("go", "test", "-vet=off", "-short", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	if *module == "" {
		tested := 0
		for line := range strings.Lines(string(out)) {
			if strings.HasPrefix(line, "ok ") {
				tested++
			}
		}
		for _, path := range list {
			if slices.Contains(Tested, path) {
				tested--
			}
		}
		require.Zero(t, tested, "tests that did not run: is this Go without those of the standard library?\n%s", out)
	}
}
