package rewrite

// This file reads annotations: which functions have one, what the twins are called, and what is wrong with it as far as syntax tells.

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An annotation is a good directive at a function.
type annotation struct {
	decl      *ast.FuncDecl
	directive *ast.Comment
	twin      string
}

// findAnnotations finds the directives of a file.
func findAnnotations(fset *token.FileSet, file *parsedFile) (found []*annotation, faults []Diagnostic) {
	docs := map[*ast.CommentGroup]*ast.FuncDecl{}
	for _, d := range file.ast.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Doc != nil {
			docs[fd.Doc] = fd
		}
	}
	seen := map[*ast.FuncDecl]*ast.Comment{}
	for _, group := range file.ast.Comments {
		for _, c := range group.List {
			if !mayBeDirective(c.Text) {
				continue
			}
			decl := docs[group]
			if decl != nil && decl.Recv != nil && len(decl.Recv.List) == 0 { // which the parser lets through
				faults = append(faults, Diagnostic{
					Pos: fset.PositionFor(decl.Recv.Pos(), false), Code: CodeGo, Message: "method has no receiver",
				})
				continue
			}
			twin, fault := readDirective(c, decl, strings.HasSuffix(file.path, "_test.go"))
			if fault == nil && seen[decl] != nil {
				fault = &Diagnostic{
					Code: CodeDirective, Message: funcName(decl) + " has two annotations", Hint: "remove one of them",
					Related: []Related{{fset.PositionFor(seen[decl].Pos(), false), "the first annotation"}},
				}
			}
			if fault != nil && decl != nil && len(fault.Related) == 0 {
				fault.Related = []Related{{fset.PositionFor(decl.Name.Pos(), false), "the function"}}
			}
			if fault != nil {
				fault.Pos = fset.PositionFor(c.Pos(), false)
				faults = append(faults, *fault)
				continue
			}
			if twin != "" {
				seen[decl] = c
				found = append(found, &annotation{decl: decl, directive: c, twin: twin})
			}
		}
	}
	return found, faults
}

// mayBeDirective reports whether a comment is a directive of goawait's, or was probably meant to be one.
func mayBeDirective(text string) bool {
	return strings.HasPrefix(text, string(directiveText)) || nearMiss(text) != ""
}

// nearMiss tells what is wrong with a comment that is no directive, and was probably meant to be one; "" for any other.
func nearMiss(text string) string {
	body, block := strings.CutPrefix(strings.TrimSuffix(text, "*/"), "/*")
	fields := strings.Fields(strings.TrimPrefix(body, "//"))
	apart := len(fields) > 1 && fields[0] == "go:await" && fields[1] == "async"
	if apart {
		fields = fields[1:]
	}
	switch {
	case len(fields) == 0 || len(fields) > 2 || !apart && !strings.EqualFold(fields[0], "goawait:async"):
		return ""
	case block:
		return "a directive begins with two slashes"
	case apart:
		return "a directive of goawait begins with //goawait:"
	case fields[0] != "goawait:async":
		return "a directive is written in small letters"
	}
	return "a directive has no space after the slashes"
}

// readDirective gives the name of the twin, or tells what is wrong.
func readDirective(c *ast.Comment, decl *ast.FuncDecl, test bool) (twin string, fault *Diagnostic) {
	rest, ok := strings.CutPrefix(c.Text, string(directiveText))
	verb, arg, _ := strings.Cut(strings.TrimRight(rest, " \t\r"), " ")
	verb, tabbed, _ := strings.Cut(verb, "\t")
	names := strings.Fields(tabbed + " " + arg)
	form := writeDirective()
	switch {
	case !ok:
		if decl == nil {
			return "", nil // prose
		}
		return "", &Diagnostic{Code: CodeDirective, Message: nearMiss(c.Text), Hint: form}
	case verb != "async":
		return "", &Diagnostic{Code: CodeDirective, Message: fmt.Sprintf("unknown directive //goawait:%s", verb), Hint: form}
	case decl == nil:
		return "", &Diagnostic{
			Code: CodeMisplaced, Message: "//goawait:async belongs to no function",
			Hint: "put it into the doc comment of a function or method, directly above func",
		}
	case len(names) > 1:
		return "", &Diagnostic{Code: CodeDirective, Message: "//goawait:async takes one name at most", Hint: form}
	case len(names) == 1:
		twin = names[0]
	default:
		twin = decl.Name.Name + "Async"
	}
	return twin, nameFault(twin, len(names) == 1, decl, test)
}

// nameFault tells what is wrong with a function and its twin's name.
func nameFault(twin string, explicit bool, decl *ast.FuncDecl, test bool) *Diagnostic {
	name := funcName(decl)
	switch {
	case decl.Body == nil:
		return &Diagnostic{
			Code: CodeNoBody, Message: name + " has no body to make an async form of",
			Hint: "annotate a function that is written in Go, which may call this one",
		}
	case decl.Name.Name == "_":
		return &Diagnostic{Code: CodeBlank, Message: "a function named _ cannot be called", Hint: "give it a name"}
	case !token.IsIdentifier(twin) || twin == "_":
		return &Diagnostic{
			Code: CodeName, Message: fmt.Sprintf("%s is no name for a function", twin),
			Hint: "write //goawait:async Name with a Go identifier",
		}
	case decl.Recv == nil && (twin == "init" || twin == "main"):
		return &Diagnostic{
			Code: CodeName, Message: fmt.Sprintf("the go command gives a function named %s a meaning of its own", twin),
			Hint: "write another name after //goawait:async",
		}
	case decl.Recv == nil && test && isTestName(twin):
		f := &Diagnostic{
			Code:    CodeTestName,
			Message: fmt.Sprintf("the go command would take %s, the twin of %s, for a test of its own", twin, name),
			Hint:    fmt.Sprintf("name the twin, as in //goawait:async %s", lowerFirst(twin)),
		}
		if explicit {
			f.Hint = fmt.Sprintf("give it another name, as in //goawait:async %s", lowerFirst(twin))
		}
		return f
	}
	return nil
}

// isTestName reports whether the go command gives a function of that name in a test file a meaning.
func isTestName(name string) bool {
	for _, prefix := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			if r, _ := utf8.DecodeRuneInString(rest); rest == "" || !unicode.IsLower(r) {
				return true
			}
		}
	}
	return false
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
