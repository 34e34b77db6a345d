// Package statemachine takes an async function apart: it turns the typed syntax of one function into a plan for a state machine.
// Package rewrite prints the plan as Go. Nothing of the source is changed, no file is opened, and the only door is [Build].
//
// The plan of a small function is carried through every step here.
//
// # Source
//
// A [Source] is a function with its types, and a function that tells awaits from other calls. This one has a loop, two awaits, a
// defer and a result:
//
//	//goawait:async
//	func total(ctx context.Context, s shop, ids []int) (int, error) {
//		defer s.close()
//		sum := 0
//		for _, id := range ids {
//			sum += async.Must(async.Await(s.price(ctx, id)))
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
// temporary; [Machine.Subst] says what stands in place of the await afterwards, which is the outcome of that promise:
//
//	await 1: pricePromise = s.price(ctx, id); live: ctx, s, result#3, result#4, sum, over, n, i, pricePromise; dead: ids
//	sum += async.Must(outcome(pricePromise))
//
// Operands that gc evaluates before the await, such as calls and receives, are spilled into temporaries first. What it reads late, such as
// plain variables, stays in place, and so does sum here: it is read when the assignment is made.
//
// # Operations
//
// Loops and branches around an await become jumps between labels; a range loop becomes four steps, which are explained at
// [RangeStep]. The result is a linear list of operations, in which an await in a loop is an await like any other:
//
//		defer s.close()
//		sum := 0
//		range init
//	loop3:
//		range test, at the end jump done11
//		range bind
//		await 1: pricePromise = s.price(ctx, id); live: ctx, s, result#3, result#4, sum, over, n, i, pricePromise; dead: ids
//		sum += async.Must(outcome(pricePromise))
//		range next
//		jump loop3
//	done11:
//		await 2: taxPromise = s.tax(ctx, sum); live: result#3, result#4, sum, taxPromise; dead: ctx, s, ids, over, pricePromise
//		tax, err := outcome(taxPromise)
//		return sum + tax, err
//		end
//
// A deferred call, like a return, is an operation that the emitter knows how to print.
//
// # States
//
// A state is what runs from the start, or from an await, until the next suspension. The states of this function are 1 and 2, the
// numbers of its awaits; 0 is the start, and a function with a defer has the reserved state async.Unwinding, in which deferred calls
// run. States have no code of their own: they are places in one list, and from the label loop3 control gets to state 1 again and, past
// the label done11, to state 2.
//
// # Live sets
//
// What is live behind an operation is found by the textbook's backward analysis over the operations, to a fixed point:
//
//	await 1: pricePromise = s.price(ctx, id); live: ctx, s, result#3, result#4, sum, over, n, i, pricePromise; dead: ids
//	await 2: taxPromise = s.tax(ctx, sum); live: result#3, result#4, sum, taxPromise; dead: ctx, s, ids, over, pricePromise
//
// The results are live everywhere, since any operation may panic, and then a deferred call may recover, and the function returns what
// they hold. Dead is what may still hold something that nobody reads: it is cleared before the call waits, so that a call that waits keeps
// only what it needs.
//
// # Slots
//
// What is live behind any await is hoisted: it becomes a slot, a field of the frame. So do parameters, which the start function
// hands over, and the results of a function with a defer. The rest is local to the resume function:
//
//	var ctx context.Context (slot)
//	var s shop (slot)
//	var ids []int (slot)
//	var result#3 int (slot)
//	var result#4 error (slot)
//	var sum int (slot)
//	var id int (local)
//	var over []int (slot)
//	var n int (slot)
//	var i int (slot)
//	var pricePromise *github.com/goawait/goawait/runtime.Promise[int] (slot)
//	var taxPromise *github.com/goawait/goawait/runtime.Promise[int] (slot)
//	var tax int (local)
//	var err error (local)
//
// Slots that never hold something at the same time, and have the same type, may share a field; [Machine.Conflict] tells. The two promises
// do.
//
// # Frame
//
// Package rewrite makes the frame of the slots, and the start function, which is the twin:
//
//	type totalFrame struct {
//		async.Frame[int]
//		async.Unwinder
//		ctx          context.Context
//		s            shop
//		ids          []int
//		sum          int
//		result       int
//		result2      error
//		over         []int
//		n            int
//		i            int
//		pricePromise *async.Promise[int]
//	}
//
//	func totalAsync(ctx context.Context, s shop, ids []int) *async.Promise[int] {
//		f := &totalFrame{ctx: ctx, s: s, ids: ids}
//		return f.Start(f, ctx)
//	}
//
// # Emitted code
//
// And it prints the operations one by one, with a dispatch at the head:
//
//	func (f *totalFrame) Resume() {
//		var (
//			id  int
//			tax int
//			err error
//		)
//		defer f.Guard(f)
//		switch f.At() {
//		case 1:
//			goto resume1
//		case 2:
//			goto resume2
//		case async.Unwinding:
//			goto unwind
//		}
//		{
//			close2 := f.s.close
//			f.Defer(func(u *async.Unwinder) {
//				defer close2()
//				u.Raise()
//			})
//		}
//		f.sum = 0
//		f.over = f.ids
//		f.n = len(f.over)
//		f.i = 0
//	loop:
//		if f.i >= f.n {
//			goto done
//		}
//		id = f.over[f.i]
//		f.pricePromise = f.s.price(f.ctx, id)
//		f.ids = nil
//		if f.Suspend(1, f.pricePromise.Pending()) {
//			return
//		}
//	resume1: // walk.go:21
//		f.sum += async.Must(f.pricePromise.Get())
//		f.i++
//		goto loop
//	done:
//		f.pricePromise = f.s.tax(f.ctx, f.sum)
//		f.ctx = nil
//		f.s = nil
//		f.ids = nil
//		f.over = nil
//		if f.Suspend(2, f.pricePromise.Pending()) {
//			return
//		}
//	resume2: // walk.go:23
//		tax, err = f.pricePromise.Get()
//		f.result, f.result2 = f.sum+tax, err
//	unwind:
//		if f.Unwind() {
//			return
//		}
//		f.Finish(f.result, f.result2)
//	}
//
// The deferred call is kept with its operands evaluated. Guard catches a panic of the body and runs Resume again in the state of
// unwinding, and a return goes there directly; Unwind runs the deferred calls, last first.
//
// # What is not modelled
//
// Panics have no edges: what must survive one is live everywhere. A call of a function literal is an effect of which nothing is known
// but the variables that the literal refers to. Range loops over functions other than a few iterators of the standard library are
// refused with an [Unsupported] error, and package rewrite makes a coroutine of the whole function.
package statemachine
