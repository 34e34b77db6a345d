package rewrite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is declared in a function is in one piece, however large it is.
func TestLocalFramesAreWhole(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), `package m

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func Shared(ctx context.Context) (int, error) {
	type pair struct{ a, b int }
	p := async.Start(ctx, func(ctx context.Context) (pair, error) {
		a, err := async.Await(async.Resolve(1))
		if err != nil {
			return pair{}, err
		}
		b, err := async.Await(async.Resolve(a))
		return pair{a, b}, err
	})
	got, err := async.Await(p)
	return got.a + got.b, err
}
`)
	for _, size := range []int{1, -1} {
		res, err := Run(t.Context(), Options{Dir: dir, PartSize: size})
		require.NoError(t, err)
		require.Empty(t, res.Diagnostics)
		require.Equal(t, loweredFlat, res.Packages[0].Files[0].Funcs[0].Lowering)
	}
}
