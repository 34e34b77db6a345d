package bench

// This file is the run of the command in folder cmd.

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Settings are the flags of the command.
type Settings struct {
	Scenarios string // list of what to run; all if it is empty
	Rounds    int
	Quick     bool   // does a small part of the work
	Out       string // folder for the report; if empty, a full run on an idle machine writes it to the working directory
}

// quickDivisor makes few operations of many.
const quickDivisor = 500

// The files of the report.
const (
	reportFile = "REPORT.md"
	plotFile   = "report.svg"
)

// Main runs what s says, prints the table, and writes the report if the run was a full one.
func Main(s Settings) error {
	cases, err := Select(s.Scenarios)
	if err != nil {
		return err
	}
	load, known := loadAverage()
	out := s.Out
	if out == "" && s.Scenarios == "" && !s.Quick {
		load, known = awaitIdle(loadAverage, time.Sleep)
		if known && load >= idleLoad {
			fmt.Fprintf(os.Stderr, "The machine is busy (load %.2f): there will be a table, but no report. Flag -out writes one.\n", load)
		} else {
			out = "."
		}
	}
	dir, err := os.MkdirTemp("", "goawait-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tools, err := FindTools(dir)
	if err != nil {
		return err
	}
	for _, missing := range tools.Missing {
		fmt.Fprintf(os.Stderr, "Left out, as it is not installed: %s\n", missing)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	o := Options{Rounds: s.Rounds, Divisor: 1, Log: os.Stderr, Self: self, Tools: tools, Count: !s.Quick}
	if s.Quick {
		o.Divisor = quickDivisor
	}
	results, err := o.Run(cases)
	if err != nil {
		return err
	}
	if err := Table(os.Stdout, results); err != nil || out == "" {
		return err
	}
	panels, err := o.Panels()
	if err != nil {
		return err
	}
	more, err := o.CommandPanels(1000 / min(o.Divisor, 100))
	if err != nil {
		return err
	}
	panels = append(panels, more...)
	setting := Setting{Date: time.Now().Format(time.DateOnly), Machine: machine(), Rounds: s.Rounds, Tools: tools, Divisor: o.Divisor}
	if known {
		setting.Load = fmt.Sprintf("%.2f", load)
	}
	var text, plot bytes.Buffer
	if err := Plot(&plot, results, panels); err != nil {
		return err
	}
	if err := Report(&text, setting, results, panels, plotFile); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, plotFile), plot.Bytes(), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, reportFile), text.Bytes(), 0o666)
}

// idleLoad is below what a machine shows that does something.
const idleLoad = 1

// awaitIdle gives the load of the machine. If it does something, such as a run before this one, it waits up to two minutes for
// that to end.
func awaitIdle(load func() (float64, bool), sleep func(time.Duration)) (v float64, known bool) {
	for range 24 {
		if v, known = load(); !known || v < idleLoad {
			return v, known
		}
		sleep(5 * time.Second)
	}
	return load()
}

// loadAverage gives how many processes ran on average in the last minute, where the system says so.
func loadAverage() (load float64, known bool) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, false
	}
	first, _, _ := strings.Cut(string(text), " ")
	load, err = strconv.ParseFloat(first, 64)
	return load, err == nil
}

// machine says what this machine is.
func machine() string {
	s := fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return s + ", " + strings.TrimSpace(value)
		}
	}
	return s
}
