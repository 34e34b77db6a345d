package statemachine_test

// This file holds the plans of small functions, one for each thing that the steps decide.

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/goawait/goawait/statemachine"
)

const head = `package p

import (
	"context"

	async "github.com/goawait/goawait/runtime"
)

func p(n int) *async.Promise[int] { return async.Resolve(n) }

// call has a step function.
func call(n int) *async.Promise[int] { return async.Resolve(n) }

func ask(n int) *async.Promise[bool] { return async.Resolve(n > 0) }

func use(...any) int { return 0 }

var _ context.Context

`

// TestPlans builds the functions of testdata/plans.txtar, NAME.go, and compares their plans with NAME.plan.
func TestPlans(t *testing.T) {
	path := filepath.Join("testdata", "plans.txtar")
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var made []txtar.File
	for i, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".go")
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := build(t, "", head+string(f.Data))
			plan := m.String()
			made = append(made, f, txtar.File{Name: name + ".plan", Data: []byte(plan)})
			checkPlan(t, m)
			for _, size := range []int{1, 2, statemachine.EachOperation} {
				m := buildParts(t, size, "", head+string(f.Data))
				checkPlan(t, m)
				checkParts(t, m, size)
			}
			if *update {
				return
			}
			if i+1 == len(archive.Files) || archive.Files[i+1].Name != name+".plan" {
				t.Fatal("there is no plan")
			}
			if want := string(archive.Files[i+1].Data); plan != want {
				t.Errorf("the plan is\n%s\nand not\n%s", plan, want)
			}
		})
	}
	if *update && !t.Failed() {
		archive.Files = made
		if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// checkPlan holds what is true of every plan: what is read behind an await, and not set before that on every way, is live
// there; what is live has a slot; nothing live is dead. In a step function, nothing else has a slot, and what an await waits for is not
// live there, as the frame knows it.
func checkPlan(t *testing.T, m *statemachine.Machine) {
	t.Helper()
	somewhere := map[*statemachine.Var]bool{}
	for i, op := range m.Ops {
		if op.Kind != statemachine.OpAwait {
			continue
		}
		needed := neededBehind(m, i)
		for _, v := range m.Vars {
			live := slices.Contains(op.Live, v)
			somewhere[v] = somewhere[v] || live
			if m.Recalls(op) && v == op.Vars[0] {
				if live {
					t.Errorf("await %d keeps %s, which it waits for", op.State, v.Hint)
				}
			} else if needed[v] && !live {
				t.Errorf("%s is read behind await %d, and not live there", v.Hint, op.State)
			} else if live && !v.Slot {
				t.Errorf("%s is live behind await %d, and has no slot", v.Hint, op.State)
			} else if live && slices.Contains(op.Dead, v) {
				t.Errorf("%s is live and dead behind await %d", v.Hint, op.State)
			}
		}
		for _, v := range op.Live {
			for _, w := range op.Live {
				if v != w && !m.Conflict(v, w) {
					t.Errorf("%s and %s are live behind await %d, and could share a slot", v.Hint, w.Hint, op.State)
				}
			}
		}
	}
	for _, v := range m.Vars {
		if m.Steps && v.Slot && !somewhere[v] {
			t.Errorf("%s is live behind no await, and has a slot", v.Hint)
		}
	}
}

// neededBehind walks all ways from an operation: the slow definition of liveness.
func neededBehind(m *statemachine.Machine, from int) map[*statemachine.Var]bool {
	needed := map[*statemachine.Var]bool{}
	for _, v := range m.Vars {
		seen := make([]bool, len(m.Ops))
		for work := m.Successors(from); len(work) > 0; {
			i := work[len(work)-1]
			work = work[:len(work)-1]
			if i >= len(m.Ops) || seen[i] {
				continue
			}
			seen[i] = true
			if slices.Contains(m.Ops[i].Uses(), v) {
				needed[v] = true
				break
			}
			if !slices.Contains(m.Ops[i].Defs(), v) {
				work = append(work, m.Successors(i)...)
			}
		}
	}
	return needed
}
