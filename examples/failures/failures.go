package main

// This file calls an API that fails in one call of ten, as the seed wants it.

import (
	"context"
	"fmt"
	"io"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// tryAll makes thirty calls at the same time and prints which failed.
//
//goawait:async
func tryAll(ctx context.Context, w io.Writer) error {
	api := mockapi.New(1)
	var calls []*async.Promise[mockapi.User]
	for id := range 30 {
		calls = append(calls, api.UserAsync(ctx, id))
	}
	answers, err := async.Await(async.AllSettled(calls...))
	if err != nil {
		return err
	}
	good := 0
	for _, a := range answers {
		if a.Err != nil {
			fmt.Fprintln(w, a.Err)
			continue
		}
		good++
	}
	fmt.Fprintf(w, "%d of %d calls succeeded\n", good, len(answers))
	return nil
}
