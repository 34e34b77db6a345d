package wide

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goawait/goawait/internal/difftest"
)

var (
	programs = flag.Int("programs", 5, "programs that TestFuzz runs; TestVariants runs half as many")
	first    = flag.Uint64("seed", 200, "seed of the first of them")
	batch    = flag.Int("batch", 50, "programs in one build")
	variants = flag.String("variants", "flat", "variants to run besides the oracle")
	modes    = flag.String("modes", "", "digits of the modes to run; all if empty")
	build    = flag.String("build", quick, "flags for go build, separated by commas")
	show     = flag.Uint64("show", 0, "print the program of that seed")
)

// root is the folder of the module.
const root = "../../.."

func options(t *testing.T) difftest.Options {
	abs, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	comma := func(r rune) bool { return r == ',' }
	return difftest.Options{Root: abs, Modes: *modes, Seed: 1, Timeout: 10 * time.Second, Logf: t.Logf,
		Variants: strings.FieldsFunc(*variants, comma), BuildFlags: strings.FieldsFunc(*build, comma)}
}

// quick has the compiler spend no time on optimising programs that run once; the archives are for that.
const quick = "-gcflags=./internal/difftest/testdata/...=-N -l"

// TestFuzz puts random programs through every variant and mode.
func TestFuzz(t *testing.T) {
	if *show > 0 {
		fmt.Println(Program(*show).Files["case.go"])
		return
	}
	o := options(t)
	faulty, lines, cases := 0, 0, 0
	ends := map[string]int{}
	for from := 0; from < *programs; from += *batch {
		var ps []difftest.Program
		for i := from; i < min(from+*batch, *programs); i++ {
			ps = append(ps, Program(*first+uint64(i)))
		}
		results, err := difftest.Run(context.Background(), ps, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ps {
			r := results[p.Name]
			for _, run := range r.Oracle {
				cases++
				lines += len(run.Trace)
				ends[strings.Fields(run.Trace[len(run.Trace)-1])[1]]++
			}
			for i, f := range r.Faults {
				if i == 0 {
					faulty++
				}
				if i < 3 {
					t.Errorf("%s: %s", p.Name, f)
				}
			}
		}
	}
	t.Logf("%d of %d programs differ; %d cases trace %d lines and end so: %v", faulty, *programs, cases, lines, ends)
}

// TestPrograms checks that programs compile, and that a seed always stands for the same one.
func TestPrograms(t *testing.T) {
	c, err := NewChecker(root)
	if err != nil {
		t.Fatal(err)
	}
	for seed := uint64(1); seed <= 60; seed++ {
		src := Program(seed).Files["case.go"]
		if src != Program(seed).Files["case.go"] {
			t.Errorf("seed %d gives two programs", seed)
		}
		if _, _, errs := c.Check(src); errs != nil {
			t.Errorf("seed %d: %v", seed, errs[0])
		}
	}
}

var reduce = flag.Uint64("reduce", 0, "make the program of that seed smaller that differs")

// TestReduce prints the smallest program that shows the fault of a seed.
func TestReduce(t *testing.T) {
	if *reduce == 0 {
		return
	}
	c, err := NewChecker(root)
	if err != nil {
		t.Fatal(err)
	}
	r := &Reducer{Check: c, Options: options(t), Batch: 24, Logf: t.Logf}
	r.Options.Logf = nil
	start := time.Now()
	r.Logf = func(f string, args ...any) {
		fmt.Printf("%4.0fs "+f+"\n", append([]any{time.Since(start).Seconds()}, args...)...)
	}
	small, fault, err := r.Reduce(context.Background(), Program(*reduce).Files["case.go"])
	if err != nil {
		t.Error(err)
	}
	fmt.Printf("%s\n%s\n", small, fault)
}

// TestVariants changes programs in ways that must not change what they trace, and puts them through everything, too.
func TestVariants(t *testing.T) {
	var ps []difftest.Program
	of := map[string]string{}
	for i := range max(1, *programs/2) {
		p := Program(*first + uint64(i))
		text, err := Variant(p.Files["case.go"], *first+uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		v := difftest.Program{Name: p.Name + "_v", Files: map[string]string{"case.go": text}}
		of[v.Name] = p.Name
		ps = append(ps, p, v)
	}
	results, err := difftest.Run(t.Context(), ps, options(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		r := results[p.Name]
		for _, f := range r.Faults {
			t.Errorf("%s: %s", p.Name, f)
		}
		if name := of[p.Name]; name != "" && r.Trace() != results[name].Trace() {
			t.Errorf("%s: the variant traces something else", name)
		}
	}
}
