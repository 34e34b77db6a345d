// Command concurrent loads posts and comments at the same time.
package main

import (
	"context"
	"io"
	"log"
	"os"

	async "github.com/goawait/goawait/runtime"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer) error {
	_, err := async.Run(ctx, func(ctx context.Context) *async.Promise[async.Void] { return showPageAsync(ctx, w) })
	return err
}
