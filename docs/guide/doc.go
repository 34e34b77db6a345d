// Package guide has the code that docs/guide.md shows. Its tests run it.
package guide

//go:generate go tool goawait
