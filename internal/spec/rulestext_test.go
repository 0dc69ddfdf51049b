package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
)

func TestDecodeIsStrictAndKnowsItsLines(t *testing.T) {
	var into struct {
		Name string
		File []struct{ Path string }
	}
	require.NoError(t, spec.Decode("d.toml", []byte("name = \"a\"\n[[file]]\npath = \"t\"\n"), &into))
	assert.Equal(t, "t", into.File[0].Path)
	err := spec.Decode("d.toml", []byte("name = \"a\"\n\nnmae = \"b\"\n"), &into)
	assert.EqualError(t, err, `d.toml:3: unknown key "nmae"`)
	assert.ErrorContains(t, spec.Decode("d.toml", []byte("name = 7\n"), &into), "d.toml:1: name")
}

func TestLineInBlock(t *testing.T) {
	text := []byte("[[file]]\npath = \"a\"\n# path = \"no\"\n[[file]]\n\nunit = \"x\"\npath = \"b\"\n")
	for _, one := range []struct {
		nth  int
		key  string
		line int
	}{{1, "path", 2}, {2, "path", 7}, {2, "unit", 6}, {1, "unit", 1}, {3, "path", 0}} {
		assert.Equal(t, one.line, spec.LineInBlock(text, "file", one.nth, one.key), "%s of block %d", one.key, one.nth)
	}
}
