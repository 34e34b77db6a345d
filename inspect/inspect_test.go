package inspect_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goawait/goawait/inspect"
	"github.com/goawait/goawait/rewrite"
)

var shop = rewrite.Options{Dir: filepath.Join("testdata", "shop")}

func load(t *testing.T, name string) *inspect.Function {
	t.Helper()
	r, err := inspect.Load(t.Context(), shop)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Functions {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no function %s; %v", name, r.Diagnostics)
	return nil
}

// TestLines compares the counts of generated lines with the files: what is left is the head and an empty line between functions.
func TestLines(t *testing.T) {
	r, err := inspect.Load(t.Context(), shop)
	if err != nil {
		t.Fatal(err)
	}
	res, err := rewrite.Run(t.Context(), shop)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range res.Packages[0].Files {
		head, _, ok := bytes.Cut(file.Content, []byte("const _ = async."))
		if !ok {
			t.Fatal("no guard in", file.Path)
		}
		want := bytes.Count(file.Content, []byte("\n")) - bytes.Count(head, []byte("\n")) - 1
		got := 0
		for _, f := range r.Functions {
			if f.Generated == file.Path {
				got += 1 + f.Lines
			}
		}
		if got != want {
			t.Errorf("%s: %d lines, not %d", file.Path, got, want)
		}
	}
}

// edges writes the edges that leave a node, with their conditions.
func edges(m *inspect.Machine, from int) (out []string) {
	for _, e := range m.Edges {
		if e.From == from {
			out = append(out, strings.TrimSpace(m.Nodes[e.To].Kind+" "+e.Cond))
		}
	}
	return out
}

// TestConditions looks at the ways out of a few nodes.
func TestConditions(t *testing.T) {
	m := load(t, "Report").Machine
	kinds := map[string][]string{}
	for _, n := range m.Nodes {
		key := n.Kind
		if n.Await != nil {
			key = n.Await.Text
		}
		kinds[key] = edges(m, n.ID)
	}
	for key, want := range map[string][]string{
		"start":               {"loop"},
		"loop":                {"loop there is another element and id < 0", "state there is another element and id >= 0", "state there are no more elements"},
		"fetchAsync(ctx, id)": {"state err == nil"},
		"sum":                 {"state total > 10", "state total > 5"},
		`out <- "some"`:       nil,
	} {
		if !slices.Equal(kinds[key], want) {
			t.Errorf("behind %s: %q, not %q", key, kinds[key], want)
		}
	}
}

// TestReasons looks at why a few variables are in the frame.
func TestReasons(t *testing.T) {
	f := load(t, "Report")
	if len(f.Machine.Blocks) != 2 || f.Machine.Blocks[0].Kind != inspect.KindDeferred || f.Machine.Blocks[1].Kind != inspect.KindBlock {
		t.Fatalf("blocks: %+v", f.Machine.Blocks)
	}
	why := map[string]string{}
	for _, v := range f.Machine.Variables {
		for _, r := range v.Why {
			why[v.Name] += r.Text + "\n"
		}
	}
	for name, want := range map[string]string{
		"ids":   "it is a parameter",
		"mu":    "the method Lock takes its address at line 73",
		"count": "it changes, and the async block at line 66 captures it",
		"user":  "used at line 64, after the await at line 62",
		"err":   "deferred calls run when it is set",
		"over":  "in the next round of the loop, after the awaits at lines 51, 55 and 62",
		"stop":  "used at line 56, after the awaits at lines 51 and 55, and in the next round of the loop, after the await at line 62",
	} {
		if !strings.Contains(why[name], want) {
			t.Errorf("%s: %q does not say %q", name, why[name], want)
		}
	}
}

// TestSlow looks at what costs more than in plain Go.
func TestSlow(t *testing.T) {
	var got []string
	for _, h := range load(t, "Report").Machine.Slow {
		got = append(got, fmt.Sprint(h.Line, strings.Fields(h.Text)[:4]))
	}
	if want := []string{"55 [where no case is]", "86 [where the channel has]", "88 [where the channel has]"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"Load": "Load", "shop.Load": "Load", "./.": "", "LoadAsync": "Load", "Loads": "",
		"inspect/testdata/shop.Load": "Load", "no/shop.Load": "", "../shop.Report": "Report",
	} {
		f, _, err := inspect.Find(t.Context(), shop, name)
		switch {
		case want == "" && err == nil:
			t.Errorf("%s: found %v", name, f)
		case want != "" && (err != nil || f.Name != want):
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
}
