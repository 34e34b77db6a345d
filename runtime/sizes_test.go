//go:build !goawait_sim

package async

import (
	"testing"
	"unsafe"
)

// What there may be a million of is small: a size class of the allocator, at most.
func TestSizesInside(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("sizes are those for addresses of 64 bits")
	}
	for _, c := range []struct {
		name      string
		got, most uintptr
	}{
		{"a sleep", unsafe.Sizeof(sleep{}), 48},
		{"a leaf of NewPromise", unsafe.Sizeof(leaf[int]{}), 48},
		{"the promise of a call", unsafe.Sizeof(Promise[int]{}), 32},
		{"a frame without variables", unsafe.Sizeof(Frame[int]{}), 56},
		{"a page of a leafList", unsafe.Sizeof(fullPage[leafNode, struct{}]{}), 480},
		{"a page of a roll", unsafe.Sizeof(fullPage[Core, pageEnd]{}), 512},
		{"a member that is not alone", unsafe.Sizeof(member{}), 64},
	} {
		if c.got > c.most {
			t.Errorf("%s has %d bytes, and not %d", c.name, c.got, c.most)
		}
	}
}

// A call that has awaited no other one looks for its frame once, and not before each call that it makes.
func TestSpareIsLookedForOnce(t *testing.T) {
	f := new(Frame[int])
	f.task.setAwait(&Resolve(1).core)
	if Spare(f) != nil || f.promise.core.more != nil {
		t.Error("it is looked for again")
	}
}
