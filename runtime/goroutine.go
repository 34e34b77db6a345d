package async

// This file tells the goroutine that drives a loop from others, at the cost of a call: what it makes ready needs no lock against others,
// and no inbox. A goroutine has no name that could be asked for, but a register points to what the run-time system knows of it: see
// goroutine_amd64.s. No two goroutines have the same there at a time. Where that register is not known, 0 stands for all goroutines, and
// everything takes the way of those that are elsewhere.

// drives tells whether the calling goroutine drives l. It has noted that itself, so that it cannot miss it; others see 0 there, or
// another one.
func (l *Loop) drives() bool {
	g := l.driver.Load()
	return g != 0 && g == thisGoroutine()
}
