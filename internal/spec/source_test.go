package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tre-toolkit/internal/spec"
	"tre-toolkit/specs"
)

func TestGenerationsLoad(t *testing.T) {
	generations, err := spec.LoadGenerations(specs.Files, "NHSE_IAPT")
	require.NoError(t, err)
	var names []string
	for _, g := range generations {
		names = append(names, g.Name)
	}
	assert.Equal(t, []string{"v1.5", "v2.0", "v2.1"}, names)
}
