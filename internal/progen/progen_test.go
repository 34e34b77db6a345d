package progen

import (
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goawait/goawait/internal/difftest"
)

var (
	programs = flag.Int("programs", 100, "programs to write and run")
	first    = flag.Uint64("seed", 2, "seed of the first program")
	variants = flag.String("variants", "flat", "variants to run besides the oracle")
	modes    = flag.String("modes", "", "digits of the modes to run; all if empty")
	build    = flag.String("build", quick, "flags for go build, separated by commas")
	reducing = flag.Bool("reduce", false, "reduce the first program that differs")
	keep     = flag.Bool("keep", false, "keep the folder")
	print    = flag.Bool("print", false, "print the first program")
)

// pack is how many programs are one package, and batch how many packages are linked into one binary.
const (
	pack  = 50
	batch = 4
)

// quick has the compiler spend no time on optimising programs that run once; the archives are for that.
const quick = "-gcflags=./internal/difftest/testdata/...=-N -l"

// TestFuzz runs random programs in all variants. A program that differs is told by its seed, and reduced.
func TestFuzz(t *testing.T) {
	if *print {
		fmt.Println(Program(*first).Files["case.go"])
	}
	var packs []difftest.Program
	for from := 0; from < *programs; from += pack {
		packs = append(packs, Pack(*first+uint64(from), min(pack, *programs-from)))
	}
	for ps := range slices.Chunk(packs, batch) {
		results := run(t, ps)
		for _, p := range ps {
			faults := results[p.Name].Faults
			if len(faults) == 0 {
				continue
			}
			t.Errorf("%s differs:\n%s", p.Name, strings.Join(faults[:min(len(faults), 10)], "\n"))
			if seed := seedOf(faults[0]); *reducing && seed > 0 {
				*reducing = false
				one := Program(seed)
				if faults := run(t, []difftest.Program{one})[one.Name].Faults; len(faults) > 0 {
					small, fault := reduce(t, one, faults[0])
					t.Errorf("%s reduced: %s\n%s", one.Name, fault, small)
				}
			}
		}
	}
}

// seedOf finds the seed in a fault of a pack; 0 if there is none.
func seedOf(fault string) (seed uint64) {
	if m := regexp.MustCompile(stem.String() + `of(\d+)`).FindStringSubmatch(fault); m != nil {
		seed, _ = strconv.ParseUint(m[1], 10, 64)
	}
	return seed
}

func run(t *testing.T, ps []difftest.Program) map[string]*difftest.Result {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	results, err := difftest.Run(t.Context(), ps, difftest.Options{
		Keep: *keep, Root: root, Modes: *modes, Seed: 1, Timeout: 20 * time.Second, Logf: t.Logf, Variants: strings.Split(*variants, ","),
		BuildFlags: strings.FieldsFunc(*build, func(r rune) bool { return r == ',' }),
	})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// TestSeeds holds that a seed stands for one program, and different ones for different programs.
func TestSeeds(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(20) {
		a, b := Program(seed), Program(seed)
		if !maps.Equal(a.Files, b.Files) {
			t.Errorf("seed %d gives two programs", seed)
		}
		seen[a.Files["case.go"]] = true
	}
	if len(seen) != 20 {
		t.Errorf("20 seeds give %d programs", len(seen))
	}
}
