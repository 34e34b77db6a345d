package largeframe

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

type record struct{ data [2000]byte }

//goawait:async
func reads(ctx context.Context, p *async.Promise[int], big record) (int, error) { // want `^big lives across the await at line 14 and takes 2000 bytes of every call that waits there; keep a pointer or a slice, or get it behind the await$`
	var buf [4096]byte // want `buf lives across the await at line 14 and takes 4096 bytes`
	n, err := async.Await(p)
	buf[0] = byte(n) + big.data[0]
	return int(buf[0]), err
}

//goawait:async
func before(ctx context.Context, p *async.Promise[int]) (int, error) {
	var buf [4096]byte
	buf[1] = 1
	k := int(buf[1])
	n, err := async.Await(p)
	var after [4096]byte
	return n + k + int(after[n]), err
}

//goawait:async
func blocks(ctx context.Context, p *async.Promise[int]) (int, error) {
	return async.Await(async.Start(ctx, func(ctx context.Context) (int, error) {
		var buf [4096]byte // want `buf lives across the await at line 33`
		n, err := async.Await(p)
		return n + int(buf[n]), err
	}))
}

//goawait:async
func generic[T any](ctx context.Context, p *async.Promise[T], v [4]T) (T, error) {
	_, err := async.Await(p)
	return v[0], err
}

//goawait:async
func small(ctx context.Context, p *async.Promise[int], v [100]byte) (int, error) {
	n, err := async.Await(p)
	return n + int(v[n]), err
}

//goawait:async
func sends(ch chan [2000]byte, v [2000]byte) byte { // want `v lives across the send at line 52 and takes 2000 bytes`
	ch <- v
	return v[0]
}
