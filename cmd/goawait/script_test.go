package main

// This file runs the scripts of testdata, each of which uses the command as a user would.

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	_ "github.com/goawait/goawait/runtime" // what is tested reads its source
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"goawait": main})
}

// TestScripts runs the scripts. Each works in a module example.com/m that gets goawait from this folder's module, unless it brings a
// go.mod of its own. Besides the commands of testscript there are
//
//	module dir path        write go.mod of a module that requires goawait
//	exits N command…       run a command that must end with that exit code
//	until file text        wait until the file has the text; with an empty text, until there is no file
//	crlf file              give a file carriage returns
//	requirements           add goawait's own requirements to go.mod: go mod tidy would ask for those of its tests' tests, too
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goEnv := func(name string) string {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	cache, modCache := goEnv("GOCACHE"), goEnv("GOMODCACHE")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, "GOCACHE="+cache, "GOMODCACHE="+modCache, "GOAWAIT="+root, "GOFLAGS=-mod=readonly",
				"GOPROXY=off", "GOTOOLCHAIN=local", "GOWORK=", "GOSUMDB=off", "COMMAND="+commandPath(env),
				"GOAWAIT_CACHE="+filepath.Join(env.WorkDir, ".goawait-cache"))
			if _, err := os.Stat(filepath.Join(env.WorkDir, "go.mod")); err == nil {
				return nil
			}
			return writeModule(env.WorkDir, "example.com/m", root)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"module": func(ts *testscript.TestScript, neg bool, args []string) {
				ts.Check(writeModule(ts.MkAbs(args[0]), args[1], root))
			},
			"exits": exits,
			"until": until,
			"crlf":  crlf,
			"requirements": func(ts *testscript.TestScript, neg bool, args []string) {
				own, err := os.ReadFile(filepath.Join(root, "go.mod"))
				ts.Check(err)
				mod := ts.MkAbs("go.mod")
				text, err := os.ReadFile(mod)
				ts.Check(err)
				for _, block := range regexp.MustCompile(`(?ms)^require \(.*?^\)$`).FindAll(own, -1) {
					text = append(append(text, '\n'), block...)
				}
				ts.Check(os.WriteFile(mod, append(text, '\n'), 0o666))
			},
		},
	})
}

// commandPath is where the command is, for those who run it by its path: the variable COMMAND.
func commandPath(env *testscript.Env) string {
	for _, dir := range filepath.SplitList(env.Getenv("PATH")) {
		for _, name := range []string{"goawait", "goawait.exe"} {
			if path := filepath.Join(dir, name); fileExists(path) {
				return path
			}
		}
	}
	return ""
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func writeModule(dir, path, root string) error {
	text := fmt.Sprintf("module %s\n\ngo 1.26.0\n\nrequire github.com/goawait/goawait v0.0.0\n\n"+
		"replace github.com/goawait/goawait => %s\n", path, root)
	return os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o666)
}

// exits runs a command and compares its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(*exec.ExitError); ok {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if (fmt.Sprint(code) == args[0]) == neg {
		ts.Fatalf("exit code %d", code)
	}
}

// until waits for what a command in the background does to a file. The time limit of the test ends it otherwise.
func until(ts *testscript.TestScript, neg bool, args []string) {
	for {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if args[1] == "" && os.IsNotExist(err) || args[1] != "" && err == nil && strings.Contains(string(text), args[1]) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func crlf(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := strings.ReplaceAll(ts.ReadFile(name), "\n", "\r\n")
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o666))
	}
}
