package fine

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"example.com/t/helpers"
	async "github.com/goawait/goawait/runtime"
)

type cache struct {
	mu    sync.Mutex
	pages map[int]string
	lock  async.Mutex
	log   chan string
}

func (c *cache) get(id int) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	page, ok := c.pages[id]
	return page, ok
}

func (c *cache) note(s string) {
	select {
	case c.log <- s:
	default:
	}
}

//goawait:async
func (c *cache) page(ctx context.Context, id int) (page string, err error) {
	if page, ok := c.get(id); ok {
		return page, nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
		c.note(page)
	}()
	if _, err := async.Await(c.lock.Lock(ctx)); err != nil {
		return "", err
	}
	defer c.lock.Unlock()
	resp, err := async.Await(async.Go(ctx, func(ctx context.Context) (*http.Response, error) {
		return http.Get(fmt.Sprint("http://example.com/", id))
	}))
	if err != nil {
		return "", err
	}
	text, err := async.Await(async.Timeout(ctx, time.Second, helpers.FetchAsync(ctx, resp.StatusCode)))
	if err != nil {
		return "", err
	}
	g, ctx := async.NewGroup(ctx)
	for i := range 3 {
		g.Go(func(ctx context.Context) error {
			_, err := async.Await(helpers.FetchAsync(ctx, i))
			return err
		})
	}
	_, err = async.Await(g.Wait())
	_ = helpers.FetchAsync(context.WithoutCancel(ctx), 1)
	return text, err
}

func main() {
	c := &cache{}
	page, err := async.Run(context.Background(), func(ctx context.Context) *async.Promise[string] {
		return c.pageAsync(ctx, 1)
	})
	fmt.Println(page, err)
	time.Sleep(time.Second)
}
