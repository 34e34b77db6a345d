package async

import (
	"context"
	"testing"
)

// What comes of the main promise when Run has ended without it, changes nothing any more.
func TestMainPromiseBehindTheEnd(t *testing.T) {
	p, resolve, _ := NewPromise[int](nil)
	m := &mainCall[int]{mainRun: newMainRun(context.Background())}
	m.fn = func(context.Context) *Promise[int] { return p }
	m.hop.kind, m.exec = kindHop, &m.loop.leaves
	m.setSelf(m)
	m.loop.post(&m.Task)
	m.loop.Poll()
	m.fail(ErrDeadlock)
	resolve(1)
	m.loop.Poll()
	if m.value != 0 || m.raw != ErrDeadlock {
		t.Errorf("got %v, %v", m.value, m.raw)
	}
}
