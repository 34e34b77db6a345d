package async_test

import (
	"context"
	"strings"
	"testing"

	async "github.com/goawait/goawait/runtime"
)

// The name of this file is like that of a generated one.

// A twin that blocks by Wait is told to await instead, and not that it has to be annotated.
func TestBlockingTwin(t *testing.T) {
	var said string
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[async.Void] {
		p := async.Yield(ctx)
		said = panics(func() { p.Wait(ctx) })
		return p
	})
	if !strings.Contains(said, "TestBlockingTwin") || !strings.HasSuffix(said, "(blocking_async_test.go:18) has to use async.Await instead") {
		t.Error(said)
	}
}
