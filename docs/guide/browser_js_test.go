package guide

import (
	"syscall/js"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// TestBrowser runs where JavaScript does, on its event loop.
func TestBrowser(t *testing.T) {
	ctx := Browser()
	title := PageTitleAsync(ctx, "data:text/plain,hello")
	slept := async.Sleep(ctx, time.Millisecond)
	missing := PageTitleAsync(ctx, "no address")
	if text, err := title.Wait(t.Context()); text != "hello" || err != nil {
		t.Error(text, err)
	}
	if _, err := slept.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := missing.Wait(t.Context()); err == nil {
		t.Error("a page without an address")
	}
	round := FromJS(ctx, ToJS(async.Then(async.Sleep(ctx, time.Millisecond), func(async.Void) (int, error) { return 7, nil })))
	if v, err := round.Wait(t.Context()); v.Int() != 7 || err != nil {
		t.Error(v, err)
	}
	failed := FromJS(ctx, ToJS(async.Reject[int](ErrSoldOut)))
	if _, err := failed.Wait(t.Context()); err == nil || err.(js.Error).Value.Get("message").String() != ErrSoldOut.Error() {
		t.Error(err)
	}
}
