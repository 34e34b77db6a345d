package bench

// This file runs rivals side by side.

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/goawait/goawait/bench/measure"
)

// Options say what is run.
type Options struct {
	Rounds  int       // how often each rival runs
	Divisor int       // operations are divided by it
	Log     io.Writer // is told what runs
	Self    string    // a program that calls Child for its flags -child and -n
	Tools   *Tools
	Count   bool // also counts instructions, where that can be done
}

// A Result is what the rivals of a case did. Samples of the same index are of the same round.
type Result struct {
	Case    Case
	Samples map[string][]measure.Sample // by the name of the rival; of those that could run
}

// Run measures all rivals of all cases.
func (o Options) Run(cases []Case) (results []Result, err error) {
	command := map[string]Result{} // by the name of the case; all are measured together
	for _, c := range cases {
		var r Result
		switch {
		case c.Want != nil:
			r, err = o.sized(c, c.N/o.Divisor)
		default:
			if len(command) == 0 {
				command, err = o.runCommand(max(c.N/o.Divisor, 2))
			}
			r = command[c.ID]
		}
		if err != nil {
			return results, err
		}
		results = append(results, r)
	}
	return results, nil
}

// sized measures all rivals of c with n operations.
func (o Options) sized(c Case, n int) (Result, error) {
	res := Result{Case: c, Samples: map[string][]measure.Sample{}}
	idle := map[string]measure.Sample{} // what the processes take that have nothing to do
	for round := range o.Rounds {
		fmt.Fprintf(o.Log, "%s round %d of %d, n = %d:", c.ID, round+1, o.Rounds, n)
		for i := range c.Rivals {
			r := c.Rivals[(i+round)%len(c.Rivals)] // nobody is always the first
			size := c.size(r, n)
			cmd := o.Tools.command(o.Self, c.ID, r, size)
			if cmd == nil {
				continue
			}
			s, err := output(cmd)
			if err != nil {
				return res, fmt.Errorf("%s, %s: %w", c.ID, r.Name, err)
			}
			if want := c.Want(size); s.Sum != want {
				return res, fmt.Errorf("%s, %s: the result of %d operations is %d and should be %d", c.ID, r.Name, size, s.Sum, want)
			}
			if slices.Contains(c.Figures, measure.Peak) {
				if _, ok := idle[r.Name]; !ok {
					if idle[r.Name], err = output(o.Tools.command(o.Self, c.ID, r, 0)); err != nil {
						return res, fmt.Errorf("%s, %s: %w", c.ID, r.Name, err)
					}
				}
				perOperationOf(s, idle[r.Name])
			}
			res.Samples[r.Name] = append(res.Samples[r.Name], s)
			fmt.Fprintf(o.Log, " %s", r.Name)
		}
		fmt.Fprintln(o.Log)
	}
	if o.Count {
		return res, o.count(res)
	}
	return res, nil
}

// perOperationOf turns memory and CPU time of a process into those per operation, without what an idle one takes.
func perOperationOf(s, idle measure.Sample) {
	for _, f := range []string{measure.Peak, measure.CPU} {
		s.Figures[f] = max(s.Figures[f]-idle.Figures[f], 0) / float64(max(s.N, 1))
	}
}

// output runs a rival, and adds what its process took.
func output(cmd *exec.Cmd) (s measure.Sample, err error) {
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return s, fmt.Errorf("%w\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out, &s); err != nil {
		return s, fmt.Errorf("%w in %q", err, out)
	}
	s.Figures[measure.Peak] = peak(cmd.ProcessState)
	s.Figures[measure.CPU] = float64(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime())
	return s, nil
}

var counting = os.Getenv(measure.Counts) != ""

// Child runs one rival in Go, which name gives as case/rival, and writes its sample to w.
func Child(w io.Writer, name string, n int) error {
	id, rival, _ := strings.Cut(name, "/")
	for _, c := range Cases {
		if c.ID != id {
			continue
		}
		for _, r := range c.Rivals {
			if r.Name == rival && r.Run != nil {
				if c.warms() && !counting {
					r.Run(c.size(Rival{}, n/10))
				}
				return json.NewEncoder(w).Encode(r.Run(n))
			}
		}
	}
	return fmt.Errorf("no rival %q", name)
}

// warms tells whether a rival works once before it is measured.
func (c Case) warms() bool { return slices.Contains(c.Figures, measure.NS) }

// Select gives the cases whose names begin with one of the names in a list with commas; all if it is empty.
func Select(list string) (found []Case, err error) {
	all := slices.Concat(Cases, Command)
	if list == "" {
		return all, nil
	}
	for name := range strings.SplitSeq(list, ",") {
		before := len(found)
		for _, c := range all {
			if c.ID == name || strings.HasPrefix(c.ID, name+".") {
				found = append(found, c)
			}
		}
		if len(found) == before {
			return nil, fmt.Errorf("no scenario %q", name)
		}
	}
	return found, nil
}
