package rewrite

// This file keeps the entries of the cache: a file each, complete or not there, and no more of them than a bound.

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// The bounds of the cache. What has not been used for longest goes first.
const (
	maxEntries    = 500
	maxEntryBytes = 100 << 20
)

// entryName matches the names of entries, and of those that were being written. No other file in the folder is ever touched.
var entryName = regexp.MustCompile(`^[0-9a-f]{64}(\.tmp[0-9]+)?$`)

var errCorrupt = errors.New("corrupt entry")

// readEntry reads what writeEntry wrote.
func readEntry(dir, key string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(dir, key))
	if err != nil {
		return nil, err
	}
	sum, text, ok := bytes.Cut(content, []byte("\n"))
	if !ok || string(sum) != hash(text) {
		return nil, errCorrupt
	}
	return text, nil
}

// writeEntry replaces an entry at once. Others may read and write it at the same time.
func writeEntry(dir, key string, text []byte) (err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	trimEntries(dir, int64(len(text)))
	f, err := os.CreateTemp(dir, key+".tmp*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = fmt.Fprintf(f, "%s\n%s", hash(text), text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(dir, key))
}

// useEntry notes that an entry was of use. Once an hour is enough.
func useEntry(dir, key string) {
	path := filepath.Join(dir, key)
	if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > time.Hour {
		now := time.Now()
		os.Chtimes(path, now, now)
	}
}

// trimEntries makes room for a new entry of that size.
func trimEntries(dir string, size int64) {
	list, _ := os.ReadDir(dir)
	var entries []fs.FileInfo
	for _, e := range list {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && entryName.MatchString(e.Name()) {
			entries = append(entries, info)
			size += info.Size()
		}
	}
	slices.SortFunc(entries, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for n := len(entries) + 1; len(entries) > 0 && (n > maxEntries || size > maxEntryBytes); n-- {
		os.Remove(filepath.Join(dir, entries[0].Name()))
		size -= entries[0].Size()
		entries = entries[1:]
	}
}
