// Command safe awaits a call that fails, and goes on with a fallback.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/goawait/goawait/examples/mockapi"
	async "github.com/goawait/goawait/runtime"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer) error {
	for _, api := range []*mockapi.API{mockapi.Reliable(), mockapi.Down()} {
		user, err := fetch(ctx, api)
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "hello,", user.Name)
	}
	stopped, stop := context.WithCancelCause(ctx)
	stop(errors.New("the program is ending"))
	_, err := fetch(stopped, mockapi.Reliable())
	fmt.Fprintln(w, "error:", err)
	return nil
}

// fetch runs one call on an event loop of its own.
func fetch(ctx context.Context, api *mockapi.API) (mockapi.User, error) {
	return async.Run(ctx, func(ctx context.Context) *async.Promise[mockapi.User] { return fetchUserSafeAsync(ctx, api, 1) })
}
