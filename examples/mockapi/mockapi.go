// Package mockapi is a server that does not exist: its answers come after a delay, and one call of ten fails.
//
// The other examples use it. Its methods are async functions themselves: UserAsync and its like are their twins.
package mockapi

// This file has the calls.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	async "github.com/goawait/goawait/runtime"
)

//go:generate go tool goawait

// How long the answers take.
const (
	UserDelay     = 30 * time.Millisecond
	ProfileDelay  = 30 * time.Millisecond
	PostsDelay    = 50 * time.Millisecond
	CommentsDelay = 80 * time.Millisecond
)

// ErrUnavailable is what a call fails with.
var ErrUnavailable = errors.New("service unavailable")

// A User is someone who writes posts and comments.
type User struct {
	ID   int
	Name string
}

// A Profile is what a user says of themselves.
type Profile struct {
	UserID int
	City   string
}

// An API answers calls. It may be used from several goroutines.
type API struct {
	mu   sync.Mutex
	luck *rand.Rand // nil: no dice are thrown
	down bool
	now  time.Duration
}

// New makes an API that fails in one call of ten. The seed decides in which.
func New(seed uint64) *API { return &API{luck: rand.New(rand.NewPCG(seed, 0))} }

// Reliable makes an API that never fails.
func Reliable() *API { return &API{} }

// Down makes an API that always fails.
func Down() *API { return &API{down: true} }

// User finds a user.
//
//goawait:async
func (a *API) User(ctx context.Context, id int) (User, error) {
	if _, err := async.Await(a.answerAsync(ctx, UserDelay)); err != nil {
		return User{}, fmt.Errorf("user %d: %w", id, err)
	}
	names := []string{"Ada", "Grace", "Edsger", "Barbara", "Niklaus"}
	return User{ID: id, Name: names[id%len(names)]}, nil
}

// Profile finds the profile of a user.
//
//goawait:async
func (a *API) Profile(ctx context.Context, userID int) (Profile, error) {
	if _, err := async.Await(a.answerAsync(ctx, ProfileDelay)); err != nil {
		return Profile{}, fmt.Errorf("profile %d: %w", userID, err)
	}
	cities := []string{"London", "New York", "Rotterdam", "Boston", "Zurich"}
	return Profile{UserID: userID, City: cities[userID%len(cities)]}, nil
}

// Posts finds what a user wrote.
//
//goawait:async
func (a *API) Posts(ctx context.Context, userID int) ([]string, error) {
	if _, err := async.Await(a.answerAsync(ctx, PostsDelay)); err != nil {
		return nil, fmt.Errorf("posts of user %d: %w", userID, err)
	}
	return []string{"On engines", "On notes"}, nil
}

// Comments finds what a user said about the posts of others.
//
//goawait:async
func (a *API) Comments(ctx context.Context, userID int) ([]string, error) {
	if _, err := async.Await(a.answerAsync(ctx, CommentsDelay)); err != nil {
		return nil, fmt.Errorf("comments of user %d: %w", userID, err)
	}
	return []string{"Nice", "Agreed", "Why?"}, nil
}

// answer is one call: a delay, and then the answer or a failure.
//
//goawait:async
func (a *API) answer(ctx context.Context, delay time.Duration) error {
	fails := a.fails() // decided by the order of the calls, not by that of the answers
	due := a.Clock() + delay
	if _, err := async.Await(async.Sleep(ctx, delay)); err != nil {
		return err
	}
	a.advance(due)
	if fails {
		return ErrUnavailable
	}
	return nil
}

// fails throws the dice.
func (a *API) fails() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.down || a.luck != nil && a.luck.IntN(10) == 0
}

// Clock is the server's time: it begins with 0, and a call that begins at t ends at t plus its delay, however busy the machine is.
func (a *API) Clock() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func (a *API) advance(to time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = max(a.now, to)
}
