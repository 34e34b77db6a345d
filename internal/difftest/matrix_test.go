package difftest

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// formsPerProgram keeps a program small, so that a form that does not compile takes few others with it.
const formsPerProgram = 6

// TestMatrix puts every form of expression and statement through all fillings of its operands. The coroutine lowering,
// which knows nothing of expressions, gets every fourth program.
func TestMatrix(t *testing.T) {
	exprs, err := matrixPrograms("expr", matrixExprs, formsPerProgram)
	if err != nil {
		t.Fatal(err)
	}
	stmts, err := matrixPrograms("stmt", matrixStmts, formsPerProgram)
	if err != nil {
		t.Fatal(err)
	}
	all := append(exprs, stmts...)
	o := options(t)
	for _, variant := range o.Variants {
		t.Run(variant, func(t *testing.T) {
			o := o
			o.Variants = []string{variant}
			programs := all
			if variant != Flat {
				programs = everyNth(all, 4)
			}
			if testing.Short() {
				programs = everyNth(programs, 4)
			}
			results, err := Run(t.Context(), programs, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range programs {
				for _, f := range results[p.Name].Faults {
					t.Errorf("%s: %s", p.Name, f)
				}
			}
		})
	}
}

func everyNth(ps []Program, n int) []Program {
	var some []Program
	for i := 0; i < len(ps); i += n {
		some = append(some, ps[i])
	}
	return some
}

// TestMatrixForms checks the tables: names and holes.
func TestMatrixForms(t *testing.T) {
	seen := map[string]bool{}
	functions := 0
	for _, f := range append(matrixExprs[:len(matrixExprs):len(matrixExprs)], matrixStmts...) {
		if seen[f.name] {
			t.Errorf("two forms are named %s", f.name)
		}
		seen[f.name] = true
		_, holes := f.holes()
		if len(holes) == 0 {
			t.Errorf("%s has no operand", f.name)
		}
		functions += len(fillings(holes))
	}
	t.Logf("%d forms, %d functions", len(seen), functions)
}

// TestLarge runs functions that wait in many places: they are in parts, each of which has a bounded number of states.
func TestLarge(t *testing.T) {
	const awaits, most = 320, 150
	p, err := largeProgram("large", awaits)
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Modes = "12"
	o.BuildFlags = append(o.BuildFlags, "-gcflags=./internal/difftest/testdata/...=-N -l")
	results, err := Run(t.Context(), []Program{p}, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range results[p.Name].Faults {
		t.Error(f)
	}
	text := results[p.Name].Generated[Flat]["case_async.go"]
	part := regexp.MustCompile(`(?ms)^func \(f \*\w+\) part\d+\(at int32\) int32 \{.*?^\}`)
	parts := part.FindAllString(text, -1)
	if slices.Contains(o.Variants, Flat) && len(parts) != 3*len(largeForms) {
		t.Errorf("%d functions are in %d parts", len(largeForms), len(parts))
	}
	for _, p := range parts {
		if n := len(regexp.MustCompile(`(?m)^resume\d+:`).FindAllString(p, -1)); n == 0 || n > most {
			t.Errorf("a part has %d states", n)
		}
	}
}

// TestParts runs archives in which each function is in parts.
func TestParts(t *testing.T) {
	archives, err := ReadArchives(filepath.Join(root, "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	var programs []Program
	for _, a := range archives {
		programs = append(programs, a.Program)
	}
	programs = everyNth(programs, 12)
	o := options(t)
	o.Variants = []string{Parts, Shreds}
	results, err := Run(t.Context(), programs, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		for _, f := range results[p.Name].Faults {
			t.Errorf("%s: %s", p.Name, f)
		}
	}
}

// TestDeep runs very large expressions, and wants twins whose size grows no faster than the source.
func TestDeep(t *testing.T) {
	sizes := []int{2500, 5000}
	if testing.Short() {
		sizes = []int{500, 1000}
	}
	var programs []Program
	for _, size := range sizes {
		p, err := deepProgram(fmt.Sprintf("deep_%d", size), size)
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, p)
	}
	o := options(t)
	o.Modes = "12"
	results, err := Run(t.Context(), programs, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		for _, f := range results[p.Name].Faults {
			t.Errorf("%s: %s", p.Name, f)
		}
	}
	for _, variant := range o.Variants {
		half := len(results[programs[0].Name].Generated[variant]["case_async.go"])
		whole := len(results[programs[1].Name].Generated[variant]["case_async.go"])
		if t.Logf("%s: %d and %d bytes", variant, half, whole); 2*whole > 5*half {
			t.Errorf("%s: twice the source gives %d bytes instead of %d", variant, whole, half)
		}
	}
}
