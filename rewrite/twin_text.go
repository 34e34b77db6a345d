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
	"strings"

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
	p.unsteady = len(tf.src.Build) > 0 || tf.imports[twinImport{"C", "C"}]
	_, err := p.file(head)
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
func (p *textPrinter) file(file *dst.File) (*ast.File, error) {
	r := p.restorer
	clear(r.Ast.Nodes)
	clear(r.Dst.Nodes)
	r.Fset = token.NewFileSet()
	restored, err := r.RestoreFile(file)
	if err != nil {
		return nil, err
	}
	return restored, gofmt.Fprint(p, r.Fset, restored)
}

// decl prints a declaration below an empty line, as a file of its own without the package clause.
func (p *textPrinter) decl(d dst.Decl) error {
	d.Decorations().Before = dst.EmptyLine
	at := p.Len()
	file, err := p.file(&dst.File{Name: dst.NewIdent("p"), Decls: []dst.Decl{d}})
	if err != nil {
		return err
	}
	text := p.Bytes()[at:]
	p.Truncate(at + copy(text, bytes.TrimPrefix(text, []byte("package p\n"))))
	p.unsteady = p.unsteady || !steady(p.restorer.Fset, file)
	return nil
}

// gofmt prints as package format does, numbers included.
var gofmt = &printer.Config{Mode: printer.UseSpaces | printer.TabIndent | 1<<30, Tabwidth: 8}

// steady tells whether gofmt is done with the declaration in file when it has printed it once. Where it moves comments or lines things up,
// its first pass may leave something to a second: most functions have nothing of that kind.
func steady(fset *token.FileSet, file *ast.File) bool {
	d := file.Decls[0]
	for _, group := range file.Comments {
		plain := placeComment
		if group.End() <= d.Pos() {
			plain = prose
		}
		for _, c := range group.List {
			if !plain.MatchString(c.Text) {
				return false
			}
		}
	}
	_, top := d.(*ast.GenDecl) // the frame is a struct
	plain := true
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CommentGroup:
			return false
		case *ast.StructType:
			plain = plain && (n.Fields.NumFields() == 0 || top)
			top = false
		case *ast.CompositeLit:
			plain = plain && (len(n.Elts) == 0 || fset.Position(n.Lbrace).Line == fset.Position(n.Rbrace).Line)
		case *ast.BasicLit:
			plain = plain && !strings.Contains(n.Value, "\n")
		case *ast.GenDecl:
			plain = plain && (!n.Lparen.IsValid() || n.Tok == token.VAR)
		case *ast.ValueSpec:
			plain = plain && (len(n.Values) == 0 || len(n.Names) == 1)
		}
		return plain
	})
	return plain
}

var (
	prose        = regexp.MustCompile(`^//( \pL.*)?$`)
	placeComment = regexp.MustCompile(`^// \S+\.go:\d+$`)
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
