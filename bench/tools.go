package bench

// This file finds and starts the rivals in other languages.

import (
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

//go:embed foreign
var foreign embed.FS

// Tools are the other languages that are installed.
type Tools struct {
	commands map[string][]string // language → how a rival in it is started, before case and size
	Versions []string            // of Go and of the languages found
	Missing  []string            // languages that are not there, and why
	Valgrind string              // the program, for counting instructions; empty if it is not there
}

// FindTools looks for the other languages, and puts what it has to write into dir.
func FindTools(dir string) (*Tools, error) {
	t := &Tools{commands: map[string][]string{}, Versions: []string{runtime.Version()}}
	for _, name := range []string{"rival.js", "rival.rs", "rival.py"} {
		text, err := foreign.ReadFile("foreign/" + name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o666)
		}
		if err != nil {
			return nil, err
		}
	}
	t.find("node", "node", "node", "--expose-gc", filepath.Join(dir, "rival.js"))
	t.find("Python", "python", "python3", filepath.Join(dir, "rival.py"))
	rival := filepath.Join(dir, "rival")
	if t.find("Rust", "rust", "rustc", rival) {
		t.commands["rust"] = []string{rival}
		out, err := exec.Command("rustc", "--edition", "2021", "-O", "-o", rival, filepath.Join(dir, "rival.rs")).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("rustc: %w\n%s", err, out)
		}
	}
	if path, err := exec.LookPath("valgrind"); err != nil || runtime.GOOS != "linux" {
		t.Missing = append(t.Missing, "valgrind")
	} else if out, err := exec.Command(path, "--version").Output(); err != nil {
		t.Missing = append(t.Missing, fmt.Sprintf("valgrind (%v)", err))
	} else {
		t.Valgrind = path
		t.Versions = append(t.Versions, strings.TrimSpace(string(out)))
	}
	return t, nil
}

// find notes how a rival is started if its program is there and works.
func (t *Tools) find(language, tool, program string, args ...string) bool {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		t.Missing = append(t.Missing, fmt.Sprintf("%s (%v)", language, err))
		return false
	}
	version := strings.TrimSpace(string(out))
	if tool == "rust" {
		version, _, _ = strings.Cut(version, " (")
	} else if tool == "node" {
		version = "node " + version
	}
	t.Versions = append(t.Versions, version)
	t.commands[tool] = append([]string{program}, args...)
	return true
}

// command starts r with n operations of a case: rivals in Go in the program at self. It is nil if r's language is not there.
func (t *Tools) command(self, id string, r Rival, n int) *exec.Cmd {
	if r.Tool == "" {
		return exec.Command(self, "-child", id+"/"+r.Name, "-n", strconv.Itoa(n))
	}
	c := t.commands[r.Tool]
	if c == nil {
		return nil
	}
	return exec.Command(c[0], append(c[1:len(c):len(c)], id, strconv.Itoa(n))...)
}
