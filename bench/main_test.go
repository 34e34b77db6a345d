package bench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAwaitIdle(t *testing.T) {
	for _, c := range []struct {
		name  string
		start float64 // load in the beginning; it falls by 0.1 a second
		known bool
		slept time.Duration
		load  float64
	}{
		{"idle", 0.5, true, 0, 0.5},
		{"soon idle", 1.75, true, 10 * time.Second, 0.75},
		{"busy", 100, true, 2 * time.Minute, 88},
		{"unknown", 100, false, 0, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			var slept time.Duration
			v, known := awaitIdle(
				func() (float64, bool) { return c.start - 0.1*slept.Seconds(), c.known },
				func(d time.Duration) { slept += d },
			)
			require.Equal(t, c.known, known)
			require.Equal(t, c.slept, slept)
			require.InDelta(t, c.load, v, 1e-9)
		})
	}
}

func TestMainRefusesUnknownScenarios(t *testing.T) {
	require.EqualError(t, Main(Settings{Scenarios: "S0", Rounds: 1}), `no scenario "S0"`)
}
