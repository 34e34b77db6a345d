package picture

// This file places the nodes of a graph in layers and leads the edges between them, as Sugiyama, Tagawa and Toda do it (Methods for
// visual understanding of hierarchical system structures, 1981). All numbers are whole, so that a picture is the same everywhere.

import (
	"cmp"
	"slices"
)

// A box is something to be placed. Its edges enter at the top and leave at the bottom.
type box struct {
	w, h int
	x, y int // left, top: the result

	// While it is placed:
	rank, pos int
	dummy     bool // a place through which an edge goes; h is 0, or that of the edge's label
	up, down  []*box
	mid       int // centre
}

// A link is an edge between boxes. One that goes back leads to a box above, or to the same.
type link struct {
	from, to   *box
	back       bool
	labelWidth int // 0: without a label

	chain  []*box // the places that it goes through; the first holds its label
	points []point
	lane   int
}

type point struct{ x, y int }

// Distances.
const (
	gapX        = 28 // between neighbours
	gapY        = 18 // between a box and the labels below or above
	labelHeight = 18
	trackGap    = 9  // between parallel lines
	laneGap     = 14 // between lines that go back, beside the boxes
	portGap     = 18 // between edges that enter the same box
)

// A layout is a graph in the making.
type layout struct {
	boxes  []*box
	links  []*link
	layers [][]*box // of even rank: boxes; of odd rank: labels between them
	bottom []int    // of each layer
	top    []int
}

// place gives each box its place and each link its points, and tells the size of the whole.
func place(boxes []*box, links []*link) (width, height int) {
	l := &layout{boxes: boxes, links: links}
	l.rank()
	l.chains()
	l.order()
	l.across()
	l.straighten()
	l.downward()
	l.route()
	return l.normalize()
}

// rank puts every box below those that lead to it. The boxes come in an order in which only links that go back lead up.
func (l *layout) rank() {
	for _, b := range l.boxes {
		for _, k := range l.links {
			if k.to == b && !k.back {
				b.rank = max(b.rank, k.from.rank+2)
			}
		}
	}
	last := 0
	for _, b := range l.boxes {
		last = max(last, b.rank)
	}
	l.layers = make([][]*box, last+2)
	for _, b := range l.boxes {
		l.add(b)
	}
}

func (l *layout) add(b *box) {
	b.pos = len(l.layers[b.rank])
	l.layers[b.rank] = append(l.layers[b.rank], b)
}

// chains gives each link a place in every layer that it crosses. One that goes back has one below its box only.
func (l *layout) chains() {
	for _, k := range l.links {
		to := k.to.rank
		if k.back {
			to = k.from.rank + 2
		}
		before := k.from
		for r := k.from.rank + 1; r < to; r++ {
			d := &box{w: 10, rank: r, dummy: true}
			if r == k.from.rank+1 && k.labelWidth > 0 {
				d.w, d.h = k.labelWidth+12, labelHeight
			}
			l.add(d)
			k.chain = append(k.chain, d)
			connect(before, d)
			before = d
		}
		if !k.back {
			connect(before, k.to)
		}
	}
}

func connect(a, b *box) {
	a.down = append(a.down, b)
	b.up = append(b.up, a)
}

// order sorts the layers so that few edges cross: each box goes to the average place of those above it, then of those below it, and so
// on. The best order of all is kept.
func (l *layout) order() {
	best, crossings := l.orders(), l.crossings()
	for i := range 12 {
		if i%2 == 0 {
			for r := 1; r < len(l.layers); r++ {
				l.sortLayer(r, func(b *box) []*box { return b.up })
			}
		} else {
			for r := len(l.layers) - 2; r >= 0; r-- {
				l.sortLayer(r, func(b *box) []*box { return b.down })
			}
		}
		if c := l.crossings(); c < crossings {
			best, crossings = l.orders(), c
		}
	}
	l.layers = best
	for _, layer := range l.layers {
		for i, b := range layer {
			b.pos = i
		}
	}
}

func (l *layout) orders() (copies [][]*box) {
	for _, layer := range l.layers {
		copies = append(copies, slices.Clone(layer))
	}
	return copies
}

func (l *layout) sortLayer(r int, next func(*box) []*box) {
	layer := l.layers[r]
	key := map[*box]int{}
	for _, b := range layer {
		ns := next(b)
		if len(ns) == 0 {
			key[b] = b.pos * 1000
			continue
		}
		sum := 0
		for _, n := range ns {
			sum += n.pos * 1000
		}
		key[b] = sum / len(ns)
	}
	slices.SortStableFunc(layer, func(a, b *box) int { return cmp.Compare(key[a], key[b]) })
	for i, b := range layer {
		b.pos = i
	}
}

func (l *layout) crossings() (n int) {
	for _, layer := range l.layers {
		var ends []int
		for _, b := range layer {
			var mine []int
			for _, d := range b.down {
				mine = append(mine, d.pos)
			}
			for _, e := range mine {
				for _, f := range ends {
					if f > e {
						n++
					}
				}
			}
			ends = append(ends, mine...)
		}
	}
	return n
}

// across finds the centres: near those of neighbours above and below, long edges straight, nothing overlapping.
func (l *layout) across() {
	for _, layer := range l.layers {
		x := 0
		for _, b := range layer {
			b.mid = x + b.w/2
			x += b.w + gapX
		}
	}
	for i := range 40 {
		r0, r1, step := 0, len(l.layers), 1
		if i%2 == 1 {
			r0, r1, step = len(l.layers)-1, -1, -1
		}
		for r := r0; r != r1; r += step {
			l.spread(l.layers[r], i < 30 && i%2 == 0, i < 30 && i%2 == 1)
		}
	}
}

// spread moves the boxes of a layer to where their neighbours want them. Where they would overlap, those in question share the
// difference: the least squares under the condition of an order, found by pooling adjacent violators.
func (l *layout) spread(layer []*box, onlyUp, onlyDown bool) {
	type pool struct{ sum, weight, n int }
	var pools []pool
	offset := 0 // of a box, if those before it stood side by side from 0 on
	offsets := make([]int, len(layer))
	for i, b := range layer {
		if i > 0 {
			offset += (layer[i-1].w+b.w)/2 + separation(layer[i-1], b)
		}
		offsets[i] = offset
		sum, weight := 0, 0
		want := func(ns []*box) {
			for _, n := range ns {
				w := 2
				if b.dummy && n.dummy {
					w = 8
				}
				if len(ns) == 1 {
					w *= 2
				}
				sum += n.mid * w
				weight += w
			}
		}
		if !onlyDown {
			want(b.up)
		}
		if !onlyUp {
			want(b.down)
		}
		if weight == 0 {
			sum, weight = b.mid, 1
		}
		p := pool{sum - offset*weight, weight, 1}
		for len(pools) > 0 {
			q := pools[len(pools)-1]
			if floorDiv(q.sum, q.weight) <= floorDiv(p.sum, p.weight) {
				break
			}
			p = pool{p.sum + q.sum, p.weight + q.weight, p.n + q.n}
			pools = pools[:len(pools)-1]
		}
		pools = append(pools, p)
	}
	i := 0
	for _, p := range pools {
		for range p.n {
			layer[i].mid = floorDiv(p.sum, p.weight) + offsets[i]
			i++
		}
	}
}

// straighten makes edges upright where there is room: all their places get the same centre, and the boxes, too, that have no other edge
// on that side.
func (l *layout) straighten() {
	for range 2 {
		for _, k := range l.links {
			chain := slices.Clone(k.chain)
			if len(k.from.down) == 1 {
				chain = slices.Insert(chain, 0, k.from)
			}
			if !k.back && len(k.to.up) == 1 {
				chain = append(chain, k.to)
			}
			for from := 0; from < len(chain); {
				to := l.upright(chain, from)
				from = max(to, from+1)
			}
		}
	}
}

// upright gives as many places of a chain from one on as possible the same centre, and tells behind which it stopped.
func (l *layout) upright(chain []*box, from int) int {
	lo, hi := l.room(chain[from])
	to := from + 1
	for ; to < len(chain); to++ {
		a, b := l.room(chain[to])
		if max(lo, a) > min(hi, b) {
			break
		}
		lo, hi = max(lo, a), min(hi, b)
	}
	if to-from < 2 {
		return to
	}
	sum := 0
	for _, b := range chain[from:to] {
		sum += b.mid
	}
	mid := min(max(floorDiv(sum, to-from), lo), hi)
	for _, b := range chain[from:to] {
		b.mid = mid
	}
	return to
}

// room tells between where the centre of a box may be without touching its neighbours.
func (l *layout) room(b *box) (lo, hi int) {
	layer := l.layers[b.rank]
	lo, hi = -1<<30, 1<<30
	if b.pos > 0 {
		n := layer[b.pos-1]
		lo = n.mid + (n.w+b.w)/2 + separation(n, b)
	}
	if b.pos+1 < len(layer) {
		n := layer[b.pos+1]
		hi = n.mid - (n.w+b.w)/2 - separation(n, b)
	}
	if lo > b.mid { // rounding
		lo = b.mid
	}
	if hi < b.mid {
		hi = b.mid
	}
	return lo, hi
}

func separation(a, b *box) int {
	if a.dummy && b.dummy {
		return gapX / 2
	}
	return gapX
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// downward finds the heights of layers, with room for the lines that go back.
func (l *layout) downward() {
	l.top, l.bottom = make([]int, len(l.layers)), make([]int, len(l.layers))
	y := 0
	for r, layer := range l.layers {
		above, below := 0, 0 // lines that go back to this layer, and from the labels of this layer
		for _, k := range l.links {
			if k.back && k.to.rank == r {
				above++
			}
			if k.back && k.from.rank+1 == r {
				below++
			}
		}
		if above > 0 {
			y += above*trackGap + 8
		}
		l.top[r] = y
		h := 0
		for _, b := range layer {
			b.y = y
			h = max(h, b.h)
		}
		y += h
		l.bottom[r] = y
		if below > 0 {
			y += below*trackGap + 4
		}
		y += gapY + min(l.slant(r)/8, 40)
	}
}

// slant is how far the edges below a layer go to the side, at most.
func (l *layout) slant(r int) (most int) {
	for _, b := range l.layers[r] {
		for _, d := range b.down {
			most = max(most, b.mid-d.mid, d.mid-b.mid)
		}
	}
	return most
}

// route leads the links through their places.
func (l *layout) route() {
	for _, b := range l.boxes {
		b.x = b.mid - b.w/2
	}
	for _, layer := range l.layers {
		for _, b := range layer {
			b.x = b.mid - b.w/2
		}
	}
	leave, enter := l.ports()
	l.lanes()
	tracks := map[int]int{} // lines that go back below and above each layer, so far
	for _, k := range l.links {
		k.points = append(k.points, point{leave[k], k.from.y + k.from.h})
		if bottom := l.bottom[k.from.rank]; bottom > k.from.y+k.from.h {
			k.points = append(k.points, point{leave[k], bottom})
		}
		for _, d := range k.chain {
			k.points = append(k.points, point{d.mid, l.top[d.rank]}, point{d.mid, l.bottom[d.rank]})
		}
		if !k.back {
			k.points = append(k.points, point{enter[k], k.to.y})
			continue
		}
		below, above := k.from.rank+1, -k.to.rank-1
		tracks[below]++
		tracks[above]++
		y0 := l.bottom[below] + tracks[below]*trackGap
		y1 := k.to.y - tracks[above]*trackGap - 6
		x := k.chain[0].mid
		k.points = append(k.points, point{x, y0}, point{k.lane, y0}, point{k.lane, y1}, point{enter[k], y1}, point{enter[k], k.to.y})
	}
}

// ports gives each link its places at the bottom of the box it leaves and at the top of the one it enters.
func (l *layout) ports() (leave, enter map[*link]int) {
	leave, enter = map[*link]int{}, map[*link]int{}
	for _, b := range l.boxes {
		var out, in []*link
		for _, k := range l.links {
			if k.from == b {
				out = append(out, k)
			}
			if k.to == b {
				in = append(in, k)
			}
		}
		slices.SortStableFunc(out, func(a, b *link) int { return cmp.Compare(a.chain[0].mid, b.chain[0].mid) })
		from := func(k *link) int {
			if k.back {
				return 1 << 30 // from the right
			}
			return k.chain[len(k.chain)-1].mid
		}
		slices.SortStableFunc(in, func(a, b *link) int { return cmp.Compare(from(a), from(b)) })
		for i, k := range out {
			leave[k] = b.mid + portAt(i, len(out), min(b.w*2/3/max(1, len(out)-1), 90))
		}
		for i, k := range in {
			enter[k] = b.mid + portAt(i, len(in), min(b.w/2/max(1, len(in)-1), portGap))
		}
	}
	return leave, enter
}

// portAt is the distance of the i-th of n ports from the middle.
func portAt(i, n, gap int) int { return (2*i - n + 1) * gap / 2 }

// lanes finds for each link that goes back a place to the right of everything that it passes: short ones first, so that
// those of inner loops lie inside.
func (l *layout) lanes() {
	var back []*link
	for _, k := range l.links {
		if k.back {
			back = append(back, k)
		}
	}
	span := func(k *link) int { return k.from.rank - k.to.rank }
	slices.SortStableFunc(back, func(a, b *link) int { return cmp.Compare(span(a), span(b)) })
	for i, k := range back {
		lo, hi := k.to.rank, k.from.rank+1
		x := -1 << 30
		for r := max(0, lo-1); r <= hi; r++ {
			for _, b := range l.layers[r] {
				x = max(x, b.mid+b.w/2)
			}
		}
		k.lane = x + laneGap
		for _, o := range back[:i] {
			if o.to.rank <= hi && o.from.rank+1 >= lo {
				k.lane = max(k.lane, o.lane+laneGap)
			}
		}
	}
}

// normalize moves everything so that it begins at 0, and tells the size.
func (l *layout) normalize() (width, height int) {
	left, right := 1<<30, -1<<30
	see := func(from, to int) { left, right = min(left, from), max(right, to) }
	for _, layer := range l.layers {
		for _, b := range layer {
			see(b.x, b.x+b.w)
		}
	}
	for _, k := range l.links {
		for _, p := range k.points {
			see(p.x, p.x)
			height = max(height, p.y)
		}
	}
	for _, layer := range l.layers {
		for _, b := range layer {
			b.x -= left
			b.mid -= left
			height = max(height, b.y+b.h)
		}
	}
	for _, k := range l.links {
		for i := range k.points {
			k.points[i].x -= left
		}
	}
	return right - left, height
}
