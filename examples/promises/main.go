// Command promises uses promises with callbacks: then, catch and finally.
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

func run(ctx context.Context, w io.Writer) error {
	for _, api := range []*mockapi.API{mockapi.Reliable(), mockapi.Down()} {
		end, err := async.Run(ctx, func(ctx context.Context) *async.Promise[string] { return greet(ctx, w, api) })
		if err != nil {
			return err
		}
		fmt.Fprintln(w, end)
	}
	return nil
}
