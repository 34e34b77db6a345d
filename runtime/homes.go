package async

// This file lists all loops and pools, without holding them.

import (
	"weak"
)

var homes homeList

type homeList struct {
	mu    mutex
	list  []weak.Pointer[home]
	bound int
	made  int
}

func (hs *homeList) add(h *home) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if len(hs.list) >= hs.bound {
		kept := hs.list[:0]
		for _, p := range hs.list {
			if p.Value() != nil {
				kept = append(kept, p)
			}
		}
		clear(hs.list[len(kept):])
		hs.list, hs.bound = kept, 2*len(kept)+16
	}
	hs.list = append(hs.list, weak.Make(h))
	h.number = hs.made
	hs.made++
}

// all returns the homes in the order in which they were made.
func (hs *homeList) all() []*home {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	var found []*home
	for _, p := range hs.list {
		if h := p.Value(); h != nil {
			found = append(found, h)
		}
	}
	return found
}

// afterGC is called after a garbage collection, and before one that is to find what nobody can settle.
func afterGC() {
	for _, h := range homes.all() {
		h.scopes.age()
	}
	unseen.age()
}
