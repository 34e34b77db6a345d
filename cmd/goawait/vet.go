package main

// This file is the vet command, and vet under the go command.

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/goawait/goawait/rewrite"
	"github.com/goawait/goawait/vet"
)

func vetCommand() *command {
	return &command{
		name:  "vet",
		args:  "[flags] [packages]",
		short: "find promises that are dropped, calls that block the loop, and the like",
		long: `Vet finds what compiles and still goes wrong. It looks at the packages with their tests, annotated or
not; twins that are missing or stale do not matter.

	goawait vet ./...
	goawait vet -fix ./...
	goawait vet -blocking -dropped ./internal/users     these rules only
	goawait vet -noawait=false ./...                    all rules but this

It exits with 1 if it has found something, and with -json, which prints a tree as go vet does, only if it could not look.
'goawait explain RULE' tells a rule with an example. The rules are
` + ruleList() + `
Findings on a line with the comment //nolint:goawait, or on the line below one, are left out.

They also run under the go command, with its cache, on packages whose twins are up to date:

	go vet -vettool=$(go tool -n goawait) ./...
`,
		flags: func(fs *flag.FlagSet, inv *invocation) {
			inv.placeFlags(fs)
			fs.BoolVar(&inv.fix, "fix", false, "apply the first fix of each finding that has one, and report the others")
			fs.BoolVar(&inv.diff, "diff", false, "with -fix, change no file, but print what would change as a unified diff")
			fs.BoolVar(&inv.json, "json", false, "print the findings as JSON")
			inv.rules = map[string]*choice{}
			for _, a := range vet.Analyzers() {
				c := new(choice)
				inv.rules[a.Name] = c
				title, _, _ := strings.Cut(a.Doc, "\n")
				fs.Var(c, a.Name, title)
				a.Flags.VisitAll(func(f *flag.Flag) { fs.Var(f.Value, a.Name+"."+f.Name, f.Usage) })
			}
		},
		execute: vetPackages,
	}
}

// ruleList lists the rules with their titles.
func ruleList() string {
	var b strings.Builder
	for _, a := range vet.Analyzers() {
		title, _, _ := strings.Cut(a.Doc, "\n")
		fmt.Fprintf(&b, "\n\t%-14s %s", a.Name, title)
	}
	return b.String() + "\n"
}

// A choice is a flag that may be unset.
type choice struct{ set, on bool }

func (c *choice) String() string   { return "" }
func (c *choice) IsBoolFlag() bool { return true }

func (c *choice) Set(text string) error {
	switch text {
	case "true":
		c.on = true
	case "false":
		c.on = false
	default:
		return fmt.Errorf("not true or false")
	}
	c.set = true
	return nil
}

// chosen are the rules that the flags ask for: those named, or else all that are not switched off.
func (inv *invocation) chosen() (rules []*analysis.Analyzer) {
	only := false
	for _, c := range inv.rules {
		only = only || c.set && c.on
	}
	for _, a := range vet.Analyzers() {
		if c := inv.rules[a.Name]; c.set && c.on || !c.set && !only {
			rules = append(rules, a)
		}
	}
	return rules
}

func vetPackages(ctx context.Context, inv *invocation) int {
	if inv.diff && !inv.fix {
		return inv.usage(find("vet"), "-diff needs -fix")
	}
	loaded, findings, err := inv.look(ctx)
	show := newShower(inv.dir)
	if err == nil && inv.fix {
		loaded, findings, err = inv.applyFixes(ctx, loaded, findings, show)
	}
	if err != nil {
		fmt.Fprintf(inv.err, "goawait: %v\n", err)
		return exitFault
	}
	type line struct {
		pos  token.Position
		text string
	}
	var lines []line
	for _, d := range loaded.Diagnostics {
		lines = append(lines, line{d.Pos, show.diagnostic(d)})
	}
	if inv.json {
		inv.findingsJSON(findings)
	} else {
		for _, f := range findings {
			lines = append(lines, line{f.Position(), show.finding(f)})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.pos.Filename, b.pos.Filename), cmp.Compare(a.pos.Line, b.pos.Line), cmp.Compare(a.pos.Column, b.pos.Column))
	})
	for _, l := range lines {
		fmt.Fprintln(inv.err, l.text)
	}
	if len(lines) > 0 {
		return exitFault
	}
	return exitOK
}

// look loads the packages and runs the rules.
func (inv *invocation) look(ctx context.Context) (*rewrite.Loaded, []vet.Finding, error) {
	loaded, err := rewrite.LoadAll(ctx, rewrite.Options{Dir: inv.dir, Patterns: inv.args, Tags: inv.tags, Warn: inv.warn(nil)})
	if err != nil {
		return nil, nil, err
	}
	findings, err := vet.Run(loaded.Packages, inv.chosen())
	findings = slices.DeleteFunc(findings, func(f vet.Finding) bool { return toldAlready(f, loaded.Diagnostics) })
	return loaded, findings, err
}

// toldAlready reports whether a finding is about a place of which goawait generate has said that it cannot be.
func toldAlready(f vet.Finding, ds []rewrite.Diagnostic) bool {
	at := f.Position()
	return slices.ContainsFunc(ds, func(d rewrite.Diagnostic) bool {
		return d.Pos.Filename == at.Filename && d.Pos.Line == at.Line && (d.Pos.Column == at.Column || d.Code == rewrite.CodeMarkerValue)
	})
}

// applyFixes changes files, as often as there are fixes that fit, and gives what is left. With -diff it prints how they would change.
func (inv *invocation) applyFixes(ctx context.Context, loaded *rewrite.Loaded, findings []vet.Finding, show *shower) (
	*rewrite.Loaded, []vet.Finding, error,
) {
	for range maxRounds {
		files, rest, err := vet.Fix(findings)
		if err != nil || len(files) == 0 {
			return loaded, rest, err
		}
		if inv.diff {
			for _, f := range files {
				name := filepath.ToSlash(show.path(f.Path))
				fmt.Fprint(inv.out, unifiedDiff("a/"+name, "b/"+name, string(f.Old), string(f.New)))
			}
			return loaded, rest, nil
		}
		for _, f := range files {
			if err := writeFiles([]rewrite.File{{Path: f.Path, Old: f.Old, Content: f.New}}); err != nil {
				return nil, nil, err
			}
		}
		if loaded, findings, err = inv.look(ctx); err != nil {
			return nil, nil, err
		}
	}
	return loaded, findings, nil
}

// maxRounds bounds how often fixes are applied to what other fixes have made.
const maxRounds = 10

// The form of -json is that of go vet: import path → rule → findings. Offsets of edits count bytes.
type (
	jsonFinding struct {
		Posn    string        `json:"posn"`
		End     string        `json:"end"`
		Message string        `json:"message"`
		Fixes   []jsonFix     `json:"suggested_fixes,omitempty"`
		Related []jsonRelated `json:"related,omitempty"`
	}
	jsonFix struct {
		Message string     `json:"message"`
		Edits   []jsonEdit `json:"edits"`
	}
	jsonEdit struct {
		Filename string `json:"filename"`
		Start    int    `json:"start"`
		End      int    `json:"end"`
		New      string `json:"new"`
	}
	jsonRelated struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	}
)

func (inv *invocation) findingsJSON(findings []vet.Finding) {
	tree := map[string]map[string][]jsonFinding{}
	for _, f := range findings {
		j := jsonFinding{Posn: f.Position().String(), End: f.Fset.PositionFor(f.End, false).String(), Message: f.Message}
		for _, fix := range f.SuggestedFixes {
			jf := jsonFix{Message: fix.Message}
			for _, e := range fix.TextEdits {
				start, end := f.Fset.PositionFor(e.Pos, false), f.Fset.PositionFor(e.End, false)
				jf.Edits = append(jf.Edits, jsonEdit{start.Filename, start.Offset, end.Offset, string(e.NewText)})
			}
			j.Fixes = append(j.Fixes, jf)
		}
		for _, r := range f.Related {
			j.Related = append(j.Related, jsonRelated{
				f.Fset.PositionFor(r.Pos, false).String(), f.Fset.PositionFor(r.End, false).String(), r.Message,
			})
		}
		if tree[f.Package] == nil {
			tree[f.Package] = map[string][]jsonFinding{}
		}
		tree[f.Package][f.Rule] = append(tree[f.Package][f.Rule], j)
	}
	inv.printJSON(tree)
}

// isVetTool reports whether the go command runs goawait as its vet tool: to ask for its version and its flags, and then with a file
// that describes a package.
func isVetTool(args []string) bool {
	if len(args) == 0 {
		return false
	}
	return len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") || strings.HasSuffix(args[len(args)-1], ".cfg")
}

// vetTool is goawait as the vet tool of the go command. It does not return.
func vetTool() {
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	unitchecker.Main(vet.Analyzers()...)
}
