package async

// This file looks at names of functions.

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

const packagePath = "github.com/goawait/goawait/runtime"

func ofThisPackage(function string) bool {
	rest, ok := strings.CutPrefix(function, packagePath)
	return ok && strings.HasPrefix(rest, ".") && !strings.HasPrefix(rest, ".Test") && !strings.HasPrefix(rest, ".Example")
}

// twinName is the name that the twin of a function has, without its package.
func twinName(function string) string {
	name := function[strings.LastIndexByte(function, '/')+1:]
	_, name, _ = strings.Cut(name, ".")
	name = strings.TrimSuffix(name, "[...]")
	if base, _, ok := strings.Cut(name, ".func"); ok {
		name = base // the literal's enclosing function
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	return name + "Async"
}

// position is the place of a return address as file:line, with the last part of the file's path only.
func position(pc uintptr) string {
	if pc == 0 {
		return ""
	}
	f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	if f.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
}
