package main

// This file has a finally: in Go, a deferred call.

import (
	"context"
	"fmt"
	"io"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// showProfile prints where a user lives. Its last line is printed on success and on failure.
//
//goawait:async
func showProfile(ctx context.Context, w io.Writer, api *mockapi.API, id int) error {
	defer fmt.Fprintln(w, "done with profile", id)
	fmt.Fprintln(w, "loading profile", id)
	profile, err := async.Await(api.ProfileAsync(ctx, id))
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "lives in", profile.City)
	return nil
}

// showBoth shows a profile of each of two services.
//
//goawait:async
func showBoth(ctx context.Context, w io.Writer) error {
	if _, err := async.Await(showProfileAsync(ctx, w, mockapi.Reliable(), 2)); err != nil {
		return err
	}
	if _, err := async.Await(showProfileAsync(ctx, w, mockapi.Down(), 3)); err != nil {
		fmt.Fprintln(w, "failed:", err)
	}
	return nil
}
