package wide

// This file makes a program smaller that shows a fault, as long as it goes on showing it.

import (
	"cmp"
	"context"
	"fmt"
	"go/format"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goawait/goawait/internal/difftest"
	"github.com/goawait/goawait/rewrite"
)

// A Reducer makes programs smaller.
type Reducer struct {
	Check   *Checker
	Options difftest.Options // one variant, and the modes that show the fault
	Batch   int              // programs in one build
	Logf    func(format string, args ...any)
	kind    string
}

// Reduce gives a small program that shows a fault of the same kind as src does.
func (r *Reducer) Reduce(ctx context.Context, src string) (small, fault string, err error) {
	r.Options.Timeout = 3 * time.Second
	found, err := r.run(ctx, []string{src})
	if err != nil {
		return src, "", err
	}
	if found[0] == "" {
		return src, "", nil
	}
	fault = found[0]
	kind := kindOf(fault)
	r.kind = kind
	skip := map[string]bool{}
	for progress := true; progress; {
		progress = false
		for tier := range tiers {
			for {
				next, f, err := r.smaller(ctx, src, tier, skip)
				if err != nil {
					return src, fault, err
				}
				if next == "" {
					break
				}
				r.Logf("tier %d: %d lines", tier, strings.Count(next, "\n"))
				src, fault, progress = next, f, true
			}
		}
	}
	return src, fault, nil
}

// smaller looks for a smaller program of the same kind; "" if there is none. skip holds texts that were tried before.
func (r *Reducer) smaller(ctx context.Context, src string, tier int, skip map[string]bool) (string, string, error) {
	edits := r.Check.edits(src, tier)
	seen := func(text string) bool {
		was := skip[text]
		skip[text] = true
		return was || len(text) >= len(src)
	}
	var tries []try
	flush := func() (string, string, error) {
		best, fault, err := r.best(ctx, src, tries)
		tries = nil
		return best, fault, err
	}
	for size := len(edits) / 3; ; size /= 2 {
		size = max(size, 1)
		for at := 0; at < len(edits); at += size {
			chunk := edits[at:min(at+size, len(edits))]
			text, ok := r.Check.applied(src, chunk)
			if !ok || seen(text) {
				continue
			}
			if tries = append(tries, try{chunk, text}); len(tries) == r.Batch {
				if best, fault, err := flush(); err != nil || best != "" {
					return best, fault, err
				}
			}
		}
		if size == 1 {
			return flush()
		}
	}
}

// A try is a program that edits make.
type try struct {
	edits []edit
	text  string
}

// best runs the tries and gives the smallest program of the kind, after it has put together those that succeeded.
func (r *Reducer) best(ctx context.Context, src string, tries []try) (string, string, error) {
	good, best, fault, err := r.good(ctx, tries)
	if err != nil || len(good) < 2 {
		return best, fault, err
	}
	var unions []try
	for n := len(good); n > 1; n = (n + 1) / 2 {
		var all []edit
		for _, t := range good[:n] {
			all = append(all, t.edits...)
		}
		if text, ok := r.Check.applied(src, all); ok {
			unions = append(unions, try{all, text})
		}
		if n == 2 {
			break
		}
	}
	_, union, f, err := r.good(ctx, unions)
	if union != "" && len(union) < len(best) {
		return union, f, err
	}
	return best, fault, err
}

// good gives the tries that show a fault of the kind, and the smallest of them.
func (r *Reducer) good(ctx context.Context, tries []try) (good []try, best, fault string, err error) {
	if len(tries) == 0 {
		return nil, "", "", nil
	}
	var texts []string
	for _, t := range tries {
		texts = append(texts, t.text)
	}
	faults, err := r.run(ctx, texts)
	if err != nil {
		return nil, "", "", err
	}
	for i, f := range faults {
		if f == "" || kindOf(f) != r.kind {
			continue
		}
		good = append(good, tries[i])
		if best == "" || len(texts[i]) < len(best) {
			best, fault = texts[i], f
		}
	}
	slices.SortStableFunc(good, func(a, b try) int { return cmp.Compare(len(a.text), len(b.text)) })
	return good, best, fault, nil
}

// run gives the first fault of each program.
func (r *Reducer) run(ctx context.Context, texts []string) ([]string, error) {
	var ps []difftest.Program
	for i, text := range texts {
		ps = append(ps, difftest.Program{Name: fmt.Sprintf("try_%d", i), Files: map[string]string{"case.go": text}})
	}
	if strings.HasPrefix(r.kind, "internal error") {
		return r.generate(ctx, ps)
	}
	results, err := difftest.Run(ctx, ps, r.Options)
	if err != nil {
		return nil, err
	}
	faults := make([]string, len(texts))
	for i, p := range ps {
		for _, f := range results[p.Name].Faults {
			if strings.HasPrefix(f, "oracle") || strings.Contains(f, "the blocking form did not end") {
				faults[i] = "" // no judge
				break
			}
			if faults[i] == "" || strings.Contains(faults[i], "nothing suspended") {
				faults[i] = f
			}
		}
	}
	return faults, nil
}

// generate has goawait write the twins, and no more.
func (r *Reducer) generate(ctx context.Context, ps []difftest.Program) ([]string, error) {
	dir, err := os.MkdirTemp(filepath.Join(r.Options.Root, "internal", "progen", "wide"), "tmp_")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	o := rewrite.Options{Dir: r.Options.Root, Stackful: slices.Contains(r.Options.Variants, difftest.Stackful), Formatted: true}
	for _, p := range ps {
		sub := filepath.Join(dir, p.Name)
		if err := os.Mkdir(sub, 0o777); err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(sub, "case.go"), []byte(p.Files["case.go"]), 0o666); err != nil {
			return nil, err
		}
		rel, err := filepath.Rel(r.Options.Root, sub)
		if err != nil {
			return nil, err
		}
		o.Patterns = append(o.Patterns, "./"+filepath.ToSlash(rel))
	}
	res, err := rewrite.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	faults := make([]string, len(ps))
	for _, d := range res.Diagnostics {
		for i, p := range ps {
			if filepath.Base(filepath.Dir(d.Pos.Filename)) == p.Name && faults[i] == "" {
				faults[i] = d.String()
			}
		}
	}
	return faults, nil
}

// kindOf is what faults have in common that may have the same cause.
func kindOf(fault string) string {
	for _, kind := range []string{"internal error", "does not compile", "nothing suspended", "process died", "did not end"} {
		if strings.Contains(fault, kind) {
			_, tail, _ := strings.Cut(fault, kind)
			tail = regexp.MustCompile(`[\w./]+\.go:\d+:\d+|\b[\w]*\d\w*\b|: \w+;|\([^)]*\)`).ReplaceAllString(tail, "")
			return kind + tail[:min(len(tail), 90)]
		}
	}
	return "trace"
}

// applied makes the edits, and mends what they leave behind: unused variables, imports and labels.
func (c *Checker) applied(src string, edits []edit) (string, bool) {
	text := apply(src, edits)
	for range 30 {
		_, _, errs := c.Check(text)
		if errs == nil {
			out, err := format.Source([]byte(text))
			return string(out), err == nil
		}
		next, ok := c.mend(text, errs)
		if !ok || next == text {
			return "", false
		}
		text = next
	}
	return "", false
}

// An edit replaces a part of a text.
type edit struct {
	from, to int
	text     string
}

// apply makes edits. Those inside of others are left out.
func apply(src string, edits []edit) string {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.from < at {
			continue
		}
		b.WriteString(src[at:e.from] + e.text)
		at = e.to
	}
	b.WriteString(src[at:])
	return b.String()
}

// removeDuplicates keeps one of equal edits.
func removeDuplicates(edits []edit) []edit {
	seen := map[edit]bool{}
	for _, e := range edits {
		seen[e] = true
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b edit) int {
		return cmp.Or(cmp.Compare(b.to-b.from-len(b.text), a.to-a.from-len(a.text)), cmp.Compare(a.from, b.from), cmp.Compare(a.text, b.text))
	})
}
