package docs

// This file runs the commands of the documents as a reader would, in order. A comment before a block says where:
//
//	<!-- run: FOLDER -->              the commands of the block, in a folder that later blocks find as it was left
//	<!-- prints: FOLDER -->           what the last command printed there; in its lines … stands for anything
//	<!-- file: PATH as NAME -->       a block of blocks_test.go, which the reader writes to that file of the folder for newcomers
//
// The folders are newcomer, which is empty in the beginning, and checkout, which is a copy of this repository.

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

var (
	scene  = regexp.MustCompile("(?ms)^<!-- (run|prints|file): ([^\n]*?) -->\n```\\w*\n(.*?)^```$")
	shell  = regexp.MustCompile("(?m)^```sh$")
	asFile = regexp.MustCompile(`^(\S+) as (\S+)$`)
)

// A stage is where the commands of the documents run.
type stage struct {
	env     []string
	folders map[string]string // where each folder is
	printed map[string]string // what the last block has printed there
}

func newStage(t *testing.T) *stage {
	t.Helper()
	onUnix(t)
	dir := t.TempDir()
	checkout := filepath.Join(dir, "goawait")
	copyTree(t, checkout)
	s := &stage{env: environment(t, checkout), printed: map[string]string{}, folders: map[string]string{
		"newcomer": filepath.Join(dir, "hello"), "checkout": checkout,
	}}
	if err := os.Mkdir(s.folders["newcomer"], 0o777); err != nil {
		t.Fatal(err)
	}
	return s
}

func onUnix(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the documents show commands for a Unix shell")
	}
}

// copyTree copies the repository, without what other tests, which may run meanwhile, put there for their own use.
func copyTree(t *testing.T, to string) {
	t.Helper()
	err := filepath.WalkDir(root, func(from string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, from)
		if err != nil {
			return err
		}
		switch {
		case name == ".git" || strings.HasPrefix(e.Name(), "tmp-"):
			if e.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case e.IsDir():
			return os.Mkdir(filepath.Join(to, name), 0o777)
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// run runs commands in a folder.
func (s *stage) run(t *testing.T, folder, commands string) {
	t.Helper()
	dir, ok := s.folders[folder]
	if !ok {
		t.Fatalf("no folder %q to run %s", folder, commands)
	}
	cmd := exec.Command("sh", "-e", "-c", commands)
	cmd.Dir, cmd.Env = dir, s.env
	out, err := cmd.CombinedOutput()
	s.printed[folder] = string(out)
	if err != nil {
		t.Fatalf("in %s: %s%v\n%s", folder, commands, err, out)
	}
}

func (s *stage) write(t *testing.T, folder, name, text string) {
	t.Helper()
	path := filepath.Join(s.folders[folder], filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// play does what a document tells to do. It returns the document as it should be, with what the commands print.
func (s *stage) play(t *testing.T, name string) {
	t.Helper()
	text := read(t, name)
	if n, m := len(shell.FindAllString(text, -1)), strings.Count(text, "\n<!-- run: "); n != m {
		t.Errorf("%s has %d blocks of commands, and says of %d where they run", name, n, m)
	}
	want := scene.ReplaceAllStringFunc(text, func(block string) string {
		m := scene.FindStringSubmatch(block)
		kind, arg, body := m[1], m[2], m[3]
		switch {
		case kind == "file":
			if as := asFile.FindStringSubmatch(arg); as != nil {
				s.write(t, "newcomer", as[2], read(t, as[1]))
			}
		case kind == "prints":
			if !matches(body, s.printed[arg]) {
				return fmt.Sprintf("<!-- prints: %s -->\n```text\n%s```", arg, s.printed[arg])
			}
		case strings.HasPrefix(arg, "by "): // TestCI
		case strings.HasPrefix(arg, "instead "): // TestCheckout
		default:
			s.run(t, arg, body)
		}
		return block
	})
	rewriteDocument(t, name, text, want)
}

// matches compares a text with a pattern, in which … stands for anything in a line.
func matches(pattern, text string) bool {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), "…", ".*")
	return regexp.MustCompile("^" + quoted + "$").MatchString(text)
}

// TestNewcomer follows the README, and then the guide, from an empty folder to a running program with a picture.
func TestNewcomer(t *testing.T) {
	s := newStage(t)
	s.play(t, "README.md")
	picture, err := os.ReadFile(filepath.Join(s.folders["newcomer"], "countdown.svg"))
	if err != nil || !bytes.HasPrefix(picture, []byte("<svg")) || !bytes.Contains(picture, []byte("countdown")) {
		t.Errorf("no picture: %v\n%s", err, picture)
	}
	s.play(t, "docs/guide.md")
	s.inline(t)
}

// TestCheckout follows the README with a checkout in place of a published version: this folder.
func TestCheckout(t *testing.T) {
	onUnix(t)
	s := &stage{env: localEnvironment(t), printed: map[string]string{}, folders: map[string]string{"newcomer": t.TempDir()}}
	checkout, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, "README.md")
	instead := ""
	for _, m := range scene.FindAllStringSubmatch(text, -1) {
		if m[1] == "run" && m[2] == "instead of go get" {
			instead = strings.ReplaceAll(m[3], "../goawait", checkout)
		}
	}
	if instead == "" {
		t.Fatal("the README does not say what to do with a checkout")
	}
	for _, m := range scene.FindAllStringSubmatch(text, -1) {
		as := asFile.FindStringSubmatch(m[2])
		switch {
		case m[1] == "file" && as != nil:
			s.write(t, "newcomer", as[2], read(t, as[1]))
			s.run(t, "newcomer", instead)
		case m[1] == "run" && m[2] == "newcomer":
			s.run(t, "newcomer", regexp.MustCompile(`(?m)^go get .*$`).ReplaceAllString(m[3], ""))
		case m[1] == "prints" && m[2] == "newcomer":
			if !matches(m[3], s.printed["newcomer"]) {
				t.Errorf("the program prints\n%s", s.printed["newcomer"])
			}
		}
	}
	s.run(t, "newcomer", "go mod tidy -diff\ngo vet ./...\ngo tool goawait -check ./...")
}

var inlined = regexp.MustCompile("`((?:go (?:tool|get|generate|vet|run|test|mod|build)|goawait) [^`]*)`")

// inline runs the commands that stand within the text, in the folder for newcomers, or beside the function or test of goawait's own that
// they name.
func (s *stage) inline(t *testing.T) {
	t.Helper()
	s.run(t, "checkout", "go build -o goawait ./cmd/goawait")
	bin := s.folders["checkout"]
	s.env = append(s.env, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	s.folders["fetchUserData"] = filepath.Join(s.folders["checkout"], "examples", "fetchuserdata")
	s.folders["guide"] = filepath.Join(s.folders["checkout"], "docs", "guide")
	placeholders := strings.NewReplacer("COMMAND", "vet", "CODE", "literal", "RULE", "dropped", "…", "")
	done := map[string]bool{}
	for _, name := range []string{"README.md", "docs/guide.md", "docs/language.md"} {
		text := fenced.ReplaceAllString(read(t, name), "")
		for _, m := range inlined.FindAllStringSubmatch(text, -1) {
			command := placeholders.Replace(strings.ReplaceAll(m[1], `\|`, "|"))
			if done[command] || strings.Contains(command, "[") { // a form of usage
				continue
			}
			done[command] = true
			switch {
			case strings.Contains(command, " watch"):
				s.watch(t, command)
			case strings.Contains(command, "fetchUserData"):
				s.run(t, "fetchUserData", command)
			case strings.HasPrefix(command, "go test "): // of a test that the guide shows
				s.run(t, "guide", command)
			case strings.HasSuffix(command, " trace"):
				s.run(t, "newcomer", command+" < main.go")
			default:
				s.run(t, "newcomer", command)
			}
		}
	}
	if len(done) < 5 {
		t.Errorf("only %d commands within the text: %v", len(done), done)
	}
}

// watch runs a command that goes on until it is interrupted: it has to write the twin of what is saved meanwhile.
func (s *stage) watch(t *testing.T, command string) {
	t.Helper()
	dir := s.folders["newcomer"]
	// The command itself, not go tool, gets the interrupt.
	direct := strings.Replace(command, "go tool goawait", "$(go tool -n goawait)", 1)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "exec "+direct)
	cmd.Dir, cmd.Env = dir, s.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.write(t, "newcomer", "later.go", "package main\n\n//goawait:async\nfunc later() error { return nil }\n")
	for !exists(filepath.Join(dir, "later_async.go")) { // the time limit of the test ends it otherwise
		time.Sleep(5 * time.Millisecond)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v\n%s", command, err, out.String())
	}
	os.Remove(filepath.Join(dir, "later.go"))
	os.Remove(filepath.Join(dir, "later_async.go"))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestCI looks for the README's test command in the script of the CI.
func TestCI(t *testing.T) {
	const command = "\ngo test -timeout 60m ./...\n"
	for _, name := range []string{"README.md", ".ci/run"} {
		if !strings.Contains(read(t, name), command) {
			t.Errorf("%s does not run %s", name, command)
		}
	}
}
