package async_test

// This file holds the names and types that users may rely on: it fails to compile if one changes.

import (
	"context"
	"io"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

type intAwaitable struct{ p *async.Promise[int] }

func (a intAwaitable) Promise() *async.Promise[int] { return a.p }

var (
	_ async.Awaitable[int] = intAwaitable{}
	_ async.Awaitable[int] = (*async.Promise[int])(nil)

	_ func(async.Awaitable[int]) (int, error)                                                                = async.Await[int]
	_ func(async.Awaitable[async.Tuple2[int, string]]) (int, string, error)                                  = async.Await2[int, string]
	_ func(async.Awaitable[async.Tuple3[int, string, bool]]) (int, string, bool, error)                      = async.Await3[int, string, bool]
	_ func(async.Awaitable[async.Tuple4[int, string, bool, byte]]) (int, string, bool, byte, error)          = async.Await4[int, string, bool, byte]
	_ func(int, error) int                                                                                   = async.Must[int]
	_ func(error)                                                                                            = async.Must0
	_ func(int, string, error) (int, string)                                                                 = async.Must2[int, string]
	_ func(int, string, bool, error) (int, string, bool)                                                     = async.Must3[int, string, bool]
	_ func(int, string, bool, byte, error) (int, string, bool, byte)                                         = async.Must4[int, string, bool, byte]
	_ func(context.Context, func(context.Context) (int, error)) *async.Promise[int]                          = async.Start[int]
	_ func(context.Context) (*async.Promise[int], func(int), func(error))                                    = async.NewPromise[int]
	_ func(int) *async.Promise[int]                                                                          = async.Resolve[int]
	_ func(error) *async.Promise[int]                                                                        = async.Reject[int]
	_ func(*async.Promise[int], func(int) (string, error)) *async.Promise[string]                            = async.Then[int, string]
	_ func(*async.Promise[int], func(error) (int, error)) *async.Promise[int]                                = async.Catch[int]
	_ func(*async.Promise[int], func()) *async.Promise[int]                                                  = async.Finally[int]
	_ func(...*async.Promise[int]) *async.Promise[[]int]                                                     = async.All[int]
	_ func(...*async.Promise[int]) *async.Promise[[]async.Settled[int]]                                      = async.AllSettled[int]
	_ func(...*async.Promise[int]) *async.Promise[int]                                                       = async.Any[int]
	_ func(...*async.Promise[int]) *async.Promise[int]                                                       = async.Race[int]
	_ func(context.Context, []int, int, func(context.Context, int) (string, error)) *async.Promise[[]string] = async.Map[int, string]
	_ func(context.Context, func(context.Context) *async.Promise[int]) (int, error)                          = async.Run[int]
	_ func(context.Context, time.Duration) *async.Promise[async.Void]                                        = async.Sleep
	_ func(context.Context, time.Duration, *async.Promise[int]) *async.Promise[int]                          = async.Timeout[int]
	_ func(context.Context, func(context.Context) (int, error)) *async.Promise[int]                          = async.Go[int]
	_ func(context.Context, <-chan int) *async.Promise[int]                                                  = async.Recv[int]
	_ func(context.Context, chan<- int, int) *async.Promise[async.Void]                                      = async.Send[int]
	_ func(context.Context) *async.Promise[async.Void]                                                       = async.Yield
	_ func(io.Writer)                                                                                        = func(w io.Writer) { async.Dump(w) }
	_ error                                                                                                  = async.ErrDeadlock
	_ error                                                                                                  = async.ErrClosed
	_ error                                                                                                  = async.ErrGoexit
	_ error                                                                                                  = &async.PanicError{Value: any(1), Stack: []byte(nil)}
	_ struct{}                                                                                               = async.Void{}
	_                                                                                                        = async.Tuple2[int, string]{V1: 1, V2: ""}
	_                                                                                                        = async.Tuple4[int, string, bool, byte]{V1: 1, V2: "", V3: true, V4: 1}
	_                                                                                                        = async.Settled[int]{Value: 1, Err: error(nil)}
	_                                                                                                        = []any{async.Pending, async.Fulfilled, async.Rejected}
	_ func(*async.Promise[int], *async.Promise[string]) *async.Promise[async.Tuple2[int, string]]            = async.All2[int, string]
	_ func(a, b, c *async.Promise[int]) *async.Promise[async.Tuple3[int, int, int]]                          = async.All3[int, int, int]
	_ func(a, b, c, d *async.Promise[int]) *async.Promise[async.Tuple4[int, int, int, int]]                  = async.All4[int, int, int, int]
)

// TestContractOfMethods uses the methods that users may rely on with the types that they have.
func TestContractOfMethods(t *testing.T) {
	ctx := context.Background()
	var (
		p                                          = async.Resolve(1)
		v, err                                     = p.Wait(ctx)
		_, _, ok bool                              = v == 1, err == nil, true
		done     <-chan struct{}                   = p.Done()
		loop                                       = async.NewLoop()
		_        func(func())                      = loop.Post
		_        func() bool                       = loop.Poll
		_        func(func())                      = loop.OnWake
		_        func() (time.Time, bool)          = loop.NextTimer
		on       context.Context                   = async.WithExecutor(ctx, loop)
		_        context.Context                   = async.WithExecutor(ctx, async.NewPool(1))
		g, _                                       = async.NewGroup(on)
		_        func() *async.Promise[async.Void] = g.Wait
		m        async.Mutex
		_        func(context.Context) *async.Promise[async.Void]      = m.Lock
		_        func() bool                                           = m.TryLock
		_        func()                                                = m.Unlock
		s                                                              = async.NewSemaphore(2)
		q                                                              = async.NewQueue[int](1)
		_        func(context.Context, int) *async.Promise[async.Void] = q.Put
		_        func(context.Context) *async.Promise[int]             = q.Take
		_        func()                                                = q.Close
		e        async.Event
		_, _     func()                                           = e.Set, e.Reset
		_        func(context.Context) *async.Promise[async.Void] = e.Wait
	)
	<-done
	if v, err, settled := p.Result(); v != 1 || err != nil || !settled || !ok || p.State() != async.Fulfilled {
		t.Error(v, err, settled)
	}
	g.Go(func(context.Context) error { return nil })
	async.Must(s.Acquire(on, 1).Wait(ctx))
	s.Release(1)
}
