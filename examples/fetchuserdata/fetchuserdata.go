package main

// This file is the async function that the README walks through.

import (
	"context"
	"fmt"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// fetchUserData says how much a user wrote.
//
//goawait:async
func fetchUserData(ctx context.Context, api *mockapi.API, id int) (string, error) {
	user, err := async.Await(api.UserAsync(ctx, id)) // pauses this call, not the program
	if err != nil {
		return "", err
	}
	posts, err := async.Await(api.PostsAsync(ctx, user.ID))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s wrote %d posts", user.Name, len(posts)), nil
}
