package guards

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	async "github.com/goawait/goawait/runtime"
)

// workEnv has what the binary of the tests is to do alone: how many operations of which work.
const workEnv = "GOAWAIT_GUARDS_WORK"

func TestMain(m *testing.M) {
	if n, name, ok := strings.Cut(os.Getenv(workEnv), " "); ok {
		if err := doWork(name, n); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func doWork(name, times string) error {
	n, err := strconv.Atoi(times)
	if err != nil {
		return err
	}
	if name == "" {
		return nil
	}
	for _, w := range works {
		if w.name == name {
			_, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] { return w.fn(ctx, n) })
			return err
		}
	}
	return fmt.Errorf("no work %q", name)
}

// total is about how many instructions are counted for a work: a hundred times as many as differ from run to run.
const total = 10e6

// TestInstructions counts the instructions of operations, which don't depend on what else the machine does, as time does. Valgrind counts
// them, where it is installed. The numbers are those of one version of the compiler for one architecture.
func TestInstructions(t *testing.T) {
	valgrind, err := exec.LookPath("valgrind")
	switch {
	case err != nil:
		t.Skip("no valgrind")
	case runtime.GOARCH != "amd64" || !strings.HasPrefix(runtime.Version(), "go1.26"):
		t.Skip("the numbers are those of Go 1.26 for amd64")
	case raceEnabled || testing.CoverMode() != "" || testing.Short():
		t.Skip("not what users run, or too slow")
	}
	if _, err := instructions(valgrind, "", 0); err != nil {
		t.Skipf("valgrind does not run here: %v", err)
	}
	var all sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	got, errs := make([]float64, len(works)), make([]error, len(works))
	for i, w := range works {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			got[i], errs[i] = perOperation(valgrind, w)
		})
	}
	all.Wait()
	for i, w := range works {
		require.NoError(t, errs[i])
		t.Logf("%7.1f instructions: %s", got[i], w.name)
		if got[i] > w.most() {
			t.Errorf("%s: %.1f instructions, not %v. If that is worth it, put it into the table", w.name, got[i], w.instructions)
		}
	}
}

// most is how many instructions an operation may take.
func (w work) most() float64 { return w.instructions * 1.06 }

// perOperation is how many instructions an operation takes. On a busy machine the run-time system does more beside the work, and a loop
// that is stopped for long keeps no operations on channels for some time, so that the least of several counts is right.
func perOperation(valgrind string, w work) (got float64, err error) {
	many := int(total / w.instructions)
	few := many / 10
	less, more := math.MaxInt, math.MaxInt
	for range 8 {
		n, err1 := instructions(valgrind, w.name, few)
		m, err2 := instructions(valgrind, w.name, many)
		if err := errors.Join(err1, err2); err != nil {
			return 0, err
		}
		less, more = min(less, n), min(more, m)
		if got = float64(more-less) / float64(many-few); got <= w.most() {
			break
		}
	}
	return got, nil
}

var collected = regexp.MustCompile(`(?m)^==\d+== Collected : (\d+)$`)

// instructions is how many a process executes that does n operations of a work; none for no name.
func instructions(valgrind, name string, n int) (int, error) {
	exe, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(valgrind, "--tool=callgrind", "--callgrind-out-file="+os.DevNull, exe)
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", workEnv, n, name), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%w\n%s", err, out)
	}
	m := collected.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("no count in\n%s", out)
	}
	return strconv.Atoi(string(m[1]))
}
