package guide

import (
	"context"
	"sync"

	async "github.com/goawait/goawait/runtime"
)

// A ledger is filled by goroutines, which need a lock and something to wait with.
type ledger struct {
	mu  sync.Mutex
	sum int
}

func (l *ledger) addAll(ctx context.Context, shops []*Shop, item string) error {
	var wg sync.WaitGroup
	errs := make(chan error, len(shops))
	for _, s := range shops {
		wg.Go(func() {
			price, err := s.Price(ctx, item) // the blocking form
			if err != nil {
				errs <- err
				return
			}
			l.mu.Lock()
			l.sum += price
			l.mu.Unlock()
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// A Ledger is filled by async calls. It belongs to one loop.
type Ledger struct{ sum int }

// AddAll adds the prices that shops ask for an item.
//
//goawait:async
func (l *Ledger) AddAll(ctx context.Context, shops []*Shop, item string) error {
	g, ctx := async.NewGroup(ctx)
	for _, s := range shops {
		g.Go(func(ctx context.Context) error {
			price, err := async.Await(s.PriceAsync(ctx, item))
			l.sum += price
			return err
		})
	}
	_, err := async.Await(g.Wait())
	return err
}

// A Client answers by callbacks.
type Client struct{ answers map[string]string }

// Get calls done with an answer, some time later, on any goroutine.
func (c *Client) Get(key string, done func(value string, err error)) {
	go func() {
		if v, ok := c.answers[key]; ok {
			done(v, nil)
		} else {
			done("", ErrSoldOut)
		}
	}()
}

// cityOf asks for a user, then for the user's street, then for its city, in callbacks.
func cityOf(c *Client, user string, done func(string, error)) {
	c.Get(user, func(street string, err error) {
		if err != nil {
			done("", err)
			return
		}
		c.Get(street, func(city string, err error) {
			if err != nil {
				done("", err)
				return
			}
			done(city, nil)
		})
	})
}

// GetAsync is Get with a promise.
func (c *Client) GetAsync(ctx context.Context, key string) *async.Promise[string] {
	p, resolve, reject := async.NewPromise[string](ctx)
	c.Get(key, func(value string, err error) {
		if err != nil {
			reject(err)
			return
		}
		resolve(value)
	})
	return p
}

// City asks the same with awaits.
//
//goawait:async
func City(ctx context.Context, c *Client, user string) (string, error) {
	street, err := async.Await(c.GetAsync(ctx, user))
	if err != nil {
		return "", err
	}
	return async.Await(c.GetAsync(ctx, street))
}
