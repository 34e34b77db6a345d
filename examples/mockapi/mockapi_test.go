package mockapi

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// outcomes makes many calls at the same time and gives their errors.
func outcomes(t *testing.T, api *API) (errs []error) {
	t.Helper()
	settled, err := async.Run(t.Context(), func(ctx context.Context) *async.Promise[[]async.Settled[User]] {
		var calls []*async.Promise[User]
		for id := range 1000 {
			calls = append(calls, api.UserAsync(ctx, id))
		}
		return async.AllSettled(calls...)
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, s := range settled {
		if s.Err == nil && s.Value.ID != id {
			t.Errorf("call %d gives user %d", id, s.Value.ID)
		}
		if s.Err != nil && !errors.Is(s.Err, ErrUnavailable) {
			t.Errorf("call %d: %v", id, s.Err)
		}
		errs = append(errs, s.Err)
	}
	return errs
}

func count(errs []error) int {
	return len(errs) - len(slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err != nil }))
}

func TestOneInTenFails(t *testing.T) {
	first, again, other := outcomes(t, New(5)), outcomes(t, New(5)), outcomes(t, New(6))
	if n := count(first); n < 70 || n > 130 {
		t.Errorf("%d of 1000 calls failed", n)
	}
	same := func(a, b error) bool { return (a == nil) == (b == nil) }
	if !slices.EqualFunc(first, again, same) {
		t.Error("the same seed gives other failures")
	}
	if slices.EqualFunc(first, other, same) {
		t.Error("another seed gives the same failures")
	}
}

func TestReliableAndDown(t *testing.T) {
	if n := count(outcomes(t, Reliable())); n != 0 {
		t.Errorf("%d calls of a reliable API failed", n)
	}
	if n := count(outcomes(t, Down())); n != 1000 {
		t.Errorf("only %d of 1000 calls failed while the API is down", n)
	}
}

// TestClock lets calls overlap: the clock shows the longest, and the answer comes no earlier than that.
func TestClock(t *testing.T) {
	api, begin := Reliable(), time.Now()
	outcomes(t, api)
	if api.Clock() != UserDelay {
		t.Errorf("the clock shows %v after calls of %v at the same time", api.Clock(), UserDelay)
	}
	if took := time.Since(begin); took < UserDelay {
		t.Errorf("answers after %v", took)
	}
}

// TestBlockingForm calls without a loop.
func TestBlockingForm(t *testing.T) {
	posts, err := Reliable().Posts(t.Context(), 1)
	if err != nil || len(posts) == 0 {
		t.Errorf("Posts gives %v, %v", posts, err)
	}
}

// TestNoGoroutines has many calls waiting, and looks for goroutines that wait with them.
func TestNoGoroutines(t *testing.T) {
	loop := async.NewLoop()
	ctx := async.WithExecutor(t.Context(), loop)
	before := runtime.NumGoroutine()
	api, calls := Reliable(), []*async.Promise[User]{}
	for id := range 1000 {
		calls = append(calls, api.UserAsync(ctx, id))
	}
	if n := runtime.NumGoroutine() - before; n > 10 {
		t.Errorf("%d goroutines while 1000 calls wait", n)
	}
	all := async.All(calls...)
	for all.State() == async.Pending {
		if !loop.Poll() {
			time.Sleep(time.Millisecond)
		}
	}
	if users, err, _ := all.Result(); err != nil || len(users) != 1000 {
		t.Errorf("%d users, error %v", len(users), err)
	}
}
