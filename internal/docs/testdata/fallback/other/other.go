// Package other has a function whose result is of a type that other packages cannot name.
package other

type hidden struct{ N int }

// Hidden makes a hidden value.
func Hidden() hidden { return hidden{1} }
