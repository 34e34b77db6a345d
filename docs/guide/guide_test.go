package guide

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	async "github.com/goawait/goawait/runtime"
	"github.com/goawait/goawait/runtime/asynchttp"
	"github.com/goawait/goawait/runtime/asynctest"
)

func TestPatient(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begin := time.Now()
		price, err := async.Await(PatientAsync(ctx, after(time.Hour, 1), after(time.Second, 2)))
		if price != 2 || err != nil || time.Since(begin) != time.Minute+time.Second {
			t.Error(price, err, time.Since(begin))
		}
	})
}

// after answers with n, when d has passed.
func after(d time.Duration, n int) func(context.Context) *async.Promise[int] {
	return func(ctx context.Context) *async.Promise[int] {
		return async.Then(async.Sleep(ctx, d), func(async.Void) (int, error) { return n, nil })
	}
}

// TestPatientBubble is the same in a bubble of the standard library, which jumps the clock for loops as for goroutines.
func TestPatientBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		price, err := async.Run(t.Context(), func(ctx context.Context) *async.Promise[int] {
			return PatientAsync(ctx, after(time.Second, 1), after(time.Second, 2))
		})
		if price != 1 || err != nil {
			t.Error(price, err)
		}
	})
}

// TestPrices runs under a hundred orders in which the answers may come.
func TestPrices(t *testing.T) {
	asynctest.Explore(t, 100, func(ctx context.Context) {
		prices, err := async.Await(PricesAsync(ctx, market, []string{"milk", "tea"}))
		if prices["milk"] != 1 || prices["tea"] != 3 || err != nil {
			t.Error(prices, err)
		}
	})
}

func TestPricesInOrder(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		prices, err := async.Await(PricesInOrderAsync(ctx, market, []string{"milk", "tea", "milk"}))
		if len(prices) != 3 || prices[0] != 1 || prices[1] != 3 || err != nil {
			t.Error(prices, err)
		}
	})
}

func TestCost(t *testing.T) {
	if n := Cost(t.Context(), market); n != 7 {
		t.Error(n)
	}
	if _, err := CostAsync(t.Context(), corner).Wait(t.Context()); !errors.Is(err, ErrSoldOut) {
		t.Error(err)
	}
}

// TestAddAll compares the code that migrates with what it was.
func TestAddAll(t *testing.T) {
	for _, shops := range [][]*Shop{{corner, market}, {corner, kiosk}} {
		var before ledger
		errBefore := before.addAll(t.Context(), shops, "tea")
		var after Ledger
		_, errAfter := async.Run(t.Context(), func(ctx context.Context) *async.Promise[async.Void] {
			return after.AddAllAsync(ctx, shops, "tea")
		})
		if before.sum != after.sum || !errors.Is(errAfter, errBefore) && errBefore.Error() != errAfter.Error() {
			t.Error(before.sum, errBefore, after.sum, errAfter)
		}
	}
}

// TestCity compares callbacks with awaits.
func TestCity(t *testing.T) {
	c := &Client{answers: map[string]string{"ada": "Main Street", "Main Street": "London", "bob": "Side Street"}}
	for _, user := range []string{"ada", "bob", "eve"} {
		type answer struct {
			city string
			err  error
		}
		got := make(chan answer, 1)
		cityOf(c, user, func(city string, err error) { got <- answer{city, err} })
		city, err := City(t.Context(), c, user)
		if want := <-got; city != want.city || !errors.Is(err, want.err) {
			t.Error(city, err, want)
		}
	}
}

func TestDebugPage(t *testing.T) {
	g := NewGame(func(*Game) {})
	scene := g.ScriptAsync(g.ctx)
	answer := httptest.NewRecorder()
	debugPages().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/debug/async", nil))
	if page := answer.Body.String(); !strings.Contains(page, "guide.(*Game).Walk") {
		t.Error(page)
	}
	for scene.State() == async.Pending {
		g.Frame()
	}
}

// debugPages are the pages for those who run the program.
func debugPages() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/debug/async", asynchttp.Handler())
	return mux
}

func TestRoom(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(OpenRoom(ctx))
	defer server.Close()
	defer cancel()
	names := []string{"ann", "bob", "cem", "dan"}
	texts := make(chan string)
	for _, name := range names {
		go func() {
			resp, err := server.Client().Get(server.URL + "?name=" + name)
			if err != nil {
				t.Error(err)
				texts <- ""
				return
			}
			defer resp.Body.Close()
			text, _ := io.ReadAll(resp.Body)
			texts <- string(text)
		}()
	}
	met := map[string]bool{}
	for range names {
		met[<-texts] = true
	}
	for _, name := range names {
		if !met["you met "+name+"\n"] {
			t.Error(name, met)
		}
	}
}

func TestRoomIsLeft(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		r := new(Room)
		short, cancel := async.WithTimeout(ctx, time.Minute)
		defer cancel()
		if _, err := async.Await(r.MeetAsync(short, "impatient")); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		ann, bob := r.MeetAsync(ctx, "ann"), r.MeetAsync(ctx, "bob")
		if met, err := async.Await(async.All(ann, bob)); err != nil || met[0] != "bob" || met[1] != "ann" || r.first != nil {
			t.Error(met, err)
		}
	})
}
