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

// jumping has comments at jumps, and jumps that lead to where control gets without them.
const jumping = `package m

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func jumps(ctx context.Context, ch chan int, n int) int {
	for i := range n {
		switch {
		case i == 3:
			async.Await(async.Yield(ctx))
			break // c1.
		case i == 4: // c2.
			// c3.
		case i == 5:
			continue
		default:
			async.Await(async.Yield(ctx))
		}
	}
	for {
		select {
		case v := <-ch:
			return v
		default:
			async.Await(async.Yield(ctx))
		}
		// c4.
		continue
	}
}
`

const jumped = `loop:
	if i >= n2 {
		goto done
	}
	switch {
	case i == 3:
		goto case2
	case i == 4: // c2.
		// c3.
	case i == 5:
		goto next
	default:
		goto case3
	}
	goto next
case2:
	yieldStep = async.YieldStep(ctx)
	if awaits++; yieldStep.PendingAfter(awaits) {
		f = async.Made(f, ctx)
		f.ctx, f.ch, f.i, f.n = ctx, ch, i, n2
		return f.call.Pause(1, yieldStep.CoreAfter())
	}
	yieldStep.Get()
resume1: // a.go:14
	goto next // c1.
case3:
	yieldStep = async.YieldStep(ctx)
	if awaits++; yieldStep.PendingAfter(awaits) {
		f = async.Made(f, ctx)
		f.ctx, f.ch, f.i, f.n = ctx, ch, i, n2
		return f.call.Pause(2, yieldStep.CoreAfter())
	}
	yieldStep.Get()
resume2: // a.go:21
next:
	i++
	goto loop
done:
loop2:
	select {
	case v := <-ch:
		return async.Done(v, nil)
	default:
	}
	yieldStep = async.YieldStep(ctx)
	if awaits++; yieldStep.PendingAfter(awaits) {
		f = async.Made(f, ctx)
		f.ctx, f.ch = ctx, ch
		return f.call.Pause(3, yieldStep.CoreAfter())
	}
	yieldStep.Get()
resume3: // a.go:29
	// c4.
	goto loop2`

// A jump stands there if it leads somewhere else than where control gets without it, or if the source says something about it; it leads to
// where control ends up.
func TestFlatJumps(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), jumping)
	res, err := Run(t.Context(), Options{Dir: dir, Formatted: true})
	require.NoError(t, err)
	require.Empty(t, res.Diagnostics)
	text := string(res.Packages[0].Files[0].Content)
	_, text, _ = strings.Cut(text, "\nloop:\n")
	text, _, _ = strings.Cut(text, "\n}\n")
	assert.Equal(t, jumped, "loop:\n"+text)
}

// places has comments at statements that are emitted in several pieces, or elsewhere.
const places = `package m

import (
	"context"
	"errors"
	"time"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func A(ctx context.Context, n int) error {
	switch n {
	case 0:
		return nil // nothing to do
	case 1:
		_, err := async.Await(async.Yield(ctx))
		return err
	}
	return nil
}

//goawait:async
func B(ctx context.Context, n int) {
	for {
		if n > 3 {
			async.Await(async.Yield(ctx))
			break // D2
		}
		n++
	}
}

//goawait:async
func C(ctx context.Context, n int, idle *time.Timer, ch chan int) (err error) {
	defer close(ch) // c
	for {
		select {
		case <-idle.C:
			return nil // nobody came
		case v := <-ch:
			if v > 3 {
				return errors.New("y") // c8
			} // c9
			async.Await(async.Yield(ctx))
		}
	}
}

//goawait:async
func D(ctx context.Context, s string) (string, error) {
	_, err := async.Await(async.Yield(ctx))

	// about err
	if err != nil {
		return s + "x", err // last
	}

	_, err = async.Await(async.Yield(ctx))
	return s, err // G6
}

//goawait:async
func E(ctx context.Context, ch chan int, n int) error {
	switch n {
	case 1:
		ch <- 1 // c2
	case 2:
		switch n {
		case 1:
			return nil // cancelled from above
		default: // c3
			return nil // c4
		}
	default: // c5
		async.Await(async.Yield(ctx)) // c55
		return nil // c6
		// c7
	}
	return nil
}
`

// Comments stay at their statements, and blank lines where they are.
func TestFlatCommentPlaces(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), places)
	res, err := Run(t.Context(), Options{Dir: dir, Formatted: true})
	require.NoError(t, err)
	require.Empty(t, res.Diagnostics)
	text := string(res.Packages[0].Files[0].Content)
	for _, want := range []string{
		"\tcase 0:\n\t\treturn async.Done(async.Void{}, nil) // nothing to do\n",
		"\n\tgoto done // D2\n",
		"\n\t// c\n\t",
		"\n\t\tf.err = nil\n\t\tgoto unwind // nobody came\n",
		"\n\t\tgoto unwind // c8\n\t} // c9\n",
		"\n\t_, err = yieldStep.Get()\n\nresume1: // a.go:52\n\t// about err\n\tif err != nil {\n\t\treturn async.Done(s+\"x\", err) // last\n\t}\n\n\tyieldStep =",
		"\tcase 2:\n\t\t\t_, err = yieldStep.From(f.call.Awaited()).Get()\n\t\t\tgoto resume2\n",
		"\n\treturn async.Done(s, err) // G6\n",
		"\n\t\t\treturn async.Done(async.Void{}, nil) // cancelled from above\n\t\tdefault: // c3\n\t\t\treturn async.Done(async.Void{}, nil) // c4\n",
		"\n\t// c2\n\tsent = ",
		"\n\t// c5\n\tyieldStep = ",
		"\n\treturn async.Done(async.Void{}, nil) // c6\n\t// c7\ndone:\n",
	} {
		assert.Contains(t, text, want)
	}
}

// blocks has comments and blank lines at statements that become blocks, and at clauses.
const blocks = `package m

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func A(ctx context.Context, n int) int {
	n++

	// In the background.
	go func() { println(n) }()

	// Kept.
	add := func() int { n++; return n }

	// First.
	async.Await(async.Yield(ctx))

	switch { // what now
	case n > 3: // many
		n = 3

	// With a blank line before.
	case n > 2: // just right
	default: // few
		async.Await(async.Yield(ctx))
	}
	select { // c
	case <-ctx.Done(): // done
		return 0
	case v := <-make(chan int): // come
		async.Await(async.Yield(ctx))
		n += v
	}
	return add()
}
`

// A statement that becomes a block has its comments before that, once, and no blank lines in it. Comments at clauses stay there, but for those
// at clauses whose body is elsewhere.
func TestFlatBlocks(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), blocks)
	res, err := Run(t.Context(), Options{Dir: dir, Formatted: true})
	require.NoError(t, err)
	require.Empty(t, res.Diagnostics)
	text := string(res.Packages[0].Files[0].Content)
	for _, want := range []string{
		"\n\n\t// In the background.\n\t{\n\t\tn := n2\n\t\tgo func() { println(*n) }()\n\t}\n\n\t// Kept.\n\t{\n",
		"\n\t{\n\t\tn := n2\n\t\tadd = func() int { *n++; return *n }\n\t}\n\n\t// First.\n\tyieldStep = ",
		"\tswitch { // what now\n\tcase *n2 > 3: // many\n\t\t*n2 = 3\n\n\t// With a blank line before.\n\tcase *n2 > 2: // just right\n\tdefault:\n",
		"\n\t// few\n\tyieldStep = ",
		"\tswitch async.Chosen(chosen) { // c\n\tcase 0: // done\n",
		"\n\t// come\n\tyieldStep = ",
	} {
		assert.Contains(t, text, want)
	}
}

// inside has comments in statements that are taken apart.
const inside = `package m

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func A(ctx context.Context, n int) []any {
	// about m
	m := async.Must(async.Await(async.Yield(ctx /* c1 */))) // c2
	// about v
	var v = []any{
		m, // c3
		// c4
		async.Must(async.Await(async.Yield(ctx))),
	}
	// about n
	n++
	// last
	return append(v, nil /* c5 */)
}
`

// Comments in a statement that is taken apart stand before it, and not at the next one.
func TestFlatCommentsInside(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), inside)
	res, err := Run(t.Context(), Options{Dir: dir, Formatted: true})
	require.NoError(t, err)
	require.Empty(t, res.Diagnostics)
	text := string(res.Packages[0].Files[0].Content)
	for _, want := range []string{
		"\n\t// about m\n\t/* c1 */\n\tyieldStep = ",
		"\n\t// about v\n\t// c3\n\t// c4\n\tyieldStep = ",
		"\n\t// about n\n\tn++\n\t// last\n\t/* c5 */\n\treturn ",
	} {
		assert.Contains(t, text, want)
	}
}

// A deferred function of a type like func() is deferred as it is.
func TestFlatDeferredCancel(t *testing.T) {
	dir := t.TempDir()
	writeTestModule(t, dir)
	writeTestFile(t, filepath.Join(dir, "a.go"), `package m

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func open(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_, err := async.Await(async.Yield(ctx))
	return err
}
`)
	res, err := Run(t.Context(), Options{Dir: dir, Formatted: true})
	require.NoError(t, err)
	require.Empty(t, res.Diagnostics)
	assert.Contains(t, string(res.Packages[0].Files[0].Content), "\tf.defers.DeferFunc(cancel)\n")
}
