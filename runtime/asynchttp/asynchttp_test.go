package asynchttp_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynchttp"
)

// waiting makes calls that wait until the test is over, and returns the name of their executor: n called fetch, which wait for
// an event, and one called <all> that waits for the first of them.
func waiting(t *testing.T, n int) string {
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	var e async.Event
	var ps []*async.Promise[async.Void]
	for range n {
		ps = append(ps, async.Stackful(ctx, "fetch|fetch.go:1|fetch.go:2", func(co async.Coroutine) (async.Void, error) {
			return async.CoAwait(co.At(1), e.Wait(ctx))
		}))
	}
	async.Stackful(ctx, "<all>|fetch.go:3|fetch.go:4", func(co async.Coroutine) (async.Void, error) {
		return async.CoAwait(co.At(1), ps[0])
	})
	t.Cleanup(func() {
		e.Set()
		for l.Poll() {
		}
	})
	return l.Stats().Executor
}

// get asks the handler with an address and a header Accept.
func get(t *testing.T, url, accept string) (body string, h http.Header) {
	t.Helper()
	r := httptest.NewRequest("GET", url, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	asynchttp.Handler().ServeHTTP(w, r)
	if w.Code != 200 {
		t.Fatal(url, w.Code, w.Body)
	}
	return w.Body.String(), w.Header()
}

func TestText(t *testing.T) {
	loop := waiting(t, 3)
	body, h := get(t, "/", "*/*")
	if h.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Error(h)
	}
	want := regexp.MustCompile(`(?s)` + loop + `: 0 turns, .*
4 suspended calls

2 × fetch \(fetch\.go:2\) on ` + loop + `
	waits for Event\.Wait

1 × fetch \(fetch\.go:2\) on ` + loop + `
	waits for Event\.Wait
	awaited by <all> \(fetch\.go:4\)

1 × <all> \(fetch\.go:4\) on ` + loop + `
	waits for fetch \(fetch\.go:2\)
$`)
	if !want.MatchString(body) {
		t.Error(body)
	}
}

func TestJSON(t *testing.T) {
	loop := waiting(t, 3)
	for _, c := range []struct {
		url          string
		total, calls int
	}{
		{"/?format=json", 4, 4},
		{"/?format=json&q=all", 2, 2},
		{"/?format=json&q=no+such+call", 0, 0},
		{"/?format=json&limit=1", 4, 1},
	} {
		body, h := get(t, c.url, "text/html")
		var got struct {
			Executors []async.Stats
			Total     int
			Calls     []async.Call
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || h.Get("Content-Type") != "application/json" {
			t.Fatal(err, h)
		}
		if got.Total != c.total || len(got.Calls) != c.calls || got.Calls == nil || len(got.Executors) == 0 {
			t.Errorf("%s: %s", c.url, body)
		}
		for _, x := range got.Calls {
			if x.Executor != loop || x.Function == "" || x.Position == "" || x.Waits == "" {
				t.Errorf("%s: %+v", c.url, x)
			}
		}
	}
}

func TestPage(t *testing.T) {
	waiting(t, 3)
	body, h := get(t, "/debug/async", "text/html,application/xhtml+xml,*/*;q=0.8")
	if h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Cache-Control") != "no-store" {
		t.Error(h)
	}
	for _, want := range []string{"<title>4 suspended calls</title>", `<td class="n">2</td>` + "\n<td><code>fetch</code>", "&lt;all&gt;", "Event.Wait"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	if strings.Contains(body, "<all>") {
		t.Error("a name is not escaped")
	}
	body, _ = get(t, "/?format=html&q=%3Cscript%3E", "")
	if strings.Contains(body, "<script>") || !strings.Contains(body, "No suspended call contains this text.") {
		t.Error(body)
	}
	body, _ = get(t, "/?format=html&limit=1", "")
	if !strings.Contains(body, "and 2 more groups") || !strings.Contains(body, "<title>4 suspended calls") {
		t.Error(body)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		method, url, says string
		code              int
	}{
		{"POST", "/", "only GET", http.StatusMethodNotAllowed},
		{"GET", "/?format=xml", "html, text or json", http.StatusBadRequest},
		{"GET", "/?limit=-1", "not negative", http.StatusBadRequest},
		{"GET", "/?limit=many", "not negative", http.StatusBadRequest},
	} {
		w := httptest.NewRecorder()
		asynchttp.Handler().ServeHTTP(w, httptest.NewRequest(c.method, c.url, nil))
		if w.Code != c.code || !strings.Contains(w.Body.String(), c.says) {
			t.Error(c, w.Code, w.Body)
		}
	}
}

// Package async itself must not bring net/http into a program.
func TestPackageAsyncIsLight(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "github.com/goawait/goawait/runtime").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, heavy := range []string{"net/http", "net", "html/template", "runtime/trace", "expvar"} {
		if strings.Contains("\n"+string(out), "\n"+heavy+"\n") {
			t.Errorf("package async depends on %s", heavy)
		}
	}
}
