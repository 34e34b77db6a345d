package asynchttp

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	async "github.com/goawait/goawait/runtime"
)

// A group is a number of equal calls.
type group struct {
	async.Call
	Count int
}

// keyOf is the same for equal calls.
func keyOf(c async.Call) string {
	return strings.Join(append([]string{c.Function, c.Position, c.Waits, c.Executor}, c.Chain...), "\n")
}

// groupsOf puts equal calls together: the largest group first, and those of one size in the order of their first calls.
func groupsOf(calls []async.Call) (groups []group) {
	at := map[string]int{}
	for _, c := range calls {
		key := keyOf(c)
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, group{Call: c})
		}
		groups[i].Count++
	}
	slices.SortStableFunc(groups, func(a, b group) int { return b.Count - a.Count })
	return groups
}

func writeText(b *bytes.Buffer, rep *report) error {
	for _, s := range rep.Executors {
		fmt.Fprintf(b, "%s: %d turns, %d tasks, %d resumes, %d posts, %d timers fired, %d ready (at most %d), %d timers pending, %d outside\n",
			s.Executor, s.Turns, s.Tasks, s.Resumes, s.Posts, s.Timers, s.Queue, s.MaxQueue, s.Sleeping, s.Outside)
	}
	fmt.Fprintf(b, "\n%d suspended calls\n", rep.Total)
	for _, g := range rep.groups {
		fmt.Fprintf(b, "\n%d × %s", g.Count, g.Function)
		if g.Position != "" {
			fmt.Fprintf(b, " (%s)", g.Position)
		}
		if g.Executor != "" {
			fmt.Fprintf(b, " on %s", g.Executor)
		}
		fmt.Fprintf(b, "\n\twaits for %s\n", g.Waits)
		for _, by := range g.Chain {
			fmt.Fprintf(b, "\tawaited by %s\n", by)
		}
	}
	if rep.more > 0 {
		fmt.Fprintf(b, "\nand %d more groups\n", rep.more)
	}
	return nil
}
