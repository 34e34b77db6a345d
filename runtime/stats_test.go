package async_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	async "github.com/goawait/goawait/runtime"
)

func TestLoopStats(t *testing.T) {
	l := async.NewLoop()
	ctx := async.WithExecutor(context.Background(), l)
	for range 5 {
		l.Post(func() {})
	}
	l.Poll()
	p := sleepFor(ctx, time.Nanosecond, 1)
	p = addAsync(ctx, p, p)
	outside, resolve, _ := async.NewPromise[int](nil)
	late := addAsync(ctx, outside, outside)
	async.Sleep(ctx, time.Hour)
	for p.State() == async.Pending || l.Poll() {
		l.Poll()
	}
	s := l.Stats()
	turns := s.Turns
	s.Turns = 0
	if !strings.HasPrefix(s.Executor, "loop ") || turns == 0 {
		t.Error(s)
	}
	want := async.Stats{Executor: s.Executor, Tasks: 7, Resumes: 2, Posts: 5, Timers: 1, MaxQueue: 5, Sleeping: 1, Outside: 1}
	if s != want {
		t.Errorf("\n%v, want\n%v", s, want)
	}
	resolve(1)
	if s := l.Stats(); s.Outside != 1 || s.Posts != 5 {
		t.Error("seen before the loop has looked:", s)
	}
	l.Poll()
	if s := l.Stats(); s.Turns != turns+1 || s.Tasks != 8 || s.Posts != 6 || s.Outside != 0 || late.State() != async.Fulfilled {
		t.Error(s)
	}
	var back async.Stats
	if want, err := json.Marshal(l.Stats()); err != nil || l.Stats().String() != string(want) {
		t.Errorf("%v, want %s, %v", l.Stats(), want, err)
	}
	if err := json.Unmarshal([]byte(l.Stats().String()), &back); err != nil || back != l.Stats() {
		t.Error(err, back)
	}
}

func TestPoolStats(t *testing.T) {
	pool := async.NewPool(1)
	ctx := async.WithExecutor(context.Background(), pool)
	p, resolve, _ := async.NewPromise[int](ctx)
	q := addAsync(ctx, addAsync(ctx, p, p), p)
	begun, release := make(chan bool), make(chan bool)
	pool.Post(func() { begun <- true; <-release })
	<-begun
	resolve(1)
	pool.Post(func() {})
	if s := pool.Stats(); s.Posts != 3 || s.Queue != 2 || s.MaxQueue != 2 || s.Tasks != 0 {
		t.Error(s)
	}
	close(release)
	if _, err := q.Wait(nil); err != nil {
		t.Fatal(err)
	}
	for pool.Stats().Tasks < 4 { // a goroutine that looks for more gets here
		time.Sleep(time.Millisecond)
	}
	s := pool.Stats()
	if s.Tasks != 4 || s.Resumes != 2 || s.Posts != 3 || s.Queue != 0 {
		t.Error(s)
	}
}

// What a loop runs sees its counters as they are.
func TestLoopStatsFromWithin(t *testing.T) {
	l := async.NewLoop()
	var got []uint64
	for range 3 {
		l.Post(func() {
			got = append(got, l.Stats().Tasks)
			l.Post(func() {})
		})
	}
	l.Poll()
	if fmt.Sprint(got) != "[1 2 3]" {
		t.Error(got)
	}
}

func TestAllStats(t *testing.T) {
	l := async.NewLoop()
	run(t, func(ctx context.Context, co async.Coroutine) {
		n := 0
		var names []string
		for _, s := range async.AllStats() {
			names = append(names, s.Executor)
			if s.Executor == l.Stats().Executor {
				n++
			}
		}
		if n != 1 || len(names) < 2 {
			t.Error(names)
		}
	})
}
