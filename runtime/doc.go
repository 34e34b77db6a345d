// Package async runs async functions: functions that can wait without a goroutine. It has promises, the executors on which
// calls go on, and what waits for time, channels, locks and each other. It is of use by itself, and it is what code refers to
// that the command goawait generates.
//
// # Promises
//
// A [Promise] is the result of a call that may not have ended yet. It settles once, with a value or with an error, and stays
// so. [Await] waits for it and returns both, as a plain call would:
//
//	user, err := async.Await(FetchUserAsync(ctx, id))
//
// Whoever has only callbacks makes a promise with [NewPromise] and settles it from wherever the result comes. Who wants no
// await uses [Then], [Catch] and [Finally]. [All], [AllSettled], [Any], [Race], [AsCompleted] and [Map] wait for several.
//
// # Async functions
//
// A function with the line "//goawait:async" in its doc comment is ordinary Go, in which Await blocks the goroutine: its
// blocking form. The command goawait writes its twin beside it, the async form, which returns a promise. Where the twin awaits
// a promise that is pending, it keeps what it still needs in a small struct, its frame, and returns; when the promise settles,
// an executor resumes it there. Both forms do the same, in the same order. A twin starts at once, on the stack of its caller,
// and goes on without a stop where a promise is settled already. In generated code, a call of a twin that is awaited at once is a
// plain call until it has to wait: only then does it have a frame and a promise.
//
// # Where code runs
//
// [Run] makes a [Loop] and starts a call on it. Everything that is started with the context of that call runs on this loop, on
// one goroutine, one thing at a time: between two awaits nothing else runs there, so that what belongs to one loop needs no
// locks. Whoever settles a promise, and on whatever goroutine, the calls that wait for it go on where they belong. So code on
// a loop must not block, as all the others would wait, too: an await that would is a panic that says what to do; [Go] runs
// blocking code elsewhere.
//
// Hosts with a loop of their own drive a Loop with [Loop.Poll]. A [Pool] runs calls on several goroutines, with the need for
// locks that goroutines have. What names no executor, in a program without Run, runs on the default pool. [WithExecutor]
// decides where the calls made with a context go on.
//
// A loop runs what is ready in the order in which it became so. Callbacks and calls that wait for one promise go on in the
// order in which they came, never inside the call that settles it. A call that ends may let the one that waits for it alone go
// on at once. Timers fire in the order of their times; a call that awaits many settled promises in a row gives up its turn now
// and then, so that they can.
//
// # Failure
//
// An error that an async function returns rejects its promise, and an await returns it, the very same value. A panic rejects
// it with a [*PanicError], and an await panics with the original value, so that recover works as in plain Go; the stack of the
// panic is kept, with the awaits it went through. An exit by [runtime.Goexit] rejects with [ErrGoexit]. Rejections that nobody
// looks at are logged, and panics that nobody looks at end the program: see [OnUnhandled]. If the main promise of Run waits
// for what cannot come any more, Run returns [ErrDeadlock].
//
// # Cancellation
//
// A cancelled context rejects at once whatever was made with it and is pending: [Sleep], [Recv], [Mutex.Lock], [NewPromise]
// and so on, with [context.Cause]. A call sees that as an error of its await, and its deferred calls run, with awaits in them,
// if need be. Nothing else ends a call. A [Group] is a number of calls that end together: the first failure cancels the
// others, and [Group.Wait] settles when all are over.
//
// # Seeing what waits
//
// A call that waits is on no stack, so package runtime does not show it. [Dump] does: each suspended call, with the place of
// its await, what it waits for, and who waits for it. [AllStats] has the counters of loops and pools, [AddHooks] tells of each
// step of each call. Package asynchttp serves a page of these, asynctrace puts calls into execution traces, and asynctest runs
// tests on a clock that jumps and in any order that may come.
//
// # Rules for all names
//
// Where a name does not say otherwise: It may be called from any goroutine, and from callbacks. It does not block. A ctx may
// be nil, which stands for one that is never cancelled and names no executor; where a context is derived from it, as in Run
// and NewGroup, nil panics as it does in package context. A promise that is nil panics at once, as a nil pointer does, and a
// function that is nil when it would be called. What is settled stays as it is, whatever comes late. Costs are told in
// allocations: at most so many, and some more where no context says where something belongs, as the stack tells then.
//
// Names that are for generated code may change together with the command; all others are kept.
package async
