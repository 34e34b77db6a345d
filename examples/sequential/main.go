// Command sequential loads a profile, and then the posts of its user.
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
	_, err := async.Run(ctx, func(ctx context.Context) *async.Promise[async.Void] { return showPostsAsync(ctx, w) })
	return err
}
