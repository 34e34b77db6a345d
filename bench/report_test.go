package bench

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/goawait/goawait/bench/measure"
)

// made is a result with known samples.
func made(id string, figure string, values map[string][]float64, rivals ...string) Result {
	r := Result{Case: Case{ID: id, Title: "title of " + id, Figures: []string{figure}}, Samples: map[string][]measure.Sample{}}
	for _, name := range rivals {
		r.Case.Rivals = append(r.Case.Rivals, Rival{Name: name})
		for _, v := range values[name] {
			r.add(name, 1000, map[string]float64{figure: v})
		}
	}
	return r
}

func sample() Result {
	r := made("S1.yield", measure.NS, map[string][]float64{
		Goawait: {10, 40, 20}, Hand: {10, 20, 10}, "iter.Pull": {80, 160, 100}, "Rust": {5, 40, 10},
	}, Goawait, Hand, "iter.Pull", "Rust", "node")
	for i := range r.Samples[Goawait] {
		r.Samples[Goawait][i].Figures[measure.Allocs] = 0.000001
		r.Samples[Goawait][i].Figures[measure.Bytes] = 1234.5
		r.Samples[Goawait][i].Figures[measure.Instructions] = 143.4
	}
	return r
}

// Ratios are those within the rounds, not of medians.
func TestRows(t *testing.T) {
	rows := sample().Rows()
	require.Len(t, rows, 4) // node did not run
	require.Equal(t, Row{
		Case: "S1.yield", Figure: measure.NS, Rival: Goawait, N: 1000, Median: 20, Least: 10, Most: 40,
		Goawait: 1, Hand: 2, Allocs: 0.000001, Bytes: 1234.5, Instructions: 143.4,
	}, rows[0])
	require.Equal(t, Row{
		Case: "S1.yield", Figure: measure.NS, Rival: "iter.Pull", N: 1000, Median: 100, Least: 80, Most: 160,
		Goawait: 5, Hand: 8, Allocs: -1, Bytes: -1, Instructions: -1,
	}, rows[2])
	require.Equal(t, Ratio(0.5), rows[3].Goawait)
}

func TestTable(t *testing.T) {
	var b strings.Builder
	require.NoError(t, Table(&b, []Result{sample()}))
	require.Equal(t, strings.TrimPrefix(`
scenario       rival             n  median  least  most  × goawait  × hand  allocs  bytes  instructions
S1.yield time  goawait       1,000   20 ns     10    40          1       2       0  1,234           143
               hand-written  1,000   10 ns     10    20        0.5       1       ?      ?             ?
               iter.Pull     1,000  100 ns     80   160          5       8       ?      ?             ?
               Rust          1,000   10 ns      5    40        0.5       1       ?      ?             ?
`, "\n"), b.String())
}

func TestReport(t *testing.T) {
	var b strings.Builder
	s := Setting{Date: "2026-01-02", Machine: "a machine", Rounds: 3, Load: "0.10", Tools: &Tools{Versions: []string{"go1", "node v1"}, Missing: []string{"Rust (why)"}}}
	require.NoError(t, Report(&b, s, []Result{sample()}, []Panel{{Title: "ns for x", Curves: []Curve{{Goawait, []Point{{1000, 2}, {10_000, 3}}}, {Hand, []Point{{1000, 1}}}}}}, "plot.svg"))
	text := b.String()
	for _, want := range []string{
		"- Date: 2026-01-02\n- Machine: a machine\n- Load before the run: 0.10\n- Versions: go1, node v1\n- Left out, as it is not installed: Rust (why)\n- Rounds: 3.",
		"](plot.svg)\n",
		"| S1.yield | time at most 1.15 × hand-written | 2 | **not met** |\n",
		"| S1.yield | time at most 0.25 × iter.Pull | 0.2 | met |\n",
		"| S1.yield | time at most 0.25 × node |  | not measured |\n",
		"| S1.yield | allocations at most 0 | 0 | met |\n",
		"| S8 | time at most 1 × goroutine, Gosched |  | not measured |\n",
		"- S1.yield, time: hand-written takes 0.5 of what goawait takes.\n- S1.yield, time: Rust takes 0.5 of what goawait takes.\n\n",
		"## S1.yield: title of S1.yield\n\n| | n | time | spread | × goawait | × hand-written | allocations | bytes | instructions |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n" +
			"| goawait | 1,000 | 20 ns | 10 – 40 | 1 | 2 | 0 | 1,234 | 143 |\n",
		"## Scale: ns for x\n\n| | goawait | hand-written |\n|---:|---:|---:|\n| 1,000 | 2 | 1 |\n| 10,000 | 3 |  |\n",
	} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "short run")
}

func TestReportSaysThatNobodyIsAhead(t *testing.T) {
	var b strings.Builder
	r := made("S6", measure.NS, map[string][]float64{Goawait: {1}, Hand: {1}}, Goawait, Hand)
	require.NoError(t, Report(&b, Setting{Tools: new(Tools)}, []Result{r}, nil, ""))
	require.Contains(t, b.String(), "Nowhere in this run.")
	require.NotContains(t, b.String(), "![")
}

// Every target names a case, a figure and rivals that exist.
func TestTargetsAreOfCases(t *testing.T) {
	all, err := Select("")
	require.NoError(t, err)
	find := func(id string) Case {
		for _, c := range all {
			if c.ID == id {
				return c
			}
		}
		t.Fatalf("no case %q", id)
		return Case{}
	}
	for _, target := range Targets {
		c := find(target.Case)
		if target.ThanCase != "" {
			find(target.ThanCase)
		}
		for _, name := range []string{target.Than, target.Rival} {
			found := name == ""
			for _, r := range c.Rivals {
				found = found || r.Name == name
			}
			require.True(t, found, "%s has no rival %q", c.ID, name)
		}
		if target.Figure != measure.Allocs {
			require.Contains(t, c.Figures, target.Figure, c.ID)
		}
		require.Contains(t, units, target.Figure)
	}
	for _, c := range all {
		for _, f := range c.Figures {
			require.Contains(t, units, f)
		}
	}
}

func TestTargetBetweenCases(t *testing.T) {
	target := Target{Case: "a", ThanCase: "b", Figure: measure.NS, Max: 1.1}
	results := []Result{
		made("a", measure.NS, map[string][]float64{Goawait: {11, 12, 13}}, Goawait),
		made("b", measure.NS, map[string][]float64{Goawait: {10}}, Goawait),
	}
	v, ok := target.Measured(results)
	require.True(t, ok)
	require.InDelta(t, 1.2, v, 1e-9)
	require.False(t, target.Met(v))
	_, ok = target.Measured(results[:1])
	require.False(t, ok)
}

func TestShort(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.01234: "0.0123", 1: "1", 1.15: "1.15", 12.345: "12.3", 999.4: "999", 999.6: "1,000", 1234567: "1,234,567", -2: "-2", 0.9999: "1",
	} {
		require.Equal(t, want, short(v))
	}
}

func TestMedian(t *testing.T) {
	require.Equal(t, 2.0, median([]float64{3, 1, 2}))
	require.Equal(t, 2.5, median([]float64{4, 1, 2, 3}))
}
