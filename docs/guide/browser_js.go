package guide

import (
	"context"
	"syscall/js"
	"time"

	async "github.com/goawait/goawait/runtime"
)

// Browser makes a loop whose turns are callbacks of the browser, and the context for what runs on it.
func Browser() context.Context {
	loop := async.NewLoop()
	global := js.Global()
	timer := js.Undefined()
	var turn js.Func
	turn = js.FuncOf(func(js.Value, []js.Value) any {
		more := loop.Poll()
		global.Call("clearTimeout", timer)
		if at, ok := loop.NextTimer(); more {
			timer = global.Call("setTimeout", turn, 0)
		} else if ok {
			timer = global.Call("setTimeout", turn, time.Until(at).Milliseconds()+1)
		}
		return nil
	})
	loop.OnWake(func() { global.Call("queueMicrotask", turn) })
	return async.WithExecutor(context.Background(), loop)
}

// FromJS makes a promise of one of JavaScript's.
func FromJS(ctx context.Context, v js.Value) *async.Promise[js.Value] {
	p, resolve, reject := async.NewPromise[js.Value](ctx)
	var yes, no js.Func
	release := func() { yes.Release(); no.Release() }
	yes = js.FuncOf(func(_ js.Value, args []js.Value) any { release(); resolve(args[0]); return nil })
	no = js.FuncOf(func(_ js.Value, args []js.Value) any { release(); reject(js.Error{Value: args[0]}); return nil })
	v.Call("then", yes, no)
	return p
}

// ToJS makes a promise of JavaScript's, such as an exported function returns.
func ToJS[T any](p *async.Promise[T]) js.Value {
	var start js.Func
	start = js.FuncOf(func(_ js.Value, args []js.Value) any {
		start.Release()
		async.Catch(async.Then(p, func(v T) (any, error) { args[0].Invoke(v); return nil, nil }), func(err error) (any, error) {
			args[1].Invoke(js.Global().Get("Error").New(err.Error()))
			return nil, nil
		})
		return nil
	})
	return js.Global().Get("Promise").New(start)
}

// PageTitle fetches a page, in a callback of the browser, which may not block.
//
//goawait:async
func PageTitle(ctx context.Context, url string) (string, error) {
	response, err := async.Await(FromJS(ctx, js.Global().Call("fetch", url)))
	if err != nil {
		return "", err
	}
	text, err := async.Await(FromJS(ctx, response.Call("text")))
	if err != nil {
		return "", err
	}
	return text.String(), nil
}
