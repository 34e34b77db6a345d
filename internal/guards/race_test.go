//go:build race

package guards

const raceEnabled = true
