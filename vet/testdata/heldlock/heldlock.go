package heldlock

import (
	"context"
	"sync"

	async "github.com/goawait/goawait/runtime"
)

type store struct {
	mu    sync.Mutex
	other sync.RWMutex
	sync.Mutex
	async async.Mutex
	ch    chan int
	parts [2]struct{ mu sync.Mutex }
}

//goawait:async
func (s *store) held(ctx context.Context, p *async.Promise[int]) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return async.Await(p) // want `^s.mu is held across this await, since line 21: whoever wants it meanwhile blocks the loop, perhaps for ever; unlock it before, or make it an async.Mutex$`
}

//goawait:async
func (s *store) released(ctx context.Context, p *async.Promise[int]) (int, error) {
	s.mu.Lock()
	n := 1
	s.mu.Unlock()
	m, err := async.Await(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	return n + m, err
}

//goawait:async
func (s *store) branches(ctx context.Context, p *async.Promise[int], early bool) (int, error) {
	s.other.RLock()
	if early {
		s.other.RUnlock()
		return async.Await(p)
	}
	n, err := async.Await(p) // want `s.other is held across this await, since line 39.*; unlock it for reading before`
	s.other.RUnlock()
	return n, err
}

//goawait:async
func (s *store) loop(ctx context.Context, ps []*async.Promise[int]) (sum int) {
	for _, p := range ps {
		sum += async.Must(async.Await(p)) // want `s is held across this await, since line 54`
		if sum > 3 {
			s.Lock()
		}
	}
	s.Mutex.Unlock()
	return sum
}

//goawait:async
func (s *store) channels(ctx context.Context) int {
	s.parts[0].mu.Lock()
	s.ch <- 1 // want `s.parts\[0\].mu is held across this send`
	s.parts[0].mu.Unlock()
	s.parts[1].mu.Lock()
	select {
	case n := <-s.ch:
		s.parts[1].mu.Unlock()
		return n
	default:
	}
	s.parts[1].mu.Unlock()
	s.mu.Lock()
	for range s.ch { // want `s.mu is held across this receive`
	}
	s.mu.Unlock()
	return <-s.ch
}

//goawait:async
func (s *store) buffered(ctx context.Context) int {
	s.mu.Lock()
	s.ch = make(chan int, 1)
	s.ch <- 1
	s.mu.Unlock()
	return <-s.ch
}

//goawait:async
func (s *store) operand(ctx context.Context, p *async.Promise[int]) (int, error) {
	s.mu.Lock()
	return async.Await(func() *async.Promise[int] { return p }()) // want `s.mu is held`
}

//goawait:async
func (s *store) blocks(ctx context.Context, p *async.Promise[int]) (int, error) {
	return async.Await(async.Start(ctx, func(ctx context.Context) (int, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return async.Await(p) // want `s.mu is held`
	}))
}

//goawait:async
func (s *store) right(ctx context.Context, p *async.Promise[int]) (int, error) {
	if _, err := async.Await(s.async.Lock(ctx)); err != nil {
		return 0, err
	}
	defer s.async.Unlock()
	return async.Await(p)
}

func (s *store) ordinary(p *async.Promise[int]) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return async.Await(p)
}

//goawait:async
func (s *store) tried(ctx context.Context, p *async.Promise[int], again bool) (n int) {
	if s.mu.TryLock() {
		n, _ = async.Await(p) // want `s.mu is held across this await, since line 122`
		s.mu.Unlock()
	} else {
		n, _ = async.Await(p)
	}
	n, _ = async.Await(p)
	if s.mu.TryLock() {
		s.mu.Unlock()
	}
	n, _ = async.Await(p)
	if ok := s.other.TryRLock(); ok && again {
		n, _ = async.Await(p) // want `s.other is held across this await, since line 133.*; unlock it for reading before`
		s.other.RUnlock()
		return n
	}
	for !s.mu.TryLock() {
		async.Await(async.Yield(ctx))
	}
	s.mu.Unlock()
	if again || s.mu.TryLock() { // nobody knows
		n, _ = async.Await(p)
	}
	if !s.mu.TryLock() || again {
		n, _ = async.Await(p)
		return n
	}
	defer s.mu.Unlock()
	return async.Must(async.Await(p)) // want `s.mu is held across this await, since line 145`
}
