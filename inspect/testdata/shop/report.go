// Package shop has functions whose state machines are described and drawn.
package shop

import (
	"context"
	"errors"
	"fmt"
	"sync"

	async "github.com/goawait/goawait/runtime"
)

// A User is a user.
type User struct {
	ID    int
	Name  string
	Mail  string
	Tags  []string
	Score [8]float64
}

// Load loads.
//
//goawait:async
func Load(ctx context.Context, id int) (User, error) {
	return async.Await(fetchAsync(ctx, id))
}

//goawait:async
func fetch(ctx context.Context, id int) (User, error) {
	if _, err := async.Await(async.Yield(ctx)); err != nil {
		return User{}, err
	}
	return User{ID: id}, nil
}

// Report has a loop, blocks, a select and a deferred block.
//
//goawait:async
func Report(ctx context.Context, ids []int, stop chan struct{}, out chan string) (n int, err error) {
	var mu sync.Mutex
	defer func() {
		_, closeErr := async.Await(async.Yield(ctx))
		err = errors.Join(err, closeErr)
	}()
	count := 0
	for _, id := range ids {
		if id < 0 {
			continue
		}
		user, err := async.Await(fetchAsync(ctx, id))
		if err != nil {
			return n, fmt.Errorf("user %d: %w", id, err)
		}
		select {
		case <-stop:
			return n, nil
		case out <- user.Name:
			n++
		}
		if user.Score[0] > 3 {
			async.Must(async.Await(async.Yield(ctx)))
		}
		fmt.Println(user.Name)
	}
	sum := async.Start(ctx, func(ctx context.Context) (int, error) {
		total := 0
		for i := range 3 {
			u, err := async.Await(fetchAsync(ctx, i))
			if err != nil {
				return 0, err
			}
			mu.Lock()
			total += u.ID
			count++
			mu.Unlock()
		}
		return total, nil
	})
	total, err := async.Await(sum)
	switch {
	case err != nil:
		return 0, err
	case total > 10:
		async.Must(async.Await(async.Yield(ctx)))
		out <- "many"
	case total > 5:
		out <- "some"
	}
	return total + count, nil
}
