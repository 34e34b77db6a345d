package rewrite

// This file makes text of a twin file.

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"regexp"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
)

// text gives the file as gofmt has it, and its syntax in the file set of the package.
func (tf *twinFile) text() ([]byte, *ast.File, error) {
	head := &dst.File{Name: dst.NewIdent(tf.src.AST.Name.Name)}
	head.Decs.Start.Append(Header, "\n")
	if len(tf.src.Build) > 0 {
		head.Decs.Start.Append(append(tf.src.Build, "\n")...)
	}
	head.Decls = tf.importDecls()
	p := textPrinter{restorer: decorator.NewRestorer()}
	p.unsteady = len(tf.src.Build) > 0 || tf.imports.has[twinImport{"C", "C"}]
	p.Grow(4 * len(tf.src.Src)) // about
	err := p.file(head)
	for i := 0; i < len(tf.decls) && err == nil; i++ {
		err = p.decl(tf.decls[i])
	}
	if err != nil {
		return nil, nil, err
	}
	text, out := p.Bytes(), tf.src.OutPath
	if tf.opts.Line {
		if text, _, err = formatted(token.NewFileSet(), out, text); err == nil {
			text = tf.lineDirectives(text)
		}
		p.unsteady = true
	}
	var file *ast.File
	switch {
	case err != nil:
	case p.unsteady:
		text, file, err = formatted(tf.pkg.Fset, out, text)
	default:
		if file, err = parsed(tf.pkg.Fset, out, text); err == nil && tf.opts.Formatted {
			err = checkSteady(text)
		}
	}
	if err != nil {
		keepRejected(out, text)
	}
	return text, file, err
}

// checkSteady looks whether gofmt leaves text alone, as steady says.
func checkSteady(text []byte) error {
	again, _, err := formatted(token.NewFileSet(), "", text)
	if err == nil && !bytes.Equal(again, text) {
		err = errors.New("gofmt changes the text once more")
	}
	return err
}

// A textPrinter prints as gofmt does.
type textPrinter struct {
	bytes.Buffer
	restorer *decorator.Restorer
	unsteady bool // a second run of gofmt may change something: see steady
}

// file prints a file. What the restorer keeps of its nodes is of no use, and takes time where it grows large: it is thrown away.
func (p *textPrinter) file(file *dst.File) error {
	r := p.restorer
	clear(r.Ast.Nodes)
	clear(r.Dst.Nodes)
	r.Fset = token.NewFileSet()
	restored, err := r.RestoreFile(file)
	if err != nil {
		return err
	}
	return gofmt.Fprint(p, r.Fset, restored)
}

// decl prints a declaration below an empty line, as a file of its own without the package clause.
func (p *textPrinter) decl(d dst.Decl) error {
	d.Decorations().Before = dst.EmptyLine
	at := p.Len()
	if err := p.file(&dst.File{Name: dst.NewIdent("p"), Decls: []dst.Decl{d}}); err != nil {
		return err
	}
	text := p.Bytes()[at:]
	p.Truncate(at + copy(text, bytes.TrimPrefix(text, []byte("package p\n"))))
	p.unsteady = p.unsteady || !steady(p.Bytes()[at:])
	return nil
}

// gofmt prints as package format does, numbers included.
var gofmt = &printer.Config{Mode: printer.UseSpaces | printer.TabIndent | 1<<30, Tabwidth: 8}

// steady tells whether gofmt is done with a declaration that it has printed. Where it moves comments or lines things up, its first pass may
// leave something to a second: most functions have nothing of that kind.
func steady(text []byte) bool {
	if bytes.IndexByte(text, '`') >= 0 || bytes.Contains(text, []byte("/*")) {
		return false
	}
	vars := false // in a group of variables
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		switch at := bytes.Index(line, []byte("//")); {
		case at == 0 && !prose.Match(line), at > 0 && !placeComment.Match(line):
			return false
		}
		switch code := bytes.TrimLeft(line, "\t"); string(code) {
		case "var (":
			vars = true
			continue
		case ")":
			vars = false
		case "const (", "type (":
			return false
		}
		switch {
		case vars && bytes.Contains(line, []byte(" = ")):
			return false
		case !bytes.HasSuffix(line, []byte("{")):
		case len(line) > 1 && line[len(line)-2] != ' ' && line[len(line)-2] != '\t': // a literal of several lines
			return false
		case bytes.HasSuffix(line, []byte("struct {")) && !bytes.HasPrefix(line, []byte("type ")), bytes.HasSuffix(line, []byte("interface {")):
			return false
		}
	}
	return true
}

var (
	prose        = regexp.MustCompile(`^//( \pL.*)?$`)
	placeComment = regexp.MustCompile(`^\S+: // \S+\.go:\d+$`) // behind a label
)

func parsed(fset *token.FileSet, name string, text []byte) (*ast.File, error) {
	return parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
}

// formatted runs gofmt until nothing changes. It gives the syntax of the outcome, too.
func formatted(fset *token.FileSet, name string, text []byte) ([]byte, *ast.File, error) {
	for i := 0; ; i++ {
		file, err := parsed(fset, name, text)
		if err != nil || i == 5 {
			return text, file, err
		}
		ast.SortImports(fset, file)
		var b bytes.Buffer
		if err := gofmt.Fprint(&b, fset, file); err != nil {
			return nil, nil, err
		}
		if bytes.Equal(b.Bytes(), text) {
			return text, file, nil
		}
		text = b.Bytes()
	}
}
