package difftest

import (
	"fmt"
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
