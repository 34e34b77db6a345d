package main

// This file awaits one call after the other, since the second needs what the first gives.

import (
	"context"
	"fmt"
	"io"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// showPosts prints a profile, and then the posts of its user.
//
//goawait:async
func showPosts(ctx context.Context, w io.Writer) error {
	api := mockapi.Reliable()
	profile, err := async.Await(api.ProfileAsync(ctx, 1))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%v: user %d lives in %s\n", api.Clock(), profile.UserID, profile.City)
	posts, err := async.Await(api.PostsAsync(ctx, profile.UserID))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%v: and wrote\n", api.Clock())
	for _, post := range posts {
		fmt.Fprintln(w, "-", post)
	}
	return nil
}
