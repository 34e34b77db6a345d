package trace_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/goawait/goawait/inspect/trace"
	"github.com/goawait/goawait/rewrite"
)

var examples = filepath.Join("..", "..", "examples")

func load(t *testing.T) *trace.Map {
	t.Helper()
	m, notes, err := trace.Load(t.Context(), rewrite.Options{Dir: examples, Patterns: []string{"./..."}})
	if err != nil || len(notes) > 0 {
		t.Fatal(notes, err)
	}
	return m
}

var step = regexp.MustCompile(`^func .*Step\(\w+ \*async\.Task, .*\) async\.Step\[.*\] \{$`)

var label = regexp.MustCompile(`^resume\d+: // (\S+\.go):(\d+)$`)

var takes = regexp.MustCompile(`\.Get\(\)|\basync\.(Get|Taken)\d?\(`)

var again = regexp.MustCompile(`\.From\(f\.call\.Awaited\(\)\)\.`)

// TestLines goes through the twins of the examples: what takes the outcome of an await, before or behind a label or where a call that has
// waited is sent there, leads to the line that the comment of the label names, what finishes a call leads to a
// return statement or the end of the function, and every line of a function leads somewhere inside of the source.
func TestLines(t *testing.T) {
	m := load(t)
	paths, _ := filepath.Glob(filepath.Join(examples, "*", "*_async.go"))
	if len(paths) < 7 {
		t.Fatal("too few examples", paths)
	}
	labels, finishes, resumed := 0, 0, 0
	for _, path := range paths {
		abs, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(abs)
		if err != nil {
			t.Fatal(err)
		}
		source, err := os.ReadFile(strings.TrimSuffix(abs, "_async.go") + ".go")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		sources := strings.Split(string(source), "\n")
		inside := false
		sent := map[string]int{} // where calls that have waited take the outcome, by label
		for i, line := range lines {
			if step.MatchString(line) || strings.HasPrefix(line, "func (f *") && strings.Contains(line, ") Resume() {") {
				inside = true
			}
			if line == "}" {
				inside = false
				clear(sent)
			}
			if again.MatchString(line) {
				sent[strings.TrimPrefix(strings.TrimSpace(lines[i+1]), "goto ")] = i + 1
			}
			if !inside {
				continue
			}
			file, n, ok := m.Line(abs, i+1)
			if !ok || n < 1 || n > len(sources) || file != strings.TrimSuffix(abs, "_async.go")+".go" {
				t.Errorf("%s:%d leads to %s:%d, %v", path, i+1, file, n, ok)
				continue
			}
			if s := label.FindStringSubmatch(line); s != nil {
				labels++
				want, _ := strconv.Atoi(s[2])
				at := i + 2
				if takes.MatchString(lines[i-1]) {
					at = i
				}
				if _, n, _ := m.Line(abs, at); n != want {
					t.Errorf("%s:%d leads to line %d, not %d", path, at, n, want)
				}
				if at, ok := sent[line[:strings.Index(line, ":")]]; ok {
					resumed++
					if _, n, _ := m.Line(abs, at); n != want {
						t.Errorf("%s:%d leads to line %d, not %d", path, at, n, want)
					}
				}
			}
			begin := strings.TrimSpace(line)
			if strings.HasPrefix(begin, "return async.Done(") || strings.HasPrefix(begin, "f.call.Finish(") && !strings.HasPrefix(lines[i-1], "\tif f.defers.Unwind()") {
				finishes++
				if s := strings.TrimSpace(sources[n-1]); !strings.HasPrefix(s, "return") && s != "}" && !strings.Contains(s, "async.") {
					t.Errorf("%s:%d finishes the call, and leads to line %d: %s", path, i+1, n, s)
				}
			}
		}
	}
	if labels < 10 || finishes < 10 || resumed < 5 {
		t.Errorf("%d labels, %d of them with a call that is sent there, %d returns", labels, resumed, finishes)
	}
}

func TestRewrite(t *testing.T) {
	m := load(t)
	for in, want := range map[string]string{
		"main.fetchUserDataAsyncStep(0x0, {0x5a, 0xc0}, 0x1)":                         "main.fetchUserData(0x0, {0x5a, 0xc0}, 0x1)",
		"main.fetchUserDataAsyncStep.func1(...)":                                      "main.fetchUserData.func1(...)",
		"main.fetchUserDataAsyncStep.func1.2-range3()":                                "main.fetchUserData.func1.2-range3()",
		"main.caller.fetchUserDataAsyncStep.func1()":                                  "main.fetchUserData.func1()",
		"main.(*fetchUserDataFrame).Resume(0xc000128000)":                             "main.fetchUserData (Resume)(0xc000128000)",
		"  10ms  main.(*fetchUserDataFrame).Release":                                  "  10ms  main.fetchUserData (Release)",
		"main.(*fetchUserDataFrame).Other()":                                          "main.(*fetchUserDataFrame).Other()",
		"github.com/goawait/goawait/examples/fetchuserdata.fetchUserDataAsyncStep /":  "github.com/goawait/goawait/examples/fetchuserdata.fetchUserData /",
		"other.fetchUserDataAsyncStep()":                                              "other.fetchUserDataAsyncStep()",
		"main.elseAsyncStep()":                                                        "main.elseAsyncStep()",
		"github.com/goawait/goawait/examples/mockapi.(*API).UserAsyncStep(0x1)":       "github.com/goawait/goawait/examples/mockapi.(*API).User(0x1)",
		"github.com/goawait/goawait/examples/mockapi.(*API).UserAsyncStep.func1(0x1)": "github.com/goawait/goawait/examples/mockapi.(*API).User.func1(0x1)",
		"github.com/goawait/goawait/examples/mockapi.(*aPIUserFrame).Resume()":        "github.com/goawait/goawait/examples/mockapi.(*API).User (Resume)()",
		"\t/elsewhere/fetchuserdata/fetchuserdata_async.go:2000 +0x1b":                "\t/elsewhere/fetchuserdata/fetchuserdata_async.go:2000 +0x1b",
		"nothing_async.go:20":                                                         "nothing_async.go:20",
		"plain text about Frames and Steps":                                           "plain text about Frames and Steps",
		"main.fetchUserDataAsync(0x12)":                                               "main.fetchUserDataAsync(0x12)",
	} {
		if got := m.Rewrite(in); got != want {
			t.Errorf("%q becomes %q, not %q", in, got, want)
		}
	}
	for _, prefix := range []string{"/home/someone/examples/fetchuserdata/", `C:\src\fetchuserdata\`, "github.com/goawait/goawait/examples/fetchuserdata/", ""} {
		at := lineOf(t, "resume2:") - 1 // takes the outcome
		in := "\t" + prefix + "fetchuserdata_async.go:" + strconv.Itoa(at) + " +0x1b"
		want := "\t" + prefix + "fetchuserdata.go:23 +0x1b (fetchuserdata_async.go:" + strconv.Itoa(at) + ")"
		if got := m.Rewrite(in); got != want {
			t.Errorf("%q becomes %q, not %q", in, got, want)
		}
		if strings.Contains(prefix, `\`) {
			continue
		}
		in = "10ms main.fetchUserDataAsyncStep " + prefix + "fetchuserdata_async.go:" + strconv.Itoa(at) + " (inline)"
		want = "10ms main.fetchUserData " + prefix + "fetchuserdata.go:23 (fetchuserdata_async.go:" + strconv.Itoa(at) + ") (inline)"
		if got := m.Rewrite(in); got != want {
			t.Errorf("%q becomes %q, not %q", in, got, want)
		}
	}
}

// lineOf finds a line of an example's twin.
func lineOf(t *testing.T, prefix string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, "fetchuserdata", "fetchuserdata_async.go"))
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(l, prefix) {
			return i + 1
		}
	}
	t.Fatal("no line", prefix)
	return 0
}
