package main

// This file handles errors: some are passed on, and one has a fallback.

import (
	"context"
	"errors"
	"fmt"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// guest is who we take a user for that cannot be found.
var guest = mockapi.User{Name: "guest"}

// fetchUserSafe is a user, or a guest if the service does not answer. Other errors are passed on.
//
//goawait:async
func fetchUserSafe(ctx context.Context, api *mockapi.API, id int) (mockapi.User, error) {
	user, err := async.Await(api.UserAsync(ctx, id))
	if errors.Is(err, mockapi.ErrUnavailable) {
		return guest, nil
	}
	if err != nil {
		return mockapi.User{}, fmt.Errorf("safe: %w", err)
	}
	return user, nil
}
