// Package docs has no code but tests: they compare the README and the documents of folder docs with what these speak of, and run
// the commands that they show.
package docs

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	_ "github.com/goawait/goawait/runtime" // what is tested reads its source
)

var update = flag.Bool("update", false, "rewrite the parts of the documents that are made from other files")

var root = filepath.Join("..", "..")

// documents are the texts that are checked.
var documents = []string{"README.md", "docs/guide.md", "docs/language.md", "docs/reference.md", "docs/vet.md"}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// rewriteDocument replaces a document by what it should be. Without -update that is a failure.
func rewriteDocument(t *testing.T, name, have, want string) {
	t.Helper()
	if have == want {
		return
	}
	if !*update {
		t.Errorf("%s does not show what it speaks of as it is; run 'make update'", name)
		return
	}
	if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(name)), []byte(want), 0o666); err != nil {
		t.Fatal(err)
	}
}

var (
	fenced  = regexp.MustCompile("(?ms)^```.*?^```$")
	coded   = regexp.MustCompile("`[^`\n]+`")
	linked  = regexp.MustCompile(`\]\(([^)#:]*)(?:#([^):]+))?\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	target  = regexp.MustCompile("`make ([a-z]+)`")
)

// TestLinks looks for the files and headings that the documents link to, and for the targets of the Makefile that they name.
func TestLinks(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, name := range documents {
		text := fenced.ReplaceAllString(read(t, name), "")
		for _, m := range target.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(makefile, "\n"+m[1]+":") {
				t.Errorf("%s: the Makefile has no target %s", name, m[1])
			}
		}
		text = coded.ReplaceAllString(text, "")
		for _, m := range linked.FindAllStringSubmatch(text, -1) {
			file := name
			if m[1] != "" {
				file = filepath.ToSlash(filepath.Join(filepath.Dir(name), m[1]))
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s: %v", name, err)
			} else if m[2] != "" && !anchors(read(t, file))[m[2]] {
				t.Errorf("%s: %s has no heading #%s", name, file, m[2])
			}
		}
	}
}

// anchors are the names under which headings can be linked to: lower case, dashes for spaces, without other signs.
func anchors(text string) map[string]bool {
	names := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		names[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])] = true
	}
	return names
}

// TestReadmeIsShort keeps the README one that is read in ten minutes, at two hundred words a minute.
func TestReadmeIsShort(t *testing.T) {
	text := regexp.MustCompile(`(?s)<!--.*?-->`).ReplaceAllString(read(t, "README.md"), "")
	if n := len(strings.Fields(text)); n > 2000 {
		t.Errorf("the README has %d words; move something to docs/guide.md", n)
	}
}
