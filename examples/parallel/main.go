// Command parallel makes five calls at the same time, and uses their result outside of async functions: once with callbacks,
// and once by awaiting it.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

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
		if err := withCallbacks(ctx, w, api); err != nil {
			return err
		}
	}
	return withAwait(ctx, w, mockapi.Reliable())
}

// withCallbacks says with Then and Catch what is to be done with the result, when it is there.
func withCallbacks(ctx context.Context, w io.Writer, api *mockapi.API) error {
	text, err := async.Run(ctx, func(ctx context.Context) *async.Promise[string] {
		text := async.Then(fetchNamesAsync(ctx, api), func(names []string) (string, error) {
			return strings.Join(names, ", "), nil
		})
		return async.Catch(text, func(err error) (string, error) {
			return "nobody: " + err.Error(), nil
		})
	})
	fmt.Fprintln(w, "with callbacks:", text)
	return err
}

// withAwait awaits the result. It is no async function: here async.Await blocks the goroutine, while the calls go on in the
// background.
func withAwait(ctx context.Context, w io.Writer, api *mockapi.API) error {
	names, err := async.Await(fetchNamesAsync(ctx, api))
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "with await:", strings.Join(names, ", "))
	return nil
}
