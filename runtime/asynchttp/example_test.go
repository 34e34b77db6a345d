package asynchttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/goawait/goawait/runtime/asynchttp"
)

func ExampleHandler() {
	http.Handle("/debug/async", asynchttp.Handler())

	// A browser gets a page; others get text, or JSON if they ask for it.
	w := httptest.NewRecorder()
	http.DefaultServeMux.ServeHTTP(w, httptest.NewRequest("GET", "/debug/async?format=json&q=shop.fetch", nil))
	fmt.Println(w.Code, w.Header().Get("Content-Type"), strings.Contains(w.Body.String(), `"total": 0`))
	// Output: 200 application/json true
}
