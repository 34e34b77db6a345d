// Package hosts has only tests: they build package async and its tests for hosts that have one thread and an event loop of
// their own, and run them there.
package hosts
