package main

// This file prints the outcome of generate as JSON.

import (
	"encoding/json"
	"go/token"

	"github.com/goawait/goawait/rewrite"
)

type (
	jsonOutcome struct {
		Diagnostics []jsonDiagnostic `json:"diagnostics"`
		Files       []jsonFile       `json:"files"`
	}
	jsonPlace struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
	}
	jsonDiagnostic struct {
		jsonPlace
		Code    string            `json:"code"`
		Message string            `json:"message"`
		Hint    string            `json:"hint,omitempty"`
		Related []jsonSecondPlace `json:"related,omitempty"`
	}
	jsonSecondPlace struct {
		jsonPlace
		Message string `json:"message"`
	}
	jsonFile struct {
		File   string `json:"file"`
		Source string `json:"source"`
		State  string `json:"state"`
	}
)

// diagnosticsJSON prints the faults, and the files that are not as they should be, those of faulty packages left out.
func (inv *invocation) diagnosticsJSON(res *rewrite.Result, show *shower) {
	place := func(pos token.Position) jsonPlace {
		p := jsonPlace{Line: pos.Line, Column: pos.Column}
		if pos.Filename != "" {
			p.File = show.path(pos.Filename)
		}
		return p
	}
	out := jsonOutcome{Diagnostics: []jsonDiagnostic{}, Files: []jsonFile{}}
	for _, d := range res.Diagnostics {
		j := jsonDiagnostic{jsonPlace: place(d.Pos), Code: d.Code, Message: d.Message, Hint: d.Hint}
		for _, r := range d.Related {
			j.Related = append(j.Related, jsonSecondPlace{place(r.Pos), r.Message})
		}
		out.Diagnostics = append(out.Diagnostics, j)
	}
	for _, p := range res.Packages {
		if p.Faulty {
			continue
		}
		for _, f := range p.Files {
			if state := fileState(f); state != "" {
				out.Files = append(out.Files, jsonFile{show.path(f.Path), show.path(f.Source), state})
			}
		}
	}
	inv.printJSON(out)
}

func (inv *invocation) printJSON(v any) {
	enc := json.NewEncoder(inv.out)
	enc.SetIndent("", "\t")
	enc.SetEscapeHTML(false)
	enc.Encode(v)
}
