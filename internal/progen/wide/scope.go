package wide

// This file holds what is known while a body is written: variables in scope, where control may go, and what has been
// spent.

import (
	"fmt"
	"slices"
	"strings"
)

// A variable is one that the program may name.
type variable struct {
	name   string
	typ    *typ
	vol    bool // calls of the same statement may change it, or what it refers to
	ro     bool // never assigned, nor what it refers to changed
	up     bool // only ever increased: the variable of a loop that ends thereby
	global bool
	used   bool
	reads  *[]*variable // where its first read is noted
}

// A scope is a block of the program.
type scope struct {
	outer *scope
	vars  []*variable
	names []string // declared here, whatever they are
	wall  bool     // variables further out may not be named
}

// A target is a statement that break and continue may name, or a label that goto may.
type target struct {
	kind   string // loop, switch, select, forward or back
	label  string
	used   bool
	native bool         // its body does not await
	reads  *[]*variable // where its first read is noted
}

// A body is a function or a literal in the making.
type body struct {
	*gen
	outer   *body // of the function that a literal stands in
	scope   *scope
	results []*typ      // without the error
	hasErr  bool        // an error follows them
	named   []*variable // the results, if they have names
	awaits  bool        // awaits may stand here
	silent  bool        // leaves no trace: it runs beside others
	valued  bool        // it is the value of a variable: a call of such a variable in it might never end
	guarded bool        // panics are recovered
	targets []*target
	fuel    string // variable that bounds the loops
	mult    int    // how often a statement here may run
	cost    *int   // of the whole function, in traced lines
	depth   int    // of nesting
	room    *int   // statements left
	labels  *[]string
	extra   []*typ // type parameters
}

// literal makes the body of a literal inside b.
func (b *body) literal(results []*typ, hasErr, awaits bool) *body {
	return &body{gen: b.gen, outer: b, scope: &scope{outer: b.scope}, results: results, hasErr: hasErr, awaits: awaits,
		silent: b.silent, valued: b.valued, guarded: b.guarded, mult: b.mult, cost: b.cost, depth: b.depth + 1, room: b.room,
		labels: new([]string), extra: b.extra}
}

// inside runs f in a new scope.
func (b *body) inside(f func()) {
	b.scope = &scope{outer: b.scope}
	b.depth++
	f()
	b.depth--
	b.scope = b.scope.outer
}

// repeated runs f as the body of something that runs n times at most.
func (b *body) repeated(n int, f func()) {
	old := b.mult
	b.mult *= n
	f()
	b.mult = old
}

// aiming runs f inside of a statement that break or continue may leave.
func (b *body) aiming(t *target, f func()) {
	b.targets = append(b.targets, t)
	f()
	b.targets = b.targets[:len(b.targets)-1]
}

// spend accounts for n traced lines in each run of a statement.
func (b *body) spend(n int) { *b.cost += n * b.mult }

// rich reports that calls which trace n lines can be afforded here.
func (b *body) rich(n int) bool { return b.mult*n <= maxCall && *b.cost+b.mult*n <= maxCost }

const (
	maxCall = 150
	maxCost = 450
)

// visible lists the variables in scope, innermost first.
func (b *body) visible() []*variable {
	var vs []*variable
	var hidden []string
	for s := b.scope; s != nil; s = s.outer {
		for _, v := range slices.Backward(s.vars) {
			if !slices.Contains(hidden, v.name) {
				vs = append(vs, v)
			}
		}
		hidden = append(hidden, s.names...)
		if s.wall {
			return vs
		}
	}
	if b.silent {
		return vs
	}
	for _, v := range b.globals {
		if !slices.Contains(hidden, v.name) {
			vs = append(vs, v)
		}
	}
	return vs
}

// pick chooses a variable in scope.
func (b *body) pick(ok func(*variable) bool) *variable {
	var vs []*variable
	for _, v := range b.visible() {
		if ok(v) {
			vs = append(vs, v)
		}
	}
	if len(vs) == 0 {
		return nil
	}
	return vs[min(b.n(len(vs)), b.n(len(vs)))] // inner ones more often
}

// read chooses a variable of a type to be read, by get.
func (b *body) read(t *typ, e ex) *variable {
	if b.valued && t.kind == kFunc {
		return nil
	}
	return b.pick(func(v *variable) bool { return v.typ == t && e.may(v) })
}

// get is the name of a variable that is read.
func (v *variable) get() string {
	if !v.used && v.reads != nil {
		*v.reads = append(*v.reads, v)
	}
	v.used = true
	return v.name
}

// unread forgets the first reads of variables after the first n: what they stand in is thrown away.
func (g *gen) unread(n int) {
	for _, v := range g.reads[n:] {
		v.used = false
	}
	g.reads = g.reads[:n]
}

// write chooses a variable of a type to be assigned.
func (b *body) write(t *typ) *variable {
	return b.pick(func(v *variable) bool { return v.typ == t && b.owns(v) })
}

// owns reports whether v may be assigned in b: a literal assigns only what is known to be changed by calls.
func (b *body) owns(v *variable) bool {
	return !v.ro && !v.up && (v.vol || b.declares(v))
}

// declares reports whether v is a variable of this very function.
func (b *body) declares(v *variable) bool {
	end := (*scope)(nil)
	if b.outer != nil {
		end = b.outer.scope
	}
	for s := b.scope; s != end && s != nil; s = s.outer {
		if slices.Contains(s.vars, v) {
			return true
		}
	}
	return false
}

// has reports whether a name means what it means at package level or in the language.
func (b *body) has(name string) bool {
	for s := b.scope; s != nil; s = s.outer {
		if slices.Contains(s.names, name) {
			return false
		}
	}
	return true
}

var plainNames = strings.Fields("a b c d e f g h i j k m n q r s u v w x y z")

// oddNames are those of builtins, and such as a compiler likes to use itself. Nothing uses a builtin where it is hidden.
var oddNames = strings.Fields("len cap new min max copy clear iota1 any1 co fr frame st this next ret at1 tmp ok " +
	"p p0 p1 s1 r0 state resume unwind label err1 Ünï f1 loop ch string1 print close complex")

// fresh makes a name that is not yet in the innermost scope, and hides nothing that is needed.
func (b *body) fresh() string {
	for {
		name := one(b.gen, plainNames)
		if b.odd && b.chance(12) {
			name = one(b.gen, oddNames)
		}
		if b.chance(15) {
			name = fmt.Sprintf("%s%d", name, b.n(30))
		}
		if slices.Contains(b.scope.names, name) {
			continue
		}
		return name
	}
}

// variable makes a variable that is not declared yet: what it is set to does not know it.
func (b *body) variable(t *typ) *variable {
	return &variable{name: b.fresh(), typ: t, vol: b.chance(55) && t.kind != kFunc && t.kind != kShape}
}

// declare puts variables into the innermost scope.
func (b *body) declare(vs ...*variable) {
	for _, v := range vs {
		v.reads = &b.reads
		b.scope.vars = append(b.scope.vars, v)
		b.scope.names = append(b.scope.names, v.name)
	}
}

// finds reports whether a name means that variable.
func (b *body) finds(name string) bool {
	return b.pick(func(v *variable) bool { return v.name == name }) != nil
}

// unique makes a name that is used for nothing else.
func (g *gen) unique(stem string) string {
	g.names++
	return fmt.Sprintf("%s%d_", stem, g.names)
}

// mark makes the text of a trace line that no other place has.
func (g *gen) mark(stem string) string {
	g.marks++
	return fmt.Sprintf("%q", fmt.Sprint(stem, g.marks))
}

// shown gives the expressions that show variables.
func shown(vs []*variable) string {
	var parts []string
	for _, v := range vs {
		v.used = true
		switch v.typ.kind {
		case kPtr:
			parts = append(parts, "*"+v.name)
		case kFunc:
		default:
			parts = append(parts, v.name)
		}
	}
	return strings.Join(parts, ", ")
}

// leftovers uses the variables of the innermost scope that nothing has read, and shows some others.
func (b *body) leftovers(all bool) string {
	var text string
	var vs []*variable
	for _, v := range b.scope.vars {
		switch {
		case v.typ.kind == kFunc || b.silent:
			if !v.used {
				text += "_ = " + v.name + "\n"
			}
			v.used = true
		case !v.used || all || b.chance(20):
			vs = append(vs, v)
		}
	}
	if len(vs) > 0 {
		b.spend(1)
		text += fmt.Sprintf("t.Log(%s, %s)\n", b.mark("use"), shown(vs))
	}
	return text
}
