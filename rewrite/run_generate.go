package rewrite

// This file generates the twin files of all packages, several at a time, to the same bytes as one after the other.

import "time"

// A job is to make one twin file.
type job struct {
	pkg  *Package
	src  *SourceFile
	file File
	made madeFile
}

// generate makes the twin files of the packages without faults.
func (r *run) generate(pkgs []*Package) {
	var jobs []*job
	begin := make([]int, len(pkgs)+1) // of each package in jobs
	for i, p := range pkgs {
		if p.unit.faulty || r.l.refused[p.Dir] {
			r.pkg(p.Path, p.Dir).Faulty = true
		} else {
			for _, sf := range p.Sources {
				if len(sf.Funcs) > 0 {
					jobs = append(jobs, &job{pkg: p, src: sf})
				}
			}
		}
		begin[i+1] = len(jobs)
	}
	done := inOrder(len(jobs), func(i int) {
		if r.l.ctx.Err() == nil {
			jobs[i].run(r.l.o)
		}
	})
	for i, p := range pkgs {
		r.l.o.step("generating", p.Path, i, len(pkgs))
		for _, d := range done[begin[i]:begin[i+1]] {
			<-d
		}
	}
	if r.l.ctx.Err() != nil {
		return
	}
	for i, p := range pkgs {
		r.collect(p, jobs[begin[i]:begin[i+1]])
	}
}

// inOrder calls f(0) to f(n-1), several at a time. It returns at once, with a channel for each that is closed when f has returned.
func inOrder(n int, f func(int)) []chan struct{} {
	done := make([]chan struct{}, n)
	for i := range done {
		done[i] = make(chan struct{})
	}
	go parallel(n, func(i int) {
		defer close(done[i])
		f(i)
	})
	return done
}

func (j *job) run(o Options) {
	start := time.Now()
	j.file = File{Path: j.src.OutPath, Source: j.src.Path}
	old, fault := readOld(j.pkg, j.src)
	if fault != nil {
		j.made = madeFile{diags: []Diagnostic{*fault}}
		return
	}
	j.made = generate(j.pkg, j.src, o)
	j.src.decorateLater(j.pkg.Fset) // it takes much memory, and is hardly ever needed again
	j.file.Old, j.file.Content, j.file.Funcs, j.file.Elapsed = old, j.made.content, j.made.funcs, time.Since(start)
}

// collect takes over the files of a package in their order. Each was made as if it were the first. Where a file before it has
// taken a name that was of interest to it, it is made again.
func (r *run) collect(p *Package, jobs []*job) {
	res := r.pkg(p.Path, p.Dir)
	taken := map[string]bool{}
	for _, j := range jobs {
		if names := j.made.names; names != nil {
			for name := range names.asked {
				if taken[name] {
					j.run(r.l.o)
					break
				}
			}
			for _, name := range j.made.names.taken {
				taken[name], p.Reserved[name] = true, true
			}
		}
		if len(j.made.diags) > 0 {
			r.diags = append(r.diags, j.made.diags...)
			res.Faulty = true
			continue
		}
		for _, f := range j.made.funcs {
			p.plans = append(p.plans, f.Plans...)
		}
		res.Files = append(res.Files, j.file)
		r.outputs[j.file.Path] = j.made
		p.unit.outputs[j.file.Path] = j.file.Content
	}
}

// recheck makes sure that the twins of all packages compile.
func (r *run) recheck(pkgs []*Package) {
	sound := make([]bool, len(pkgs))
	for i, p := range pkgs {
		sound[i] = !r.pkg(p.Path, p.Dir).Faulty
	}
	diags := make([][]Diagnostic, len(pkgs))
	done := inOrder(len(pkgs), func(i int) {
		if sound[i] {
			diags[i] = pkgs[i].unit.recheck(r.outputs)
		}
	})
	for i, p := range pkgs {
		r.l.o.step("compiling", p.Path, i, len(pkgs))
		if <-done[i]; len(diags[i]) > 0 {
			r.diags = append(r.diags, diags[i]...)
			r.pkg(p.Path, p.Dir).Faulty = true
		}
	}
}
