package rewrite

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	_ "github.com/goawait/goawait/runtime" // what is tested reads its source
)

// commented has a comment at every place that a statement has for one.
const commented = `package m

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

func p(n int) *async.Promise[int] { return async.Resolve(n) }

// Comments has comments.
//
//goawait:async
func Comments(ctx context.Context, n int) (total int, err error) { // c0.
	// c1.
	if n > 0 { // c2.
		// c3.
		v := async.Must(async.Await(p(n))) // c4.

		// c5.
		total += v /* c6. */ + 1
		// c7.
	} else if n < -5 { // c8.
		// c9.
		async.Await(p(3)) // c10.
	} else {
		// c11.
		return 0, nil // c12.
	}
	// c13.
	for i := 0; i < 3; i++ { // c14.
		// c15.
		total += async.Must(async.Await(p(i))) // c16.
		// c17.
	}
	// c18.
	switch n { // c19.
	// c20.
	case 1: // c21.
		// c22.
		async.Await(p(1)) // c23.
		// c24.
	case 2:
		// c25.
		total++ // c26.
	default:
		// c27.
	}
	// c28.
	for _, v := range []int{1, 2} { // c29.
		// c30.
		_, err = async.Await(p(v)) // c31.
	}
	// c32.
	var x, y = async.Must(async.Await(p(1))), 2 // c33.
	// c34.
	{ // c35.
		// c36.
		z := async.Must(async.Await(p(x))) // c37.
		_ = z + y
	}
	// c38.
	defer func() { // c39.
		// c40.
		total++ // c41.
	}() // c42.
	select { // c43.
	// c44.
	case <-ctx.Done(): // c45.
		// c46.
		async.Await(p(1))
	default: // c47.
		// c48.
	}
	// c49.
	defer func() { // c50.
		// c51.
		async.Await(p(2)) // c52.
		// c53.
	}()
	// c54.
	return total, err // c55.
	// c56.
}
`

// Every comment of the source stands in the twin, once.
func TestFlatComments(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), commented)
	res, err := Run(t.Context(), Options{Dir: dir, Formatted: true})
	require.NoError(t, err)
	require.Empty(t, res.Diagnostics)
	file := res.Packages[0].Files[0]
	require.Equal(t, loweredFlat, file.Funcs[0].Lowering, file.Funcs[0].Reason)
	for i := range 57 {
		assert.Equal(t, 1, strings.Count(string(file.Content), fmt.Sprintf(" c%d.", i)), "comment %d", i)
	}
}
