package main

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestComplete compares the tour with the folders beside it that hold programs.
func TestComplete(t *testing.T) {
	mains, err := filepath.Glob(filepath.Join("..", "*", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	var programs []string
	for _, m := range mains {
		if name := filepath.Base(filepath.Dir(m)); name != "tour" {
			programs = append(programs, name)
		}
	}
	if got := slices.Sorted(slices.Values(examples)); !slices.Equal(got, programs) {
		t.Errorf("the tour runs %v, and the programs are %v", got, programs)
	}
}
