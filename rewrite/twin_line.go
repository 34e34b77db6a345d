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
	if !tf.opts.Line || !pos.IsValid() {
		return
	}
	decs := s.Decorations()
	decs.Before, decs.After = max(decs.Before, dst.NewLine), max(decs.After, dst.NewLine)
	decs.Start.Append(lineMark + strconv.Itoa(tf.position(pos).Line))
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
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if number, ok := bytes.CutPrefix(bytes.TrimLeft(line, "\t "), []byte(lineMark)); ok {
			write(fmt.Appendf(nil, "//line %s:%s", source, number))
			marked = true
			continue
		}
		write(line)
		if marked && len(line) > 0 && line[0] == '}' {
			write(nil)
			write(fmt.Appendf(nil, "//line %s:%d", out, lines+2))
			marked = false
		}
	}
	return b.Bytes()
}
