// Package golangci makes the rules of goawait vet a linter of golangci-lint, which is built with it by 'golangci-lint custom'. It is a
// module of its own, so that nobody else depends on what it needs.
//
// In .custom-gcl.yml:
//
//	version: v2.15.0
//	plugins:
//	  - module: github.com/goawait/goawait/vet/golangci
//	    version: latest
//
// In .golangci.yml:
//
//	version: "2"
//	linters:
//	  enable: [goawait]
//	  settings:
//	    custom:
//	      goawait:
//	        type: module
//	        settings:
//	          disable: [noawait]
//	          blocking-funcs: ["(*example.com/db.Conn).Query"]
//	          largeframe-bytes: 512
package golangci

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/goawait/goawait/vet"
)

func init() { register.Plugin("goawait", New) }

// Settings are those of the linter in .golangci.yml.
type Settings struct {
	Disable         []string `json:"disable"`          // rules that are not to run
	BlockingFuncs   []string `json:"blocking-funcs"`   // more functions that block
	LargeFrameBytes int64    `json:"largeframe-bytes"` // see the rule largeframe; 0 leaves the default
}

// Plugin is the linter.
type Plugin struct{ settings Settings }

// New makes the linter from its settings.
func New(settings any) (register.LinterPlugin, error) {
	s, err := register.DecodeSettings[Settings](settings)
	if err != nil {
		return nil, err
	}
	for _, name := range s.Disable {
		if !slices.ContainsFunc(vet.Analyzers(), func(a *analysis.Analyzer) bool { return a.Name == name }) {
			return nil, fmt.Errorf("goawait has no rule %q", name)
		}
	}
	return &Plugin{s}, nil
}

// BuildAnalyzers gives the rules that are to run.
func (p *Plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	if len(p.settings.BlockingFuncs) > 0 {
		if err := vet.Blocking.Flags.Set("funcs", strings.Join(p.settings.BlockingFuncs, ",")); err != nil {
			return nil, err
		}
	}
	if n := p.settings.LargeFrameBytes; n > 0 {
		if err := vet.LargeFrame.Flags.Set("bytes", strconv.FormatInt(n, 10)); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(vet.Analyzers(), func(a *analysis.Analyzer) bool { return slices.Contains(p.settings.Disable, a.Name) }), nil
}

// GetLoadMode says that the rules need types.
func (p *Plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
