package main

// This file shows paths and positions as the go command does: relative to the folder in which it works.

import (
	"go/token"
	"path/filepath"
	"strings"

	"github.com/goawait/goawait/rewrite"
)

type shower struct{ dir string }

func newShower(dir string) *shower {
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	return &shower{abs}
}

// path gives a path relative to the folder, unless that leads far away.
func (s *shower) path(path string) string {
	rel, err := filepath.Rel(s.dir, path)
	if err != nil || len(rel) > len(path) || strings.HasPrefix(rel, filepath.Join("..", "..", "..")) {
		return path
	}
	return rel
}

func (s *shower) position(pos token.Position) string {
	if pos.Filename != "" {
		pos.Filename = s.path(pos.Filename)
	}
	return pos.String()
}

// diagnostic gives the text of a diagnostic.
func (s *shower) diagnostic(d rewrite.Diagnostic) string {
	if d.Pos.Filename != "" {
		d.Pos.Filename = s.path(d.Pos.Filename)
	}
	related := make([]rewrite.Related, len(d.Related))
	for i, r := range d.Related {
		r.Pos.Filename = s.path(r.Pos.Filename)
		related[i] = r
	}
	d.Related = related
	return d.String()
}
