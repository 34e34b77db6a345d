package difftest

// matrixExprs are the forms of expressions.
var matrixExprs = []form{
	// Operators.
	{"Add", `= ‹int|3|30› + ‹int|4|40›`},
	{"Sub", `= ‹int|3|30› - ‹int|4|40›`},
	{"Mul", `= ‹int|3|30› * ‹int|4|40›`},
	{"Div", `= ‹int|12|60› / ‹int|4|5›`},
	{"DivByZero", `= ‹int|12|60› / ‹int|0|0›`},
	{"Rem", `= ‹int|13|60› % ‹int|4|7›`},
	{"And", `= ‹int|6|7› & ‹int|3|5›`},
	{"Or", `= ‹int|6|8› | ‹int|3|5›`},
	{"Xor", `= ‹int|6|8› ^ ‹int|3|5›`},
	{"AndNot", `= ‹int|7|15› &^ ‹int|2|4›`},
	{"Shl", `= ‹int|3|5› << ‹int|2|4›`},
	{"Shr", `= ‹int|300|500› >> ‹uint|2|4›`},
	{"ShlOfConstant", `var r int64 = 1<<‹uint|33|34› + int64(‹int|1|2›)
return shown(r), nil`},
	{"Concat", `= ‹string|"a"|"A"› + ‹string|"b"|"B"› + ‹string|"c"|"C"›`},
	{"Nested", `= (‹int|1|10› + ‹int|2|20›) * (‹int|3|30› - ‹int|4|40›)`},
	{"Float", `= ‹float64|1.5|2.5› * ‹float64|2|4› - 1`},
	{"Equal", `= ‹string|"a"|"b"› == ‹string|"a"|"c"›`},
	{"NotEqual", `= ‹int|3|30› != ‹int|4|30›`},
	{"Less", `= ‹int|3|30› < ‹int|4|4›`},
	{"GreaterOrEqual", `= ‹rune|'x'|'a'› >= ‹rune|'y'|'b'›`},
	{"EqualInterfaces", `= ‹any|1› == ‹any|1›`},
	{"EqualUncomparable", `= ‹any|[]int{1}› == ‹any|[]int{1}›`},
	{"EqualStructs", `= ‹point|point{1, 2}› == ‹point|point{1, 2}›`},
	{"EqualArrays", `= ‹[2]int|[2]int{1, 2}› != ‹[2]int|[2]int{1, 3}›`},
	{"EqualMixed", `= ‹any|3› == ‹int|3›`},
	{"EqualNil", `= ‹error|nil› == nil && ‹[]int|nil› == nil`},
	{"Neg", `= -‹int|3› + ‹int|1|5›`},
	{"Pos", `= +‹int|3› + ‹int|1|5›`},
	{"Not", `= !‹bool|true› == ‹bool|false|true›`},
	{"Inv", `= ^‹int|3› + ‹int|1|5›`},
	{"Deref", `= *‹*int|new(3)› + ‹int|1|5›`},
	{"DerefNil", `= *‹*int|nil› + ‹int|1|5›`},
	{"AddressOfElement", `p := &‹[]int|[]int{1, 2}›[‹int|1›]
*p += 10
return shown(*p), nil`},
	{"AddressOfField", `p := &‹*point|&point{1, 2}›.y
*p += ‹int|10|20›
return shown(*p), nil`},
	{"Receive", `= <-‹chan int|buffered(7)› + ‹int|1|5›`},
	{"Paren", `= ((‹int|1|10›) + (‹int|2|20›))`},

	// Short circuit.
	{"AndTrue", `= ‹bool|true› && ‹bool|true›`},
	{"AndFalse", `= ‹bool|false› && ‹bool|true›`},
	{"OrTrue", `= ‹bool|true› || ‹bool|false›`},
	{"OrFalse", `= ‹bool|false› || ‹bool|true›`},
	{"AndOr", `= ‹bool|true› && ‹bool|false› || ‹bool|true›`},
	{"OrAnd", `= (‹bool|false› || ‹bool|true›) && !‹bool|false›`},
	{"AndNamed", `var r flag = ‹flag|true› && ‹flag|false›
return fmt.Sprintf("%T %v", r, r), nil`},
	{"AndInOperand", `= shown(‹int|1|10›, ‹bool|true› && ‹bool|false›, ‹int|2|20›)`},

	// Calls.
	{"Call", `= three(‹int|1|10›, ‹int|2|20›, ‹int|3|30›)`},
	{"CallOfCalls", `= two(two(‹int|1|10›, ‹int|2|20›), two(‹int|3|30›, ‹int|4|40›))`},
	{"CallOfValue", `= ‹func(int, int) int|two›(‹int|1|10›, ‹int|2|20›)`},
	{"CallOfNil", `= ‹func(int) int|nil›(‹int|1|10›)`},
	{"CallOfElement", `= []func(int, int) int{nil, two}[‹int|1|1›](‹int|1|10›, ‹int|2|20›)`},
	{"Curried", `= curried(‹int|1|10›)(‹int|2|20›)`},
	{"Variadic", `= many(‹int|1|10›, ‹int|2|20›, ‹int|3|30›)`},
	{"VariadicNone", `= many(‹int|1›)`},
	{"VariadicSpread", `= many(‹int|1|10›, ‹[]int|[]int{1, 2}|[]int{3}›...)`},
	{"VariadicInterfaces", `= shown(‹int|1|10›, nil, ‹string|"a"|"b"›, 2.5, ‹rune|'x'|'y'›)`},
	{"SpreadCall", `= two(pair(‹int|1›))`},
	{"SpreadAwait", `= two(async.Must2(async.Await2(‹*async.Promise[async.Tuple2[int, int]]|kit.A2(t, "pair", 1, 2)›)))`},
	{"AwaitOfOperand", `= async.Must(async.Await(‹*async.Promise[int]|kit.A(t, "in", 5)›)) + ‹int|1|10›`},
	{"ValueReceiver", `= ‹point|point{1, 2}|point{3, 4}›.Val(‹int|5|6›)`},
	{"PointerReceiver", `= ‹*point|&point{1, 2}|&point{3, 4}›.Ptr(‹int|5|6›)`},
	{"PointerToValueReceiver", `= ‹*point|&point{1, 2}|&point{3, 4}›.Val(‹int|5|6›)`},
	{"NilReceiver", `= ‹*point|nil|nil›.Val(‹int|5|6›)`},
	{"InterfaceReceiver", `var i adder = plus(1)
if t == nil {
	i = &minus{1}
}
r := i.Add(‹int|5›) + ‹adder|plus(3)›.Add(‹int|6›)
return shown(r), nil`},
	{"NilInterface", `= ‹adder|nil›.Add(‹int|5›)`},
	{"PromotedReceiver", `= ‹outer|outer{point: point{1, 2}}|outer{point: point{3, 4}}›.Val(‹int|5|6›)`},
	{"ReceiverOfElement", `ps := []point{{1, 2}, {3, 4}}
r := ps[‹int|1|0›].Ptr(‹int|5|6›)
return shown(r, ps), nil`},
	{"Chained", `= ‹list[point]|list[point]{{1, 2}}›.at(‹int|0›).Val(‹int|5|6›)`},
	{"MethodExpr", `= point.Val(‹point|point{1, 2}|point{3, 4}›, ‹int|5|6›)`},
	{"MethodExprPointer", `= (*point).Ptr(‹*point|&point{1, 2}|&point{3, 4}›, ‹int|5|6›)`},
	{"MethodExprInterface", `= adder.Add(‹adder|plus(3)›, ‹int|5|6›)`},
	{"MethodValue", `f := ‹point|point{1, 2}›.Val
return shown(f(‹int|5|6›)), nil`},
	{"MethodValueArg", `= func(f func(int) int, n int) int { return f(n) }(‹point|point{1, 2}›.Val, ‹int|5|6›)`},
	{"Literal", `= func(a, b int) int { return a*10 + b }(‹int|1|10›, ‹int|2|20›)`},
	{"LiteralArg", `x := 1
r := func(f func() int, n int) int { x = 5; return f() + n }(func() int { return x * 10 }, ‹int|2|20›)
return shown(r), nil`},
	{"Generic", `= same(‹int|1|10›, ‹int|2|20›)`},
	{"GenericTwo", `= key(‹string|"k"|"l"›, ‹int|2|20›)`},
	{"GenericExplicit", `= same[any](‹int|1|10›, ‹string|"s"|"t"›)`},

	// Parts.
	{"Field", `= ‹point|point{1, 2}›.y + ‹int|1|10›`},
	{"FieldOfPointer", `= ‹*point|&point{1, 2}›.y + ‹int|1|10›`},
	{"FieldOfNil", `= ‹*point|nil›.y + ‹int|1|10›`},
	{"FieldPromoted", `= ‹outer|outer{point: point{1, 2}, in: &point{3, 4}}›.in.y*10 + ‹int|1|10›`},
	{"IndexSlice", `= ‹[]int|[]int{4, 5, 6}|[]int{7, 8, 9}›[‹int|1|2›]`},
	{"IndexOut", `= ‹[]int|[]int{4, 5, 6}›[‹int|3›]`},
	{"IndexArray", `= ‹[3]int|[3]int{4, 5, 6}›[‹int|1›]`},
	{"IndexArrayPointer", `= ‹*[3]int|&[3]int{4, 5, 6}›[‹int|1›]`},
	{"IndexString", `= ‹string|"abc"›[‹int|1›]`},
	{"IndexMap", `= ‹map[string]int|map[string]int{"a": 1}›[‹string|"a"›]`},
	{"IndexNested", `= ‹[][]int|[][]int{{1}, {2, 3}}›[‹int|1›][‹int|0›]`},
	{"SliceTwo", `= ‹[]int|[]int{4, 5, 6}›[‹int|1›:‹int|2›]`},
	{"SliceThree", `= ‹[]int|[]int{4, 5, 6, 7}›[‹int|1›:‹int|2›:‹int|3›]`},
	{"SliceFrom", `= ‹[]int|[]int{4, 5, 6}›[‹int|1›:]`},
	{"SliceOut", `= ‹[]int|[]int{4, 5, 6}›[‹int|2›:‹int|1›]`},
	{"SliceString", `= ‹string|"string"›[:‹int|3›] + ‹string|"!"|"?"›`},
	{"SliceArray", `= append(array(‹*[3]int|&[3]int{4, 5, 6}›)[‹int|1›:], ‹int|9|8›)`},

	// Conversions and assertions.
	{"ConvertFloat", `= float64(‹int|3|30›) / ‹float64|2|4›`},
	{"ConvertNamed", `= text(‹string|"a"|"b"›) + ‹text|"c"|"d"›`},
	{"ConvertBytes", `= string(‹[]byte|[]byte("ab")›) + string(‹rune|'x'›)`},
	{"ConvertToBytes", `= append([]byte(‹string|"ab"|"xy"›), ‹byte|'c'|'d'›)`},
	{"ConvertToArray", `= [2]int(‹[]int|[]int{1, 2, 3}›)`},
	{"ConvertToArrayShort", `= [4]int(‹[]int|[]int{1, 2, 3}›)`},
	{"ConvertInterface", `= adder(‹plus|plus(2)›).Add(‹int|3|30›)`},
	{"ConvertAny", `= any(‹int|3›).(int) + ‹int|1|10›`},
	{"ConvertFunc", `= (func(int) int)(‹func(int) int|curried(1)›)(‹int|3|30›)`},
	{"Assert", `= ‹any|3|4›.(int) + ‹int|1|10›`},
	{"AssertFails", `= ‹any|"s"|4›.(int) + ‹int|1|10›`},
	{"AssertInterface", `= ‹any|plus(2)›.(adder).Add(‹int|1|10›)`},

	// Composite literals.
	{"Struct", `= point{‹int|1|10›, ‹int|2|20›}`},
	{"StructKeyed", `= point{y: ‹int|1|10›, x: ‹int|2|20›}`},
	{"StructPointer", `= *&point{x: ‹int|1|10›, y: ‹int|2|20›}`},
	{"StructNested", `r := outer{in: &point{y: ‹int|1|10›}, point: point{‹int|2|20›, ‹int|3|30›}}
return shown(r.point, *r.in), nil`},
	{"StructAnonymous", `= struct {
	a int
	b string
}{‹int|1|10›, ‹string|"b"|"c"›}`},
	{"Array", `= [...]int{2: ‹int|1|10›, ‹int|2|20›, 0: ‹int|3|30›}`},
	{"Slice", `= []int{‹int|1|10›, ‹int|2|20›, ‹int|3|30›}`},
	{"SliceOfSlices", `= [][]int{{‹int|1|10›}, ‹[]int|[]int{5}|[]int{6}›, {‹int|2|20›, 7}}`},
	{"SliceOfPointers", `r := []*point{{x: ‹int|1|10›}, {‹int|2|20›, 3}}
return shown(*r[0], *r[1]), nil`},
	{"SliceOfAny", `= []any{‹int|1|10›, nil, ‹string|"s"|"t"›, 'x'}`},
	{"Map", `= map[string]int{‹string|"a"›: ‹int|1›, ‹string|"b"›: ‹int|2›}`},
	{"MapOfStructs", `= map[int]point{‹int|1›: {‹int|2›, ‹int|3›}}`},
	{"MapOfFuncs", `= map[string]func(int) int{"f": ‹func(int) int|curried(2)›}["f"](‹int|3|30›)`},

	// Builtins.
	{"Append", `= append(‹[]int|[]int{1}|[]int{7}›, ‹int|2|20›, ‹int|3|30›)`},
	{"AppendSpread", `= append(‹[]int|[]int{1}|[]int{7}›, ‹[]int|[]int{2, 3}|[]int{8}›...)`},
	{"AppendString", `= append(‹[]byte|[]byte("a")|[]byte("b")›, ‹string|"cd"|"e"›...)`},
	{"Len", `= len(‹[]int|[]int{1, 2}|nil›)*10 + ‹int|1|5›`},
	{"LenString", `= len(‹string|"ab"|"c"›)*10 + ‹int|1|5›`},
	{"LenArray", `= len(‹[3]int|[3]int{}›)*10 + ‹int|1|5›`},
	{"Cap", `= cap(‹[]int|make([]int, 1, 4)|nil›)*10 + ‹int|1|5›`},
	{"Min", `= min(‹int|3|1›, ‹int|2|4›, ‹int|5|6›)`},
	{"Max", `= max(‹string|"a"|"d"›, ‹string|"b"|"c"›)`},
	{"Complex", `= complex(‹float64|1|2›, ‹float64|3|4›)`},
	{"RealImag", `= real(‹complex128|2+1i›) * float64(imag(‹complex64|3i›))`},
	{"Make", `= len(make([]int, ‹int|2|3›))*10 + ‹int|1|5›`},
	{"MakeCap", `= cap(make([]int, 1, ‹int|2|3›))*10 + ‹int|1|5›`},
	{"MakeMap", `= len(make(map[int]int, ‹int|2|3›))*10 + ‹int|1|5›`},
	{"MakeChan", `= cap(make(chan int, ‹int|2|3›))*10 + ‹int|1|5›`},
	{"New", `= *new(‹int|2|3›)*10 + ‹int|1|5›`},
	{"Copy", `a := []int{1, 2, 3}
r := copy(a[‹int|1|0›:], ‹[]int|[]int{7, 8, 9}›)
return shown(r, a), nil`},
}
