package bench

// This file makes figures of samples.

import (
	"slices"
	"strings"

	"github.com/goawait/goawait/bench/measure"
)

// A Row is one figure of one rival.
type Row struct {
	Case, Figure, Rival string
	N                   int
	Median, Least, Most float64
	Goawait, Hand       Ratio   // of this rival to the first, goawait, and to the hand-written one
	Allocs, Bytes       float64 // per operation; below 0 if not known
	Instructions        float64 // the same
}

// A Ratio is the median of the ratios in each round; it is 0 if there is nothing to compare with.
type Ratio float64

// Rows gives the figures of r.
func (r Result) Rows() (rows []Row) {
	for _, figure := range r.Case.Figures {
		for _, rival := range r.Case.Rivals {
			values := r.values(rival.Name, figure)
			if len(values) == 0 {
				continue
			}
			sorted := slices.Sorted(slices.Values(values))
			rows = append(rows, Row{
				Case: r.Case.ID, Figure: figure, Rival: rival.Name, N: r.Samples[rival.Name][0].N,
				Median: median(values), Least: sorted[0], Most: sorted[len(sorted)-1],
				Goawait: r.Ratio(figure, rival.Name, r.Case.Rivals[0].Name),
				Hand:    r.Ratio(figure, rival.Name, r.handName()),
				Allocs:  r.known(rival.Name, measure.Allocs), Bytes: r.known(rival.Name, measure.Bytes),
				Instructions: r.known(rival.Name, measure.Instructions),
			})
		}
	}
	return rows
}

// handName is the name of the hand-written rival, if there is one.
func (r Result) handName() string {
	for _, rival := range r.Case.Rivals {
		if strings.HasPrefix(rival.Name, Hand) {
			return rival.Name
		}
	}
	return ""
}

// Ratio compares a figure of two rivals.
func (r Result) Ratio(figure, rival, to string) Ratio {
	a, b := r.values(rival, figure), r.values(to, figure)
	if len(a) == 0 || len(a) != len(b) {
		return 0
	}
	ratios := make([]float64, 0, len(a))
	for i := range a {
		if b[i] > 0 {
			ratios = append(ratios, a[i]/b[i])
		}
	}
	if len(ratios) == 0 {
		return 0
	}
	return Ratio(median(ratios))
}

// values gives a figure of each round.
func (r Result) values(rival, figure string) (v []float64) {
	for _, s := range r.Samples[rival] {
		if f, ok := s.Figures[figure]; ok {
			v = append(v, f)
		}
	}
	return v
}

func (r Result) known(rival, figure string) float64 {
	if v := r.values(rival, figure); len(v) > 0 {
		return median(v)
	}
	return -1
}

// median gives the middle one of values, or the mean of both.
func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}
