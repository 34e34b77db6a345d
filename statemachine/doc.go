// Package statemachine takes an async function apart: it turns the typed syntax of one function into a plan for a state machine.
// Package rewrite prints the plan as Go. Nothing of the source is changed, no file is opened, and the only door is [Build].
//
// The plan of a small function is carried through every step here.
//
// # Source
//
// A [Source] is a function with its types, and functions that tell awaits, and calls of other twins, from other calls. This one has a
// loop, and awaits a call of the twin of price and a promise that tax returns:
//
//	//goawait:async
//	func total(ctx context.Context, s *shop, ids []int) (int, error) {
//		sum := 0
//		for _, id := range ids {
//			sum += async.Must(async.Await(s.priceAsync(ctx, id)))
//		}
//		tax, err := async.Await(s.tax(ctx, sum))
//		return sum + tax, err
//	}
//
// [Source.Gather] first goes through the function once: it notes where each variable is referred to, and whether a literal captures
// it, something takes its address, or an assignment changes it. A variable that must stay one and the same for several
// parties, as two of them may see it change, lives in a heap cell of its own, a box. Here there is none.
//
// # Awaits lifted
//
// Statements without a suspension point stay native: they are kept as written, with all that is in them. The others are split. First
// the awaits of a statement are lifted out of its expressions, each becoming an operation of its own that puts a promise into a
// temporary, or, where a twin is called, how far its step function got; [Machine.Subst] says what stands in place of the await
// afterwards, which is the outcome of that:
//
//	await 1: priceStep = s.priceAsync(ctx, id); live: ctx, s, sum, over, n, i
//	sum += async.Must(outcome(priceStep))
//
// Operands that gc evaluates before the await, such as calls and receives, are spilled into temporaries first. What it reads late, such as
// plain variables, stays in place, and so does sum here: it is read when the assignment is made.
//
// # Operations
//
// Loops and branches around an await become jumps between labels; a range loop becomes four steps, which are explained at
// [RangeStep]. The result is a linear list of operations, in which an await in a loop is an await like any other:
//
//		sum := 0
//		range init
//	loop2:
//		range test, at the end jump done10
//		range bind
//		await 1: priceStep = s.priceAsync(ctx, id); live: ctx, s, sum, over, n, i
//		sum += async.Must(outcome(priceStep))
//		range next
//		jump loop2
//	done10:
//		await 2: taxPromise = s.tax(ctx, sum); live: sum; dead: ctx, s, over
//		tax, err := outcome(taxPromise)
//		return sum + tax, err
//		end
//
// A return is an operation that the emitter knows how to print, and so is a deferred call. Where a statement ends at the end of another one, as
// a switch in a loop, jumps to its end lead to that of the other at once.
//
// # States
//
// A state is what runs from the start, or from an await, until the next suspension. The states of this function are 1 and 2, the
// numbers of its awaits; 0 is the start. States have no code of their own: they are places in one list, and from the label loop2
// control gets to state 1 again and, past the label done10, to state 2.
//
// # Live sets
//
// What is live behind an operation is found by the textbook's backward analysis over the operations, to a fixed point:
//
//	await 1: priceStep = s.priceAsync(ctx, id); live: ctx, s, sum, over, n, i
//	await 2: taxPromise = s.tax(ctx, sum); live: sum; dead: ctx, s, over
//
// What is awaited is not among it, as the frame knows what it waits for. Dead is what the frame may still hold from an earlier await,
// though nobody reads it: it is cleared before the call waits, so that a call that waits keeps only what it needs.
//
// # Slots
//
// What is live behind any await has a slot, a field of the frame, where it is saved when the call waits. While the code runs, all are
// Go variables; those without a slot are nothing else:
//
//	var ctx context.Context (slot)
//	var s *shop (slot)
//	var ids []int (local)
//	var sum int (slot)
//	var id int (local)
//	var over []int (slot)
//	var n int (slot)
//	var i int (slot)
//	var priceStep github.com/goawait/goawait/runtime.Step[int] (local)
//	var taxPromise *github.com/goawait/goawait/runtime.Promise[int] (local)
//	var tax int (local)
//	var err error (local)
//
// Slots that never hold something at the same time, and have the same type, may share a field; [Machine.Conflict] tells.
//
// # Frame
//
// Package rewrite makes the frame of the slots, the start function, which is the twin, and the method that resumes a call with what the
// frame has saved of the parameters:
//
//	type totalFrame struct {
//		call async.Frame[int]
//		ctx  context.Context
//		s    *shop
//		sum  int
//		over []int
//		n    int
//		i    int
//	}
//
//	func totalAsync(ctx context.Context, s *shop, ids []int) *async.Promise[int] {
//		return async.Begin((*totalFrame)(nil), ctx, func(t *async.Task) async.Step[int] { return totalAsyncStep(t, ctx, s, ids) })
//	}
//
//	func (f *totalFrame) Resume() {
//		f.call.End(totalAsyncStep(f.call.Task(), f.ctx, f.s, nil))
//	}
//
// # Emitted code
//
// And it prints the operations one by one, as the step function, with a dispatch at the head. It has no frame at first if
// another step function has called it, as this one calls that of price: the call makes its frame when it has to wait for the first time,
// and as long as it has not, it is a plain call. async.Spare hands the frame of the call that was awaited before, which is over, to the
// next one, which uses it again if it is of its type; that is why the step function is given a task, which may be that of a frame of another
// type. async.Watched says that somebody wants to see every call, as hooks do. A statement that does nothing but take the outcome of an await, as that of tax, stands before the
// label, where it is known that there was nothing to wait for, and in the dispatch for a call that has waited.
//
//	func totalAsyncStep(t *async.Task, ctx context.Context, s *shop, ids []int) async.Step[int] {
//		var (
//			f          *totalFrame
//			sum        int
//			id         int
//			over       []int
//			n          int
//			i          int
//			priceStep  async.Step[int]
//			taxPromise *async.Promise[int]
//			tax        int
//			err        error
//			awaits     async.Awaits
//		)
//		if t == nil {
//			if async.Watched() {
//				return async.Begun(totalAsync(ctx, s, ids))
//			}
//		} else if f, _ = t.Frame().(*totalFrame); f != nil {
//			switch f.call.At() {
//			case 1:
//				sum, over, n, i = f.sum, f.over, f.n, f.i
//				sum += async.Must(priceStep.From(f.call.Awaited()).Get())
//				goto resume1
//			case 2:
//				sum = f.sum
//				tax, err = taxPromise.From(f.call.Awaited()).Get()
//				goto resume2
//			}
//		}
//		sum = 0
//		over = ids
//		n = len(over)
//		i = 0
//	loop:
//		if i >= n {
//			goto done
//		}
//		id = over[i]
//		priceStep = s.priceAsyncStep(async.Spare(f), ctx, id)
//		if awaits++; priceStep.PendingAfter(awaits) {
//			f = async.Made(f, ctx)
//			f.ctx, f.s, f.sum, f.over, f.n, f.i = ctx, s, sum, over, n, i
//			return f.call.Pause(1, priceStep.CoreAfter())
//		}
//		sum += async.Must(priceStep.Get())
//	resume1: // walk.go:26
//		i++
//		goto loop
//	done:
//		taxPromise = s.tax(ctx, sum)
//		if taxPromise.Waits() {
//			f = async.Made(f, ctx)
//			f.sum, f.ctx, f.s, f.over = sum, nil, nil, nil
//			return f.call.Pause(2, taxPromise.Core())
//		}
//		tax, err = taxPromise.Get()
//	resume2: // walk.go:28
//		return async.Done(sum+tax, err)
//	}
//
// # Deferred calls
//
// A function with deferred calls has another form, in which [Machine.Steps] is false, as their operands, and the results that they may
// change, have to outlive a panic of the code: its slots are in the frame all the time. Parameters, which the start function hands over,
// results and what is awaited have slots, too, and Resume is the code. The step function, which every twin has, runs the twin.
//
//	//goawait:async
//	func taxed(ctx context.Context, s *shop, sum int) (int, error) {
//		defer s.close()
//		tax, err := async.Await(s.tax(ctx, sum))
//		return sum + tax, err
//	}
//
//	type taxedFrame struct {
//		call       async.Frame[int]
//		defers     async.Unwinder
//		ctx        context.Context
//		s          *shop
//		sum        int
//		result     int
//		result2    error
//		taxPromise *async.Promise[int]
//	}
//
//	func taxedAsync(ctx context.Context, s *shop, sum int) *async.Promise[int] {
//		f := &taxedFrame{ctx: ctx, s: s, sum: sum}
//		return f.call.StartDeferring(f, ctx, &f.defers)
//	}
//
//	func taxedAsyncStep(_ *async.Task, ctx context.Context, s *shop, sum int) async.Step[int] {
//		return async.Begun(taxedAsync(ctx, s, sum))
//	}
//
//	func (f *taxedFrame) Resume() {
//		var (
//			tax int
//			err error
//		)
//		defer f.defers.Guard(f)
//		switch f.call.At() {
//		case 1:
//			goto resume1
//		case async.Unwinding:
//			goto unwind
//		}
//		f.defers.DeferFunc(f.s.close)
//		f.taxPromise = f.s.tax(f.ctx, f.sum)
//		f.ctx, f.s = nil, nil
//		if f.taxPromise.Suspends(f.call.Task(), 1) {
//			return
//		}
//	resume1: // walk.go:35
//		tax, err = f.taxPromise.Get()
//		f.result, f.result2 = f.sum+tax, err
//	unwind:
//		if f.defers.Unwind() {
//			return
//		}
//		f.call.Finish(f.result, f.result2)
//	}
//
// The deferred call is kept with its operands evaluated. Guard catches a panic of the body and runs Resume again in the reserved state
// async.Unwinding, in which deferred calls run, and a return goes there directly; Unwind runs them, last first. The results are live
// everywhere, since any operation may panic, and then a deferred call may recover, and the function returns what they hold.
//
// The same form is that of a function that waits in too many places, or would have to save too many variables there.
//
// # Parts
//
// The compiler takes far more than twice the time for a function that is twice as large. So the operations of a function in that form with
// more than 300 suspension points, with deferred calls or without, are divided into parts of at most 150 states. A part ends where
// no loop goes round through two parts, if there is such a place, and where few variables are in use. Where control comes from another
// part, there is an entry, whose number is greater than that of any state; what is live at an entry has a slot. [Part] tells more.
//
// Each part is a method, which declares the constants and variables that it needs itself, and returns the number of the entry in another part
// where the call goes on. Resume runs the parts. A function that declares types stays whole, as they would be others in each part.
// This is the loop of total, if every part has one state:
//
//	func (f *totalFrame) Resume() {
//		at := f.call.At()
//		for {
//			switch {
//			case at <= 1:
//				at = f.part1(at)
//			case at <= 2:
//				at = f.part2(at)
//			case at <= 3:
//				at = f.part2(at)
//			}
//			if at == 0 {
//				return
//			}
//		}
//	}
//
//	func (f *totalFrame) part1(at int32) int32 {
//		var (
//			id        int
//			priceStep async.Step[int]
//		)
//		switch at {
//		case 1:
//			priceStep = priceStep.From(f.call.Awaited())
//			goto resume1
//		}
//		f.sum = 0
//		f.over = f.ids
//		f.n = len(f.over)
//		f.i = 0
//	loop:
//		if f.i >= f.n {
//			return 3
//		}
//		id = f.over[f.i]
//		priceStep = f.s.priceAsyncStep(async.Spare(f), f.ctx, id)
//		f.ids = nil
//		if priceStep.Suspends(f.call.Task(), 1) {
//			return 0
//		}
//	resume1: // walk.go:26
//		f.sum += async.Must(priceStep.Get())
//		f.i++
//		goto loop
//	}
//
//	func (f *totalFrame) part2(at int32) int32 {
//		var (
//			tax int
//			err error
//		)
//		switch at {
//		case 2:
//			goto resume2
//		}
//		f.taxPromise = f.s.tax(f.ctx, f.sum)
//		f.ctx, f.s, f.ids, f.over = nil, nil, nil, nil
//		if f.taxPromise.Suspends(f.call.Task(), 2) {
//			return 0
//		}
//	resume2: // walk.go:28
//		tax, err = f.taxPromise.Get()
//		f.call.Finish(f.sum+tax, err)
//		return 0
//	}
//
// A jump to the deferred calls is a return of async.Unwinding, and Resume runs them.
//
// # What is not modelled
//
// Panics have no edges: what must survive one is live everywhere. A call of a function literal is an effect of which nothing is known
// but the variables that the literal refers to. Range loops over functions other than a few iterators of the standard library are
// refused with an [Unsupported] error, and package rewrite makes a coroutine of the whole function.
package statemachine
