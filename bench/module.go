package bench

// This file holds packages that are made to be transpiled.

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A module is a throwaway module with one package.
type module struct {
	dir     string
	goawait string // the command
	files   int
	perFile int                          // functions in a file
	text    func(file, round int) string // of a source file
}

// newModule makes a module in dir, and builds the command. The working directory is in the module of package bench.
func newModule(dir string) (*module, error) {
	out, err := run("", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/goawait/goawait")
	if err != nil {
		return nil, err
	}
	root := strings.TrimSpace(out)
	m := &module{dir: filepath.Join(dir, "big"), goawait: filepath.Join(dir, "goawait.exe")}
	if _, err := run(root, "go", "build", "-o", m.goawait, "./cmd/goawait"); err != nil {
		return nil, err
	}
	err = m.write("go.mod", "module example.com/big\n\ngo 1.26.0\n\nrequire github.com/goawait/goawait v0.0.0\n\n"+
		"replace github.com/goawait/goawait => "+root+"\n")
	return m, err
}

// functions makes the package one of n annotated functions, in files of twenty.
func (m *module) functions(n int) {
	m.perFile = min(n, 20)
	m.files = n / m.perFile
	m.text = func(file, round int) string {
		var b strings.Builder
		b.WriteString("package big\n\n" + imports)
		for i := range m.perFile {
			fmt.Fprintf(&b, function, file*m.perFile+i, round)
		}
		return b.String()
	}
}

// awaits makes the package one of a single function with n awaits.
func (m *module) awaits(n int) {
	m.perFile, m.files = 1, 1
	m.text = func(_, round int) string {
		var b strings.Builder
		fmt.Fprintf(&b, "package big\n\nimport (\n\t\"context\"\n\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n\n//goawait:async\n"+
			"func Work0(ctx context.Context, price func(ctx context.Context, part int) *async.Promise[int]) (int, error) {\n\ttotal := %d\n", round)
		for i := range n {
			fmt.Fprintf(&b, "\tif v, err := async.Await(price(ctx, %d)); err != nil {\n\t\treturn total, err\n\t} else if v > total {\n\t\ttotal += v\n\t}\n", i)
		}
		b.WriteString("\treturn total, nil\n}\n")
		return b.String()
	}
}

func (m *module) write(name, text string) error {
	name = filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o666)
}

const imports = "import (\n\t\"context\"\n\t\"fmt\"\n\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n"

// function is an annotated function; round makes it differ from that of another round.
const function = `
// Work%[1]d asks for the parts of an order, and adds up what they cost.
//
//goawait:async
func Work%[1]d(ctx context.Context, parts []int, price func(ctx context.Context, part int) *async.Promise[int]) (total int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("order %[1]d: %%w", err)
		}
	}()
	seen := map[int]bool{}
	for i, part := range parts {
		if seen[part] {
			continue
		}
		seen[part] = true
		v, err := async.Await(price(ctx, part))
		if err != nil {
			return total, fmt.Errorf("part %%d: %%w", i, err)
		}
		switch {
		case v < 0:
			return total, fmt.Errorf("part %%d costs %%d", i, v)
		case v == 0:
			total += async.Must(async.Await(price(ctx, part+%[2]d)))
		default:
			total += v
		}
	}
	if total > %[1]d {
		if _, err := async.Await(async.Yield(ctx)); err != nil {
			return total, err
		}
	}
	return total + %[2]d, nil
}
`

// The other builds of a round.
const (
	emptyBuild = "empty"
	bothBuild  = "both"
)

// source writes the package without twins, with text of its own for each round.
func (m *module) source(round int) error {
	for f := range m.files {
		if err := m.write(fmt.Sprintf("big%d.go", f), m.text(f, round+1)); err != nil {
			return err
		}
		if err := os.Remove(m.twin(f)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// round does everything once with new text, and gives the times in ms.
func (m *module) round(round int) (map[string]float64, error) {
	if err := m.source(round); err != nil {
		return nil, err
	}
	empty := fmt.Sprintf("package empty\n\n%s\n// Nothing uses what this package imports.\nfunc Nothing(ctx context.Context) { _, _ = fmt.Println(%d, async.Yield(ctx)) }\n", imports, round)
	if err := m.write("empty/empty.go", empty); err != nil {
		return nil, err
	}
	return m.times([]step{
		{emptyBuild, []string{"go", "build", "./empty"}},
		{Vet, []string{"go", "vet", "."}},
		{Build, []string{"go", "build", "."}},
		{Goawait, []string{m.goawait, "."}},
		{Again, []string{m.goawait, "."}},
		{bothBuild, []string{"go", "build", "."}},
	})
}

// A step is a run of a program.
type step struct {
	name string
	args []string
}

// times gives the wall time of each step, in ms.
func (m *module) times(steps []step) (map[string]float64, error) {
	times := map[string]float64{}
	for _, s := range steps {
		start := time.Now()
		if _, err := run(m.dir, s.args[0], s.args[1:]...); err != nil {
			return nil, err
		}
		times[s.name] = float64(time.Since(start)) / 1e6
	}
	return times, nil
}

func (m *module) twin(file int) string {
	return filepath.Join(m.dir, fmt.Sprintf("big%d_async.go", file))
}

// lines counts lines that are not empty.
func (m *module) lines() (source, output int, err error) {
	for f := range m.files {
		for _, name := range []string{filepath.Join(m.dir, fmt.Sprintf("big%d.go", f)), m.twin(f)} {
			text, err := os.ReadFile(name)
			if err != nil {
				return 0, 0, err
			}
			n := 0
			for line := range bytes.Lines(text) {
				if len(bytes.TrimSpace(line)) > 0 {
					n++
				}
			}
			if name == m.twin(f) {
				output += n
			} else {
				source += n
			}
		}
	}
	return source, output, nil
}

// binaries gives by how much programs grow that can call all functions, and all twins.
func (m *module) binaries() (source, output int, err error) {
	none, err := m.binary("none", "")
	if err != nil {
		return 0, 0, err
	}
	if source, err = m.binary("blocking", ""); err != nil {
		return 0, 0, err
	}
	output, err = m.binary("twins", "Async")
	return source - none, output - none, err
}

// binary gives the size of a program that refers to the functions with the given end of their names; none for the program none.
func (m *module) binary(name, suffix string) (int, error) {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\n\t\"example.com/big\"\n\tasync \"github.com/goawait/goawait/runtime\"\n)\n\n")
	b.WriteString("var functions = []any{\n")
	for i := range m.files * m.perFile {
		if name != "none" {
			fmt.Fprintf(&b, "\tbig.Work%d%s,\n", i, suffix)
		}
	}
	b.WriteString("\tbig.All,\n}\n\nfunc main() {\n\tfmt.Println(functions...)\n")
	b.WriteString("\tfmt.Println(async.Run(context.Background(), func(ctx context.Context) *async.Promise[async.Void] { return async.Yield(ctx) }))\n")
	b.WriteString("\tfmt.Println(async.Await(async.Resolve(1)))\n}\n")
	if err := m.write("all.go", "package big\n\n// All stands for no function.\nconst All = 0\n"); err != nil {
		return 0, err
	}
	if err := m.write(name+"/main.go", b.String()); err != nil {
		return 0, err
	}
	file := filepath.Join(m.dir, name+".exe")
	if _, err := run(m.dir, "go", "build", "-o", file, "./"+name); err != nil {
		return 0, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return int(info.Size()), nil
}

// run runs a program in dir and gives what it writes.
func run(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out), nil
}
