package picture

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// random makes a graph like that of a function: mostly forward edges, some of them far, some back.
func random(r *rand.Rand) (boxes []*box, links []*link) {
	n := 1 + r.IntN(30)
	for i := range n {
		boxes = append(boxes, &box{w: 60 + r.IntN(300), h: 20 + r.IntN(120)})
		if i == 0 {
			continue
		}
		for range 1 + r.IntN(2) {
			from := max(0, i-1-r.IntN(1+r.IntN(6)))
			links = append(links, &link{from: boxes[from], to: boxes[i], labelWidth: r.IntN(2) * r.IntN(200)})
		}
		if r.IntN(4) == 0 {
			links = append(links, &link{from: boxes[i], to: boxes[i-r.IntN(min(i+1, 8))], back: true, labelWidth: r.IntN(2) * r.IntN(200)})
		}
	}
	return boxes, links
}

// TestLayout checks, for random graphs, that no boxes overlap, that edges begin at the one and end at the other, go down but where they
// go back, that nothing lies outside, and that the same comes out again.
func TestLayout(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			boxes, links := random(rand.New(rand.NewPCG(seed, 1)))
			w, h := place(boxes, links)
			all := slices.Clone(boxes)
			for _, k := range links {
				for i, d := range k.chain {
					d.y = max(d.y, 0)
					if i > 0 || k.labelWidth == 0 {
						d.h = max(d.h, 1)
					}
					all = append(all, d)
				}
			}
			for i, a := range all {
				if a.x < 0 || a.y < 0 || a.x+a.w > w || a.y+a.h > h {
					t.Errorf("box at %d,%d of %d by %d is not in %d by %d", a.x, a.y, a.w, a.h, w, h)
				}
				for _, b := range all[:i] {
					if a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h && a.rank == b.rank {
						t.Errorf("boxes at %d,%d and %d,%d overlap", a.x, a.y, b.x, b.y)
					}
				}
			}
			for _, k := range links {
				first, last := k.points[0], k.points[len(k.points)-1]
				if first.x < k.from.x || first.x > k.from.x+k.from.w || first.y != k.from.y+k.from.h {
					t.Errorf("an edge does not begin at its box")
				}
				if last.x < k.to.x || last.x > k.to.x+k.to.w || last.y != k.to.y {
					t.Errorf("an edge does not end at its box")
				}
				if before := k.points[len(k.points)-2]; k.back && before.x != last.x || before.y > last.y {
					t.Errorf("an edge comes from below or from the side")
				}
				for i := 1; i < len(k.points); i++ {
					if p, q := k.points[i-1], k.points[i]; !k.back && q.y < p.y {
						t.Errorf("an edge goes up")
					}
				}
				for _, p := range k.points {
					if p.x < 0 || p.x > w || p.y < 0 || p.y > h {
						t.Errorf("an edge leaves the picture")
					}
				}
			}
			again, others := random(rand.New(rand.NewPCG(seed, 1)))
			w2, h2 := place(again, others)
			if w != w2 || h != h2 {
				t.Errorf("%d by %d, then %d by %d", w, h, w2, h2)
			}
			for i := range boxes {
				if boxes[i].x != again[i].x || boxes[i].y != again[i].y {
					t.Errorf("another place the second time")
				}
			}
		})
	}
}

// TestLayoutStraight checks that a chain is a straight line, and that an edge beside it stays upright.
func TestLayoutStraight(t *testing.T) {
	var boxes []*box
	var links []*link
	for i := range 6 {
		boxes = append(boxes, &box{w: 100, h: 40})
		if i > 0 {
			links = append(links, &link{from: boxes[i-1], to: boxes[i]})
		}
	}
	w, _ := place(boxes, links)
	for _, b := range boxes {
		if b.x != 0 || w != 100 {
			t.Errorf("box at %d in a picture of %d", b.x, w)
		}
	}
	for _, b := range boxes {
		b.up, b.down, b.rank = nil, nil, 0
	}
	for _, k := range links {
		k.chain, k.points = nil, nil
	}
	far := &link{from: boxes[0], to: boxes[5]}
	place(boxes, append(links, far))
	for _, d := range far.chain[1:] {
		if d.mid != far.chain[0].mid {
			t.Errorf("an edge over five layers bends: %d, %d", far.chain[0].mid, d.mid)
		}
	}
}
