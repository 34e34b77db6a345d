package rewrite

// This file holds the one door of the package: from patterns to the bytes of every twin file.

import (
	"context"
	"errors"
	"go/token"
	"time"
)

// Options say what to generate and how.
type Options struct {
	Dir       string   // folder that patterns are relative to; the current one if empty
	Patterns  []string // as for the go command; "." if empty
	Tags      string   // build tags, separated by commas
	Env       []string // environment of the go command; the process's own if nil
	Line      bool     // write //line directives to the source
	Goroutine bool     // twins that run the blocking form on a goroutine
	Stackful  bool     // debug: every function in the stackful lowering
}

// Result is what Run made.
type Result struct {
	Packages    []*PackageResult // packages with files, sorted by folder and path
	Diagnostics []Diagnostic     // sorted by file and position
}

// PackageResult has the files of one package.
type PackageResult struct {
	Path, Dir string
	Files     []File // sorted by path
	Faulty    bool   // something is wrong with the package: none of its files may be touched
}

// File is a file to be written or removed.
type File struct {
	Path    string
	Source  string // the file it is made of; may not exist for an orphan
	Content []byte // nil: an orphan to be removed
	Old     []byte // what is on disk now; nil: nothing
	Funcs   []FuncReport
	Elapsed time.Duration
}

// FuncReport says how one function was lowered.
type FuncReport struct {
	Name     string // as in the source, (*T).M for a method
	Twin     string
	Lowering string // "flat", "stackful" or "goroutine"
	Reason   string // why not flat
	States   int
	Pos      token.Position
	Elapsed  time.Duration
}

// Run loads the packages, generates their twins, checks what it generated, and writes nothing.
// The error is about the run as a whole; faults in the source are diagnostics.
func Run(ctx context.Context, o Options) (*Result, error) {
	return nil, errors.New("not ready")
}

type unit struct{}
