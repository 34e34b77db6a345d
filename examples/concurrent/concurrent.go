package main

// This file awaits two calls at the same time.

import (
	"context"
	"fmt"
	"io"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// showPage loads a user, then the posts and the comments at the same time. The second step takes as long as the
// slower of the two, not as long as both together.
//
//goawait:async
func showPage(ctx context.Context, w io.Writer) error {
	api := mockapi.Reliable()
	user, err := async.Await(api.UserAsync(ctx, 0))
	if err != nil {
		return err
	}
	begin := api.Clock()
	fmt.Fprintf(w, "%v: %s\n", begin, user.Name)
	posts, comments, err := async.Await2(async.All2(
		api.PostsAsync(ctx, user.ID),
		api.CommentsAsync(ctx, user.ID),
	))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%v: %d posts, %d comments\n", api.Clock(), len(posts), len(comments))
	fmt.Fprintf(w, "posts take %v, comments %v, both %v\n", mockapi.PostsDelay, mockapi.CommentsDelay, api.Clock()-begin)
	return nil
}
