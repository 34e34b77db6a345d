package async_test

import (
	"context"
	"runtime"
	"testing"
	"time"
	"unsafe"

	async "github.com/goawait/goawait/runtime"
)

// A counter awaits n promises that next makes, as a loop in generated code would.
type counter struct {
	async.Frame[int]
	next func() *async.Promise[async.Void]
	p    *async.Promise[async.Void]
	i, n int
}

func (f *counter) Resume() {
	if f.At() == 1 {
		goto s1
	}
loop:
	if f.i == f.n {
		f.Finish(f.i, nil)
		return
	}
	f.p = f.next()
	if f.p.Suspends(f.Task(), 1) {
		return
	}
s1:
	if _, err := f.p.Get(); err != nil {
		f.Finish(f.i, err)
		return
	}
	f.i++
	goto loop
}
func (f *counter) Release()               { f.next, f.p = nil, nil }
func (f *counter) Site() (string, string) { return "counter", "bench_test.go:1" }

func benchLoop(b *testing.B, next func(ctx context.Context) func() *async.Promise[async.Void]) {
	b.ReportAllocs()
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		f := &counter{n: b.N, next: next(ctx)}
		b.ResetTimer()
		return f.Start(f, ctx)
	})
}

// S1: a call that suspends and is resumed by the loop.
func BenchmarkYield(b *testing.B) {
	benchLoop(b, func(ctx context.Context) func() *async.Promise[async.Void] {
		return func() *async.Promise[async.Void] { return async.Yield(ctx) }
	})
}

// S2: an await of a promise that is settled.
func BenchmarkReady(b *testing.B) {
	p := async.Resolve(async.Void{})
	benchLoop(b, func(ctx context.Context) func() *async.Promise[async.Void] {
		return func() *async.Promise[async.Void] { return p }
	})
}

// S2: an await of a call that ends at once.
func BenchmarkReadyCall(b *testing.B) {
	benchLoop(b, func(ctx context.Context) func() *async.Promise[async.Void] {
		return func() *async.Promise[async.Void] { f := new(nothing); return f.Start(f, ctx) }
	})
}

type nothing struct{ async.Frame[async.Void] }

func (f *nothing) Resume()                { f.Finish(async.Void{}, nil) }
func (f *nothing) Release()               {}
func (f *nothing) Site() (string, string) { return "nothing", "" }

// A promise that the loop settles with its resolver.
func BenchmarkNewPromise(b *testing.B) {
	benchLoop(b, func(ctx context.Context) func() *async.Promise[async.Void] {
		return func() *async.Promise[async.Void] {
			p, resolve, _ := async.NewPromise[async.Void](ctx)
			async.Then(async.Yield(ctx), func(async.Void) (async.Void, error) { resolve(async.Void{}); return async.Void{}, nil })
			return p
		}
	})
}

// S5: a million sleepers would be this often.
func BenchmarkSleep(b *testing.B) {
	b.ReportAllocs()
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[async.Void] {
		g, ctx := async.NewGroup(ctx)
		for i := range b.N {
			g.GoAsync(func(ctx context.Context) *async.Promise[async.Void] {
				f := &counter2{p: async.Sleep(ctx, time.Duration(i%1000)*time.Microsecond)}
				return f.Start(f, ctx)
			})
		}
		return g.Wait()
	})
}

type counter2 struct {
	async.Frame[async.Void]
	p *async.Promise[async.Void]
}

func (f *counter2) Resume() {
	if f.At() == 0 && f.p.Suspends(f.Task(), 1) {
		return
	}
	f.Finish(f.p.Get())
}
func (f *counter2) Release()               { f.p = nil }
func (f *counter2) Site() (string, string) { return "counter2", "" }

// S7: a promise that another goroutine settles.
func BenchmarkCrossGoroutine(b *testing.B) {
	work := make(chan func(async.Void), 1)
	go func() {
		for f := range work {
			f(async.Void{})
		}
	}()
	benchLoop(b, func(ctx context.Context) func() *async.Promise[async.Void] {
		return func() *async.Promise[async.Void] {
			p, resolve, _ := async.NewPromise[async.Void](ctx)
			work <- resolve
			return p
		}
	})
	close(work)
}

func BenchmarkRun(b *testing.B) {
	p := async.Resolve(1)
	b.ReportAllocs()
	for b.Loop() {
		async.Run(context.Background(), func(context.Context) *async.Promise[int] { return p })
	}
}

// S3: ten nested calls of which the leaf suspends.
type nest struct {
	async.Frame[int]
	depth int
	ctx   context.Context
	p     *async.Promise[int]
	y     *async.Promise[async.Void]
}

func nestAsync(ctx context.Context, depth int) *async.Promise[int] {
	f := &nest{depth: depth, ctx: ctx}
	return f.Start(f, ctx)
}
func (f *nest) Resume() {
	switch f.At() {
	case 1:
		goto s1
	case 2:
		goto s2
	}
	if f.depth == 0 {
		f.y = async.Yield(f.ctx)
		if f.y.Suspends(f.Task(), 1) {
			return
		}
		goto s1
	}
	f.p = nestAsync(f.ctx, f.depth-1)
	if f.p.Suspends(f.Task(), 2) {
		return
	}
s2:
	{
		v, err := f.p.Get()
		f.Finish(v+1, err)
		return
	}
s1:
	f.Finish(0, nil)
}
func (f *nest) Release()               { f.ctx, f.p, f.y = nil, nil, nil }
func (f *nest) Site() (string, string) { return "nest", "" }

func BenchmarkNest10(b *testing.B) {
	b.ReportAllocs()
	async.Run(context.Background(), func(ctx context.Context) *async.Promise[int] {
		f := &counter{n: b.N, next: func() *async.Promise[async.Void] {
			p := nestAsync(ctx, 10)
			f := &voided{p: p}
			return f.Start(f, ctx)
		}}
		return f.Start(f, ctx)
	})
}

type voided struct {
	async.Frame[async.Void]
	p *async.Promise[int]
}

func (f *voided) Resume() {
	if f.At() == 0 && f.p.Suspends(f.Task(), 1) {
		return
	}
	f.Finish(async.Void{}, nil)
}
func (f *voided) Release()               { f.p = nil }
func (f *voided) Site() (string, string) { return "voided", "" }

func TestSizes(t *testing.T) {
	if n := unsafe.Sizeof(async.Frame[int]{}); n > 56 {
		t.Errorf("a frame has %d bytes", n)
	}
	if n := unsafe.Sizeof(async.Promise[int]{}); n > 32 {
		t.Errorf("a promise has %d bytes", n)
	}
	runtime.GC()
}
