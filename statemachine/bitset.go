package statemachine

import (
	"math/bits"
	"slices"
	"sort"
)

// A bitset is a set of small numbers: the words of a bit vector that are not empty, by their place in it. A function has many sets of
// its variables, one for each operation and more, and most hold few of them, which stand near to each other. nil is no set.
type bitset []bitword

type bitword struct {
	at   int // place in the vector
	bits uint64
}

// newBitset gives an empty set of numbers less than n.
func newBitset(n int) bitset { return bitset{} }

// find gives the index of the word at a place, or where it would have to stand.
func (s bitset) find(at int) (i int, found bool) {
	i = sort.Search(len(s), func(i int) bool { return s[i].at >= at })
	return i, i < len(s) && s[i].at == at
}

func (s bitset) has(i int) bool {
	w, ok := s.find(i / 64)
	return ok && s[w].bits&(1<<(i%64)) != 0
}

func (s *bitset) add(i int) {
	w, ok := s.find(i / 64)
	if !ok {
		*s = slices.Insert(*s, w, bitword{at: i / 64})
	}
	(*s)[w].bits |= 1 << (i % 64)
}

func (s bitset) remove(i int) {
	if w, ok := s.find(i / 64); ok {
		s[w].bits &^= 1 << (i % 64)
	}
}

// union adds all of t and reports whether that changed s.
func (s *bitset) union(t bitset) (changed bool) {
	missing, i := 0, 0
	for _, w := range t {
		for i < len(*s) && (*s)[i].at < w.at {
			i++
		}
		switch {
		case w.bits == 0:
		case i == len(*s) || (*s)[i].at != w.at:
			missing++
		case w.bits&^(*s)[i].bits != 0:
			(*s)[i].bits |= w.bits
			changed = true
		}
	}
	if missing == 0 {
		return changed
	}
	old := *s
	i = len(old) - 1
	*s = slices.Grow(old, missing)[:len(old)+missing]
	to := len(*s) - 1
	for j := len(t) - 1; j >= 0; j-- { // from the end, so that no word is overwritten before it is moved
		if t[j].bits == 0 {
			continue
		}
		for i >= 0 && (*s)[i].at > t[j].at {
			(*s)[to] = (*s)[i]
			i, to = i-1, to-1
		}
		if i < 0 || (*s)[i].at != t[j].at {
			(*s)[to] = t[j]
			to--
		}
	}
	return true
}

// intersect removes what is not in t.
func (s bitset) intersect(t bitset) {
	i := 0
	for j := range s {
		for i < len(t) && t[i].at < s[j].at {
			i++
		}
		if i == len(t) || t[i].at != s[j].at {
			s[j].bits = 0
		} else {
			s[j].bits &= t[i].bits
		}
	}
}

// meets reports whether s and t have a number in common.
func (s bitset) meets(t bitset) bool {
	for _, w := range t {
		if i, ok := s.find(w.at); ok && s[i].bits&w.bits != 0 {
			return true
		}
	}
	return false
}

func (s bitset) clone() bitset { return slices.Clone(s) }

// each calls f for every number in the set, in order.
func (s bitset) each(f func(int)) {
	for _, w := range s {
		for b := w.bits; b != 0; b &= b - 1 {
			f(w.at*64 + bits.TrailingZeros64(b))
		}
	}
}
