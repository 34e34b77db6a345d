package async

import (
	"context"
	"testing"
	"time"
)

// Calls that wait for nothing but time go on when Run has returned.
func TestTimersBehindTheEnd(t *testing.T) {
	over := make(chan error, 2)
	Run(context.Background(), func(ctx context.Context) *Promise[int] {
		next := func(f func()) func(Void) (int, error) { return func(Void) (int, error) { f(); return 0, nil } }
		Then(Sleep(ctx, time.Millisecond), next(func() {
			Then(Sleep(ctx, time.Millisecond), next(func() { over <- nil }))
		}))
		short, _ := WithTimeout(ctx, time.Millisecond)
		p, _, _ := NewPromise[int](short)
		Catch(p, func(err error) (int, error) { over <- err; return 0, nil })
		return Resolve(1)
	})
	for range 2 {
		select {
		case <-over:
		case <-time.After(10 * time.Second):
			t.Fatal("does not go on")
		}
	}
}

// What comes of the main promise when Run has ended without it, changes nothing any more.
func TestMainPromiseBehindTheEnd(t *testing.T) {
	p, resolve, _ := NewPromise[int](nil)
	m := &mainCall[int]{mainRun: newMainRun(context.Background())}
	m.fn = func(context.Context) *Promise[int] { return p }
	m.hop.kind, m.hop.exec = kindHop, &m.loop.leaves
	m.hop.setSelf(m)
	m.loop.post(&m.hop.Task)
	m.loop.Poll()
	m.fail(ErrDeadlock)
	resolve(1)
	m.loop.Poll()
	if m.value != 0 || m.raw != ErrDeadlock {
		t.Errorf("got %v, %v", m.value, m.raw)
	}
}

// A loop that nobody drives any more may be woken twice: by who found it parked in Run, and by who came behind that.
func TestWokenTwiceBehindTheEnd(t *testing.T) {
	l := NewLoop()
	ran := 0
	l.Post(func() {
		l.runAlone()
		ran++
	})
	l.alone.Store(true)
	l.runAlone()
	if ran != 1 {
		t.Error(ran)
	}
}
