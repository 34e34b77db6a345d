package wide

// This file writes blocks and calls that run beside the rest of the function. They leave no trace and share nothing, so
// that nobody can tell in which order they run.

import (
	"fmt"
	"strings"
)

// alone makes a literal that shares nothing but copies of a few variables, which head declares.
func (b *body) alone(results []*typ, hasErr bool) (l *body, head string) {
	l = b.literal(results, hasErr, true)
	l.silent, l.guarded, l.scope.wall = true, false, true
	l.scope.names = append(l.scope.names, "ctx")
	for range b.n(3) {
		v := b.read(one(b.gen, []*typ{tInt, tStr, tArr, tNum}), ex{})
		if v == nil {
			continue
		}
		c := &variable{name: b.unique("copy"), typ: v.typ, ro: true, used: true}
		head += fmt.Sprintf("%s := %s\n", c.name, v.get())
		l.declare(c)
		b.scope.vars = append(b.scope.vars, &variable{name: c.name, typ: c.typ, ro: true})
		b.scope.names = append(b.scope.names, c.name)
	}
	return l, head
}

// startBeside writes a promise of t that nobody waits for yet.
func (b *body) startBeside(t *typ) (p, head string) {
	var fs []*function
	for _, f := range b.callable([]*typ{t}) {
		if f.silent && !f.errs {
			fs = append(fs, f)
		}
	}
	if len(fs) > 0 && b.chance(60) {
		return b.twinCallFor(one(b.gen, fs), t, ex{d: 1}), ""
	}
	if b.chance(20) {
		return fmt.Sprintf("kit.Quiet[%s](t, %s)", t.name, b.expr(t, ex{d: 2})), ""
	}
	l, head := b.alone([]*typ{t}, true)
	b.repeated(1, func() {
		p = fmt.Sprintf("async.Start(ctx, func(ctx context.Context) (%s, error) %s)", t.name, l.quietly())
	})
	return p, head
}

// quietly writes the body of a literal that ends without an error.
func (b *body) quietly() string {
	text := b.list(2 + b.n(3))
	var parts []string
	for _, t := range b.results {
		parts = append(parts, b.expr(t, ex{d: 2, call: true}))
	}
	if b.hasErr {
		parts = append(parts, "nil")
	}
	return "{\n" + b.fueled() + text + "return " + strings.Join(parts, ", ") + "\n}"
}

// besides writes several blocks or calls that run at the same time, and waits for them.
func (b *body) besides() string {
	switch b.n(8) {
	case 0:
		return b.mapped()
	case 1:
		return b.grouped()
	case 2:
		return b.joined()
	case 3:
		return b.contended()
	case 4:
		return b.handedOver()
	}
	var text, waits string
	var vs []*variable
	ps := []string{b.unique("p"), b.unique("p")}
	for i, name := range ps {
		t := one(b.gen, []*typ{tInt, tStr, tInt64})
		p, head := b.startBeside(t)
		text += head + fmt.Sprintf("%s := %s\n", name, p)
		v := &variable{name: b.unique("v"), typ: t, vol: b.chance(50)}
		wait := fmt.Sprintf("%s := async.Must(async.Await(%s))\n", v.name, name)
		if i == 1 && b.chance(50) {
			waits = wait + waits
		} else {
			waits += wait
		}
		vs = append(vs, v)
	}
	between := ""
	if b.chance(60) {
		between = b.log()
		b.inside(func() { between += "{\n" + b.list(2) + "}\n" })
	}
	b.declare(vs...)
	return text + between + waits
}

// joined awaits several promises at once.
func (b *body) joined() string {
	t := one(b.gen, []*typ{tInt, tStr})
	p, head1 := b.startBeside(t)
	q, head2 := b.startBeside(t)
	b.spend(1)
	s := b.unique("s")
	slice := map[*typ]*typ{tInt: tInts, tStr: tStrs}[t]
	switch b.n(3) {
	case 0:
		b.declare(&variable{name: s, typ: slice})
		return head1 + head2 + fmt.Sprintf("%s := async.Must(async.Await(async.All(%s, %s)))\n", s, p, q)
	case 1:
		w := b.unique("w")
		b.declare(&variable{name: s, typ: t}, &variable{name: w, typ: t, vol: true})
		return head1 + head2 + fmt.Sprintf("%s, %s := async.Must2(async.Await2(async.All2(%s, %s)))\n", s, w, p, q)
	}
	return head1 + head2 + fmt.Sprintf("t.Log(%s, async.Must(async.Await(async.AllSettled(%s, %s))))\n", b.mark("settled"), p, q)
}

// mapped awaits the results of a block for each item.
func (b *body) mapped() string {
	l, head := b.alone([]*typ{tInt}, true)
	k := &variable{name: l.fresh(), typ: one(b.gen, []*typ{tInt, tStr}), used: true}
	l.declare(k)
	slice := map[*typ]*typ{tInt: tInts, tStr: tStrs}[k.typ]
	items := b.expr(slice, ex{d: 2, alias: fresh})
	s := b.unique("s")
	text := head + fmt.Sprintf("%s := async.Must(async.Await(async.Map(ctx, %s, %d, func(ctx context.Context, %s %s) (int, error) %s)))\n",
		s, items, 1+b.n(3), k.name, k.typ.name, l.quietly())
	b.declare(&variable{name: s, typ: tInts})
	return text
}

// grouped runs blocks of a group, each of which sets an element of its own.
func (b *body) grouped() string {
	g, a, err := b.unique("g"), b.unique("a"), b.variable(tErr)
	var text string
	blocks := ""
	n := 1 + b.n(3)
	fails, ctx := b.n(8), "ctx context.Context"
	if fails < n {
		ctx = "context.Context" // who waits with that of the group may be over before the failure, or not
	}
	for i := range n {
		l, head := b.alone(nil, true)
		last := fmt.Sprintf("%s[%d] = %s\n", a, i, "0")
		body := l.list(2)
		last = fmt.Sprintf("%s[%d] = %s\n", a, i, l.expr(tInt, ex{d: 2, call: true}))
		ret := "return nil\n"
		if i == fails {
			ret = "return errA\n"
		}
		text += head
		blocks += fmt.Sprintf("%s.Go(func(%s) error {\n%s%s%s%s})\n", g, ctx, l.fueled(), body, last, ret)
	}
	b.declare(&variable{name: a, typ: tArr, vol: true}, err)
	return text + fmt.Sprintf("var %s [4]int\n%s, _ := async.NewGroup(ctx)\n%s_, %s := async.Await(%s.Wait())\n", a, g, blocks, err.name, g)
}

// contended runs blocks of a group that wait for the same lock, and await something while they have it.
func (b *body) contended() string {
	g, a, m := b.unique("g"), b.unique("a"), b.unique("m")
	decl, lock, unlock := fmt.Sprintf("var %s async.Mutex\n", m), m+".Lock(ctx)", m+".Unlock()"
	if b.chance(40) {
		decl, lock, unlock = fmt.Sprintf("%s := async.NewSemaphore(3)\n", m), m+".Acquire(ctx, 2)", m+".Release(2)"
	}
	text, blocks := decl, ""
	for i := range 2 + b.n(3) {
		l, head := b.alone(nil, true)
		text += head
		blocks += fmt.Sprintf("%s.Go(func(ctx context.Context) error {\n%s", g, l.fueled())
		l.repeated(2, func() {
			blocks += fmt.Sprintf("for range %d {\nasync.Must(async.Await(%s))\n%s[%d] += %s\n%s\n}\n", 1+b.n(2), lock, a, i, l.expr(tInt, ex{d: 2, call: true}), unlock)
		})
		blocks += "return nil\n})\n"
	}
	b.declare(&variable{name: a, typ: tArr, vol: true})
	return text + fmt.Sprintf("var %s [4]int\n%s, _ := async.NewGroup(ctx)\n%sasync.Must(async.Await(%s.Wait()))\n", a, g, blocks, g)
}

// handedOver has a block put values into a queue or a channel that another one takes out, and acknowledges or not.
func (b *body) handedOver() string {
	p, q, e, all, sum := b.unique("p"), b.unique("q"), b.unique("e"), b.unique("all"), b.variable(tInt)
	n, begin, chosen, asks, acknowledges := 1+b.n(3), "", "", "", ""
	text := fmt.Sprintf("%s := async.NewQueue[int](%d)\n", q, b.n(3))
	put, take := fmt.Sprintf("async.Must(async.Await(%s.Put(ctx, %%s)))\n", q), fmt.Sprintf("async.Must(async.Await(%s.Take(ctx)))", q)
	if b.chance(50) {
		text = fmt.Sprintf("%s := make(chan int, %d)\n", q, b.n(3))
		put, take = q+" <- %s\n", "<-"+q
		if b.chance(30) {
			put = "select {\ncase " + q + " <- %s:\n}\n"
		}
		if b.chance(30) {
			x := b.unique("x")
			chosen = fmt.Sprintf("var %[1]s int\nselect {\ncase %[1]s = <-%[2]s:\ncase <-(chan string)(nil):\n}\n", x, q)
			take = x
		}
		begin = "async.Must(async.Await(async.Yield(ctx)))\n" // without an await, it would be no async block
	}
	if b.chance(40) {
		text += fmt.Sprintf("var %s async.Event\n", e)
		asks, acknowledges = fmt.Sprintf("async.Must(async.Await(%s.Wait(ctx)))\n%s.Reset()\n", e, e), e+".Set()\n"
	}
	producer, head := b.alone([]*typ{tInt}, true)
	text += head
	producer.repeated(n, func() {
		text += fmt.Sprintf("%s := async.Start(ctx, func(ctx context.Context) (int, error) {\n%sfor range %d {\n%s%s}\nreturn 0, nil\n})\n",
			p, begin+producer.fueled(), n, fmt.Sprintf(put, producer.expr(tInt, ex{d: 2, call: true})), asks)
	})
	consumer, head := b.alone([]*typ{tInt}, true)
	text += head
	consumer.repeated(n, func() {
		text += fmt.Sprintf("%s := async.Must(async.Await(async.Start(ctx, func(ctx context.Context) (int, error) {\n%s%s := 0\nfor range %d {\n%s%s = 3*%s + %s - %s\n%s}\nreturn %s, nil\n})))\n",
			sum.name, begin+consumer.fueled(), all, n, chosen, all, all, take, consumer.expr(tInt, ex{d: 2, call: true}), acknowledges, all)
	})
	b.declare(sum)
	return text + fmt.Sprintf("async.Must(async.Await(%s))\n", p)
}
