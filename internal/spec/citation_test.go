package spec_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

func TestFreezesThatArePublished(t *testing.T) {
	load := func(text string) (spec.Freezes, error) {
		return spec.LoadFreezes(fstest.MapFS{"freezes.toml": {Data: []byte(text)}})
	}
	freezes, err := load("[[freezes]]\nnumber = 15\ntitle = \"Freeze number 15\"\n[[freezes]]\nnumber = 16\ntitle = \"Freeze number 16\"\ndoi = \"TBC\"\n")
	require.NoError(t, err)
	freeze, found := freezes.Freeze(16)
	assert.True(t, found)
	assert.Equal(t, "Freeze number 16", freeze.Title)
	_, found = freezes.Freeze(14)
	assert.False(t, found)

	none, err := spec.LoadFreezes(fstest.MapFS{})
	require.NoError(t, err)
	assert.Empty(t, none.Freezes, "a folder of specifications may do without")

	for text, want := range map[string]string{
		"[[freezes]]\nnumber = 16\n":                                                         "freezes.toml:1: freeze 16 has no title",
		"[[freezes]]\nnumber = 0\ntitle = \"x\"\n":                                           "freezes.toml:1: freeze 0 is not a freeze number",
		"[[freezes]]\nnumber = 2\ntitle = \"x\"\n\n[[freezes]]\nnumber = 2\ntitle = \"x\"\n": "freezes.toml:5: freeze 2 does not follow 2",
		"[[freezes]]\nnumber = 2\ntitel = \"x\"\n":                                           "titel",
	} {
		_, err := load(text)
		assert.ErrorContains(t, err, want)
	}
}
