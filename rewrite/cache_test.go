package rewrite

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// cacheModule writes the program of TestDeterminism and gives options with a cache.
func cacheModule(t *testing.T) Options {
	t.Helper()
	o := Options{Dir: t.TempDir(), Patterns: []string{"./..."}, Cache: filepath.Join(t.TempDir(), "cache")}
	writeTestModule(t, o.Dir)
	for _, f := range txtar.Parse([]byte(program)).Files {
		writeTestFile(t, filepath.Join(o.Dir, f.Name), string(f.Data))
	}
	return o
}

// written runs goawait and writes what it made.
func written(t *testing.T, o Options) *Result {
	t.Helper()
	res, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range res.Diagnostics {
		t.Error(d)
	}
	for _, p := range res.Packages {
		for _, f := range p.Files {
			writeTestFile(t, f.Path, string(f.Content))
		}
	}
	return res
}

// TestCache compares the result that the cache gives with that of a run.
func TestCache(t *testing.T) {
	o := cacheModule(t)
	first := written(t, o)
	if err := first.Keep(); err != nil {
		t.Fatal(err)
	}
	second := written(t, o)
	if first.Unchanged || !second.Unchanged {
		t.Fatalf("unchanged are %v and %v, want false and true", first.Unchanged, second.Unchanged)
	}
	text := func(res *Result) string {
		var b strings.Builder
		for _, p := range res.Packages {
			fmt.Fprintln(&b, p.Path, p.Dir, p.Faulty)
			for _, f := range p.Files {
				fmt.Fprintln(&b, f.Path, f.Source, string(f.Content))
				for _, r := range f.Funcs {
					r.Elapsed = 0
					fmt.Fprintln(&b, r)
				}
			}
		}
		return b.String()
	}
	if a, b := text(first), text(second); a != b {
		t.Errorf("the cache gives\n%s\nwant\n%s", b, a)
	}
	if err := second.Keep(); err != nil {
		t.Error(err)
	}
}

// TestCacheChangeDuringRun changes files between a run and its being kept: what the run had read is not what is there.
func TestCacheChangeDuringRun(t *testing.T) {
	old := time.Now().Add(-time.Hour)
	for _, c := range []struct {
		name   string
		change func(t *testing.T, dir string)
	}{
		{"source", func(t *testing.T, dir string) { writeTestFile(t, filepath.Join(dir, "sub", "sub.go"), "package sub\n") }},
		{"source that looks old", func(t *testing.T, dir string) {
			name := filepath.Join(dir, "sub", "sub.go")
			writeTestFile(t, name, "package sub\n")
			if err := os.Chtimes(name, old, old); err != nil {
				t.Fatal(err)
			}
		}},
		{"new file that looks old", func(t *testing.T, dir string) {
			name := filepath.Join(dir, "sub", "new.go")
			writeTestFile(t, name, "package sub\n")
			if err := os.Chtimes(name, old, old); err != nil {
				t.Fatal(err)
			}
		}},
		{"removed file", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "b_test.go")) }},
		{"twin", func(t *testing.T, dir string) { writeTestFile(t, filepath.Join(dir, "a_async.go"), Header+"\n") }},
		{"removed twin", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, "a_async.go")) }},
		{"go.mod", func(t *testing.T, dir string) {
			text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
			if err != nil {
				t.Fatal(err)
			}
			writeTestFile(t, filepath.Join(dir, "go.mod"), string(text)+"\n// more\n")
		}},
		{"new package", func(t *testing.T, dir string) {
			writeTestFile(t, filepath.Join(dir, "new", "new.go"), "package new\n")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := cacheModule(t)
			res := written(t, o)
			c.change(t, o.Dir)
			if err := res.Keep(); err == nil {
				t.Error("the run was kept")
			}
			if res, err := Run(t.Context(), o); err != nil || res.Unchanged {
				t.Errorf("unchanged is %v (%v)", res.Unchanged, err)
			}
		})
	}
}

// TestCacheKey looks for the options and the variables that make another key.
func TestCacheKey(t *testing.T) {
	base := Options{Dir: t.TempDir(), Patterns: []string{"./..."}, Cache: t.TempDir()}
	keys := map[string]string{cacheKey(base): "nothing"}
	add := func(name string, o Options) {
		t.Helper()
		key := cacheKey(o)
		if other, ok := keys[key]; ok {
			t.Errorf("%s has the key of %s", name, other)
		}
		keys[key] = name
	}
	for name, change := range map[string]func(*Options){
		"Dir":       func(o *Options) { o.Dir = t.TempDir() },
		"Patterns":  func(o *Options) { o.Patterns = []string{"."} },
		"two":       func(o *Options) { o.Patterns = []string{".", "./..."} },
		"Tags":      func(o *Options) { o.Tags = "x" },
		"Line":      func(o *Options) { o.Line = true },
		"Goroutine": func(o *Options) { o.Goroutine = true },
		"Stackful":  func(o *Options) { o.Stackful = true },
		"PartSize":  func(o *Options) { o.PartSize = 1 },
	} {
		o := base
		change(&o)
		add(name, o)
	}
	for _, name := range []string{"GOOS", "GOARCH", "GOFLAGS", "GOEXPERIMENT", "CGO_ENABLED", "GOWORK", "GOTOOLCHAIN", "GOENV", "CC", "HOME"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, "other")
			add(name, base)
		})
	}
	for _, name := range []string{"GOFILE", "GOLINE", "GOPACKAGE", "GOAWAIT_CACHE", "SHLVL"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, "other")
			if keys[cacheKey(base)] != "nothing" {
				t.Errorf("%s makes another key", name)
			}
		})
	}
	for _, p := range []string{"example.com/m", "all", "...", "./.../x"} {
		o := base
		o.Patterns = []string{p}
		if cacheKey(o) != "" {
			t.Errorf("there is a key for %s", p)
		}
	}
}

// TestCacheEntries writes and reads entries at once, damages one, and writes too many.
func TestCacheEntries(t *testing.T) {
	dir := t.TempDir()
	key := func(i int) string { return fmt.Sprintf("%064x", i) }
	var wg sync.WaitGroup
	texts := []string{strings.Repeat("a", 1<<16), strings.Repeat("b", 1<<10), ""}
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				if err := writeEntry(dir, key(1), []byte(texts[i%len(texts)])); err != nil {
					t.Error(err)
				}
				if text, err := readEntry(dir, key(1)); err != nil || !slices.Contains(texts, string(text)) {
					t.Errorf("read %d bytes (%v)", len(text), err)
				}
			}
		})
	}
	wg.Wait()
	content, err := os.ReadFile(filepath.Join(dir, key(1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range []string{"", "\n", string(content[:len(content)/2]), string(content) + "x", "x" + string(content)} {
		writeTestFile(t, filepath.Join(dir, key(1)), damaged)
		if text, err := readEntry(dir, key(1)); err == nil {
			t.Errorf("%d damaged bytes are read as %d", len(damaged), len(text))
		}
	}
	writeTestFile(t, filepath.Join(dir, "mine"), "")
	begin := time.Now().Add(-time.Hour)
	for i := range maxEntries + 10 {
		name := filepath.Join(dir, key(i))
		writeTestFile(t, name, "")
		at := begin.Add(time.Duration(i) * time.Second)
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeEntry(dir, key(maxEntries+10), nil); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != maxEntries+1 || list[0].Name() != key(11) || !exists(filepath.Join(dir, "mine")) {
		t.Errorf("%d files, the first is %s; want %d entries from %s on, and mine", len(list), list[0].Name(), maxEntries, key(11))
	}
	if err := writeEntry(dir, key(1), make([]byte, maxEntryBytes)); err != nil {
		t.Fatal(err)
	}
	if list, _ = os.ReadDir(dir); len(list) != 2 {
		t.Errorf("%d files beside one that fills the cache, want mine alone", len(list)-1)
	}
}

func readTestFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCacheListing changes a module after a run, and looks whether the next run asks the go command. Whether it does or not, it has to come
// to what a run without a cache comes to.
func TestCacheListing(t *testing.T) {
	replace := func(old, with string) func(string) string {
		return func(text string) string { return strings.ReplaceAll(text, old, with) }
	}
	for _, c := range []struct {
		name, file string
		change     func(string) string
		asks       bool
	}{
		{"body", "top/top.go", replace("1 + 1", "2 + 2"), false},
		{"signature", "top/top.go", replace("int", "int64"), false},
		{"annotation", "top/top.go", replace("//goawait:async\nfunc Second", "func Second"), false},
		{"fault", "top/top.go", replace("1 + 1", "missing"), false},
		{"syntax", "top/top.go", replace("1 + 1", "1 +"), false},
		{"twin gone", "top/top_async.go", nil, false},
		{"twin edited", "top/top_async.go", replace("package", "\npackage"), false},
		{"import", "top/top.go", replace("import (\n", "import (\n\t_ \"fmt\"\n"), true},
		{"constraint", "top/top.go", func(text string) string { return "//go:build go1.1\n\n" + text }, true},
		{"first annotation of a file", "top/plain.go", func(text string) string { return text + "\n//goawait:async\nfunc Third() int { return 1 }\n" }, true},
		{"new file", "top/new.go", func(string) string { return "package top\n" }, true},
		{"removed file", "top/plain.go", nil, true},
		{"imported package", "dep/dep.go", replace("{ return 1 }", "{ return 2 }"), false},
		{"signature in an imported package", "dep/dep.go", replace("int { return 1 }", "(int, error) { return 1, nil }"), false},
		{"alias in an imported package", "dep/dep.go", replace("= error", "= int"), false},
		{"error in an imported package", "dep/dep.go", replace("return 1", "return missing"), false},
		{"import of an imported package", "dep/dep.go", replace("package dep", "package dep\n\nimport _ \"fmt\""), true},
		{"package of a replaced module", "other/other.go", replace("struct{}", "struct{ X int }"), true},
		{"go.mod", "go.mod", func(text string) string { return text + "\n// more\n" }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := Options{Dir: t.TempDir(), Patterns: []string{"./top"}, Cache: filepath.Join(t.TempDir(), "cache")}
			writeTestModule(t, o.Dir)
			writeTestFile(t, filepath.Join(o.Dir, "dep", "dep.go"), "package dep\n\ntype Failure = error\n\n"+
				"//goawait:async\nfunc One() int { return 1 }\n\n//goawait:async\nfunc Two() (n int, f Failure) { return n, f }\n")
			writeTestFile(t, filepath.Join(o.Dir, "other", "go.mod"), "module example.com/other\n\ngo 1.26.0\n")
			writeTestFile(t, filepath.Join(o.Dir, "other", "other.go"), "package other\n\ntype T struct{}\n")
			writeTestFile(t, filepath.Join(o.Dir, "go.mod"), readTestFile(t, filepath.Join(o.Dir, "go.mod"))+
				"require example.com/other v0.0.0\nreplace example.com/other => ./other\n")
			writeTestFile(t, filepath.Join(o.Dir, "top", "plain.go"), "package top\n")
			writeTestFile(t, filepath.Join(o.Dir, "top", "top.go"), "package top\n\nimport (\n\t\"example.com/m/dep\"\n\t\"example.com/other\"\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n\n"+
				"//goawait:async\nfunc First(other.T) int { return async.Must(async.Await(dep.OneAsync())) + 1 + 1 }\n\n"+
				"//goawait:async\nfunc Through() error { _, err := async.Await(dep.TwoAsync()); return err }\n\n//goawait:async\nfunc Second() {}\n")
			if err := written(t, o).Keep(); err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(o.Dir, filepath.FromSlash(c.file))
			if c.change == nil {
				if err := os.Remove(name); err != nil {
					t.Fatal(err)
				}
			} else {
				text, err := os.ReadFile(name)
				if err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				if c.change(string(text)) == string(text) {
					t.Fatal("nothing changes")
				}
				writeTestFile(t, name, c.change(string(text)))
			}
			outcome := func(o Options) (text string, asks bool) {
				o.Progress = func(s Step) { asks = asks || s.What == "listing packages" }
				res, err := Run(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				if res.Unchanged {
					t.Error("nothing seems to have changed")
				}
				var b strings.Builder
				for _, d := range res.Diagnostics {
					fmt.Fprintln(&b, d)
				}
				for _, p := range res.Packages {
					for _, f := range p.Files {
						fmt.Fprintln(&b, p.Path, p.Faulty, f.Path, string(f.Content), string(f.Old))
					}
				}
				return b.String(), asks
			}
			got, asks := outcome(o)
			if asks != c.asks {
				t.Errorf("asks the go command: %v, want %v", asks, c.asks)
			}
			o.Cache = ""
			if want, _ := outcome(o); got != want {
				t.Errorf("with the cache\n%s\nwithout\n%s", got, want)
			}
		})
	}
}
