package bench

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/goawait/goawait/bench/measure"
)

// All rivals of a case come to the checksum that it asks for, whatever they take.
func TestRivalsAgree(t *testing.T) {
	tools, err := FindTools(t.TempDir())
	require.NoError(t, err)
	for _, missing := range tools.Missing {
		t.Logf("left out: %s", missing)
	}
	for _, c := range Cases {
		for _, r := range c.Rivals {
			t.Run(c.ID+"/"+r.Name, func(t *testing.T) {
				t.Parallel()
				for _, n := range []int{1, 2, 3000} {
					n = c.size(r, n)
					var sum uint64
					if r.Tool == "" {
						s := r.Run(n)
						require.Equal(t, n, s.N)
						sum = s.Sum
					} else if cmd := tools.command("", c.ID, r, n); cmd == nil {
						t.Skipf("%s is not installed: this rival was left out", r.Tool)
					} else {
						s, err := output(cmd)
						require.NoError(t, err)
						require.Equal(t, n, s.N)
						sum = s.Sum
					}
					require.Equal(t, c.Want(n), sum, "n = %d", n)
				}
			})
		}
	}
}

// Every rival says all that its case compares, or nothing of it where its language cannot.
func TestFigures(t *testing.T) {
	for _, c := range Cases {
		require.Equal(t, Goawait, c.Rivals[0].Name, c.ID)
		for _, r := range c.Rivals {
			if r.Tool != "" || c.ID == "S5" {
				continue
			}
			for _, f := range c.Figures {
				require.Contains(t, r.Run(c.size(r, 1)).Figures, f, "%s, %s", c.ID, r.Name)
			}
		}
	}
}

func TestSelect(t *testing.T) {
	ids := func(list string) (ids []string) {
		found, err := Select(list)
		require.NoError(t, err)
		for _, c := range found {
			ids = append(ids, c.ID)
		}
		return ids
	}
	require.Len(t, ids(""), len(Cases)+len(Command))
	require.Equal(t, []string{"S1.yield", "S1.promise", "S1.channel", "S1.select", "S1.queue"}, ids("S1"))
	require.Equal(t, []string{"S8", "S2.across"}, ids("S8,S2.across"))
	_, err := Select("S1,S99")
	require.EqualError(t, err, `no scenario "S99"`)
	_, err = Select("S")
	require.Error(t, err)
}

func TestChildKnowsItsRivals(t *testing.T) {
	require.EqualError(t, Child(io.Discard, "S1.yield/node", 1), `no rival "S1.yield/node"`)
	require.EqualError(t, Child(io.Discard, "S99/goawait", 1), `no rival "S99/goawait"`)
	require.NoError(t, Child(io.Discard, "S1.yield/goawait", 5))
}

func TestSizesAreMultiples(t *testing.T) {
	i := slices.IndexFunc(Cases, func(c Case) bool { return c.ID == "S7.batch" })
	c := Cases[i]
	require.Equal(t, 200, c.size(Rival{}, 299))
	require.Equal(t, 100, c.size(Rival{}, 5))
	require.Equal(t, 100, c.size(Rival{Share: 10}, 1999))
}

// TestMain lets the test be the program that runs a rival.
func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "-child" {
		n, err := strconv.Atoi(os.Args[4])
		if err == nil {
			err = Child(os.Stdout, os.Args[2], n)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// A small run of everything gives all figures, in the order of the cases.
func TestRun(t *testing.T) {
	tools, err := FindTools(t.TempDir())
	require.NoError(t, err)
	var log strings.Builder
	o := Options{Rounds: 2, Divisor: 100_000, Log: &log, Self: os.Args[0], Tools: tools}
	cases, err := Select("S1.yield,S5")
	require.NoError(t, err)
	results, err := o.Run(cases)
	require.NoError(t, err)
	require.Len(t, results, len(cases))
	for i, r := range results {
		require.Equal(t, cases[i].ID, r.Case.ID)
		for _, rival := range r.Case.Rivals {
			if rival.Tool != "" && tools.commands[rival.Tool] == nil {
				require.Empty(t, r.Samples[rival.Name])
				continue
			}
			require.Len(t, r.Samples[rival.Name], 2)
			for _, f := range r.Case.Figures {
				require.Len(t, r.values(rival.Name, f), 2, "%s, %s, %s", r.Case.ID, rival.Name, f)
			}
		}
	}
	require.Contains(t, log.String(), "S1.yield round 2 of 2, n = 20: hand-written iter.Pull")
}

// Both cases of the command come from the same rounds.
func TestRunCommand(t *testing.T) {
	var log strings.Builder
	o := Options{Rounds: 1, Divisor: 100, Log: &log}
	results, err := o.Run(Command)
	require.NoError(t, err)
	require.Len(t, results, 2)
	for i, r := range results {
		require.Equal(t, Command[i].ID, r.Case.ID)
		require.Len(t, r.Rows(), len(r.Case.Figures)*len(r.Case.Rivals))
	}
	require.Equal(t, 1, strings.Count(log.String(), "round 1 of 1"))
	for _, f := range []string{measure.Lines, measure.Binary} {
		require.Greater(t, results[1].known(Output, f), results[1].known(Source, f))
	}
}

// A rival with a wrong result is no rival.
func TestRunStopsAtWrongResults(t *testing.T) {
	o := Options{Rounds: 1, Divisor: 1, Log: io.Discard, Self: os.Args[0], Tools: new(Tools)}
	c := Cases[0]
	c.N = 10
	c.Want = func(int) uint64 { return 7 }
	_, err := o.Run([]Case{c})
	require.EqualError(t, err, "S1.yield, goawait: the result of 10 operations is 45 and should be 7")
}

func TestRunLeavesOutWhatIsMissing(t *testing.T) {
	o := Options{Rounds: 1, Divisor: 1, Log: io.Discard, Self: os.Args[0], Tools: new(Tools)}
	c := Cases[0]
	c.N = 10
	results, err := o.Run([]Case{c})
	require.NoError(t, err)
	require.NotContains(t, results[0].Samples, "node")
	require.Contains(t, results[0].Samples, "iter.Pull")
}
