package difftest

// This file makes a program with functions that wait in so many places that their code is in parts.

import (
	"fmt"
	"go/format"
	"strings"
)

// largeProgram is a program with functions of so many awaits each.
func largeProgram(name string, awaits int) (Program, error) {
	var b strings.Builder
	b.WriteString(deepHeader)
	for _, f := range largeForms {
		fmt.Fprintf(&b, "//goawait:async\nfunc Case%s(ctx context.Context, t *kit.T) (total int, err error) {\n%s", f.name, f.before)
		for i := range awaits {
			fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(f.each, "#", fmt.Sprint(i)))
		}
		fmt.Fprintf(&b, "%s\nreturn total, nil\n}\n\n", f.after)
	}
	src, err := format.Source([]byte(b.String()))
	return Program{Name: name, Files: map[string]string{"case.go": string(src)}}, err
}

// largeForms are the functions: what comes before all awaits, what is there for each, with # for its number, and what comes after.
var largeForms = []struct{ name, before, each, after string }{
	{"Straight", "", "total = two(total, async.Must(async.Await(kit.A(t, \"#\", #))))", ""},
	{
		"Branches", "const limit = 500\n",
		"if v, err := async.Await(kit.A(t, \"#\", #)); err != nil {\nreturn total, err\n} else if v%3 == 0 && total < limit {\ntotal = two(v, total)\n}", "",
	},
	{"Loop", "for round := range 3 {\n", "total = two(total+round, async.Must(async.Await(kit.A(t, \"#\", #))))\nif total == round*# {\ncontinue\n}", "}"},
	{
		"Goto", "rounds := 0\nagain:\nrounds++\n",
		"for k := range 2 {\ntotal = two(total+k, async.Must(async.Await(kit.A(t, \"#\", #))))\nif total == #+7 && rounds < 4 {\ngoto again\n}\n}", "",
	},
	{
		"Deferred", "defer func() {\nif v := recover(); v != nil {\nerr = fmt.Errorf(\"%v after %d\", v, total)\n}\n}()\n",
		"total = two(total, async.Must(async.Await(kit.A(t, \"#\", #))))\nif total == 1000 {\nreturn total, nil\n}", "panic(\"at the end\")\n",
	},
	{
		"Captured", "var adders []func(int)\n",
		"{\nv := async.Must(async.Await(kit.A(t, \"#\", #)))\nadders = append(adders, func(n int) { v += n; total = two(total, v) })\nif n := len(adders) - 2; n >= 0 {\nadders[n](v)\n}\n}", "",
	},
}
