package bench

// This file measures the command goawait, and what it writes.

import (
	"fmt"
	"os"

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
			"The first column of ratios is to what is generated. The time to compile is that of `go build` without what it takes for a package with the same imports and nothing else.",
		},
	},
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
	m, err := newModule(dir)
	if err != nil {
		return nil, err
	}
	m.functions(n)
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
