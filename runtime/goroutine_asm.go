//go:build gc && (amd64 || arm64)

package async

// thisGoroutine is a number that no other goroutine has as long as this one runs.
func thisGoroutine() uintptr
