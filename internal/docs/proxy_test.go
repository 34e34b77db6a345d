package docs

// This file serves goawait as if it were published, so that the documents' commands run as they stand.

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const (
	modulePath = "github.com/goawait/goawait"
	published  = "v0.1.0"
)

// publish writes this module, which is in the folder checkout, to a folder, as a module proxy has it.
func publish(t *testing.T, proxy, checkout string) {
	t.Helper()
	dir := filepath.Join(proxy, filepath.FromSlash(modulePath), "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := zip.CreateFromDir(&archive, module.Version{Path: modulePath, Version: published}, checkout); err != nil {
		t.Fatal(err)
	}
	info := fmt.Sprintf("{\"Version\":%q,\"Time\":%q}\n", published, time.Unix(0, 0).UTC().Format(time.RFC3339))
	for name, content := range map[string][]byte{
		"list":              []byte(published + "\n"),
		published + ".info": []byte(info),
		published + ".mod":  []byte(read(t, "go.mod")),
		published + ".zip":  archive.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// environment is that of a user who has Go and nothing else: an empty module cache, and a proxy that has goawait, as it is in the folder
// checkout, and what it requires.
func environment(t *testing.T, checkout string) []string {
	t.Helper()
	dir := t.TempDir()
	publish(t, filepath.Join(dir, "proxy"), checkout)
	proxies := fileURL(filepath.Join(dir, "proxy")) + "," + downloaded(t)
	return append(localEnvironment(t), "GOPROXY="+proxies, "GOMODCACHE="+filepath.Join(dir, "mod"),
		"GOFLAGS=-trimpath -modcacherw") // -trimpath makes compiled packages independent of where the sources are: the next run has them
}

// localEnvironment is one in which only what this module requires can be had.
func localEnvironment(t *testing.T) []string {
	t.Helper()
	return append(os.Environ(), "GOPROXY="+downloaded(t), "GOMODCACHE="+goEnv(t, "GOMODCACHE"), "GOCACHE="+goEnv(t, "GOCACHE"),
		"GOENV=off", "GOFLAGS=", "GOSUMDB=off", "GOTOOLCHAIN=local", "GOWORK=off", "NO_COLOR=1")
}

// downloaded is a proxy with the modules that this one requires, and those that go mod tidy looks at in a module that requires this one: the
// tests of packages need them.
func downloaded(t *testing.T) string {
	t.Helper()
	goRun(t, root, "mod", "download")
	checkout, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	user := t.TempDir()
	goRun(t, user, "mod", "init", "example.com/user")
	goRun(t, user, "mod", "edit", "-replace="+modulePath+"="+checkout, "-tool="+modulePath+"/cmd/goawait")
	goRun(t, user, "mod", "tidy")
	return fileURL(filepath.Join(goEnv(t, "GOMODCACHE"), "cache", "download"))
}

func goRun(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return "file://" + path
}
