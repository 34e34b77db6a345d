package trace

import (
	"maps"
	"testing"
)

// What takes the outcome of an await belongs to it, before its label or behind it; so does what follows, up to the next one.
func TestStateLines(t *testing.T) {
	got := stateLines([]byte("func f() {\n\tone()\n\tv, err = step.Get()\nresume1: // a.go:7\n\ttwo()\n\treturn\n}\nresume2: // a.go:9\n\tx = step.Get()\n}\n"))
	want := map[int]int{3: 7, 4: 7, 5: 7, 6: 7, 8: 9, 9: 9}
	if !maps.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}
