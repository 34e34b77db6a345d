package async

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// deep is the number of the goroutine with n more calls on the stack, which grows for them.
func deep(n int) uintptr {
	var room [256]byte
	if n == 0 {
		return thisGoroutine()
	}
	room[n%len(room)]++
	return deep(n-1) + uintptr(room[(n+1)%len(room)])
}

// A goroutine has the same number as long as it runs, wherever its stack and whatever its thread, and no two have the same.
func TestThisGoroutine(t *testing.T) {
	own := thisGoroutine()
	if own == 0 {
		t.Skip("goroutines cannot be told apart here: what a loop makes ready goes through its inbox")
	}
	assert.Equal(t, own, deep(10_000))
	const n = 100
	var began, all sync.WaitGroup
	numbers := make([]uintptr, n)
	began.Add(n)
	for i := range n {
		all.Go(func() {
			numbers[i] = thisGoroutine()
			began.Done()
			began.Wait() // all of them run at a time
			for range 10 {
				runtime.Gosched()
				assert.Equal(t, numbers[i], deep(i))
			}
		})
	}
	all.Wait()
	seen := map[uintptr]bool{own: true}
	for _, g := range numbers {
		assert.False(t, seen[g])
		seen[g] = true
	}
	assert.Equal(t, own, thisGoroutine())
}

// Only the goroutine that drives a loop does, and only while it does.
func TestDrives(t *testing.T) {
	l := NewLoop()
	assert.False(t, l.drives())
	l.Post(func() {
		assert.Equal(t, thisGoroutine() != 0, l.drives())
		other := make(chan bool)
		go func() { other <- l.drives() }()
		assert.False(t, <-other)
	})
	for l.Poll() {
		assert.False(t, l.drives())
	}
	assert.False(t, l.drives())
	assert.NoError(t, l.Run())
	assert.False(t, l.drives())

	var run *Loop
	_, err := Run(t.Context(), func(ctx context.Context) *Promise[Void] {
		run = homeOf(ctx).loop
		return Resolve(Void{})
	})
	assert.NoError(t, err)
	assert.False(t, run.drives())

	// The goroutine goes, and the loop goes on at another one.
	l.Post(runtime.Goexit)
	l.Post(func() { assert.Equal(t, thisGoroutine() != 0, l.drives()) })
	ended := make(chan bool)
	go func() {
		defer func() { ended <- l.drives() }()
		for l.Poll() {
		}
	}()
	assert.False(t, <-ended)
	for l.Poll() {
	}
	assert.Zero(t, l.Stats().Queue)
}

// What is made ready on a loop comes behind what came from elsewhere before, and before what comes later.
func TestOrderOfOwnAndOthers(t *testing.T) {
	l := NewLoop()
	var order []string
	note := func(s string) func() { return func() { order = append(order, s) } }
	l.Post(func() {
		elsewhere := func(s string) {
			var wg sync.WaitGroup
			wg.Go(func() { l.Post(note(s)) })
			wg.Wait()
		}
		l.Post(note("own 1"))
		elsewhere("other 1")
		elsewhere("other 2")
		l.Post(note("own 2"))
		p, resolve, _ := NewPromise[int](WithExecutor(context.Background(), l))
		for _, s := range []string{"then 1", "then 2", "then 3"} {
			Finally(p, note(s))
		}
		elsewhere("other 3")
		resolve(1)
		elsewhere("other 4")
		l.Post(note("own 3"))
	})
	for l.Poll() {
	}
	assert.Equal(t, []string{
		"own 1", "other 1", "other 2", "own 2", "other 3", "then 1", "then 2", "then 3", "other 4", "own 3",
	}, order)
}
