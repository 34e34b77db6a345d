package main

// This file makes any number of calls at the same time.

import (
	"context"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// fetchNames loads five users at the same time. The names are in the order of the calls; the first failure is the error.
//
//goawait:async
func fetchNames(ctx context.Context, api *mockapi.API) ([]string, error) {
	var calls []*async.Promise[mockapi.User]
	for id := range 5 {
		calls = append(calls, api.UserAsync(ctx, id))
	}
	users, err := async.Await(async.All(calls...))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, u := range users {
		names = append(names, u.Name)
	}
	return names, nil
}
