package blockingform

import (
	"context"

	"example.com/t/helpers"
	async "github.com/goawait/goawait/runtime"
)

//goawait:async
func one(ctx context.Context) (int, error) { return async.Await(async.Resolve(1)) }

//goawait:async
func plain() int { return async.Must(async.Await(async.Resolve(1))) }

//goawait:async
func nothing() { async.Await(async.Resolve(1)) }

//goawait:async
func fails(ctx context.Context) error {
	_, err := async.Await(async.Resolve(1))
	return err
}

//goawait:async
func generic[T any](v T) (T, error) { return async.Await(async.Resolve(v)) }

func use(int, error) {}

//goawait:async
func caller(ctx context.Context, c *helpers.Client) (int, error) {
	n, err := one(ctx) // want `^one is the blocking form, which blocks the loop; write async.Await\(oneAsync\(…\)\)$`
	if err != nil {
		return 0, err
	}
	text, err := helpers.Fetch(ctx, 1) // want `helpers.Fetch is the blocking form, which blocks the loop; write async.Await\(helpers.FetchAsync\(…\)\)`
	if err != nil {
		return 0, err
	}
	_, _, err = helpers.Pair(ctx) // want `write async.Await2\(helpers.PairAsync\(…\)\)`
	if err != nil {
		return len(text), err
	}
	if err := c.Close(ctx); err != nil { // want `\(\*helpers.Client\).Close is the blocking form, which blocks the loop; write _, err := async.Await\(c.CloseLater\(…\)\)`
		return 0, err
	}
	n += plain()                   // want `write async.Must\(async.Await\(plainAsync\(\)\)\)`
	nothing()                      // want `write async.Await\(nothingAsync\(\)\)`
	use(one(ctx))                  // want `one is the blocking form`
	s, err := generic[string]("x") // want `generic is the blocking form`
	_ = s
	go nothing()
	defer nothing() // want `nothing is the blocking form`
	defer func() {
		nothing() // want `nothing is the blocking form`
	}()
	if fails(ctx) != nil { // want `fails is the blocking form`
		return 0, nil
	}
	p := async.Start(ctx, func(ctx context.Context) (int, error) {
		async.Await(async.Resolve(1))
		return one(ctx) // want `one is the blocking form`
	})
	m, err := async.Await(p)
	return n + m, err
}

//goawait:async
func others(ctx context.Context) {
	helpers.Backup(ctx)              // want `helpers.Backup is the blocking form, which blocks the loop, and its twin startBackup is not exported; give it an exported name in the annotation$`
	_ = helpers.Both[int, string](1) // want `write async.Must\(async.Await\(helpers.BothAsync\[…\]\(…\)\)\)`
	generic[int](1)                  // want `write async.Await\(genericAsync\[int\]\(…\)\)`
}

// Outside of async functions, the blocking form is right.
func main(ctx context.Context) {
	one(ctx)
	nothing()
}
