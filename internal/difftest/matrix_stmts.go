package difftest

// matrixStmts are the forms of statements.
var matrixStmts = []form{
	// Expression statements, sends, declarations.
	{"ExprStmt", `three(‹int|1|10›, ‹int|2|20›, ‹int|3|30›)
‹point|point{1, 2}›.Val(‹int|1›)
return "done", nil`},
	{"AwaitStmt", `async.Await(‹*async.Promise[int]|kit.A(t, "in", 5)›)
return "done", nil`},
	{"Send", `c := buffered()
c <- ‹int|1›
‹chan int|c› <- ‹int|2›
return shown(<-c, <-c), nil`},
	{"SendClosed", `‹chan int|closed()› <- ‹int|2›
return "not reached", nil`},
	{"Close", `c := buffered(1)
close(‹chan int|c›)
v, ok := <-c
w, ko := <-c
return shown(v, ok, w, ko), nil`},
	{"Delete", `m := map[string]int{"a": 1, "b": 2}
delete(m, ‹string|"a"|"b"›)
delete(‹map[string]int|m›, ‹string|"c"|"b"›)
return shown(m), nil`},
	{"Clear", `a := []int{1, 2, 3}
clear(‹[]int|a›[‹int|1|2›:])
return shown(a), nil`},
	{"Define", `x, y := ‹int|1|10›, ‹int|2|20›
return shown(x, y), nil`},
	{"DefineMixed", `x := 1
get := func() int { return x }
x, y := ‹int|2|20›, ‹int|3|30›
return shown(get(), x, y), nil`},
	{"DefineFromCall", `x, y := pair(‹int|2|20›)
return shown(x, y), nil`},
	{"DefineFromAwait", `x, y, err := async.Await2(‹*async.Promise[async.Tuple2[int, int]]|kit.A2(t, "pair", 1, 2)›)
return shown(x, y), err`},
	{"Var", `var x, y int64 = int64(‹int|1|10›), int64(‹int|2|20›)
var e any = ‹int|3|30›
var _, z = pair(‹int|4|40›)
return shown(x, y, e, z), nil`},
	{"VarBlock", `var (
	x float64 = 1
	y         = ‹int|1|10›
	_         = ‹int|2|20›
)
const c = iota + 5
type local struct{ a int }
l := local{‹int|3|30› + c}
return fmt.Sprintf("%v %v %T %v", x, y, l, l), nil`},
	{"Blank", `_ = ‹int|1|10›
_, _ = ‹int|2|20›, ‹int|3|30›
return "done", nil`},

	// Assignments.
	{"Assign", `x := 0
x = ‹int|1|10›
x = x*10 + ‹int|2|20›
return shown(x), nil`},
	{"AssignConverted", `var e any
var f error
e, f = ‹int|1|10›, ‹error|errNo›
return shown(e, f), nil`},
	{"AssignIndex", `a := []int{1, 2, 3}
a[‹int|1|2›] = ‹int|5|50›
return shown(a), nil`},
	{"AssignIndexOut", `a := []int{1, 2, 3}
defer func() { t.Log(a) }()
a[‹int|3|4›] = ‹int|5|50›
return shown(a), nil`},
	{"AssignArray", `var a [2][2]int
a[‹int|1|0›][‹int|0|1›] = ‹int|5|50›
return shown(a), nil`},
	{"AssignMap", `m := map[string]int{}
m[‹string|"a"|"b"›] = ‹int|5|50›
return shown(m), nil`},
	{"AssignNilMap", `var m map[string]int
m[‹string|"a"|"b"›] = ‹int|5|50›
return shown(m), nil`},
	{"AssignPlace", `a := []int{1, 2, 3}
‹[]int|a›[‹int|1|2›] = ‹int|5|50›
return shown(a), nil`},
	{"AssignField", `p := &point{1, 2}
‹*point|p›.x = ‹int|5|50›
p.y = ‹int|6|60›
return shown(*p), nil`},
	{"AssignFieldOfNil", `‹*point|nil›.x = ‹int|5|50›
return "not reached", nil`},
	{"AssignDeref", `x := 0
*‹*int|&x› = ‹int|5|50›
return shown(x), nil`},
	{"AssignDerefNil", `*‹*int|nil› = ‹int|5|50›
return "not reached", nil`},
	{"AssignOp", `x := 1
x += ‹int|2|20›
x *= ‹int|3|30›
x -= ‹int|4|40›
return shown(x), nil`},
	{"AssignOpShift", `x, u := 5, uint8(0xf0)
x <<= ‹uint|3|4›
x &^= ‹int|8|16›
u >>= ‹int|4|2›
return shown(x, u), nil`},
	{"AssignOpZero", `x := 1
defer func() { t.Log(x) }()
x /= ‹int|0|0›
return shown(x), nil`},
	{"AssignOpIndex", `a := []int{1, 2, 3}
a[‹int|1|2›] += ‹int|5|50›
return shown(a), nil`},
	{"AssignOpMap", `m := map[string]int{"a": 1}
m[‹string|"a"|"b"›] += ‹int|5|50›
return shown(m), nil`},
	{"AssignOpPlace", `p := &point{1, 2}
‹*point|p›.x |= ‹int|5|50›
return shown(*p), nil`},
	{"AssignOpString", `x := "s"
x += ‹string|"a"|"b"› + ‹string|"c"|"d"›
return shown(x), nil`},
	{"Inc", `a, m := []int{1, 2, 3}, map[string]int{}
a[‹int|1|2›]++
m[‹string|"a"|"b"›]--
‹*point|&point{}›.x++
return shown(a, m), nil`},
	{"Tuple", `x, y := 1, 2
x, y = ‹int|3|30›, ‹int|4|40›
return shown(x, y), nil`},
	{"TupleIndex", `a := []int{1, 2, 3}
a[‹int|1|2›], a[0] = ‹int|5|50›, ‹int|6|60›
return shown(a), nil`},
	{"TupleFour", `a, m := []int{1, 2, 3}, map[int]int{}
a[‹int|1|2›], m[‹int|7|8›] = ‹int|5|50›, ‹int|6|60›
return shown(a, m), nil`},
	{"TuplePhase", `i, a := 0, []int{1, 2, 3}
i, a[i] = ‹int|1|2›, ‹int|5|50›
a[i], i = ‹int|6|60›, i
return shown(i, a), nil`},
	{"TupleSwap", `a := []int{1, 2, 3}
a[‹int|0|1›], a[‹int|2|0›] = a[2], a[0]
return shown(a), nil`},
	{"TuplePartial", `a := []int{1, 2, 3}
defer func() { t.Log(a) }()
a[‹int|0|1›], a[‹int|3|4›] = ‹int|5|50›, 6
return "not reached", nil`},
	{"TupleFromCall", `a, x := []int{1, 2, 3}, 0
a[‹int|1|2›], x = pair(‹int|5|50›)
return shown(a, x), nil`},
	{"CommaOkMap", `a, ok := []int{1, 2}, false
a[‹int|1|0›], ok = ‹map[string]int|map[string]int{"a": 7}›[‹string|"a"›]
return shown(a, ok), nil`},
	{"CommaOkAssert", `a, ok := []int{1, 2}, false
a[‹int|1|0›], ok = ‹any|7›.(int)
v, ok2 := ‹any|"s"›.(error)
return shown(a, ok, v, ok2), nil`},
	{"CommaOkReceive", `a, ok := []int{1, 2}, false
a[‹int|1|0›], ok = <-‹chan int|buffered(7)›
v, ok2 := <-‹chan int|closed()›
return shown(a, ok, v, ok2), nil`},

	// Conditions.
	{"If", `if ‹bool|false› {
	return "a", nil
} else if ‹bool|true› {
	return shown("b", ‹int|1|10›), nil
}
return "c", nil`},
	{"IfElse", `x := 1
if ‹bool|false› {
	x += 10
} else {
	x += ‹int|2|20›
}
return shown(x), nil`},
	{"IfInit", `if x := ‹int|1|10›; x > ‹int|5|5› {
	return shown("more", x), nil
} else if y := x + ‹int|3|30›; y > x {
	return shown("else", x, y), nil
}
return "end", nil`},
	{"IfInBranch", `x := 1
if x == 1 {
	x += ‹int|2|20›
	if x > 2 {
		x *= ‹int|3|30›
	}
} else {
	x = 7
}
return shown(x), nil`},
	{"Switch", `r := ""
switch ‹int|2› {
case ‹int|1›, ‹int|2›, 5:
	r = "first"
case 3:
	r = "second"
default:
	r = "default"
}
return r, nil`},
	{"SwitchSecond", `r := ""
switch x := 1; x + ‹int|1› {
default:
	r = "default"
case ‹int|1›:
	r = "first"
case 2:
	r = shown("second", ‹int|7|70›)
}
return r, nil`},
	{"SwitchDefault", `switch ‹string|"x"› {
case "a":
	return "a", nil
default:
	t.Log("default")
case ‹string|"b"›:
	return "b", nil
}
return "end", nil`},
	{"SwitchTagless", `switch {
case ‹bool|false›:
	return "first", nil
case ‹bool|false›, ‹bool|true›:
	return "second", nil
}
return "none", nil`},
	{"SwitchFallthrough", `x := 0
switch ‹int|1› {
case 1:
	x += ‹int|1|10›
	fallthrough
case 2:
	x += ‹int|2|20›
	if x > 2 {
		break
	}
	x = -1
case 3:
	x = -2
}
return shown(x), nil`},
	{"SwitchInterface", `switch ‹any|2› {
case ‹any|"s"›:
	return "s", nil
case 2:
	return "two", nil
}
return "none", nil`},
	{"TypeSwitch", `switch v := ‹any|2›.(type) {
case string:
	return "string " + v, nil
case int:
	return shown(v + ‹int|1|10›), nil
}
return "none", nil`},
	{"TypeSwitchMulti", `r := ""
for _, x := range []any{nil, 2, "s", 2.5, errNo} {
	switch v := x.(type) {
	case nil:
		r += shown("nil", v)
	case int, string:
		r += shown(v, ‹int|1|10›)
	case error:
		r += v.Error()
	default:
		r += shown("default", v, ‹int|2|20›)
	}
}
return r, nil`},
	{"Select", `select {
case ‹chan int|buffered()› <- ‹int|5|50›:
	return shown("sent", ‹int|6|60›), nil
case x := <-chan int(nil):
	return shown(x), nil
}`},
	{"SelectReceive", `a := []int{1, 2}
select {
case a[‹int|1|0›] = <-‹chan int|buffered(7)›:
	return shown(a), nil
case nilChan := <-‹chan int|nil›:
	return shown(nilChan), nil
}`},
	{"SelectDefault", `var c chan int
select {
case x, ok := <-c:
	return shown(x, ok), nil
case c <- ‹int|1|10›:
	return "sent", nil
default:
	return shown("default", ‹int|2|20›), nil
}`},

	// Loops.
	{"For", `x := 0
for i := ‹int|0›; i < ‹int|2›; i += ‹int|1› {
	x = x*10 + i
	t.Log("i", i)
}
return shown(x), nil`},
	{"ForBody", `x := 0
for i := 0; i < 4; i++ {
	if i == 1 {
		x += ‹int|1|10›
		continue
	}
	x = x*10 + ‹int|2|20›
	if i == 2 {
		break
	}
}
return shown(x), nil`},
	{"ForCondition", `n := 0
for n < 2 && ‹bool|true› {
	n++
}
for ‹bool|false› {
	n = 100
}
for {
	if n += ‹int|2|20›; n > 5 {
		break
	}
}
return shown(n), nil`},
	{"ForCapture", `var fs []func() int
for i := 0; i < 2; i++ {
	x := ‹int|5|50›
	fs = append(fs, func() int { x++; return i*1000 + x })
	x += ‹int|6|60›
}
return shown(fs[0](), fs[1](), fs[0]()), nil`},
	{"ForLabels", `n := 0
outer:
for i := range 3 {
	for j := range 3 {
		switch {
		case j == 1:
			n += ‹int|1|10›
			continue outer
		case i == 2:
			break outer
		}
		n += ‹int|100|1000›
	}
}
return shown(n), nil`},
	{"RangeInt", `n := 0
for i := range ‹int|3|2› {
	n = n*10 + i + ‹int|1|5›
}
return shown(n), nil`},
	{"RangeSlice", `n := 0
for i, x := range ‹[]int|[]int{4, 5}|[]int{7}› {
	n = n*100 + i*10 + x
	n += ‹int|1|5›
}
return shown(n), nil`},
	{"RangeArray", `a := [2]int{1, 2}
n := 0
for i, x := range a {
	a[1] = ‹int|7|70›
	n = n*100 + i*10 + x
}
for i := range ‹*[2]int|nil› {
	n += i
}
return shown(n, a), nil`},
	{"RangeString", `r := ""
for i, c := range ‹string|"aä"|"x"› {
	r += shown(i, c, ‹int|1|5›)
}
return r, nil`},
	{"RangeMap", `n := 0
for k, v := range ‹map[int]int|map[int]int{3: 4}› {
	n += k*10 + v + ‹int|1|5›
}
return shown(n), nil`},
	{"RangeChan", `n := 0
for x := range ‹chan int|closed(4, 5)› {
	n = n*10 + x + ‹int|1|5›
}
return shown(n), nil`},
	{"RangeFunc", `n := 0
for x := range seq(t, ‹int|3|2›) {
	if n += x + ‹int|1|5›; x == 1 {
		break
	}
}
return shown(n), nil`},
	{"RangeFuncReturn", `for x := range seq(t, 3) {
	if x == 1 {
		return shown(‹int|1|5›), nil
	}
}
return "not reached", nil`},
	{"RangeAssign", `a, i := []int{0, 0, 0}, 0
for i, a[‹int|1|2›] = range ‹[]int|[]int{4, 5}› {
	t.Log(i, a)
}
return shown(i, a), nil`},

	// Jumps and blocks.
	{"Goto", `n := 0
again:
x := ‹int|1|10›
if n += x; n < ‹int|3|25› {
	goto again
}
goto end
end:
return shown(n), nil`},
	{"Block", `x := 1
{
	x := x + ‹int|1|10›
	{
		x := x + ‹int|2|20›
		t.Log(x)
	}
	t.Log(x)
}
return shown(x), nil`},
	{"Return", `return shown(‹int|1|10›, ‹int|2|20›), nil`},
	{"ReturnTwo", `return ‹string|"s"|"t"›, ‹error|errNo›`},
	{"ReturnNamed", `s = shown(‹int|1|10›)
err = ‹error|errNo|nil›
return`},
	{"ReturnInNest", `for i := range 3 {
	switch {
	case i == 1:
		for {
			return shown(i, ‹int|1|10›), nil
		}
	}
}
return "not reached", nil`},
	{"Panic", `panic(‹string|"p"›)`},
	{"PanicLater", `x := ‹int|1|10›
if x > 0 {
	panic(shown(x, ‹int|2|20›))
}
return "not reached", nil`},

	// Defers and goroutines.
	{"Defer", `defer t.Log("deferred", ‹int|1|10›, ‹int|2|20›)
return shown(‹int|3|30›), nil`},
	{"DeferResult", `defer func() { s += "!" }()
return shown(‹int|3|30›), ‹error|nil›`},
	{"DeferLoop", `for i := range 2 {
	defer t.Log("deferred", i, ‹int|1|10›)
}
return "end", nil`},
	{"DeferFunc", `defer ‹func(int) int|func(n int) int { t.Log("called", n); return n }›(‹int|1|10›)
return "end", nil`},
	{"DeferMethod", `p := point{1, 2}
defer func(n int) { t.Log(n, p.Ptr(n)) }(‹int|1|10›)
p.x = ‹int|7|70›
return shown(p), nil`},
	{"DeferAwaits", `defer func() {
	s += shown("deferred", ‹int|1|10›)
}()
return shown(‹int|3|30›), nil`},
	{"DeferRecovers", `defer func() {
	if v := recover(); v != nil {
		s, err = shown(v, ‹int|1|10›), errRecovered
	}
}()
x := ‹int|3|30›
panic(shown("panic", x))`},
	{"DeferPanics", `defer func() {
	t.Log("deferred")
	panic(shown("second", ‹int|1|10›))
}()
return shown(‹int|3|30›), nil`},
	{"Go", `c := make(chan int)
go func(a, b int) { c <- a*10 + b }(‹int|1|10›, ‹int|2|20›)
return shown(<-c), nil`},
	{"AsyncBlock", `x := 1
p := async.Start(ctx, func(ctx context.Context) (int, error) {
	x += ‹int|1|10›
	return x + ‹int|2|20›, nil
})
n, err := async.Await(p)
return shown(n, x), err`},
	{"AsyncBlockArgument", `n, err := async.Await(async.Start(ctx, func(ctx context.Context) (int, error) {
	return 0, errNo
}))
return shown(n, err, ‹int|1|10›), nil`},
	{"ClosureBefore", `x := 1
get := func() int { return x }
x = ‹int|2|20›
y := get()
x += ‹int|3|30›
return shown(y, get()), nil`},
}
