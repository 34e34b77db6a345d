// Package asynchttp serves what package async knows of a running program: every suspended call with the place of its await,
// what it waits for and who waits for it, and the counters of loops and pools. It is apart from package async so that programs
// without a server don't link net/http.
//
//	http.Handle("/debug/async", asynchttp.Handler())
//
// As with net/http/pprof, the pages are for those who run the program, not for its users: they name its functions and files.
package asynchttp

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	async "github.com/goawait/goawait/runtime"
)

// Handler returns a handler that answers GET and HEAD with the suspended calls and the counters of the process. It may serve
// any number of requests at a time. Handler may be called from any goroutine, and all its handlers are alike. They look at the program for each request anew, without stopping anything, at the cost of
// [async.Snapshot].
//
// The parameter format is html, text or json. Without it, the header Accept tells: browsers get the page, who accepts application/json gets
// that, and others get the text. The other parameters hold for all three: q keeps the calls that have the text q in their function, place, wait, executor or chain, and limit is how many
// groups of equal calls the page and the text show at most (100, if it is not given), or how many calls the JSON has (all).
//
// The text and the page put equal calls together: those of one function on one executor that wait at one place for the same, with the
// same chain. The JSON is an object: "calls" has what [async.DumpJSON] writes, "executors" what [async.AllStats] returns, and "total" is how many calls
// there are, with q and without limit.
func Handler() http.Handler { return http.HandlerFunc(serve) }

// A report is what is shown.
type report struct {
	Executors []async.Stats `json:"executors"`
	Total     int           `json:"total"`
	Calls     []async.Call  `json:"calls"`

	groups []group
	more   int // groups left out
	query  string
}

const defaultLimit = 100

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return
	}
	format := formatOf(r)
	limit, err := limitOf(r)
	write, known := writers[format]
	switch {
	case !known:
		http.Error(w, "format has to be html, text or json", http.StatusBadRequest)
		return
	case err != nil:
		http.Error(w, "limit has to be a number that is not negative", http.StatusBadRequest)
		return
	}
	var b bytes.Buffer
	if err := write.write(&b, look(r.FormValue("q"), limit)); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", write.contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept")
	h.Set("X-Content-Type-Options", "nosniff")
	w.Write(b.Bytes())
}

// A writer writes a report in one format.
type writer struct {
	contentType string
	write       func(*bytes.Buffer, *report) error
}

var writers = map[string]writer{
	"html": {"text/html; charset=utf-8", writePage},
	"text": {"text/plain; charset=utf-8", writeText},
	"json": {"application/json", writeJSON},
}

// formatOf is the format that r asks for.
func formatOf(r *http.Request) string {
	if f := r.FormValue("format"); f != "" {
		return f
	}
	accept := r.Header.Get("Accept")
	switch {
	case strings.Contains(accept, "text/html"):
		return "html"
	case strings.Contains(accept, "application/json"):
		return "json"
	}
	return "text"
}

// limitOf is the limit that r asks for; -1 if it asks for none.
func limitOf(r *http.Request) (int, error) {
	s := r.FormValue("limit")
	if s == "" {
		return -1, nil
	}
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err
}

// look makes a report of the calls that match q.
func look(q string, limit int) *report {
	rep := &report{Executors: async.AllStats(), Calls: matching(async.Snapshot(), q), query: q}
	rep.Total = len(rep.Calls)
	rep.groups = groupsOf(rep.Calls)
	shown := limit
	if limit < 0 {
		shown = defaultLimit
	}
	if n := len(rep.groups); n > shown {
		rep.groups, rep.more = rep.groups[:shown], n-shown
	}
	if limit >= 0 && limit < len(rep.Calls) {
		rep.Calls = rep.Calls[:limit]
	}
	return rep
}

func matching(calls []async.Call, q string) []async.Call {
	kept := []async.Call{}
	for _, c := range calls {
		if strings.Contains(keyOf(c), q) {
			kept = append(kept, c)
		}
	}
	return kept
}

func writeJSON(b *bytes.Buffer, rep *report) error {
	e := json.NewEncoder(b)
	e.SetIndent("", "\t")
	return e.Encode(rep)
}
