package bench

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/goawait/goawait/bench/measure"
)

func TestScale(t *testing.T) {
	s := around([]float64{0.3, 70}, 0, 300)
	require.Equal(t, scale{0.1, 100, 0, 300}, s)
	require.InDelta(t, 0, s.at(0.1), 1e-9)
	require.InDelta(t, 100, s.at(1), 1e-9)
	require.InDelta(t, 300, s.at(100), 1e-9)
	require.InDelta(t, 300, s.at(5000), 1e-9)
	require.Len(t, s.decades(), 4)
	require.Equal(t, scale{10, 100, 0, 1}, around([]float64{10}, 0, 1))
	require.Equal(t, scale{1, 10, 0, 1}, around(nil, 0, 1))
}

func TestPlot(t *testing.T) {
	panels := []Panel{{Title: "an await", Curves: []Curve{
		{Goawait, []Point{{1000, 20}, {10_000, 21}, {100_000, 22}}},
		{"goroutine, <channel>", []Point{{1000, 400}, {10_000, 410}}},
		{Hand, nil},
	}}}
	memory := made("S4", measure.GC, map[string][]float64{Goawait: {1}, Hand: {1}}, Goawait, Hand)
	var b strings.Builder
	require.NoError(t, Plot(&b, []Result{sample(), memory}, panels))
	text := b.String()
	d := xml.NewDecoder(strings.NewReader(text))
	elements := map[string]int{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok {
			elements[e.Name.Local]++
		}
	}
	require.Equal(t, 4+4+5, elements["circle"]) // rivals in the legend and in the row, and points
	require.Equal(t, 3, elements["polyline"])
	require.Contains(t, text, "S1.yield time")
	require.Contains(t, text, "<title>iter.Pull: 5×</title>")
	require.Contains(t, text, "<title>goroutine, &lt;channel&gt;</title>")
	require.NotContains(t, text, "NaN")
	require.NotContains(t, text, "Inf")
	require.NotContains(t, text, "garbage")
}

func TestPlotOfNothing(t *testing.T) {
	var b strings.Builder
	require.NoError(t, Plot(&b, nil, nil))
	require.NotContains(t, b.String(), "NaN")
}

// Every rival that is drawn has a colour of its own kind.
func TestColours(t *testing.T) {
	all, err := Select("")
	require.NoError(t, err)
	for _, c := range all {
		for _, r := range c.Rivals[1:] {
			known := false
			for _, k := range kinds {
				known = known || strings.HasPrefix(r.Name, k.prefix)
			}
			require.True(t, known, r.Name)
		}
	}
}

func TestPanels(t *testing.T) {
	o := Options{Rounds: 1, Divisor: 1000, Log: io.Discard, Self: os.Args[0], Tools: new(Tools)}
	panels, err := o.Panels()
	require.NoError(t, err)
	require.Len(t, panels, 3)
	for i, p := range panels {
		require.Len(t, p.Curves, 3)
		for _, c := range p.Curves {
			if i < 2 { // the CPU time of a process that does little can be none
				require.Len(t, c.Points, 2, "%s, %s", p.Title, c.Rival)
			}
		}
	}
}

func TestCommandPanels(t *testing.T) {
	o := Options{Rounds: 1, Log: io.Discard}
	panels, err := o.CommandPanels(10)
	require.NoError(t, err)
	sizes := [][]int{{1, 10}, {4, 40}}
	require.Len(t, panels, len(sizes))
	for i, p := range panels {
		for _, c := range p.Curves {
			var got []int
			for _, pt := range c.Points {
				got = append(got, pt.N)
				require.Positive(t, pt.Cost)
			}
			require.Equal(t, sizes[i], got, "%s, %s", p.Title, c.Rival)
		}
	}
}
