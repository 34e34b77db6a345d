// Command tour transpiles the examples and runs them, one after the other. Only the go command is needed.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path"
	"strings"
)

const module = "github.com/goawait/goawait"

// examples are the programs, in the order in which to read them.
var examples = []string{"fetchuserdata", "safe", "finally", "sequential", "concurrent", "parallel", "promises", "failures"}

func main() {
	log.SetFlags(0)
	root, err := exec.Command("go", "list", "-f", "{{.Dir}}", "-m", module).Output()
	if err != nil {
		log.Fatalf("tour: run it inside of the module %s: %v", module, err)
	}
	dir := strings.TrimSpace(string(root))
	if err := goRun(dir, "./cmd/goawait", "./examples/..."); err != nil {
		log.Fatalf("tour: transpiling: %v", err)
	}
	for _, name := range examples {
		fmt.Printf("--- %s\n", name)
		if err := goRun(dir, "./"+path.Join("examples", name)); err != nil {
			log.Fatalf("tour: %s: %v", name, err)
		}
	}
}

// goRun runs a program of the module.
func goRun(dir string, args ...string) error {
	cmd := exec.Command("go", append([]string{"run"}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	return cmd.Run()
}
