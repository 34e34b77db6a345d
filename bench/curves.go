package bench

// This file measures how costs change with size.

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goawait/goawait/bench/measure"
)

// A Panel shows what something costs, against its size.
type Panel struct {
	Title  string
	Curves []Curve
}

// A Curve is that of one rival.
type Curve struct {
	Rival  string
	Points []Point
}

// A Point is the median cost for a size N.
type Point struct {
	N    int
	Cost float64
}

// scales say what is measured in many sizes.
var scales = []struct {
	id, figure, title string
}{
	{"S1.yield", measure.NS, "ns for an await, by their number"},
	{"S6", measure.NS, "ns for a task, by their number"},
	{"S5", measure.CPU, "ns of CPU for a timer, by their number"},
}

// most is how many there are of each at most. The tasks take some 2 GB of memory.
const most = 10_000_000

// goroutinesMost is how many goroutines there are at most: more take more memory than many machines have.
const goroutinesMost = 1_000_000

// Panels measures sizes from a thousand to ten millions.
func (o Options) Panels() (panels []Panel, err error) {
	o.Rounds = min(o.Rounds, 3)
	for _, s := range scales {
		c := Cases[slices.IndexFunc(Cases, func(c Case) bool { return c.ID == s.id })]
		all := compared(c.Rivals)
		p := Panel{Title: s.title}
		for _, r := range all {
			p.Curves = append(p.Curves, Curve{Rival: r.Name})
		}
		for n := 1000; n <= most/o.Divisor; n *= 10 {
			c.Rivals = all
			if n > goroutinesMost && s.id != "S1.yield" {
				c.Rivals = all[:2]
			}
			r, err := o.sized(c, n)
			if err != nil {
				return nil, err
			}
			for i := range p.Curves {
				curve := &p.Curves[i]
				if v := r.known(curve.Rival, s.figure); v > 0 && !math.IsInf(v, 0) {
					curve.Points = append(curve.Points, Point{n, v})
				}
			}
		}
		panels = append(panels, p)
	}
	return panels, nil
}

// compared gives goawait, the hand-written rival and a goroutine, in full sizes.
func compared(rivals []Rival) (found []Rival) {
	for _, name := range []string{Goawait, Hand, "goroutine"} {
		i := slices.IndexFunc(rivals, func(r Rival) bool { return strings.HasPrefix(r.Name, name) })
		found = append(found, slow(0, rivals[i]))
	}
	return found
}

// CommandPanels measures how long it takes to transpile packages of up to most functions, and functions of up to four times as
// many awaits.
func (o Options) CommandPanels(most int) ([]Panel, error) {
	dir, err := os.MkdirTemp("", "goawait-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	panels := []Panel{{Title: "ms to transpile, by functions in a package"}, {Title: "ms to transpile, by awaits in a function"}}
	for i := range panels {
		m, err := newModule(filepath.Join(dir, strconv.Itoa(i)))
		if err != nil {
			return nil, err
		}
		first, last, fill := 1, most, m.functions
		if i == 1 {
			first, last, fill = 4, 4*most, m.awaits
		}
		panels[i].Curves = []Curve{{Rival: Goawait}, {Rival: Vet}}
		for n := first; n <= last; n *= 10 {
			fmt.Fprintf(o.Log, "%s: %d\n", panels[i].Title, n)
			fill(n)
			values := map[string][]float64{}
			for round := range o.Rounds + 1 {
				if err := m.source(round); err != nil {
					return nil, err
				}
				times, err := m.times([]step{{Vet, []string{"go", "vet", "."}}, {Goawait, []string{m.goawait, "."}}})
				if err != nil {
					return nil, err
				}
				if round == 0 {
					continue // fills the caches
				}
				for name, v := range times {
					values[name] = append(values[name], v)
				}
			}
			for j := range panels[i].Curves {
				c := &panels[i].Curves[j]
				c.Points = append(c.Points, Point{n, median(values[c.Rival])})
			}
		}
	}
	return panels, nil
}
