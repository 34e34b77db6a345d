package guide

import (
	"context"
	"fmt"
	"net/http"

	async "github.com/goawait/goawait/runtime"
)

// A Room is where visitors of a server meet in pairs. It belongs to one loop, so it needs no locks.
type Room struct {
	loop  *async.Loop
	first *Visitor // waits for a second one; nil if there is none
}

// A Visitor waits in a room.
type Visitor struct {
	name string
	meet func(name string)
}

// OpenRoom makes a room that is open until ctx is done.
func OpenRoom(ctx context.Context) *Room {
	r := &Room{loop: async.NewLoop()}
	async.Detach(r.openAsync(async.WithExecutor(ctx, r.loop)))
	go r.loop.Run()
	return r
}

// open keeps the loop running, which would end when nothing is left to do.
//
//goawait:async
func (r *Room) open(ctx context.Context) {
	<-ctx.Done()
}

// Meet waits for another visitor, and tells who that is.
//
//goawait:async
func (r *Room) Meet(ctx context.Context, name string) (other string, err error) {
	if other := r.first; other != nil {
		r.first = nil
		other.meet(name)
		return other.name, nil
	}
	p, meet, _ := async.NewPromise[string](ctx)
	me := &Visitor{name, meet}
	r.first = me
	other, err = async.Await(p)
	if r.first == me { // nobody came in time
		r.first = nil
	}
	return other, err
}

// ServeHTTP runs on a goroutine of the server: it hands the call over to the loop, and waits for it.
func (r *Room) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ctx := async.WithExecutor(req.Context(), r.loop)
	p, follow := async.NewFollower[string](ctx)
	r.loop.Post(func() { follow(r.MeetAsync(ctx, req.FormValue("name"))) })
	other, err := p.Wait(nil)
	if err != nil {
		return // the visitor has gone
	}
	fmt.Fprintln(w, "you met", other)
}
