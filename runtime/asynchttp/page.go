package asynchttp

import (
	"bytes"
	_ "embed"
	"html/template"

	async "github.com/goawait/goawait/runtime"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// pageData is what page.html shows.
type pageData struct {
	Query     string
	Total     int
	Executors []async.Stats
	Groups    []group
	More      int
}

func writePage(b *bytes.Buffer, rep *report) error {
	return page.Execute(b, pageData{rep.query, rep.Total, rep.Executors, rep.groups, rep.more})
}
