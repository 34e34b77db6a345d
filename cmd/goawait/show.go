package main

// This file shows paths and positions as the go command does, relative to the folder in which it works, and the source at them.

import (
	"bytes"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/goawait/goawait/rewrite"
	"github.com/goawait/goawait/vet"
)

type shower struct {
	dir   string
	lines map[string][][]byte // of files, by path
}

func newShower(dir string) *shower {
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	return &shower{abs, map[string][][]byte{}}
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

// A message is what there is to say about a place.
type message struct {
	pos, end token.Position // end may be unknown
	text     string
	code     string
	related  []message
}

// text gives a message as
//
//	file:line:col: what is wrong; what to write instead [code]
//		the line of the source
//		    ^
//		file:line:col: what there is to say about a second place
//			its line
//			^
func (s *shower) text(m message) string {
	var b strings.Builder
	if at := s.position(m.pos); at != "-" {
		b.WriteString(at + ": ")
	}
	b.WriteString(m.text)
	if m.code != "" {
		b.WriteString(" [" + m.code + "]")
	}
	s.source(&b, m, "\n\t")
	for _, r := range m.related {
		fmt.Fprintf(&b, "\n\t%s: %s", s.position(r.pos), r.text)
		s.source(&b, r, "\n\t\t")
	}
	return b.String()
}

// source writes the line that a message is about, with a caret below it and a wave below the rest of what it is about.
func (s *shower) source(b *strings.Builder, m message, indent string) {
	line := s.line(m.pos)
	col := m.pos.Column - 1
	if col < 0 || col > len(line) || len(line) > 500 {
		return
	}
	text := strings.TrimLeft(line, " \t")
	cut := min(len(line)-len(text), col)
	b.WriteString(indent + line[cut:] + indent)
	for _, r := range line[cut:col] {
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	b.WriteByte('^')
	until := col + 1
	if m.end.Line == m.pos.Line && m.end.Filename == m.pos.Filename {
		until = min(m.end.Column-1, len(line))
	}
	if col+1 < until {
		waves := len([]rune(line[col:until])) - 1
		b.WriteString(strings.Repeat("~", waves))
	}
}

// line is the text of a line; "" if there is none.
func (s *shower) line(pos token.Position) string {
	if pos.Filename == "" || pos.Line < 1 {
		return ""
	}
	lines, known := s.lines[pos.Filename]
	if !known {
		src, _ := os.ReadFile(pos.Filename)
		lines = bytes.Split(src, []byte("\n"))
		s.lines[pos.Filename] = lines
	}
	if pos.Line > len(lines) {
		return ""
	}
	return strings.TrimRight(string(lines[pos.Line-1]), "\r")
}

// diagnostic gives the text of a diagnostic.
func (s *shower) diagnostic(d rewrite.Diagnostic) string {
	m := message{pos: d.Pos, text: d.Text(), code: d.Code}
	for _, r := range d.Related {
		m.related = append(m.related, message{pos: r.Pos, text: r.Message})
	}
	return s.text(m)
}

// finding gives the text of what a rule of vet has found.
func (s *shower) finding(f vet.Finding) string {
	m := message{pos: f.Position(), end: f.Fset.PositionFor(f.End, false), text: f.Message, code: f.Rule}
	for _, r := range f.Related {
		m.related = append(m.related, message{pos: f.Fset.PositionFor(r.Pos, false), end: f.Fset.PositionFor(r.End, false), text: r.Message})
	}
	return s.text(m)
}
