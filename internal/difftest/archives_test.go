package difftest

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	update   = flag.Bool("update", false, "rewrite the twins and the traces in the archives")
	keep     = flag.Bool("keep", false, "leave the folder with sources, twins and binary")
	show     = flag.Bool("show", false, "print the generated twins")
	variants = flag.String("variants", "flat", "variants to run besides the oracle: flat, stackful, goroutine, parts, shreds; may be empty")
	modeList = flag.String("modes", "", "digits of the modes to run; all if empty")
	seed     = flag.Uint64("seed", 1, "seed of mode S4")
	build    = flag.String("build", "", "flags for go build, such as '-race' or '-gcflags=all=-N -l', separated by commas")
	limit    = flag.Duration("limit", 20*time.Second, "limit for one run")
)

// root is the folder of the module.
const root = "../.."

// TestArchives puts the programs of all archives of testdata through every variant and mode, and compares the twins with
// the text in the archive. -run Archives/name runs the archives of that name alone.
func TestArchives(t *testing.T) {
	archives, err := ReadArchives(filepath.Join(root, "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	chosen := archiveFilter(t)
	o := options(t)
	raced := slices.Contains(o.BuildFlags, "-race")
	archives = slices.DeleteFunc(archives, func(a *Archive) bool { return !chosen(a.Program.Name) || raced && a.Program.Racy })
	var programs []Program
	for _, a := range archives {
		programs = append(programs, a.Program)
	}
	results, err := Run(t.Context(), programs, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range archives {
		t.Run(a.Program.Name, func(t *testing.T) { checkArchive(t, a, results[a.Program.Name]) })
	}
}

// options are those of the flags.
func options(t *testing.T) Options {
	abs, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Root: abs, Modes: *modeList, Seed: *seed, Timeout: *limit, Keep: *keep, Logf: t.Logf}
	o.Variants = strings.FieldsFunc(*variants, func(r rune) bool { return r == ',' })
	o.BuildFlags = strings.FieldsFunc(*build, func(r rune) bool { return r == ',' })
	return o
}

// archiveFilter reads the archive's part of -run, since all archives are generated before the first subtest begins.
func archiveFilter(t *testing.T) func(name string) bool {
	_, pattern, _ := strings.Cut(flag.Lookup("test.run").Value.String(), "/")
	pattern, _, _ = strings.Cut(pattern, "/")
	re, err := regexp.Compile(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return re.MatchString
}

func checkArchive(t *testing.T, a *Archive, r *Result) {
	for _, f := range r.Faults {
		t.Error(f)
	}
	twins := r.Generated[Flat]
	if *show {
		for _, name := range slices.Sorted(maps.Keys(twins)) {
			fmt.Fprintf(os.Stdout, "-- %s/%s --\n%s", a.Program.Name, name, twins[name])
		}
	}
	if *update {
		if twins == nil {
			twins = a.Twins
		}
		trace := r.Trace()
		if len(r.Oracle) == 0 { // it could not be built: a fault
			trace = a.Trace
		}
		if err := a.Write(twins, trace); err != nil {
			t.Error(err)
		}
		return
	}
	if got := r.Trace(); got != a.Trace && len(r.Oracle) > 0 {
		t.Errorf("the blocking form traces something else than the archive says: %s",
			differ(strings.Split(a.Trace, "\n"), strings.Split(got, "\n")))
	}
	if twins == nil {
		return // not generated: a fault, or not asked for
	}
	for _, name := range slices.Sorted(maps.Keys(a.Twins)) {
		if twins[name] == "" {
			t.Errorf("%s is no longer generated", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(twins)) {
		if twins[name] != a.Twins[name] {
			t.Errorf("%s differs from the archive; if it is meant to, run with -update: %s", name,
				differ(strings.Split(a.Twins[name], "\n"), strings.Split(twins[name], "\n")))
		}
	}
}
