// Command fetchuserdata awaits two calls, one after the other, while the program goes on.
package main

import (
	"context"
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

// run is the program. async.Run makes the event loop that everything below runs on.
func run(ctx context.Context, w io.Writer) error {
	text, err := async.Run(ctx, func(ctx context.Context) *async.Promise[string] {
		p := fetchUserDataAsync(ctx, mockapi.Reliable(), 0)
		fmt.Fprintln(w, "asked for the user; the promise is", p.State())
		return p
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(w, text)
	return nil
}
