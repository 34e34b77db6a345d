package rewrite

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const waits = `package m

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

func p(n int) *async.Promise[int] { return async.Resolve(n) }

type own bool

//goawait:async
func Waits(ctx context.Context, ch chan int, to chan any, ch2 chan string, g *async.Group) (n int, err error) {
	n = async.Must(async.Await(p(
		async.Must(async.Await(p(1)))))) +
		async.Must(
			async.Await(p(2)))
	for v := range ch {
		n += v
	}
	v, ok := <-ch
	var mine own
	v, mine = <-ch
	to <- v
	to <- len(
		<-ch2)
	select {
	case v = <-ch:
		n += <-ch
	case to <- v:
	}
	select {
	case v = <-ch:
	default:
	}
	q := async.Start(ctx, func(ctx context.Context) (int, error) {
		async.Await(p(3))
		return 0, nil
	})
	g.Go(func(ctx context.Context) error {
		<-ch
		_, err := async.Await(q)
		return err
	})
	if ok && bool(mine) {
		return async.Await(q)
	}
	async.Await(async.Yield(ctx))
	return n, nil
}
`

// Reports name the same places in the source, whatever the lowering.
func TestPlacesInBothLowerings(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), waits)
	bodies := func(o Options) (all [][]string) {
		o.Dir = dir
		res, err := Run(t.Context(), o)
		require.NoError(t, err)
		require.Empty(t, res.Diagnostics)
		require.Empty(t, res.Packages[0].Files[0].Funcs[0].Reason)
		out := regexp.MustCompile(`"\+\n\s*"`).ReplaceAllString(string(res.Packages[0].Files[0].Content), "")
		for _, line := range strings.Split(out, "\n") {
			if places := regexp.MustCompile(`\ba\.go:\d+`).FindAllString(line, -1); strings.Contains(line, "m.Waits") {
				slices.Sort(places[1:]) // the first is the beginning
				all = append(all, places)
			}
		}
		slices.SortFunc(all, func(a, b []string) int { return slices.Compare(a, b) })
		return all
	}
	flat, stackful := bodies(Options{}), bodies(Options{Stackful: true})
	require.Len(t, flat, 3)
	require.Equal(t, flat, stackful)
}
