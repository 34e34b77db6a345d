package async

// This file tells from the stack of a goroutine whether it runs an executor, and which. A goroutine has no name that could be asked
// for, but the functions on its stack can be looked at. Code of users is run for a loop below a chain of functions that spell the number
// of the loop, one for each digit to the base 16.

import (
	"reflect"
	"runtime"
)

// A driven has code of users to run for a loop.
type driven interface{ proceed() }

// spell runs x below the functions that spell n: that of the last digit calls that of the digit before it, and so on.
func spell(n int, x driven) { digits[n%16](x, n/16) }

// digits are functions that call that of the next digit, if the rest of the number is not 0, and else run x.
var digits [16]func(x driven, rest int)

//go:noinline
func digit0(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit1(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit2(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit3(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit4(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit5(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit6(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit7(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit8(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit9(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit10(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit11(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit12(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit13(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit14(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

//go:noinline
func digit15(x driven, rest int) {
	if rest > 0 {
		digits[rest%16](x, rest/16)
	} else {
		x.proceed()
	}
}

// What a goroutine drives, if that is no loop.
const (
	drivesNothing = -1 - iota
	drivesPool
	strolls // the number below it is one of a stroller
)

// stroll is on the stack of every stroller.
//
//go:noinline
func stroll(x driven) { x.proceed() }

// drivers tells the digit of a function on the stack, by its entry, or one of the constants above.
var drivers = map[uintptr]int{}

func init() {
	digits = [...]func(x driven, rest int){
		digit0, digit1, digit2, digit3, digit4, digit5, digit6, digit7,
		digit8, digit9, digit10, digit11, digit12, digit13, digit14, digit15,
	}
	for i, f := range digits {
		drivers[reflect.ValueOf(f).Pointer()] = i
	}
	drivers[reflect.ValueOf(drivePool).Pointer()] = drivesPool
	drivers[reflect.ValueOf(stroll).Pointer()] = strolls
}

// callers are the return addresses on the stack, without those of the innermost functions, as many as skip says. They are in pcs if there is
// enough room.
func callers(skip int, pcs []uintptr) []uintptr {
	n := runtime.Callers(skip+2, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 8*len(pcs))
		n = runtime.Callers(skip+2, pcs)
	}
	return pcs[:n]
}

// driverIn tells what the goroutine with these return addresses drives: the number of a loop, or one of the constants above. If it drives
// several, as one is polled by code that another one runs, it is the innermost.
func driverIn(pcs []uintptr) int {
	number, spelling, strolling := 0, false, false
	for _, pc := range pcs {
		f := runtime.FuncForPC(pc - 1)
		if f == nil {
			continue
		}
		d, ok := drivers[f.Entry()]
		if !ok && spelling {
			break
		}
		switch {
		case !ok:
		case d == strolls:
			strolling = true
		case d < 0:
			return d
		default:
			number, spelling = 16*number+d, true
		}
	}
	switch {
	case strolling:
		return strollers.numbered(number).drives()
	case spelling:
		return number
	}
	return drivesNothing
}

// currentLoop is the loop that the goroutine runs, or nil.
func currentLoop() *Loop {
	var pcs [64]uintptr
	if n := driverIn(callers(1, pcs[:])); n >= 0 {
		if h := homes.numbered(n); h != nil {
			return h.loop
		}
	}
	return nil
}

// currentHome is the home of the loop that the goroutine runs, or else the default pool.
func currentHome() *home {
	if l := currentLoop(); l != nil {
		return &l.home
	}
	return &defaultPool().home
}
