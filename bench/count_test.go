package bench

import (
	"io"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/goawait/goawait/bench/measure"
)

// Instructions are counted for rivals in Go, and come out the same each time.
func TestCount(t *testing.T) {
	tools, err := FindTools(t.TempDir())
	require.NoError(t, err)
	if tools.Valgrind == "" {
		t.Skip("valgrind is not installed")
	}
	c := Cases[slices.IndexFunc(Cases, func(c Case) bool { return c.ID == "S1.yield" })]
	o := Options{Log: io.Discard, Self: os.Args[0], Tools: tools}
	var last [2]float64
	for i := range 2 {
		r := Result{Case: c, Samples: map[string][]measure.Sample{}}
		for _, rival := range c.Rivals {
			r.Samples[rival.Name] = []measure.Sample{{N: 1, Figures: map[string]float64{}}}
		}
		require.False(t, r.counted())
		require.NoError(t, o.count(r))
		require.True(t, r.counted())
		require.Negative(t, r.known("Rust", measure.Instructions))
		got := [2]float64{r.known(Goawait, measure.Instructions), r.known(Hand, measure.Instructions)}
		require.Greater(t, got[0], got[1])
		require.Greater(t, got[1], 20.0)
		if i > 0 {
			require.InEpsilonSlice(t, last[:], got[:], 0.1)
		}
		last = got
	}
}
