package main

// This file uses promises without any async function, and so has no twin.

import (
	"context"
	"fmt"
	"io"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

// greet asks for a user, says what to do with the answer, and returns before it is there.
func greet(ctx context.Context, w io.Writer, api *mockapi.API) *async.Promise[string] {
	text := async.Then(api.UserAsync(ctx, 3), func(u mockapi.User) (string, error) {
		fmt.Fprintln(w, "then: hello,", u.Name)
		return "greeted", nil
	})
	text = async.Catch(text, func(err error) (string, error) {
		fmt.Fprintln(w, "catch:", err)
		return "not greeted", nil
	})
	text = async.Finally(text, func() {
		fmt.Fprintln(w, "finally")
	})
	fmt.Fprintln(w, "dispatched")
	return text
}
