package async

// This file holds the frames of calls without results.

import (
	"context"
	"unsafe"
)

// A VoidFrame is a Frame[Void] without its last bytes. As a Void has no bytes, a struct that ends with one gets some that nobody uses, so
// that its address is none of what lies behind. In a frame, what lies behind is the frame's. It is for generated code: such a frame begins
// with a VoidFrame, and has a field behind it that takes room.
type VoidFrame struct{ head frameHead }

// frame is f as what it stands for. None of its methods looks at, or writes, the bytes behind f.
func (f *VoidFrame) frame() *Frame[Void] { return (*Frame[Void])(unsafe.Pointer(f)) }

// Start is that of [Frame]. It is for generated code.
func (f *VoidFrame) Start(self Resumer, ctx context.Context) *Promise[Void] {
	return f.frame().Start(self, ctx)
}

// StartDeferring is that of [Frame]. It is for generated code.
func (f *VoidFrame) StartDeferring(self Resumer, ctx context.Context, u *Unwinder) *Promise[Void] {
	return f.frame().StartDeferring(self, ctx, u)
}

// Finish is that of [Frame]. It is for generated code.
func (f *VoidFrame) Finish(v Void, err error) { f.frame().Finish(v, err) }

// At is that of [Frame]. It is for generated code.
func (f *VoidFrame) At() int32 { return f.head.at }

// Site is that of [Frame]. It is for generated code.
func (f *VoidFrame) Site(function, places string) (string, string) {
	return f.frame().Site(function, places)
}

// Task is that of [Frame]. It is for generated code.
func (f *VoidFrame) Task() *Task { return &f.head.Task }

// End is that of [Frame]. It is for generated code.
func (f *VoidFrame) End(s Step[Void]) { f.frame().End(s) }

// Pause is that of [Frame]. It is for generated code.
func (f *VoidFrame) Pause(at int32, c *Core) Step[Void] {
	return f.frame().Pause(at, c)
}

// Awaited is that of [Frame]. It is for generated code.
func (f *VoidFrame) Awaited() *Core { return (*Core)(f.head.more) }
