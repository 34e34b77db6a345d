package rewrite

// This file writes //line directives, which lead debuggers and panics from the twins to the source.

import (
	"bytes"
	"fmt"
	"go/token"
	"path/filepath"
	"strconv"

	"github.com/dave/dst"
)

// lineMark stands before a line number until the text of the file is final: gofmt leaves a //line directive alone only at the
// beginning of a line, where dst cannot put one.
const lineMark = "//goawait-line:"

// line marks a statement as coming from the source at pos, if the options ask for it. It comes last of what is done to the statement.
func (tf *twinFile) line(s dst.Stmt, pos token.Pos) {
	if pos.IsValid() {
		tf.lineIs(s, tf.position(pos).Line)
	}
}

// ownLine marks a statement that is behind marked ones and comes from no place of the source.
func (tf *twinFile) ownLine(s dst.Stmt) { tf.lineIs(s, 0) }

func (tf *twinFile) lineIs(s dst.Stmt, line int) {
	if !tf.opts.Line {
		return
	}
	decs := s.Decorations()
	decs.Before, decs.After = max(decs.Before, dst.NewLine), max(decs.After, dst.NewLine)
	decs.Start.Append(lineMark + strconv.Itoa(line))
}

// lineDirectives makes directives of the marks, and leads back to the twin file itself after each declaration that has any.
func (tf *twinFile) lineDirectives(text []byte) []byte {
	source, out := filepath.Base(tf.src.Path), filepath.Base(tf.src.OutPath)
	var b bytes.Buffer
	lines, marked := 0, false
	write := func(line []byte) {
		b.Write(line)
		b.WriteByte('\n')
		lines++
	}
	own := func() { write(fmt.Appendf(nil, "//line %s:%d", out, lines+2)) }
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if number, ok := bytes.CutPrefix(bytes.TrimLeft(line, "\t "), []byte(lineMark)); ok {
			if string(number) == "0" {
				own()
				continue
			}
			write(fmt.Appendf(nil, "//line %s:%s", source, number))
			marked = true
			continue
		}
		write(line)
		if marked && len(line) > 0 && line[0] == '}' {
			write(nil)
			own()
			marked = false
		}
	}
	return b.Bytes()
}
