package guide

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

// A Game has a loop of its own: it calls Frame for each picture.
type Game struct {
	loop *async.Loop
	ctx  context.Context
	next async.Event // set in each frame
	draw func(*Game)
	Fox  int    // where the fox is
	Text string // below the picture
}

// NewGame makes a game with a function that draws it. Scripts are started with the context of the game.
func NewGame(draw func(*Game)) *Game {
	g := &Game{loop: async.NewLoop(), draw: draw}
	g.ctx = async.WithExecutor(context.Background(), g.loop)
	return g
}

// Frame lets all scripts go on until they wait for the next frame, and draws.
func (g *Game) Frame() {
	g.next.Set()
	g.next.Reset()
	for g.loop.Poll() {
	}
	g.draw(g)
}

// Walk moves the fox by a step in each frame.
//
//goawait:async
func (g *Game) Walk(ctx context.Context, steps int) error {
	for range steps {
		if _, err := async.Await(g.next.Wait(ctx)); err != nil {
			return err
		}
		g.Fox++
	}
	return nil
}

// Script is what happens in the first scene.
//
//goawait:async
func (g *Game) Script(ctx context.Context) error {
	g.Text = "a fox goes for a walk"
	if _, err := async.Await(g.WalkAsync(ctx, 2)); err != nil {
		return err
	}
	g.Text = "it looks around"
	_, err := async.Await(g.WalkAsync(ctx, 1))
	return err
}
