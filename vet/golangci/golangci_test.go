package golangci

import (
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis"

	"github.com/goawait/goawait/vet"
)

func TestPlugin(t *testing.T) {
	newPlugin, err := register.GetPlugin("goawait")
	require.NoError(t, err)
	plugin, err := newPlugin(map[string]any{
		"disable": []any{"noawait"}, "blocking-funcs": []any{"example.com/db.Open"}, "largeframe-bytes": 100,
	})
	require.NoError(t, err)
	assert.Equal(t, register.LoadModeTypesInfo, plugin.GetLoadMode())
	rules, err := plugin.BuildAnalyzers()
	require.NoError(t, err)
	require.NoError(t, analysis.Validate(rules))
	assert.Len(t, rules, len(vet.Analyzers())-1)
	assert.NotContains(t, rules, vet.NoAwait)
	assert.Equal(t, "100", vet.LargeFrame.Flags.Lookup("bytes").Value.String())
	assert.Equal(t, "example.com/db.Open", vet.Blocking.Flags.Lookup("funcs").Value.String())
}

func TestUnknownRule(t *testing.T) {
	_, err := New(map[string]any{"disable": []any{"nothing"}})
	assert.ErrorContains(t, err, `goawait has no rule "nothing"`)
}

func TestNoSettings(t *testing.T) {
	plugin, err := New(nil)
	require.NoError(t, err)
	rules, err := plugin.BuildAnalyzers()
	require.NoError(t, err)
	assert.Len(t, rules, len(vet.Analyzers()))
}
