package main

// This file finds the folder of the cache.

import (
	"fmt"
	"os"
	"path/filepath"
)

// cacheVariable names the folder of the cache; "off" is for none.
const cacheVariable = "GOAWAIT_CACHE"

// cacheDir is the folder of the cache; empty for none.
func cacheDir() (string, error) {
	switch dir := os.Getenv(cacheVariable); {
	case dir == "off":
		return "", nil
	case dir == "":
		base, err := os.UserCacheDir()
		if err != nil {
			return "", nil // there is no home to keep it in
		}
		return filepath.Join(base, "goawait"), nil
	case !filepath.IsAbs(dir):
		return "", fmt.Errorf("%s is %s; it has to be an absolute path, or off", cacheVariable, dir)
	default:
		return filepath.Clean(dir), nil
	}
}
