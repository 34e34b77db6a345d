package async

// This file lists all loops and pools, without holding them.

import (
	"slices"
)

var homes homeList

type homeList struct {
	mu    mutex
	list  []numberedHome // in the order of numbers
	bound int
	made  int
}

type numberedHome struct {
	number int
	home   weakPtr[home]
}

func (hs *homeList) add(h *home) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if len(hs.list) >= hs.bound {
		hs.list = slices.DeleteFunc(hs.list, func(n numberedHome) bool { return strong(n.home) == nil })
		hs.bound = 2*len(hs.list) + 16
	}
	h.number = hs.made
	hs.made++
	hs.list = append(hs.list, numberedHome{h.number, makeWeak(h)})
}

// numbered returns the home with a number, or nil.
func (hs *homeList) numbered(n int) *home {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	i, ok := slices.BinarySearchFunc(hs.list, n, func(x numberedHome, n int) int { return x.number - n })
	if !ok {
		return nil
	}
	return strong(hs.list[i].home)
}

// all returns the homes in the order in which they were made.
func (hs *homeList) all() []*home {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	var found []*home
	for _, n := range hs.list {
		if h := strong(n.home); h != nil {
			found = append(found, h)
		}
	}
	return found
}

// afterGC is called after a garbage collection, and before one that is to find what nobody can settle.
func afterGC() {
	for _, h := range homes.all() {
		h.scopes.age()
		h.scopes.retire(false)
	}
	unseen.age()
}
