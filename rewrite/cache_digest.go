package rewrite

// This file boils what is on disk down to hashes, for the cache.

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// fileDigest is the hash of a file's content, or a word for what is no file. An error means that nobody can know.
func fileDigest(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		return "absent", nil
	case err != nil:
		return "", err
	case info.IsDir():
		return "folder", nil
	}
	content, err := os.ReadFile(path)
	return hash(content), err
}

// A folderState has, by name, a hash of each file in a folder that the go command may read.
type folderState map[string]string

// readFolder reads the state of a folder. One that does not exist has no files.
func readFolder(dir string) (folderState, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.IsDir() || !isSource(e.Name()) })
	sums, errs := make([]string, len(entries)), make([]error, len(entries))
	parallel(len(entries), func(i int) { sums[i], errs[i] = hashFile(filepath.Join(dir, entries[i].Name())) })
	state := folderState{}
	for i, e := range entries {
		state.note(e, sums[i])
	}
	return state, errors.Join(errs...)
}

// note notes the hash of a file.
func (s folderState) note(e fs.DirEntry, hash string) {
	if !e.Type().IsRegular() {
		hash += " " + e.Type().String()
	}
	s[e.Name()] = hash
}

// buffers are for reading files of which only the hash is of use.
var buffers = sync.Pool{New: func() any { return new([64 << 10]byte) }}

// hashFile is the hash of a file's content.
func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	buf := buffers.Get().(*[64 << 10]byte)
	defer buffers.Put(buf)
	h := sha256.New()
	for {
		n, err := f.Read(buf[:])
		h.Write(buf[:n])
		switch {
		case err == io.EOF:
			return hex.EncodeToString(h.Sum(nil)), nil
		case err != nil:
			return "", err
		}
	}
}

// sourceExts are the ends of the names of files that are part of a package.
var sourceExts = set(".go .s .S .sx .c .cc .cpp .cxx .m .h .hh .hpp .hxx .f .F .for .f90 .swig .swigcxx .syso")

func isSource(name string) bool { return sourceExts[filepath.Ext(name)] }

// digest is one hash of all.
func (s folderState) digest() string {
	h := sha256.New()
	for _, name := range sortedKeys(s) {
		fmt.Fprintf(h, "%d %s %s\n", len(name), name, s[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// headsDigest is one hash of what go list reads of the files in a folder, twin files left out: of a Go file, all up to the end of its
// imports, and what it embeds. Whether it has the text of a directive counts, too: then it gets stubs.
func headsDigest(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	state := folderState{}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.IsDir() || !isSource(e.Name()) || isTwinName(e.Name()) && isTwinFile(path) {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		if filepath.Ext(path) == ".go" {
			content = head(content)
		}
		state[e.Name()] = hash(content) + " " + e.Type().String()
	}
	return state.digest(), nil
}

func head(src []byte) []byte {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.ImportsOnly)
	if err != nil {
		return src
	}
	end := f.Name.End()
	for _, d := range f.Decls {
		end = max(end, d.End())
	}
	rest := src[fset.Position(end).Offset:]
	var b bytes.Buffer
	b.Write(src[:len(src)-len(rest)])
	for line := range bytes.Lines(rest) {
		if bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("//go:embed")) {
			b.Write(line)
		}
	}
	if bytes.Contains(src, directiveText) {
		b.Write(directiveText)
	}
	return b.Bytes()
}

// goFolders lists what ./... may mean in a folder: those with Go files, in order, and the go.mod of other modules, where it ends.
func goFolders(top string) (paths []string, err error) {
	found := map[string]bool{}
	err = filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if !e.IsDir() {
			if strings.HasSuffix(name, ".go") {
				found[filepath.Dir(path)] = true
			}
			return nil
		}
		if path == top {
			return nil
		}
		if name[0] == '.' || name[0] == '_' || name == "testdata" || name == "vendor" {
			return fs.SkipDir
		}
		if mod := filepath.Join(path, "go.mod"); exists(mod) {
			found[mod] = true
			return fs.SkipDir
		}
		return nil
	})
	return sortedKeys(found), err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// findTool finds a program as exec.Command does.
func findTool(name string) (t tool) {
	path, err := exec.LookPath(name)
	if err != nil {
		return t
	}
	t, _ = toolAt(path)
	return t
}

func toolAt(path string) (tool, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return tool{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return tool{}, err
	}
	return tool{path, info.Size(), info.ModTime().UnixNano()}, nil
}

// dirsAbove lists dir and the folders above it, up to top, but without top; all with an empty top.
func dirsAbove(dir, top string) (dirs []string) {
	for dir != top {
		dirs = append(dirs, dir)
		above := filepath.Dir(dir)
		if above == dir {
			break
		}
		dir = above
	}
	return dirs
}
