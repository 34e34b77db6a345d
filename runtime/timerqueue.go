package async

// This file holds the queue that timers and naps are in: a heap for those that are next, and behind it a radix heap.
//
// A heap of a million entries is far from the processor: each one that is taken out costs some misses of the cache. So those that are due
// after a horizon wait in buckets, in no order. A bucket has the entries whose times differ from a reference in the same highest bit: the
// first bucket with something in it has the next entries, and all of one range of times. When the heap is empty, they are poured into it;
// where they are too many, the start of their range becomes the reference, and they go to buckets before theirs. All others stay where they
// are, as they differ from the new reference in the same bit. So an entry is moved some times, in order through memory, and is
// in the heap when that is small (Ahuja, Mehlhorn, Orlin, Tarjan: Faster algorithms for the shortest path problem, 1990).

import (
	"cmp"
	"math/bits"
	"slices"
)

// A timerQueue has entries in the order of their times and numbers.
type timerQueue struct {
	near    timerHeap // those before horizon; not empty if there are any
	most    int       // entries in near before some go to buckets
	horizon uint64    // a time; of no meaning without entries in buckets
	ref     uint64    // buckets have entries that are not before horizon, each in that of bits.Len64(when ^ ref)
	far     int       // entries in buckets
	buckets *[65]farBucket
	free    *farChunk // to be used again
	frees   int       // chunks in free
	small   int       // nearMost for tests; 0 for none
}

// A farBucket is a list of entries in no order.
type farBucket struct {
	first *farChunk // those behind it are full
	n     int       // entries
}

// A farChunk is a part of a farBucket.
type farChunk struct {
	next  *farChunk
	n     int
	nodes [25]heapNode
}

const chunkEntries = 4 * len(farChunk{}.nodes)

// nearMost is how many entries the heap takes before some of them go to buckets. Half as many are poured into it at a time.
const nearMost = 4096

func (q *timerQueue) n() int            { return q.near.n + q.far }
func (q *timerQueue) first() timerEntry { return q.near.first() }

func (q *timerQueue) limit() int {
	if q.small > 0 {
		return q.small
	}
	return nearMost
}

// push adds e.
func (q *timerQueue) push(e timerEntry) {
	if q.far > 0 && uint64(e.when) >= q.horizon {
		q.pushFar(e)
		return
	}
	q.near.push(e)
	if q.near.n > max(q.limit(), q.most, q.far/4) {
		q.rebuild()
	}
}

func (q *timerQueue) pushFar(e timerEntry) {
	b := &q.buckets[bits.Len64(uint64(e.when)^q.ref)]
	c := b.first
	if c == nil || c.n == chunkEntries {
		if c = q.free; c == nil {
			c = new(farChunk)
		} else {
			q.free = c.next
			q.frees--
		}
		c.next, b.first = b.first, c
	}
	c.set(c.n, e)
	c.n++
	b.n++
	q.far++
}

func (c *farChunk) at(i int) timerEntry {
	n := &c.nodes[i/4]
	return timerEntry{n.whens[i%4], n.whats[i%4], n.seqs[i%4]}
}

func (c *farChunk) set(i int, e timerEntry) {
	n := &c.nodes[i/4]
	n.whens[i%4], n.whats[i%4], n.seqs[i%4] = e.when, e.what, e.seq
}

// pop takes the first one out.
func (q *timerQueue) pop() timerEntry {
	e := q.near.pop()
	if q.near.n == 0 {
		q.refill()
	}
	return e
}

// refill makes sure that near has the first entry, and gives memory back.
func (q *timerQueue) refill() {
	for q.near.n == 0 && q.far > 0 {
		i := 0
		for q.buckets[i].n == 0 {
			i++
		}
		end := q.ref + 1
		if i > 0 {
			q.ref = (q.ref>>(i-1) | 1) << (i - 1)
			end = q.ref + 1<<(i-1)
		}
		if q.buckets[i].n > q.limit()/2 && i > 1 {
			q.horizon = q.ref
			q.empty(i, q.pushFar)
			continue
		}
		q.horizon = end
		q.empty(i, q.near.push)
		q.most = 2 * q.near.n // it may be large, as there are many of the same time
	}
	if q.far == 0 {
		q.buckets, q.free, q.frees = nil, nil, 0
	}
	if q.n() == 0 {
		q.most = 0
		if len(q.near.blocks) > 1 {
			q.near.blocks = nil
		}
	}
}

// empty takes all entries out of a bucket, and gives them to put.
func (q *timerQueue) empty(i int, put func(timerEntry)) {
	b := q.buckets[i]
	q.buckets[i] = farBucket{}
	q.far -= b.n
	for c := b.first; c != nil; {
		for j := range c.n {
			put(c.at(j))
		}
		next := c.next
		if q.frees <= 64+q.n()/512 {
			*c = farChunk{next: q.free}
			q.free = c
			q.frees++
		}
		c = next
	}
}

// rebuild puts all entries into buckets, seen from the first one, and pours the next into the heap.
func (q *timerQueue) rebuild() {
	all := *q
	all.ref, all.far, all.buckets = uint64(q.first().when), 0, new([65]farBucket)
	q.each(all.pushFar)
	all.near = timerHeap{}
	*q = all
	q.refill()
}

// each calls f for all entries, in no order.
func (q *timerQueue) each(f func(timerEntry)) {
	for i := heapRoot; i < q.near.end(); i++ {
		f(q.near.at(i))
	}
	if q.far == 0 {
		return
	}
	for i := range q.buckets {
		for c := q.buckets[i].first; c != nil; c = c.next {
			for j := range c.n {
				f(c.at(j))
			}
		}
	}
}

// sweep takes out the entries that drop is true for.
func (q *timerQueue) sweep(drop func(timerEntry) bool) {
	q.near.sweep(drop)
	if q.far > 0 {
		for i := range q.buckets {
			q.empty(i, func(e timerEntry) {
				if !drop(e) {
					q.pushFar(e)
				}
			})
		}
	}
	q.refill()
}

// renumber gives the entries small numbers that keep their order, and returns the last one.
func (q *timerQueue) renumber() uint32 {
	var all []timerEntry
	q.each(func(e timerEntry) { all = append(all, e) })
	slices.SortFunc(all, func(a, b timerEntry) int { return cmp.Or(cmp.Compare(a.when, b.when), cmp.Compare(a.seq, b.seq)) })
	for i := range all {
		all[i].seq = uint32(i+1)<<1 | all[i].seq&1
	}
	if q.far > 0 {
		for i := range q.buckets {
			q.empty(i, func(timerEntry) {})
		}
	}
	for i, e := range all { // those in near are the first, and in order they are a heap
		if i < q.near.n {
			q.near.set(heapRoot+i, e)
		} else {
			q.pushFar(e)
		}
	}
	return uint32(len(all))
}
