package main

// This file writes and removes files so that each is as it was or as it should be at any moment, whatever happens.

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"github.com/goawait/goawait/rewrite"
)

// writesAtOnce is how many files are written at the same time: most of that is waiting for the disk.
const writesAtOnce = 8

// writeFiles writes and removes the files of one package. Every file is complete on disk, under another name, before the first
// one is replaced; if that fails, nothing has changed.
func writeFiles(files []rewrite.File) (err error) {
	temps := make([]string, len(files))
	defer func() {
		for _, temp := range temps {
			if temp != "" {
				os.Remove(temp)
			}
		}
	}()
	errs := make([]error, len(files))
	var all sync.WaitGroup
	slots := make(chan struct{}, writesAtOnce)
	for i, f := range files {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if errs[i] = unchanged(f); errs[i] == nil && f.Content != nil {
				temps[i], errs[i] = writeTemp(f)
			}
		})
	}
	all.Wait()
	if err := cmp.Or(errs...); err != nil {
		return err
	}
	for i, f := range files {
		if f.Content == nil {
			if err := os.Remove(f.Path); err != nil && !os.IsNotExist(err) { // another run may have removed it
				return err
			}
			continue
		}
		if err := os.Rename(temps[i], f.Path); err != nil {
			return err
		}
		temps[i] = ""
	}
	return nil
}

// unchanged makes sure that what is on disk is still what the file was compared with, and so goawait's own.
func unchanged(f rewrite.File) error {
	info, err := os.Lstat(f.Path)
	switch {
	case os.IsNotExist(err):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", f.Path)
	}
	now, err := os.ReadFile(f.Path)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, f.Old) && !bytes.Equal(now, f.Content) {
		return fmt.Errorf("%s changed meanwhile; run goawait again", f.Path)
	}
	return nil
}

// writeTemp writes the content into a new file in the same folder, with the mode of the old file. Its name is none that the go
// command reads.
func writeTemp(f rewrite.File) (name string, err error) {
	temp, err := createTemp(f.Path)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(f.Content)
	if err == nil {
		err = temp.Sync()
	}
	if info, statErr := os.Lstat(f.Path); err == nil && statErr == nil {
		err = temp.Chmod(info.Mode().Perm())
	}
	if closeErr := temp.Close(); err == nil {
		err = closeErr
	}
	return temp.Name(), err
}

// createTemp is os.CreateTemp, but leaves the mode of the new file to the umask.
func createTemp(path string) (*os.File, error) {
	for {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%08x.tmp", filepath.Base(path), rand.Uint32()))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !os.IsExist(err) {
			return f, err
		}
	}
}
