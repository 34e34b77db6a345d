package guards

import (
	"context"
	"io"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"
	"weak"

	"github.com/stretchr/testify/require"

	async "github.com/goawait/goawait/runtime"
)

// A work is what is counted of n operations.
type work struct {
	name         string
	allocations  float64 // at most, for an operation
	instructions float64 // as many, for an operation: see TestInstructions
	fn           func(ctx context.Context, n int) *async.Promise[int]
}

var works = func() []work {
	onChannel, asleep, waits := 0.0, 0.0, 0.0
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		onChannel, asleep, waits = 20, 1, 8 // a goroutine waits; there are no naps, and no waits are used again
	}
	return []work{
		{"a call that ends at once", 0.01, 67, func(ctx context.Context, n int) *async.Promise[int] { return addsAsync(ctx, n) }},
		{"the same by its promise", 1, 464, func(ctx context.Context, n int) *async.Promise[int] { return promisedAsync(ctx, addAsync, n) }},
		{"a sleep", asleep, 1780, func(ctx context.Context, n int) *async.Promise[int] { return napsAsync(ctx, n) }},
		{"a sleep with a context that can be cancelled", asleep, 2020, func(ctx context.Context, n int) *async.Promise[int] {
			ctx, cancel := context.WithCancel(ctx)
			return async.Finally(napsAsync(ctx, n), cancel)
		}},
		{"a value that is in a queue", 0.02, 285, func(ctx context.Context, n int) *async.Promise[int] { return takesAsync(ctx, n) }}, // which grows
		{"waits of two calls for a lock, a semaphore, a queue and an event", waits, 6000, func(ctx context.Context, n int) *async.Promise[int] { return contendsAsync(ctx, n) }},
		{"a turn given up", 0, 143, func(ctx context.Context, n int) *async.Promise[int] { return yieldsAsync(ctx, n) }},
		{"a tree of ten calls that ends at once", 0.01, 482, func(ctx context.Context, n int) *async.Promise[int] { return nestsAsync(ctx, n, 10, 0, 0) }},
		{"a tree of ten calls that waits, warm", 0, 5230, func(ctx context.Context, n int) *async.Promise[int] { return nestsAsync(ctx, n, 10, 2, 0) }},
		{"a call of a group", 1.1, 1120, func(ctx context.Context, n int) *async.Promise[int] { return spawnsAsync(ctx, n) }},
		{"a promise that another call settles", 1, 1560, func(ctx context.Context, n int) *async.Promise[int] { return asksAsync(ctx, n) }},
		{"a value that goes through a channel to another call", onChannel, 1780, func(ctx context.Context, n int) *async.Promise[int] { return channelAsync(ctx, 0, n) }},
		{"the same with room for one", onChannel, 1710, func(ctx context.Context, n int) *async.Promise[int] { return channelAsync(ctx, 1, n) }},
		{"the same with a select", onChannel, 2740, func(ctx context.Context, n int) *async.Promise[int] { return choosesAsync(ctx, 0, n) }},
		{"a select where something is there", 0.01, 905, func(ctx context.Context, n int) *async.Promise[int] { return choosesAsync(ctx, 20000, n) }},
		{"a channel with room for all", 0, 612, func(ctx context.Context, n int) *async.Promise[int] { return channelAsync(ctx, 20000, n) }},
	}
}()

// allocations counts those of fn for n operations, without those for none, per operation.
func allocations(t *testing.T, n int, fn func(ctx context.Context, n int) *async.Promise[int]) float64 {
	t.Helper()
	count := func(n int) float64 {
		return testing.AllocsPerRun(5, func() {
			if _, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] { return fn(ctx, n) }); err != nil {
				t.Fatal(err)
			}
		})
	}
	return (count(n) - count(1)) / float64(n-1)
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, too")
	}
	for _, w := range works {
		got := allocations(t, 2000, w.fn)
		for range 5 {
			if got > w.allocations+0.02 { // what the system stops for long waits for channels on goroutines
				got = min(got, allocations(t, 2000, w.fn))
			}
		}
		if got > w.allocations+0.02 {
			t.Errorf("%s: %.2f allocations, not %v", w.name, got, w.allocations)
		}
	}
}

// The calls of a group are seen from everywhere while they wait, with who waits for the group, also while they begin and end.
func TestSnapshotsOfMembers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	run := func(n, times int, d time.Duration) chan error {
		ended := make(chan error, 1)
		go func() {
			_, err := async.Run(ctx, func(ctx context.Context) *async.Promise[int] { return membersAsync(ctx, n, times, d) })
			ended <- err
		}()
		return ended
	}
	ended := run(30, 300, 1)
	for len(ended) == 0 {
		async.Snapshot()
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	ended = run(3, 1, time.Hour)
	seen := 0
	for deadline := time.Now().Add(time.Minute); seen < 3 && time.Now().Before(deadline); runtime.Gosched() {
		seen = 0
		for _, c := range async.Snapshot() {
			if c.Waits == "Sleep" && c.Function == "guards.members" && len(c.Chain) == 3 && strings.HasPrefix(c.Chain[1], "guards.members (guards.go:") {
				seen++
			}
		}
	}
	if seen != 3 {
		t.Errorf("%d of 3 calls are listed: %v", seen, async.Snapshot())
	}
	cancel()
	if err := <-ended; err != context.Canceled {
		t.Errorf("ended with %v", err)
	}
}

// A call is not said to have failed because of another one that did not fail, and whose frame has been used again.
func TestBlamesNobody(t *testing.T) {
	var seen []async.Unhandled
	async.OnUnhandled(func(u async.Unhandled) { seen = append(seen, u) })
	defer async.OnUnhandled(nil)
	_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		blamesAsync(ctx)
		return nestAsync(ctx, 0, 10)
	})
	require.NoError(t, err)
	require.Len(t, seen, 1)
	require.Equal(t, errLeaf, seen[0].Err)
	require.Empty(t, seen[0].Chain)
}

// A group is over when all of its calls are, whoever knows them, and wherever they run.
func TestCrowds(t *testing.T) {
	failed := 0
	for seed := range uint64(400) {
		c := &crowd{rand: rand.New(rand.NewPCG(seed, 0))}
		_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[async.Void] { return crowdsAsync(ctx, c, 12) })
		require.NoError(t, err)
		require.EqualValues(t, c.made, c.ended.Load(), "seed %d", seed)
		if c.group != nil {
			require.ErrorIs(t, c.group, errCrowd)
			failed++
		}
	}
	require.Greater(t, failed, 100)
	require.Less(t, failed, 390)
}

func TestSizes(t *testing.T) {
	if got := unsafe.Sizeof(parkedFrame{}); got > 96 {
		t.Errorf("a call that waits with an int, a string and a pointer takes %d bytes", got)
	}
	if got := unsafe.Sizeof(addFrame{}); got > 96 {
		t.Errorf("a call that waits with a context and two ints takes %d bytes", got)
	}
}

// A call that ends at once has its promise alone, and no frame.
func TestBytesOfACallThatEndsAtOnce(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, too")
	}
	ctx := async.WithExecutor(context.Background(), async.NewLoop())
	const n = 1000
	least := uint64(1 << 20)
	for range 10 { // others allocate meanwhile, too
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range n {
			addAsync(ctx, 1, 2)
		}
		runtime.ReadMemStats(&after)
		least = min(least, (after.TotalAlloc-before.TotalAlloc)/n)
	}
	if least > 32 {
		t.Errorf("%d bytes", least)
	}
}

// TestUsedAgain has frames used again by calls that end in different ways, on a loop and on a pool.
func TestUsedAgain(t *testing.T) {
	const trees = 2000
	for _, depth := range []int{0, 1, 10} {
		got, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] { return nestsAsync(ctx, trees, depth, 2, 1) })
		if err != nil || got != trees/2 {
			t.Errorf("depth %d on a loop: %d, %v", depth, got, err)
		}
		ctx := async.WithExecutor(context.Background(), async.NewPool(4))
		var ps []*async.Promise[int]
		for range 4 {
			ps = append(ps, nestsAsync(ctx, trees, depth, 2, 1))
		}
		for _, p := range ps {
			if got, err := p.Wait(context.Background()); err != nil || got != trees/2 {
				t.Errorf("depth %d on a pool: %d, %v", depth, got, err)
			}
		}
	}
}

// gone waits until what p points to is collected.
func gone(p weak.Pointer[thing]) bool {
	for range 10 {
		if p.Value() == nil {
			return true
		}
		runtime.GC()
	}
	return false
}

func TestNothingIsKept(t *testing.T) {
	ctx := async.WithExecutor(context.Background(), async.NewPool(2))
	made := make(chan weak.Pointer[thing], 10)
	note := func(t *thing) { made <- weak.Make(t) }

	gate, open, _ := async.NewPromise[async.Void](ctx)
	p := dropsAsync(ctx, note, []*async.Promise[async.Void]{gate})
	if !gone(<-made) {
		t.Error("a call that waits keeps the result of a call that it awaited before")
	}
	open(async.Void{})
	if name, err := p.Wait(context.Background()); name != "made" || err != nil {
		t.Error(name, err)
	}

	first, openFirst, _ := async.NewPromise[async.Void](ctx)
	second, openSecond, _ := async.NewPromise[async.Void](ctx)
	q := dropsAgainAsync(ctx, note, []*async.Promise[async.Void]{first, second})
	openFirst(async.Void{})
	if !gone(<-made) {
		t.Error("a frame that is used again keeps the value of the call before")
	}
	openSecond(async.Void{})
	if n, err := q.Wait(context.Background()); n != 8 || err != nil {
		t.Error(n, err)
	}
}

// A loop of calls that end at once leaves room for others.
func TestStarvesNobody(t *testing.T) {
	for name, start := range map[string]func(ctx context.Context, stop, ended *bool) *async.Promise[int]{
		"steps":     func(ctx context.Context, stop, _ *bool) *async.Promise[int] { return spinsAsync(ctx, stop) },
		"deferring": spinsDeferringAsync,
	} {
		stop, ended := false, false
		n, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
			async.Then(async.Sleep(ctx, time.Millisecond), func(async.Void) (int, error) { stop = true; return 0, nil })
			return start(ctx, &stop, &ended)
		})
		if err != nil || n < 250 || ended != (name == "deferring") {
			t.Errorf("%s: %d calls, %v, %v", name, n, err, ended)
		}
	}
}

// Whoever makes a snapshot meanwhile sees calls whose frames are used again.
func TestSnapshotsMeanwhile(t *testing.T) {
	for name, e := range map[string]async.Executor{"pool": async.NewPool(2), "loop": nil} {
		start := func(ctx context.Context) *async.Promise[int] { return nestsAsync(ctx, 3000, 5, 2, 1) }
		done := make(chan struct{})
		go func() {
			defer close(done)
			var got int
			var err error
			if e != nil {
				got, err = start(async.WithExecutor(context.Background(), e)).Wait(context.Background())
			} else {
				got, err = async.Run(context.Background(), start)
			}
			if got != 1500 || err != nil {
				t.Errorf("%s: %d, %v", name, got, err)
			}
		}()
		for ended := false; !ended; {
			select {
			case <-done:
				ended = true
			default:
				async.Dump(io.Discard)
			}
		}
	}
}

// What every await of a direct call does is put into its caller by the compiler.
func TestInlined(t *testing.T) {
	cmd := exec.Command("go", "build", "-gcflags=-m", ".")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"Step[go.shape.int].Get", "Step[go.shape.int].From", "Step[go.shape.int].Pending", "Step[go.shape.int].Core", "(*Frame[go.shape.int]).Pause", "(*Frame[go.shape.int]).End", "Made[go.shape.*", "Spare[go.shape.struct", "YieldStep", "Turn.PendingAfter"} {
		if !strings.Contains(string(out), "inlining call to async."+name) {
			t.Errorf("%s is not inlined any more", name)
		}
	}
}
