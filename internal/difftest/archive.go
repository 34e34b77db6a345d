package difftest

// This file reads and writes the archives of testdata.

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// An Archive is a program with what is expected of it. Its comment says what it is about, and in lines of their own
//
//	ids: B01 B02           the entries of the catalogue that it covers
//	quiet: CaseX           entries that need not suspend
//	modes: 23              modes to run it in, if not all
type Archive struct {
	Path    string
	Program Program
	IDs     []string
	Twins   map[string]string // expected twin files
	Trace   string            // expected trace
	comment []byte
}

// traceFile is the section of the expected trace.
const traceFile = "trace"

// ReadArchive reads the archive at path.
func ReadArchive(path string) (*Archive, error) {
	ar, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	a := &Archive{
		Path:    path,
		Program: Program{Name: strings.TrimSuffix(filepath.Base(path), ".txtar"), Files: map[string]string{}},
		Twins:   map[string]string{},
		comment: ar.Comment,
	}
	for line := range strings.Lines(string(ar.Comment)) {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch key {
		case "ids":
			a.IDs = append(a.IDs, strings.Fields(rest)...)
		case "quiet":
			a.Program.Quiet = append(a.Program.Quiet, strings.Fields(rest)...)
		case "modes":
			a.Program.Only = strings.TrimSpace(rest)
		case "racy":
			a.Program.Racy = true
		}
	}
	for _, f := range ar.Files {
		switch {
		case f.Name == traceFile:
			a.Trace = string(f.Data)
		case isTwinFile(f.Name):
			a.Twins[f.Name] = string(f.Data)
		default:
			a.Program.Files[f.Name] = string(f.Data)
		}
	}
	if len(a.Program.Files) == 0 {
		return nil, fmt.Errorf("%s: no source", path)
	}
	return a, nil
}

// ReadArchives reads all archives of a folder, sorted by name.
func ReadArchives(dir string) ([]*Archive, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	var as []*Archive
	for _, p := range paths {
		a, err := ReadArchive(p)
		if err != nil {
			return nil, err
		}
		as = append(as, a)
	}
	return as, nil
}

// isTwinFile tells a twin file by its name: x_async.go, x_async_test.go, x_async_linux.go.
func isTwinFile(name string) bool {
	return strings.HasSuffix(name, ".go") && strings.Contains(filepath.Base(name)+"_", "_async") &&
		(strings.HasSuffix(name, "_async.go") || strings.Contains(filepath.Base(name), "_async_"))
}

// Write puts the twins and the trace into the archive: sources first, as they were, each followed by its twin file.
// It leaves a file alone that has them already.
func (a *Archive) Write(twins map[string]string, trace string) error {
	ar := &txtar.Archive{Comment: a.comment}
	old, err := txtar.ParseFile(a.Path)
	if err != nil {
		return err
	}
	left := maps.Clone(twins)
	for _, f := range old.Files {
		if f.Name == traceFile || isTwinFile(f.Name) {
			continue
		}
		ar.Files = append(ar.Files, f)
		twin := strings.TrimSuffix(f.Name, ".go") + "_async.go"
		if text, ok := left[twin]; ok {
			ar.Files = append(ar.Files, txtar.File{Name: twin, Data: []byte(text)})
			delete(left, twin)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(left[name])})
	}
	ar.Files = append(ar.Files, txtar.File{Name: traceFile, Data: []byte(trace)})
	text := txtar.Format(ar)
	if have, err := os.ReadFile(a.Path); err == nil && string(have) == string(text) {
		return nil
	}
	return os.WriteFile(a.Path, text, 0o666)
}
