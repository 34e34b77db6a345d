package rewrite

// This file writes //line directives, which lead debuggers and panics from the twins to the source.

import (
	"bytes"
	"fmt"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

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

// lineMarks are the marks among comments.
func lineMarks(comments dst.Decorations) (marks dst.Decorations) {
	for _, c := range comments {
		if strings.HasPrefix(c, lineMark) {
			marks = append(marks, c)
		}
	}
	return marks
}

// lineDirectives makes directives of the marks, and leads back to the twin file itself after each declaration that has any. A directive
// stands right before the statement: comments between the mark and that come first.
func (tf *twinFile) lineDirectives(text []byte) []byte {
	source, out := filepath.Base(tf.src.Path), filepath.Base(tf.src.OutPath)
	var b bytes.Buffer
	lines, marked, mark := 0, false, ""
	write := func(line []byte) {
		b.Write(line)
		b.WriteByte('\n')
		lines++
	}
	own := func() { write(fmt.Appendf(nil, "//line %s:%d", out, lines+2)) }
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if before, number, ok := cutMark(line); ok {
			if len(before) > 0 {
				write(before)
			}
			mark = number
			continue
		}
		if mark != "" && isComment(line) {
			write(line)
			continue
		}
		switch mark {
		case "":
		case "0":
			own()
			mark = ""
		default:
			write(fmt.Appendf(nil, "//line %s:%s", source, mark))
			mark, marked = "", true
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

// isComment reports whether there is nothing but whole comments in a line.
func isComment(line []byte) bool {
	for {
		line = bytes.TrimLeft(line, "\t ")
		rest, ok := bytes.CutPrefix(line, []byte("/*"))
		if !ok {
			return len(line) == 0 || bytes.HasPrefix(line, []byte("//"))
		}
		if _, line, ok = bytes.Cut(rest, []byte("*/")); !ok {
			return false
		}
	}
}

// cutMark finds the mark that is all there is in a line, or stands behind a comment in it, which it gives, too.
func cutMark(line []byte) (before []byte, number string, ok bool) {
	before, rest, ok := bytes.Cut(line, []byte(lineMark))
	before = bytes.TrimRight(before, "\t ")
	if !ok || len(before) > 0 && !bytes.HasSuffix(before, []byte("*/")) {
		return nil, "", false
	}
	return before, string(rest), true
}
