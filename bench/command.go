package bench

// This file measures the command goawait, and what it writes.

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/goawait/goawait/bench/measure"
)

// The rivals of the command.
const (
	Again  = "goawait, nothing changed"
	Vet    = "go vet"
	Build  = "go build"
	Output = "generated"
	Source = "annotated source"
)

// Command lists what is measured of the command goawait. N is how many annotated functions there are.
var Command = []Case{
	{
		ID: "S9", Title: "transpiling a package", N: 200, Figures: []string{measure.Wall},
		Rivals: []Rival{{Name: Goawait}, {Name: Again}, {Name: Vet}, {Name: Build}},
		Notes: []string{
			"All run on the annotated source alone, without twins, which has changed since they ran before; what it imports is in their caches.",
		},
	}, {
		ID: "S10", Title: "size of what is generated", N: 200, Figures: []string{measure.Lines, measure.Binary, measure.Compile},
		Rivals: []Rival{{Name: Output}, {Name: Source}},
		Notes: []string{
			"The time to compile is that of `go build` without what it takes for a package with the same imports and nothing else.",
		},
	},
}

// A module is a throwaway module with one large package.
type module struct {
	dir     string
	goawait string // the command
	files   int
	perFile int
}

// runCommand measures the command for all of its cases, with n annotated functions.
func (o Options) runCommand(n int) (map[string]Result, error) {
	results := map[string]Result{}
	for _, c := range Command {
		results[c.ID] = Result{Case: c, Samples: map[string][]measure.Sample{}}
	}
	speed, size := results["S9"], results["S10"]
	dir, err := os.MkdirTemp("", "goawait-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	m, err := newModule(dir, n)
	if err != nil {
		return nil, err
	}
	n = m.files * m.perFile
	fmt.Fprintf(o.Log, "S9, S10 with %d functions: warming up\n", n)
	for round := range o.Rounds + 1 {
		times, err := m.round(round)
		if err != nil {
			return nil, err
		}
		if round == 0 {
			continue
		}
		fmt.Fprintf(o.Log, "S9, S10 round %d of %d\n", round, o.Rounds)
		for _, r := range speed.Case.Rivals {
			speed.add(r.Name, n, map[string]float64{measure.Wall: times[r.Name]})
		}
		size.add(Source, n, map[string]float64{measure.Compile: times[Build] - times[emptyBuild]})
		size.add(Output, n, map[string]float64{measure.Compile: times[bothBuild] - times[Build]})
	}
	return results, m.sizes(size)
}

// sizes adds what does not change from round to round.
func (m *module) sizes(r Result) error {
	source, output, err := m.lines()
	if err != nil {
		return err
	}
	sourceBytes, outputBytes, err := m.binaries()
	if err != nil {
		return err
	}
	add := func(rival string, lines, bytes int) {
		for _, s := range r.Samples[rival] {
			s.Figures[measure.Lines], s.Figures[measure.Binary] = float64(lines), float64(bytes)/float64(source)
		}
	}
	add(Source, source, sourceBytes)
	add(Output, output, outputBytes)
	return nil
}

func (r Result) add(rival string, n int, figures map[string]float64) {
	r.Samples[rival] = append(r.Samples[rival], measure.Sample{N: n, Figures: figures})
}

// newModule makes a module for n functions, and builds the command. The working directory is in the module of package bench.
func newModule(dir string, n int) (*module, error) {
	out, err := run("", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/goawait/goawait")
	if err != nil {
		return nil, err
	}
	root := strings.TrimSpace(out)
	m := &module{dir: filepath.Join(dir, "big"), goawait: filepath.Join(dir, "goawait.exe"), perFile: min(n, 20)}
	m.files = n / m.perFile
	if _, err := run(root, "go", "build", "-o", m.goawait, "./cmd/goawait"); err != nil {
		return nil, err
	}
	err = m.write("go.mod", "module example.com/big\n\ngo 1.26.0\n\nrequire github.com/goawait/goawait v0.0.0\n\n"+
		"replace github.com/goawait/goawait => "+root+"\n")
	return m, err
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

// round does everything once with new text, and gives the times in ms.
func (m *module) round(round int) (map[string]float64, error) {
	for f := range m.files {
		var b strings.Builder
		b.WriteString("package big\n\n" + imports)
		for i := range m.perFile {
			fmt.Fprintf(&b, function, f*m.perFile+i, round+1)
		}
		if err := m.write(fmt.Sprintf("big%d.go", f), b.String()); err != nil {
			return nil, err
		}
		if err := os.Remove(m.twin(f)); err != nil && !os.IsNotExist(err) {
			return nil, err
		}
	}
	empty := fmt.Sprintf("package empty\n\n%s\n// Nothing uses what this package imports.\nfunc Nothing(ctx context.Context) { _, _ = fmt.Println(%d, async.Yield(ctx)) }\n", imports, round)
	if err := m.write("empty/empty.go", empty); err != nil {
		return nil, err
	}
	times := map[string]float64{}
	for _, step := range []struct {
		name string
		args []string
	}{
		{emptyBuild, []string{"go", "build", "./empty"}},
		{Vet, []string{"go", "vet", "."}},
		{Build, []string{"go", "build", "."}},
		{Goawait, []string{m.goawait, "."}},
		{Again, []string{m.goawait, "."}},
		{bothBuild, []string{"go", "build", "."}},
	} {
		start := time.Now()
		if _, err := run(m.dir, step.args[0], step.args[1:]...); err != nil {
			return nil, err
		}
		times[step.name] = float64(time.Since(start)) / 1e6
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
