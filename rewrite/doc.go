// Package rewrite turns annotated functions into their twins. It loads packages, makes the text of every twin file, and checks that it
// compiles; it writes nothing to disk, which is left to the command. [Run] is the way in. [LoadAll] and [View] let analysers see a
// source as this package does.
//
// # What becomes of a function
//
// The steps below are those of Run, for this function of a package shop:
//
//	// total adds the prices of two items.
//	//
//	//goawait:async
//	func total(ctx context.Context, s store, a, b string) (int, error) {
//		first, err := async.Await(s.price(ctx, a))
//		if err != nil {
//			return 0, err
//		}
//		return first + async.Must(async.Await(s.price(ctx, b))), nil // in one go
//	}
//
// # Nothing to do
//
// With a cache, a run begins with the question whether anything has changed since one that left every file up to date: an entry tells
// what that one depended on (cache.go), as hashes of files and folders (cache_digest.go). If all is the same, the run ends here; if only what
// stands below the imports differs, the go command need not be asked, as its answer is in the entry. After a
// run whose files are on disk, [Result.Keep] makes an entry of what it has read (cache_keep.go), which is kept beside those of
// other folders and flags (cache_entries.go).
//
// # Finding
//
// Folders are scanned for the text of the directive, without types (load_scan.go). What has none is not looked at any further, so that
// a run over a large module costs little. A directive is read with the function that it stands at, and the name of the twin is settled
// (find.go, directives.go, load_names.go).
//
// # Listing
//
// The source may call twins that are not there yet, are stale or are broken. So no twin file on disk plays a part: stubs stand for all
// twins and their step functions, with the right signatures and bodies that do nothing (load_stubs.go):
//
//	func totalAsync(ctx context.Context, s store, a, b string) *async.Promise[int] { for {} }
//	func totalAsyncStep(_ *async.Task, ctx context.Context, s store, a, b string) async.Step[int] { for {} }
//
// An overlay shows them to the go command, which tells for all patterns at once which packages there are and of what files, and in a
// second command at the same time where the export data is of what they import from elsewhere: only that has to be compiled (load_list.go). Patterns that name files mean the files' folders, and limit what is
// generated (load_packages.go). Files that the go command cannot make out are faults (load_leftout.go), as are those that
// a pattern names and that are not part of the build (load_excluded.go).
//
// # Checking
//
// Packages with annotations are type-checked here, with the stubs in their files (load_check.go). What they import comes from
// export data, or from source if it is of the same module (load_import.go). A
// stub may have been wrong about a result, where only types tell whether it is an error; then all is listed again. The annotated
// functions get their types, and twin names that are taken are found (find_funcs.go). Markers and function literals are told from
// others by their objects, not by their spelling (markers.go). What is wrong with the user's source, here or in any other step,
// becomes a [Diagnostic] (diag.go), of a kind that [Catalog] lists with an example of each (catalog.go); functions that are nested too
// deep are among them (check_nesting.go). With one in a package, no file of the package is made. The outcome is a [Package] with its
// [SourceFile] and [Func] values (load.go).
//
// # Lowering
//
// Each function gets its twin (generate.go). There are three ways, and [FuncReport] tells which was taken and why:
//
//   - flat: package statemachine makes a plan of the function, and the files flat*.go print it. This is the rule.
//   - stackful: the body runs as it stands on a coroutine, which an await suspends, where a plan cannot express it (stackful*.go).
//   - goroutine: the blocking form runs on a goroutine, for comparison, if that is asked for (goroutine.go).
//
// The flat twin of the function above is a frame, a function that starts it, its step function, and the methods by which package async
// drives it:
//
//	// totalFrame is a call of total while it waits.
//	type totalFrame struct {
//		call  async.Frame[int]
//		ctx   context.Context
//		s     store
//		b     string
//		first int
//	}
//
//	// totalAsync is the async form of [total].
//	//
//	// total adds the prices of two items.
//	func totalAsync(ctx context.Context, s store, a, b string) *async.Promise[int] {
//		return async.Begin((*totalFrame)(nil), ctx, func(t *async.Task) async.Step[int] { return totalAsyncStep(t, ctx, s, a, b) })
//	}
//
//	// totalAsyncStep runs a call of [total] from where it stands. It is for generated code.
//	func totalAsyncStep(t *async.Task, ctx context.Context, s store, a, b string) async.Step[int] {
//		var (
//			f            *totalFrame
//			pricePromise *async.Promise[int]
//			first        int
//			err          error
//		)
//		if t == nil {
//			if async.Watched() {
//				return async.Begun(totalAsync(ctx, s, a, b))
//			}
//		} else if f, _ = t.Frame().(*totalFrame); f != nil {
//			switch f.call.At() {
//			case 1:
//				first, err = pricePromise.From(f.call.Awaited()).Get()
//				goto resume1
//			case 2:
//				first = f.first
//				pricePromise = pricePromise.From(f.call.Awaited())
//				goto resume2
//			}
//		}
//		pricePromise = s.price(ctx, a)
//		if pricePromise.Waits() {
//			f = async.Made(f, ctx)
//			f.ctx, f.s, f.b = ctx, s, b
//			return f.call.Pause(1, pricePromise.Core())
//		}
//		first, err = pricePromise.Get()
//	resume1: // shop.go:17
//		if err != nil {
//			return async.Done(0, err)
//		}
//		// in one go
//		pricePromise = s.price(ctx, b)
//		if pricePromise.Waits() {
//			f = async.Made(f, ctx)
//			f.first, f.ctx, f.s, f.b = first, nil, nil, ""
//			return f.call.Pause(2, pricePromise.Core())
//		}
//	resume2: // shop.go:21
//		return async.Done(first+async.Must(pricePromise.Get()), nil)
//	}
//
//	func (f *totalFrame) Resume() {
//		f.call.End(totalAsyncStep(f.call.Task(), f.ctx, f.s, "", f.b))
//	}
//
//	func (f *totalFrame) Release() {
//		f.ctx, f.s, f.b = nil, nil, ""
//	}
//
//	func (f *totalFrame) Site() (function string, position string) {
//		return f.call.Site("shop.total", "shop.go:16|shop.go:17|shop.go:21")
//	}
//
// The frame has what is needed behind an await (flat_frame.go). The step function is the body (flat_steps.go): its variables are declared
// at its head (flat_names.go), and at an await that is pending it saves in the frame what is needed then, and returns. A call of another
// twin that is awaited at once becomes one of that twin's step function, without a frame, or with that of the call awaited before, which is
// over (flat_calls.go); here, price is a method of an
// interface, and has a promise. The operations of the plan become statements (flat_ops.go, flat_parts.go) with copies of the source's
// expressions in them, in which awaits and variables that moved have been replaced (flat_exprs.go). Async blocks become frames of their
// own, which share the variables that they capture (flat_blocks.go).
//
// A function with deferred calls, or one that would save too much in too many places, has another form: its variables are in the frame
// all the time, Resume is the body, and the step function, which every twin has, runs the twin. So has a function on a coroutine. The
// body of a very large one is in parts, which are methods of the frame that Resume runs (flat_divided.go). Where the frame has to do with types
// that the function declares, the twin declares both, with function literals for methods (flat_local.go).
//
// # Text
//
// A twin file is a tree of dst nodes: every node is built anew or a copy of the source's, with its comments (decorate.go, twin_copy.go,
// flat_comments.go). The head of a twin (twin_sig.go), the spelling of types (twin_types.go), and names that hide nothing of the
// user's and clash with nothing (twin_names.go) are common to all lowerings. The file (twin_file.go) is printed, and once more where gofmt
// is not known to be done then (twin_text.go), with line directives to the source, if they are asked for (twin_line.go). It refers to a
// constant of package async that tells its version, and to the signature that it was made for: so what is stale does not compile. Several
// files are made at once, each as if it were the first; where two have taken the same name, the second is made again (run_generate.go).
//
// # Compiling
//
// In the end every package is type-checked again, with the twin files in place of the stubs and without the bodies in the source, which have been
// checked (load_recheck.go): a fault there is one of
// goawait's, and is reported as such. Twin files on disk that no annotation stands behind any more are orphans, to be removed; those of
// sources that have become part of other builds only follow them (load_excluded.go). The
// [Result] has every file with its old and new text, sorted (run.go). The same source gives the same bytes: nothing that is emitted
// depends on the order of a map, on a path, or on the time.
//
// What other tools need is kept or shown on the way: plans with the layout of their frames (plans.go), syntax as goawait sees it
// (inspect.go, load_all.go), and how far a run has come (progress.go).
package rewrite
